"""Measures of a town, and those of the group that it may take over."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta
from uuid import UUID, uuid4

import msgspec
from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from isms.measures import MEASURE_STATES, AcceptanceState, Claim, Mode
from isms.pages import words
from isms.pages.forms import Ask, Form, kept, overtaken, problem, read, transaction
from isms.store import measures
from isms.store.catalogues import requirements
from isms.store.measures import GROUP, KINDS, Measure, Taken
from service import web
from service.auth.guards import ACCEPT_RISKS, EDIT_ISMS, READ_RISKS, Here
from service.errors import Missing, Outdated, Wrong
from service.i18n import gettext as _
from service.priority import Level
from service.settings import now
from service.web.clash import Overtaken

YEAR = timedelta(days=365)


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
    version: int = 0


class AcceptForm(Form):
    """The town's word on a measure of the group."""

    decision: str = ""
    until: date | None = None
    scope: str = ""
    remark: str = ""
    town_claim: str = "unbearbeitet"


class WordForm(Form):
    """The mayor's word on an own measure: `yes` or `no` with a reason."""

    decision: str = ""
    reason: str = ""
    version: int = 0


class MeasurePages(Controller):
    """`/towns/{town}/measures`."""

    path = "/towns/{town:str}/measures"
    include_in_schema = False

    @get("/", opt={"access": READ_RISKS})
    async def all(self, request: Ask, here: Here) -> Response[str]:
        """Own measures and the group's, most urgent first."""
        async with transaction(here) as tx:
            found = await measures.measures(tx, here.write)
            taken = await measures.acceptances(tx, here.write)
        today = now().date()
        columns = tuple(
            web.Column(text)
            for text in (_("Maßnahme"), _("Priorität"), _("Stand"), _("Zuständig"), _("Fällig"), _("Übernahme durch die Stadt"))
        )
        return web.page(
            request,
            here,
            "isms/measures.html",
            base=f"{here.base}/measures",
            rows=found,
            states={x.id: _state(x, taken.get(x.id), today) for x in found},
            columns=columns,
            levels=words.LEVELS,
            today=today,
            may_edit=bool(here.roles & EDIT_ISMS),
        )

    @get("/new", opt={"access": EDIT_ISMS})
    async def fresh(self, request: Ask, here: Here) -> Response[str]:
        """Ask for a new measure."""
        mode = Mode.ZENTRAL if here.write == GROUP else Mode.LOKAL
        return await _form(request, here, MeasureForm(mode=str(mode)), None)

    @post("/new", opt={"access": EDIT_ISMS}, status_code=200)
    async def add(self, request: Ask, here: Here) -> Response[str] | Redirect:
        """Add it."""
        return await _save(request, here, None)

    @get("/{key:uuid}", opt={"access": READ_RISKS})
    async def show(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str]:
        """One measure with what it covers and who took it over."""
        return await _page(request, here, key)

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
            return await _page(request, here, key, status=422, errors=problem(error))
        return web.redirect(f"{here.base}/measures/{key}", message=_("Entscheidung gespeichert."))

    @post("/{key:uuid}/accept", opt={"access": ACCEPT_RISKS}, status_code=200)
    async def accept(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str] | Redirect:
        """The mayor accepts, rejects or withdraws for the own town."""
        form = AcceptForm()
        try:
            form = await read(request, AcceptForm)
            today = now().date()
            states = {"accept": AcceptanceState.ANGENOMMEN, "reject": AcceptanceState.ABGELEHNT}
            state = states.get(form.decision, AcceptanceState.ZURUECKGEZOGEN)
            until = _until(form, state, today)
            claim = form.town_claim if form.town_claim in tuple(Claim) else str(Claim.UNBEARBEITET)
            taken = Taken(key, str(state), here.account.name, today, until, form.scope, form.remark, claim, 0)
            async with transaction(here, write=True) as tx:
                await measures.decide(tx, here.write, taken, here.actor)
        except Wrong as error:
            return await _page(request, here, key, status=422, errors=problem(error))
        return web.redirect(f"{here.base}/measures/{key}", message=_("Entscheidung gespeichert."))


def _decision(item: Measure, form: WordForm) -> Measure:
    """The measure after the mayor's word: yes decides it and provides the money, no drops it with a reason."""
    if not _waits(item):
        raise Wrong(_("Über diese Maßnahme ist schon entschieden."))
    if form.decision not in ("yes", "no"):
        raise Wrong(_("Bitte wählen Sie eine Entscheidung."), "decision")
    if form.decision == "no":
        return dataclasses.replace(item, state="verworfen", state_reason=form.reason, version=form.version)
    state = "beschlossen" if item.state == "vorgeschlagen" else item.state
    return dataclasses.replace(item, state=state, budget_secured=True, version=form.version)


def _waits(item: Measure) -> bool:
    """Whether an own measure of the town waits for the mayor: for the decision, or for its money."""
    return not item.shared and item.open and (item.state == "vorgeschlagen" or item.budget_secured is False)


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
        version=item.version,
    )


async def _save(request: Ask, here: Here, key: UUID | None) -> Response[str] | Redirect:
    form = MeasureForm()
    try:
        form = await read(request, MeasureForm)
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


def _until(form: AcceptForm, state: AcceptanceState, today: date) -> date:
    until = form.until or today + YEAR
    if state is AcceptanceState.ANGENOMMEN and until <= today:
        raise Wrong(_("Das Enddatum liegt nicht in der Zukunft."), "until")
    return until


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
    )


def _state(item: Measure, taken: Taken | None, today: date) -> str:
    """What the town's acceptance is today; "" for an own measure."""
    if not item.shared:
        return ""
    return str(taken.value.on(today)) if taken else str(AcceptanceState.ANGEBOTEN)


async def _page(request: Ask, here: Here, key: UUID, *, status: int = 200, errors: dict[str, str] | None = None) -> Response[str]:
    async with transaction(here) as tx:
        item = await measures.measure(tx, here.write, key)
        taken = (await measures.acceptances(tx, here.write)).get(key)
        covered = [x for x in await requirements(tx, here.write) if x.key in item.controls]
    today = now().date()
    return web.page(
        request,
        here,
        "isms/measure.html",
        status=status,
        base=f"{here.base}/measures",
        item=item,
        taken=taken,
        state=_state(item, taken, today),
        covered=covered,
        level=words.LEVELS[item.level],
        errors=errors or {},
        until=today + YEAR,
        claims=[(str(x), str(words.CLAIMS[x])) for x in (Claim.UNBEARBEITET, Claim.JA, Claim.TEILWEISE, Claim.NEIN)],
        may_edit=bool(here.roles & EDIT_ISMS) and item.town_id == here.write,
        may_accept=bool(here.roles & ACCEPT_RISKS) and item.shared and here.write != GROUP,
        may_decide=bool(here.roles & ACCEPT_RISKS) and _waits(item),
    )


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
        controls=[(x.key, f"{x.label} {x.title}") for x in controls],
    )
