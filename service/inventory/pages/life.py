"""The life of a device: a page for the next step, with day, reason and the proof that disposal asks for."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath

from service import web
from service.auth.guards import EDIT_INVENTORY, Here
from service.errors import Missing, Wrong
from service.i18n import gettext as _
from service.inventory import labels, lifecycle, store
from service.inventory.store import lifecycle as steps
from service.settings import local_today, now

Ask = Request[Any, Any, Any]
Form = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]


class LifePages(Controller):
    """`/towns/{town}/assets/{device}/state`."""

    path = "/towns/{town:str}/assets/{key:uuid}/state"
    include_in_schema = False

    @get("/", opt={"access": EDIT_INVENTORY})
    async def form(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str]:
        """The steps that may follow; the usual one is chosen."""
        async with here.tx() as tx:
            away = lifecycle.away((await steps.given(tx, here.write, [key])).get(key, ""))
        if away:
            raise Wrong(_("Das geht nicht: Das Gerät %(why)s.", why=away), _("Zustand ändern"))
        return await _form(request, here, key, {})

    @post("/", opt={"access": EDIT_INVENTORY}, status_code=200)
    async def take(self, request: Ask, here: Here, key: FromPath[UUID], data: Form) -> Response[Any]:
        """Take the step; a mistake keeps what was typed."""
        wish = lifecycle.Wish(*(data.get(name, "") for name in ("to", "on", "reason", "proof")))
        try:
            async with here.tx(write=True) as tx:
                await steps.change(tx, here.write, key, wish, by=here.actor, now=now())
        except Wrong as wrong:
            return await _form(request, here, key, data, wrong)
        text = _("Der Zustand ist jetzt „%(state)s“.", state=labels.STATUS[wish.to][0])
        return web.redirect(f"{here.base}/assets/{key}", message=text, undo=f"{here.base}/review/undo")


async def _form(request: Ask, here: Here, key: UUID, typed: dict[str, str], wrong: Wrong | None = None) -> Response[str]:
    async with here.tx() as tx:
        asset = await store.asset(tx, here.write, key)
        taken = (await steps.steps(tx, here.write, [key])).get(key, ())
    if asset is None or asset.gone_at:
        raise Missing
    may = lifecycle.following(asset.row.status)
    today = local_today().isoformat()
    fields = {_("Grund"): "reason", _("Datum"): "on", _("Nachweis der Datenlöschung"): "proof"}
    errors = {fields.get(wrong.where, "to"): wrong.sentence} if wrong else {}
    return web.page(
        request, here, "inventory/state.html", status=422 if wrong else 200, row=asset.row, labels=labels, steps=taken,
        typed={"to": may[0] if may else "", "on": today, "reason": "", "proof": ""} | typed, errors=errors,
        options=[(one.value, labels.STATUS[one][0]) for one in may], today=today,
        proof=any(lifecycle.needs_proof(asset.row.kind, one) for one in may),
        base=f"{here.base}/assets",
    )  # fmt: skip
