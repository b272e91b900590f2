"""Writing derived rows: everything that hangs on an asset is replaced as a whole, in a few statements for thousands.

Rows travel as JSON text; PostgreSQL takes them apart. Nothing here decides.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from service.db import SafeTransaction
from service.inventory import ports
from service.inventory.derive import Derived
from service.inventory.plan import Home
from service.inventory.questions import Question

CHUNK = 4000
ENCODE = msgspec.json.Encoder(enc_hook=str).encode

ASSET = """
insert into asset (town_id, id, kind, name, sort_name, manufacturer, model, serial, hostname, os, os_version, firmware,
  primary_ip, status, inventory_no, site_id, site_name, room, unit, user_name, purchase_date, warranty_until, price, note, macs,
  ips,
  sources,
  network_ids, record_count, first_seen, last_seen, scanned_at, accepted_at, virtual, search, anchor, digest, notes, drift, facts,
  links)
select $1, id, kind, name, left(app.din5007(name), 400), manufacturer, model, serial, hostname, os, os_version, firmware,
  primary_ip, status, inventory_no, site_id, site_name, room, unit, user_name, purchase_date, warranty_until, price, note, macs,
  ips,
  sources, network_ids, record_count, first_seen, last_seen, scanned_at, accepted_at, virtual, search, anchor, digest, notes,
  drift, facts, links
from json_populate_recordset(null::asset, $2::json)
on conflict (town_id, id) do update set kind = excluded.kind, name = excluded.name, sort_name = excluded.sort_name,
  manufacturer = excluded.manufacturer, model = excluded.model, serial = excluded.serial, hostname = excluded.hostname,
  os = excluded.os, os_version = excluded.os_version, firmware = excluded.firmware, primary_ip = excluded.primary_ip,
  status = excluded.status, inventory_no = excluded.inventory_no, site_id = excluded.site_id, site_name = excluded.site_name,
  room = excluded.room, unit = excluded.unit, user_name = excluded.user_name, purchase_date = excluded.purchase_date,
  warranty_until = excluded.warranty_until, price = excluded.price, note = excluded.note, macs = excluded.macs,
  ips = excluded.ips,
  sources = excluded.sources, network_ids = excluded.network_ids, record_count = excluded.record_count,
  first_seen = excluded.first_seen, last_seen = excluded.last_seen, scanned_at = excluded.scanned_at,
  accepted_at = excluded.accepted_at, virtual = excluded.virtual, search = excluded.search, anchor = excluded.anchor,
  digest = excluded.digest, notes = excluded.notes, drift = excluded.drift, facts = excluded.facts, links = excluded.links,
  gone_at = null, merged_into = null
"""
SIGHTING = """
insert into sighting (town_id, id, asset_id, decision, reason, observed_at)
select $1, id, asset_id, decision, reason, observed_at from json_populate_recordset(null::sighting, $2::json)
on conflict (town_id, id) do update set asset_id = excluded.asset_id, decision = excluded.decision, reason = excluded.reason,
  observed_at = excluded.observed_at
"""
IDENTIFIER = """
insert into identifier (town_id, id, asset_id, kind, value, strength, shared, first_seen, last_seen)
select $1, gen_random_uuid(), asset_id, kind, left(value, 400), strength, shared, first_seen, last_seen
from json_populate_recordset(null::identifier, $2::json)
"""
VALUE = """
insert into value (town_id, id, asset_id, field, value, source, origin, observed_at, first_seen, last_seen, record_id, visible,
  locked_by, reason)
select $1, gen_random_uuid(), asset_id, field, value, source, origin, observed_at, first_seen, last_seen, record_id, visible,
  locked_by, reason
from json_populate_recordset(null::value, $2::json)
"""
INTERFACE = """
insert into interface (town_id, id, asset_id, position, name, mac, ips, speed_bit_s, up, observed_at)
select $1, gen_random_uuid(), asset_id, position, left(name, 255), mac, ips, speed_bit_s, up, observed_at
from json_populate_recordset(null::interface, $2::json)
"""
SERVICE = """
insert into service (town_id, id, asset_id, ip, protocol, port, name, product, version, tls, cpes, facts, certificate, open,
  first_seen, last_seen, record_id)
select $1, gen_random_uuid(), asset_id, ip, protocol, port, left(name, 60), left(product, 200), left(version, 100), tls, cpes,
  facts, certificate, open, first_seen, last_seen, record_id
