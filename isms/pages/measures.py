"""Measures of a town, and those of the group that it may take over."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import date
from uuid import UUID, uuid4

import msgspec
from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from msgspec import structs

from isms.checks import all_checks
from isms.measures import MEASURE_STATES, Mode
from isms.pages import offers, words
from isms.pages.forms import Ask, Form, kept, overtaken, problem, read, transaction
from isms.store import contradictions, measures, risks
from isms.store.catalogues import requirements
from isms.store.measures import GROUP, KINDS, Measure
from service import web
from service.auth.guards import ACCEPT_RISKS, EDIT_ISMS, READ_RISKS, Here
from service.db import SafeTransaction
from service.errors import Missing, Outdated, Wrong
from service.i18n import gettext as _
from service.priority import Level
from service.settings import local_today, now
from service.web.clash import Overtaken

MOST_FOUND = 40
"""So many requirements are offered at a time; a catalogue has thousands."""


class MeasureForm(Form):
    """A measure; money in whole Euro."""

    title: str = ""
    text: str = ""
    kind: str = "organisatorisch"
    mode: str = "lokal"
    state: str = "vorgeschlagen"
    state_reason: str = ""
    owner: str = ""
    deputy: str = ""
    cost_once: int | None = None
    cost_yearly: int | None = None
    person_days: int | None = None
    budget_year: int | None = None
    budget: str = ""
    funding: str = ""
    priority: int = 2
    due: date | None = None
    controls: tuple[str, ...] = ()
    find: str = ""
    """Words that offer further requirements to tick."""
    step: str = ""
    """`find`: show what these words find, and save nothing."""
    risks: tuple[UUID, ...] = ()
    start_on: date | None = None
    after: tuple[UUID, ...] = ()
    origin: str = ""
    version: int = 0


class WordForm(Form):
    """The mayor's word on an own measure: `yes` or `no` with a reason."""

    decision: str = ""
    reason: str = ""
    version: int = 0


class MeasurePages(Controller):
    """`/towns/{town}/measures`."""

    path = "/towns/{town:str}/measures"
    include_in_schema = False

    @get("/new", opt={"access": EDIT_ISMS})
    async def fresh(self, request: Ask, here: Here) -> Response[str]:
        """Ask for a new measure; what it comes from (risk, contradiction, requirement) fills the form beforehand."""
        mode = Mode.ZENTRAL if here.write == GROUP else Mode.LOKAL
        async with transaction(here) as tx:
            form = await _prefilled(tx, here, request.query_params, MeasureForm(mode=str(mode)))
        return await _form(request, here, form, None)

    @post("/new", opt={"access": EDIT_ISMS}, status_code=200)
    async def add(self, request: Ask, here: Here) -> Response[str] | Redirect:
        """Add it."""
        return await _save(request, here, None)

    @get("/{key:uuid}", opt={"access": READ_RISKS})
    async def show(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str]:
        """One measure with what it covers and who took it over."""
        return await offers.page(request, here, key)

    @get("/{key:uuid}/edit", opt={"access": EDIT_ISMS})
    async def edit(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str]:
        """Show it for changing."""
        return await _form(request, here, await _stored(here, key), key)

    @post("/{key:uuid}/edit", opt={"access": EDIT_ISMS}, status_code=200)
    async def change(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str] | Redirect:
        """Save it."""
        return await _save(request, here, key)

    @post("/{key:uuid}/decide", opt={"access": ACCEPT_RISKS}, status_code=200)
    async def word(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str] | Redirect:
        """The mayor decides about an own measure of the town and its money."""
        try:
            form = await read(request, WordForm)
            async with transaction(here, write=True) as tx:
                item = await measures.measure(tx, here.write, key)
                await measures.save(tx, here.write, _decision(item, form), here.actor, now())
        except Wrong as error:
            return await offers.page(request, here, key, status=422, errors=problem(error))
        return web.redirect(f"{here.base}/measures/{key}", message=_("Entscheidung gespeichert."))


def _decision(item: Measure, form: WordForm) -> Measure:
    """The measure after the mayor's word: yes decides it and provides the money, no drops it with a reason."""
    if not offers.waits(item):
        raise Wrong(_("Über diese Maßnahme ist schon entschieden."))
    if form.decision not in ("yes", "no"):
        raise Wrong(_("Bitte wählen Sie eine Entscheidung."), "decision")
    if form.decision == "no":
        return dataclasses.replace(item, state="verworfen", state_reason=form.reason, version=form.version)
    state = "beschlossen" if item.state == "vorgeschlagen" else item.state
    return dataclasses.replace(item, state=state, budget_secured=True, version=form.version)


async def _stored(here: Here, key: UUID) -> MeasureForm:
    """The form as the measure stands in the database; raises `Missing` for one of another town."""
    async with here.tx() as tx:
        item = await measures.measure(tx, here.write, key)
    if item.town_id != here.write:
        raise Missing
    secured = {True: "yes", False: "no", None: ""}[item.budget_secured]
    return MeasureForm(
        title=item.title,
        text=item.text,
        kind=item.kind,
        mode=item.mode,
        state=item.state,
        state_reason=item.state_reason,
        owner=item.owner,
        deputy=item.deputy,
        cost_once=None if item.cost_once is None else item.cost_once // 100,
        cost_yearly=None if item.cost_yearly is None else item.cost_yearly // 100,
        person_days=item.person_days,
        budget_year=item.budget_year,
        budget=secured,
        funding=item.funding,
        priority=item.priority,
        due=item.due,
        controls=item.controls,
        risks=item.risks,
        start_on=item.start_on,
        after=item.after,
        origin=item.origin,
        version=item.version,
    )


