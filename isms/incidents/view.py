"""An incident as pages and documents read it, and who may see it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from isms.incidents.clocks import Clock, Duty, duties
from isms.incidents.levels import Rating, Severity, Situation, rate
from isms.incidents.log import Line
from isms.incidents.states import State
from service.priority import Level

WHOLE = frozenset({"isb", "it_admin", "mayor", "auditor", "bc_officer", "crisis_team"})
"""Roles that see every incident of their town; the data protection officer only those that may concern persons."""


@dataclass(frozen=True, slots=True)
class Incident:
    """The fields of `tables.Incident`."""

    town_id: int
    id: UUID
    number: int
    title: str
    what: str
    place: str
    since: datetime | None
    contact: str
    reported_by: str
    reporter_id: UUID | None
    reported_at: datetime
    aware_at: datetime
    state: str
    severity: int = 1
    severity_proposed: int | None = None
    impact: Mapping[str, int] = field(default_factory=dict)
    spreading: bool = False
    tolerable_until: datetime | None = None
    priority: int | None = None
    rated_at: datetime | None = None
    personal_data: bool | None = None
    nis2: bool = False
    persons: int | None = None
    records: int | None = None
    data: str = ""
    consequences: str = ""
    elsewhere: str = ""
    towns: int = 1
    critical_down: bool = False
    back_hours: int | None = None
    left_hours: int | None = None
    emergency_operation: bool = False
    plan_fits: bool | None = None
    joint_plan: bool = False
    lead: str = ""
    steps: str = ""
    targets: tuple[UUID, ...] = ()
    assets: tuple[UUID, ...] = ()
    measures: tuple[UUID, ...] = ()
    cost: int | None = None
    hours: int | None = None
    cause: str = ""
    lessons: str = ""
    evaluated_by: str = ""
    approved_by: str = ""
    closed_at: datetime | None = None
    version: int = 1
    taken_back: bool = False
    """A duty of the GDPR was affirmed or over when somebody took it back; read from the decisions."""

    @property
    def name(self) -> str:
        return f"V-{self.number:03d}"

    @property
    def stage(self) -> State:
        return State(self.state)

    @property
    def level(self) -> Severity:
        return Severity(self.severity)

    @property
    def open(self) -> bool:
        return self.closed_at is None

    def rating(self, now: datetime) -> Rating | None:
        """The priority at this moment: urgency rises while an incident is open, and stays once it is fixed."""
        still = self.stage in (State.BEHOBEN, State.AUSGEWERTET, State.ABGESCHLOSSEN)
        at = self.rated_at if still and self.rated_at else now
        return rate(self.impact, self.tolerable_until, at, spreading=self.spreading)

    def level_now(self, now: datetime) -> Level | None:
        """The priority at this moment; None while nobody rated it."""
        found = self.rating(now)
        return found.priority if found else None

    def situation(self, now: datetime) -> Situation:
        """What the prompt for the level looks at."""
        return Situation(
            critical_down=self.critical_down,
            back_hours=self.back_hours,
            left_hours=self.left_hours,
            priority=self.level_now(now),
            emergency_operation=self.emergency_operation,
            rated_for=now - self.rated_at if self.rated_at else timedelta(),
            plan_fits=self.plan_fits,
            towns=self.towns,
            joint_plan=self.joint_plan,
        )

    def duties(self) -> tuple[Duty, ...]:
        """Which duties to tell need a decision."""
        return duties(personal_data=self.personal_data, nis2=self.nis2)


@dataclass(frozen=True, slots=True)
class Notice:
    """The fields of `tables.IncidentNotice`; unsent ones are drafts."""

    id: UUID
    kind: str
    recipient: str
    subject: str
    text: str
    saved_by: str
    saved_at: datetime
    sent_at: datetime | None = None
    sent_to: str = ""
    sent_by: str = ""
    version: int = 1


@dataclass(frozen=True, slots=True)
class Case:
    """An incident with all that belongs to it; names in the order of the ids."""

    town: str
    item: Incident
    lines: tuple[Line, ...]
    clocks: tuple[Clock, ...]
    notices: tuple[Notice, ...]
    targets: tuple[tuple[UUID, str], ...] = ()
    assets: tuple[tuple[UUID, str], ...] = ()
    measures: tuple[tuple[UUID, str], ...] = ()


def sees(item: Incident, roles: frozenset[str]) -> bool:
    """Whether these roles of the incident's town show it in full."""
    return bool(roles & WHOLE) or ("dpo" in roles and (item.personal_data is not False or item.taken_back))


def first(found: Sequence[Clock], now: datetime) -> Clock | None:
    """The running clock that ends first; those without a moment come last."""
    running = [one for one in found if one.running(now)]
    return min(running, key=lambda one: (one.due is None, one.due or now), default=None)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a list: the incident, its priority now, and the running clock that ends first."""

    item: Incident
    level: Level | None
    clock: Clock | None

    @property
    def order(self) -> tuple[int, bool, float]:
        """Sorts the most urgent first: by priority (unrated like mittel), then by the clock that ends first."""
        due = self.clock.due if self.clock else None
        return -int(self.level or Level.MITTEL), due is None, due.timestamp() if due else 0.0


def row(item: Incident, found: Sequence[Clock], now: datetime) -> Row:
    """The line of an incident with these clocks; a closed one shows none."""
    return Row(item, item.level_now(now), first(found, now) if item.open else None)
