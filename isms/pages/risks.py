"""The risk register of a town: list with both matrices, one risk, its form, and who takes it over until when."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from isms.matrices import priority_matrix, risk_matrix
from isms.pages import words
from isms.pages.forms import Ask, Form, problem, read, slug
from isms.register import RiskView
from isms.risk import (
    DAMAGES,
    FREQUENCIES,
    FREQUENCY_MEANING,
    TREATMENTS,
    Signer,
    hazards,
    signer,
    threats,
)
from isms.store import risks
from isms.store.risks import Entered
from service import web
from service.auth.guards import ACCEPT_RISKS, EDIT_RISKS, READ_RISKS, Here
from service.errors import Wrong
from service.i18n import gettext as _
from service.i18n import ngettext
from service.objects import store as objects
from service.priority import Level
from service.settings import now


class RiskForm(Form):
    """What people enter about a risk; cost in whole Euro, `priority_set` 0 = as computed."""

    title: str = ""
    kind: str = "digital"
    threats: tuple[str, ...] = ()
    cause: str = ""
    scenario: str = ""
    affects: str = ""
    targets: tuple[UUID, ...] = ()
    frequency: str = "selten"
    damage: str = "begrenzt"
    frequency_net: str | None = None
    damage_net: str | None = None
    act_by: date | None = None
    priority_set: int = 0
    priority_reason: str = ""
    owner: str = ""
    treatment: str | None = None
    measures: str = ""
    cost: int | None = None
    due: date | None = None
    review_on: date | None = None
    shared: bool = False
    version: int = 0


class RequestForm(Form):
    """The security officer asks for a risk to be taken over."""

    reason: str = ""
    until: date | None = None


class DecideForm(Form):
    """The mayor's word."""

    decision: str = ""
    reason: str = ""
    until: date | None = None


class CloseForm(Form):
    """Why a risk no longer exists."""

    closed_reason: str = ""


class HazardForm(Form):
    """Numbers of the rows of the starter register that are taken over."""

    chosen: tuple[str, ...] = ()


