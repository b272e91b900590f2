"""Devices written straight into the inventory's tables, as a merge would have left them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from service.db import SafeTransaction, uuid7

NOW = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)


async def network(tx: SafeTransaction, town: int, cidr: str, purpose: str) -> None:
    await tx.connection.execute(
        "insert into network (town_id, id, name, cidr, purpose, changed_at) values ($1, $2, $3, $4, $5, $6)",
        town,
        uuid7(),
        purpose,
        cidr,
        purpose,
        NOW,
    )


async def collection(tx: SafeTransaction, town: int, source: str, at: datetime, *, full: bool = True) -> UUID:
    ident = uuid7()
    await tx.connection.execute(
        "insert into collection (town_id, id, source, identity, sha256, observed_at, full_scan, taken_by, taken_at)"
        " values ($1, $2, $3, $4, '', $5, $6, 'Test', $5)",
        town,
        ident,
        source,
        str(ident),
        at,
        full,
    )
    return ident


async def sighting(
    tx: SafeTransaction,
    town: int,
    asset: UUID,
    source: str,
    at: datetime,
    *,
    full: bool = True,
    facts: dict[str, Any] | None = None,
) -> None:
    """One record of one source about the asset."""
    ident, owner = uuid7(), await collection(tx, town, source, at, full=full)
    observation = json.dumps({"facts": facts or {}})
    await tx.connection.execute(
        "insert into record (town_id, id, collection_id, key, source, observed_at, observation, clues)"
        " values ($1, $2, $3, 'x', $4, $5, $6, '')",
        town,
        ident,
        owner,
        source,
        at,
        observation,
    )
    await tx.connection.execute(
        "insert into sighting (town_id, id, asset_id, decision, observed_at) values ($1, $2, $3, 'joined', $4)",
        town,
        ident,
        asset,
        at,
    )
    facts_now = json.loads(await tx.connection.fetchval("select facts from asset where id = $1", asset))
    known = facts_now.setdefault("seen", {}).setdefault(source, [at.isoformat(), at.isoformat()])
    known[1] = at.isoformat()
    if source == "nmap":
        facts_now |= {"scanned": at.isoformat()} | ({"full_scan": at.isoformat()} if full else {})
    await tx.connection.execute("update asset set facts = $2 where id = $1", asset, json.dumps(facts_now))


async def device(
    tx: SafeTransaction, town: int, name: str, kind: str, ip: str, *, sources: tuple[str, ...] = ("nmap", "list"), **columns: Any
) -> UUID:
    """An asset in use that every source has seen today."""
    ident = uuid7()
    await tx.connection.execute(
        "insert into asset (town_id, id, kind, name, sort_name, ips, sources, status, first_seen, last_seen, scanned_at, os, anchor)"
        " values ($1, $2, $3, $4, $4, $5, $6, $7, $8, $8, $8, $9, $2)",
        town,
        ident,
        kind,
        name,
        [ip],
        list(sources),
        columns.get("status", "in_use"),
        NOW,
        columns.get("os"),
    )
    for source in sources:
        await sighting(tx, town, ident, source, columns.get("at", NOW))
    return ident


async def port(tx: SafeTransaction, town: int, asset: UUID, ip: str, number: int, at: datetime = NOW, **facts: Any) -> None:
    await tx.connection.execute(
        "insert into service (town_id, id, asset_id, ip, protocol, port, facts, first_seen, last_seen)"
        " values ($1, $2, $3, $4, 'tcp', $5, $6, $7, $7)",
        town,
        uuid7(),
        asset,
        ip,
        number,
        json.dumps(facts),
        at,
    )
