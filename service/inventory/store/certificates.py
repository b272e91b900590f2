"""Certificates and SSH host keys of a town: what its devices show, on which port, and who else shows the same."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from service.db import SafeTransaction
from service.inventory.certificates import (
    CertificateFilter,
    CertificatePage,
    CertificateRow,
    Due,
    KeyFilter,
    KeyPage,
    KeyRow,
    common_name,
    searched,
)
from service.inventory.expiry import NOTICE, expiry

MANY = 200
"""Lines on the page of a device; none of a town shows more."""

_SHOWN = """
with shown as (
  select s.asset_id as asset, s.port, s.certificate ->> 'fingerprint' as fingerprint, min(s.certificate::text)::jsonb as said,
    array_agg(distinct s.ip order by s.ip) as ips,
    min(coalesce((s.certificate ->> 'first_seen')::timestamptz, s.first_seen)) as first,
    max(coalesce((s.certificate ->> 'last_seen')::timestamptz, s.last_seen)) as last
  from service s where s.town_id = $1 and s.open and jsonb_typeof(s.certificate) = 'object'
  group by 1, 2, 3
), found as (
  select w.*, a.name as asset_name, a.kind as asset_kind, a.sort_name, a.virtual, (w.said ->> 'not_after')::timestamptz as ends,
    (w.said ->> 'not_before')::timestamptz as begins, coalesce((w.said ->> 'self_issued')::boolean, false) as own
  from shown w join asset a on a.town_id = $1 and a.id = w.asset and a.gone_at is null and a.lent_from is null
), holders as (
  select fingerprint, count(distinct asset) filter (where not virtual) as number from found group by 1
)
"""
_NARROW = """
from found f join holders h using (fingerprint) where ($2 = '' or lower(concat_ws(' ', f.said ->> 'subject', f.said ->> 'issuer',
    f.said ->> 'names', f.fingerprint, f.asset_name, array_to_string(f.ips, ' '))) like $2)
  and ($3 = '' or ($3 = 'due' and f.ends <= $4::timestamptz + $5::interval)
    or $3 = case when f.ends is null then 'unknown' when f.ends < $4::timestamptz then 'expired'
    when f.begins > $4::timestamptz then 'early' when f.ends <= $4::timestamptz + $5::interval then 'soon' else 'valid' end)
  and ($6 = '' or ($6 = 'own') = f.own) and (not $7::boolean or h.number > 1)
  and ($8::uuid is null or f.asset = $8)
"""
_SORTS = {
    "ends": "f.ends{0} nulls last",
    "subject": "lower(f.said ->> 'subject'){0} nulls last",
    "issuer": "lower(f.said ->> 'issuer'){0} nulls last",
    "asset": 'f.sort_name collate "C"{0}',
    "last": "f.last{0}",
}
SORTS = tuple(_SORTS)
_COUNT = f"{_SHOWN} select count(*) {_NARROW}"

_KEYS = """
with shown as (
  select s.asset_id as asset, k ->> 'sha256' as value, min(k ->> 'type') as type, max((k ->> 'bits')::int) as bits,
    array_agg(distinct s.port order by s.port) as ports, array_agg(distinct s.ip order by s.ip) as ips,
    min((k ->> 'first_seen')::timestamptz) as first, max((k ->> 'last_seen')::timestamptz) as last
  from service s cross join lateral jsonb_array_elements(s.facts -> 'ssh_host_keys') as k
  where s.town_id = $1 and s.open and s.facts ? 'ssh_host_keys' and k ? 'first_seen' group by 1, 2
), held as (
  select asset, value, type, bits, ports, ips, true as current, first, last from shown
  union all
  select i.asset_id, i.value, null, null, '{}', '{}',
    not exists (select from shown w where w.asset = i.asset_id and w.last > i.last_seen), i.first_seen, i.last_seen
  from identifier i where i.town_id = $1 and i.kind = 'ssh_key'
    and not exists (select from shown w where w.asset = i.asset_id and w.value = i.value)
), found as (
  select h.*, a.name as asset_name, a.kind as asset_kind, a.sort_name, a.virtual from held h
  join asset a on a.town_id = $1 and a.id = h.asset and a.gone_at is null and a.lent_from is null
), holders as (
  select value, count(distinct asset) filter (where current and not virtual) as number from found group by 1
)
"""
_KEYS_NARROW = """
from found f join holders h using (value) where ($2 = '' or lower(concat_ws(' ', f.value, f.type, f.asset_name,
    array_to_string(f.ips, ' '))) like $2)
  and ($3 = '' or $3 = case when not f.current then 'former' when h.number > 1 then 'shared' else 'single' end)
  and ($4 = '' or f.type = $4) and ($5::uuid is null or f.asset = $5)
