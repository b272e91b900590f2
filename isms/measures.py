"""Measures (Maßnahmen) done once for several towns, and how a town takes them over (Übernahme), domain 3.5.

Pure. A central or shared measure reaches a town only through an acceptance that is valid today; the town's own
newer answer goes first; every result says where it comes from.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date


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
