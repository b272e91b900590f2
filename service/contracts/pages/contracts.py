"""„Verträge“: the list with its filter and files, each contract with terms and history, its form."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

import msgspec
from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from service import web
from service.auth.guards import EDIT_INVENTORY, READ_INVENTORY, Here
from service.contracts import words
from service.contracts.lines import LINE
from service.contracts.pages.common import Ask, choice, day, drawn
from service.contracts.store import contracts as store
from service.contracts.store import files, rows
from service.contracts.terms import Contract, matches
from service.errors import Outdated, Wrong
from service.exports import Euro
from service.i18n import gettext as _
from service.inventory.filing.files import KINDS
from service.inventory.pages.files import table_file
from service.inventory.store import sites as site_store
from service.settings import local_today, now
from service.software.store import entries
from service.web import clash
from service.web.clash import Overtaken
from service.web.forms import Form, kept, problem, read

MOST_MONTHS = 120
FASTEST = 1_000_000
"""Mbit/s of the fastest line that can be meant."""


class ContractForm(Form):
    """A contract; money in whole Euro."""

    kind: str = "maintenance"
    title: str = ""
    partner: str = ""
    number: str = ""
    line: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    notice_count: int | None = None
    notice_unit: str = "month"
    renews_months: int | None = None
    cancelled_on: date | None = None
    cost_yearly: int | None = None
    responsible: str = ""
    note: str = ""
    technology: str = ""
    down_mbit: int | None = None
    up_mbit: int | None = None
    version: int = 0


class ContractPages(Controller):
    """`/towns/{town}/contracts`."""

    path = "/towns/{town:str}/contracts"
    include_in_schema = False

    @get("/", opt={"access": READ_INVENTORY})
    async def show(self, request: Ask, here: Here) -> Response[str]:
        """Contracts, what has to be decided first on top."""
        known, rows_, counts = await _rows(request, here)
        today = local_today()
        query = urlencode({name: value for name, value in _chosen(request).items() if value})
        return web.page(
            request, here, "contracts/list.html", rows=rows_, known=len(known), counts=counts, words=words, today=today,
            base=base(here), chosen=_chosen(request), export_query=query, may_edit=bool(here.roles & EDIT_INVENTORY),
            states=[(key, word) for key, (word, _tone) in words.STATES.items()],
            yearly=sum(x.cost_yearly or 0 for x in rows_ if x.state(today) != "ended"),
            columns=tuple(
                web.Column(x, numeric=x == _("Kosten im Jahr"))
                for x in (_("Vertrag"), _("Art"), _("Zuständige Stelle"), _("Laufzeit"), _("Kündigung spätestens"),
                          _("Kosten im Jahr"), _("Stand"))
            ),
        )  # fmt: skip

    @get("/export", opt={"access": READ_INVENTORY})
    async def export(self, request: Ask, here: Here) -> Response[bytes]:
        """Exactly the shown filter as XLSX or CSV."""
        _known, rows_, counts = await _rows(request, here)
        today = local_today()
        heads = [
            _("Bezeichnung"), _("Art"), _("Vertragspartner"), _("Vertragsnummer"), _("Leitung oder Rufnummern"), _("Beginn"),
            _("Ende der Laufzeit"), _("Kündigung spätestens"), _("Verlängert sich um Monate"), _("Gekündigt am"),
            _("Kosten im Jahr"), _("Zuständige Stelle"), _("Gilt für"), _("Stand"), _("Bemerkung"),
        ]  # fmt: skip
        lines = [
            dict(zip(heads, (
                x.title, str(words.KINDS[x.kind]), x.partner, x.number, x.line, day(x.starts_on), day(x.term_ends(today)),
                day(x.notice_by(today)), x.renews_months, day(x.cancelled_on),
                "" if x.cost_yearly is None else Euro.of(x.cost_yearly), x.responsible, counts.get(x.id, 0),
                str(words.STATES[x.state(today)][0]), x.note,
            ), strict=True))
            for x in rows_
        ]  # fmt: skip
        return table_file(request, lines, heads, f"vertraege-{here.slug}")

    @get("/new", opt={"access": EDIT_INVENTORY})
    async def fresh(self, request: Ask, here: Here) -> Response[str]:
        """An empty form."""
        kind = request.query_params.get("kind", "")
        return _form(request, here, ContractForm(kind=kind if kind in words.KINDS else "maintenance"), None)

    @post("/new", opt={"access": EDIT_INVENTORY}, status_code=200)
    async def add(self, request: Ask, here: Here) -> Response[str] | Redirect:
        """Enter it."""
        return await _save(request, here, None)

    @get("/{key:uuid}", opt={"access": READ_INVENTORY})
    async def one(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str]:
        """Terms, what it is about, files and history."""
        return await page(request, here, key)

    @get("/{key:uuid}/edit", opt={"access": EDIT_INVENTORY})
    async def edit(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str]:
        """Show it for changing."""
        return _form(request, here, await _stored(here, key), key)

    @post("/{key:uuid}/edit", opt={"access": EDIT_INVENTORY}, status_code=200)
    async def change(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str] | Redirect:
        """Save it."""
        return await _save(request, here, key)

    @post("/{key:uuid}/delete", opt={"access": EDIT_INVENTORY}, status_code=303)
    async def delete(self, here: Here, key: FromPath[UUID]) -> Redirect:
        """Take it off the list; the message offers the way back."""
        async with here.tx(write=True) as tx:
            await rows.remove(tx, store.KEPT, here.write, key, here.actor, now(), removed=True)
        return web.redirect(base(here), message=_("Der Vertrag ist gelöscht."), undo=f"{base(here)}/{key}/restore")

    @post("/{key:uuid}/restore", opt={"access": EDIT_INVENTORY}, status_code=303)
    async def restore(self, here: Here, key: FromPath[UUID]) -> Redirect:
        """Have a deleted one back."""
        async with here.tx(write=True) as tx:
            await rows.remove(tx, store.KEPT, here.write, key, here.actor, now(), removed=False)
        return web.redirect(f"{base(here)}/{key}", message=_("Der Vertrag ist wieder da."))


def base(here: Here) -> str:
    """Address of the list."""
    return f"{here.base}/contracts"


async def page(request: Ask, here: Here, key: UUID, *, status: int = 200, errors: dict[str, str] | None = None,
               typed: str = "") -> Response[str]:  # fmt: skip
    """The page of a contract, also with what a form on it could not take."""
    async with here.tx() as tx:
        item = await store.contract(tx, here.write, key)
        linked = await store.linked(tx, here.write, key)
        held = await files.filed(tx, here.write, key)
        events = await rows.history(tx, store.KEPT, here.write, key)
        sites = [(str(x.id), x.name) for x in await site_store.sites(tx, here.write)]
        products = [(str(x.id), x.name) for x in await entries.entries(tx, here.write)]
    options = {"kind": words.KINDS, "notice_unit": words.UNITS, "technology": words.TECHNOLOGIES}
    return web.page(
        request, here, "contracts/contract.html", status=status, item=item, linked=linked, files=held, file_kinds=KINDS,
        base=base(here), words=words, today=local_today(), history=drawn(events, options), sites=sites, products=products,
        errors=errors or {}, typed=typed, may_edit=bool(here.roles & EDIT_INVENTORY), town_base=here.base,
        columns=(web.Column(_("Name")), web.Column(_("Was")), web.Column(_("Schritt"))),
        file_columns=(web.Column(_("Datei")), web.Column(_("Art")), web.Column(_("Hinzugefügt")), web.Column(_("Schritt"))),
    )  # fmt: skip


def _chosen(request: Ask) -> dict[str, str]:
    said = {name: str(request.query_params.get(name, "")).strip()[:100] for name in ("q", "kind", "state")}
    said["kind"] = said["kind"] if said["kind"] in words.KINDS else ""
    said["state"] = said["state"] if said["state"] in words.STATES else ""
    return said


async def _rows(request: Ask, here: Here) -> tuple[Sequence[Contract], list[Contract], Any]:
    """All, those of the filter by the next day on which something is to be done, and what each is about."""
    async with here.tx() as tx:
        known = await store.contracts(tx, here.write)
        counts = await store.counts(tx, here.write)
    chosen, today = _chosen(request), local_today()
    found = [
        x for x in known
        if chosen["kind"] in ("", x.kind) and chosen["state"] in ("", x.state(today)) and matches(x, chosen["q"])
    ]  # fmt: skip
    found.sort(key=lambda x: (x.state(today) == "ended", x.notice_by(today) or x.term_ends(today) or date.max))
    return known, found, counts


async def _stored(here: Here, key: UUID) -> ContractForm:
    async with here.tx() as tx:
        item = await store.contract(tx, here.write, key)
    cost = None if item.cost_yearly is None else item.cost_yearly // 100
    return ContractForm(**{x: getattr(item, x) for x in ContractForm.__struct_fields__} | {"cost_yearly": cost})


async def _save(request: Ask, here: Here, key: UUID | None) -> Response[str] | Redirect:
    form = ContractForm()
    try:
        form = await read(request, ContractForm)
        item = _contract(form, key)
        async with here.tx(write=True) as tx:
            made = await store.save(tx, here.write, item, here.actor, now())
    except Wrong as error:
        return _form(request, here, kept(error, form), key, status=422, errors=problem(error))
    except Outdated as error:
        if key is None:
            raise
        stored = await _stored(here, key)
        shown = msgspec.structs.replace(form, version=stored.version)
        return _form(request, here, shown, key, status=409, clash=clash.of_forms(stored, form, words.FIELDS, error))
    return web.redirect(f"{base(here)}/{made}", message=_("Der Vertrag ist gespeichert."))


def _contract(form: ContractForm, key: UUID | None) -> Contract:
    """Raises `Wrong` for what cannot be meant."""
    if not form.title:
        raise Wrong(_("Bitte geben Sie dem Vertrag eine Bezeichnung."), "title")
    choice(form, {"kind": words.KINDS, "notice_unit": words.UNITS, "technology": {"": "", **words.TECHNOLOGIES}})
    if form.kind != LINE and (form.technology or form.down_mbit or form.up_mbit):
        todo = _("Wählen Sie „Leitung oder Anschluss“ oder leeren Sie sie.")
        raise Wrong(_("Technik und Bandbreite gehören zu einer Leitung."), "kind", todo)
    bounds = {
        "cost_yearly": (0, 2**31), "notice_count": (0, 3660), "renews_months": (1, MOST_MONTHS), "down_mbit": (1, FASTEST),
        "up_mbit": (1, FASTEST),
    }  # fmt: skip
    for name, (least, most) in bounds.items():
        value = getattr(form, name)
        if value is not None and not least <= value <= most:
            raise Wrong(_("Diese Zahl kann nicht stimmen."), name)
    if form.starts_on and form.ends_on and form.ends_on < form.starts_on:
        raise Wrong(_("Das Ende liegt vor dem Beginn."), "ends_on")
    if form.renews_months and not form.ends_on:
        raise Wrong(
            _("Ohne Ende der ersten Laufzeit verlängert sich nichts."),
            "ends_on",
            _("Nennen Sie das Ende oder lassen Sie beides leer."),
        )
    if form.cancelled_on and form.starts_on and form.cancelled_on < form.starts_on:
        raise Wrong(_("Die Kündigung liegt vor dem Beginn."), "cancelled_on")
    cost = None if form.cost_yearly is None else form.cost_yearly * 100
    given = {x: getattr(form, x) for x in ContractForm.__struct_fields__} | {"cost_yearly": cost}
    return Contract(id=key or uuid4(), **given | {"version": form.version if key else 0})


def _form(
    request: Ask, here: Here, form: ContractForm, key: UUID | None, *, status: int = 200,
    errors: dict[str, str] | None = None, clash: Overtaken | None = None,
) -> Response[str]:  # fmt: skip
    return web.page(
        request, here, "contracts/form.html", status=status, form=form, errors=errors or {}, clash=clash, fresh=key is None,
        url=f"{base(here)}/{f'{key}/edit' if key else 'new'}", base=base(here), words=words, fields=words.FIELDS,
        back=f"{base(here)}/{key}" if key else base(here),
    )  # fmt: skip