"""
_KEY_SORTS = {
    "asset": 'f.sort_name collate "C"{0}',
    "type": "f.type{0} nulls last, f.bits{0}",
    "value": "f.value{0}",
    "first": "f.first{0}",
    "last": "f.last{0}",
}
KEY_SORTS = tuple(_KEY_SORTS)
_KEY_COUNT = f"{_KEYS} select count(*) {_KEYS_NARROW}"
_DUE = """SHOWN select count(*) as known, count(*) filter (where ends < $2) as expired,
  count(*) filter (where ends between $2 and $2::timestamptz + $3::interval) as soon from found""".replace("SHOWN", _SHOWN)
_ENDING = """SHOWN, one as (
  select distinct on (fingerprint) ends, said ->> 'subject' as subject, asset_name from found where ends between $2 and $3
  order by fingerprint, sort_name, asset
)
select (ends at time zone 'Europe/Berlin')::date as day, subject, asset_name from one""".replace("SHOWN", _SHOWN)
_HELD = """KEYS select count(*) as known, count(distinct value) filter (where number > 1) as shared
  from found join holders using (value)""".replace("KEYS", _KEYS)
_TYPES = "KEYS select distinct type from found where type is not null order by type".replace("KEYS", _KEYS)


def _like(text: str) -> str:
    escaped = text.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%" if text else ""


def _order(sorts: Mapping[str, str], sort: str, default: str) -> str:
    chosen = sorts.get(sort.lstrip("-"), sorts[default]).format(" desc" if sort.startswith("-") else "")
    return f'{chosen}, f.sort_name collate "C", f.asset'


async def certificates(
    tx: SafeTransaction, town: int, chosen: CertificateFilter, *, sort: str = "ends", page: int = 1, size: int, now: datetime
) -> CertificatePage:
    """Certificates by device and port; the same certificate at two addresses of a device is one line."""
    arguments = (town, _like(chosen.q), chosen.state, now, NOTICE, chosen.issuer, chosen.shared, chosen.asset)
    total = await tx.connection.fetchval(_COUNT, *arguments)
    order = _order(_SORTS, sort, "ends")
    sql = f"{_SHOWN} select f.*, h.number as holders {_NARROW} order by {order}, f.port, f.fingerprint limit $9 offset $10"
    rows = await tx.connection.fetch(sql, *arguments, size, (page - 1) * size)
    return CertificatePage(tuple(_certificate(row, now) for row in rows), total)


def _certificate(row: Mapping[str, Any], now: datetime) -> CertificateRow:
    said: dict[str, Any] = msgspec.json.decode(row["said"])
    return CertificateRow(
        asset=row["asset"],
        asset_name=row["asset_name"],
        asset_kind=row["asset_kind"],
        port=row["port"],
        ips=tuple(row["ips"]),
        fingerprint=row["fingerprint"],
        subject=said.get("subject"),
        issuer=said.get("issuer"),
        names=tuple(said.get("names") or ()),
        not_before=row["begins"],
        not_after=row["ends"],
        own=row["own"],
        holders=row["holders"],
        state=expiry(row["begins"], row["ends"], now),
        first_seen=row["first"],
        last_seen=row["last"],
    )


async def keys(tx: SafeTransaction, town: int, chosen: KeyFilter, *, sort: str = "asset", page: int = 1, size: int) -> KeyPage:
    """SSH host keys by device: those that its ports show now, and those it showed before or an agent told."""
    arguments = (town, _like(searched(chosen.q)), chosen.state, chosen.type, chosen.asset)
    total = await tx.connection.fetchval(_KEY_COUNT, *arguments)
    order = _order(_KEY_SORTS, sort, "asset")
    sql = f"{_KEYS} select f.*, h.number as holders {_KEYS_NARROW} order by {order}, f.value limit $6 offset $7"
    rows = await tx.connection.fetch(sql, *arguments, size, (page - 1) * size)
    return KeyPage(tuple(_key(row) for row in rows), total)


def _key(row: Mapping[str, Any]) -> KeyRow:
    return KeyRow(
        asset=row["asset"],
        asset_name=row["asset_name"],
        asset_kind=row["asset_kind"],
        fingerprint=row["value"],
        type=row["type"],
        bits=row["bits"],
        ports=tuple(row["ports"]),
        ips=tuple(row["ips"]),
        current=row["current"],
        holders=row["holders"],
        first_seen=row["first"],
        last_seen=row["last"],
    )


async def shown_by(
    tx: SafeTransaction, town: int, asset: UUID, now: datetime
) -> tuple[tuple[CertificateRow, ...], tuple[KeyRow, ...]]:
    """Certificates and keys of one device, for its page."""
    shown = await certificates(tx, town, CertificateFilter(asset=asset), size=MANY, now=now)
    return shown.rows, (await keys(tx, town, KeyFilter(asset=asset), size=MANY)).rows


async def known(tx: SafeTransaction, town: int, now: datetime) -> tuple[int, int]:
    """How many certificates and keys there are at all, for the tabs of the page."""
    found = await due(tx, town, now)
    return found.certificates, found.keys


async def key_types(tx: SafeTransaction, town: int) -> list[str]:
    """Algorithms that occur, for the filter."""
    rows = await tx.connection.fetch(_TYPES, town)
    return [row["type"] for row in rows]


async def ending(tx: SafeTransaction, town: int, first: datetime, last: datetime) -> list[tuple[date, str]]:
    """Certificates that end in this time, each once: the day and what it is called, in the order of names."""
    rows = await tx.connection.fetch(_ENDING, town, first, last)
    ends = ((row["day"], common_name(row["subject"]) or row["subject"] or row["asset_name"] or "") for row in rows)
    return sorted(ends, key=lambda one: one[1].casefold())


async def due(tx: SafeTransaction, town: int, now: datetime) -> Due:
    """What the start page reminds of."""
    row = await tx.connection.fetchrow(_DUE, town, now, NOTICE)
    held = await tx.connection.fetchrow(_HELD, town)
    return Due(row["known"], row["expired"], row["soon"], held["known"], held["shared"])
