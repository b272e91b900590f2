"""The devices of the inventory as rules see them, and those a person left out with a reason."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from service.audit.chain import Actor
from service.audit.store import record
from service.db import SafeTransaction, uuid7
from service.errors import Missing, Wrong
from service.i18n import gettext as _
from service.objects.membership import Batch, Estate, Rule

OUT_OF_USE = ("planned", "ordered", "in_stock", "retired", "disposed", "missing")
"""States of an asset in which it belongs to no object."""

_BATCHES = """select kind, os, site_id as site, coalesce(unit, '') as unit, network_ids as networks,
  array_agg(id) as ids, array_agg(name) as names from asset
  where town_id = $1 and gone_at is null and merged_into is null and status <> all($2)
    and ($3::uuid[] is null or id = any($3))
  group by kind, os, site_id, coalesce(unit, ''), network_ids"""


@dataclass(frozen=True, slots=True)
class Excluded:
    """A device left out of the structure analysis."""

    id: UUID
    asset: UUID
    name: str
    kind: str
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Device:
    """A device as lists of members show it."""

    id: UUID
    name: str
    kind: str
    os: str | None
    site: str | None
    ip: str | None


async def estate(tx: SafeTransaction, town: int, *, only: Collection[UUID] | None = None) -> Estate:
    """All devices in use of a town, or those of them that are in `only`, ready to be asked by rules."""
    connection = tx.connection
    rows = await connection.fetch(_BATCHES, town, list(OUT_OF_USE), None if only is None else list(only))
    purposes = await connection.fetch("select id, purpose from network where town_id = $1", town)
    out = await connection.fetch("select asset_id from excluded_asset where town_id = $1 and ended_at is null", town)
    return Estate(
        (
            Batch(row["kind"], row["os"], row["site"], row["unit"], tuple(row["networks"]), row["ids"], row["names"])
            for row in rows
        ),
        {row["id"]: row["purpose"] for row in purposes},
        {row["asset_id"] for row in out},
    )


async def sizes(tx: SafeTransaction, town: int, rules: Mapping[UUID, Rule]) -> Mapping[UUID, int]:
    """How many devices each of these objects has now."""
    if not any(rule.draws for rule in rules.values()):
        return dict.fromkeys(rules, 0)
    whole = await estate(tx, town)
    return {ident: whole.count(rule) for ident, rule in rules.items()}


async def these(tx: SafeTransaction, town: int, ids: Collection[UUID], *, limit: int, offset: int = 0) -> Sequence[Device]:
    """Some devices by name, at most `limit`."""
    rows = await tx.connection.fetch(
        "select id, name, kind, os, site_name as site, host(primary_ip) as ip from asset"
        ' where town_id = $1 and id = any($2::uuid[]) order by sort_name collate "C", id limit $3 offset $4',
        town,
        list(ids),
        limit,
        offset,
    )
    return [Device(**dict(row)) for row in rows]


async def exclude(
    tx: SafeTransaction, town: int, assets: Collection[UUID], reason: str, actor: Actor, now: datetime
) -> Sequence[UUID]:
    """Leave devices out with a reason; answers the ids of the exclusions. Raises `Wrong` without a reason.

    Devices that are not the town's, or left out already, are passed over.
    """
    if not reason.strip():
        raise Wrong(_("Bitte begründen Sie, warum die Geräte ausgenommen werden."), "reason")
    known = await tx.connection.fetch(
        "select a.id from asset a where a.town_id = $1 and a.id = any($2::uuid[]) and not exists (select from excluded_asset e"
        " where e.town_id = a.town_id and e.asset_id = a.id and e.ended_at is null)",
        town,
        list(assets),
    )
    made = [uuid7() for _row in known]
    await tx.connection.executemany(
        "insert into excluded_asset (town_id, id, asset_id, reason, excluded_by, excluded_at) values ($1, $2, $3, $4, $5, $6)",
        [(town, ident, row["id"], reason.strip(), actor.name, now) for ident, row in zip(made, known, strict=True)],
    )
    if made:
        after = {"assets": sorted(str(row["id"]) for row in known), "reason": reason.strip()}
        await record(tx, actor, "object.exclude", "asset", after=after)
    return made


async def include(tx: SafeTransaction, town: int, exclusions: Collection[UUID], actor: Actor, now: datetime) -> int:
    """End exclusions; answers how many. Raises `Missing` where there is none of them."""
    rows = await tx.connection.fetch(
        "update excluded_asset set ended_at = $3, ended_by = $4 where town_id = $1 and id = any($2::uuid[])"
        " and ended_at is null returning asset_id",
        town,
        list(exclusions),
        now,
        actor.name,
    )
    if not rows:
        raise Missing
    await record(tx, actor, "object.include", "asset", after={"assets": sorted(str(row["asset_id"]) for row in rows)})
    return len(rows)


async def excluded(tx: SafeTransaction, town: int) -> Sequence[Excluded]:
    """Devices left out now, by name."""
    rows = await tx.connection.fetch(
        "select e.id, e.asset_id as asset, a.name, a.kind, e.reason, e.excluded_by as by, e.excluded_at as at"
        " from excluded_asset e join asset a on a.town_id = e.town_id and a.id = e.asset_id"
        ' where e.town_id = $1 and e.ended_at is null and a.gone_at is null order by a.sort_name collate "C", a.id',
        town,
    )
    return [Excluded(**dict(row)) for row in rows]
