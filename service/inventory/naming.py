"""Joining by names, the weak identifiers: automatic only while a name has one bearer at a time.

A name borne by several devices at once is shared (`sharing`); borne by one after the other it was re-used, and a record
with nothing but the name goes to the bearer whose sightings enclose its date.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from service.inventory.asset import IdentifierKind
from service.inventory.clues import Clues
from service.inventory.evidence import NONE
from service.inventory.grouping import Grouping
from service.inventory.vetoes import fit

PORTABLE = frozenset({"notebook", "tablet"})
"""Kinds with several network cards and adapters: another MAC under the same name is no new hardware."""


@dataclass(slots=True)
class Bearer:
    """A group that bears a name: all its scans, and the records that say the name."""

    root: int
    seen: list[int] = field(default_factory=list)
    """Scans of the group, under this name or not: two cards of one notebook interleave, a successor begins later."""
    said: list[int] = field(default_factory=list)
    portable: bool = False
    bare: bool = False
    """Nothing but the name and the text of a row."""


@dataclass(frozen=True, slots=True)
class Reuse:
    """A name that passed from one group to another (roots at the time of finding)."""

    name: int
    old: int
    new: int
    proven: bool
    """True where other evidence shows two devices, so that nobody needs to ask."""


@dataclass(slots=True)
class Named:
    """What joining by names found out."""

    reuses: list[Reuse] = field(default_factory=list)
    unclear: dict[int, list[int]] = field(default_factory=dict)
    """Records with a name that several groups could claim → those groups' roots."""
    doubts: list[tuple[int, int, int]] = field(default_factory=list)
    """Name and roots of two groups that bear it and differ in nothing but their kinds."""
    hearsay: dict[int, list[list[int]]] = field(default_factory=dict)
    """Name → sightings of each nameless group that DNS, trusted or not, mostly knows by it."""

    def known_before(self, name: int, bearer: Bearer, taker: Bearer) -> bool:
        """True when DNS gave the name to another device that was gone when `taker` first showed it.

        A list that said the name before then meant that device, though nothing proves it: the row stays alone.
        """
        return any(seen[-1] < taker.seen[0] and bearer.said[0] < taker.seen[0] for seen in self.hearsay.get(name, ()))


def join_names(grouping: Grouping, names: list[list[int]]) -> Named:
    """Join what usable names join; `names` are the usable name numbers of each record."""
    evidence, forest = grouping.evidence, grouping.forest
    by_name: dict[int, list[int]] = {}
    for i, own in enumerate(names):
        for name in own:
            by_name.setdefault(name, []).append(i)
    named = Named(hearsay=_hearsay(grouping))
    anchored = {forest.find(i) for i in range(len(names)) if grouping.usable(i) or i in grouping.wishes.bound}
    for name in sorted(by_name, key=lambda number: evidence.values[number].value):
        _join_name(grouping, name, by_name[name], anchored, named)
    return named


def _hearsay(grouping: Grouping) -> dict[int, list[list[int]]]:
    evidence, find = grouping.evidence, grouping.forest.find
    sightings: dict[int, list[int]] = {}
    silent: set[int] = set()
    for i, name in enumerate(evidence.ptr):
        root = find(i)
        if evidence.said[i] and not evidence.records[i].typed:
            silent.add(root)
        elif name != NONE and grouping.usable(i):
            sightings.setdefault(root, []).append(i)
    out: dict[int, list[list[int]]] = {}
    for root, seen in sightings.items():
        if root not in silent:
            name, often = Counter(evidence.ptr[i] for i in seen).most_common(1)[0]
            if 2 * often > len(seen):
                out.setdefault(name, []).append(seen)
    return out


def _join_name(grouping: Grouping, name: int, carriers: list[int], anchored: set[int], named: Named) -> None:
    evidence, forest = grouping.evidence, grouping.forest
    records = evidence.records
    bearers: dict[int, Bearer] = {}
    loose: list[int] = []
    for i in carriers:
        root = forest.find(i)
        if root in anchored:
            bearers.setdefault(root, Bearer(root)).said.append(i)
        else:
            loose.append(i)
    if not bearers:
        first = loose[0]
        for i in loose[1:]:
            if not grouping.wishes.forbid(forest, first, i):
                forest.join(first, i)
        return
    found = list(bearers.values())
    if len(found) > 1:
        for bearer in found:
            members = sorted(forest.members(bearer.root))
            bearer.seen = [i for i in members if not records[i].typed]
            bearer.bare = all(evidence.values[v].kind is IdentifierKind.ROW for i in members for v in grouping.usable(i))
            bearer.portable = any(records[i].kind in PORTABLE and records[i].sure_kind for i in members)
        found = _settle(grouping, name, found, anchored, named)
    for i in loose:
        root = forest.find(i)
        if root in anchored:
            continue
        home = _claim(grouping, i, found)
        if home is None:
            named.unclear[i] = [forest.find(bearer.root) for bearer in found]
        elif home.root != NONE and not _refused(grouping, home, i):
            _unite(grouping, home.root, i, anchored)


def _refused(grouping: Grouping, home: Bearer, i: int) -> bool:
    """The bearer's evidence for the name beside the new record is enough to notice a contradiction."""
    find = grouping.forest.find
    conflicts = grouping.conflicts([*home.said, i])
    return (
        any(find(a) != find(b) for a, b in conflicts)
        or not grouping.alike(home.said, [i])
        or grouping.wishes.forbid(grouping.forest, home.root, i)
    )


