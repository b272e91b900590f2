"""Networks that go: one entered by mistake is deleted, one that was scanned stays in the log of what is scanned, with its end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from service.audit.chain import Actor
from service.audit.store import record as audit
from service.db import SafeTransaction, uuid7
from service.inventory import scanning
from service.inventory.store.places import network, networks, withdraw_release


@dataclass(frozen=True, slots=True)
class ClosedRow:
    """A network that was scanned once and is no more."""

    name: str
    cidr: str
    purpose: str
    released_by: str | None
    agreed_by: str | None
    scanned_at: datetime
    closed_at: datetime
    closed_by: str


async def mark_scanned(tx: SafeTransaction, town: int, ids: Iterable[UUID], at: datetime) -> None:
    """Something was sent there by us or by a probe of ours."""
    await tx.connection.execute(
        "update network set scanned_at = greatest(scanned_at, $3) where town_id = $1 and id = any($2::uuid[])",
        town,
        list(ids),
        at,
    )


async def remove_network(tx: SafeTransaction, town: int, id_: UUID, *, by: Actor, now: datetime) -> bool:
    """Take a network out of everything; True where it was scanned and therefore stays in the log as closed.

    Devices keep their addresses, schedules that name it go on without it. Where it kept packets out of a released network
    around it, that one has to be released again: its scan would go further than what was agreed to. Raises `Missing`.
    """
    before = await network(tx, town, id_)
    around = scanning.opened_by_removal(before, await networks(tx, town))
    if around is not None:
        await withdraw_release(tx, town, around.id, by=by)
    if before.scanned_at is not None:
        await tx.connection.execute(
            "insert into closed_network (town_id, id, name, cidr, purpose, requested_by, released_by, released_at, agreed_by,"
            " agreed_at, scanned_at, closed_at, closed_by) select town_id, $3, name, cidr, purpose, requested_by, released_by,"
            " released_at, agreed_by, agreed_at, scanned_at, $4, $5 from network where town_id = $1 and id = $2",
            town,
            id_,
            uuid7(),
            now,
            by.name,
        )
    await tx.connection.execute(
        "update asset set network_ids = array_remove(network_ids, $2::uuid)"
        " where town_id = $1 and network_ids @> array[$2::uuid]",
        town,
        id_,
    )
    await tx.connection.execute(
        "update schedule set args = jsonb_set(args, '{networks}', (args->'networks') - $2::text),"
        " enabled = enabled and (args->'networks') - $2::text <> '[]' where town_id = $1 and args->'networks' ? $2::text",
        town,
        str(id_),
    )
    await tx.connection.execute("delete from network where town_id = $1 and id = $2", town, id_)
    told = {
        name: getattr(before, name) for name in ("cidr", "name", "purpose", "mode", "requested_by", "released_by", "agreed_by")
    }
    scanned = before.scanned_at.isoformat() if before.scanned_at else None
    action = "network.close" if before.scanned_at else "network.remove"
    await audit(tx, by, action, f"network/{id_}", before=told | {"scanned_at": scanned})
    return before.scanned_at is not None


async def closed_networks(tx: SafeTransaction, town: int) -> list[ClosedRow]:
    """Networks that were scanned and are no more, the newest end first."""
    rows = await tx.connection.fetch(
        "select name, text(cidr) as cidr, purpose, released_by, agreed_by, scanned_at, closed_at, closed_by from closed_network"
        " where town_id = $1 order by closed_at desc, name",
        town,
    )
    return [ClosedRow(**dict(row)) for row in rows]
