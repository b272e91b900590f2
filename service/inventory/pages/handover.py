"""Hand-over of a device to another town: the offer, the list of both directions, accept, refuse, withdraw."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath

from service import web
from service.auth.guards import EDIT_INVENTORY, READ_INVENTORY, Here
from service.errors import Missing, Wrong
from service.i18n import format_date
from service.i18n import gettext as _
from service.inventory import handover as rules
from service.inventory import store
from service.inventory.handover import Handover, Offer
from service.inventory.store import handover as handing
from service.settings import local_today, now

Ask = Request[Any, Any, Any]
Form = Annotated[dict[str, str | list[str]], Body(media_type=RequestEncodingType.URL_ENCODED)]


class HandoverPages(Controller):
    """`/towns/{town}/assets/handovers` and the form on a device."""

    path = "/towns/{town:str}"
    include_in_schema = False

    @get("/assets/handovers", opt={"access": READ_INVENTORY})
    async def index(self, request: Ask, here: Here) -> Response[str]:
        """Both directions, what is open first."""
        async with here.tx() as tx:
            rows = await handing.handovers(tx, here.write)
        columns = tuple(web.Column(text) for text in (_("Gerät"), _("Zustand"), _("Vorgesehen für")))
        return web.page(
            request, here, "inventory/handovers.html", rows=rows, columns=columns, states=rules.STATES, base=here.base
        )

    @get("/assets/handovers/{key:uuid}", opt={"access": READ_INVENTORY})
    async def show(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str]:
        """What goes along, why and when, and what this town can do about it."""
        return await _show(request, here, key)

    @post("/assets/handovers/{key:uuid}/accept", opt={"access": EDIT_INVENTORY}, status_code=303)
    async def accept(self, here: Here, key: FromPath[UUID]) -> Response[Any]:
        """Take the device over: it is retired there and in stock here."""
        item = await _mine(here, key, "receiver")
        await handing.accept(item.partner_town, here.write, key, by=here.actor, now=now())
        text = _("Übernommen: %(name)s liegt jetzt im Lager.", name=item.title)
        if item.planned_on > local_today():
            text = _("Vereinbart: %(name)s kommt am %(day)s in Ihren Bestand.", name=item.title, day=format_date(item.planned_on))
        return web.redirect(f"{here.base}/assets/handovers/{key}", message=text)

    @post("/assets/handovers/{key:uuid}/refuse", opt={"access": EDIT_INVENTORY}, status_code=200)
    async def refuse(self, request: Ask, here: Here, key: FromPath[UUID], data: Form) -> Response[Any]:
        """Say no, with a reason that the other town reads."""
        item = await _mine(here, key, "receiver")
        return await _close(request, here, item, "refused", data, _("Abgelehnt. Die andere Stadt liest Ihren Grund."))

    @post("/assets/handovers/{key:uuid}/withdraw", opt={"access": EDIT_INVENTORY}, status_code=200)
    async def withdraw(self, request: Ask, here: Here, key: FromPath[UUID], data: Form) -> Response[Any]:
        """Take the own offer back while nobody has answered."""
        item = await _mine(here, key, "giver")
        return await _close(request, here, item, "withdrawn", data, _("Das Angebot ist zurückgezogen."))

    @post("/assets/handovers/{key:uuid}/tell", opt={"access": EDIT_INVENTORY}, status_code=303)
    async def tell(self, here: Here, key: FromPath[UUID]) -> Response[Any]:
        """Finish what was cut off on the way to the other town."""
        await _mine(here, key, "giver")
        await handing.tell(here.write, key, now=now())
        return web.redirect(f"{here.base}/assets/handovers/{key}", message=_("Die andere Stadt ist auf dem neuesten Stand."))

    @get("/assets/{key:uuid}/handover", opt={"access": EDIT_INVENTORY})
    async def form(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str]:
        """To whom, when, why, and what goes along."""
        today = local_today().isoformat()
        return await _form(request, here, key, Offer("", today, "", rules.USUAL))

    @post("/assets/{key:uuid}/handover", opt={"access": EDIT_INVENTORY}, status_code=200)
    async def offer(self, request: Ask, here: Here, key: FromPath[UUID], data: Form) -> Response[Any]:
        """Offer it; a mistake keeps what was typed."""
        fields = data.get("fields", [])
        wish = Offer(
            _text(data, "town"), _text(data, "on"), _text(data, "reason"), tuple([fields] if isinstance(fields, str) else fields)
        )
        at = now()
        try:
            async with here.tx(write=True) as tx:
                made = await handing.offer(tx, here.write, key, wish, by=here.actor, now=at)
        except Wrong as wrong:
            return await _form(request, here, key, wish, wrong)
        await handing.tell(here.write, made, now=at)
        return web.redirect(
            f"{here.base}/assets/handovers/{made}", message=_("Angeboten. Bis zur Antwort können Sie es zurückziehen.")
        )


def _text(data: dict[str, str | list[str]], name: str) -> str:
    value = data.get(name, "")
    return value if isinstance(value, str) else ""


async def _mine(here: Here, key: UUID, role: str) -> Handover:
    """The town's row; `Missing` where it plays another role in it."""
    async with here.tx() as tx:
        item = await handing.handover(tx, here.write, key)
    if item.role != role:
        raise Missing
    return item


async def _close(
    request: Ask, here: Here, item: Handover, state: str, data: dict[str, str | list[str]], done: str
) -> Response[Any]:
    giver, receiver = (here.write, item.partner_town) if item.role == "giver" else (item.partner_town, here.write)
    why = _text(data, "answer")
    try:
        await handing.close(giver, receiver, item.id, state, why, by=here.actor, now=now())
    except Wrong as wrong:
        return await _show(request, here, item.id, why, wrong)
    return web.redirect(f"{here.base}/assets/handovers/{item.id}", message=done)


async def _show(request: Ask, here: Here, key: UUID, typed: str = "", wrong: Wrong | None = None) -> Response[str]:
    async with here.tx() as tx:
        item = await handing.handover(tx, here.write, key)
    errors = {"answer": wrong.sentence} if wrong else {}
    return web.page(
        request, here, "inventory/handover.html", status=422 if wrong else 200, item=item, lines=rules.lines(item.fields),
        state=rules.STATES[item.state], may_edit=bool(here.roles & EDIT_INVENTORY), typed=typed, errors=errors, base=here.base,
    )  # fmt: skip


async def _form(request: Ask, here: Here, key: UUID, wish: Offer, wrong: Wrong | None = None) -> Response[str]:
    async with here.tx() as tx:
        device = await store.asset(tx, here.write, key)
        towns = await handing.towns(tx, here.write)
    if device is None or device.gone_at:
        raise Missing
    fields = {_("Stadt"): "town", _("Grund"): "reason", _("Datum"): "on", _("Angaben"): "fields"}
    errors = {fields.get(wrong.where, "town"): wrong.sentence} if wrong else {}
    options = [(name, f"{label}: {text[:120]}") for name, label, text in rules.lines(rules.held(device))]
    return web.page(
        request, here, "inventory/handover_form.html", status=422 if wrong else 200, row=device.row, towns=towns, wish=wish,
        options=options, errors=errors, base=here.base,
    )  # fmt: skip
