"""A risk of the register (Risikoregister) as a value, and how its rating follows from its inputs.

Pure. Category by 200-3 look-up, impact from the damage, urgency from the days left, priority by the matrix of
domain 5.4; a person's own priority stands beside the computed one, never instead of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from isms.risk import FIRST, Acceptance, Inputs, Scheme, Signer, impact_of, level_of, void_reason
from service.priority import Level, Urgency, priority, urgency
from service.settings import local_day


@dataclass(frozen=True, slots=True)
class Rating:
    """What follows from frequency, damage and the date by which action must have happened."""

    category: str
    category_net: str | None
    urgency: Urgency
    priority: Level
    matrix_version: int = FIRST.number


def rate(
    frequency: str, damage: str, net: tuple[str, str] | None, act_by: date | None, today: date, scheme: Scheme = FIRST
) -> Rating:
    """The rating of a risk. Without a date the urgency is mittel and marked as unchecked (domain 5.3)."""
    hours = None if act_by is None else (act_by - today).days * 24.0
    how_soon = urgency(hours)
    return Rating(
        scheme.category(frequency, damage),
        scheme.category(*net) if net else None,
        how_soon,
        priority(impact_of(damage), how_soon.level),
        scheme.number,
    )


@dataclass(frozen=True, slots=True)
class AcceptanceView:
    """One step of taking a risk over: requested by the security officer, decided by who may."""

    id: UUID
    risk_id: UUID
    state: str
    reason: str
    until: date | None
    category: str
    inputs: Mapping[str, Any]
    requested_by: str
    requested_at: datetime
    decided_by: str
    decided_as: str
    decided_at: datetime | None
    decision_reason: str

    def value(self) -> Acceptance | None:
        """The acceptance itself, None as long as nobody accepted."""
        if self.state != "accepted" or self.until is None or self.decided_at is None:
            return None
        covers = Inputs(
            self.inputs["frequency"], self.inputs["damage"], frozenset(self.inputs["objects"]), self.inputs.get("text", "")
        )
        return Acceptance(self.reason, Signer(self.decided_as), local_day(self.decided_at), self.until, covers)


@dataclass(frozen=True, slots=True)
class RiskView:
    """Risiko with everything a page shows; money in cents, dates are days."""

    town_id: int
    id: UUID
    number: int
    title: str
    kind: str
    threats: tuple[str, ...]
    cause: str
    scenario: str
    affects: str
    targets: tuple[UUID, ...]
    frequency: str
    damage: str
    frequency_net: str | None
    damage_net: str | None
    category: str
    category_net: str | None
    matrix_version: int
    act_by: date | None
    urgency: int
    urgency_unchecked: bool
    priority: int
    priority_set: int | None
    priority_reason: str
    rated_at: datetime
    owner: str
    treatment: str | None
    measures: str
    cost: int | None
    due: date | None
    review_on: date | None
    shared: bool
    closed_at: datetime | None
    closed_reason: str
    version: int
    controls: tuple[str, ...] = ()
    catalogue_text: str = ""
    """Fingerprint of the texts of these requirements in the current editions; empty without requirements."""
    sites: tuple[UUID, ...] = ()
    hazard: str = ""
    """Key of the hazard of the starter register it comes from."""

    @property
    def name(self) -> str:
        return f"R-{self.number:03d}"

    @property
    def impact(self) -> Level:
        return impact_of(self.damage)

    @property
    def computed(self) -> Level:
        return Level(self.priority)

    @property
    def effective(self) -> Level:
        """The priority that counts: a person's own if there is one."""
        return Level(self.priority_set or self.priority)

    @property
    def how_soon(self) -> Level:
        return Level(self.urgency)

    @property
    def remaining(self) -> str:
        """The category that is left: net where measures are rated, else gross."""
        return self.category_net or self.category

    @property
    def inputs(self) -> Inputs:
        return Inputs(self.frequency, self.damage, frozenset(str(x) for x in (*self.targets, *self.sites)), self.catalogue_text)

    @property
    def open(self) -> bool:
        return self.closed_at is None

    def holds(self, acceptances: Iterable[AcceptanceView], today: date) -> tuple[AcceptanceView | None, str]:
        """The newest acceptance and why it no longer holds ("" = it holds today, or there is none)."""
        for view in acceptances:
            if view.risk_id == self.id and (value := view.value()) is not None:
                void = void_reason(value, self.inputs, today)
                if void is None and level_of(self.remaining) > level_of(view.category):
                    void = f"hinfällig: die Kategorie ist von „{view.category}“ auf „{self.remaining}“ gestiegen"
                return view, void or ""
        return None, ""


def ranked(risks: Sequence[RiskView]) -> tuple[RiskView, ...]:
    """Most urgent first: priority, remaining category, number."""
    return tuple(sorted(risks, key=lambda x: (-x.effective, -level_of(x.remaining), x.number)))


def by_cell(risks: Iterable[RiskView], *, net: bool = False) -> Counter[tuple[str, str]]:
    """How many risks stand in each cell (damage, frequency) of the 200-3 matrix; net uses the gross where none is rated."""
    return Counter(
        ((x.damage_net or x.damage) if net else x.damage, (x.frequency_net or x.frequency) if net else x.frequency) for x in risks
    )
