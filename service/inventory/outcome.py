"""From groups of record numbers to the answer people and `reconcile` read: clusters with reasons, questions, relations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

from service.inventory.asset import Decision, Identifier, IdentifierKind, Relation, RelationKind, Strength
from service.inventory.evidence import MANAGED, PRIVATE
from service.inventory.folding import distance
from service.inventory.grouping import Grouping
from service.inventory.linking import (
    Ask,
    Asked,
    AskKind,
    Cluster,
    Held,
    Join,
    Linking,
    Note,
    NoteKind,
    Rule,
    Shared,
    Slip,
    Unassigned,
    Why,
)
from service.inventory.naming import Named
from service.inventory.sharing import CONFLICT
from service.inventory.vetoes import TYPO


class Outcome:
    """Builds a `Linking`; `identified`, `rules` and `left` say for each record what linking decided."""

    def __init__(
        self,
        grouping: Grouping,
        names: list[list[int]],
        identified: Sequence[bool],
        rules: dict[int, Rule],
        left: dict[int, Why],
        named: Named,
        slips: Sequence[Slip] = (),
    ) -> None:
        self.grouping = grouping
        self.evidence = grouping.evidence
        self.names = names
        self.identified = identified
        self.rules = rules
        self.left = left
        self.named = named
        self.slips = slips
        self.root_anchor: dict[int, UUID] = {}
        self.notes: dict[int, list[Note]] = defaultdict(list)

    def build(self, decisions: Sequence[Decision]) -> Linking:
        """The whole answer."""
        answered = {decision.answers for decision in decisions if decision.answers}
        groups, floats, alone = self._sort()
        for root, members in groups.items():
            self.root_anchor[root] = self._anchor(members)
        replaced = list(self._replaced())
        bearers = list(self._bearers())
        asked = [Asked(self._id(i), ask.key) for i, ask in bearers if ask.key not in answered]
        waiting = {one.record for one in asked}
        self._members(groups)
        clusters = [self._cluster(root, members) for root, members in groups.items()]
        virtual = {spot: self._virtual(members) for spot, members in floats.items()}
        unassigned = [Unassigned(self._id(i), self._why(i)) for i in alone if self._id(i) not in waiting]
        asks = [*replaced, *self._doubts(), *self._renumbered(), *(ask for _, ask in bearers), *self._typos(groups)]
        asks += self._slipped()
        relations = {*self._manages(groups), *self._floats(floats, virtual), *self._replaces()}
        return Linking(
            clusters=tuple(sorted([*clusters, *virtual.values()], key=lambda c: self.evidence.position[c.records[0]])),
            unassigned=tuple(unassigned),
            asked=tuple(asked),
            asks=tuple({ask.key: ask for ask in asks if ask.key not in answered}.values()),
            shared=tuple(
                sorted(
                    (
                        Shared(self.evidence.values[v].kind, self.evidence.values[v].value, why)
                        for v, why in self.grouping.shared.items()
                    ),
                    key=lambda s: (s.kind, s.value),
                )
            ),
            relations=tuple(sorted(relations)),
            slips=tuple(self.slips),
            phantoms=tuple(sorted(set(self.evidence.phantoms.values()))),
        )

    def _id(self, i: int) -> UUID:
        return self.evidence.records[i].record

    def _sort(self) -> tuple[dict[int, list[int]], dict[int, list[int]], list[int]]:
        """Groups that are assets, floating addresses, records that belong to nobody."""
        groups: dict[int, list[int]] = {}
        floats: dict[int, list[int]] = {}
        alone: list[int] = []
        find = self.grouping.forest.find
        bound = self.grouping.wishes.bound
        for i, known in enumerate(self.identified):
            if i in bound:
                groups.setdefault(find(i), []).append(i)
            elif self.evidence.floating[i]:
                floats.setdefault(self.evidence.spot[i], []).append(i)
            elif known or i in self.rules:
                groups.setdefault(find(i), []).append(i)
            else:
                alone.append(i)
        return groups, floats, alone

    def _why(self, i: int) -> Why:
        if i in self.evidence.phantoms:
            return Why.PHANTOM
        return Why.AMBIGUOUS if i in self.named.unclear else self.left.get(i, Why.NO_IDENTIFIER)

    def _anchor(self, members: Sequence[int]) -> UUID:
        """The oldest record with an identifier of the best strength present."""
        values = self.evidence.values
        best, anchor = 0, members[0]
        for i in members:
            for value in self.grouping.usable(i):
                if values[value].strength > best:
                    best, anchor = values[value].strength, i
            if best == Strength.STRONG:
                break
        return self._id(anchor)

    def _cluster(self, root: int, members: list[int]) -> Cluster:
        evidence, shared = self.evidence, self.grouping.shared
        span: dict[int, list[int]] = {}
        joins: list[Join] = []
        last: dict[str, object] = {}
        for n, i in enumerate(members):
            usable = [*self.grouping.usable(i), *self.names[i]]
            agreed = tuple(_shown(evidence.values[v]) for v in usable if v in span)
            joins.append(
                Join(self._id(i), self._rule(i, n == 0, bool(agreed)), agreed, self._differs(i, last), i in evidence.lent)
            )
            for value in (*evidence.ids[i], *self.names[i]):
                seen = span.setdefault(value, [i, i])
                seen[1] = i
        held = [
            Held(_shown(evidence.values[v]), evidence.records[a].at, evidence.records[b].at, v in shared)
            for v, (a, b) in span.items()
        ]
        return Cluster(
            records=tuple(self._id(i) for i in members),
            joins=tuple(joins),
            anchor=self.root_anchor[root],
            identifiers=tuple(sorted(held, key=lambda h: h.identifier)),
            notes=tuple(self.notes[root]),
        )

    def _rule(self, i: int, first: bool, agreed: bool) -> Rule:
        wishes = self.grouping.wishes
        if i in wishes.silent:
            return Rule.PERSON
        if first or i in self.rules:
            return self.rules.get(i, Rule.FIRST)
        return Rule.IDENTIFIER if agreed or i not in wishes.bound else Rule.PERSON

    def _differs(self, i: int, last: dict[str, object]) -> tuple[str, ...]:
        """What changed against the last record that told: name, address, MAC."""
        record = self.evidence.records[i]
        now = {"name": self.evidence.said[i][:1], "address": record.address, "mac": record.macs[:1]}
        out = tuple(what for what, value in now.items() if value and last.get(what, value) != value)
        last.update((what, value) for what, value in now.items() if value)
        return out

    def _virtual(self, members: list[int]) -> Cluster:
        first = self._id(members[0])
        joins = tuple(Join(self._id(i), Rule.VIRTUAL if n else Rule.FIRST) for n, i in enumerate(members))
        return Cluster(tuple(self._id(i) for i in members), joins, first, (), virtual=True)

    def _members(self, groups: dict[int, list[int]]) -> None:
        for root, members in groups.items():
            serials = {serial for i in members for serial in self.evidence.records[i].members}
            self.notes[root] += [Note(NoteKind.MEMBERS, serial) for serial in sorted(serials)]

    def _holder(self, root: int) -> UUID | None:
        return self.root_anchor.get(self.grouping.forest.find(root))

    def _replaced(self) -> Iterable[Ask]:
        """Name kept, hardware new: a note on the old device; a question where nothing proves which it is."""
        for reuse in self.named.reuses:
            old, new = self._holder(reuse.old), self._holder(reuse.new)
            if old is None or new is None or old == new:
                continue
            name = self.evidence.values[reuse.name].value
            self.notes[self.grouping.forest.find(reuse.old)].append(Note(NoteKind.NAME_REUSED, name, new))
            if reuse.proven:
                continue
            marks = "|".join(self._mark(root) for root in (reuse.old, reuse.new))
            yield Ask(f"replaced:{name}:{marks}", AskKind.REPLACED, ((old,), (new,)), (name,))

    def _doubts(self) -> Iterable[Ask]:
        """One name, two kinds of device: a wrong entry in the list or two devices, only a person knows."""
        for name, one, other in self.named.doubts:
            here, there = self._holder(one), self._holder(other)
            if here is not None and there is not None and here != there:
                yield self._doubt(self.evidence.values[name].value, one, other)

    def _doubt(self, text: str, one: int, other: int) -> Ask:
        sides = tuple((anchor,) for root in (one, other) if (anchor := self._holder(root)) is not None)
        marks = "|".join(sorted((self._mark(one), self._mark(other))))
        return Ask(f"duplicate:{text}:{marks}", AskKind.DUPLICATE, sides, (text,))

    def _renumbered(self) -> Iterable[Ask]:
        """A number of one device that a later list gives to another serial: a slip, a repair, or a device put in its place."""
        find, evidence = self.grouping.forest.find, self.evidence
        for value, why in self.grouping.shared.items():
            if why != CONFLICT or evidence.values[value].kind is not IdentifierKind.INVENTORY:
                continue
            told = [i for i in evidence.carriers[value] if self.grouping.usable(i)]
            roots = list(dict.fromkeys(find(i) for i in told))
            if len(roots) == 2 and evidence.run[told[0]] != evidence.run[told[-1]]:
                yield self._doubt(evidence.values[value].value.upper(), *roots)

    def _replaces(self) -> Iterable[Relation]:
        for reuse in self.named.reuses:
            old, new = self._holder(reuse.old), self._holder(reuse.new)
            if old is not None and new is not None and old != new and reuse.proven:
                yield Relation(RelationKind.REPLACES, new, old)

    def _mark(self, root: int) -> str:
        """A text that stands for a group in the key of a question: its first identifier by kind and value."""
        members = self.grouping.forest.members(self.grouping.forest.find(root))
        values = {self.evidence.values[v] for i in members for v in self.grouping.usable(i)}
        values = {value for value in values if value.kind is not IdentifierKind.ROW}
        return min(((-v.strength, v.kind, v.value) for v in values), default=(0, "", ""))[2]

    def _bearers(self) -> Iterable[tuple[int, Ask]]:
        """A list row with only a name that several devices bore is worth a question; a ping is not."""
        for i, roots in self.named.unclear.items():
            record = self.evidence.records[i]
            if record.typed and not self.identified[i]:
                sides = tuple((anchor,) for root in roots if (anchor := self._holder(root)) is not None)
                key = f"bearer:{record.names[0][0]}:{record.row}"
                yield i, Ask(key, AskKind.BEARER, ((record.record,), *sides), (record.names[0][0],))

    def _typos(self, groups: dict[int, list[int]]) -> Iterable[Ask]:
        records = self.evidence.records
        slipped = {slip.record for slip in self.slips}
        for members in groups.values():
            found: dict[str, int] = {}
            typed: dict[str, int] = {}
            for i in (one for one in members if records[one].record not in slipped):
                for serial in records[i].serials:
                    (typed if records[i].typed else found).setdefault(serial, i)
            for text, i in typed.items():
                if text not in found:
                    for real, j in found.items():
                        if 0 < distance(text, real, TYPO) <= TYPO:
                            yield Ask(f"typo:{text}:{real}", AskKind.TYPO, ((self._id(i),), (self._id(j),)), (text, real))

    def _slipped(self) -> Iterable[Ask]:
        """A list gives a device the serial of another one: only people can read what stands on it."""
        for slip in self.slips:
            if slip.open:
                first, second = sorted(((slip.number, slip.record), (slip.holder, slip.other)))
                pair = f"{first[0]}:{second[0]}" if slip.swapped else f"{slip.number}:{slip.holder}:{slip.serial}"
                values = (slip.serial, slip.holder, slip.number)
                yield Ask(f"slip:{pair}", AskKind.TYPO, ((slip.record,), (slip.other,)), values)

    def _manages(self, groups: dict[int, list[int]]) -> Iterable[Relation]:
        controllers: dict[str, int] = {}
        hosts: dict[str, int] = {}
        for root, members in groups.items():
            for i in members:
                for serial in self.evidence.records[i].serials:
                    (controllers if self.evidence.records[i].kind == "management_controller" else hosts).setdefault(serial, root)
        for serial, root in controllers.items():
            if serial in hosts and hosts[serial] != root:
                yield Relation(RelationKind.MANAGES, self.root_anchor[root], self.root_anchor[hosts[serial]])

    def _floats(self, floats: dict[int, list[int]], virtual: dict[int, Cluster]) -> Iterable[Relation]:
        """A floating address floats between the devices whose keys, certificates and serials it shows."""
        wanted: dict[str, set[int]] = defaultdict(set)
        for spot, members in floats.items():
            for i in members:
                record = self.evidence.records[i]
                for text in (*record.ssh_keys, *record.certificates, *record.serials):
                    wanted[text].add(spot)
        if not wanted:
            return
        for i in range(len(self.identified)):
            for value in self.grouping.usable(i):
                for spot in wanted.get(self.evidence.values[value].value, ()):
                    anchor = self._holder(i)
                    if anchor is not None:
                        yield Relation(RelationKind.FLOATS_BETWEEN, virtual[spot].anchor, anchor)


def _shown(identifier: Identifier) -> Identifier:
    """An identifier as it reads, without the marks of controllers and of split groups."""
    text = identifier.value
    if not text.startswith(MANAGED) and PRIVATE not in text:
        return identifier
    return Identifier(identifier.kind, text.removeprefix(MANAGED).partition(PRIVATE)[0])
