"""The inbox „Abweichungen“: review cases, most urgent first."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from service.db import SafeTransaction
from service.inventory.views import ReviewPage, ReviewRow

REVIEW = """select r.id, r.key, r.kind, r.state, r.rank, r.asset_id as asset, a.name as asset_name, a.kind as asset_kind,
  r.other_id as other, o.name as other_name, r.records, r.details, r.opened_at, r.ignored_until, r.closed_at, r.closed_by
from review r left join asset a on a.town_id = r.town_id and a.id = r.asset_id
  left join asset o on o.town_id = r.town_id and o.id = r.other_id"""
OPEN = " r.town_id = $1 and (r.state = 'open' or (r.state = 'ignored' and r.ignored_until <= $2))"

MISSING_AFTER = timedelta(days=180)
"""Not seen for so long: „vermisst?“ (`domain.md` 2.10)."""


_NARROW = """ and ($3::text = '' or r.kind = $3) and ($4::uuid is null or r.asset_id = $4 or r.other_id = $4)
  and ($5::timestamptz is null or r.opened_at >= $5) and ($6::uuid is null or a.network_ids @> array[$6::uuid])"""


_COUNT = """select count(*) from review r left join asset a on a.town_id = r.town_id and a.id = r.asset_id where WHERE"""
_COUNTS = "select r.kind, count(*) as n from review r where WHERE group by r.kind".replace("WHERE", OPEN)
_CLOSED = " r.town_id = $1 and $2::timestamptz is not null and r.state = 'STATE'"
_URGENT, _NEWEST = "r.rank desc, r.opened_at", "r.closed_at desc nulls last"
_STATES = {
    state: (
        _COUNT.replace("WHERE", where + _NARROW),
        REVIEW + " where" + where + _NARROW + f" order by {order}, r.key limit $7 offset $8",
    )
    for state, where, order in (
        ("open", OPEN, _URGENT),
        ("ignored", _CLOSED.replace("STATE", "ignored"), _NEWEST),
        ("answered", _CLOSED.replace("STATE", "answered"), _NEWEST),
    )
}
"""By state: how many, and one page of them."""


async def reviews(
    tx: SafeTransaction,
    town: int,
    *,
    now: datetime,
    kind: str = "",
    state: str = "open",
    asset: UUID | None = None,
    network: UUID | None = None,
    since: datetime | None = None,
    page: int = 1,
    size: int = 50,
) -> ReviewPage:
    """One page of cases. `state` is `open` (with those whose time of ignoring is over), `ignored` or `answered`."""
    connection = tx.connection
    counts = {row["kind"]: row["n"] for row in await connection.fetch(_COUNTS, town, now)}
    arguments = (town, now, kind, asset, since, network)
    count, page_of = _STATES.get(state, _STATES["answered"])
    total = await connection.fetchval(count, *arguments)
    rows = await connection.fetch(page_of, *arguments, size, (max(1, page) - 1) * size)
    return ReviewPage(tuple(as_review(row) for row in rows), total, counts)


async def review(tx: SafeTransaction, town: int, id_: UUID) -> ReviewRow | None:
    """One case."""
    row = await tx.connection.fetchrow(REVIEW + " where r.town_id = $1 and r.id = $2", town, id_)
    return as_review(row) if row else None


def as_review(row: Mapping[str, Any]) -> ReviewRow:
    """A case from its database row."""
    values = dict(row)
    values["records"], values["details"] = tuple(row["records"]), msgspec.json.decode(row["details"])
    return ReviewRow(**values)


async def ask_for_missing(tx: SafeTransaction, town: int, now: datetime) -> int:
    """Open a case for every device in use that no machine has seen for 180 days; settle those seen again. Once a night."""
    limit = now - MISSING_AFTER
    await tx.connection.execute(
        "update review r set state = 'settled', closed_at = $2 from asset a where r.town_id = $1 and r.kind = 'missing'"
        " and r.state in ('open', 'ignored') and a.town_id = $1 and a.id = r.asset_id"
        " and (a.scanned_at >= $3 or a.gone_at is not null)",
        town,
        now,
        limit,
    )
    done = await tx.connection.execute(
        "insert into review (town_id, id, key, kind, state, rank, asset_id, records, details, opened_at)"
        " select town_id, gen_random_uuid(), 'missing:' || id || ':' || to_char(scanned_at, 'YYYY-MM-DD'), 'missing', 'open', 2,"
        " id, '{}', jsonb_build_object('last_seen', scanned_at), $2 from asset where town_id = $1 and gone_at is null"
        " and lent_from is null and scanned_at < $3 and status in ('new', 'in_use', 'lent')"
        " on conflict (town_id, key) do nothing",
        town,
        now,
        limit,
    )
    return int(done.split()[-1])
