"""The list of devices: one page of many thousands by constant SQL over indexes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from service.db import SafeTransaction
from service.inventory.fields import BOOKED
from service.inventory.lifecycle import ABSENT
from service.inventory.store import promised, support
from service.inventory.views import AssetFilter, AssetPage, AssetRow
from service.settings import local_day

BOOKED_COLUMNS = ", ".join(f"facts -> 'booked' ->> '{name}' as {name}" for name in BOOKED)
COLUMNS = (
    """id, town_id, kind, name, manufacturer, model, serial, hostname, os, os_version, host(primary_ip) as primary_ip,
  status, inventory_no, site_name, room, unit, user_name, sources, first_seen, last_seen, drift, virtual,
  purchase_date, warranty_until, price, """
    + BOOKED_COLUMNS
)
_THREATENED = "select s.id from site s where s.town_id = $1 and s.facts -> 'hazards' ? $13"
_WARRANTY = """case when warranty_until >= $16::date or id = any ($17::uuid[]) then 'running'
    when warranty_until >= $15::date or id = any ($18::uuid[]) then 'soon'
    when warranty_until is not null then 'ended' else 'unknown' end"""
SOON = timedelta(days=90)
"""A warranty that ends within this time ends soon."""
WHERE = f"""
from asset where town_id = $1 and gone_at is null and lent_from is null
  and search like all ($2::text[])
  and ($3::uuid is null or network_ids @> array[$3::uuid])
  and ($4::uuid is null or site_id = $4)
  and ($5::text = '' or kind = $5)
  and ($6::text = '' or $6 = any (sources))
  and ($7::text = '' or status = $7)
  and ($8::timestamptz is null or scanned_at >= $8)
  and ($9::timestamptz is null or scanned_at < $9)
  and (not $10::boolean or scanned_at is null)
  and (not $11::boolean or drift > 0)
  and ($12::text[] is null or (status not in ('retired', 'disposed') and {support.PRODUCT} = any ($12)))
  and ($13::text = '' or site_id in ({_THREATENED}))
  and ($14::text = '' or (status not in ('retired', 'disposed') and $14 = {_WARRANTY}))
"""
_BY_NAME = 'sort_name collate "C"'
ORDERS = {
    "name": f"{_BY_NAME}, id",
    "-name": f"{_BY_NAME} desc, id desc",
    "last_seen": "last_seen, id desc",
    "-last_seen": "last_seen desc, id",
    "first_seen": "first_seen, id",
    "-first_seen": "first_seen desc, id",
    "kind": f"kind, {_BY_NAME}, id",
    "-kind": f"kind desc, {_BY_NAME}, id",
    "ip": "primary_ip nulls last, id",
    "-ip": "primary_ip desc nulls last, id",
    "room": f"room nulls last, {_BY_NAME}, id",
    "-room": f"room desc nulls last, {_BY_NAME}, id",
    "manufacturer": f"manufacturer nulls last, model nulls last, {_BY_NAME}, id",
    "-manufacturer": f"manufacturer desc nulls last, model desc nulls last, {_BY_NAME}, id",
    "status": f"status, {_BY_NAME}, id",
    "-status": f"status desc, {_BY_NAME}, id",
}
PAGES = {sort: "select " + COLUMNS + WHERE + "order by " + order + " limit $19 offset $20" for sort, order in ORDERS.items()}
COUNT = "select count(*) " + WHERE
COUNT_ALL = "select count(*) from asset where town_id = $1 and gone_at is null and lent_from is null"
_PLAIN = """select COLUMNS from asset where town_id = $1 and gone_at is null and lent_from is null
order by ORDER limit $2 offset $3""".replace("COLUMNS", COLUMNS)
PLAIN = {sort: _PLAIN.replace("ORDER", order) for sort, order in ORDERS.items()}
_THESE = """select COLUMNS from asset where town_id = $1 and id = any ($2::uuid[]) and gone_at is null and lent_from is null
order by sort_name collate "C", id""".replace("COLUMNS", COLUMNS)
_CANDIDATES = """select COLUMNS from asset where town_id = $1 and gone_at is null and lent_from is null
  and search like all ($2::text[]) order by sort_name collate "C", id limit $3""".replace("COLUMNS", COLUMNS)

_WARRANTIES = """select warranty_until as day, name from asset
where town_id = $1 and warranty_until between $2 and $3 and gone_at is null and merged_into is null and lent_from is null
  and status <> all($4)
  and not exists (select from unnest($5::uuid[], $6::date[]) as c (id, until) where c.id = asset.id and c.until > warranty_until)
