"""Who is reminded of which date and when. Pure: the day comes from the caller.

A reminder is one step before a date, made once for each object, date and step. After a stop of any length only the
step that holds now is made: nobody gets what was missed all at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from service.deadlines.calendar import BEFORE, Deadline
from service.inventory.expiry import STAGES

STEPS: Final[Mapping[str, tuple[int, ...]]] = {
    "statutory": (30, 7, 3, 2, 1, 0),
    "notice": (90, 30, 14, 7, 0),
    "contract": (90, 30, 0),
    "line": (90, 30, 0),
    "licence": (60, 30, 0),
    "certificate": STAGES,
    "warranty": (60, 0),
    "support": (180, 60, 0),
    "document": (60, 30, 7, 0),
    "audit": (60, 14, 0),
    "finding": (30, 7, 0),
    "recheck": (14, 0),
    "measure": (30, 7, 0),
    "measure_end": (60, 30, 7, 0),
    "treatment": (30, 7, 0),
    "risk_end": (60, 30, 7, 0),
    "risk_review": (30, 0),
    "training": (14, 0),
}
"""Days before a date at which somebody is reminded, by its kind."""
OWNERS: Final[Mapping[str, frozenset[str]]] = (
    {kind: frozenset({"it_admin"}) for kind in STEPS}
    | {kind: frozenset({"it_admin", "isb"}) for kind in ("certificate", "support", "statutory", "document", "finding", "measure")}
    | {kind: frozenset({"isb"}) for kind in ("audit", "recheck", "measure_end", "treatment", "risk_end", "risk_review")}
    | {"training": frozenset({"isb", "hr_training"})}
)
"""Roles that own a kind of date: they see its reminders on their start page and settle them."""


@dataclass(frozen=True, slots=True)
class Due:
    """A date with the step that holds now."""

    deadline: Deadline
    step: int

    @property
    def key(self) -> tuple[str, str, date]:
        """Kind, object and date."""
        return key(self.deadline)


def key(deadline: Deadline) -> tuple[str, str, date]:
    """What a reminder is about, whatever its step."""
    return deadline.kind, deadline.ref, deadline.day


def due(deadlines: Iterable[Deadline], today: date) -> tuple[Due, ...]:
    """For each date whose first step has come, the latest step; dates longer gone than the calendar shows are left out."""
    found: dict[tuple[str, str, date], Due] = {}
    for one in deadlines:
        left = (one.day - today).days
        steps = [step for step in STEPS[one.kind] if left <= step]
        if one.ref and steps and left >= -BEFORE.days:
            found.setdefault(key(one), Due(one, min(steps)))
    return tuple(found.values())


def owned(kind: str, roles: Iterable[str]) -> bool:
    """Whether somebody with these roles settles reminders of this kind."""
    return bool(OWNERS[kind] & frozenset(roles))
