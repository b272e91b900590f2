"""„Fachverfahren“: products × towns, what the comparison tells, the file of it, and the standards of the group."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

from litestar import Controller, Response, get, post
from litestar.response import Redirect

from service import web
from service.auth.guards import EDIT_INVENTORY, EDIT_ISMS, READ_INVENTORY, Here
from service.errors import Missing, Wrong
from service.exports import Euro
from service.i18n import gettext as _
from service.inventory.pages.files import table_file
from service.settings import local_today, now
from service.software import compare, values, words
from service.software.pages.common import Ask, base, product_url, tabs
from service.software.store import GROUP, door, entries
from service.software.store.picture import Picture, picture
from service.web.forms import Form, problem, read

SCOPES = ("all", "own", "others")


class StandardForm(Form):
    """A standard of the group."""

    name: str = ""
    purpose: str = ""


class KeyForm(Form):
    """Which standard ends."""

    key: str = ""


class MatrixPages(Controller):
    """`/towns/{town}/software`."""

    path = "/towns/{town:str}/software"
    include_in_schema = False

    @get("/", opt={"access": READ_INVENTORY})
    async def show(self, request: Ask, here: Here) -> Response[str]:
        """Who uses what: own facts fully, others' as far as they share them."""
        async with door(here.write) as tx:
            seen = await picture(tx, here.write)
        rows, chosen = _wanted(request, here, seen)
        today = local_today()
        return web.page(
            request, here, "software/matrix.html", rows=rows, chosen=chosen, picture=seen, base=base(here), words=words,
            tabs=tabs(here, ""), product_url=lambda key: product_url(here, key), own=here.write, today=today,
            support={row.key: support for row in rows if (support := _support(row, here.write))},
            may_edit=bool(here.roles & EDIT_INVENTORY) and here.write != GROUP, export_query=request.url.query,
            columns=(web.Column(_("Produkt")), web.Column(_("Zweck")), *(web.Column(x.name) for x in seen.towns)),
        )  # fmt: skip

    @get("/export", opt={"access": READ_INVENTORY})
    async def export(self, request: Ask, here: Here) -> Response[bytes]:
        """The shown rows as XLSX or CSV, one line a product and town."""
        async with door(here.write) as tx:
            seen = await picture(tx, here.write)
        rows, _chosen = _wanted(request, here, seen)
        told = [line for row in rows for line in lines(row, seen)]
        columns = list(told[0]) if told else [_("Produkt")]
        return table_file(request, told, columns, f"fachverfahren-{here.slug}")

    @get("/compare", opt={"access": READ_INVENTORY})
    async def compare(self, request: Ask, here: Here) -> Response[str]:
        """One purpose with several products, contracts that end together, deviations from the standards."""
        return await _compare(request, here)

    @post("/standards", opt={"access": EDIT_ISMS}, status_code=200)
    async def add_standard(self, request: Ask, here: Here) -> Response[str] | Redirect:
        """Name a standard; only in the group's own pages."""
        _only_group(here)
        try:
            form = await read(request, StandardForm)
            async with door(GROUP, write=True) as tx:
                await entries.set_standard(tx, form.name, form.purpose, here.actor, now())
        except Wrong as error:
            return await _compare(request, here, status=422, errors=problem(error))
        return web.redirect(f"{base(here)}/compare", message=_("Standard des Verbunds gespeichert."))

    @post("/standards/end", opt={"access": EDIT_ISMS}, status_code=303)
    async def end_standard(self, request: Ask, here: Here) -> Redirect:
        """Take one back; the towns keep what they use."""
        _only_group(here)
        form = await read(request, KeyForm)
        async with door(GROUP, write=True) as tx:
            gone = await entries.drop_standard(tx, form.key, here.actor)
        return web.redirect(f"{base(here)}/compare", message=_("„%(name)s“ ist kein Standard mehr.", name=gone.name))


def _only_group(here: Here) -> None:
    if here.write != GROUP:
        raise Missing


