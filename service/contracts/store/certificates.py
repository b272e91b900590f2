"""Certificates on the town's list, and how many people work mobile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import asyncpg

from service.audit.chain import Actor
from service.audit.store import record as audit
from service.contracts.certificates import Certificate
from service.contracts.store import rows
from service.db import SafeTransaction, uuid7
from service.errors import Missing, Wrong
from service.i18n import gettext as _

KEPT = rows.Kept(
    "registered_certificate",
    "certificate",
    ("purpose", "subject", "asset_id", "holder", "mobile_work", "issuer", "fingerprint", "not_after", "revoked_on",
     "successor_id", "note"),
)  # fmt: skip
_SELECT = (
    "select id, purpose, subject, asset_id as asset, holder, mobile_work, issuer, fingerprint, not_after, revoked_on,"
    " successor_id as successor, note, version from registered_certificate where town_id = $1 and removed_at is null"
)


@dataclass(frozen=True, slots=True)
class Staff:
    """People with an agreement on mobile work, as somebody entered it."""

    staff: int
    as_of: date
    by: str


async def certificates(tx: SafeTransaction, town: int, asset: UUID | None = None) -> Sequence[Certificate]:
    """All of them, or those of one device, what ends first on top."""
    mine = " and ($2::uuid is null or asset_id = $2) order by not_after, app.din5007(subject), id"
    found = await tx.connection.fetch(_SELECT + mine, town, asset)
    return [Certificate(**dict(row)) for row in found]


async def certificate(tx: SafeTransaction, town: int, key: UUID) -> Certificate:
    """One of them; raises `Missing`."""
    row = await tx.connection.fetchrow(_SELECT + " and id = $2", town, key)
    if row is None:
        raise Missing
    return Certificate(**dict(row))


async def save(tx: SafeTransaction, town: int, item: Certificate, actor: Actor, now: datetime) -> UUID:
    """Add (version 0) or change; raises `Outdated`, `Missing`, and `Wrong` for a fingerprint or successor that cannot be."""
    if item.successor:
        await _check_successor(tx, town, item)
    values = {"asset_id": item.asset, "successor_id": item.successor}
    values |= {name: getattr(item, name) for name in KEPT.columns if name not in values}
    try:
        return await rows.save(tx, KEPT, town, item.id if item.version else None, item.version, values, actor, now)
    except asyncpg.UniqueViolationError as taken:
        raise Wrong(
            _("Ein Zertifikat mit diesem Fingerabdruck steht schon in der Liste."), "fingerprint", _("Bearbeiten Sie jenes.")
        ) from taken


async def restore(tx: SafeTransaction, town: int, key: UUID, actor: Actor, now: datetime) -> None:
    """Have one back that was taken off the list; raises `Missing`, and `Wrong` where its fingerprint stands there again."""
    try:
        async with tx.connection.transaction():
            await rows.remove(tx, KEPT, town, key, actor, now, removed=False)
    except asyncpg.UniqueViolationError as taken:
        raise Wrong(_("Ein Zertifikat mit diesem Fingerabdruck steht schon in der Liste.")) from taken


async def _check_successor(tx: SafeTransaction, town: int, item: Certificate) -> None:
    """No certificate follows itself, not even by way of others."""
    following = {x.id: x.successor for x in await certificates(tx, town)}
    if item.successor not in following:
        raise Wrong(_("Diese Auswahl gibt es nicht."), "successor")
    step: UUID | None = item.successor
    while step is not None:
        if step == item.id:
            raise Wrong(_("Ein Zertifikat kann sich nicht selbst folgen."), "successor", _("Wählen Sie ein anderes."))
        step = following.get(step)


_SEEN = """
select c.id, min(a.name) as name, count(distinct s.asset_id)::int as devices, (min(s.asset_id::text))::uuid as asset
from registered_certificate c
join service s on s.town_id = c.town_id and s.open and jsonb_typeof(s.certificate) = 'object'
  and lower(s.certificate ->> 'fingerprint') = c.fingerprint
join asset a on a.town_id = s.town_id and a.id = s.asset_id and a.gone_at is null and a.lent_from is null
where c.town_id = $1 and c.removed_at is null and c.fingerprint <> '' group by c.id"""


@dataclass(frozen=True, slots=True)
class Sighting:
    """Where a registered certificate was seen: one of the devices, and how many they are."""

    asset: UUID
    name: str
    devices: int


async def seen(tx: SafeTransaction, town: int) -> Mapping[UUID, Sighting]:
    """Certificate → where scans found it at a port, by its fingerprint."""
    return {row["id"]: Sighting(row["asset"], row["name"], row["devices"]) for row in await tx.connection.fetch(_SEEN, town)}


async def staff(tx: SafeTransaction, town: int) -> Sequence[Staff]:
    """What was entered, the newest day first."""
    found = await tx.connection.fetch(
        "select staff, as_of, entered_by as by from mobile_staff where town_id = $1"
        " order by as_of desc, entered_at desc, id desc",
        town,
    )
    return [Staff(**dict(row)) for row in found]


async def count_staff(tx: SafeTransaction, town: int, number: int, as_of: date, actor: Actor, now: datetime) -> None:
    """Enter how many people have an agreement; earlier figures stay. Raises `Wrong`."""
    if number < 0:
        raise Wrong(_("Diese Zahl darf nicht negativ sein."), "staff")
    await tx.connection.execute(
        "insert into mobile_staff (town_id, id, staff, as_of, entered_by, entered_at) values ($1, $2, $3, $4, $5, $6)",
        town, uuid7(), number, as_of, actor.name[:200], now,
    )  # fmt: skip
    await audit(tx, actor, "certificate.staff", "mobile_staff", after={"staff": number, "as_of": as_of.isoformat()})
