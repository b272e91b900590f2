"""„Audits“: the plan of a town and of all towns, its files, the form of an audit."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

import msgspec
from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from isms.audits import words
from isms.audits.pages.frame import PATH, base, choices, in_towns, may_plan
from isms.audits.plan import Audit, Entry
from isms.audits.store import audits as store
from isms.audits.store import findings
from service import web
from service.auth.guards import ISB, PLAN_AUDITS, READ_AUDITS, Here
from service.contracts.pages.common import choice, day
from service.contracts.store import rows
from service.db import town_tx
from service.errors import Outdated, Wrong
from service.i18n import gettext as _
from service.inventory.pages.files import table_file
from service.settings import local_today, now
from service.web import clash
from service.web.clash import Overtaken
from service.web.forms import Ask, Form, kept, problem, read

OPTIONS = {"kind": words.KINDS}


class AuditForm(Form):
    """An audit of the plan; `towns` are slugs of further towns, only for a new one."""

    title: str = ""
    kind: str = "internal"
    planned_on: date | None = None
    ends_on: date | None = None
    lead: str = ""
    scope_sites: tuple[UUID, ...] = ()
    scope_objects: tuple[UUID, ...] = ()
    scope_areas: tuple[str, ...] = ()
    scope_note: str = ""
    result: str = ""
    towns: tuple[str, ...] = ()
    version: int = 0


class AuditPages(Controller):
    """`/towns/{town}/audits`."""

    path = PATH
    include_in_schema = False

    @get("/", opt={"access": READ_AUDITS})
    async def show(self, request: Ask, here: Here) -> Response[str]:
        """The plan, what is overdue first."""
        known, found = await _entries(request, here)
        chosen, today = _chosen(request), local_today()
        late = sum(1 for x in known for one in x.findings if one.overdue(today))
        years = sorted({x.audit.year for x in known}, reverse=True)
        return web.page(
            request, here, "isms/audits/list.html", entries=found, known=len(known), late=late, words=words, today=today,
            base=base(here), chosen=chosen, export_query=urlencode({k: v for k, v in chosen.items() if v}),
            may_plan=may_plan(here), states=[(key, word) for key, (word, _tone) in words.STATES.items()],
            years=[(str(x), str(x)) for x in years], columns=_columns(),
        )  # fmt: skip

    @get("/export", opt={"access": READ_AUDITS})
    async def export(self, request: Ask, here: Here) -> Response[bytes]:
        """Exactly the shown filter as XLSX or CSV; `?what=findings` are the findings of these audits."""
        _known, found = await _entries(request, here)
        if request.query_params.get("what") == "findings":
            return _findings_file(request, here, found)
        heads = [
            _("Nr."), _("Titel"), _("Art"), _("Beginn"), _("Ende"), _("Leitung (Funktion)"), _("Stand"),
            _("Feststellungen"), _("davon offen"), _("Ergebnis in Kürze"),
        ]  # fmt: skip
        lines = [
            (
                x.audit.name, x.audit.title, str(words.KINDS[x.audit.kind]), day(x.audit.planned_on), day(x.audit.ends_on),
                x.audit.lead, str(words.STATES[x.audit.state][0]), len(x.findings), x.open, x.audit.result,
            )
            for x in found
        ]  # fmt: skip
        return table_file(request, [dict(zip(heads, x, strict=True)) for x in lines], heads, f"audits-{here.slug}")

    @get("/new", opt={"access": PLAN_AUDITS})
    async def fresh(self, request: Ask, here: Here) -> Response[str]:
        """An empty form."""
        return await _form(request, here, AuditForm(lead=_("Informationssicherheitsbeauftragte/r")), None)

    @post("/new", opt={"access": PLAN_AUDITS}, status_code=200)
    async def add(self, request: Ask, here: Here) -> Response[str] | Redirect:
        """Plan it."""
        return await _save(request, here, None)

    @get("/{key:uuid}/edit", opt={"access": PLAN_AUDITS})
    async def edit(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str]:
        """Show it for changing."""
        return await _form(request, here, await _stored(here, key), key)

    @post("/{key:uuid}/edit", opt={"access": PLAN_AUDITS}, status_code=200)
    async def change(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str] | Redirect:
        """Save it."""
        return await _save(request, here, key)

    @post("/{key:uuid}/delete", opt={"access": PLAN_AUDITS}, status_code=303)
    async def delete(self, here: Here, key: FromPath[UUID]) -> Redirect:
        """Take it off the plan as long as nothing was found; the message offers the way back."""
        async with here.tx(write=True) as tx:
            if await findings.findings(tx, [here.write], key):
                raise Wrong(_("Zu diesem Audit gibt es Feststellungen."), "", _("Sagen Sie es ab, statt es zu löschen."))
            await rows.remove(tx, store.KEPT, here.write, key, here.actor, now(), removed=True)
        return web.redirect(base(here), message=_("Das Audit ist gelöscht."), undo=f"{base(here)}/{key}/restore")

    @post("/{key:uuid}/restore", opt={"access": PLAN_AUDITS}, status_code=303)
    async def restore(self, here: Here, key: FromPath[UUID]) -> Redirect:
        """Have a deleted one back."""
        async with here.tx(write=True) as tx:
            await rows.remove(tx, store.KEPT, here.write, key, here.actor, now(), removed=False)
        return web.redirect(f"{base(here)}/{key}", message=_("Das Audit ist wieder da."))


class GroupAuditPages(Controller):
    """`/group/audits`."""

    path = "/group/audits"
    include_in_schema = False

    @get("/", opt={"access": ISB})
    async def show(self, request: Ask, here: Here) -> Response[str]:
        """The plan of all towns of the security officer, and what is still open."""
        async with here.tx() as tx:
            known = await store.entries(tx, here.read)
        today = local_today()
        late = sum(1 for x in known for one in x.findings if one.overdue(today))
        towns = {town.id: town for town in here.towns}
        columns = (_columns()[0], web.Column(_("Stadt")), *_columns()[1:])
        return web.page(
            request,
            here,
            "isms/audits/group.html",
            entries=known,
            late=late,
            words=words,
            today=today,
            towns=towns,
            columns=columns,
        )


def _columns() -> tuple[web.Column, ...]:
    heads = (_("Audit"), _("Art"), _("Zeitraum"), _("Leitung"), _("Feststellungen"), _("Stand"))
    return tuple(web.Column(x) for x in heads)


def _chosen(request: Ask) -> dict[str, str]:
    said = {name: str(request.query_params.get(name, "")).strip()[:100] for name in ("q", "kind", "state", "year")}
    known: dict[str, Collection[str]] = {"kind": words.KINDS, "state": words.STATES}
    return said | {name: said[name] if said[name] in values else "" for name, values in known.items()}


async def _entries(request: Ask, here: Here) -> tuple[Sequence[Entry], list[Entry]]:
    """All, and those of the filter: the overdue ones first, then by day."""
    async with here.tx() as tx:
        known = await store.entries(tx, [here.write])
    chosen, today = _chosen(request), local_today()
    text = chosen["q"].casefold()
    found = [
        x for x in known
        if chosen["kind"] in ("", x.audit.kind) and chosen["state"] in ("", x.audit.state)
        and chosen["year"] in ("", str(x.audit.year)) and text in f"{x.audit.name} {x.audit.title} {x.audit.lead}".casefold()
    ]  # fmt: skip
    found.sort(key=lambda x: not x.audit.overdue(today))
    return known, found


def _findings_file(request: Ask, here: Here, found: Sequence[Entry]) -> Response[bytes]:
    heads = [
        _("Audit"), _("Nr."), _("Gewicht"), _("Feststellung"), _("Beschreibung und Nachweis"), _("Anforderung"), _("Zielobjekt"),
        _("Zuständig"), _("Zu beheben bis"), _("Nachprüfung am"), _("Ergebnis der Nachprüfung"), _("Stand"),
    ]  # fmt: skip
    lines: list[tuple[Any, ...]] = [
        (
            x.audit.name, one.number, str(words.WEIGHTS[one.weight][0]), one.title, one.text, one.label, one.target_name,
            one.responsible, day(one.due), day(one.recheck_on), str(words.RECHECKS.get(one.recheck_result, "")),
            str(words.FINDING_STATES[one.state][0]),
        )
        for x in found for one in x.findings
    ]  # fmt: skip
    return table_file(request, [dict(zip(heads, x, strict=True)) for x in lines], heads, f"feststellungen-{here.slug}")


async def _stored(here: Here, key: UUID) -> AuditForm:
    async with here.tx() as tx:
        item = await store.audit(tx, here.write, key)
    return AuditForm(**{x: getattr(item, x) for x in AuditForm.__struct_fields__ if x != "towns"})


async def _save(request: Ask, here: Here, key: UUID | None) -> Response[str] | Redirect:
    form = AuditForm()
    try:
        form = await read(request, AuditForm)
        item = _audit(form, key)
        further = _further(here, form) if key is None else []
        async with here.tx(write=True) as tx:
            made = await store.save(tx, here.write, item, here.actor, now())
        for town in further:  # sites and objects are those of one town
            copy = msgspec.structs.replace(form, scope_sites=(), scope_objects=())
            async with town_tx({town}, town) as tx:
                await store.save(tx, town, _audit(copy, None), here.actor, now())
    except Wrong as error:
        return await _form(request, here, kept(error, form), key, status=422, errors=problem(error))
    except Outdated as error:
        if key is None:
            raise
        stored = await _stored(here, key)
        shown = msgspec.structs.replace(form, version=stored.version)
        return await _form(request, here, shown, key, status=409, clash=clash.of_forms(stored, form, words.FIELDS, error))
    return web.redirect(f"{base(here)}/{made}", message=in_towns(1 + len(further)))


def _further(here: Here, form: AuditForm) -> list[int]:
    """The further towns in which it is planned; raises `Wrong` for one that this person does not plan for."""
    known = {town.slug: town.id for town in here.towns if town.id != here.write}
    if not set(form.towns) <= set(known):
        raise Wrong(_("Bitte wählen Sie aus der Liste."), "towns")
    return [known[slug] for slug in form.towns]


def _audit(form: AuditForm, key: UUID | None) -> Audit:
    """Raises `Wrong` for what cannot be meant."""
    choice(form, OPTIONS)
    if form.planned_on is None:
        raise Wrong(_("Bitte geben Sie an, wann das Audit beginnt."), "planned_on")
    given = {x: getattr(form, x) for x in AuditForm.__struct_fields__ if x != "towns"}
    return Audit(id=key or uuid4(), **given | {"version": form.version if key else 0})


async def _form(
    request: Ask, here: Here, form: AuditForm, key: UUID | None, *, status: int = 200,
    errors: dict[str, str] | None = None, clash: Overtaken | None = None,
) -> Response[str]:  # fmt: skip
    async with here.tx() as tx:
        known = await choices(tx, here.write)
    others = [(town.slug, town.name) for town in here.towns if town.id != here.write] if key is None else []
    return web.page(
        request, here, "isms/audits/form.html", status=status, form=form, errors=errors or {}, clash=clash, fresh=key is None,
        url=f"{base(here)}/{f'{key}/edit' if key else 'new'}", base=base(here), words=words, fields=words.FIELDS,
        back=f"{base(here)}/{key}" if key else base(here), known=known, others=others,
        picked={name: [str(x) for x in getattr(form, name)] for name in ("scope_sites", "scope_objects", "scope_areas")},
    )  # fmt: skip
