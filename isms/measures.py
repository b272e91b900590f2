"""Measures (Maßnahmen) done once for several towns, and how a town takes them over (Übernahme), domain 3.5.

Pure. A central or shared measure reaches a town only through an acceptance that is valid today; the town's own
newer answer goes first; every result says where it comes from.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from service.settings import local_day


class Claim(enum.StrEnum):
    """What people say about a requirement: the closed list of the starter catalogue and the Kompendium."""

    UNBEARBEITET = "unbearbeitet"
    JA = "ja"
    TEILWEISE = "teilweise"
    NEIN = "nein"
    ENTBEHRLICH = "entbehrlich"


class Mode(enum.StrEnum):
    """Who carries a measure out: once for all, group part and town part, or the town alone."""

    ZENTRAL = "zentral"
    GETEILT = "geteilt"
    LOKAL = "lokal"


class AcceptanceState(enum.StrEnum):
    ANGEBOTEN = "angeboten"
    ANGENOMMEN = "angenommen"
    ABGELEHNT = "abgelehnt"
    ABGELAUFEN = "abgelaufen"
    ZURUECKGEZOGEN = "zurückgezogen"


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Übernahmeerklärung of one town; `until` is the last day on which it holds."""

    state: AcceptanceState
    accepted_on: date | None = None
    until: date | None = None

    def on(self, today: date) -> AcceptanceState:
        """The state today: an accepted one whose last day has passed is expired."""
        if self.state is AcceptanceState.ANGENOMMEN and self.until is not None and self.until < today:
            return AcceptanceState.ABGELAUFEN
        return self.state


@dataclass(frozen=True, slots=True)
class Offered:
    """A central or shared measure as one town sees it, for one requirement."""

    number: str
    mode: Mode
    group_claim: Claim
    acceptance: Acceptance | None = None
    town_claim: Claim = Claim.UNBEARBEITET
    """The town's own part of a shared measure."""
    targets: frozenset[UUID] = frozenset()
    """Target objects for which the town took it over; none: all of them."""

    def reaches(self, target: UUID) -> bool:
        """Whether the town's acceptance speaks about this object at all."""
        return not self.targets or target in self.targets


@dataclass(frozen=True, slots=True)
class Answer:
    """A town's own answer and its day."""

    claim: Claim
    on: date


@dataclass(frozen=True, slots=True)
class Inherited:
    """The claim that counts and its German provenance; `via` names the measure, empty for an own answer."""

    claim: Claim
    provenance: str
    via: str = ""


def joined(group: Claim, town: Claim) -> Claim:
    """Both parts of a shared measure: ja only if both, nein only if both, open if either is open."""
    if Claim.UNBEARBEITET in (group, town):
        return Claim.UNBEARBEITET
    return group if group == town and group in (Claim.JA, Claim.NEIN, Claim.ENTBEHRLICH) else Claim.TEILWEISE


def effective(own: Answer | None, measure: Offered | None, today: date) -> Inherited:
    """Effective claim of one town for one requirement today."""
    acceptance = measure.acceptance if measure else None
    given = own is not None and own.claim is not Claim.UNBEARBEITET
    newer = acceptance is None or acceptance.accepted_on is None or (own is not None and own.on > acceptance.accepted_on)
    if measure is None or measure.mode is Mode.LOKAL or (given and newer):
        return (
            Inherited(own.claim, f"eigene Antwort vom {own.on:%d.%m.%Y}")
            if own
            else Inherited(Claim.UNBEARBEITET, "noch keine Antwort")
        )
    name = f"Maßnahme {measure.number} des Verbunds"
    if acceptance is None or acceptance.on(today) is AcceptanceState.ANGEBOTEN:
        return Inherited(Claim.UNBEARBEITET, f"{name}: Übernahme fehlt", measure.number)
    state = acceptance.on(today)
    if state is not AcceptanceState.ANGENOMMEN:
        since = f" am {acceptance.until:%d.%m.%Y}" if state is AcceptanceState.ABGELAUFEN and acceptance.until else ""
        return Inherited(Claim.UNBEARBEITET, f"{name}: Übernahme {state}{since}", measure.number)
    claim = measure.group_claim if measure.mode is Mode.ZENTRAL else joined(measure.group_claim, measure.town_claim)
    when = f", angenommen am {acceptance.accepted_on:%d.%m.%Y}" if acceptance.accepted_on else ""
    return Inherited(claim, f"über {name}{when}", measure.number)


def answers_needed(central: int, shared: int, local: int, towns: int) -> int:
    """Answers people must give: central once, shared once and once a town, local once a town."""
    return central + shared * (1 + towns) + local * towns


MEASURE_STATES = ("vorgeschlagen", "beschlossen", "in Umsetzung", "umgesetzt", "geprüft", "verworfen")
"""Status of a measure in its order; `verworfen` needs a reason."""


def group_claim(state: str) -> Claim:
    """What a measure's status says about the requirements it covers."""
    return {"umgesetzt": Claim.JA, "geprüft": Claim.JA, "in Umsetzung": Claim.TEILWEISE}.get(state, Claim.NEIN)


ENDS_SOON = timedelta(days=60)
"""An acceptance that ends within this time is a task of the town (domain 3.5)."""
OFFERS = ("none", "all", "chosen", "withdrawn")


def standing(acceptance: Acceptance, decided_at: datetime | None, *, offered: bool, withdrawn_at: datetime | None) -> Acceptance:
    """The acceptance as it stands after what the group did: an offer taken back ends every acceptance made until then.

    `offered`: whether the group offers the measure to this town now. One whose last day had passed by then had expired,
    and stays so.
    """
    if acceptance.state is not AcceptanceState.ANGENOMMEN:
        return acceptance
    taken_back = withdrawn_at is not None and (decided_at is None or decided_at <= withdrawn_at)
    expired = withdrawn_at is not None and acceptance.until is not None and acceptance.until < local_day(withdrawn_at)
    if expired or (offered and not taken_back):
        return acceptance
    return Acceptance(AcceptanceState.ZURUECKGEZOGEN, acceptance.accepted_on, acceptance.until)


_RANK = {Claim.NEIN: 0, Claim.UNBEARBEITET: 0, Claim.TEILWEISE: 1, Claim.JA: 2, Claim.ENTBEHRLICH: 2}


def lowered(before: tuple[str, tuple[str, ...]], after: tuple[str, tuple[str, ...]]) -> bool:
    """Whether a measure says less than before: (state, controls) each; a lower claim, or a control no longer covered."""
    less = _RANK[group_claim(after[0])] < _RANK[group_claim(before[0])]
    return _RANK[group_claim(before[0])] > 0 and (less or not set(before[1]) <= set(after[1]))


def move_refusal(before: str, after: str, reason: str) -> str | None:
    """Why a measure cannot go from one state to the other, as a German sentence; None = it can.

    Forward one may go freely; back, out of the plan, or into it again only with a reason.
    """
    if before == after:
        return None
    order = MEASURE_STATES.index
    back = "verworfen" in (before, after) or order(after) < order(before)
    if back and not reason.strip():
        return f"Bitte begründen Sie, warum die Maßnahme von „{before}“ auf „{after}“ gesetzt wird."
    return None


def next_state(state: str) -> str | None:
    """The state that follows; None after the last and for a dropped measure."""
    place = MEASURE_STATES.index(state)
    return MEASURE_STATES[place + 1] if place < MEASURE_STATES.index("geprüft") else None
