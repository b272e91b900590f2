"""One measure: what it is, whom the group offers it to, and what the town says to that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from litestar import Controller, Response, post
from litestar.params import FromPath
from litestar.response import Redirect

from isms.measures import AcceptanceState, Claim, Mode, next_state
from isms.pages import words
from isms.pages.forms import Ask, Form, kept, problem, read, transaction
from isms.risk import year_later
from isms.store import measures, offers, risks
from isms.store.catalogues import requirements
from isms.store.measures import GROUP, Measure, Taken
from service import web
from service.auth import store as auth
from service.auth.guards import ACCEPT_RISKS, EDIT_ISMS, ISB, Here
from service.db import service_tx, town_tx
from service.errors import Outdated, Wrong
from service.i18n import gettext as _
from service.i18n import lazy, ngettext
from service.objects import store as objects
from service.settings import local_day, local_today, now

OFFERS = {
    "none": lazy("noch niemandem"),
    "all": lazy("allen Städten"),
    "chosen": lazy("ausgewählten Städten"),
    "withdrawn": lazy("zurückgezogen"),
}
STATES = {
    AcceptanceState.ANGEBOTEN: (lazy("angeboten"), "info"),
    AcceptanceState.ANGENOMMEN: (lazy("angenommen"), "success"),
    AcceptanceState.ABGELEHNT: (lazy("abgelehnt"), "neutral"),
    AcceptanceState.ABGELAUFEN: (lazy("abgelaufen"), "warning"),
    AcceptanceState.ZURUECKGEZOGEN: (lazy("zurückgezogen"), "warning"),
}


class AcceptForm(Form):
    """The town's word on a measure of the group; no `targets` means all objects."""

    decision: str = ""
    until: date | None = None
    scope: str = ""
    targets: tuple[UUID, ...] = ()
    remark: str = ""
    town_claim: str = "unbearbeitet"


class OfferForm(Form):
    """Whom the group offers a measure to."""

    offer: str = ""
    towns: tuple[str, ...] = ()
    reason: str = ""
    version: int = 0


class SettleForm(Form):
    """What follows for the town from a review item."""

    remark: str = ""


class OfferPages(Controller):
    """`/towns/{town}/measures/{key}`: offer, acceptance, review."""

    path = "/towns/{town:str}/measures"
    include_in_schema = False

    @post("/{key:uuid}/offer", opt={"access": EDIT_ISMS}, status_code=200)
    async def offer(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str] | Redirect:
        """The group offers a measure, to whom, or takes it back."""
        form = OfferForm()
        try:
            form = await read(request, OfferForm)
            async with service_tx() as tx:
                known = {x.slug: x.id for x in await auth.towns(tx) if x.id}
            towns = _among(form.towns, known)
            async with transaction(here, write=True) as tx:
                await measures.measure(tx, here.write, key)
                told = await measures.offer(tx, key, form.offer, towns, form.reason, here.actor, now(), form.version)
        except Wrong as error:
            return await page(request, here, key, status=422, errors=problem(error), offering=kept(error, form))
        except Outdated:
            text = _(
                "Jemand hat die Maßnahme inzwischen geändert. Bitte prüfen Sie den neuen Stand und speichern Sie noch einmal."
            )
            return await page(request, here, key, status=409, errors={"offer": text}, offering=form)
        text = _("Angebot gespeichert.")
        if told:
            text += " " + ngettext("%(num)s Stadt hat einen Prüffall.", "%(num)s Städte haben einen Prüffall.", told)
        return web.redirect(f"{here.base}/measures/{key}", message=text)

    @post("/{key:uuid}/accept", opt={"access": ACCEPT_RISKS}, status_code=200)
    async def accept(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str] | Redirect:
        """The mayor accepts, rejects or withdraws for the own town."""
        form = AcceptForm()
        try:
            form = await read(request, AcceptForm)
            at = now()
            state = _decided(form)
            async with transaction(here, write=True) as tx:
                known = {x.id for x in await objects.targets(tx, here.write)}
                _known(form.targets, known)
                until = _until(form, state, local_day(at))
                claim = form.town_claim if form.town_claim in tuple(Claim) else str(Claim.UNBEARBEITET)
                taken = Taken(
                    key, str(state), here.account.name, local_day(at), until, form.scope, form.remark, claim, 0, form.targets, at
                )
                await measures.decide(tx, here.write, taken, here.actor)
        except Wrong as error:
            return await page(request, here, key, status=422, errors=problem(error), accepting=kept(error, form))
        return web.redirect(f"{here.base}/measures/{key}", message=_("Entscheidung gespeichert."))

    @post("/reviews/{item:uuid}", opt={"access": EDIT_ISMS | ACCEPT_RISKS}, status_code=200)
    async def settle(self, request: Ask, here: Here, item: FromPath[UUID]) -> Redirect:
        """The town says what follows from a withdrawn or lowered measure."""
        form = await read(request, SettleForm)
        async with here.tx(write=True) as tx:
            await offers.settle(tx, here.write, item, form.remark, here.actor, now())
        return web.redirect(f"{here.base}/measures", message=_("Prüffall erledigt."))


def _among(slugs: Sequence[str], known: Mapping[str, int]) -> list[int]:
    if not set(slugs) <= set(known):
        raise Wrong(_("Eine der Städte gibt es nicht."), "towns")
    return [known[x] for x in slugs]


