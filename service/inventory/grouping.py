"""Joining records by strong and medium identifiers, and taking joins back where they contradict each other.

All records that share a usable value are one group; a group that contradicts itself loses the value whose removal
dissolves the contradiction. That value is shared for good, and only the groups that carried it are linked again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from service.inventory.asset import IdentifierKind, Strength
from service.inventory.evidence import NONE, RANK, Evidence, pairs
from service.inventory.forest import Forest
from service.inventory.sharing import CONFLICT
from service.inventory.vetoes import Aliases, alike, contradict, fit, near_serial, observed, successor
from service.inventory.wishes import Wishes

Pair = tuple[int, int]

SUSPECTS, EFFORT = 10, 200_000
"""So many values of one group are tried at least, and so many records looked at in all, those with most carriers first:
a placeholder nobody knows yet may tie thousands of records into one group."""


class Grouping:
    """The state of linking: who is with whom, which values are shared."""

    def __init__(self, evidence: Evidence, aliases: Aliases, shared: dict[int, str], wishes: Wishes) -> None:
        self.evidence = evidence
        self.aliases = aliases
        self.shared = shared
        self.wishes = wishes
        self.forest = Forest(len(evidence.records))

    def run(self) -> None:
        """Group by identifiers until no group contradicts itself."""
        silent = self.wishes.silent
        for value, carriers in enumerate(self.evidence.carriers):
            if len(carriers) > 1 and value not in self.shared:
                self._tie(carriers, silent)
        broken = [members for members in self.forest.groups().values() if len(members) > 1 and self.conflicts(members)]
        while broken:
            broken = [part for members in broken for part in self._dissolve(members)]

    def unite(self) -> None:
        """Join the groups that people called one device, whatever vetoes say."""
        for both in self.wishes.together:
            for other in both[1:]:
                self.forest.join(both[0], other)
        if self.wishes.together:
            self._restore()

    def _restore(self) -> None:
        """A number that seemed to be on two devices is right again where a person said that they are one."""
        find = self.forest.find
        for value in [
            v for v, why in self.shared.items() if why == CONFLICT and self.evidence.values[v].strength is Strength.STRONG
        ]:
            carriers = [i for i in self.evidence.carriers[value] if i not in self.wishes.silent]
            known = {find(i) for i in carriers if self.usable(i)}
            if len(known) == 1 and not known.isdisjoint({find(i) for i in self.wishes.bound}):
                del self.shared[value]
                self._tie(carriers, self.wishes.silent)

    def between(self, a: int, b: int) -> bool:
        """True when something keeps two groups apart; what people united within one of them is no matter here."""
        find = self.forest.find
        a, b = find(a), find(b)
        if a == b:
            return False
        one, other = self.forest.members(a), self.forest.members(b)
        return (
            any(find(i) != find(j) for i, j in self.conflicts(sorted(one + other)))
            or not self.alike(one, other)
            or self.wishes.forbid(self.forest, a, b)
        )

    def alike(self, one: Iterable[int], other: Iterable[int]) -> bool:
        """True unless the kinds of two groups exclude each other, those that only lists know included."""
        records = self.evidence.records
        return alike([records[i] for i in one], [records[i] for i in other])

    def _tie(self, carriers: Iterable[int], silent: set[int]) -> None:
        first = NONE
        for i in carriers:
            if i not in silent:
                first = i if first == NONE else self.forest.join(first, i)

    def usable(self, i: int) -> tuple[int, ...]:
        """The values of a record that still identify something."""
        if i in self.wishes.silent:
            return ()
        ids = self.evidence.ids[i]
        if self.shared.keys().isdisjoint(ids):
            return ids
        return tuple(value for value in ids if value not in self.shared)

    def conflicts(self, members: Sequence[int]) -> list[Pair]:
        """Pairs of records that cannot be one device, a few for every reason (V1-V5, people)."""
        evidence, wishes, aliases = self.evidence, self.wishes, self.aliases
        serials: dict[int, int] = {}
        typed: dict[int, int] = {}
        uuids: dict[int, int] = {}
        kinds: dict[str, int] = {}
        runs: dict[int, list[int]] = {}
        stack = False
        values = evidence.values
        for i in members:
            if i in wishes.silent:
                continue
            record = evidence.records[i]
            if record.serials:
                book = typed if record.typed else serials
                for value in evidence.ids[i]:
                    if value not in self.shared and values[value].kind is IdentifierKind.SERIAL:
                        book.setdefault(aliases.of(value), i)
            stack = stack or bool(record.members)
            if record.uuids:
                for value in evidence.ids[i]:
                    if value not in self.shared and values[value].kind is IdentifierKind.UUID:
                        uuids.setdefault(aliases.of(value), i)
            if observed(record):
                kinds.setdefault(record.kind, i)
            run = runs.get(evidence.run[i])
            if run is None:
                runs[evidence.run[i]] = [i]
            else:
                run.append(i)
        found: list[Pair] = []
        if len(serials) > 1:
            found += pairs(list(serials.values()))
        if typed and len(serials) + len(typed) > 1:
            found += self._typed(serials, typed)
        if len(uuids) > 1:
            found += pairs(list(uuids.values()))
        if len(kinds) > 1:
            found += [
                (i, j) for i, j in pairs(list(kinds.values())) if not fit(evidence.records[i].kind, evidence.records[j].kind)
            ]
        for run in runs.values():
            if len(run) > 1:
                found += [(run[0], i) for i in run[1:] if self._at_once(run[0], i, stack)]
        if wishes.apart:
            found += self._unwanted(set(members))
        return found

    def _typed(self, serials: dict[int, int], typed: dict[int, int]) -> Iterable[Pair]:
        kin, renumbered = self.aliases.kin, self._renumbered
        for value, i in typed.items():
            if value not in serials:
                for other, j in (*serials.items(), *typed.items()):
                    if other != value and not near_serial(kin(value), kin(other)) and not renumbered(i, j):
                        yield i, j

    def _renumbered(self, i: int, j: int) -> bool:
        """Rows of two lists with one inventory number: the later corrects the serial of the earlier, of the same thing."""
        one, other = self.evidence.records[i], self.evidence.records[j]
        later = one.typed and other.typed and self.evidence.run[i] != self.evidence.run[j]
        return later and "" != one.inventory == other.inventory and not successor(one, other)

    def _at_once(self, x: int, y: int, stack: bool) -> bool:
        """Two records of one run: two places in one scan, two rows of one list; a stack has a row for every member."""
        evidence = self.evidence
        if evidence.spot[x] == evidence.spot[y] != NONE:
            return False
        names = set(evidence.said[x])
        if not evidence.records[x].typed and names and not names.isdisjoint(evidence.said[y]):
            return False
        return contradict(evidence, self.aliases, x, y, NONE, self.shared, stack)

    def _unwanted(self, members: set[int]) -> Iterable[Pair]:
        for left, right in self.wishes.apart:
            here, there = sorted(left & members), sorted(right & members)
            yield from ((a, b) for a in here[:12] for b in there[:12])

    def _dissolve(self, members: list[int]) -> list[list[int]]:
        """Take one value out of a group that contradicts itself; returns the parts that still do."""
        conflicts = self.conflicts(members)
        culprit = self._culprit(members, conflicts)
        if culprit == NONE:
            return []
        self.shared[culprit] = CONFLICT
        return [part for part in self.regroup(members) if len(part) > 1 and self.conflicts(part)]

    def regroup(self, members: Sequence[int]) -> list[list[int]]:
        """Take a whole group apart and join again what usable values join; returns the parts."""
        parts = self._parts(members, lambda value: value not in self.shared)
        self.forest.scatter(members)
        for part in parts:
            for i in part[1:]:
                self.forest.join(part[0], i)
        return parts

    def _parts(self, members: Sequence[int], allowed: Callable[[int], bool]) -> list[list[int]]:
        """Members connected through allowed values."""
        root: dict[int, int] = {}
        holder: dict[int, int] = {}

        def find(i: int) -> int:
            while root[i] != i:
                root[i] = root[root[i]]
                i = root[i]
            return i

        for i in members:
            root[i] = i
            for value in self.usable(i):
                if not allowed(value):
                    continue
                other = holder.setdefault(value, i)
                a, b = find(other), find(i)
                if a != b:
                    root[max(a, b)] = min(a, b)
        parts: dict[int, list[int]] = {}
        for i in members:
            parts.setdefault(find(i), []).append(i)
        return list(parts.values())

    def _culprit(self, members: Sequence[int], conflicts: Sequence[Pair]) -> int:
        """The value whose removal separates most contradicting pairs; among equals the weakest, then by value."""
        kinds: dict[tuple[int, ...], int] = {}
        for i in members:
            kinds.setdefault(self.usable(i), i)
        ends = {i for pair in conflicts for i in pair}
        compact = sorted(set(kinds.values()) | ends)
        carried: dict[int, list[int]] = defaultdict(list)
        for i in compact:
            for value in self.usable(i):
                carried[value].append(i)
        best: tuple[int, int, int, str] | None = None
        culprit = NONE
        bridges = sorted((value for value, carriers in carried.items() if len(carriers) > 1), key=lambda v: (-len(carried[v]), v))
        for value in bridges[: max(SUSPECTS, EFFORT // len(compact))]:
            carriers = carried[value]
            parts = self._parts(compact, lambda other, gone=value: other != gone)  # type: ignore[misc]  # a default binds the value of this round
            part = {i: n for n, some in enumerate(parts) for i in some}
            separated = sum(part[a] != part[b] for a, b in conflicts)
            both = set(carriers)
            direct = sum(a in both and b in both for a, b in conflicts)
            identifier = self.evidence.values[value]
            score = (separated, direct, RANK[identifier.kind], identifier.value)
            if best is None or score > best:
                best, culprit = score, value
        return culprit
