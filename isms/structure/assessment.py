"""The protection needs of all objects of a town, for all three goals at once (`domain.md` 3.3).

Pure; `protection.inherit` does the inheriting. Objects are named by their id as text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from isms.protection import Effective, Goal, Need, Override, Reasoning, inherit
from service.objects.standard import TargetKind

ENTERED_AT = frozenset({TargetKind.PROCESS, TargetKind.INFORMATION})
"""Kinds whose needs people enter; all others inherit and may be overridden."""


@dataclass(frozen=True, slots=True)
class SetNeed:
    """What a person set for one object and goal; with `reasoning` it is an override."""

    target: UUID
    goal: Goal
    need: Need
    reasoning: Reasoning | None
    reason: str
    inherited: Need | None
    version: int
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Line:
    """One object with its effective needs, the names of what each comes from, and what was set."""

    id: UUID
    name: str
    kind: str
    effective: Mapping[Goal, Effective]
    because: Mapping[Goal, tuple[str, ...]]
    set_by_hand: Mapping[Goal, SetNeed]

    @property
    def enters(self) -> bool:
        """Whether values are entered here; else they are inherited."""
        return self.kind in ENTERED_AT

    @property
    def review(self) -> bool:
        """Whether an override stands on an inherited value that has changed since."""
        return any(x.review for x in self.effective.values())

    @property
    def unknown(self) -> bool:
        """Whether any goal has no value: nobody needs it, or nobody has entered one above it."""
        return any(x.need is None for x in self.effective.values())

    @property
    def highest(self) -> Need | None:
        """The highest of the three goals."""
        return max((x.need for x in self.effective.values() if x.need is not None), default=None)


def lines(
    objects: Sequence[tuple[UUID, str, str]], needs: Iterable[tuple[UUID, UUID]], values: Iterable[SetNeed]
) -> tuple[Line, ...]:
    """A line for each object (id, name, kind), in their order. Raises `ValueError` if the needs form a circle."""
    names = {str(ident): name for ident, name, _kind in objects}
    kinds = {ident: kind for ident, _name, kind in objects}
    pairs = [(str(a), str(b)) for a, b in needs]
    said: dict[UUID, dict[Goal, SetNeed]] = {}
    for value in values:
        said.setdefault(value.target, {})[value.goal] = value
    found: dict[Goal, dict[str, Effective]] = {}
    for goal in Goal:
        entered: dict[str, Need] = {}
        overrides: dict[str, Override] = {}
        for ident, by_goal in said.items():
            one = by_goal.get(goal)
            if one is None or ident not in kinds:
                continue
            if one.reasoning is not None:
                overrides[str(ident)] = Override(one.need, one.reasoning, one.reason, one.inherited)
            elif kinds[ident] in ENTERED_AT:
                entered[str(ident)] = one.need
        found[goal] = inherit(entered, pairs, overrides, goal)
    nothing = Effective(None, None)
    return tuple(
        Line(
            ident,
            name,
            kind,
            {goal: found[goal].get(str(ident), nothing) for goal in Goal},
            {goal: tuple(names.get(x, x) for x in found[goal].get(str(ident), nothing).sources) for goal in Goal},
            said.get(ident, {}),
        )
        for ident, name, kind in objects
    )
