"""Addresses that float between nodes without a virtual MAC: cluster services, some firewalls.

An address floats if it alternates between devices that at the same time are seen at addresses of their own. A lease
alternates too, but its holder is nowhere else.
"""

from __future__ import annotations

from service.inventory.evidence import NONE
from service.inventory.grouping import Grouping


def release(grouping: Grouping) -> None:
    """Take the answers of such addresses out of the groups of their nodes."""
    evidence, find = grouping.evidence, grouping.forest.find
    at: dict[tuple[int, int], set[int]] = {}
    for i, spot in enumerate(evidence.spot):
        if spot != NONE and grouping.usable(i):
            at.setdefault((evidence.run[i], find(i)), set()).add(spot)
    for spot, sightings in enumerate(evidence.at_spot):
        known = [i for i in sightings if grouping.usable(i)]
        holders = [find(i) for i in known]
        if len(set(holders)) < 2 or not _returns(holders):
            continue
        if all(len(at[evidence.run[i], find(i)]) > 1 for i in known):
            _detach(grouping, spot, sorted(set(holders)))


def _returns(holders: list[int]) -> bool:
    """A, then B, then A again."""
    gone: set[int] = set()
    last = NONE
    for holder in holders:
        if holder != last:
            if holder in gone:
                return True
            gone.add(last)
            last = holder
    return False


def _detach(grouping: Grouping, spot: int, roots: list[int]) -> None:
    evidence = grouping.evidence
    groups = [sorted(grouping.forest.members(root)) for root in roots]
    for i in evidence.at_spot[spot]:
        evidence.floating[i] = True
        evidence.ids[i] = ()
        evidence.said[i] = ()
    for members in groups:
        grouping.regroup(members)