class RiskPages(Controller):
    """`/towns/{town}/risks`."""

    path = "/towns/{town:str}/risks"
    include_in_schema = False

    @get("/", opt={"access": READ_RISKS})
    async def register(self, request: Ask, here: Here) -> Response[str]:
        """The register: both matrices, then the list, most urgent first."""
        query = {name: request.query_params.get(name, "") for name in ("kind", "damage", "frequency", "impact", "urgency", "q")}
        async with here.tx() as tx:
            whole = await risks.risks(tx, here.write)
            taken = await risks.acceptances(tx, here.write)
        today = now().date()
        found = [x for x in whole if _fits(x, query)]
        base = f"/towns/{slug(here)}/risks"
        state = web.listing(base, request.query_params.multi_items(), total=len(found))
        columns = tuple(
            web.Column(text)
            for text in (_("Risiko"), _("Priorität"), _("Brutto"), _("Netto"), _("Behandlung"), _("Zuständig"), _("Prüfen am"))
        )
        waiting = {x.risk_id for x in taken if x.state == "requested"}
        return web.page(
            request,
            here,
            "isms/risks.html",
            base=base,
            rows=found[state.offset : state.offset + state.per_page],
            whole=whole,
            state=state,
            columns=columns,
            query=query,
            matrix=risk_matrix(whole, base),
            priorities=priority_matrix(whole, base),
            levels=words.LEVELS,
            categories=words.CATEGORIES,
            waiting=[x for x in whole if x.id in waiting],
            today=today,
            damages=list(DAMAGES),
            frequencies=list(FREQUENCIES),
            impacts=[(str(int(x)), str(words.LEVELS[x][0])) for x in Level],
            may_edit=bool(here.roles & EDIT_RISKS),
            may_accept=bool(here.roles & ACCEPT_RISKS),
        )

    @get("/hazards", opt={"access": EDIT_RISKS})
    async def starter(self, request: Ask, here: Here) -> Response[str]:
        """The starter register to choose from."""
        async with here.tx() as tx:
            taken = {x.title for x in await risks.risks(tx, here.write, closed=True)}
        choices = [
            (str(i), f"{x.title} ({x.kind}, {x.frequency} × {x.damage}, {', '.join(x.threats)})")
            for i, x in enumerate(hazards())
            if x.title not in taken
        ]
        return web.page(request, here, "isms/hazards.html", base=f"/towns/{slug(here)}/risks", choices=choices)

    @post("/hazards", opt={"access": EDIT_RISKS}, status_code=303)
    async def take(self, request: Ask, here: Here) -> Redirect:
        """Take the chosen rows over; without a choice all of them."""
        form = await read(request, HazardForm)
        chosen = [x for i, x in enumerate(hazards()) if not form.chosen or str(i) in form.chosen]
        async with here.tx(write=True) as tx:
            added = await risks.take_hazards(tx, here.write, chosen, here.actor, now())
        text = ngettext("%(num)s Risiko übernommen.", "%(num)s Risiken übernommen.", added)
        return web.redirect(f"/towns/{slug(here)}/risks", message=text)

    @get("/new", opt={"access": EDIT_RISKS})
    async def fresh(self, request: Ask, here: Here) -> Response[str]:
        """Ask for a new risk."""
        return await _form(request, here, RiskForm(), None)

    @post("/new", opt={"access": EDIT_RISKS}, status_code=200)
    async def add(self, request: Ask, here: Here) -> Response[str] | Redirect:
        """Add it."""
        return await _save(request, here, None)

    @get("/{key:uuid}", opt={"access": READ_RISKS})
    async def show(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str]:
        """One risk with its ratings, treatment and acceptances."""
        return await _page(request, here, key)

    @get("/{key:uuid}/edit", opt={"access": EDIT_RISKS})
    async def edit(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str]:
        """Show it for changing."""
        async with here.tx() as tx:
            item = await risks.risk(tx, here.write, key)
        return await _form(request, here, _filled(item), key)

    @post("/{key:uuid}/edit", opt={"access": EDIT_RISKS}, status_code=200)
    async def change(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str] | Redirect:
        """Save it; the rating is computed again."""
        return await _save(request, here, key)

    @post("/{key:uuid}/request", opt={"access": EDIT_RISKS}, status_code=200)
    async def ask(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str] | Redirect:
        """Ask the mayor to take the risk over; a small one is taken over by this."""
        form = RequestForm()
        try:
            form = await read(request, RequestForm)
            until = _until(form)
            async with here.tx(write=True) as tx:
                await risks.request(tx, here.write, key, form.reason, until, here.actor, now())
        except Wrong as error:
            return await _page(request, here, key, status=422, errors=problem(error), asked=form)
        return web.redirect(f"/towns/{slug(here)}/risks/{key}", message=_("Übernahme vorgelegt."))

    @post("/{key:uuid}/decide", opt={"access": ACCEPT_RISKS}, status_code=200)
    async def decide(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str] | Redirect:
        """The mayor of the own town accepts or rejects."""
        try:
            form = await read(request, DecideForm)
            accept = _accepted(form)
            async with here.tx(write=True) as tx:
                await risks.decide(
                    tx, here.write, key, accept=accept, reason=form.reason, until=form.until, actor=here.actor, now=now()
                )
        except Wrong as error:
            return await _page(request, here, key, status=422, errors=problem(error))
        text = _("Sie haben das Risiko übernommen.") if accept else _("Sie haben die Übernahme abgelehnt.")
        return web.redirect(f"/towns/{slug(here)}/risks/{key}", message=text)

    @post("/{key:uuid}/close", opt={"access": EDIT_RISKS}, status_code=200)
    async def close(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str] | Redirect:
        """The risk no longer exists."""
        try:
            form = await read(request, CloseForm)
            async with here.tx(write=True) as tx:
                await risks.close(tx, here.write, key, form.closed_reason, here.actor, now())
        except Wrong as error:
            return await _page(request, here, key, status=422, errors=problem(error))
        return web.redirect(f"/towns/{slug(here)}/risks", message=_("Risiko geschlossen."))


def _until(form: RequestForm) -> date:
    if form.until is None:
        raise Wrong(_("Bitte nennen Sie das Datum, bis zu dem das Risiko übernommen wird."), "until")
    return form.until


def _accepted(form: DecideForm) -> bool:
    if form.decision not in ("accept", "reject"):
        raise Wrong(_("Bitte wählen Sie übernehmen oder ablehnen."), "decision")
    return form.decision == "accept"


def _fits(item: RiskView, query: dict[str, str]) -> bool:
    needle = query["q"].strip().casefold()
    return (
        (not query["kind"] or item.kind == query["kind"])
        and (not query["damage"] or item.damage == query["damage"])
        and (not query["frequency"] or item.frequency == query["frequency"])
        and (not query["impact"] or str(int(item.impact)) == query["impact"])
        and (not query["urgency"] or str(int(item.how_soon)) == query["urgency"])
        and (not needle or needle in f"{item.name} {item.title} {item.cause} {item.affects}".casefold())
    )


def _filled(item: RiskView) -> RiskForm:
    same = {name: getattr(item, name) for name in RiskForm.__struct_fields__ if name not in ("priority_set", "cost")}
    return RiskForm(
        **same,
        priority_set=item.priority_set or 0,
        cost=None if item.cost is None else item.cost // 100,
    )


