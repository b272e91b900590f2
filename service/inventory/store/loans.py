"""Loans: the same device seen in two towns, one row in each; neither reads the other's list (`domain.md` 2.7)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from service.audit.chain import Actor
from service.audit.store import record as audit
from service.db import SafeTransaction, town_tx
from service.inventory.loans import Loan

_PUT = """insert into loan (town_id, id, asset_id, role, partner_town, partner_asset, key, state, agreed, first_seen, last_seen,
  confirmed_by, confirmed_at)
select $1, gen_random_uuid(), asset_id, role, partner_town, partner_asset, key, state, agreed, first_seen, last_seen,
  confirmed_by, confirmed_at from json_populate_recordset(null::loan, $2::json)
on conflict (town_id, key, asset_id, partner_asset) do update set last_seen = excluded.last_seen,
  first_seen = excluded.first_seen, agreed = excluded.agreed
where (loan.first_seen, loan.last_seen) is distinct from (excluded.first_seen, excluded.last_seen)"""
_GUESTS = """update asset a set lent_from = l.partner_town, lent_asset = l.partner_asset from loan l
where a.town_id = $1 and l.town_id = $1 and l.asset_id = a.id and l.role = 'guest' and l.state = 'confirmed'
  and a.lent_asset is distinct from l.partner_asset"""
_GUESTS_NO_MORE = """update asset a set lent_from = null, lent_asset = null where a.town_id = $1 and a.lent_asset is not null
  and not exists (select from loan l where l.town_id = $1 and l.asset_id = a.id and l.role = 'guest' and l.state = 'confirmed')"""
_LENT = """update asset a set status = 'lent' from loan l where a.town_id = $1 and l.town_id = $1 and l.asset_id = a.id
  and l.role = 'owner' and l.state = 'confirmed' and a.status in ('new', 'in_use')
  and (a.scanned_at is null or a.scanned_at <= l.last_seen)"""
_HOMES = """select s.id, s.asset_id from sighting s where s.town_id = $1 and s.id = any ($2::uuid[]) and s.asset_id is not null
and coalesce((select h.role from handover h where h.town_id = $1 and h.asset_id = s.asset_id and h.state = 'accepted'
  order by h.answered_at desc, h.id desc limit 1), '') <> 'giver'"""
"""A device that was handed over is nobody's loan from here."""
_END = """with ended as (update loan set state = 'rejected', confirmed_by = $4, confirmed_at = $5
  where town_id = $1 and asset_id = $2 and partner_town = $3 and state <> 'rejected' returning key, role)
update review set state = 'settled', closed_by = $4, closed_at = $5 where town_id = $1 and state = 'open'
  and key in (select key || ':' || role from ended)"""
_APPLY = (_GUESTS, _GUESTS_NO_MORE, _LENT)
_ASK = """insert into review (town_id, id, key, kind, state, rank, asset_id, records, details, opened_at)
select $1, gen_random_uuid(), key || ':' || role, 'loan', 'open', 2, asset_id, '{}',
  jsonb_build_object('role', role, 'partner_town', partner_town, 'loan', id), $2
from loan where town_id = $1 and state = 'proposed' on conflict (town_id, key) do nothing"""


async def settle(found: Iterable[Loan], towns: Sequence[int], *, auto: bool, by: Actor, now: datetime) -> int:
    """Write what `inventory.loans` found into both towns of each loan; with `auto` sure ones are confirmed at once.

    Opens a transaction for each town. Answers how many rows are new.
    """
    everything = list(found)
    homes: dict[int, dict[UUID, UUID]] = {}
    for town in towns:
        anchors = [one.owner for one in everything if one.owner_town == town]
        anchors += [one.guest for one in everything if one.guest_town == town]
        async with town_tx([town]) as tx:
            rows = await tx.connection.fetch(_HOMES, town, anchors)
        homes[town] = {row["id"]: row["asset_id"] for row in rows}
    new = 0
    for town in towns:
        mine = [row for one in everything if (row := _row(one, town, homes, auto, by, now))]
        async with town_tx([town], town) as tx:
            before = await tx.connection.fetchval("select count(*) from loan where town_id = $1", town)
            await tx.connection.execute(_PUT, town, msgspec.json.encode(mine, enc_hook=str).decode())
            added = await tx.connection.fetchval("select count(*) from loan where town_id = $1", town) - before
            await apply(tx, town)
            await tx.connection.execute(_ASK, town, now)
            if added:
                await audit(tx, by, "loan.found", "loan/*", after={"new": added, "confirmed": auto})
        new += added
    return new


def _row(
    loan: Loan, town: int, homes: dict[int, dict[UUID, UUID]], auto: bool, by: Actor, now: datetime
) -> dict[str, Any] | None:
    owner = homes.get(loan.owner_town, {}).get(loan.owner)
    guest = homes.get(loan.guest_town, {}).get(loan.guest)
    if owner is None or guest is None or town not in (loan.owner_town, loan.guest_town):
        return None
    is_owner = town == loan.owner_town
    sure = auto and loan.sure
    return {
        "asset_id": owner if is_owner else guest,
        "role": "owner" if is_owner else "guest",
        "partner_town": loan.guest_town if is_owner else loan.owner_town,
        "partner_asset": guest if is_owner else owner,
        "key": loan.key,
        "state": "confirmed" if sure else "proposed",
        "agreed": [str(kind) for kind in loan.agreed],
        "first_seen": loan.first_seen,
        "last_seen": loan.last_seen,
        "confirmed_by": by.name if sure else None,
        "confirmed_at": now if sure else None,
    }


async def apply(tx: SafeTransaction, town: int) -> None:
    """Let confirmed loans show: the guest's asset stands for the owner's, the owner's is lent."""
    for sql in _APPLY:
        await tx.connection.execute(sql, town)


async def confirm(tx: SafeTransaction, town: int, loan: UUID, *, by: Actor, now: datetime, yes: bool) -> None:
    """One town's word on a proposed loan. It holds when both towns have said yes; a no ends the question for both."""
    row = await tx.connection.fetchrow(
        "update loan set state = $3, confirmed_by = $4, confirmed_at = $5 where town_id = $1 and id = $2"
        " returning asset_id, key, role, partner_town",
        town,
        loan,
        "confirmed" if yes else "rejected",
        by.name,
        now,
    )
    if row is None:
        return
    await tx.connection.execute(
        "update review set state = 'answered', closed_by = $3, closed_at = $4 where town_id = $1 and key = $2",
        town,
        f"{row['key']}:{row['role']}",
        by.name,
        now,
    )
    await apply(tx, town)
    await audit(
        tx, by, "loan.confirm" if yes else "loan.reject", f"asset/{row['asset_id']}", after={"partner": row["partner_town"]}
    )


async def end(tx: SafeTransaction, town: int, asset: UUID, partner: int, *, by: Actor, now: datetime) -> None:
    """The device changes its owner: between these two towns it is lent no longer."""
    await tx.connection.execute(_END, town, asset, partner, by.name, now)
