"""Audits of a town: plan, scope, sample of sites, findings and what becomes of them (`domain.md` 3.9). Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from math import isqrt
from typing import Final
from uuid import UUID

from service.errors import Wrong
from service.i18n import gettext as _


class State(StrEnum):
    """Where an audit stands."""

    PLANNED = "planned"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"


class Act(StrEnum):
    """What people do with an audit."""

    BEGIN = "begin"
    FINISH = "finish"
    CANCEL = "cancel"
    REOPEN = "reopen"


_STEPS: Final[Mapping[Act, Mapping[State, State]]] = {
    Act.BEGIN: {State.PLANNED: State.RUNNING},
    Act.FINISH: {State.RUNNING: State.DONE},
    Act.CANCEL: {State.PLANNED: State.CANCELLED, State.RUNNING: State.CANCELLED},
    Act.REOPEN: {State.DONE: State.RUNNING, State.CANCELLED: State.PLANNED},
}
OPEN: Final = frozenset({State.PLANNED, State.RUNNING})
RECOMMENDATION: Final = "recommendation"
WEIGHTS: Final = ("severe", "minor", RECOMMENDATION)
CLOSING: Final = frozenset({"fixed", "waived"})
"""Results of a re-check that end a finding."""


@dataclass(frozen=True, slots=True)
class Audit:
    """An audit. Empty scopes mean all sites, objects or areas of the town. `version` 0: not yet stored."""

    id: UUID
    title: str
    kind: str
    planned_on: date
    ends_on: date | None = None
    lead: str = ""
    scope_sites: tuple[UUID, ...] = ()
    scope_objects: tuple[UUID, ...] = ()
    scope_areas: tuple[str, ...] = ()
    scope_note: str = ""
    result: str = ""
    state: State = State.PLANNED
    number: int = 0
    version: int = 0
    town_id: int = 0

    @property
    def name(self) -> str:
        """As people say it."""
        return f"PR-{self.number:03d}"

    @property
    def year(self) -> int:
        """The year of the plan it belongs to."""
        return self.planned_on.year

    def overdue(self, today: date) -> bool:
        """Whether its day has passed before it began, or its end before it was finished."""
        if self.state is State.PLANNED:
            return self.planned_on < today
        return self.state is State.RUNNING and self.ends_on is not None and self.ends_on < today


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding (Feststellung). `version` 0: not yet stored."""

    id: UUID
    audit: UUID
    weight: str
    title: str
    text: str = ""
    target: UUID | None = None
    control: str = ""
    responsible: str = ""
    due: date | None = None
    recheck_on: date | None = None
    recheck_result: str = ""
    recheck_note: str = ""
    rechecked_by: str = ""
    rechecked_at: datetime | None = None
    measure: UUID | None = None
    number: int = 0
    version: int = 0
    target_name: str = ""
    label: str = ""
    """Label and title of the requirement, empty without one."""

    @property
    def state(self) -> str:
        """`open`, `treated` (a measure was made of it) or `closed`."""
        if self.recheck_result in CLOSING:
            return "closed"
        return "treated" if self.measure else "open"

    def overdue(self, today: date) -> bool:
        """Whether it should have been mended or looked at again by now."""
        days = [x for x in (self.due, self.recheck_on) if x is not None]
        return self.state != "closed" and any(day < today for day in days)


@dataclass(frozen=True, slots=True)
class Entry:
    """An audit with its findings."""

    audit: Audit
    findings: tuple[Finding, ...] = ()

    @property
    def open(self) -> int:
        """How many findings are not closed."""
        return sum(1 for x in self.findings if x.state != "closed")


@dataclass(frozen=True, slots=True)
class Sample:
    """A choice of sites; without a seed it was made by hand, for the reason given."""

    population: tuple[tuple[UUID, str], ...]
    """All sites in scope at that time, as (id, name)."""
    chosen: frozenset[UUID]
    seed: str
    reason: str
    by: str
    at: datetime

    @property
    def names(self) -> tuple[str, ...]:
        """The chosen sites by name."""
        return tuple(name for key, name in self.population if key in self.chosen)


