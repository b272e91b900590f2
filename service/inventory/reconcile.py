"""From what many sources say to the one value that is shown, with every other value kept beside it (`domain.md` 2.9).

Pure. A person's lock wins, then the highest rank with a value, then the newest within it. A value older than a year
loses its rank to any that was seen in the last 30 days. Nothing empty ever erases. A machine that disagrees with a
lock or a higher rank makes a `Drift`, never a write.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from scanners.observation import Origin, Source
from service.inventory import conventions, systems
from service.inventory.fields import LAST, MACHINES, SURE, Seen, differ, fold, rank, values
from service.inventory.linking import Join
from service.inventory.vetoes import fit

OLD = timedelta(days=365)
FRESH = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Lock:
    """Sperre: a person's value for a field, with reason."""

    field: str
    value: str
    by: str
    at: datetime
    reason: str = ""


class Sighted(NamedTuple):
    """A record as it is reconciled: what was seen, when, in which collection, and why it belongs."""

    record: UUID
    at: datetime
    collection: UUID
    seen: Seen
    join: Join | None = None
    full: bool = False
    """The collection looked at all ports."""


class Said:
    """What one source says about one field, with first and last time and the record that said it last."""

    __slots__ = ("field", "first", "last", "lock", "origin", "record", "source", "value", "visible")

    def __init__(self, field: str, value: str, source: Source, origin: Origin, at: datetime, record: UUID | None) -> None:
        self.field, self.value, self.source, self.origin = field, value, source, origin
        self.first = self.last = at
        self.record = record
        self.visible = False
        self.lock: Lock | None = None

    def __repr__(self) -> str:
        return f"{self.field}={self.value!r} by {self.source}/{self.origin} {self.first:%F}..{self.last:%F}"


@dataclass(frozen=True, slots=True)
class Drift:
    """Abweichung: `seen` by a source, while `shown` stays; `locked` where a person holds the field."""

    field: str
    shown: str
    seen: str
    source: Source
    observed_at: datetime
    locked: bool


@dataclass(frozen=True, slots=True)
class Reconciled:
    """All values of one asset, the visible ones by field, and what disagrees."""

    said: tuple[Said, ...]
    visible: Mapping[str, str]
    drift: tuple[Drift, ...]


def reconcile(
    records: Iterable[Sighted],
    locks: Sequence[Lock] = (),
    *,
    as_of: datetime,
    static: frozenset[str] | None = None,
    doubtful: frozenset[str] = frozenset(),
) -> Reconciled:
    """The values of one asset's records, oldest first.

    `static` are the folded names that reverse DNS may be believed (None: all), `doubtful` those that several devices
    bear. `as_of` is the day on which ages are counted.
    """
    heap: dict[str, dict[tuple[str, Source, Origin], Said]] = {}
    order: dict[UUID | None, tuple[int, str]] = {}
    for record in sorted(records, key=lambda one: (one.at, len(one.seen.key), one.seen.key)):
        at = record.at
        order[record.record] = len(record.seen.key), record.seen.key
        for field, value, origin in values(record.seen):
            known = heap.setdefault(field, {})
            key = (value, record.seen.source, origin)
            said = known.get(key)
            if said is None:
                known[key] = Said(field, value, record.seen.source, origin, at, record.record)
            elif at > said.last:
                said.last, said.record = at, record.record
    held = {lock.field: lock for lock in locks}
    visible: dict[str, str] = {}
    shown: dict[str, Said] = {}
    drift: list[Drift] = []
    for field, known in heap.items():
        candidates = list(known.values())
        if field == "kind":
            candidates = _not_outweighed(candidates)
        if field == "os_version":
            candidates = _same_origin(candidates, heap.get("os", {}).values())
        if field not in held:
            best = _spelled(field, _best(field, candidates, as_of, static, doubtful, order), known)
            best.visible = True
            visible[field] = best.value
            shown[field] = best
            if len(candidates) > 1:
                drift += _drift(field, best, candidates, as_of)
    named = _named(shown)
    if named and "kind" not in held:
        heap.setdefault("kind", {})[named.value, named.source, named.origin] = named
        visible["kind"] = named.value
    for field, lock in held.items():
        said = Said(field, lock.value, Source.MANUAL, Origin.MANUAL, lock.at, None)
        said.visible, said.lock = True, lock
        others = heap.setdefault(field, {})
        drift += _against(lock, list(others.values()))
        others[lock.value, Source.MANUAL, Origin.MANUAL] = said
        visible[field] = lock.value
    _one_purchase(heap, held, shown, visible)
    everything = tuple(said for known in heap.values() for said in known.values())
    return Reconciled(everything, visible, tuple(drift))


PURCHASE = ("purchase_date", "price", "warranty_until", "extended_support_until", "supplier", "order_no")
"""What one invoice says: of two rows of one list about one device only one is told."""


def _one_purchase(
    heap: Mapping[str, Mapping[Any, Said]], held: Mapping[str, Lock], shown: Mapping[str, Said], visible: dict[str, str]
) -> None:
    """Hide what another row of the same list says of a purchase than the row that says the most of it."""
    told = {field: shown[field] for field in PURCHASE if field in shown and field not in held}
    if len({said.record for said in told.values()}) < 2:
        return
    newest = max(said.last for said in told.values())
    rows = Counter(said.record for said in told.values() if said.last == newest)
    said_by = [said.record for said in told.values() if said.last == newest]
    leading = max(rows, key=lambda record: (rows[record], -said_by.index(record)))
    for field, said in told.items():
        if said.last == newest and said.record != leading:
            said.visible = False
            del visible[field]