async def _save(request: Ask, here: Here, key: UUID | None) -> Response[str] | Redirect:
    form = MeasureForm()
    try:
        form = await read(request, MeasureForm)
        if form.step == "find" and form.find:
            return await _form(request, here, form, key)
        form = msgspec.structs.replace(form, find="", step="")
        item = _measure(here, key, form)
        async with transaction(here, write=True) as tx:
            key = await measures.save(tx, here.write, item, here.actor, now())
    except Wrong as error:
        return await _form(request, here, kept(error, form), key, status=422, errors=problem(error))
    except Outdated as error:
        stored = await _stored(here, item.id)
        clash, form = overtaken(form, stored, error), msgspec.structs.replace(form, version=stored.version)
        return await _form(request, here, form, key, status=409, clash=clash)
    return web.redirect(f"{here.base}/measures/{key}", message=_("Maßnahme gespeichert."))


def _measure(here: Here, key: UUID | None, form: MeasureForm) -> Measure:
    if not form.title:
        raise Wrong(_("Bitte geben Sie der Maßnahme einen Titel."), "title")
    if form.kind not in KINDS or form.mode not in tuple(Mode) or form.state not in MEASURE_STATES:
        raise Wrong(_("Eine der Auswahlen gibt es nicht."), "kind")
    if form.priority not in tuple(Level):
        raise Wrong(_("Diese Priorität gibt es nicht."), "priority")
    return Measure(
        town_id=here.write,
        id=key or uuid4(),
        number=0,
        title=form.title,
        text=form.text,
        kind=form.kind,
        mode=form.mode,
        state=form.state,
        state_reason=form.state_reason,
        owner=form.owner,
        deputy=form.deputy,
        cost_once=None if form.cost_once is None else form.cost_once * 100,
        cost_yearly=None if form.cost_yearly is None else form.cost_yearly * 100,
        person_days=form.person_days,
        budget_year=form.budget_year,
        budget_secured={"yes": True, "no": False}.get(form.budget),
        funding=form.funding,
        priority=form.priority,
        due=form.due,
        controls=form.controls,
        version=form.version if key else 0,
        risks=form.risks,
        start_on=form.start_on,
        after=form.after,
        origin=form.origin[:100],
        offer="none" if here.write == GROUP else "all",
    )


async def _prefilled(tx: SafeTransaction, here: Here, query: Mapping[str, str], form: MeasureForm) -> MeasureForm:
    """One click from a risk, a contradiction or a requirement: title, text, requirements and origin are there already."""
    if risk := _key(query.get("risk")):
        item = await risks.risk(tx, here.write, risk)
        title = _("Gegen das Risiko: %(title)s", title=item.title)
        return structs.replace(
            form,
            title=title,
            text=item.cause,
            controls=item.controls,
            risks=(risk,),
            priority=int(item.effective),
            origin=f"risk/{risk}",
        )
    if case := _key(query.get("contradiction")):
        found = await contradictions.case(tx, here.write, case, local_today())
        check = next((x for x in all_checks() if x.id == found.check_id), None)
        touched = sorted(x for _target, x in await contradictions.touched(tx, here.write, case))
        title = _("Beheben: %(title)s", title=check.title if check else found.check_id)
        return structs.replace(
            form,
            title=title,
            text=found.sentence,
            kind="technisch",
            controls=tuple(dict.fromkeys(touched)),
            priority=int(Level.HOCH),
            origin=f"contradiction/{case}",
        )
    if control := query.get("control"):
        title = next((x.title for x in await requirements(tx, here.write) if x.key == control), "")
        return structs.replace(form, title=title, controls=(control,) if title else (), origin=f"control/{control}"[:100])
    return form


def _key(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


async def _form(
    request: Ask,
    here: Here,
    form: MeasureForm,
    key: UUID | None,
    *,
    status: int = 200,
    errors: dict[str, str] | None = None,
    clash: Overtaken | None = None,
) -> Response[str]:
    async with transaction(here) as tx:
        controls = await requirements(tx, here.write)
        feared = [] if here.write == GROUP else await risks.risks(tx, here.write)
        others = [x for x in await measures.measures(tx, here.write) if x.town_id == here.write and x.id != key]
    named = [(x.key, f"{x.label} {x.title}") for x in controls]
    wanted = form.find.casefold().split()
    chosen = [x for x in named if x[0] in form.controls]
    found = [x for x in named if wanted and x not in chosen and all(word in x[1].casefold() for word in wanted)]
    base = f"{here.base}/measures"
    modes = (Mode.ZENTRAL, Mode.GETEILT) if here.write == GROUP else (Mode.LOKAL,)
    return web.page(
        request,
        here,
        "isms/measure_form.html",
        status=status,
        base=base,
        url=f"{base}/{key}/edit" if key else f"{base}/new",
        form=form,
        fresh=key is None,
        errors=errors or {},
        clash=clash,
        kinds=list(KINDS),
        modes=[str(x) for x in modes],
        states=list(MEASURE_STATES),
        levels=[(int(x), str(words.LEVELS[x][0])) for x in Level],
        controls=chosen + found[:MOST_FOUND],
        found=len(found),
        risks=[(str(x.id), f"{x.name} {x.title}") for x in feared],
        others=[(str(x.id), f"{x.code} {x.title}") for x in others],
    )
