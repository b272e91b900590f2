"""What a linking means for the estate that is there: create, join, split, update, touch, leave, ask; never delete.

Pure. Ids are for ever: an asset's id follows its anchor (the oldest record with the strongest identifier) when records
part, and the oldest record when assets become one. A new asset's id is made from its anchor, so that the same records
give the same ids in any order and after any crash.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import msgspec

from service.inventory.fields import BOOKED
from service.inventory.ids import made_id
from service.inventory.linking import Cluster, Linking

RULES = 6
"""Rises when `derive` makes something else of the same records: all assets are then made anew."""

SHOWN = [
    "kind",
    "name",
    "manufacturer",
    "model",
    "serial",
    "hostname",
    "os",
    "os_version",
    "firmware",
    "status",
    "inventory_no",
    "site_name",
    "room",
    "unit",
    "user_name",
    "purchase_date",
    "warranty_until",
    "price",
    "note",
    "primary_ip",
]
"""Columns whose change is news; `primary_ip` alone is only a touch."""


@dataclass(frozen=True, slots=True)
class Present:
    """An asset as it stands: what `homes` must know of it."""

    id: UUID
    anchor: UUID
    digest: str = ""
    gone: bool = False
    merged_into: UUID | None = None
    marks: frozenset[tuple[str, str]] = frozenset()
    """Strong and medium identifiers (kind, value) of an asset that no record counts for: by these it is found again."""


@dataclass(frozen=True, slots=True)
class Home:
    """A cluster and the asset it is. `absorbed` are assets that are now part of it, `parted` one it was part of."""

    asset: UUID
    cluster: Cluster
    fresh: bool
    added: int = 0
    absorbed: tuple[UUID, ...] = ()
    parted: UUID | None = None
    revived: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a plan: `what` happens to `asset`; `changes` maps a column to (before, after)."""

    what: str
    """create join split update touch leave ask"""
    asset: UUID | None
    name: str
    kind: str = ""
    records: int = 0
    changes: Mapping[str, tuple[str | None, str | None]] = field(default_factory=dict)
    others: tuple[UUID, ...] = ()
    question: str = ""

    def __str__(self) -> str:
        told = f"{self.what:<6} {self.kind} {self.name}".rstrip()
        if self.records:
            told += f" ({self.records})"
        if self.changes:
            told += ": " + ", ".join(f"{key} {a or '–'} → {b or '–'}" for key, (a, b) in self.changes.items())
        return told + (f": {self.question}" if self.question else "")


@dataclass(frozen=True, slots=True)
class Plan:
    """All steps of one derivation."""

    steps: tuple[Step, ...] = ()

    def counts(self) -> dict[str, int]:
        """How many steps of each sort."""
        out: dict[str, int] = {}
        for step in self.steps:
            out[step.what] = out.get(step.what, 0) + 1
        return out

    def text(self, limit: int = 200) -> str:
        """For people: one line a step, touches only counted."""
        lines = [str(step) for step in self.steps if step.what != "touch"]
        more = len(lines) - limit
        told = [*lines[:limit], *([f"… {more} weitere"] if more > 0 else [])]
        counts = ", ".join(f"{what} {number}" for what, number in sorted(self.counts().items()))
        return "\n".join([*told, counts or "nichts zu tun"])


