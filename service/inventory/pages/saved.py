"""Saved filters of the list of devices: kept under a name, shared with the town, renamed and deleted by their owner."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath
from litestar.response import Redirect

from service import web
from service.auth.guards import EDIT_INVENTORY, READ_INVENTORY, Here
from service.i18n import gettext as _
from service.inventory.pages.estate import kept
from service.inventory.saved.columns import known
from service.inventory.store import saved
from service.settings import now

Ask = Request[Any, Any, Any]
Form = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]


class SavedFilterPages(Controller):
    """`/towns/{town}/assets/filters`."""

    path = "/towns/{town:str}/assets/filters"
    include_in_schema = False

    @get("/", opt={"access": READ_INVENTORY})
    async def show(self, request: Ask, here: Here) -> Response[str]:
        """One's own filters, each with its name to change."""
        async with here.tx() as tx:
            filters = await saved.filters(tx, here.write, here.account.id)
        return web.page(
            request, here, "inventory/filters.html", own=[one for one in filters if one.mine],
            others=[one for one in filters if not one.mine], base=f"{here.base}/assets",
            may_share=bool(here.roles & EDIT_INVENTORY),
            columns=tuple(web.Column(text) for text in (_("Filter"), _("Von"), _("Gespeichert"))),
        )  # fmt: skip

    @post("/", opt={"access": READ_INVENTORY}, status_code=303)
    async def save(self, here: Here, data: Form) -> Redirect:
        """Keep the shown filter with its columns; sharing is for those who keep the inventory."""
        query, columns = kept(data.get("query", "")), known(data.get("columns", "").split(","))
        async with here.tx(write=True) as tx:
            _key, shared = await saved.save(
                tx, here.write, here.account.id, data.get("name", ""), query, columns, shared="shared" in data,
                may_share=bool(here.roles & EDIT_INVENTORY), by=here.actor, now=now(),
            )  # fmt: skip
        address = "&".join(filter(None, (query, f"columns={','.join(columns)}")))
        text = _("Der Filter ist gespeichert und für die Stadt sichtbar.") if shared else _("Der Filter ist gespeichert.")
        return web.redirect(f"{here.base}/assets?{address}", message=text)

    @post("/{key:uuid}", opt={"access": READ_INVENTORY}, status_code=303)
    async def change(self, here: Here, key: FromPath[UUID], data: Form) -> Redirect:
        """Another name; shared or not."""
        shared = "shared" in data and bool(here.roles & EDIT_INVENTORY)
        async with here.tx(write=True) as tx:
            await saved.change(tx, here.write, here.account.id, key, data.get("name", ""), shared=shared, by=here.actor)
        return web.redirect(f"{here.base}/assets/filters", message=_("Gespeichert."))

    @post("/{key:uuid}/delete", opt={"access": READ_INVENTORY}, status_code=303)
    async def delete(self, here: Here, key: FromPath[UUID]) -> Redirect:
        """Take it away; the message offers the way back."""
        async with here.tx(write=True) as tx:
            name = await saved.delete(tx, here.write, here.account.id, key, by=here.actor, now=now())
        text = _("Der Filter „%(name)s“ ist gelöscht.", name=name)
        return web.redirect(f"{here.base}/assets/filters", message=text, undo=f"{here.base}/assets/filters/{key}/restore")

    @post("/{key:uuid}/restore", opt={"access": READ_INVENTORY}, status_code=303)
    async def restore(self, here: Here, key: FromPath[UUID]) -> Redirect:
        """Have a deleted one back."""
        async with here.tx(write=True) as tx:
            name = await saved.restore(tx, here.write, here.account.id, key, by=here.actor, now=now())
        return web.redirect(f"{here.base}/assets/filters", message=_("Der Filter „%(name)s“ ist wieder da.", name=name))
