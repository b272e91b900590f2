"""Products and their use in a town; what it releases is copied to the group's tenant in the same transaction."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from service.audit.chain import Actor
from service.audit.store import record as audit
from service.auth import towns as parameters
from service.db import SafeTransaction, group_write, uuid7
from service.errors import Missing, Outdated, Wrong
from service.i18n import gettext as _
from service.software import words
from service.software.folding import fold
from service.software.store import GROUP
from service.software.values import Entry, Shared, Standard, Town, released

_USE = (
    "release", "users", "hosting", "purpose", "contract_end", "notice_on", "cost_yearly", "contact", "processing_contract",
    "dms_interface", "exit_plan", "solved", "facets",
)  # fmt: skip
_SELECT = (
    "select p.id, p.key, p.name, p.maker, p.category, p.note, p.version,"  # noqa: S608 our column names
    " u.id is not null as used, u.ended_at is not null as ended, "
    + ", ".join(f"u.{name}" for name in _USE)
    + " from product p left join product_use u on u.town_id = p.town_id and u.product_id = p.id where p.town_id = $1"
)
_SHARED = tuple(x.name for x in dataclasses.fields(Shared))


async def entries(tx: SafeTransaction, town: int) -> Sequence[Entry]:
    """All products of the town, used or only known, by name."""
    rows = await tx.connection.fetch(_SELECT + " order by app.din5007(p.name), p.id", town)
    return [_entry(row) for row in rows]


async def entry(tx: SafeTransaction, town: int, key: UUID) -> Entry:
    """One product of the town; raises `Missing`."""
    row = await tx.connection.fetchrow(_SELECT + " and p.id = $2", town, key)
    if row is None:
        raise Missing
    return _entry(row)


def _entry(row: Mapping[str, Any]) -> Entry:
    known = {name: value for name, value in dict(row).items() if value is not None}
    return Entry(**known | {"facets": tuple(row["facets"] or ())})


async def shared(tx: SafeTransaction, town: int) -> Sequence[Shared]:
    """What all other towns share."""
    rows = await tx.connection.fetch(
        f"select {', '.join(_SHARED)} from shared_use where town_id = $1 and of_town <> $2 order by app.din5007(name), of_town",  # noqa: S608 our column names
        GROUP,
        town,
    )
    return [Shared(**dict(row) | {"facets": tuple(row["facets"])}) for row in rows]


async def ticked(tx: SafeTransaction, town: int) -> tuple[str, ...]:
    """What is ticked for a new product of this town: what it decided; the usual where nobody asked it yet."""
    said = (await parameters.settings(tx, town)).get("facets")
    return words.USUAL if said is None else tuple(said)


async def towns(tx: SafeTransaction) -> Mapping[int, Town]:
    """Names of all towns by id."""
    return {row["id"]: Town(**dict(row)) for row in await tx.connection.fetch("select id, name from town order by name")}


async def save(tx: SafeTransaction, town: int, item: Entry, actor: Actor, now: datetime) -> UUID:
    """Add (version 0) or change a product with its use, and share what it says.

    Raises:
        Wrong: another product of the town has that name.
        Outdated: somebody changed it meanwhile.
        Missing: there is none.
    """
    item = dataclasses.replace(item, key=fold(item.name))
    same = await tx.connection.fetchrow("select id from product where town_id = $1 and key = $2", town, item.key)
    before = None
    if item.version:
        before = await entry(tx, town, item.id)
        if same and same["id"] != item.id:
            raise Wrong(_("Ein Produkt dieses Namens gibt es schon."), "name", _("Bearbeiten Sie den vorhandenen Eintrag."))
        done = await tx.connection.fetchval(
            "update product set key = $4, name = $5, maker = $6, category = $7, note = $8, changed_at = $9, version = version + 1"
            " where town_id = $1 and id = $2 and version = $3 returning id",
            town, item.id, item.version, item.key, item.name, item.maker, item.category, item.note, now,
        )  # fmt: skip
        if done is None:
            raise Outdated
    elif same:
        raise Wrong(_("Ein Produkt dieses Namens gibt es schon."), "name", _("Bearbeiten Sie den vorhandenen Eintrag."))
    else:
        item = dataclasses.replace(item, id=await add_product(tx, town, item, now))
    if item.used:
        await _use(tx, town, item, now)
        item = dataclasses.replace(item, ended=before is not None and before.ended)
    await _share(tx, town, before, item, now)
    await audit(tx, actor, "software.save", f"product/{item.id}", before=_plain(before), after=_plain(item))
    return item.id


async def add_product(tx: SafeTransaction, town: int, item: Entry, now: datetime) -> UUID:
    """The product alone, without use; the caller writes the audit entry."""
    made = uuid7()
    await tx.connection.execute(
        "insert into product (town_id, id, key, name, maker, category, note, created_at, changed_at)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8, $8)",
        town, made, fold(item.name), item.name, item.maker, item.category, item.note, now,
    )  # fmt: skip
    return made


async def _use(tx: SafeTransaction, town: int, item: Entry, now: datetime) -> None:
    values = [list(x) if isinstance(x, tuple) else x for x in (getattr(item, name) for name in _USE)]
    places = ", ".join(f"${i + 5}" for i in range(len(_USE)))
    await tx.connection.execute(
        f"insert into product_use (town_id, id, product_id, changed_at, {', '.join(_USE)}) values ($1, $2, $3, $4, {places})"  # noqa: S608 our column names
        f" on conflict (town_id, product_id) do update set changed_at = $4, {', '.join(f'{x} = excluded.{x}' for x in _USE)}",
        town, uuid7(), item.id, now, *values,
    )  # fmt: skip


async def end(tx: SafeTransaction, town: int, key: UUID, actor: Actor, now: datetime, *, ended: bool) -> Entry:
    """Say that a product is in use no longer, or again; raises `Missing`. What is over is shared no longer."""
    before = await entry(tx, town, key)
    if not before.used:
        raise Missing
    await tx.connection.execute(
        "update product_use set ended_at = $3, changed_at = $4 where town_id = $1 and product_id = $2",
        town, key, now if ended else None, now,
    )  # fmt: skip
    after = dataclasses.replace(before, ended=ended)
    await _share(tx, town, before, after, now)
    await audit(tx, actor, "software.end" if ended else "software.resume", f"product/{key}", after={"name": before.name})
    return after


async def put_back(
    tx: SafeTransaction, town: int, key: UUID, version: int, before: Entry | None, actor: Actor, now: datetime
) -> bool:
    """A product as it was before a list was taken over (None: there was none).

    False, and nothing is changed, where somebody changed it since (another `version`) or a licence or rule rests on it.
    """
    try:
        current = await entry(tx, town, key)
    except Missing:
        return False
    if current.version != version:
        return False
    if before is not None and before.used:
        await save(tx, town, dataclasses.replace(before, version=version), actor, now)
        return True
    try:
        async with tx.connection.transaction():
            await tx.connection.execute("delete from product_use where town_id = $1 and product_id = $2", town, key)
            if before is None:
                await tx.connection.execute("delete from product where town_id = $1 and id = $2", town, key)
    except asyncpg.ForeignKeyViolationError:
        return False
    await _share(tx, town, current, dataclasses.replace(current, ended=True), now)
    if before is None:
        await audit(tx, actor, "software.remove", f"product/{key}", before=_plain(current))
    else:
        await save(tx, town, dataclasses.replace(before, version=version), actor, now)
    return True


async def _share(tx: SafeTransaction, town: int, before: Entry | None, after: Entry, now: datetime) -> None:
    """Replace what stands in the group's tenant by what is released now; nothing else ever goes there."""
    old, new = released(before) if before else None, released(after)
    if old == new or town == GROUP:
        return
    async with group_write(tx):
        keys = [x["key"] for x in (old, new) if x]
        await tx.connection.execute(
            "delete from shared_use where town_id = $1 and of_town = $2 and key = any($3)", GROUP, town, keys
        )
        if new:
            names = list(new)
            places = ", ".join(f"${i + 5}" for i in range(len(names)))
            await tx.connection.execute(
                f"insert into shared_use (town_id, id, of_town, shared_at, {', '.join(names)}) values ($1, $2, $3, $4, {places})",  # noqa: S608 our column names
                GROUP, uuid7(), town, now, *(list(x) if isinstance(x, tuple) else x for x in new.values()),
            )  # fmt: skip