def homes(linking: Linking, present: Iterable[Present], assigned: Mapping[UUID, UUID]) -> tuple[list[Home], list[UUID]]:
    """Which asset each cluster is, and the assets that no record counts for any more.

    `assigned` says which asset each record belonged to until now.
    """
    known = {asset.id: asset for asset in present}
    where = {record: n for n, cluster in enumerate(linking.clusters) for record in cluster.records}
    heirs: dict[int, list[UUID]] = defaultdict(list)
    reach: dict[UUID, set[int]] = defaultdict(set)
    for n, cluster in enumerate(linking.clusters):
        for record in cluster.records:
            owner = assigned.get(record)
            if owner is not None:
                reach[owner].add(n)
    for asset, numbers in reach.items():
        anchor = where.get(known[asset].anchor) if asset in known else None
        heirs[anchor if anchor in numbers and anchor is not None else min(numbers)].append(asset)
    taken: set[UUID] = set()
    out: list[Home] = []
    gone = {asset.anchor: asset.id for asset in known.values() if asset.id not in reach}
    waiting = {
        mark: asset.id for asset in known.values() if asset.id not in reach and asset.merged_into is None for mark in asset.marks
    }
    for n, cluster in enumerate(linking.clusters):
        mine = heirs.get(n, [])
        before = [assigned[record] for record in cluster.records if record in assigned]
        oldest = next((asset for asset in before if asset in mine), None)
        fresh = revived = False
        if oldest is not None:
            asset = oldest
        elif cluster.anchor in gone and gone[cluster.anchor] not in taken:
            asset, revived = gone[cluster.anchor], True
        elif (again := _again(cluster, waiting)) is not None and again not in taken:
            asset, revived = again, True
        else:
            asset, fresh = _new_id(cluster.anchor, known, taken), True
        taken.add(asset)
        absorbed = tuple(other for other in mine if other != asset)
        parted = next((other for other in before if other != asset and other not in absorbed), None)
        added = sum(1 for record in cluster.records if assigned.get(record) != asset)
        out.append(Home(asset, cluster, fresh, added, absorbed, parted, revived or (asset in known and known[asset].gone)))
    left = [asset.id for asset in known.values() if asset.id not in taken and not asset.gone]
    return out, left


def _again(cluster: Cluster, waiting: Mapping[tuple[str, str], UUID]) -> UUID | None:
    """An asset without records that carried one of this cluster's identifiers: an import was undone and corrected."""
    if not waiting:
        return None
    marks = [(str(held.identifier.kind), held.identifier.value) for held in cluster.identifiers if not held.shared]
    return next((waiting[mark] for mark in marks if mark in waiting), None)


def _new_id(anchor: UUID, known: Mapping[UUID, Present], taken: set[UUID]) -> UUID:
    number = 0
    while True:
        made = made_id(anchor.bytes, b"asset", bytes([number]))
        if made not in known and made not in taken:
            return made
        number += 1


_ENCODE = msgspec.json.Encoder(order="deterministic", enc_hook=str)


def digest(home: Home, *context: Any) -> str:
    """Of all that an asset is made of: equal digests, nothing to do."""
    return hashlib.blake2b(_ENCODE.encode((RULES, home.cluster, context)), digest_size=16).hexdigest()


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, tuple[str | None, str | None]]:
    """Shown columns that read otherwise now."""
    out: dict[str, tuple[str | None, str | None]] = {}
    for key in SHOWN:
        a, b = before.get(key), after.get(key)
        left, right = None if a is None else str(a), None if b is None else str(b)
        if (left or None) != (right or None):
            out[key] = (left or None, right or None)
    was, now = _booked(before), _booked(after)
    if was is not None and now is not None:
        out |= {key: (was.get(key), now.get(key)) for key in BOOKED if was.get(key) != now.get(key)}
    return out


def _booked(row: Mapping[str, Any]) -> Mapping[str, str] | None:
    """Its `fields.BOOKED`; None for an asset that was made before they were kept."""
    facts = row.get("facts")
    kept = msgspec.json.decode(facts) if isinstance(facts, str) else facts
    return kept.get("booked") if kept else None


def step(home: Home, row: Mapping[str, Any], before: Mapping[str, Any] | None) -> Step:
    """The line of the plan for a cluster that was made anew."""
    news = changes(before, row) if before else {}
    others = home.absorbed
    if home.fresh or home.revived:
        what, news, others = ("split", {}, (home.parted,)) if home.parted else ("create", {}, ())
    elif home.absorbed:
        what = "join"
    else:
        what = "update" if any(key != "primary_ip" for key in news) else "touch"
    return Step(what, home.asset, str(row["name"]), str(row["kind"]), home.added, news, others)


def sequence(steps: Iterable[Step]) -> tuple[Step, ...]:
    """Steps in the order in which people read them."""
    rank = {what: n for n, what in enumerate(("ask", "create", "split", "join", "update", "leave", "touch"))}
    return tuple(sorted(steps, key=lambda one: (rank[one.what], one.kind, one.name, str(one.asset))))


__all__: Sequence[str] = ("Home", "Plan", "Present", "Step", "changes", "digest", "homes", "sequence", "step")
