"""List rows that a copied serial number carried into the wrong group.

A row that names a device which at the same time is seen elsewhere, in a group whose own scans say other names, is
held there by a value that only rows carry: the serial that every copy of a virtual machine inherited.
"""

from __future__ import annotations

from collections import defaultdict

from service.inventory.asset import Strength
from service.inventory.grouping import Grouping
from service.inventory.sharing import CONFLICT


def release(grouping: Grouping) -> None:
    """Declare the values shared that hold such rows, and link their groups again."""
    evidence, find = grouping.evidence, grouping.forest.find
    said: dict[int, set[int]] = defaultdict(set)
    runs: dict[int, dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
    for i, names in enumerate(evidence.said):
        if names and not evidence.records[i].typed:
            root = find(i)
            said[root].update(names)
            for name in names:
                runs[name][root].add(evidence.run[i])
    culprits: set[int] = set()
    broken: set[int] = set()
    for i, names in enumerate(evidence.said):
        if not names or not evidence.records[i].typed:
            continue
        root = find(i)
        mine = said.get(root)
        if mine is None or not mine.isdisjoint(names):
            continue
        seen = {run for name in mine for run in runs[name].get(root, ())}
        if any(other != root and not where.isdisjoint(seen) for name in names for other, where in runs[name].items()):
            held = _copied(grouping, i)
            if held:
                culprits |= held
                broken.add(root)
    if culprits:
        members = [grouping.forest.members(root) for root in sorted(broken)]
        grouping.shared.update(dict.fromkeys(sorted(culprits), CONFLICT))
        for group in members:
            grouping.regroup(sorted(group))


def _copied(grouping: Grouping, row: int) -> set[int]:
    """Strong values of a row that other rows of its list carry too, and nothing but rows."""
    evidence = grouping.evidence
    out = set()
    for value in grouping.usable(row):
        carriers = evidence.carriers[value]
        if evidence.values[value].strength is Strength.STRONG and all(evidence.records[i].typed for i in carriers):
            here = [i for i in carriers if evidence.run[i] == evidence.run[row]]
            if len(here) > 1:
                out.add(value)
    return out
