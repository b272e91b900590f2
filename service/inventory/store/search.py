"""The header's search for exactly one device, and the list of devices as a table that can be taken in again."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from service.db import SafeTransaction
from service.inventory import folding
from service.inventory.store.lists import assets, these
from service.inventory.views import AssetFilter, AssetRow

_EXACT = """select a.id from asset a where a.town_id = $1 and a.gone_at is null and a.lent_from is null and (
  a.id = $2::uuid or lower(a.name) = $3 or lower(a.inventory_no) = $3 or lower(a.serial) = $3 or $4 = any (a.ips)
  or exists (select from identifier i where i.town_id = a.town_id and i.asset_id = a.id
    and ((i.kind = 'serial' and i.value = $5) or (i.kind = 'mac' and i.value = $6) or (i.kind = 'name' and i.value = $7))))
order by a.sort_name collate "C", a.id limit 20"""

_MORE = """select id, firmware, macs, ips, note from asset
where town_id = $1 and id = any ($2::uuid[])"""
PAGE = 500


async def exact(tx: SafeTransaction, town: int, text: str) -> UUID | None:
    """The one device with this name, inventory number, address, MAC, serial or id; None for none or several."""
    found = await bearing(tx, town, text)
    return found[0] if len(found) == 1 else None


async def bearing(tx: SafeTransaction, town: int, text: str) -> list[UUID]:
    """Every device with exactly this name, inventory number, address, MAC, serial or id, by name, at most 20."""
    said = text.strip()[:200]
    if not said:
        return []
    rows = await tx.connection.fetch(
        _EXACT,
        town,
        _id(said),
        said.lower(),
        _address(said),
        folding.fold_serial(said) or None,
        folding.usable_mac(said) or None,
        folding.fold_name(said) or None,
    )
    return [row["id"] for row in rows]


def _id(said: str) -> UUID | None:
    try:
        return UUID(said) if len(said) == 36 else None
    except ValueError:
        return None


def _address(said: str) -> str | None:
    try:
        return str(ipaddress.ip_address(said))
    except ValueError:
        return None


async def asset_table(tx: SafeTransaction, town: int, narrow: AssetFilter, *, now: datetime) -> list[dict[str, Any]]:
    """Every device that the filter shows, by name, with all the fields a list may hold; keys as in `AssetRow` and `Asset`."""
    out: list[dict[str, Any]] = []
    page = 1
    while True:
        found = await assets(tx, town, narrow, sort="name", page=page, size=PAGE, now=now)
        out += await _full(tx, town, found.rows)
        if page >= found.pages:
            return out
        page += 1


async def these_table(tx: SafeTransaction, town: int, ids: list[UUID]) -> list[dict[str, Any]]:
    """As `asset_table`, of these devices."""
    return await _full(tx, town, await these(tx, town, ids))


async def _full(tx: SafeTransaction, town: int, rows: Sequence[AssetRow]) -> list[dict[str, Any]]:
    more: dict[UUID, Mapping[str, Any]] = {
        row["id"]: row for row in await tx.connection.fetch(_MORE, town, [row.id for row in rows])
    }
    return [{name: getattr(row, name) for name in row.__slots__} | dict(more[row.id]) for row in rows]