def _known(targets: Sequence[UUID], known: set[UUID]) -> None:
    if not set(targets) <= known:
        raise Wrong(_("Eines der Zielobjekte gibt es nicht."), "targets")


def _decided(form: AcceptForm) -> AcceptanceState:
    states = {
        "accept": AcceptanceState.ANGENOMMEN,
        "reject": AcceptanceState.ABGELEHNT,
        "withdraw": AcceptanceState.ZURUECKGEZOGEN,
    }
    if form.decision not in states:
        raise Wrong(_("Bitte wählen Sie eine Entscheidung."), "decision")
    return states[form.decision]


def _until(form: AcceptForm, state: AcceptanceState, today: date) -> date:
    until = form.until or year_later(today)
    if state is AcceptanceState.ANGENOMMEN and until <= today:
        raise Wrong(_("Das Enddatum liegt nicht in der Zukunft."), "until")
    return until


def waits(item: Measure) -> bool:
    """Whether an own measure of the town waits for the mayor: for the decision, or for its money."""
    return not item.shared and item.open and (item.state == "vorgeschlagen" or item.budget_secured is False)


def state_word(item: Measure, taken: Taken | None, town: int, today: date) -> tuple[str, str] | None:
    """What the town's acceptance is today, as word and kind of badge; None for an own measure."""
    if not item.shared:
        return None
    stood = measures.standing_of(item, taken, town)
    word, kind = STATES[stood.on(today) if stood else AcceptanceState.ANGEBOTEN]
    return str(word), kind


async def page(
    request: Ask,
    here: Here,
    key: UUID,
    *,
    status: int = 200,
    errors: dict[str, str] | None = None,
    accepting: AcceptForm | None = None,
    offering: OfferForm | None = None,
) -> Response[str]:
    """One measure with what it covers and treats, its way through the towns, and the forms that this person may use."""
    today = local_today()
    async with transaction(here) as tx:
        item = await measures.measure(tx, here.write, key)
        taken = (await measures.acceptances(tx, here.write)).get(key)
        covered = [x for x in await requirements(tx, here.write) if x.key in item.controls]
        known = await objects.targets(tx, here.write)
        treated = [x for x in await risks.risks(tx, here.write, closed=True) if x.id in item.risks]
        before = [x for x in await measures.measures(tx, here.write) if x.id in item.after]
        todos = [x for x in await offers.todos(tx, here.write, today) if x.measure == key]
    names = {x.id: x.name for x in known}
    scope = [names[x] for x in taken.targets if x in names] if taken else []
    group = item.shared and here.write == GROUP
    values: dict[str, Any] = {
        "taken": taken,
        "scope": scope,
        "state": None if group else state_word(item, taken, here.write, today),
        "covered": covered,
        "treated": treated,
        "before": before,
        "todos": [x for x in todos if x.item],
        "level": words.LEVELS[item.level],
        "late": item.open and item.due is not None and item.due < today,
        "accepting": accepting or _filled(taken, today),
        "targets": [(str(x.id), x.name) for x in known],
        "chosen": [str(x) for x in (accepting.targets if accepting else taken.targets if taken else ())],
        "claims": [(str(x), str(words.CLAIMS[x])) for x in (Claim.UNBEARBEITET, Claim.JA, Claim.TEILWEISE, Claim.NEIN)],
    }
    values |= await _of_group(here, item, offering, today) if group else {"offers": [], "answers": [], "offering": None}
    return web.page(
        request,
        here,
        "isms/measure.html",
        status=status,
        base=f"{here.base}/measures",
        item=item,
        errors=errors or {},
        following=next_state(item.state),
        may_edit=bool(here.roles & EDIT_ISMS) and item.town_id == here.write,
        may_settle=bool(here.roles & (EDIT_ISMS | ACCEPT_RISKS)),
        may_accept=bool(here.roles & ACCEPT_RISKS) and item.shared and here.write != GROUP,
        may_take_back=taken is not None and taken.state == AcceptanceState.ANGENOMMEN,
        may_decide=bool(here.roles & ACCEPT_RISKS) and waits(item),
        **values,
    )


def _filled(taken: Taken | None, today: date) -> AcceptForm:
    if taken is None:
        return AcceptForm(until=year_later(today))
    until = taken.until if taken.until and taken.until > today else year_later(today)
    return AcceptForm(until=until, scope=taken.scope, remark=taken.remark, town_claim=taken.town_claim)


async def _of_group(here: Here, item: Measure, offering: OfferForm | None, today: date) -> dict[str, Any]:
    """The group's side: towns to offer to, and what those towns said whose security officer this person is."""
    async with service_tx() as tx:
        towns = [x for x in await auth.towns(tx) if x.id]
    mine = {x.id for x in here.account.towns(ISB, now())}
    answers = []
    for town in (x for x in towns if x.id in mine):
        async with town_tx({town.id, GROUP}) as tx:
            taken = (await measures.acceptances(tx, town.id)).get(item.id)
        answers.append((town.name, state_word(item, taken, town.id, today) if item.offered_in(town.id) or taken else None, taken))
    form = offering or OfferForm(
        offer=item.offer, towns=tuple(x.slug for x in towns if x.id in item.offered_to), version=item.version
    )
    return {
        "answers": answers,
        "offering": form,
        "offers": [(key, str(word)) for key, word in OFFERS.items() if item.mode != Mode.LOKAL],
        "towns": [(x.slug, x.name) for x in towns],
    }
