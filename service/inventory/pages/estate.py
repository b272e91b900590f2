"""The list of devices: filtered, sorted, in the columns one wants, as a file; the address is its state."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode

from litestar import Controller, Request, Response, get, post
from litestar.response import Redirect

from service import label_sheets, web
from service.auth.guards import EDIT_INVENTORY, READ_INVENTORY, Here
from service.i18n import gettext as _
from service.inventory import bulk, labels, store, support, table
from service.inventory.pages.files import table_file
from service.inventory.pages.reading import key as _key
from service.inventory.saved import columns as shown
from service.inventory.sites import HAZARDS
from service.inventory.store import lists, promised, saved, search
from service.inventory.store import sites as site_store
from service.inventory.views import SORTS, AssetFilter
from service.names import shown_name
from service.settings import local_today, now

Ask = Request[Any, Any, Any]
TEXTS = ("q", "kind", "source", "status", "seen", "support", "hazard", "warranty")
FILTERS = (*TEXTS, "network", "site", "drift")
"""Names in the address that narrow the list."""
LONGEST = 100


def wanted(request: Ask) -> AssetFilter:
    """The filter in the address; what cannot be read is left out."""
    return narrowed(dict(request.query_params))


def narrowed(query: dict[str, str]) -> AssetFilter:
    """The filter that these fields mean."""
    texts = {name: query.get(name, "").strip()[:LONGEST] for name in TEXTS}
    if texts["support"] not in labels.SUPPORT:
        texts["support"] = ""
    if texts["hazard"] not in HAZARDS:
        texts["hazard"] = ""
    if texts["warranty"] not in labels.WARRANTY:
        texts["warranty"] = ""
    return AssetFilter(**texts, network=_key(query.get("network")), site=_key(query.get("site")), drift="drift" in query)


def kept(query: str) -> str:
    """The part of an address that a saved filter keeps: what narrows and sorts, each once."""
    pairs = {name: text.strip()[:LONGEST] for name, text in parse_qsl(query[:4000]) if name in (*FILTERS, "sort")}
    return urlencode([(name, pairs[name]) for name in (*FILTERS, "sort") if pairs.get(name)])


def in_words(chosen: AssetFilter, networks: dict[str, str], sites: dict[str, str]) -> list[str]:
    """The filter as people would say it."""
    parts = [
        (chosen.q, _("Suche: %(text)s", text=chosen.q)),
        (chosen.kind, labels.word(labels.KINDS, chosen.kind)),
        (chosen.source, _("Quelle: %(name)s", name=labels.word(labels.SOURCES, chosen.source))),
        (chosen.status, str(labels.STATUS[chosen.status][0]) if chosen.status in labels.STATUS else chosen.status),
        (chosen.seen, labels.word(labels.SEEN, chosen.seen)),
        (chosen.network, networks.get(str(chosen.network), "")),
        (chosen.site, sites.get(str(chosen.site), "")),
        (chosen.drift, _("mit Abweichungen")),
        (chosen.hazard, _("Standort mit Gefahr: %(name)s", name=str(HAZARDS.get(chosen.hazard, "")))),
        (chosen.warranty, _("Garantie: %(state)s", state=labels.word(labels.WARRANTY, chosen.warranty))),
        (chosen.support, _("Herstellerpflege: %(state)s", state=str(labels.SUPPORT.get(chosen.support, ("",))[0]))),
    ]
    return [text for given, text in parts if given]


class EstatePages(Controller):
    """`/towns/{town}/assets`, the list."""

    path = "/towns/{town:str}/assets"
    include_in_schema = False

    @get("/", opt={"access": READ_INVENTORY})
    async def show_list(self, request: Ask, here: Here) -> Response[str]:
        """Devices by filter, 50 a page, in the columns of the address, else in those that this person chose."""
        chosen, query = wanted(request), request.query_params
        async with here.tx() as tx:
            networks = {str(key): f"{name} ({cidr})" for key, (name, cidr) in (await lists.network_names(tx, here.write)).items()}
            sites = {str(site.id): site.name for site in await site_store.sites(tx, here.write)}
            state = web.listing(request.url.path, query.multi_items(), total=0, sortable=SORTS, default_sort="name")
            page = await store.assets(tx, here.write, chosen, sort=state.sort, page=state.page, size=state.per_page, now=now())
            filters = await saved.filters(tx, here.write, here.account.id)
            own = await saved.columns(tx, here.write, here.account.id)
            told = query.get("columns", "").split(",") if query.get("columns") else own
            columns, here_now = shown.known(told), kept(urlencode(list(query.multi_items())))
            longer = await promised.promises(tx, here.write, local_today()) if "warranty" in columns else {}
        state = web.listing(request.url.path, query.multi_items(), total=page.total, sortable=SORTS, default_sort="name")
        choices = [shown.CHOICES[key] for key in columns]
        base = f"{here.base}/assets"
        return web.page(
            request,
            here,
            "inventory/list.html",
            rows=page.rows,
            state=state,
            base=base,
            columns=(web.Column(_("Gerät"), "name"), *(web.Column(one.label, one.sort) for one in choices)),
            chosen_columns=columns,
            all_columns=[(key, choice.label) for key, choice in shown.CHOICES.items()],
            own_columns=bool(own),
            line=shown.line,
            longer=longer,
            warranty_options=list(labels.WARRANTY.items()),
            filters=[(_named(one), _address(base, one), (one.query, one.columns) == (here_now, columns)) for one in filters],
            chosen=chosen,
            narrowing=bool(in_words(chosen, networks, sites)),
            networks=list(networks.items()),
            sites=list(sites.items()),
            labels=labels,
            words=in_words(chosen, networks, sites),
            query=here_now,
            asked_columns=query.get("columns", ""),
            status_options=[(key, word) for key, (word, _kind) in labels.STATUS.items()],
            support_options=[(key, word) for key, (word, _kind) in labels.SUPPORT.items()],
            hazard_options=[(key, str(word)) for key, word in HAZARDS.items()],
            support_as_of=support.table().as_of,
            may_edit=bool(here.roles & EDIT_INVENTORY),
            most_labels=label_sheets.MOST,
            most_changed=bulk.MOST,
        )

    @get("/export", opt={"access": READ_INVENTORY})
    async def export(self, request: Ask, here: Here) -> Response[bytes]:
        """Exactly the shown filter as XLSX or CSV, with every column; the file can be imported again."""
        async with here.tx() as tx:
            rows = await search.asset_table(tx, here.write, wanted(request), now=now())
        name = f"geraete-{here.slug}"
        return table_file(request, [table.line(row) for row in rows], tuple(table.COLUMNS), name)

    @post("/columns", opt={"access": READ_INVENTORY}, status_code=303)
    async def choose_columns(self, request: Ask, here: Here) -> Redirect:
        """The columns that this person wants from now on; `usual` goes back to the ones everybody begins with."""
        form = await request.form()
        told = [str(name) for name in form.getall("column", [])]
        usual = "usual" in form or not set(told) & set(shown.CHOICES)
        async with here.tx(write=True) as tx:
            await saved.choose(tx, here.write, here.account.id, () if usual else shown.known(told), now=now())
        url = f"{here.base}/assets"
        query = kept(str(form.get("query", "")))
        text = _("Die Liste zeigt wieder die üblichen Spalten.") if usual else _("Die Spalten sind gemerkt, nur für Sie.")
        return web.redirect(f"{url}?{query}" if query else url, message=text)


def _named(one: saved.Saved) -> str:
    """The name of a saved filter, with its owner where that is somebody else."""
    return one.name if one.mine else _("%(name)s (von %(owner)s)", name=one.name, owner=shown_name(one.owner))


def _address(base: str, one: saved.Saved) -> str:
    """Where a saved filter leads: everything stands in the address, so that it can be passed on."""
    columns = urlencode({"columns": ",".join(one.columns)})
    return f"{base}?{one.query}&{columns}" if one.query else f"{base}?{columns}"
