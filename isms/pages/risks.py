"""The risk register of a town: list with both matrices, one risk, its form, and who takes it over until when."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from isms.matrices import priority_matrix, risk_matrix
from isms.matrix import moved
from isms.pages import risk_history, words
from isms.pages.forms import Ask, Form, kept, problem, read
from isms.register import RiskView
from isms.risk import (
    CATEGORIES,
    DAMAGES,
    FREQUENCIES,
    FREQUENCY_MEANING,
    Signer,
    signer,
    threats,
)
from isms.store import matrix, measures, risks
from service import web
from service.auth.guards import ACCEPT_RISKS, EDIT_RISKS, ISB, READ_ISMS, READ_RISKS, Here
from service.auth.pages import stepup
from service.auth.people import TownRef
from service.db import town_tx
from service.errors import Wrong
from service.i18n import gettext as _
from service.inventory.pages.files import table_file
from service.inventory.store import sites
from service.objects import store as objects
from service.priority import Level
from service.settings import local_today, now


class RequestForm(Form):
    """The security officer asks for a risk to be taken over."""

    reason: str = ""
    until: date | None = None


class DecideForm(Form):
    """The mayor's word."""

    decision: str = ""
    reason: str = ""
    until: date | None = None
    code: str = ""


class CloseForm(Form):
    """Why a risk no longer exists."""

    closed_reason: str = ""


class ReopenForm(Form):
    """Why it exists again."""

    reopen_reason: str = ""