async def _save(request: Ask, here: Here, key: UUID | None) -> Response[str] | Redirect:
    form = RiskForm()
    try:
        form = await read(request, RiskForm)
        async with here.tx(write=True) as tx:
            known = {x.id for x in await objects.targets(tx, here.write)}
            entered = _entered(form, known)
            key = await risks.save(tx, here.write, entered, here.actor, now(), key)
    except Wrong as error:
        return await _form(request, here, form, key, status=422, errors=problem(error))
    return web.redirect(f"/towns/{slug(here)}/risks/{key}", message=_("Risiko gespeichert."))


def _entered(form: RiskForm, known: set[UUID]) -> Entered:
    if form.frequency not in FREQUENCIES or form.damage not in DAMAGES:
        raise Wrong(_("Bitte wählen Sie Häufigkeit und Schadenshöhe."), "frequency")
    if form.frequency_net not in (None, *FREQUENCIES) or form.damage_net not in (None, *DAMAGES):
        raise Wrong(_("Bitte wählen Sie Häufigkeit und Schadenshöhe."), "frequency_net")
    if not set(form.threats) <= {x.id for x in threats()}:
        raise Wrong(_("Eine der Gefährdungen gibt es nicht."), "threats")
    if not set(form.targets) <= known:
        raise Wrong(_("Eines der Zielobjekte gibt es nicht."), "targets")
    values: dict[str, Any] = {name: getattr(form, name) for name in RiskForm.__struct_fields__}
    values |= {
        "title": form.title[:300],
        "owner": form.owner[:200],
        "priority_set": form.priority_set or None,
        "cost": None if form.cost is None else form.cost * 100,
    }
    return Entered(**values)


async def _page(
    request: Ask,
    here: Here,
    key: UUID,
    *,
    status: int = 200,
    errors: dict[str, str] | None = None,
    asked: RequestForm | None = None,
) -> Response[str]:
    async with here.tx() as tx:
        item = await risks.risk(tx, here.write, key)
        steps = await risks.acceptances(tx, here.write, key)
        names = {x.id: x.name for x in await objects.targets(tx, here.write)}
    today = now().date()
    holding, void = item.holds(steps, today)
    titles = {x.id: x.title for x in threats()}
    return web.page(
        request,
        here,
        "isms/risk.html",
        status=status,
        base=f"/towns/{slug(here)}/risks",
        item=item,
        threats=[f"{x} {titles.get(x, '')}" for x in item.threats],
        targets=[(x, names[x]) for x in item.targets if x in names],
        levels=words.LEVELS,
        categories=words.CATEGORIES,
        meaning=FREQUENCY_MEANING,
        steps=[_step(x) for x in steps],
        waiting=next((x for x in steps if x.state == "requested"), None),
        holding=holding,
        void=void,
        errors=errors or {},
        asked=asked or RequestForm(),
        today=today,
        needs_mayor=signer(item.remaining) is Signer.LEITUNG,
        may_edit=bool(here.roles & EDIT_RISKS) and item.open,
        may_accept=bool(here.roles & ACCEPT_RISKS),
    )


def _step(view: Any) -> dict[str, Any]:
    titles = {
        "requested": _("Übernahme vorgelegt"),
        "accepted": _("Risiko übernommen"),
        "rejected": _("Übernahme abgelehnt"),
        "withdrawn": _("Vorlage zurückgezogen"),
    }
    text = view.decision_reason or view.reason
    if view.until:
        text = f"{text} ({_('bis %(day)s', day=f'{view.until:%d.%m.%Y}')})"
    return {
        "title": titles[view.state],
        "at": view.decided_at or view.requested_at,
        "who": view.decided_by or view.requested_by,
        "text": text,
        "changes": (),
    }


async def _form(
    request: Ask, here: Here, form: RiskForm, key: UUID | None, *, status: int = 200, errors: dict[str, str] | None = None
) -> Response[str]:
    async with here.tx() as tx:
        targets = await objects.targets(tx, here.write)
    base = f"/towns/{slug(here)}/risks"
    return web.page(
        request,
        here,
        "isms/risk_form.html",
        status=status,
        base=base,
        url=f"{base}/{key}/edit" if key else f"{base}/new",
        form=form,
        fresh=key is None,
        errors=errors or {},
        threats=[(x.id, f"{x.id} {x.title}") for x in threats()],
        targets=[(str(x.id), x.name) for x in targets],
        chosen=[str(x) for x in form.targets],
        frequencies=[(x, f"{x}: {FREQUENCY_MEANING[x]}") for x in FREQUENCIES],
        damages=list(DAMAGES),
        treatments=list(TREATMENTS),
        levels=[(int(x), str(words.LEVELS[x][0])) for x in Level],
    )
