"""Values that several devices show at once identify none of them (gelernte gemeinsame Werte, `domain.md` 2.4).

Simultaneity is the best contradiction: two rows of one list, two hosts of one scan that carry the same value and yet
differ make it shared. It needs no knowledge of makers and finds docks, clones, re-used serials, default names.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container
from itertools import pairwise

from service.inventory.asset import IdentifierKind, Origin
from service.inventory.evidence import NONE, RANK, Evidence
from service.inventory.vetoes import Aliases, contradict

AT_ONCE = "at_once"
ALTERNATES = "alternates"
CONFLICT = "conflict"
DOCK = "dock"

TURNS = 3
"""Changes between the same two DNS names, and sightings of each, that stale entries do not explain."""

WITNESSES = 6
"""So many carriers of a run are compared with each further one: rows that say little contradict nobody."""

PASSING = frozenset({"dock", "monitor", "headset"})
"""A list says whose network card it is: whatever notebook stands on it shows this MAC."""


def learn(evidence: Evidence, aliases: Aliases) -> dict[int, str]:
    """Numbers of all values that direct evidence shows to be shared, with the reason."""
    shared: dict[int, str] = {}
    # The strong first: what they prove to be copied cannot speak for what follows.
    order = sorted(
        (value for value, carriers in enumerate(evidence.carriers) if len(carriers) > 1),
        key=lambda v: RANK[evidence.values[v].kind],
    )
    for value in order:
        carriers = evidence.carriers[value]
        card = evidence.values[value].kind is IdentifierKind.MAC
        if card and _stands_on_desks(evidence, carriers):
            shared[value] = DOCK
        elif _at_once(evidence, aliases, value, carriers, shared):
            shared[value] = AT_ONCE
        elif card and _passes_hands(evidence, value, carriers):
            shared[value] = ALTERNATES
    for value, bearers in enumerate(evidence.bearers):
        # Lists keep the rows of devices that are gone: two rows with one name are a name re-used, not shared.
        scanned = [i for i in bearers if not evidence.records[i].typed]
        if len(scanned) > 1 and _at_once(evidence, aliases, value, scanned, shared):
            shared[value] = AT_ONCE
    return shared


def _stands_on_desks(evidence: Evidence, carriers: list[int]) -> bool:
    """A list knows the MAC as that of a dock, and something else than lists shows it; the newest list is right."""
    records = [evidence.records[i] for i in carriers]
    typed = [i for i in carriers if evidence.records[i].typed and evidence.records[i].kind]
    newest = {evidence.records[i].kind for i in typed if evidence.run[i] == evidence.run[typed[-1]]}
    return not newest.isdisjoint(PASSING) and not all(one.typed for one in records)


def _at_once(evidence: Evidence, aliases: Aliases, value: int, carriers: list[int], shared: Container[int]) -> bool:
    runs: dict[int, list[int]] = {}
    for i in carriers:
        others = runs.setdefault(evidence.run[i], [])
        if any(contradict(evidence, aliases, other, i, value, shared) for other in others):
            return True
        if len(others) < WITNESSES:
            others.append(i)
    return False


def _passes_hands(evidence: Evidence, value: int, carriers: list[int]) -> bool:
    return len(carriers) > 2 and (
        _alternates(evidence, carriers) or _wanders(evidence, value, carriers) or _commutes(evidence, carriers)
    )


def _wanders(evidence: Evidence, value: int, carriers: list[int]) -> bool:
    """A name that came to this MAC was seen on another one while the MAC had another name, and again afterwards.

    A device that is renamed leaves no such trace: nobody else bears its new name later on.
    """
    saying = [i for i in carriers if evidence.said[i] and not evidence.records[i].typed]
    first: dict[int, int] = {}
    for i in saying:
        for name in evidence.said[i]:
            first.setdefault(name, i)
    if len(first) < 2:
        return False
    for name, begin in first.items():
        under_others = {evidence.run[i] for i in saying if name not in evidence.said[i]}
        elsewhere = [j for j in evidence.bearers[name] if not evidence.records[j].typed and value not in evidence.ids[j]]
        if any(evidence.run[j] in under_others for j in elsewhere) and any(j > begin for j in elsewhere):
            return True
    return False


def _alternates(evidence: Evidence, carriers: list[int]) -> bool:
    """A MAC whose bearer calls itself A, then B, then A again is a dock's; A and then only B is a new name."""
    last: dict[str, int] = {}
    left: dict[str, set[int]] = {}
    for i in carriers:
        record = evidence.records[i]
        if record.typed or evidence.spot[i] == NONE:
            continue
        told: set[str] = set()
        for number, (_, origin) in zip(evidence.said[i], record.names, strict=True):
            if origin in told or origin == Origin.CERTIFICATE:
                continue
            told.add(origin)
            before = last.get(origin)
            if before is not None and before != number:
                gone = left.setdefault(origin, set())
                gone.add(before)
                if number in gone:
                    return True
            last[origin] = number
    return False


def _commutes(evidence: Evidence, carriers: list[int]) -> bool:
    """A MAC whose DNS name goes to and fro between the same two names: hearsay, but a stale entry does not come back."""
    names = [evidence.ptr[i] for i in carriers if evidence.ptr[i] != NONE]
    if len(set(names)) < 2:
        return False
    turns: dict[tuple[int, int], int] = {}
    for before, after in pairwise(names):
        if before != after:
            pair = (min(before, after), max(before, after))
            turns[pair] = turns.get(pair, 0) + 1
    often = Counter(names)
    return any(count >= TURNS and often[a] >= TURNS and often[b] >= TURNS for (a, b), count in turns.items())