def after(state: State, act: Act) -> State:
    """The state after an act; raises `Wrong` where it does not fit."""
    found = _STEPS[act].get(state)
    if found is None:
        raise Wrong(_("Dieser Schritt passt nicht zum Stand des Audits."), "", _("Laden Sie die Seite neu."))
    return found


def possible(state: State) -> tuple[Act, ...]:
    """The acts that fit a state."""
    return tuple(act for act, steps in _STEPS.items() if state in steps)


def sample_size(number: int) -> int:
    """How many of so many sites are visited: the square root, rounded up."""
    return 0 if number <= 0 else isqrt(number - 1) + 1


def draw(population: Iterable[UUID], seed: str) -> tuple[UUID, ...]:
    """The sites a seed chooses: those with the smallest SHA-256 of seed and id; the order of the population does not matter."""
    ranked = sorted(population, key=lambda key: (hashlib.sha256(f"{seed}{key}".encode()).hexdigest(), key))
    return tuple(ranked[: sample_size(len(ranked))])


def check_audit(audit: Audit) -> None:
    """Raises `Wrong` for what cannot be meant."""
    if not audit.title.strip():
        raise Wrong(_("Bitte geben Sie dem Audit einen Titel."), "title")
    if audit.ends_on and audit.ends_on < audit.planned_on:
        raise Wrong(_("Das Ende liegt vor dem Beginn."), "ends_on")


def check_finding(finding: Finding) -> None:
    """Raises `Wrong` for what cannot be meant; only a recommendation may stay without a day."""
    if finding.weight not in WEIGHTS:
        raise Wrong(_("Diese Auswahl gibt es nicht."), "weight")
    if not finding.title.strip():
        raise Wrong(_("Bitte sagen Sie in einem Satz, was festgestellt wurde."), "title")
    if finding.weight != RECOMMENDATION and finding.due is None:
        raise Wrong(_("Bitte geben Sie an, bis wann die Feststellung behoben sein soll."), "due")
    if finding.due and finding.recheck_on and finding.recheck_on < finding.due:
        raise Wrong(_("Die Nachprüfung liegt vor dem Termin zum Beheben."), "recheck_on")


def check_recheck(finding: Finding, result: str, note: str, again: date | None, today: date) -> None:
    """Raises `Wrong` where a re-check says too little: why, and when next as long as something is open."""
    if result not in ("fixed", "partly", "open", "waived"):
        raise Wrong(_("Bitte wählen Sie ein Ergebnis."), "result")
    if result == "waived" and finding.weight != RECOMMENDATION:
        raise Wrong(_("Nur einer Empfehlung muss man nicht folgen."), "result", _("Eine Feststellung wird behoben."))
    if not note.strip():
        raise Wrong(_("Bitte schreiben Sie, woran Sie das erkannt haben."), "note")
    if result not in CLOSING and (again is None or again <= today):
        raise Wrong(_("Bitte nennen Sie den Tag der nächsten Nachprüfung. Er liegt nach heute."), "again")


def check_hand(population: Collection[UUID], chosen: Collection[UUID], reason: str) -> None:
    """Raises `Wrong` for a sample by hand that names no site in scope, or does not say why."""
    if not chosen or not set(chosen) <= set(population):
        raise Wrong(_("Bitte wählen Sie mindestens einen Standort aus der Liste."), "sites")
    if not reason.strip():
        raise Wrong(_("Bitte begründen Sie, warum Sie die Standorte selbst wählen."), "reason")


def tally(findings: Sequence[Finding]) -> dict[str, int]:
    """How many findings of each weight, all weights named."""
    return {weight: sum(1 for x in findings if x.weight == weight) for weight in WEIGHTS}
