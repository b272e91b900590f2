"""Silent hosts: a record that shows nothing but an address belongs to whoever held the address before and after.

Addresses are locators, never identities: they only date a sighting, between two identified ones that lie close
(Kontinuität, `domain.md` 2.5). Everything is derived from identified records, so a later sighting revises it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

from service.inventory.evidence import MOMENT, NONE
from service.inventory.grouping import Grouping
from service.inventory.linking import Rule, Why

REACH = timedelta(days=8)


def attribute(grouping: Grouping, identified: Sequence[bool], dynamic: set[int]) -> tuple[dict[int, Rule], dict[int, Why]]:
    """Join silent records to their surroundings; returns the rule for the joined and the reason for the others.

    `dynamic` are the addresses that DHCP hands out: there a DNS name of somebody else speaks against the surroundings.
    """
    evidence, forest = grouping.evidence, grouping.forest
    around = _Surroundings(grouping, identified, dynamic)
    joined: dict[int, tuple[int, Rule]] = {}
    left: dict[int, Why] = {}

    def settle(i: int, before: int, after: int) -> None:
        found = around.decide(i, before, after)
        if isinstance(found, Why):
            left[i] = found
        else:
            joined[i] = found

    for sightings in evidence.at_spot:
        before = NONE
        waiting: list[tuple[int, int]] = []
        for i in sightings:
            if identified[i]:
                for silent, earlier in waiting:
                    settle(silent, earlier, i)
                waiting.clear()
                before = i
            elif evidence.floating[i] or i in evidence.phantoms or i in grouping.wishes.bound:
                continue
            elif evidence.records[i].source == "nmap":
                waiting.append((i, before))
        for silent, earlier in waiting:
            settle(silent, earlier, NONE)
    for i, (other, _) in list(joined.items()):
        if grouping.wishes.forbid(forest, i, other):
            left[i] = Why.CONTRADICTION
            del joined[i]
        else:
            forest.join(i, other)
    return {i: rule for i, (_, rule) in joined.items()}, left


class _Surroundings:
    """What the identified records around a silent one say."""

    def __init__(self, grouping: Grouping, identified: Sequence[bool], dynamic: set[int]) -> None:
        self.grouping = grouping
        self.evidence = evidence = grouping.evidence
        self.dynamic = dynamic
        self.known_as: dict[int, set[str]] = {}
        self.place: dict[tuple[int, int], int] = {}
        """Where each group was in each run."""
        self.several: set[int] = set()
        """Groups that are at several addresses at once."""
        for i, spot in enumerate(evidence.spot):
            if identified[i] and spot != NONE and evidence.records[i].source == "nmap":
                root = grouping.forest.find(i)
                if self.place.setdefault((evidence.run[i], root), spot) != spot:
                    self.several.add(root)

    def decide(self, i: int, before: int, after: int) -> tuple[int, Rule] | Why:
        """The record to join and the rule, or the reason why nobody can claim the silent record."""
        evidence, find = self.evidence, self.grouping.forest.find
        me = evidence.records[i]
        close = [j for j in (before, after) if j != NONE and abs(evidence.records[j].at - me.at) <= REACH]
        if not close:
            return Why.NO_IDENTIFIER
        walk = min(close, key=lambda j: abs(evidence.records[j].at - me.at))
        if evidence.records[walk].source != "nmap" and abs(evidence.records[walk].at - me.at) <= MOMENT:
            return self._of_the_visit(i, walk)
        root = find(close[0])
        if find(close[-1]) != root:
            return Why.CONTRADICTION
        names = {self._dns(j) for j in close}
        if len(close) == 1 and not (me.ptr and me.ptr in names):
            return Why.NO_IDENTIFIER
        elsewhere = self.place.get((evidence.run[i], root), evidence.spot[i]) != evidence.spot[i] and root not in self.several
        if elsewhere or self._other_card(i, root) or me.ptr not in names:
            return Why.CONTRADICTION
        if evidence.spot[i] in self.dynamic and self._other_name(me.ptr, root, names, len(close)):
            return Why.CONTRADICTION
        return close[0], Rule.CONTINUITY if len(close) == 2 else Rule.NEIGHBOURHOOD

    def _of_the_visit(self, i: int, walk: int) -> tuple[int, Rule] | Why:
        """The same address answered nmap and, within the hour, a walk that names the device; DNS has no say in that."""
        root = self.grouping.forest.find(walk)
        return Why.CONTRADICTION if self._other_card(i, root) else (walk, Rule.CONTINUITY)

    def _other_card(self, i: int, root: int) -> bool:
        """The silent record shows a MAC (a dock's, a random one) of a sort that the device never showed."""
        evidence = self.evidence
        me = evidence.records[i]
        if evidence.ids[i]:
            mine = set(evidence.ids[i])
            return all(mine.isdisjoint(evidence.ids[j]) for j in self.grouping.forest.members(root))
        if me.strange_mac:
            return not any(evidence.records[j].strange_mac for j in self.grouping.forest.members(root))
        return False

    def _other_name(self, name: str, root: int, around: set[str], sides: int) -> bool:
        """DNS knows the silent record by a name that is not the device's, unless it knew the device by it all the time."""
        if not name or sides == 2:
            return False
        return name not in self._called(root)

    def _called(self, root: int) -> set[str]:
        """How the device calls itself; the commonest DNS name of one that never says."""
        known = self.known_as.get(root)
        if known is None:
            evidence = self.evidence
            members = self.grouping.forest.members(root)
            known = {evidence.values[name].value for j in members for name in evidence.said[j]}
            if not known:
                counts = Counter(evidence.records[j].ptr for j in members if evidence.records[j].ptr)
                known = {name for name, _ in counts.most_common(1)}
            self.known_as[root] = known
        return known

    def _dns(self, j: int) -> str:
        """What DNS called the address at that sighting; a walk does not ask, so the scan nearest to it speaks for it."""
        evidence, find = self.evidence, self.grouping.forest.find
        record = evidence.records[j]
        if record.source == "nmap":
            return record.ptr
        scans = [
            other
            for other in evidence.at_spot[evidence.spot[j]]
            if evidence.records[other].source == "nmap" and find(other) == find(j)
        ]
        nearest = min(scans, key=lambda other: abs(evidence.records[other].at - record.at), default=NONE)
        return evidence.records[nearest].ptr if nearest != NONE else ""
