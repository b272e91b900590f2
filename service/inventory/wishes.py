"""People's decisions, ready for linking: what must be together, what must stay apart, what joins nothing.

A person's word beats every rule. It is kept as a decision and laid over the records in each run, so that taking it
back undoes it without a trace.
"""

from __future__ import annotations

from collections.abc import Sequence

from service.inventory.asset import Decision, DecisionKind
from service.inventory.evidence import Evidence
from service.inventory.forest import Forest


class Wishes:
    """Decisions in terms of positions in the evidence; unknown records in them are passed over."""

    def __init__(self, evidence: Evidence, decisions: Sequence[Decision] = ()) -> None:
        self.together: list[list[int]] = []
        self.apart: list[tuple[set[int], set[int]]] = []
        self.silent: set[int] = set()
        """Records whose own identifiers join nothing, because a person assigned them."""
        for decision in sorted(decisions, key=lambda one: one.id):
            left = [evidence.position[record] for record in decision.records if record in evidence.position]
            right = [evidence.position[record] for record in decision.others if record in evidence.position]
            if decision.kind is DecisionKind.DIFFERENT:
                self.apart.append((set(left), set(right)))
                evidence.part(left, right, str(decision.id))
            elif decision.kind is DecisionKind.ASSIGN and right:
                self.silent.update(left)
                self.together.append([right[0], *left])
            elif decision.kind is DecisionKind.SAME:
                self.together.append(left + right)
        self.bound = {i for both in self.together if len(both) > 1 for i in both}
        """Records that a person put somewhere."""

    def forbid(self, forest: Forest, a: int, b: int) -> bool:
        """True when a person said that a record of one group is not the same as a record of the other."""
        if not self.apart:
            return False
        one, other = set(forest.members(forest.find(a))), set(forest.members(forest.find(b)))
        return any(
            (not one.isdisjoint(left) and not other.isdisjoint(right))
            or (not one.isdisjoint(right) and not other.isdisjoint(left))
            for left, right in self.apart
        )
