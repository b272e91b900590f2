"""Read and write target objects inside `town_tx`; returns plain values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import msgspec

from service.audit.chain import Actor
from service.audit.store import record
from service.db import SafeTransaction, uuid7
from service.errors import Missing, Outdated, Wrong
from service.objects.standard import STANDARD


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which devices belong to a group object: by kind, by hand, or all of the town."""

    kinds: list[str] = []
    assets: list[str] = []
    everything: bool = False

    def holds(self, asset: UUID, kind: str) -> bool:
        return self.everything or kind in self.kinds or str(asset) in self.assets

    @property
    def draws(self) -> bool:
        """Whether the object has devices at all."""
        return self.everything or bool(self.kinds) or bool(self.assets)


@dataclass(frozen=True, slots=True)
class Target:
    """Zielobjekt as everybody reads it."""

    id: UUID
    name: str
    kind: str
    categories: tuple[str, ...]
    rule: Rule = field(default_factory=Rule)
    note: str = ""
    version: int = 1

    def members(self, kinds: Mapping[UUID, str]) -> frozenset[UUID]:
        """Devices of the inventory (id → kind) that belong to this object now."""
        return frozenset(asset for asset, kind in kinds.items() if self.rule.holds(asset, kind))


_COLUMNS = "select id, name, kind, categories, rule, note, version from target_object "


async def targets(tx: SafeTransaction, town: int) -> Sequence[Target]:
    """All target objects of a town in their order."""
    rows = await tx.connection.fetch(
        _COLUMNS + "where town_id = $1 and retired_at is null order by position, app.din5007(name)", town
    )
    return [_target(row) for row in rows]


async def target(tx: SafeTransaction, town: int, ident: UUID) -> Target:
    """One target object; raises `Missing`."""
    row = await tx.connection.fetchrow(_COLUMNS + "where town_id = $1 and id = $2 and retired_at is null", town, ident)
    if row is None:
        raise Missing
    return _target(row)


async def add(tx: SafeTransaction, town: int, item: Target, actor: Actor, now: datetime) -> UUID:
    """A new target object; its `id` and `version` are given here. Raises `Wrong` for a name that is taken."""
    await _free(tx, town, item.name)
    ident = uuid7()
    position = await tx.connection.fetchval("select coalesce(max(position), 0) + 1 from target_object where town_id = $1", town)
    await tx.connection.execute(
        "insert into target_object (town_id, id, name, kind, categories, rule, note, position, version, created_at)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9)",
        town,
        ident,
        item.name,
        item.kind,
        list(item.categories),
        msgspec.json.encode(item.rule).decode(),
        item.note,
        position,
        now,
    )
    await record(tx, actor, "object.add", f"target_object/{ident}", after=_plain(item))
    return ident


async def change(tx: SafeTransaction, town: int, item: Target, actor: Actor) -> None:
    """Save the changed object. Raises `Outdated` if somebody was faster, `Wrong` for a name that is taken."""
    before = await target(tx, town, item.id)
    if before.name != item.name:
        await _free(tx, town, item.name)
    done = await tx.connection.fetchval(
        "update target_object set name = $3, kind = $4, categories = $5, rule = $6, note = $7, version = version + 1"
        " where town_id = $1 and id = $2 and version = $8 returning id",
        town,
        item.id,
        item.name,
        item.kind,
        list(item.categories),
        msgspec.json.encode(item.rule).decode(),
        item.note,
        item.version,
    )
    if done is None:
        raise Outdated
    await record(tx, actor, "object.change", f"target_object/{item.id}", before=_plain(before), after=_plain(item))


async def add_standard(tx: SafeTransaction, town: int, actor: Actor, now: datetime) -> int:
    """Take over the standard structure where its objects are missing; answers how many were added."""
    taken = {x.name for x in await targets(tx, town)}
    missing = [x for x in STANDARD if x.name not in taken]
    for item in missing:
        rule = Rule(kinds=list(item.kinds), everything=item.everything)
        await add(tx, town, Target(uuid7(), item.name, str(item.kind), item.categories, rule), actor, now)
    return len(missing)


async def _free(tx: SafeTransaction, town: int, name: str) -> None:
    if await tx.connection.fetchval(
        "select 1 from target_object where town_id = $1 and name = $2 and retired_at is null", town, name
    ):
        raise Wrong("Ein Zielobjekt mit diesem Namen gibt es schon.", "name", "Bitte wählen Sie einen anderen Namen.")


def _target(row: Mapping[str, object]) -> Target:
    values = dict(row)
    categories = values["categories"]
    assert isinstance(categories, Iterable)
    rule = msgspec.json.decode(str(values["rule"]), type=Rule)
    return Target(**(values | {"categories": tuple(categories), "rule": rule}))  # type: ignore[arg-type]  # columns = fields


def _plain(item: Target) -> dict[str, object]:
    return {
        "name": item.name,
        "kind": item.kind,
        "categories": list(item.categories),
        "rule": msgspec.to_builtins(item.rule),
        "note": item.note,
    }
