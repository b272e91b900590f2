"""Joining records by strong and medium identifiers, and taking joins back where they contradict each other.

All records that share a usable value are one group; a group that contradicts itself loses the value whose removal
dissolves the contradiction. That value is shared for good, and only the groups that carried it are linked again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from service.inventory.asset import Decision, DecisionKind, IdentifierKind
from service.inventory.evidence import NONE, RANK, Evidence, pairs
from service.inventory.sharing import CONFLICT
from service.inventory.vetoes import Aliases, contradict, fit, near_serial

Pair = tuple[int, int]


class Forest:
    """Union-find over records; the oldest record is the root."""

    def __init__(self, count: int) -> None:
        self.parent = list(range(count))
        self._members: dict[int, list[int]] | None = None

    def find(self, i: int) -> int:
        """The root of a record's group."""
        parent = self.parent
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    def join(self, a: int, b: int) -> int:
        """Make two groups one; returns its root."""
        a, b = self.find(a), self.find(b)
        if a > b:
            a, b = b, a
        if a != b:
            self.parent[b] = a
            if self._members is not None:
                self._members[a] += self._members.pop(b)
        return a

    def members(self, root: int) -> list[int]:
        """The records of one group in no particular order; once asked for, they are kept up to date."""
        if self._members is None:
            self._members = self.groups()
        return self._members[root]

    def scatter(self, members: Iterable[int]) -> None:
        """Every record of some whole groups alone again."""
        for i in members:
            self.parent[i] = i
        self._members = None

    def groups(self) -> dict[int, list[int]]:
        """Members of every group by root, oldest first."""
        out: dict[int, list[int]] = {}
        find = self.find
        for i in range(len(self.parent)):
            root = find(i)
            if root == i:
                out[i] = [i]
            else:
                out[root].append(i)
        return out


