"""Rows of exports: every record ever taken in, every asset, every installed product; with the keys users script against."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any

import msgspec

from service.db import SafeTransaction
from service.inventory.fields import BOOKED
from service.inventory.store.lists import BOOKED_COLUMNS

BATCH = 2000

_RECORDS = """
select c.file, r.key, coalesce(a.lent_asset, s.asset_id) as asset_id, t.slug as town, r.source, r.observed_at,
  coalesce(s.decision, 'unassigned') as decision
from record r
join collection c on c.town_id = r.town_id and c.id = r.collection_id
join town t on t.id = r.town_id
left join sighting s on s.town_id = r.town_id and s.id = r.id
left join asset a on a.town_id = s.town_id and a.id = s.asset_id
where r.town_id = $1 order by c.observed_at, c.file, r.observed_at, length(r.key), r.key, r.id
"""
_ASSETS = """
select a.id as asset_id, t.slug as town, a.kind, a.name, a.manufacturer, a.model, a.serial, a.hostname, a.os, a.os_version,
  a.firmware, a.macs, a.ips, a.status, a.inventory_no, a.site_name as site, a.room, a.unit, a.user_name as "user",
  a.purchase_date, a.price, a.warranty_until, a.note, a.first_seen, a.last_seen,
  BOOKED,
  (select coalesce(json_agg(json_build_object('kind', i.kind, 'value', i.value, 'strength', i.strength, 'shared', i.shared)
     order by i.strength desc, i.kind, i.value), '[]')
   from identifier i where i.town_id = a.town_id and i.asset_id = a.id) as identifiers,
  (select coalesce(json_object_agg(v.field, json_build_object('source', v.source, 'origin', v.origin, 'observed_at',
     v.observed_at, 'locked', v.locked_by is not null) order by v.field), '{}')
   from value v where v.town_id = a.town_id and v.asset_id = a.id and v.visible) as provenance
from asset a join town t on t.id = a.town_id
where a.town_id = $1 and a.gone_at is null and a.lent_asset is null order by a.sort_name collate "C", a.id
""".replace("BOOKED", BOOKED_COLUMNS)
_SOFTWARE = """
select t.slug as town, s.name, s.publisher, i.version, a.id as asset_id, a.name as asset, i.last_seen
from installation i join software s on s.town_id = i.town_id and s.id = i.software_id
join asset a on a.town_id = i.town_id and a.id = i.asset_id join town t on t.id = i.town_id
where i.town_id = $1 order by app.din5007(s.name), s.publisher, a.sort_name collate "C", a.id
"""
QUERIES = {"records": _RECORDS, "assets": _ASSETS, "software": _SOFTWARE}
_ASSET_COLUMNS = (
    *("asset_id", "town", "kind", "name", "manufacturer", "model", "serial", "hostname", "os", "os_version", "firmware", "macs"),
    *("ips", "status", "inventory_no", "site", "room", "unit", "user", "purchase_date", "price", "warranty_until", "note"),
    *("first_seen", "last_seen", "identifiers", "provenance", *BOOKED),
)
COLUMNS: dict[str, tuple[str, ...]] = {
    "records": ("file", "key", "asset_id", "town", "source", "observed_at", "decision"),
    "assets": _ASSET_COLUMNS,
    "software": ("town", "name", "publisher", "version", "asset_id", "asset", "last_seen"),
}
"""Columns of each export in their order."""


async def rows(tx: SafeTransaction, what: str, towns: Sequence[int]) -> AsyncIterator[dict[str, Any]]:
    """All rows of an export, town by town; memory stays small however many there are."""
    for town in towns:
        async for row in tx.connection.cursor(QUERIES[what], town, prefetch=BATCH):
            yield _plain(row)


def _plain(row: Any) -> dict[str, Any]:
    out = {}
    for key, value in row.items():
        if key in ("identifiers", "provenance"):
            out[key] = msgspec.json.decode(value)
        elif value is None or isinstance(value, str | int | list):
            out[key] = value
        else:
            out[key] = value.isoformat() if hasattr(value, "isoformat") else str(value)
    return out
