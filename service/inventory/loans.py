"""Loans between towns (Leihe, `domain.md` 2.7), found from keyed hashes so that no town reads another's list.

Each town makes `traces` of its devices; `loans` compares traces of several towns and sees neither serials nor names.
A link is proposed where a strong identifier or an own globally administered MAC agrees; junk that many devices carry
never links, because a mark counts only where one device of each town shows it.
"""

from __future__ import annotations

import hashlib
import hmac
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from service.inventory.asset import IdentifierKind
from service.inventory.clues import Clues
from service.inventory.folding import GUEST_PREFIX
from service.inventory.linking import Cluster
from service.inventory.vetoes import fit

ACROSS = (IdentifierKind.SERIAL, IdentifierKind.UUID, IdentifierKind.AGENT, IdentifierKind.ENGINE, IdentifierKind.MAC)
"""Identifiers that mean the same in every town; names, numbers and keys stay at home."""

Mark = tuple[IdentifierKind, str]


@dataclass(frozen=True, slots=True)
class Trace:
    """Spur: what a town tells the others about one device, unreadable without the key."""

    town: int
    anchor: UUID
    marks: frozenset[Mark]
    discovered: frozenset[str]
    """Hashes of serials that a machine said; typed ones may hold typos and contradict nothing."""
    kind: str
    listed: bool
    scanned: frozenset[date]
    first_seen: datetime
    last_seen: datetime


@dataclass(frozen=True, slots=True)
class Loan:
    """The same device in two towns: `owner` keeps it, `guest` saw it between the two times.

    `sure` is true where nothing contradicts and not both towns list it: `auto_loan` may confirm it without a person.
    `key` is the stable key of the review case.
    """

    owner_town: int
    owner: UUID
    guest_town: int
    guest: UUID
    agreed: tuple[IdentifierKind, ...]
    first_seen: datetime
    last_seen: datetime
    sure: bool
    key: str


def traces(town: int, clues: Iterable[Clues], clusters: Iterable[Cluster], key: bytes) -> tuple[Trace, ...]:
    """The traces of one town's devices; `key` is the group's secret, the same for all towns."""
    by_record = {clue.record: clue for clue in clues}
    out = []
    for cluster in clusters:
        known = [held.identifier for held in cluster.identifiers if not held.shared and held.identifier.kind in ACROSS]
        records = [by_record[record] for record in cluster.records]
        if cluster.virtual or any(record.kind == "management_controller" for record in records):
            known = [identifier for identifier in known if identifier.kind is IdentifierKind.MAC]
        marks = frozenset(
            (identifier.kind, _hash(key, identifier.kind, identifier.value))
            for identifier in known
            if not identifier.value.startswith(GUEST_PREFIX)
        )
        if not marks:
            continue
        said = {serial for record in records if not record.typed for serial in record.serials}
        scans = [record for record in records if not record.typed] or records
        out.append(
            Trace(
                town,
                cluster.anchor,
                marks,
                frozenset(_hash(key, IdentifierKind.SERIAL, serial) for serial in said),
                next((record.kind for record in records if record.sure_kind), ""),
                any(record.typed for record in records),
                frozenset(record.at.date() for record in records if record.address),
                scans[0].at,
                scans[-1].at,
            )
        )
    return tuple(out)


def loans(towns: Sequence[Trace]) -> tuple[Loan, ...]:
    """Pairs of traces of different towns that are one device, best proof first for each guest."""
    holders: dict[Mark, list[Trace]] = defaultdict(list)
    for trace in towns:
        for mark in trace.marks:
            holders[mark].append(trace)
    agreed: dict[tuple[Trace, Trace], set[Mark]] = defaultdict(set)
    for mark, here in holders.items():
        if len(here) < 2 or len({trace.town for trace in here}) < len(here):
            continue
        owner, *guests = sorted(here, key=_claim)
        for guest in guests:
            agreed[owner, guest].add(mark)
    found: dict[tuple[int, UUID], Loan] = {}
    for (owner, guest), marks in sorted(
        agreed.items(), key=lambda item: (-len(item[1]), *_claim(item[0][0]), *_claim(item[0][1]))
    ):
        if not _contradict(owner, guest):
            found.setdefault((guest.town, guest.anchor), _loan(owner, guest, marks))
    return tuple(found.values())


def _claim(trace: Trace) -> tuple[bool, datetime, int, UUID]:
    """Who lists a device owns it; else who saw it first."""
    return (not trace.listed, trace.first_seen, trace.town, trace.anchor)


def _contradict(a: Trace, b: Trace) -> bool:
    """Two serials said by machines, kinds that exclude each other, or scanned in both towns on one day."""
    if a.discovered and b.discovered and a.discovered.isdisjoint(b.discovered):
        return True
    return not fit(a.kind, b.kind) or not a.scanned.isdisjoint(b.scanned)


def _loan(owner: Trace, guest: Trace, marks: set[Mark]) -> Loan:
    kinds = tuple(sorted({kind for kind, _ in marks}))
    key = "loan:" + min(text for _, text in marks)
    return Loan(
        owner.town,
        owner.anchor,
        guest.town,
        guest.anchor,
        kinds,
        guest.first_seen,
        guest.last_seen,
        not (owner.listed and guest.listed),
        key,
    )


def _hash(key: bytes, kind: IdentifierKind, value: str) -> str:
    return hmac.new(key, f"{kind}|{value}".encode(), hashlib.sha256).hexdigest()[:32]