def _wanted(request: Ask, here: Here, seen: Picture) -> tuple[tuple[compare.Row, ...], dict[str, str]]:
    """The rows that the filter of the address asks for, and the filter."""
    q = str(request.query_params.get("q", "")).strip()[:100]
    scope = str(request.query_params.get("scope", ""))
    rows = compare.search(seen.rows, q)
    if scope == "own":
        rows = tuple(x for x in rows if here.write in x.cells)
    elif scope == "others":
        rows = tuple(x for x in rows if here.write not in x.cells)
    return rows, {"q": q, "scope": scope if scope in SCOPES else ""}


def _support(row: compare.Row, own: int) -> Any:
    """End of support of the own version; nothing is derived from what other towns share."""
    use = row.cells.get(own)
    return values.support_of(use.name, use.release or "") if use else None


def lines(row: compare.Row, seen: Picture) -> Iterator[dict[str, Any]]:
    """One line a town that uses the product. The headings are those that the import reads (`importing.FIELDS`)."""
    names = seen.names
    for town, use in row.cells.items():
        mine = seen.own.get(use.key) if seen.towns and town == seen.towns[0].id else None
        yield {
            _("Produkt"): use.name,
            _("Hersteller"): use.maker,
            _("Art"): str(words.CATEGORIES.get(mine.category, "")) if mine else "",
            _("Zweck"): use.purpose,
            _("Stadt"): names[town],
            _("Version"): use.release,
            _("Betrieb"): str(words.HOSTING[use.hosting]) if use.hosting in words.HOSTING else "",
            _("Zahl der Nutzenden"): use.users,
            _("Ansprechstelle"): use.contact,
            _("Vertragsende"): use.contract_end.strftime("%d.%m.%Y") if use.contract_end else "",
            _("Kosten im Jahr in Euro"): None if use.cost_yearly is None else Euro.of(use.cost_yearly),
            _("Wer hat es gelöst?"): use.solved,
            _("Kündigung spätestens am"): mine.notice_on.strftime("%d.%m.%Y") if mine and mine.notice_on else "",
            _("Vertrag zur Auftragsverarbeitung"): str(words.ANSWERS[mine.processing_contract]) if mine else "",
            _("Schnittstelle zur Dokumentenverwaltung"): str(words.ANSWERS[mine.dms_interface]) if mine else "",
            _("Plan für den Ausstieg"): mine.exit_plan if mine else "",
            _("Eigene Notiz"): mine.note if mine else "",
            _("Andere Städte dürfen sehen"): "; ".join(str(words.FACETS[x]) for x in mine.facets if x in words.FACETS)
            if mine
            else "",
        }


async def _compare(request: Ask, here: Here, *, status: int = 200, errors: dict[str, str] | None = None) -> Response[str]:
    async with door(here.write) as tx:
        seen = await picture(tx, here.write)
    today = local_today()
    return web.page(
        request, here, "software/compare.html", status=status, errors=errors or {}, base=base(here), tabs=tabs(here, "/compare"),
        names=seen.names, same=compare.same_purpose(seen.rows), ends=compare.end_together(seen.rows, today),
        standards=[dataclasses.asdict(x) for x in seen.standards], deviations=compare.deviations(seen.rows, seen.standards),
        may_set=here.write == GROUP and bool(here.roles & EDIT_ISMS),
        columns={
            "same": (web.Column(_("Zweck")), web.Column(_("Produkte")), web.Column(_("Bekannte Kosten im Jahr"), numeric=True)),
            "ends": (web.Column(_("Produkt")), web.Column(_("Quartal")), web.Column(_("Vertragsenden"))),
            "standards": tuple(web.Column(x) for x in (_("Standard"), _("Zweck"), _("Festgelegt von"), _("Schritt"))),
            "deviations": tuple(web.Column(x) for x in (_("Stadt"), _("Nutzt"), _("Standard"), _("Zweck"))),
        },
    )  # fmt: skip
