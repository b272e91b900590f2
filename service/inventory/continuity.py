"""Silent hosts: a record that shows nothing but an address belongs to whoever held the address before and after.

Addresses are locators, never identities: they only date a sighting, between two identified ones that lie close
(Kontinuität, `domain.md` 2.5). Everything is derived from identified records, so a later sighting revises it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from service.inventory.evidence import NONE
from service.inventory.grouping import Grouping
from service.inventory.linking import Rule, Why

REACH = timedelta(days=8)


def attribute(grouping: Grouping, identified: Sequence[bool]) -> tuple[dict[int, Rule], dict[int, Why]]:
    """Join silent records to their surroundings; returns the rule for the joined and the reason for the others."""
    evidence, forest = grouping.evidence, grouping.forest
    homes, several = _places(grouping, identified)
    joined: dict[int, tuple[int, Rule]] = {}
    left: dict[int, Why] = {}
    for sightings in evidence.at_spot:
        before = NONE
        waiting: list[tuple[int, int]] = []
        for i in sightings:
            if identified[i]:
                for silent, earlier in waiting:
                    _decide(grouping, silent, earlier, i, homes, several, joined, left)
                waiting.clear()
                before = i
            elif not evidence.floating[i] and evidence.records[i].source == "nmap" and i not in grouping.wishes.bound:
                waiting.append((i, before))
        for silent, earlier in waiting:
            _decide(grouping, silent, earlier, NONE, homes, several, joined, left)
    for i, (other, _) in joined.items():
        forest.join(i, other)
    return {i: rule for i, (_, rule) in joined.items()}, left


def _places(grouping: Grouping, identified: Sequence[bool]) -> tuple[dict[tuple[int, int], int], set[int]]:
    """Where each group was in each run, and the groups that are at several addresses at once."""
    homes: dict[tuple[int, int], int] = {}
    several: set[int] = set()
    evidence = grouping.evidence
    for i, spot in enumerate(evidence.spot):
        if identified[i] and spot != NONE and evidence.records[i].source == "nmap":
            root = grouping.forest.find(i)
            if homes.setdefault((evidence.run[i], root), spot) != spot:
                several.add(root)
    return homes, several


def _decide(
    grouping: Grouping,
    i: int,
    before: int,
    after: int,
    homes: dict[tuple[int, int], int],
    several: set[int],
    joined: dict[int, tuple[int, Rule]],
    left: dict[int, Why],
) -> None:
    evidence = grouping.evidence
    records = evidence.records
    me = records[i]
    close = [j for j in (before, after) if j != NONE and abs(records[j].at - me.at) <= REACH]
    if not close:
        left[i] = Why.NO_IDENTIFIER
        return
    roots = {grouping.forest.find(j) for j in close}
    root = min(roots)
    if len(roots) > 1:
        left[i] = Why.CONTRADICTION
    elif len(close) == 1 and not (me.ptr and _dns(grouping, close[0]) == me.ptr):
        left[i] = Why.NO_IDENTIFIER
    elif (
        (root not in several and homes.get((evidence.run[i], root), evidence.spot[i]) != evidence.spot[i])
        or _other_card(grouping, i, root)
        or _other_name(grouping, i, close)
    ):
        left[i] = Why.CONTRADICTION
    else:
        joined[i] = (close[0], Rule.CONTINUITY if len(close) == 2 else Rule.NEIGHBOURHOOD)


def _other_card(grouping: Grouping, i: int, root: int) -> bool:
    """The silent record shows a MAC (a dock's, a random one) of a sort that the device never showed."""
    evidence = grouping.evidence
    me = evidence.records[i]
    if evidence.ids[i]:
        mine = set(evidence.ids[i])
        return all(mine.isdisjoint(evidence.ids[j]) for j in grouping.forest.members(root))
    if me.strange_mac:
        return not any(evidence.records[j].strange_mac for j in grouping.forest.members(root))
    return False


def _other_name(grouping: Grouping, i: int, close: Sequence[int]) -> bool:
    return grouping.evidence.records[i].ptr not in {_dns(grouping, j) for j in close}


def _dns(grouping: Grouping, j: int) -> str:
    """What DNS called the address at that sighting; a walk does not ask, so the scan nearest to it speaks for it."""
    evidence = grouping.evidence
    record = evidence.records[j]
    if record.source == "nmap":
        return record.ptr
    root = grouping.forest.find(j)
    scans = [
        other
        for other in evidence.at_spot[evidence.spot[j]]
        if evidence.records[other].source == "nmap" and grouping.forest.find(other) == root
    ]
    nearest = min(scans, key=lambda other: abs(evidence.records[other].at - record.at), default=NONE)
    return evidence.records[nearest].ptr if nearest != NONE else ""