async def standards(tx: SafeTransaction) -> Sequence[Standard]:
    """Standards of the group by purpose."""
    rows = await tx.connection.fetch(
        "select key, name, purpose, set_by from group_standard where town_id = $1 order by purpose, name", GROUP
    )
    return [Standard(**dict(row)) for row in rows]


async def set_standard(tx: SafeTransaction, name: str, purpose: str, actor: Actor, now: datetime) -> None:
    """Name a standard of the group, or change its purpose; the transaction writes town 0. Raises `Wrong`."""
    if not name.strip():
        raise Wrong(_("Bitte nennen Sie ein Produkt."), "name")
    await tx.connection.execute(
        "insert into group_standard (town_id, id, key, name, purpose, set_by, set_at) values ($1, $2, $3, $4, $5, $6, $7)"
        " on conflict (town_id, key) do update set name = $4, purpose = $5, set_by = $6, set_at = $7",
        GROUP, uuid7(), fold(name), name.strip(), purpose.strip(), actor.name, now,
    )  # fmt: skip
    await audit(tx, actor, "software.standard", f"group_standard/{fold(name)}", after={"name": name, "purpose": purpose})


async def drop_standard(tx: SafeTransaction, key: str, actor: Actor) -> Standard:
    """Take it back; raises `Missing`."""
    row = await tx.connection.fetchrow(
        "delete from group_standard where town_id = $1 and key = $2 returning key, name, purpose, set_by", GROUP, key
    )
    if row is None:
        raise Missing
    await audit(tx, actor, "software.standard_end", f"group_standard/{key}", before=dict(row))
    return Standard(**dict(row))


def _plain(item: Entry | None) -> dict[str, Any] | None:
    return dataclasses.asdict(item) if item else None
