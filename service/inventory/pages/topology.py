"""Who is plugged in where: the map of a site, and the table of all neighbours beside it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get

from service import web
from service.auth.guards import READ_INVENTORY, READ_SCANS, RUN_SCANS, Here
from service.i18n import gettext as _
from service.inventory import cablemap, labels
from service.inventory.pages.reading import key as _key
from service.inventory.store import cabling
from service.inventory.views import LinkFilter

Ask = Request[Any, Any, Any]
NOWHERE = UUID(int=0)
"""Stands in addresses for devices that no site is known of."""


def wanted(request: Ask) -> LinkFilter:
    """The filter in the address; what cannot be read is left out."""
    query = request.query_params
    how, kind, vlan = query.get("how", ""), query.get("kind", ""), query.get("vlan", "")
    return LinkFilter(
        query.get("q", "").strip()[:100],
        _key(query.get("site")),
        how if how in labels.HOW else "",
        kind if kind == "stranger" or kind in labels.KINDS else "",
        int(vlan) if vlan.isascii() and vlan.isdigit() and len(vlan) < 5 else 0,
    )


class TopologyPages(Controller):
    """`/towns/{town}/topology`."""

    path = "/towns/{town:str}/topology"
    include_in_schema = False

    @get("/", opt={"access": READ_INVENTORY})
    async def show(self, request: Ask, here: Here) -> Response[str]:
        """The map of the chosen site (else of the one with most cables), and all its links as a table."""
        chosen, query = wanted(request), request.query_params
        state = web.listing(request.url.path, query.multi_items(), total=0, sortable=cabling.SORTS, default_sort="asset")
        async with here.tx() as tx:
            sites = await cabling.sites(tx, here.write)
            vlans = await cabling.vlans(tx, here.write)
            page = await cabling.links(tx, here.write, chosen, sort=state.sort, page=state.page, size=state.per_page)
            site, name = next(
                ((key, name) for key, name, _n in sites if chosen.site is None or (key or NOWHERE) == chosen.site), (None, "")
            )
            drawn, counts = await cabling.of_map(tx, here.write, site, cablemap.DRAWN) if sites else ((), ())
            silent = await cabling.silent(tx, here.write)
        state = web.listing(request.url.path, query.multi_items(), total=page.total, sortable=cabling.SORTS, default_sort="asset")
        base = here.base
        place = name or _("ohne Standort")
        columns = (
            web.Column(_("Anschluss"), "asset"),
            web.Column(_("Angeschlossen"), "other"),
            web.Column(_("Wie")),
            web.Column(_("VLAN")),
            web.Column(_("Beleg"), "observed_at"),
            web.Column(_("Sicherheit")),
        )
        return web.page(
            request,
            here,
            "inventory/topology.html",
            rows=page.rows,
            state=state,
            columns=columns,
            chosen=chosen,
            map=cablemap.draw(place, drawn, counts, lambda key: f"{base}/assets/{key}") if drawn or counts else None,
            place=place,
            sites=[(key or NOWHERE, text or _("ohne Standort")) for key, text, _n in sites],
            vlans=[(str(vlan), str(vlan)) for vlan in vlans],
            kinds=[("stranger", _("nicht im Bestand")), *labels.KINDS.items()],
            labels=labels,
            silent=silent,
            known=bool(sites),
            base=base,
            may_scan=bool(here.roles & READ_SCANS),
            may_import=bool(here.roles & RUN_SCANS),
        )
