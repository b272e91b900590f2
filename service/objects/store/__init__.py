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
from service.i18n import gettext as _
from service.objects.membership import Rule
from service.objects.standard import STANDARD

__all__ = ["Rule", "Target", "add", "add_standard", "change", "restore", "retire", "retired", "target", "targets"]


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
    responsible: str = ""
    """The function that answers for it."""
    modules: tuple[str, ...] = ()
    """Kompendium modules (Bausteine) by id."""
    source: str = ""
    """What of the inventory it was proposed from."""


@dataclass(frozen=True, slots=True)
class Retired:
    """An object out of use, with why, when and by whom."""

    id: UUID
    name: str
    kind: str
    reason: str
    by: str
    at: datetime


_COLUMNS = "select id, name, kind, categories, rule, note, version, responsible, modules, source from target_object "


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
    """A new target object under its `id`; the version is given here. Raises `Wrong` for a name that is taken."""
    await _free(tx, town, item.name)
    ident = item.id
    position = await tx.connection.fetchval("select coalesce(max(position), 0) + 1 from target_object where town_id = $1", town)
    await tx.connection.execute(
        "insert into target_object (town_id, id, name, kind, categories, rule, note, position, version, created_at,"
        " responsible, modules, source) values ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9, $10, $11, $12)",
        town,
        ident,
        item.name,
        item.kind,
        list(item.categories),
        msgspec.json.encode(item.rule).decode(),
        item.note,
        position,
        now,
        item.responsible,
        list(item.modules),
        item.source,
    )
    await record(tx, actor, "object.add", f"target_object/{ident}", after=_plain(item))
    return ident


async def change(tx: SafeTransaction, town: int, item: Target, actor: Actor) -> None:
    """Save the changed object. Raises `Outdated` if somebody was faster, `Wrong` for a name that is taken."""
    before = await target(tx, town, item.id)
    if before.name != item.name:
        await _free(tx, town, item.name)
    done = await tx.connection.fetchval(
        "update target_object set name = $3, kind = $4, categories = $5, rule = $6, note = $7, version = version + 1,"
        " responsible = $9, modules = $10 where town_id = $1 and id = $2 and version = $8 and retired_at is null returning id",
        town,
        item.id,
        item.name,
        item.kind,
        list(item.categories),
        msgspec.json.encode(item.rule).decode(),
        item.note,
        item.version,
        item.responsible,
        list(item.modules),
    )
    if done is None:
        raise Outdated
    await record(tx, actor, "object.change", f"target_object/{item.id}", before=_plain(before), after=_plain(item))


async def retire(tx: SafeTransaction, town: int, ident: UUID, reason: str, actor: Actor, now: datetime) -> str:
    """Take an object out of use; what was answered about it stays. Answers its name.

    Raises:
        Wrong: no reason.
        Missing: there is no such object in use.
    """
    if not reason.strip():
        raise Wrong(_("Bitte begründen Sie, warum das Zielobjekt wegfällt."), "reason")
    name = await tx.connection.fetchval(
        "update target_object set retired_at = $3, retired_reason = $4, retired_by = $5, version = version + 1"
        " where town_id = $1 and id = $2 and retired_at is null returning name",
        town,
        ident,
        now,
        reason.strip(),
        actor.name,
    )
    if name is None:
        raise Missing
    await record(tx, actor, "object.retire", f"target_object/{ident}", after={"reason": reason.strip()})
    return str(name)


async def restore(tx: SafeTransaction, town: int, ident: UUID, actor: Actor) -> str:
    """Take an object back into use; answers its name. Raises `Missing`, and `Wrong` where its name is taken by now."""
    name = await tx.connection.fetchval(
        "select name from target_object where town_id = $1 and id = $2 and retired_at is not null for update", town, ident
    )
    if name is None:
        raise Missing
    await _free(tx, town, name)
    await tx.connection.execute(
        "update target_object set retired_at = null, retired_reason = '', retired_by = '', version = version + 1"
        " where town_id = $1 and id = $2",
        town,
        ident,
    )
    await record(tx, actor, "object.restore", f"target_object/{ident}")
    return str(name)


async def retired(tx: SafeTransaction, town: int) -> Sequence[Retired]:
    """Objects out of use, the newest first."""
    rows = await tx.connection.fetch(
        "select id, name, kind, retired_reason as reason, retired_by as by, retired_at as at from target_object"
        " where town_id = $1 and retired_at is not null order by retired_at desc, name",
        town,
    )
    return [Retired(**dict(row)) for row in rows]


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
        raise Wrong(_("Ein Zielobjekt mit diesem Namen gibt es schon."), "name", _("Bitte wählen Sie einen anderen Namen."))


def _target(row: Mapping[str, object]) -> Target:
    values = dict(row)
    categories = values["categories"]
    assert isinstance(categories, Iterable)
    modules = values["modules"]
    assert isinstance(modules, Iterable)
    rule = msgspec.json.decode(str(values["rule"]), type=Rule)
    made = {"categories": tuple(categories), "rule": rule, "modules": tuple(modules)}
    return Target(**(values | made))  # type: ignore[arg-type]  # columns = fields


def _plain(item: Target) -> dict[str, object]:
    return {
        "name": item.name,
        "kind": item.kind,
        "categories": list(item.categories),
        "rule": msgspec.to_builtins(item.rule),
        "note": item.note,
        "responsible": item.responsible,
        "modules": list(item.modules),
    }