from json_populate_recordset(null::service, $2::json)
"""
SOFTWARE = """
insert into software (town_id, id, name, publisher)
select $1, gen_random_uuid(), name, publisher from json_populate_recordset(null::software, $2::json)
on conflict (town_id, name, coalesce(publisher, '')) do nothing
"""
INSTALLATION = """
insert into installation (town_id, id, asset_id, software_id, version, first_seen, last_seen)
select $1, gen_random_uuid(), i.asset_id, s.id, left(i.version, 100), i.at, i.at
from json_to_recordset($2::json) as i (asset_id uuid, name text, publisher text, version text, at timestamptz)
join software s on s.town_id = $1 and s.name = i.name and coalesce(s.publisher, '') = coalesce(i.publisher, '')
"""
REVIEW = """
insert into review (town_id, id, key, kind, state, rank, asset_id, other_id, records, details, opened_at)
select $1, gen_random_uuid(), key, kind, 'open', rank, asset_id, other_id, records, details, $3
from json_populate_recordset(null::review, $2::json)
on conflict (town_id, key) do update set asset_id = excluded.asset_id, other_id = excluded.other_id, records = excluded.records,
  details = excluded.details,
  state = case when review.state = 'settled' then 'open' else review.state end,
  opened_at = case when review.state = 'settled' then excluded.opened_at else review.opened_at end,
  closed_at = case when review.state = 'settled' then null else review.closed_at end
where (review.asset_id, review.other_id, review.details) is distinct from (excluded.asset_id, excluded.other_id, excluded.details)
  or review.state = 'settled'
