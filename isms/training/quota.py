"""Training quotas from numbers, without a list of persons (`domain.md` 3.9). Pure.

Quota = persons of the target group with a valid completion ÷ persons of the group. A unit with fewer than five persons
is shown only within the next larger one, and what is left over is never so small that it could be computed from the rest.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Final
from uuid import UUID

SMALLEST: Final = 5
"""Fewer persons are never shown on their own."""
GROUPS: Final = ("leadership", "it", "kita", "new_staff", "others")
"""Everybody of a unit belongs to exactly one."""
TARGETS: Final[Mapping[str, tuple[str, ...]]] = {"all": GROUPS} | {name: (name,) for name in GROUPS[:-1]}
"""Whom a course is for."""


@dataclass(frozen=True, slots=True)
class Unit:
    """An organisational unit with the persons who belong to it directly, by group."""

    id: UUID
    name: str
    parent: UUID | None = None
    persons: Mapping[str, int] = field(default_factory=dict)

    def of(self, target: str) -> int:
        """Persons of the unit that a course is for."""
        return sum(self.persons.get(group, 0) for group in TARGETS[target])


@dataclass(frozen=True, slots=True)
class Count:
    """So many persons of one unit and group completed a course on one day; `renewed` of them had a valid completion then."""

    unit: UUID
    group: str
    day: date
    persons: int
    renewed: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """A line that may be shown: `done` of `persons`."""

    name: str
    done: int
    persons: int

    @property
    def share(self) -> Fraction:
        """The quota."""
        return Fraction(self.done, self.persons)


@dataclass(frozen=True, slots=True)
class Quota:
    """The quotas of one course; None: fewer than five persons, or nobody."""

    total: Line | None
    leadership: Line | None
    units: tuple[Line, ...]


def ends(day: date, months: int) -> date:
    """The first day on which a completion is no longer valid."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def valid(counts: Iterable[Count], months: int, today: date) -> int:
    """How many persons have a valid completion, nobody counted twice: who renews leaves the oldest completions."""
    kept: list[tuple[date, int]] = []
    for one in sorted(counts, key=lambda x: x.day):
        left = one.renewed
        after: list[tuple[date, int]] = []
        for day, persons in kept:
            taken = min(left, persons) if one.day < ends(day, months) else 0
            left -= taken
            after.append((day, persons - taken))
        kept = [*after, (one.day, one.persons)]
    return sum(persons for day, persons in kept if day <= today < ends(day, months))


def quota(units: Sequence[Unit], counts: Sequence[Count], target: str, months: int, today: date, others: str) -> Quota:
    """The quotas of a course for a target group; `others` is what the remainder of the town is called."""
    parts: dict[tuple[UUID, str], list[Count]] = {}
    for one in counts:
        parts.setdefault((one.unit, one.group), []).append(one)
    done = {
        unit.id: sum(
            min(valid(parts.get((unit.id, group), ()), months, today), unit.persons.get(group, 0)) for group in TARGETS[target]
        )
        for unit in units
    }
    lead_done = sum(
        min(valid(parts.get((unit.id, "leadership"), ()), months, today), unit.persons.get("leadership", 0)) for unit in units
    )
    persons = sum(unit.of(target) for unit in units)
    leaders = sum(unit.persons.get("leadership", 0) for unit in units) if "leadership" in TARGETS[target] else 0
    total = Line("", sum(done.values()), persons) if persons >= SMALLEST else None
    apart = leaders >= SMALLEST and (persons == leaders or persons - leaders >= SMALLEST)
    return Quota(total, Line("", lead_done, leaders) if apart else None, _lines(units, done, target, others))


def _lines(units: Sequence[Unit], done: Mapping[UUID, int], target: str, others: str) -> tuple[Line, ...]:
    known = {x.id for x in units}
    below: dict[UUID | None, list[Unit]] = {}
    for unit in units:
        below.setdefault(unit.parent if unit.parent in known else None, []).append(unit)

    def walk(unit: Unit) -> tuple[list[Line], int, int]:
        """Lines at and below a unit, and what must be shown further up, as (done, persons)."""
        shown: list[Line] = []
        rest_done, rest = done[unit.id], unit.of(target)
        for child in below.get(unit.id, ()):
            lines, more_done, more = walk(child)
            shown += lines
            rest_done, rest = rest_done + more_done, rest + more
        if rest >= SMALLEST:
            name = f"{unit.name}: {others}" if shown else unit.name
            return [Line(name, rest_done, rest), *shown], 0, 0
        return shown, rest_done, rest

    found: list[Line] = []
    left_done = left = 0
    for unit in below.get(None, ()):
        lines, more_done, more = walk(unit)
        found += lines
        left_done, left = left_done + more_done, left + more
    if left >= SMALLEST:
        found.append(Line(others, left_done, left))
    elif left and found:  # too few to stand alone: with the smallest line, or the total would give them away
        smallest = min(found, key=lambda x: (x.persons, x.name))
        found.remove(smallest)
        found.append(Line(f"{smallest.name}, {others}", smallest.done + left_done, smallest.persons + left))
    return tuple(found)


def circle(units: Sequence[Unit], key: UUID, parent: UUID | None) -> bool:
    """Whether a unit would stand above itself."""
    above = {x.id: x.parent for x in units} | {key: parent}
    seen, at = set[UUID](), parent
    while at is not None and at not in seen:
        if at == key:
            return True
        seen.add(at)
        at = above.get(at)
    return False