def _named(shown: Mapping[str, Said]) -> Said | None:
    """The kind that the shown name tells, where it tells more than the sources; it then is the one that is shown."""
    name, kind = shown.get("hostname"), shown.get("kind")
    if name is None:
        return None
    told = conventions.better(kind.value if kind else None, bool(kind and kind.origin in SURE), name.value)
    if told is None:
        return None
    if kind:
        kind.visible = False
    said = Said("kind", told, name.source, Origin.NAME, name.last, name.record)
    said.first, said.visible = name.first, True
    return said


LIES_ON_DESKS = frozenset({"monitor", "dock", "headset"})
"""Kinds without an address of their own."""


def _not_outweighed(candidates: list[Said]) -> list[Said]:
    """Without the words of lists that what machines saw excludes: a monitor has no address, and no printer runs Windows."""
    seen = [said for said in candidates if said.source in MACHINES]
    sure = [said for said in seen if said.origin in SURE]
    return [
        said
        for said in candidates
        if said.source is not Source.LIST
        or not (
            any(not fit(said.value, one.value) for one in sure)
            or (said.value in LIES_ON_DESKS and any(not fit(said.value, one.value) for one in seen))
        )
    ]


def _best(
    field: str,
    candidates: list[Said],
    as_of: datetime,
    static: frozenset[str] | None,
    doubtful: frozenset[str],
    order: Mapping[UUID | None, tuple[int, str]],
) -> Said:
    if len(candidates) == 1:
        return candidates[0]
    fresh = any(as_of - said.last <= FRESH for said in candidates)

    def place(said: Said) -> tuple[int, float, tuple[int, str], str]:
        level = rank(field, said.origin)
        if field == "hostname":
            name = fold(field, said.value)
            if name in doubtful or (said.origin is Origin.PTR and static is not None and name not in static):
                level = LAST
        if fresh and as_of - said.last > OLD:
            level = LAST + 1
        # Of two rows of one list the first goes before for every field: nobody wants the price of one and the date of the other.
        return level, -said.last.timestamp(), order.get(said.record, (0, "")), said.value

    best = min(candidates, key=place)
    if field == "os":  # the kernel is seen by many, the distribution says more
        finer = [said for said in candidates if systems.is_kind_of(said.value, best.value) and as_of - said.last <= OLD]
        best = min(finer, key=place, default=best)
    return best


def _spelled(field: str, best: Said, known: dict[tuple[str, Source, Origin], Said]) -> Said:
    """NetBIOS cuts at 15 letters and shouts: of equal names the longest reads best, under the source that decided."""
    if field != "hostname" or len(known) == 1:
        return best
    name = fold(field, best.value)
    same = [said for said in known.values() if fold(field, said.value) == name and said.origin is not Origin.PTR]
    value = max(same, key=lambda said: (len(said.value), said.value.islower(), said is best), default=best).value
    if value == best.value:
        return best
    key = (value, best.source, best.origin)
    if key not in known:
        known[key] = Said(field, value, best.source, best.origin, best.last, best.record)
        known[key].first = best.first
    return known[key]


def _same_origin(candidates: list[Said], systems: Iterable[Said]) -> list[Said]:
    """A version belongs to the system that is shown: where its origin names one, the others keep silent."""
    shown = next((said for said in systems if said.visible), None)
    return [said for said in candidates if shown and said.origin is shown.origin] or candidates


def _drift(field: str, best: Said, candidates: list[Said], as_of: datetime) -> list[Drift]:
    """Newest word of each sure machine source below the shown one, where it still says something else."""
    if field == "os_version" or (best.source in MACHINES and best.origin not in SURE):
        return []
    newest: dict[Origin, Said] = {}
    for said in candidates:
        before = newest.get(said.origin)
        if said.source in MACHINES and said.origin in SURE and (before is None or said.last > before.last):
            newest[said.origin] = said
    level = rank(field, best.origin)
    return [
        Drift(field, best.value, said.value, said.source, said.last, locked=False)
        for origin, said in newest.items()
        if origin is not best.origin
        and rank(field, origin) >= level
        and said.last >= best.last - FRESH
        and as_of - said.last <= FRESH
        and differ(field, best.value, said.value)
    ]


def _against(lock: Lock, candidates: list[Said]) -> list[Drift]:
    """What sure sources said against a lock since it was set: what was known before, the person knew."""
    newest: dict[Origin, Said] = {}
    for said in candidates:
        if said.origin in SURE and said.last > lock.at and (said.origin not in newest or said.last > newest[said.origin].last):
            newest[said.origin] = said
    return [
        Drift(lock.field, lock.value, said.value, said.source, said.last, locked=True)
        for said in newest.values()
        if differ(lock.field, lock.value, said.value)
    ]


def as_builtins(drift: Drift) -> dict[str, Any]:
    """For the review case."""
    return {
        "field": drift.field,
        "shown": drift.shown,
        "seen": drift.seen,
        "source": str(drift.source),
        "observed_at": drift.observed_at.isoformat(),
        "locked": drift.locked,
    }
