"""Credentials for reading devices over SNMP, sealed by the vault: set and listed here, opened by the worker alone.

A set is used only in the networks it was granted for. What became of it at each device is kept, so that the next scan
begins with what worked and leaves alone who refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import msgspec

from service.audit import store as audit
from service.audit.chain import Actor
from service.auth import store as keys
from service.db import SafeTransaction, uuid7
from service.errors import Missing, Wrong
from service.vault import Place


@dataclass(frozen=True, slots=True)
class Access:
    """A set of SNMP credentials as pages may show it: never its secret. `working` and `refused` count devices."""

    id: UUID
    name: str
    version: str
    set_by: str
    set_at: datetime
    networks: Sequence[UUID] = ()
    working: int = 0
    refused: int = 0


@dataclass(frozen=True, slots=True)
class Opened:
    """A set in clear, for the worker alone: `secret` holds `version` and the fields of that version."""

    id: UUID
    secret: Mapping[str, str]
    networks: frozenset[UUID]

    def __repr__(self) -> str:
        return f"Opened({self.id}, ***)"


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of one set at one device of one network; `failures` are those of the local day `failed_on`."""

    access: UUID
    network: UUID
    address: str
    good_at: datetime | None
    refused_at: datetime | None
    failed_on: date | None
    failures: int


def _place(town: int, key: UUID) -> Place:
    return Place(town, "snmp_access", str(key), "sealed")


_ACCESS = """select a.id, a.name, a.version, a.set_by, a.set_at,
  array(select g.network_id from snmp_grant g where g.town_id = a.town_id and g.access_id = a.id) as networks,
  count(t.id) filter (where t.good_at is not null and coalesce(t.refused_at <= t.good_at, true))::int as working,
  count(t.id) filter (where t.refused_at is not null and coalesce(t.refused_at > t.good_at, true))::int as refused
from snmp_access a left join snmp_trial t on t.town_id = a.town_id and t.access_id = a.id
where a.town_id = $1 {} group by a.town_id, a.id order by a.name"""


async def accesses(tx: SafeTransaction, town: int) -> list[Access]:
    """All sets of credentials, without their secrets."""
    return [Access(**dict(row)) for row in await tx.connection.fetch(_ACCESS.format(""), town)]


async def access(tx: SafeTransaction, town: int, key: UUID) -> Access:
    """One set; raises `Missing`."""
    row = await tx.connection.fetchrow(_ACCESS.format("and a.id = $2"), town, key)
    if row is None:
        raise Missing
    return Access(**dict(row))


async def set_access(
    tx: SafeTransaction, town: int, name: str, version: str, secret: Mapping[str, str], *, actor: Actor, now: datetime
) -> UUID:
    """Keep credentials sealed; the same name replaces them, and refusals of the old ones are forgotten.

    `secret` holds the fields of that SNMP version.
    """
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
    await tx.connection.execute("delete from snmp_trial where town_id = $1 and access_id = $2", town, key)
    await audit.record(tx, actor, "snmp_access.set", f"snmp_access/{key}", after={"name": name, "version": version})
    return key


async def grant(tx: SafeTransaction, town: int, key: UUID, networks: Iterable[UUID], *, actor: Actor) -> None:
    """Use a set in these networks and in no other. Guest and passive networks are refused: nothing is asked there."""
    before, wanted = await access(tx, town, key), set(networks)
    found = await tx.connection.fetch(
        "select id, name, mode from network where town_id = $1 and id = any($2::uuid[])", town, list(wanted)
    )
    if len(found) != len(wanted):
        raise Missing
    closed = [row["name"] for row in found if row["mode"] != "active"]
    if closed:
        raise Wrong("In Gastnetzen und in Netzen „nur passiv“ wird kein Gerät über SNMP gefragt.", ", ".join(closed))
    if wanted == set(before.networks):
        return
    await tx.connection.execute(
        "delete from snmp_grant where town_id = $1 and access_id = $2 and network_id <> all($3::uuid[])", town, key, list(wanted)
    )
    for network in sorted(wanted - set(before.networks)):
        await tx.connection.execute(
            "insert into snmp_grant (town_id, id, access_id, network_id) values ($1, $2, $3, $4)", town, uuid7(), key, network
        )
    await audit.record(
        tx,
        actor,
        "snmp_access.grant",
        f"snmp_access/{key}",
        before={"networks": sorted(map(str, before.networks))},
        after={"networks": sorted(map(str, wanted))},
    )


async def forget_refusals(tx: SafeTransaction, town: int, key: UUID, *, actor: Actor) -> int:
    """Ask again where this set was refused or failed; answers at how many devices."""
    await access(tx, town, key)
    done = await tx.connection.fetch(
        "delete from snmp_trial where town_id = $1 and access_id = $2 and (refused_at is not null or failures > 0) returning id",
        town,
        key,
    )
    await audit.record(tx, actor, "snmp_access.retry", f"snmp_access/{key}", after={"devices": len(done)})
    return len(done)


async def remove_access(tx: SafeTransaction, town: int, key: UUID, *, actor: Actor) -> None:
    """Forget a set with its grants and its memory."""
    before = await access(tx, town, key)
    await tx.connection.execute("delete from snmp_access where town_id = $1 and id = $2", town, key)
    await audit.record(
        tx, actor, "snmp_access.remove", f"snmp_access/{key}", before={"name": before.name, "version": before.version}
    )


async def opened(tx: SafeTransaction, town: int) -> list[Opened]:
    """The sets in clear with the networks they are meant for, for the worker alone."""
    out = []
    rows = await tx.connection.fetch(
        "select a.id, a.version, a.sealed,"
        " array(select g.network_id from snmp_grant g where g.town_id = a.town_id and g.access_id = a.id) as networks"
        " from snmp_access a where a.town_id = $1 order by a.name",
        town,
    )
    for row in rows:
        clear = await keys.open_at(tx, _place(town, row["id"]), row["sealed"])
        secret = {"version": str(row["version"]), **msgspec.json.decode(str.encode(clear))}
        out.append(Opened(row["id"], secret, frozenset(row["networks"])))
    return out


async def trials(tx: SafeTransaction, town: int) -> list[Trial]:
    """The memory of all attempts of a town."""
    rows = await tx.connection.fetch(
        "select access_id as access, network_id as network, address, good_at, refused_at, failed_on, failures"
        " from snmp_trial where town_id = $1",
        town,
    )
    return [Trial(**dict(row)) for row in rows]


async def keep_trials(tx: SafeTransaction, town: int, found: Sequence[Trial]) -> None:
    """Write what became of attempts. A set or network that was removed meanwhile takes its memory along."""
    await tx.connection.execute(
        "insert into snmp_trial (town_id, id, access_id, network_id, address, good_at, refused_at, failed_on, failures)"
        " select $1, t.* from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::timestamptz[], $7::timestamptz[],"
        " $8::date[], $9::int[]) as t (id, access_id, network_id, address, good_at, refused_at, failed_on, failures)"
        " where exists (select from snmp_access a where a.town_id = $1 and a.id = t.access_id)"
        " and exists (select from network n where n.town_id = $1 and n.id = t.network_id)"
        " on conflict (town_id, network_id, address, access_id) do update set good_at = excluded.good_at,"
        " refused_at = excluded.refused_at, failed_on = excluded.failed_on, failures = excluded.failures",
        town,
        [uuid7() for _ in found],
        *(
            [getattr(one, name) for one in found]
            for name in ("access", "network", "address", "good_at", "refused_at", "failed_on", "failures")
        ),
    )