class Wishes:
    """People's decisions in terms of positions: what must be together, what must stay apart."""

    def __init__(self, evidence: Evidence, aliases: Aliases, decisions: Sequence[Decision]) -> None:
        self.together: list[list[int]] = []
        self.apart: list[tuple[list[int], list[int]]] = []
        self.silent: set[int] = set()
        """Records whose own identifiers join nothing, because a person assigned them."""
        self.bound: dict[int, int] = {}
        """Record → root of its must-group."""
        forest = Forest(len(evidence.records))
        for decision in sorted(decisions, key=lambda d: d.id):
            left = [evidence.position[r] for r in decision.records if r in evidence.position]
            right = [evidence.position[r] for r in decision.others if r in evidence.position]
            if decision.kind is DecisionKind.DIFFERENT:
                self.apart.append((left, right))
                continue
            if decision.kind is DecisionKind.ASSIGN:
                self.silent.update(left)
                right = right[:1]
            both = left + right
            if len(both) > 1:
                self.together.append(both)
                for other in both[1:]:
                    forest.join(both[0], other)
        groups: dict[int, list[int]] = defaultdict(list)
        for i in {i for both in self.together for i in both}:
            groups[forest.find(i)].append(i)
            self.bound[i] = forest.find(i)
        for members in groups.values():
            # What a person called one device is one device's serials, cards and UUIDs from now on.
            for kind in (IdentifierKind.SERIAL, IdentifierKind.UUID, IdentifierKind.MAC, IdentifierKind.INVENTORY):
                aliases.tie(
                    value
                    for i in members
                    if i not in self.silent
                    for value in evidence.ids[i]
                    if evidence.values[value].kind is kind
                )

    def one(self, a: int, b: int) -> bool:
        """True when a person said that both records are one device."""
        return a in self.bound and self.bound[a] == self.bound.get(b)


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
        for both in self.wishes.together:
            for other in both[1:]:
                self.forest.join(both[0], other)
        silent = self.wishes.silent
        for value, carriers in enumerate(self.evidence.carriers):
            if len(carriers) > 1 and value not in self.shared:
                self._tie(carriers, silent)
        broken = [members for members in self.forest.groups().values() if len(members) > 1 and self.conflicts(members)]
        while broken:
            broken = [part for members in broken for part in self._dissolve(members)]

    def _tie(self, carriers: Iterable[int], silent: set[int]) -> None:
        first = NONE
        for i in carriers:
            if i not in silent:
                first = i if first == NONE else self.forest.join(first, i)

    def usable(self, i: int) -> list[int]:
        """The values of a record that still identify something."""
        if i in self.wishes.silent:
            return []
        shared = self.shared
        return [value for value in self.evidence.ids[i] if value not in shared]

    def conflicts(self, members: Sequence[int]) -> list[Pair]:
        """Pairs of records that cannot be one device, a few for every reason (V1-V5, people)."""
        evidence, wishes, aliases = self.evidence, self.wishes, self.aliases
        serials: dict[int, int] = {}
        typed: dict[int, int] = {}
        uuids: dict[int, int] = {}
        kinds: dict[str, int] = {}
        runs: dict[int, list[int]] = {}
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
            if record.uuids:
                for value in evidence.ids[i]:
                    if value not in self.shared and values[value].kind is IdentifierKind.UUID:
                        uuids.setdefault(aliases.of(value), i)
            if record.sure_kind:
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
                found += [(run[0], i) for i in run[1:] if self._at_once(run[0], i)]
        if wishes.apart:
            found += self._unwanted(set(members))
        return [(a, b) for a, b in found if not wishes.one(a, b)] if wishes.bound else found

    def _typed(self, serials: dict[int, int], typed: dict[int, int]) -> Iterable[Pair]:
        values = self.evidence.values
        for value, i in typed.items():
            if value not in serials:
                for other, j in (*serials.items(), *typed.items()):
                    if other != value and not near_serial([values[value].value], [values[other].value]):
                        yield i, j

    def _at_once(self, x: int, y: int) -> bool:
        """Two records of one run: two places in one scan, two rows of one list."""
        evidence = self.evidence
        if evidence.spot[x] == evidence.spot[y] != NONE:
            return False
        names = set(evidence.said[x])
        if not evidence.records[x].typed and names and not names.isdisjoint(evidence.said[y]):
            return False
        return contradict(evidence, self.aliases, x, y, NONE)

    def _unwanted(self, members: set[int]) -> Iterable[Pair]:
        for left, right in self.wishes.apart:
            here = [i for i in left if i in members]
            there = [i for i in right if i in members]
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
        """Take a whole group apart and join again what usable values or people join; returns the parts."""
        parts = self._parts(members, lambda value: value not in self.shared)
        self.forest.scatter(members)
        for part in parts:
            for i in part[1:]:
                self.forest.join(part[0], i)
        return parts

    def _parts(self, members: Sequence[int], allowed: Callable[[int], bool]) -> list[list[int]]:
        """Members connected through allowed values or a person's word."""
        root: dict[int, int] = {}
        holder: dict[object, int] = {}

        def find(i: int) -> int:
            while root[i] != i:
                root[i] = root[root[i]]
                i = root[i]
            return i

        for i in members:
            root[i] = i
            keys: list[object] = [value for value in self.usable(i) if allowed(value)]
            if i in self.wishes.bound:
                keys.append(("person", self.wishes.bound[i]))
            for key in keys:
                other = holder.setdefault(key, i)
                a, b = find(other), find(i)
                if a != b:
                    root[max(a, b)] = min(a, b)
        parts: dict[int, list[int]] = {}
        for i in members:
            parts.setdefault(find(i), []).append(i)
        return list(parts.values())

    def _culprit(self, members: Sequence[int], conflicts: Sequence[Pair]) -> int:
        """The value whose removal separates most contradicting pairs; among equals the weakest, then by value."""
        kinds: dict[tuple[object, ...], int] = {}
        for i in members:
            kinds.setdefault((tuple(self.usable(i)), self.wishes.bound.get(i)), i)
        ends = {i for pair in conflicts for i in pair}
        compact = sorted(set(kinds.values()) | ends)
        carried: dict[int, list[int]] = defaultdict(list)
        for i in compact:
            for value in self.usable(i):
                carried[value].append(i)
        best: tuple[int, int, int, str] | None = None
        culprit = NONE
        for value, carriers in carried.items():
            if len(carriers) < 2:
                continue
            parts = self._parts(compact, lambda other, gone=value: other != gone)  # type: ignore[misc]
            part = {i: n for n, some in enumerate(parts) for i in some}
            separated = sum(part[a] != part[b] for a, b in conflicts)
            both = set(carriers)
            direct = sum(a in both and b in both for a, b in conflicts)
            identifier = self.evidence.values[value]
            score = (separated, direct, RANK[identifier.kind], identifier.value)
            if best is None or score > best:
                best, culprit = score, value
        return culprit