class RiskPages(Controller):
    """`/towns/{town}/risks`."""

    path = "/towns/{town:str}/risks"
    include_in_schema = False

    @get("/", opt={"access": READ_RISKS})
    async def register(self, request: Ask, here: Here) -> Response[str]:
        """The register: both matrices, then the list, most urgent first."""
        query = {
            name: request.query_params.get(name, "") for name in ("kind", "damage", "frequency", "impact", "urgency", "net", "q")
        }
        query["state"] = request.query_params.get("state", "" if query["q"] else "open")
        async with here.tx() as tx:
            known = await risks.risks(tx, here.write, closed=True)
            taken = await risks.acceptances(tx, here.write)
            scheme = await matrix.current(tx, local_today())
        today = local_today()
        whole = [x for x in known if x.open]
        found = sorted((x for x in known if _fits(x, query)), key=lambda x: not x.open)
        base = f"{here.base}/risks"
        state = web.listing(base, request.query_params.multi_items(), total=len(found))
        columns = tuple(
            web.Column(text)
            for text in (_("Risiko"), _("Priorität"), _("Brutto"), _("Netto"), _("Behandlung"), _("Zuständig"), _("Prüfen am"))
        )
        waiting = {x.risk_id for x in taken if x.state == "requested"}
        void = [(x, reason) for x in whole if (reason := x.holds(taken, today)[1])]
        elsewhere = await _shared_elsewhere(here)
        return web.page(
            request,
            here,
            "isms/risks.html",
            base=base,
            rows=found[state.offset : state.offset + state.per_page],
            whole=whole,
            known=known,
            state=state,
            columns=columns,
            query=query,
            matrix=risk_matrix(whole, base, scheme=scheme),
            matrix_net=risk_matrix(whole, base, net=True, scheme=scheme),
            scheme=scheme,
            older=[x for x in whole if x.matrix_version != scheme.number],
            moved=moved(whole, scheme),
            priorities=priority_matrix(whole, base),
            levels=words.LEVELS,
            categories=words.CATEGORIES,
            waiting=[x for x in whole if x.id in waiting],
            void=void,
            today=today,
            damages=list(DAMAGES),
            frequencies=list(FREQUENCIES),
            impacts=[(str(int(x)), str(words.LEVELS[x][0])) for x in Level],
            may_edit=bool(here.roles & EDIT_RISKS),
            may_accept=bool(here.roles & ACCEPT_RISKS),
            elsewhere=elsewhere,
            tabs=tabs(here, ""),
        )

    @get("/export", opt={"access": READ_RISKS})
    async def export(self, request: Ask, here: Here) -> Response[bytes]:
        """The whole register, closed risks too, as XLSX or CSV."""
        async with here.tx() as tx:
            known = await risks.risks(tx, here.write, closed=True)
            taken = await risks.acceptances(tx, here.write)
            names = {x.id: x.name for x in await objects.targets(tx, here.write)}
        rows = [risk_history.line(x, taken, names, local_today()) for x in sorted(known, key=lambda x: x.number)]
        return table_file(request, rows, risk_history.HEADS, f"risiken-{here.slug}")

    @get("/{key:uuid}", opt={"access": READ_RISKS})
    async def show(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str]:
        """One risk with its ratings, treatment and acceptances."""
        return await _page(request, here, key)

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
            return await _page(request, here, key, status=422, errors=problem(error), asked=kept(error, form))
        return web.redirect(f"{here.base}/risks/{key}", message=_("Übernahme vorgelegt."))

    @post("/{key:uuid}/decide", opt={"access": ACCEPT_RISKS}, status_code=200)
    async def decide(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str] | Redirect:
        """The mayor of the own town accepts or rejects."""
        form = DecideForm()
        try:
            form = await read(request, DecideForm)
            accept = _accepted(form)
            if accept:
                await stepup.demand(request, here, form.code)
            async with here.tx(write=True) as tx:
                await risks.decide(
                    tx, here.write, key, accept=accept, reason=form.reason, until=form.until, actor=here.actor, now=now()
                )
        except Wrong as error:
            return await _page(request, here, key, status=422, errors=problem(error), deciding=kept(error, form))
        text = _("Sie haben das Risiko übernommen.") if accept else _("Sie haben die Übernahme abgelehnt.")
        return web.redirect(f"{here.base}/risks/{key}", message=text)

    @post("/{key:uuid}/close", opt={"access": EDIT_RISKS}, status_code=200)
    async def close(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str] | Redirect:
        """The risk no longer exists."""
        try:
            form = await read(request, CloseForm)
            async with here.tx(write=True) as tx:
                await risks.close(tx, here.write, key, form.closed_reason, here.actor, now())
        except Wrong as error:
            return await _page(request, here, key, status=422, errors=problem(error))
        return web.redirect(f"{here.base}/risks/{key}", message=_("Risiko geschlossen."))

    @post("/{key:uuid}/reopen", opt={"access": EDIT_RISKS}, status_code=200)
    async def reopen(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str] | Redirect:
        """The risk exists again."""
        try:
            form = await read(request, ReopenForm)
            async with here.tx(write=True) as tx:
                await risks.reopen(tx, here.write, key, form.reopen_reason, here.actor, now())
        except Wrong as error:
            return await _page(request, here, key, status=422, errors=problem(error))
        return web.redirect(f"{here.base}/risks/{key}", message=_("Das Risiko ist wieder aufgenommen."))

    @post("/{key:uuid}/undo/{seq:int}", opt={"access": EDIT_RISKS}, status_code=200)
    async def undo(self, request: Ask, here: Here, key: FromPath[UUID], seq: FromPath[int]) -> Response[str] | Redirect:
        """Put back what the newest change replaced."""
        try:
            async with here.tx(write=True) as tx:
                await risks.undo(tx, here.write, key, seq, here.actor, now())
        except Wrong as error:
            return await _page(request, here, key, status=422, errors=problem(error))
        return web.redirect(f"{here.base}/risks/{key}", message=_("Die letzte Änderung ist zurückgenommen."))


def tabs(here: Here, current: str) -> list[tuple[str, str, bool]]:
    """The pages of the risks: title, address, whether it is this one."""
    pages = (("", _("Register")), ("/threats", _("Gefährdungen je Zielobjekt")), ("/sites", _("Gefahren je Standort")))
    return [(title, f"{here.base}/risks{path}", path == current) for path, title in pages]


