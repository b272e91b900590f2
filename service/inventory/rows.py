"""Rows of lists whose numbers identify nothing: a desk set under one inventory number, a number typed twice.

No row with a number gets lost. It belongs to the device that another list called by the same number, kind and model,
where there is exactly one; else it is a device of its own, the n-th such row here being the n-th there.
"""

from __future__ import annotations

from collections import defaultdict

from service.inventory.clues import Clues
from service.inventory.grouping import Grouping

Key = tuple[str | tuple[str, ...], str, str]


def keep(grouping: Grouping, identified: list[bool], unclear: set[int]) -> None:
    """Give rows that nothing identifies a device; those in `unclear` wait for an answer."""
    evidence, forest = grouping.evidence, grouping.forest
    bare = [
        i
        for i, record in enumerate(evidence.records)
        if record.typed
        and not identified[i]
        and i not in unclear
        and i not in grouping.wishes.bound
        and (record.inventory or record.serials)
    ]
    if not bare:
        return
    known: dict[Key, set[int]] = defaultdict(set)
    for i, record in enumerate(evidence.records):
        if record.typed and identified[i] and (record.inventory or record.serials):
            known[_key(record)].add(forest.find(i))
    met: dict[tuple[int, Key], int] = defaultdict(int)
    slots: dict[tuple[Key, int], int] = {}
    for i in bare:
        key = _key(evidence.records[i])
        number = met[evidence.run[i], key]
        met[evidence.run[i], key] += 1
        homes = {forest.find(root) for root in known.get(key, ())}
        home = homes.pop() if len(homes) == 1 and not number else slots.setdefault((key, number), i)
        if not grouping.wishes.forbid(forest, home, i):
            forest.join(home, i)
        identified[i] = True


def _key(record: Clues) -> Key:
    return record.inventory or record.serials, record.kind, record.model