def _unite(grouping: Grouping, a: int, b: int, anchored: set[int]) -> int:
    root = grouping.forest.join(a, b)
    anchored.add(root)
    return root


def _settle(grouping: Grouping, name: int, bearers: list[Bearer], anchored: set[int], named: Named) -> list[Bearer]:
    """Merge the bearers that are one device; the rest bore the name one after the other."""
    portable = any(bearer.portable for bearer in bearers)
    scanned = sorted((b for b in bearers if b.seen), key=lambda b: (b.seen[0], b.root))
    settled: list[Bearer] = []
    for bearer in scanned:
        for home in reversed(settled):
            if (portable or bearer.seen[0] <= home.seen[-1]) and _compatible(grouping, home, bearer):
                _absorb(grouping, home, bearer, anchored)
                break
        else:
            if settled:
                proven = not _compatible(grouping, settled[-1], bearer)
                named.reuses.append(Reuse(name, settled[-1].root, bearer.root, proven))
            settled.append(bearer)
    settled.sort(key=lambda b: b.seen[0])
    for bearer in sorted((b for b in bearers if not b.seen), key=lambda b: (b.said[0], b.root)):
        begun = [home for home in settled if home.seen and home.seen[0] < bearer.said[0]]
        order = [*reversed(begun), *(home for home in settled if home not in begun)]
        fitting = [home for home in order if _compatible(grouping, home, bearer)]
        if len(fitting) > 1 and bearer.bare:
            claimed = _at_time(bearer.said[0], [home for home in fitting if home.seen])
            if claimed is None:
                named.unclear.update((i, [grouping.forest.find(home.root) for home in fitting]) for i in bearer.said)
                continue
            fitting = [claimed]
        taker = fitting[0] if fitting else None
        if taker is None:
            named.doubts += [
                (name, home.root, bearer.root) for home in settled if home.seen and _only_kinds(grouping, home, bearer)
            ]
        if taker is None or (taker.seen and taker not in begun and not portable and named.known_before(name, bearer, taker)):
            settled.append(bearer)
        else:
            _absorb(grouping, taker, bearer, anchored)
    return settled


def _absorb(grouping: Grouping, home: Bearer, bearer: Bearer, anchored: set[int]) -> None:
    home.root = _unite(grouping, home.root, bearer.root, anchored)
    home.seen = sorted({*home.seen, *bearer.seen})
    home.said = sorted({*home.said, *bearer.said})
    home.portable = home.portable or bearer.portable


def _compatible(grouping: Grouping, home: Bearer, bearer: Bearer) -> bool:
    return not grouping.between(home.root, bearer.root)


def _only_kinds(grouping: Grouping, home: Bearer, bearer: Bearer) -> bool:
    """Nothing speaks against one device but a kind that a list alone knows."""
    find = grouping.forest.find
    one, other = grouping.forest.members(find(home.root)), grouping.forest.members(find(bearer.root))
    apart = any(find(i) != find(j) for i, j in grouping.conflicts(sorted(one + other)))
    if apart or grouping.alike(one, other) or grouping.wishes.forbid(grouping.forest, home.root, bearer.root):
        return False
    return not _told_apart([grouping.evidence.records[i] for i in one], [grouping.evidence.records[i] for i in other])


def _told_apart(one: Iterable[Clues], other: Iterable[Clues]) -> bool:
    """Two kinds that have two models, two serials or two inventory numbers as well share nothing but a word in a list."""
    facts = tuple(zip(_facts(one), _facts(other), strict=True))
    return any(left and right and left.isdisjoint(right) for left, right in facts)


def _facts(records: Iterable[Clues]) -> tuple[set[str], ...]:
    some = list(records)
    return (
        {record.model for record in some} - {""},
        {serial for record in some for serial in record.serials},
        {record.inventory for record in some} - {""},
    )


def _claim(grouping: Grouping, i: int, bearers: list[Bearer]) -> Bearer | None:
    """The bearer that a record with nothing but the name belongs to; None when several could."""
    records = grouping.evidence.records
    record = records[i]
    fitting = [
        b
        for b in bearers
        if not record.sure_kind or all(fit(record.kind, records[j].kind) for j in b.said if records[j].sure_kind)
    ]
    if not fitting:
        return Bearer(NONE)
    if len(fitting) == 1:
        return fitting[0]
    seen = [b for b in fitting if b.seen]
    if len(seen) == 1 and not record.typed:
        return seen[0]
    return _at_time(i, seen)


def _at_time(i: int, seen: list[Bearer]) -> Bearer | None:
    """The one whose sightings enclose the record's time; before all the first, after all the last; between: nobody."""
    enclosing = [b for b in seen if b.seen[0] <= i <= b.seen[-1]]
    if len(enclosing) == 1:
        return enclosing[0]
    if not enclosing and seen:
        if i < min(b.seen[0] for b in seen):
            return min(seen, key=lambda b: b.seen[0])
        if i > max(b.seen[-1] for b in seen):
            return max(seen, key=lambda b: b.seen[-1])
    return None


def usable_names(grouping: Grouping, trusted: list[int]) -> list[list[int]]:
    """For every record the names that may join it: what it says itself, else what trusted DNS says."""
    evidence, shared = grouping.evidence, grouping.shared
    out: list[list[int]] = []
    for i, said in enumerate(evidence.said):
        if evidence.floating[i] or i in grouping.wishes.silent:
            out.append([])
        elif said:
            out.append([name for name in said if name not in shared])
        else:
            name = trusted[i]
            out.append([name] if name != NONE and name not in shared else [])
    return out