class SharedRiskPages(Controller):
    """`/group/risks`: what several towns carry, for their common security officer alone."""

    path = "/group/risks"
    include_in_schema = False

    @get("/", opt={"access": ISB})
    async def shared(self, request: Ask, here: Here) -> Response[str]:
        """Risks that towns marked as shared, those of one title together, the worst first."""
        towns = {x.id: x for x in here.account.towns(ISB, now()) if x.id}
        async with town_tx(towns) as tx:
            found = await risks.shared_risks(tx, list(towns))
            scheme = await matrix.current(tx, local_today())
        together: dict[str, list[tuple[TownRef, RiskView]]] = {}
        for item in found:
            together.setdefault(item.title, []).append((towns[item.town_id], item))
        # A risk that four towns carry is one: it stands in the matrix as where it is worst.
        worst = [max((item for _town, item in same), key=_weight) for same in together.values()]
        return web.page(
            request,
            here,
            "isms/shared_risks.html",
            together=sorted(together.items(), key=lambda x: (-max(int(y.effective) for _t, y in x[1]), -len(x[1]), x[0])),
            matrix=risk_matrix(worst, scheme=scheme) if worst else None,
            levels=words.LEVELS,
            categories=words.CATEGORIES,
            towns=len(towns),
        )


def _weight(item: RiskView) -> tuple[int, int, int]:
    return CATEGORIES.index(item.category), DAMAGES.index(item.damage), FREQUENCIES.index(item.frequency)


async def _shared_elsewhere(here: Here) -> list[tuple[TownRef, RiskView]]:
    """Risks that other towns of this security officer share; nobody else sees across towns."""
    if not here.roles & ISB:
        return []
    others = {x.id: x for x in here.account.towns(ISB, now()) if x.id != here.write}
    async with town_tx(others) as tx:
        found = await risks.shared_risks(tx, list(others))
    return [(others[x.town_id], x) for x in found]


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
    net = query["net"] == "1"
    damage = (item.damage_net or item.damage) if net else item.damage
    frequency = (item.frequency_net or item.frequency) if net else item.frequency
    return (
        (not query["state"] or item.open is (query["state"] == "open"))
        and (not query["kind"] or item.kind == query["kind"])
        and (not query["damage"] or damage == query["damage"])
        and (not query["frequency"] or frequency == query["frequency"])
        and (not query["impact"] or str(int(item.impact)) == query["impact"])
        and (not query["urgency"] or str(int(item.how_soon)) == query["urgency"])
        and (not needle or needle in f"{item.name} {item.title} {item.cause} {item.affects}".casefold())
    )


async def _page(
    request: Ask,
    here: Here,
    key: UUID,
    *,
    status: int = 200,
    errors: dict[str, str] | None = None,
    asked: RequestForm | None = None,
    deciding: DecideForm | None = None,
) -> Response[str]:
    async with here.tx() as tx:
        item = await risks.risk(tx, here.write, key)
        steps = await risks.acceptances(tx, here.write, key)
        treating = [x for x in await measures.measures(tx, here.write) if key in x.risks]
        names = {x.id: x.name for x in await objects.targets(tx, here.write)}
        scheme = await matrix.current(tx, local_today())
        told = await risks.history(tx, here.write, key)
        places = [x.name for x in await sites.sites(tx, here.write) if x.id in item.sites]
    today = local_today()
    holding, void = item.holds(steps, today)
    titles = {x.id: x.title for x in threats()}
    return web.page(
        request,
        here,
        "isms/risk.html",
        status=status,
        base=f"{here.base}/risks",
        item=item,
        threats=[f"{x} {titles.get(x, '')}" for x in item.threats],
        targets=[(x, names[x]) for x in item.targets if x in names],
        sites=places,
        scheme=scheme,
        moved=next(iter(moved([item], scheme)), None),
        levels=words.LEVELS,
        categories=words.CATEGORIES,
        meaning=FREQUENCY_MEANING,
        steps=[_step(x) for x in steps],
        told=risk_history.entries(told, names),
        last=told[0].seq if told and told[0].action == "risk.change" else None,
        treating=treating,
        waiting=next((x for x in steps if x.state == "requested"), None),
        holding=holding,
        void=void,
        errors=errors or {},
        asked=asked or RequestForm(),
        deciding=deciding or DecideForm(),
        asks_code=bool(here.roles & ACCEPT_RISKS) and not stepup.fresh(here),
        today=today,
        needs_mayor=signer(item.remaining) is Signer.LEITUNG,
        may_edit=bool(here.roles & EDIT_RISKS) and item.open,
        may_reopen=bool(here.roles & EDIT_RISKS) and not item.open,
        may_read_check=bool(here.roles & READ_ISMS),
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
