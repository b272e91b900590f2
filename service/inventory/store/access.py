"""Credentials for reading devices over SNMP, sealed by the vault: set and listed here, opened by the worker alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec

from service.audit import store as audit
from service.audit.chain import Actor
from service.auth import store as keys
from service.db import SafeTransaction, uuid7
from service.vault import Place


@dataclass(frozen=True, slots=True)
class Access:
    """A set of SNMP credentials as pages may show it: never its secret."""

    id: UUID
    name: str
    version: str
    set_by: str
    set_at: datetime


def _place(town: int, key: UUID) -> Place:
    return Place(town, "snmp_access", str(key), "sealed")


async def accesses(tx: SafeTransaction, town: int) -> list[Access]:
    """All sets of credentials, without their secrets."""
    rows = await tx.connection.fetch(
        "select id, name, version, set_by, set_at from snmp_access where town_id = $1 order by name", town
    )
    return [Access(**dict(row)) for row in rows]


async def set_access(
    tx: SafeTransaction, town: int, name: str, version: str, secret: Mapping[str, str], *, actor: Actor, now: datetime
) -> UUID:
    """Keep credentials sealed; the same name replaces them. `secret` holds the fields of that SNMP version."""
    known = await tx.connection.fetchval("select id from snmp_access where town_id = $1 and name = $2", town, name)
    key = UUID(str(known)) if known else uuid7()
    sealed = await keys.seal_for(tx, _place(town, key), msgspec.json.encode(dict(secret)).decode())
    await tx.connection.execute(
        "insert into snmp_access (town_id, id, name, version, sealed, set_by, set_at) values ($1, $2, $3, $4, $5, $6, $7)"
        " on conflict (town_id, id) do update set version = excluded.version, sealed = excluded.sealed,"
        " set_by = excluded.set_by, set_at = excluded.set_at",
        town,
        key,
        name[:120],
        version,
        sealed,
        actor.name,
        now,
    )
    await audit.record(tx, actor, "snmp_access.set", f"snmp_access/{key}", after={"name": name, "version": version})
    return key


async def secrets_of(tx: SafeTransaction, town: int) -> Sequence[dict[str, str]]:
    """The credentials in clear, for the worker alone: `version` and the fields of that version."""
    out = []
    for row in await tx.connection.fetch("select id, version, sealed from snmp_access where town_id = $1 order by name", town):
        clear = await keys.open_at(tx, _place(town, row["id"]), row["sealed"])
        out.append({"version": str(row["version"]), **msgspec.json.decode(str.encode(clear))})
    return out
