"""Modelling (Modellierung): requirements and modules of each object, taking away with a reason, the auditor's list of reasons."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from isms.measures import Claim
from isms.pages import words
from isms.pages.forms import Ask, Form, kept, problem, read, transaction
from isms.sheet import Entry, Sheet
from isms.store import sheets, standing
from isms.store.standing import ALL, Wanted
from isms.structure import modules
from isms.structure.pages.frame import base, chosen, columns, follow, page
from service import web
from service.auth.guards import EDIT_ISMS, READ_ISMS, Here
from service.db import SafeTransaction
from service.errors import Missing, Wrong
from service.i18n import gettext as _
from service.i18n import ngettext
from service.inventory import labels
from service.inventory.pages.files import table_file
from service.objects import store as objects
from service.objects.membership import FAMILIES, Estate
from service.objects.store import Target, devices
from service.settings import local_today, now


class TakeForm(Form):
    """Ticked requirements and the reason why they go here."""

    id: tuple[str, ...] = ()
    reason: str = ""


class ModuleForm(Form):
    """Modules placed on the object."""

    modules: tuple[str, ...] = ()
    version: int = 0


class ModellingPages(Controller):
    """`/towns/{town}/structure/modelling`."""

    path = "/towns/{town:str}/structure/modelling"
    include_in_schema = False

    @get("/", opt={"access": READ_ISMS})
    async def show(self, request: Ask, here: Here) -> Response[str]:
        """Every object with categories, modules and how many requirements apply."""
        async with transaction(here) as tx:
            rows = await _rows(tx, here)
        return page(
            request,
            here,
            "modelling",
            "/modelling",
            rows=rows,
            kinds=words.KINDS,
            removed=sum(x["removed"] for x in rows),
            needless=sum(x["needless"] for x in rows),
            columns=columns(
                _("Zielobjekt"),
                _("Kategorien"),
                _("Bausteine"),
                _("Anforderungen"),
                _("entbehrlich"),
                _("gestrichen"),
                numeric=(3, 4, 5),
            ),
        )

    @get("/export", opt={"access": READ_ISMS})
    async def export(self, request: Ask, here: Here) -> Response[bytes]:
        """Object × requirement with the category or module that brought it, as XLSX or CSV."""
        async with transaction(here) as tx:
            sheet = await sheets.load(tx, here.write, local_today())
        heads = [_("Zielobjekt"), _("Kennung"), _("Anforderung"), _("Gilt wegen"), _("Stand"), _("Begründung")]
        lines = [dict(zip(heads, _exported(x), strict=True)) for x in (*sheet.entries, *sheet.removed)]
        return table_file(request, lines, heads, f"modellierung-{here.slug}")

    @get("/reasons", opt={"access": READ_ISMS})
    async def reasons(self, request: Ask, here: Here) -> Response[str]:
        """Everything that is entbehrlich or was taken away, with the reason and who gave it: the auditor's list."""
        query = chosen(request.query_params, "q", "what")
        async with transaction(here) as tx:
            rows = await _reasons(tx, here, query)
        state = web.listing(request.url.path, request.query_params.multi_items(), total=len(rows), per_page=100)
        return page(
            request,
            here,
            "reasons",
            "/modelling",
            rows=rows[state.offset : state.offset + state.per_page],
            state=state,
            query=query,
            check=f"{here.base}/controls/objects",
            export_query=request.url.query,
            columns=columns(_("Anforderung"), _("Zielobjekt"), _("Was"), _("Begründung"), _("Wer und wann")),
        )

    @get("/reasons/export", opt={"access": READ_ISMS})
    async def export_reasons(self, request: Ask, here: Here) -> Response[bytes]:
        """The shown list as XLSX or CSV."""
        async with transaction(here) as tx:
            rows = await _reasons(tx, here, chosen(request.query_params, "q", "what"))
        heads = [_("Zielobjekt"), _("Kennung"), _("Anforderung"), _("Was"), _("Begründung"), _("Von"), _("Am")]
        lines = [
            dict(
                zip(
                    heads,
                    (
                        x["entry"].target_name,
                        x["entry"].requirement.label,
                        x["entry"].requirement.title,
                        x["what"],
                        x["reason"],
                        x["by"],
                        x["at"].date().isoformat() if x["at"] else "",
                    ),
                    strict=True,
                )
            )
            for x in rows
        ]
        return table_file(request, lines, heads, f"begruendungen-{here.slug}")

    @get("/{target:uuid}", opt={"access": READ_ISMS})
    async def one(self, request: Ask, here: Here, target: FromPath[UUID]) -> Response[str]:
        """What applies at one object and why."""
        return await _one(request, here, target)

    @post("/{target:uuid}/remove", opt={"access": EDIT_ISMS}, status_code=200)
    async def remove(self, request: Ask, here: Here, target: FromPath[UUID]) -> Response[str] | Redirect:
        """Take the ticked requirements away for one reason."""
        form = TakeForm()
        try:
            form = await read(request, TakeForm)
            async with here.tx(write=True) as tx:
                for control in _ticked(form):
                    await sheets.remove(tx, here.write, target, control, form.reason, here.actor, now())
                await follow(tx, here.write)
        except Wrong as error:
            return await _one(request, here, target, kept(error, form), problem(error))
        text = ngettext("%(num)s Anforderung gestrichen.", "%(num)s Anforderungen gestrichen.", len(form.id))
        return web.redirect(f"{base(here)}/modelling/{target}", message=text)

    @post("/{target:uuid}/restore", opt={"access": EDIT_ISMS}, status_code=303)
    async def restore(self, request: Ask, here: Here, target: FromPath[UUID]) -> Redirect:
        """Put requirements back."""
        form = await read(request, TakeForm)
        async with here.tx(write=True) as tx:
            for control in form.id:
                await sheets.restore(tx, here.write, target, control, here.actor)
            await follow(tx, here.write)
        text = ngettext("%(num)s Anforderung wieder aufgenommen.", "%(num)s Anforderungen wieder aufgenommen.", len(form.id))
        return web.redirect(f"{base(here)}/modelling/{target}", message=text)

    @post("/{target:uuid}/modules", opt={"access": EDIT_ISMS}, status_code=303)
    async def place(self, request: Ask, here: Here, target: FromPath[UUID]) -> Redirect:
        """Place these modules on the object; their requirements apply as soon as the Kompendium is imported."""
        form = await read(request, ModuleForm)
        chosen_modules = tuple(x for x in modules.MODULES if x in form.modules)
        async with here.tx(write=True) as tx:
            item = await objects.target(tx, here.write, target)
            await objects.change(tx, here.write, replace(item, modules=chosen_modules, version=form.version), here.actor)
            await follow(tx, here.write)
        return web.redirect(f"{base(here)}/modelling/{target}", message=_("Bausteine gespeichert."))


