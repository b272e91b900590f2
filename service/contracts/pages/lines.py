"""„Leitungen“: the contracts on lines with their sites, and the lines that only a site knows of."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from litestar import Controller, Response, get

from service import web
from service.auth.guards import EDIT_INVENTORY, READ_INVENTORY, Here
from service.contracts import words
from service.contracts.lines import Line, Place, matches, register
from service.contracts.pages.common import Ask, day
from service.contracts.store import contracts
from service.exports import Euro
from service.i18n import gettext as _
from service.inventory.pages.files import table_file
from service.inventory.store import sites as site_store
from service.settings import local_today


class LinePages(Controller):
    """`/towns/{town}/contracts/lines`."""

    path = "/towns/{town:str}/contracts/lines"
    include_in_schema = False

    @get("/", opt={"access": READ_INVENTORY})
    async def show(self, request: Ask, here: Here) -> Response[str]:
        """All lines that the filter of the address leaves."""
        known, rows = await _rows(request, here)
        chosen, today = _chosen(request), local_today()
        return web.page(
            request, here, "contracts/lines.html", rows=rows, known=len(known), chosen=chosen, words=words, today=today,
            base=f"{here.base}/contracts", town_base=here.base, may_edit=bool(here.roles & EDIT_INVENTORY),
            export_query=urlencode({name: value for name, value in chosen.items() if value}),
            yearly=sum(x.contract.cost_yearly or 0 for x in rows if x.contract and x.contract.state(today) != "ended"),
            columns=tuple(
                web.Column(x, numeric=x == _("Kosten im Jahr"))
                for x in (_("Leitung"), _("Standort"), _("Technik"), _("Bandbreite"), _("Anbieter"), _("Ende des Vertrags"),
                          _("Kosten im Jahr"))
            ),
        )  # fmt: skip

    @get("/export", opt={"access": READ_INVENTORY})
    async def export(self, request: Ask, here: Here) -> Response[bytes]:
        """Exactly the shown filter as XLSX or CSV."""
        _known, rows = await _rows(request, here)
        lines = [_line(row, local_today()) for row in rows]
        return table_file(request, lines, list(lines[0]) if lines else [_("Leitung")], f"leitungen-{here.slug}")


def _chosen(request: Ask) -> dict[str, str]:
    said = {name: str(request.query_params.get(name, "")).strip()[:100] for name in ("q", "technology", "contract")}
    said["technology"] = said["technology"] if said["technology"] in words.TECHNOLOGIES else ""
    said["contract"] = said["contract"] if said["contract"] in ("with", "without") else ""
    return said


async def _rows(request: Ask, here: Here) -> tuple[list[Line], list[Line]]:
    """All, and those of the filter: what ends next on top, what has ended last."""
    today = local_today()
    async with here.tx() as tx:
        known = await contracts.contracts(tx, here.write)
        places = [Place(x.id, x.name, x.facts) for x in await site_store.sites(tx, here.write)]
        everything = register(known, await contracts.sites(tx, here.write), places, today)
    chosen = _chosen(request)
    found = [
        x for x in everything
        if chosen["technology"] in ("", x.technology) and matches(x, chosen["q"])
        and (not chosen["contract"] or (x.contract is not None) == (chosen["contract"] == "with"))
    ]  # fmt: skip
    found.sort(key=lambda x: (x.contract is not None and x.contract.state(today) == "ended", x.ends or date.max))
    return everything, found


def _line(row: Line, today: date) -> dict[str, Any]:
    item = row.contract
    return {
        _("Leitung"): item.title if item else "",
        _("Leitung oder Rufnummern"): row.number,
        _("Standort"): row.sites,
        _("Technik"): str(words.TECHNOLOGIES.get(row.technology, "")),
        _("Empfang in Mbit/s"): row.down,
        _("Senden in Mbit/s"): row.up,
        _("Anbieter"): item.partner if item else "",
        _("Vertragsnummer"): item.number if item else "",
        _("Ende des Vertrags"): day(row.ends),
        _("Kündigung spätestens"): day(item.notice_by(today)) if item else "",
        _("Kosten im Jahr"): Euro.of(item.cost_yearly) if item and item.cost_yearly is not None else "",
        _("Zuständige Stelle"): item.responsible if item else "",
        _("Stand"): str(words.STATES[item.state(today)][0]) if item else _("kein Vertrag"),
    }
