"""For the person in the store-room with a phone: read a label, see the device, move it, change its state, leave a note."""

from __future__ import annotations

import re
from typing import Annotated, Any, Final
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath
from litestar.response import Redirect

from service import web
from service.auth.guards import EDIT_INVENTORY, READ_INVENTORY, Here
from service.errors import Missing
from service.i18n import gettext as _
from service.inventory import labels, lifecycle, manual, store
from service.inventory.pages.reading import key as _key
from service.inventory.store import filing, lists, search
from service.inventory.store import lifecycle as steps
from service.inventory.store import sites as site_store
from service.settings import local_day, local_today, now

Ask = Request[Any, Any, Any]
Form = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]
_ADDRESS: Final = re.compile(r"/towns/([a-z0-9-]+)/(?:assets|scan-label)/([0-9a-fA-F-]{36})\b")
"""What the QR code of a label holds, whatever the service's host is called today."""
PLACE: Final[tuple[str, ...]] = ("site", "room", "unit")


class StoreRoomPages(Controller):
    """`/towns/{town}/scan-label`."""

    path = "/towns/{town:str}/scan-label"
    include_in_schema = False

    @get("/", opt={"access": EDIT_INVENTORY})
    async def look_up(self, request: Ask, here: Here) -> Response[Any]:
        """One field for everything that stands on a label; a hit opens at once."""
        code = request.query_params.get("code", "").strip()[:500]
        told = _ADDRESS.search(code)
        found, several = None, []
        if told and told[1] == here.slug:
            found = _key(told[2])
        elif code and not told:
            async with here.tx() as tx:
                bearers = await search.bearing(tx, here.write, code)
                several = await lists.these(tx, here.write, bearers) if len(bearers) > 1 else []
            found = bearers[0] if len(bearers) == 1 else None
        if found:
            return Redirect(f"{here.base}/scan-label/{found}", status_code=303)
        return web.page(
            request, here, "inventory/scan_label.html", code=code, base=here.base, foreign=bool(told),
            several=several, labels=labels,
        )  # fmt: skip

    @get("/{key:uuid}", opt={"access": READ_INVENTORY})
    async def card(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[Any]:
        """The device on a phone: what it is, where it is, what can be done."""
        async with here.tx() as tx:
            device = await store.asset(tx, here.write, key)
            sites = [site.name for site in await site_store.sites(tx, here.write)]
            given = await steps.given(tx, here.write, [key])
            notes = [note for note in await filing.notes(tx, here.write, key) if note.deleted_at is None] if device else []
        if device is None or (device.gone_at and not device.merged_into):
            raise Missing
        base = here.base
        if device.merged_into:
            return Redirect(f"{base}/scan-label/{device.merged_into}", status_code=303)
        following = () if key in given else lifecycle.following(device.row.status)
        may = [one for one in following if not lifecycle.needs_proof(device.row.kind, one)]
        return web.page(
            request, here, "inventory/scan_card.html", row=device.row, labels=labels, base=base, sites=sites, notes=notes[:3],
            states=[(one.value, labels.STATUS[one][0]) for one in may], unit=device.row.unit or "",
            may_edit=bool(here.roles & EDIT_INVENTORY),
        )  # fmt: skip

    @post("/{key:uuid}/place", opt={"access": EDIT_INVENTORY}, status_code=303)
    async def move(self, here: Here, key: FromPath[UUID], data: Form) -> Redirect:
        """It stands somewhere else now; what the form shows unchanged stays."""
        at = now()
        async with here.tx(write=True) as tx:
            device = await store.asset(tx, here.write, key)
            if device is None:
                raise Missing
            held = {"site": device.row.site_name or "", "room": device.row.room or "", "unit": device.row.unit or ""}
            typed = {name: manual.entered(name, data[name], local_day(at)) for name in PLACE if name in data}
            told = {name: value for name, value in typed.items() if value != held[name]}
            if told:
                await store.lock(tx, here.write, key, told, reason=_("am Gerät abgelesen"), by=here.actor, now=at)
        return _back(here, key, _("Gespeichert.") if told else _("Nichts geändert."), undo=bool(told))

    @post("/{key:uuid}/state", opt={"access": EDIT_INVENTORY}, status_code=303)
    async def step(self, here: Here, key: FromPath[UUID], data: Form) -> Redirect:
        """The next step in its life, today."""
        today = local_today().isoformat()
        wish = lifecycle.Wish(data.get("to", ""), today, data.get("reason", "").strip() or _("am Gerät erfasst"))
        async with here.tx(write=True) as tx:
            await steps.change(tx, here.write, key, wish, by=here.actor, now=now())
        return _back(here, key, _("Der Zustand ist jetzt „%(state)s“.", state=labels.STATUS[wish.to][0]), undo=True)

    @post("/{key:uuid}/note", opt={"access": EDIT_INVENTORY}, status_code=303)
    async def note(self, here: Here, key: FromPath[UUID], data: Form) -> Redirect:
        """A note on the device."""
        async with here.tx(write=True) as tx:
            await filing.write(tx, here.write, key, data.get("text", ""), by=here.actor, now=now())
        return _back(here, key, _("Die Notiz ist gespeichert."))


def _back(here: Here, key: UUID, text: str, *, undo: bool = False) -> Redirect:
    base = here.base
    return web.redirect(f"{base}/scan-label/{key}", message=text, undo=f"{base}/review/undo" if undo else None)
