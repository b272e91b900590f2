"""„Gerät anlegen“: a device without network, or several of the same kind with their serials one a line."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Controller, Request, Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body

from service import web
from service.auth.guards import EDIT_INVENTORY, Here
from service.errors import Wrong
from service.i18n import gettext as _
from service.i18n import ngettext
from service.inventory import byhand, labels, lifecycle
from service.inventory.store import byhand as writing
from service.inventory.store import sites as site_store
from service.settings import now

Ask = Request[Any, Any, Any]
Form = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]
FIRST = {"kind": "monitor", "status": "in_use", "number": "1"}


class NewDevicePages(Controller):
    """`/towns/{town}/assets/new`."""

    path = "/towns/{town:str}/assets/new"
    include_in_schema = False

    @get("/", opt={"access": EDIT_INVENTORY})
    async def form(self, request: Ask, here: Here) -> Response[str]:
        """An empty form."""
        return await _form(request, here, FIRST)

    @post("/", opt={"access": EDIT_INVENTORY}, status_code=200)
    async def add(self, request: Ask, here: Here, data: Form) -> Response[Any]:
        """Enter the devices; the message offers the way back."""
        at = now()
        try:
            marks = byhand.marks(data.get("serials", ""), data.get("number", "").strip())
            made, errors = byhand.collection(data, marks, at)
            if errors:
                return await _form(request, here, data, errors)
            async with here.tx(write=True) as tx:
                title = _("Von Hand angelegt")
                taken = await writing.add(tx, here.write, made, marks, data, by=here.actor, now=at, title=title)
        except Wrong as wrong:
            name = "number" if wrong.where == _("Anzahl") else "serials"
            return await _form(request, here, data, {name: str(wrong)})
        base = here.base
        homes = [row.asset for row in taken.rows if row.asset]
        url = f"{base}/assets/{homes[0]}" if len(homes) == 1 else f"{base}/assets?source=manual&sort=-first_seen"
        text = ngettext("%(num)s Gerät angelegt.", "%(num)s Geräte angelegt.", len(homes))
        return web.redirect(url, message=text, undo=f"{base}/import/collections/{taken.collection}/undo")


async def _form(request: Ask, here: Here, typed: dict[str, str], errors: dict[str, str] | None = None) -> Response[str]:
    async with here.tx() as tx:
        sites = [site.name for site in await site_store.sites(tx, here.write)]
    return web.page(
        request, here, "inventory/new.html", status=422 if errors else 200, errors=errors or {}, typed=typed, labels=labels,
        shared=byhand.SHARED, sites=sites, base=f"{here.base}/assets",
        states=[(one.value, labels.STATUS[one][0]) for one in lifecycle.FIRST],
        kinds=[pair for pair in labels.KINDS.items() if pair[0] not in ("unknown", "virtual_address")],
    )  # fmt: skip
