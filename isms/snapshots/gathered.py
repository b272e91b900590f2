"""Everything a freeze copies, as typed values; the builders read nothing else. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from isms.register import AcceptanceView, RiskView
from isms.risk import FIRST, Scheme
from isms.sheet import Sheet
from isms.structure.assessment import Line
from isms.structure.definitions import Definition
from isms.threats.relevance import Line as Danger


@dataclass(frozen=True, slots=True)
class Policy:
    """A released document of the register."""

    id: str
    title: str
    kind: str
    version: str
    owner: str = ""
    approved_by: str = ""
    valid_from: date | None = None
    review_on: date | None = None
    place: str = ""


@dataclass(frozen=True, slots=True)
class Thing:
    """Zielobjekt. `kind` as stored, `kind_word` in German; `rule` in words."""

    id: UUID
    name: str
    kind: str
    kind_word: str
    categories: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    responsible: str = ""
    note: str = ""
    rule: str = ""
    devices: int = 0


@dataclass(frozen=True, slots=True)
class Link:
    """Abhängigkeit between two objects by name."""

    id: UUID
    consumer: str
    provider: str
    alternatives: int = 0
    required_hours: int | None = None
    degraded_ok: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Unit:
    """A device of the inventory and the objects it belongs to; `excluded` is the reason it was left out."""

    id: UUID
    name: str
    kind: str
    os: str = ""
    site: str = ""
    objects: tuple[str, ...] = ()
    excluded: str = ""


@dataclass(frozen=True, slots=True)
class Net:
    """A network of the town."""

    id: UUID
    name: str
    cidr: str
    purpose: str
    site: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """Maßnahme as the plan shows it; money in cents. `acceptance` is where the town's word on a group's measure stands."""

    id: UUID
    number: str
    title: str
    kind: str
    mode: str
    state: str
    owner: str
    priority: int
    priority_word: str
    due: date | None
    cost_once: int | None
    cost_yearly: int | None
    person_days: int | None
    budget_year: int | None
    budget_secured: bool | None
    controls: tuple[str, ...] = ()
    acceptance: str = ""
    scope: str = ""
    """For what the town took it over."""
    until: date | None = None
    """Last day of the acceptance."""
    withdrawn: str = ""
    """Why the group took its offer back, with the day."""


@dataclass(frozen=True, slots=True)
class Edition:
    """An edition of a catalogue the town worked with."""

    key: str
    title: str
    version: str
    sha256: str
    profiles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Gathered:
    """The whole town at one moment."""

    town: str
    at: datetime
    sheet: Sheet
    policies: tuple[Policy, ...] = ()
    things: tuple[Thing, ...] = ()
    links: tuple[Link, ...] = ()
    devices: tuple[Unit, ...] = ()
    nets: tuple[Net, ...] = ()
    protection: tuple[Line, ...] = ()
    definitions: tuple[Definition, ...] = ()
    evidence: Mapping[tuple[UUID, str], tuple[int, int, int]] = field(default_factory=dict)
    """(object, requirement) → findings that refute, support, do not know."""
    attached: Mapping[tuple[UUID, str], int] = field(default_factory=dict)
    """(object, requirement) → documents of the register that the answer rests on."""
    risks: tuple[RiskView, ...] = ()
    acceptances: tuple[AcceptanceView, ...] = ()
    threats: tuple[Danger, ...] = ()
    """Threats at target objects that are asked for: proposed, decided or covered by a risk."""
    hazards: tuple[Danger, ...] = ()
    """Hazards at sites, likewise."""
    measures: tuple[Plan, ...] = ()
    matrix: Scheme = FIRST
    editions: tuple[Edition, ...] = ()
    rules: Mapping[str, int] = field(default_factory=dict)
    parameters: Mapping[str, str] = field(default_factory=dict)