def _ticked(form: TakeForm) -> tuple[str, ...]:
    if not form.id:
        raise Wrong(_("Bitte wählen Sie mindestens eine Anforderung."), "")
    return form.id


def _suggested(item: Target, estate: Estate) -> tuple[modules.Module, ...]:
    mask = 0 if item.rule.everything else estate.mask(item.rule)
    return modules.suggest(item.kind, item.name, item.categories, tuple(estate.by_kind(mask)), estate.families(mask))


async def _rows(tx: SafeTransaction, here: Here) -> list[dict[str, Any]]:
    figures = await standing.figures(tx, here.write, local_today())
    estate = await devices.estate(tx, here.write)
    quotas = {line.id: line.quota for line in figures.lines({})}
    gone = Counter(target for target, _control in await standing.removed(tx, here.write))
    rows = []
    for item in await objects.targets(tx, here.write):
        number, needless, removed = quotas[item.id].total, quotas[item.id].not_required, gone[item.id]
        missing = [x.id for x in _suggested(item, estate) if x.id not in item.modules]
        rows.append({"item": item, "number": number, "needless": needless, "removed": removed, "suggested": missing})
    return rows


async def _reasons(tx: SafeTransaction, here: Here, query: dict[str, str]) -> list[dict[str, Any]]:
    _total, spots = await standing.find(tx, here.write, local_today(), Wanted(state=Claim.ENTBEHRLICH), limit=ALL)
    spots = [*spots, *await standing.removed(tx, here.write)]
    sheet = await sheets.load(tx, here.write, local_today(), spots=spots)
    who = await sheets.removals(tx, here.write)
    rows: list[dict[str, Any]] = []
    if query["what"] in ("", "needless"):
        rows += [
            {
                "entry": x,
                "what": _("entbehrlich"),
                "badge": "neutral",
                "reason": x.answer.reason if x.answer else x.state.provenance,
                "by": x.answer.by if x.answer else "",
                "at": x.answer.at if x.answer else None,
            }
            for x in sheet.entries
            if x.state.claim is Claim.ENTBEHRLICH
        ]
    if query["what"] in ("", "removed"):
        for x in sheet.removed:
            by, at = who.get((x.target, x.requirement.key), ("", None))
            rows.append({"entry": x, "what": _("gestrichen"), "badge": "info", "reason": x.removed_reason, "by": by, "at": at})
    needle = query["q"].casefold()
    return [x for x in rows if needle in f"{x['entry'].target_name} {x['reason']} {x['entry'].requirement.words}".casefold()]


def _exported(entry: Entry) -> tuple[str, ...]:
    gone = entry.removed_reason is not None
    state = _("gestrichen") if gone else words.state_word(entry.state)
    reason = entry.removed_reason or (entry.answer.reason if entry.answer else "")
    return (entry.target_name, entry.requirement.label, entry.requirement.title, entry.category, state, reason)


async def _one(
    request: Ask, here: Here, target: UUID, form: TakeForm | None = None, errors: dict[str, str] | None = None
) -> Response[str]:
    async with transaction(here) as tx:
        item = await objects.target(tx, here.write, target)
        sheet: Sheet = await sheets.load(tx, here.write, local_today(), at=target)
        estate = await devices.estate(tx, here.write)
    if not sheet.objects:
        raise Missing
    suggested = {x.id: x for x in _suggested(item, estate)}
    reasons = {"kind": words.KINDS, "device": labels.KINDS, "family": FAMILIES}
    shown = [
        (one, f"{one} {modules.MODULES[one]}", _why(suggested[one].because, reasons) if one in suggested else "")
        for one in modules.MODULES
        if one in suggested or one in item.modules
    ]
    rows = [{"id": x.requirement.key, "name": x.requirement.title, "entry": x} for x in sheet.at(target)]
    return page(
        request,
        here,
        "modelling_object",
        "/modelling",
        status=422 if errors else 200,
        item=item,
        url=f"{base(here)}/modelling/{target}",
        check=f"{here.base}/controls/objects/{target}",
        rows=rows,
        removed=[x for x in sheet.removed if x.target == target],
        shown=shown,
        options=[(one, text + (f" – {why}" if why else "")) for one, text, why in shown],
        missing=[one for one in suggested if one not in item.modules],
        kinds=words.KINDS,
        form=form or TakeForm(),
        errors=errors or {},
        word=words.state_word,
        badge=words.badge,
        columns=columns(_("Anforderung"), _("Verbindlichkeit"), _("Gilt wegen"), _("Stand")),
    )


def _why(because: str, tables: dict[str, Any]) -> str:
    text = next((str(table[because]) for table in tables.values() if because in table), because)
    return _("wegen „%(what)s“", what=text)
