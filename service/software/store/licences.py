"""Licences of a town: they never leave it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from service.audit.chain import Actor
from service.audit.store import record as audit
from service.db import SafeTransaction, uuid7
from service.errors import Missing, Outdated
from service.software.licences import Licence

_SELECT = (
    "select id, product_id as product, metric, quantity, reference, ends_on, note, version from licence"
    " where town_id = $1 and removed_at is null"
)


async def licences(tx: SafeTransaction, town: int) -> Sequence[Licence]:
    """All licences, those that end first on top."""
    rows = await tx.connection.fetch(_SELECT + " order by ends_on nulls last, id", town)
    return [Licence(**dict(row)) for row in rows]


async def licence(tx: SafeTransaction, town: int, key: UUID) -> Licence:
    """One of them; raises `Missing`."""
    row = await tx.connection.fetchrow(_SELECT + " and id = $2", town, key)
    if row is None:
        raise Missing
    return Licence(**dict(row))


async def save(tx: SafeTransaction, town: int, item: Licence, actor: Actor, now: datetime) -> UUID:
    """Add (version 0) or change; raises `Outdated`, `Missing`."""
    if not await tx.connection.fetchval("select exists (select from product where town_id = $1 and id = $2)", town, item.product):
        raise Missing
    values = (item.product, item.metric, item.quantity, item.reference, item.ends_on, item.note)
    if item.version == 0:
        key = uuid7()
        await tx.connection.execute(
            "insert into licence (town_id, id, changed_at, product_id, metric, quantity, reference, ends_on, note)"
            " values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            town, key, now, *values,
        )  # fmt: skip
        await audit(tx, actor, "licence.add", f"licence/{key}", after=_plain(item))
        return key
    before = await licence(tx, town, item.id)
    done = await tx.connection.fetchval(
        "update licence set changed_at = $3, product_id = $5, metric = $6, quantity = $7, reference = $8,"
        " ends_on = $9, note = $10, version = version + 1 where town_id = $1 and id = $2 and version = $4 returning id",
        town, item.id, now, item.version, *values,
    )  # fmt: skip
    if done is None:
        raise Outdated
    await audit(tx, actor, "licence.change", f"licence/{item.id}", before=_plain(before), after=_plain(item))
    return item.id


async def remove(tx: SafeTransaction, town: int, key: UUID, actor: Actor, now: datetime, *, removed: bool) -> None:
    """Take a licence away, or have it back; raises `Missing`."""
    done = await tx.connection.fetchval(
        "update licence set removed_at = $3, changed_at = $4 where town_id = $1 and id = $2"
        " and (removed_at is null) = $5 returning id",
        town, key, now if removed else None, now, removed,
    )  # fmt: skip
    if done is None:
        raise Missing
    await audit(tx, actor, "licence.remove" if removed else "licence.restore", f"licence/{key}")


def _plain(item: Licence) -> Mapping[str, Any]:
    return {name: value for name, value in dataclasses.asdict(item).items() if name not in ("id", "version")}