order by sort_name, id"""


def _bounds(seen: str, now: datetime) -> tuple[datetime | None, datetime | None, bool]:
    days = {"today": 1, "7d": 7, "30d": 30}.get(seen)
    if days:
        return now - timedelta(days=days), None, False
    return None, now - timedelta(days=30) if seen == "longer" else None, seen == "never"


def _words(q: str) -> list[str]:
    words = [word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") for word in q.lower().split()[:8]]
    return [f"%{word}%" for word in words]


async def assets(
    tx: SafeTransaction,
    town: int,
    narrow: AssetFilter | None = None,
    *,
    sort: str = "name",
    page: int = 1,
    size: int = 50,
    now: datetime,
) -> AssetPage:
    """One page of the devices of a town (`page` from 1). An unknown `sort` is by name."""
    sort = sort if sort in PAGES else "name"
    page, size = max(1, page), min(max(1, size), 500)
    narrow = narrow or AssetFilter()
    connection = tx.connection
    if narrow == AssetFilter():
        total = await _total(connection, town)
        rows = await connection.fetch(PLAIN[sort], town, size, (page - 1) * size)
    else:
        after, before, never = _bounds(narrow.seen, now)
        filters = (
            town,
            _words(narrow.q),
            narrow.network,
            narrow.site,
            narrow.kind,
            narrow.source,
            narrow.status,
            after,
            before,
            never,
            narrow.drift,
            await support.matching(tx, town, narrow.support, now) if narrow.support else None,
            narrow.hazard,
            narrow.warranty,
            *await _warranties(tx, town, narrow.warranty, local_day(now)),
        )
        total = await connection.fetchval(COUNT, *filters)
        rows = await connection.fetch(PAGES[sort], *filters, size, (page - 1) * size) if total else []
    return AssetPage(tuple(as_row(row) for row in rows), total, page, size)


async def _warranties(
    tx: SafeTransaction, town: int, wanted: str, today: date
) -> tuple[date, date, Sequence[UUID], Sequence[UUID]]:
    """Today, the day until which a warranty ends soon, and the devices that something else covers until then and longer."""
    beyond, near = await promised.until(tx, town, today, today + SOON) if wanted else ((), ())
    return today, today + SOON, beyond, near


_totals: dict[int, tuple[str, int]] = {}


async def _total(connection: Any, town: int) -> int:
    """How many devices a town has: counted once after each change, for counting costs more than the page.

    No change goes without an entry in the audit log, so the head of its chain tells whether there was one.
    """
    head = await connection.fetchval("select hash from audit_head where town_id = $1", town)
    known = _totals.get(town)
    if head is None or known is None or known[0] != head:
        known = (head, await connection.fetchval(COUNT_ALL, town))
        if head is not None:
            _totals[town] = known
    return known[1]


def as_row(row: Mapping[str, Any]) -> AssetRow:
    """A line of the list from a database row with `COLUMNS`."""
    values = dict(row)
    values["sources"] = tuple(values["sources"])
    return AssetRow(**values)


async def these(tx: SafeTransaction, town: int, ids: list[UUID]) -> list[AssetRow]:
    """These devices by name; what is gone or another town's is left out."""
    return [as_row(row) for row in await tx.connection.fetch(_THESE, town, ids)]


async def kinds(tx: SafeTransaction, town: int) -> dict[str, int]:
    """How many devices of each kind a town has, for filters and figures."""
    rows = await tx.connection.fetch(
        "select kind, count(*) as n from asset where town_id = $1 and gone_at is null and lent_from is null"
        " group by kind order by n desc",
        town,
    )
    return {row["kind"]: row["n"] for row in rows}


async def network_names(tx: SafeTransaction, town: int) -> dict[UUID, tuple[str, str]]:
    """Name and CIDR of each network in the order of addresses, for filters: nothing is counted here."""
    rows = await tx.connection.fetch(
        "select id, name, text(cidr) as cidr from network where town_id = $1 order by network.cidr, name", town
    )
    return {row["id"]: (row["name"], row["cidr"]) for row in rows}


async def names(tx: SafeTransaction, town: int, ids: list[UUID]) -> dict[UUID, str]:
    """Names of some devices."""
    rows = await tx.connection.fetch("select id, name from asset where town_id = $1 and id = any ($2::uuid[])", town, ids)
    return {row["id"]: row["name"] for row in rows}


async def candidates(tx: SafeTransaction, town: int, q: str, *, limit: int = 20) -> list[AssetRow]:
    """Devices that answer to a search, for the choice „gehört zu …“."""
    rows = await tx.connection.fetch(_CANDIDATES, town, _words(q), limit)
    return [as_row(row) for row in rows]


async def warranties(
    tx: SafeTransaction, town: int, first: date, last: date, longer: Mapping[UUID, date] | None = None
) -> list[tuple[date, str]]:
    """Warranties that end in this time, of devices that are here: the day and the device's name, in the order of names.

    `longer` says until when something else covers devices; those are left out.
    """
    ids, days = list(longer or ()), list((longer or {}).values())
    rows = await tx.connection.fetch(_WARRANTIES, town, first, last, [str(status) for status in ABSENT], ids, days)
    return [(row["day"], row["name"] or "") for row in rows]
