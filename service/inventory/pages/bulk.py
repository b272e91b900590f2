"""Change many devices at once: ticked or filtered, then the wish, then the preview, then the step; undone as one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

from litestar import Controller, Request, Response, get, post

from service import web
from service.auth.guards import EDIT_INVENTORY, Here
from service.errors import Outdated, Wrong
from service.i18n import gettext as _
from service.i18n import ngettext
from service.inventory import bulk, labels
from service.inventory.asset import Status
from service.inventory.pages.estate import kept, narrowed
from service.inventory.pages.reading import key as _key
from service.inventory.store import bulk as writing
from service.inventory.store import sites as site_store
from service.settings import local_today, now
from service.web.clash import overtaken

Ask = Request[Any, Any, Any]
TYPED = (*bulk.FIELDS, "to", "on", "proof", "reason")


class BulkPages(Controller):
    """`/towns/{town}/assets/bulk`."""

    path = "/towns/{town:str}/assets/bulk"
    include_in_schema = False

    @get("/", opt={"access": EDIT_INVENTORY})
    async def all_shown(self, request: Ask, here: Here) -> Response[Any]:
        """What shall change, for all devices that the filter in the address shows."""
        query = kept(request.url.query or "")
        async with here.tx() as tx:
            ids = await writing.ids(tx, here.write, narrowed(dict(parse_qsl(query))), now=now())
        return await self._chosen(request, here, ids, query)

    @post("/", opt={"access": EDIT_INVENTORY}, status_code=200)
    async def ticked(self, request: Ask, here: Here) -> Response[Any]:
        """What shall change, for the ticked devices."""
        form = await request.form()
        ids = [found for text in form.getall("id", []) if (found := _key(str(text)))]
        return await self._chosen(request, here, ids, kept(str(form.get("query", ""))))

    async def _chosen(self, request: Ask, here: Here, ids: list[UUID], query: str) -> Response[Any]:
        """The form for these devices."""
        if not ids:
            url = f"{here.base}/assets?{query}" if query else f"{here.base}/assets"
            return web.redirect(url, message=_("Bitte wählen Sie zuerst Geräte aus."), kind="warning")
        if len(ids) > bulk.MOST:
            raise Wrong(
                _("Das sind zu viele Geräte für einen Schritt."), _("Sammeländerung"),
                _("Schränken Sie den Filter ein; höchstens %(n)s gehen auf einmal.", n=bulk.MOST),
            )  # fmt: skip
        return await _form(request, here, ids, query, {"on": local_today().isoformat()})

    @post("/preview", opt={"access": EDIT_INVENTORY}, status_code=200)
    async def preview(self, request: Ask, here: Here) -> Response[Any]:
        """Before and after of every device, how many, and which are left out and why."""
        ids, query, typed, clear = await _sent(request)
        wanted, errors = bulk.order(typed, clear, local_today())
        if errors or "again" in typed:
            return await _form(request, here, ids, query, typed, clear, errors)
        return await _preview(request, here, ids, query, typed, clear, wanted)

    @post("/apply", opt={"access": EDIT_INVENTORY}, status_code=200)
    async def apply(self, request: Ask, here: Here) -> Response[Any]:
        """Do what the preview showed; where a device changed meanwhile, the preview comes again (409)."""
        ids, query, typed, clear = await _sent(request)
        wanted, errors = bulk.order(typed, clear, local_today())
        if errors:
            return await _form(request, here, ids, query, typed, clear, errors)
        try:
            async with here.tx(write=True) as tx:
                done = await writing.apply(
                    tx, here.write, ids, wanted, agreed=typed.get("agreed", ""), by=here.actor, now=now()
                )  # fmt: skip
        except Outdated as late:
            return await _preview(request, here, ids, query, typed, clear, wanted, late)
        url = f"{here.base}/assets?{query}" if query else f"{here.base}/assets"
        text = ngettext("%(num)s Gerät geändert.", "%(num)s Geräte geändert.", len(done))
        undo = f"{here.base}/review/undo" if done else None
        return web.redirect(url, message=text, undo=undo)


async def _sent(request: Ask) -> tuple[list[UUID], str, dict[str, str], tuple[str, ...]]:
    """Devices, filter, what was typed, and the fields to clear."""
    form = await request.form()
    ids = [found for text in str(form.get("ids", "")).split(",")[: bulk.MOST] if (found := _key(text))]
    typed = {name: str(form[name]) for name in (*TYPED, "also_held", "agreed", "again") if name in form}
    clear = tuple(name for text in form.getall("clear", []) if (name := str(text)) in bulk.FIELDS)
    return ids, kept(str(form.get("query", ""))), typed, clear


async def _form(
    request: Ask,
    here: Here,
    ids: list[UUID],
    query: str,
    typed: Mapping[str, str],
    clear: tuple[str, ...] = (),
    errors: Mapping[str, str] | None = None,
) -> Response[str]:
    async with here.tx() as tx:
        devices = await writing.targets(tx, here.write, ids)
        sites = [site.name for site in await site_store.sites(tx, here.write)]
    return web.page(
        request, here, "inventory/bulk.html", status=422 if errors else 200, errors=errors or {}, typed=typed, clear=clear,
        devices=devices, ids=",".join(str(one.id) for one in devices), query=query, base=f"{here.base}/assets",
        fields=bulk.FIELDS,
        field_options=[(name, labels.FIELDS[name]) for name in bulk.FIELDS if name not in bulk.NEVER_EMPTY],
        kinds=[("", _("nicht ändern")), *labels.KINDS.items()],
        labels=labels, sites=sites, today=local_today().isoformat(),
        states=[("", _("nicht ändern"))] + [(one.value, labels.STATUS[one][0]) for one in Status if one is not Status.NEW],
    )  # fmt: skip


async def _preview(
    request: Ask,
    here: Here,
    ids: list[UUID],
    query: str,
    typed: dict[str, str],
    clear: tuple[str, ...],
    wanted: bulk.Order,
    late: Outdated | None = None,
) -> Response[str]:
    async with here.tx() as tx:
        lines = bulk.plan(await writing.targets(tx, here.write, ids), wanted)
    changing = [line for line in lines if line.changes]
    heads = (_("Gerät"), _("Feld"), _("Vorher"), _("Nachher"))
    return web.page(
        request, here, "inventory/bulk_preview.html", status=409 if late else 200, typed=typed,
        clash=overtaken((), late) if late else None,
        clear=clear, ids=",".join(str(line.target.id) for line in lines), query=query, base=f"{here.base}/assets", wanted=wanted,
        rows=[(line.target, *row) for line in changing for row in bulk.shown(line)], changing=len(changing),
        left=[(line.target, *row) for line in lines for row in bulk.left_out(line)], agreed=bulk.digest(changing),
        carried=[(name, typed[name]) for name in (*TYPED, "also_held") if name in typed],
        columns=tuple(web.Column(text) for text in heads),
        left_columns=tuple(web.Column(text) for text in (*heads[:2], _("Warum"))),
    )  # fmt: skip
