"""Telephone systems of a town."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from service.audit.chain import Actor
from service.contracts.phones import PhoneSystem
from service.contracts.store import rows
from service.db import SafeTransaction
from service.errors import Missing, Wrong
from service.i18n import gettext as _

KEPT = rows.Kept(
    "phone_system",
    "phone_system",
    ("site_id", "kind", "maker", "model", "asset_id", "numbers", "provider", "line", "contract_id", "support_ends",
     "emergency_calls", "without_power", "note"),
)  # fmt: skip
_SELECT = (
    "select p.id, p.site_id as site, p.kind, p.maker, p.model, p.asset_id as asset, p.numbers, p.provider, p.line,"
    " p.contract_id as contract, p.support_ends, p.emergency_calls, p.without_power, p.note, p.version from phone_system p"
    " join site s on s.town_id = p.town_id and s.id = p.site_id where p.town_id = $1 and p.removed_at is null"
)


async def systems(tx: SafeTransaction, town: int, asset: UUID | None = None) -> Sequence[PhoneSystem]:
    """All of them by site, or those that are one device."""
    mine = " and ($2::uuid is null or p.asset_id = $2) order by app.din5007(s.name), p.id"
    found = await tx.connection.fetch(_SELECT + mine, town, asset)
    return [PhoneSystem(**dict(row)) for row in found]


async def system(tx: SafeTransaction, town: int, key: UUID) -> PhoneSystem:
    """One of them; raises `Missing`."""
    row = await tx.connection.fetchrow(_SELECT + " and p.id = $2", town, key)
    if row is None:
        raise Missing
    return PhoneSystem(**dict(row))


async def save(tx: SafeTransaction, town: int, item: PhoneSystem, actor: Actor, now: datetime) -> UUID:
    """Add (version 0) or change; raises `Outdated`, `Missing`, and `Wrong` for a site or contract of nobody."""
    for table, key in (("site", item.site), ("contract", item.contract)):
        known = f"select exists (select from {table} where town_id = $1 and id = $2)"  # noqa: S608 one of two names
        if key and not await tx.connection.fetchval(known, town, key):
            raise Wrong(_("Diese Auswahl gibt es nicht."), table)
    values = {"site_id": item.site, "asset_id": item.asset, "contract_id": item.contract}
    values |= {name: getattr(item, name) for name in KEPT.columns if name not in values}
    return await rows.save(tx, KEPT, town, item.id if item.version else None, item.version, values, actor, now)