"""
HISTORY = """
insert into history (town_id, id, asset_id, at, actor, action, changes, collection_id)
select $1, gen_random_uuid(), asset_id, at, actor, action, changes, collection_id
from json_populate_recordset(null::history, $2::json)
"""


async def put(tx: SafeTransaction, sql: str, town: int, rows: Sequence[dict[str, Any]], *more: object) -> None:
    """Run a statement with rows as JSON, some thousands at a time."""
    for start in range(0, len(rows), CHUNK):
        await tx.connection.execute(sql, town, ENCODE(rows[start : start + CHUNK]).decode(), *more)


async def assets(tx: SafeTransaction, town: int, made: Sequence[tuple[Home, str, Derived]], known: set[UUID]) -> None:
    """Assets with all that hangs on them; `made` are (home, digest, derived), `known` those that had rows before."""
    await put(
        tx,
        ASSET,
        town,
        [
            derived.row
            | {
                "id": home.asset,
                "anchor": home.cluster.anchor,
                "digest": digest,
                "notes": derived.notes,
                "drift": len(derived.reconciled.drift),
            }
            for home, digest, derived in made
        ],
    )
    await clear(tx, town, [home.asset for home, _, _ in made if home.asset in known])
    for table, rows in (
        (IDENTIFIER, _identifiers),
        (VALUE, _values),
        (INTERFACE, _interfaces),
        (SERVICE, _services),
    ):
        await put(tx, table, town, _all(made, rows))
    programs = _all(made, _software)
    if programs:
        products = {(row["name"], row["publisher"]): {"name": row["name"], "publisher": row["publisher"]} for row in programs}
        await put(tx, SOFTWARE, town, list(products.values()))
        await put(tx, INSTALLATION, town, programs)


async def clear(tx: SafeTransaction, town: int, ids: Sequence[UUID], *, keep_identifiers: bool = False) -> None:
    """Take the derived rows away from assets; one that is gone keeps its identifiers, by which it is found again."""
    if ids and not keep_identifiers:
        await tx.connection.execute("delete from identifier where town_id = $1 and asset_id = any ($2::uuid[])", town, list(ids))
    if ids:
        for sql in (
            "delete from value where town_id = $1 and asset_id = any ($2::uuid[])",
            "delete from interface where town_id = $1 and asset_id = any ($2::uuid[])",
            "delete from service where town_id = $1 and asset_id = any ($2::uuid[])",
            "delete from installation where town_id = $1 and asset_id = any ($2::uuid[])",
        ):
            await tx.connection.execute(sql, town, list(ids))


def _all(
    made: Sequence[tuple[Home, str, Derived]], rows: Callable[[Home, Derived], list[dict[str, Any]]]
) -> list[dict[str, Any]]:
    return [row for home, _, derived in made for row in rows(home, derived)]


def _identifiers(home: Home, derived: Derived) -> list[dict[str, Any]]:
    return [
        {
            "asset_id": home.asset,
            "kind": held.identifier.kind,
            "value": held.identifier.value,
            "strength": int(held.identifier.strength),
            "shared": held.shared,
            "first_seen": derived.when(held.first_seen),
            "last_seen": derived.when(held.last_seen),
        }
        for held in home.cluster.identifiers
    ]


def _values(home: Home, derived: Derived) -> list[dict[str, Any]]:
    return [
        {
            "asset_id": home.asset,
            "field": said.field,
            "value": said.value,
            "source": said.source,
            "origin": said.origin,
            "observed_at": derived.when(said.last),
            "first_seen": derived.when(said.first),
            "last_seen": derived.when(said.last),
            "record_id": said.record,
            "visible": said.visible,
            "locked_by": said.lock.by if said.lock else None,
            "reason": said.lock.reason if said.lock else None,
        }
        for said in derived.reconciled.said
    ]


def _interfaces(home: Home, derived: Derived) -> list[dict[str, Any]]:
    at = derived.when(derived.interfaces_at) if derived.interfaces_at else None
    return [
        {
            "asset_id": home.asset,
            "position": n,
            "name": face.name,
            "mac": face.mac,
            "ips": face.ips,
            "speed_bit_s": face.speed_bit_s,
            "up": face.up,
            "observed_at": at,
        }
        for n, face in enumerate(derived.interfaces)
    ]


def _services(home: Home, derived: Derived) -> list[dict[str, Any]]:
    return [
        {
            "asset_id": home.asset,
            "ip": port.ip,
            "protocol": port.protocol,
            "port": port.port,
            "name": port.name,
            "product": port.product,
            "version": port.version,
            "tls": port.tls,
            "cpes": port.cpes,
            "facts": ports.facts(port, derived.when),
            "certificate": ports.certificate(port, derived.when),
            "open": port.open,
            "first_seen": derived.when(port.first),
            "last_seen": derived.when(port.last),
            "record_id": port.record,
        }
        for port in derived.ports
    ]


def _software(home: Home, derived: Derived) -> list[dict[str, Any]]:
    at = derived.when(derived.software_at) if derived.software_at else None
    found = {(one.name[:200], one.publisher): one.version for one in derived.software}
    return [
        {"asset_id": home.asset, "name": name, "publisher": publisher and publisher[:200], "version": version, "at": at}
        for (name, publisher), version in found.items()
    ]


async def sightings(tx: SafeTransaction, town: int, rows: Sequence[dict[str, Any]]) -> None:
    """To which asset records belong, and why."""
    await put(tx, SIGHTING, town, rows)


async def left(tx: SafeTransaction, town: int, gone: Sequence[tuple[UUID, UUID | None]], now: datetime) -> None:
    """Assets that no record counts for any more; the second id says what they were absorbed by."""
    await tx.connection.execute(
        "update asset set gone_at = $4, merged_into = m.target, digest = '', record_count = 0"
        " from unnest($2::uuid[], $3::uuid[]) as m (id, target) where asset.town_id = $1 and asset.id = m.id",
        town,
        [one for one, _ in gone],
        [into for _, into in gone],
        now,
    )
    await clear(tx, town, [one for one, _ in gone], keep_identifiers=True)
    await tx.connection.execute(
        "delete from identifier where town_id = $1 and asset_id = any ($2::uuid[])", town, [one for one, into in gone if into]
    )


async def questions(tx: SafeTransaction, town: int, found: Sequence[Question], renewed: Sequence[UUID], now: datetime) -> None:
    """Write review cases by key, and settle open ones that are no question any more.

    `found` are all of linking and those of the assets `renewed`; the cases of other assets stay as they are.
    """
    unique = {question.key: question for question in found}
    rows = [
        {
            "key": question.key,
            "kind": question.kind,
            "rank": question.rank,
            "asset_id": question.asset,
            "other_id": question.other,
            "records": question.records,
            "details": question.details,
        }
        for question in unique.values()
    ]
    await put(tx, REVIEW, town, rows, now)
    await tx.connection.execute(
        "update review set state = 'settled', closed_at = $4 where town_id = $1 and state in ('open', 'ignored')"
        " and not key = any ($2::text[])"
        " and (kind in ('replaced', 'typo', 'duplicate', 'bearer')"
        " or (kind in ('new', 'changed') and asset_id = any ($3::uuid[])))",
        town,
        list(unique),
        list(renewed),
        now,
    )


async def history(tx: SafeTransaction, town: int, rows: Sequence[dict[str, Any]]) -> None:
    """What happened to assets."""
    await put(tx, HISTORY, town, rows)


async def connections(tx: SafeTransaction, town: int, relations: Sequence[tuple[str, UUID, UUID]]) -> None:
    """The relations of linking anew; those of cables follow with the links (`cabling.renew`)."""
    connection = tx.connection
    await connection.execute("delete from relation where town_id = $1", town)
    await connection.execute(
        "insert into relation (town_id, id, asset_id, other_id, kind, detail)"
        " select $1, gen_random_uuid(), source, target, kind, ''"
        " from unnest($2::text[], $3::uuid[], $4::uuid[]) as r (kind, source, target) where source <> target",
        town,
        [kind for kind, _, _ in relations],
        [source for _, source, _ in relations],
        [target for _, _, target in relations],
    )
