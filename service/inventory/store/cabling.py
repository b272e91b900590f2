"""Links between devices: derived for the whole town whenever its estate is, and read by pages."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec

from service.db import SafeTransaction
from service.inventory import folding, topology
from service.inventory.derive import day
from service.inventory.ids import made_id
from service.inventory.store import write
from service.inventory.topology import Device, Facts, How, Link
from service.inventory.topology.facts import label, macs_of
from service.inventory.views import LinkCount, LinkFilter, LinkRow, PortRow

_DEVICES = """
select id, kind, hostname, name, macs, ips, user_name is not null as personal,
  case when jsonb_typeof(links) = 'object' then links end as links
from asset where town_id = $1 and gone_at is null and lent_from is null and not virtual
"""
_PUT = """
insert into link (town_id, id, asset_id, port, members, how, other_id, label, other_port, other_members, via_id, vlans, evidence,
  confidence, observed_at)
select $1, id, asset_id, left(port, 255), members, how, other_id, left(label, 255), left(other_port, 255), other_members, via_id,
  vlans, evidence, confidence, observed_at
from json_populate_recordset(null::link, $2::json)
on conflict (town_id, id) do update set members = excluded.members, how = excluded.how, other_members = excluded.other_members,
  via_id = excluded.via_id, vlans = excluded.vlans, evidence = excluded.evidence, confidence = excluded.confidence,
  observed_at = excluded.observed_at
where (link.members, link.how, link.other_members, link.via_id, link.vlans, link.evidence, link.confidence, link.observed_at)
  is distinct from (excluded.members, excluded.how, excluded.other_members, excluded.via_id, excluded.vlans, excluded.evidence,
    excluded.confidence, excluded.observed_at)
"""
_RELATE = """
insert into relation (town_id, id, asset_id, other_id, kind, detail)
select distinct on (source, target, kind, detail) $1::int, gen_random_uuid(), source, target, kind, left(detail, 200)
from unnest($2::text[], $3::uuid[], $4::uuid[], $5::text[]) as r (kind, source, target, detail) where source <> target
"""


async def renew(tx: SafeTransaction, town: int, *, threaded: bool = True) -> None:
    """Make the links of a town what its devices say. Must follow `write.connections`, which takes all relations away."""
    connection = tx.connection
    told = await connection.fetchval(
        "select exists (select from asset where town_id = $1 and links is not null and gone_at is null)"
        " or exists (select from link where town_id = $1)",
        town,
    )
    if not told:
        return
    rows = await connection.fetch(_DEVICES, town)
    devices, facts = _read(rows)
    links = await asyncio.to_thread(topology.derive, devices, facts) if threaded else topology.derive(devices, facts)
    personal = frozenset(device.id for device in devices if device.personal)
    made = {one["id"]: one for link in links for one in (_row(town, link, personal),)}
    await connection.execute("delete from link where town_id = $1 and not id = any ($2::uuid[])", town, list(made))
    await write.put(tx, _PUT, town, list(made.values()))
    related = [*_plugged(links), *_under(devices, facts)]
    if related:
        await connection.execute(_RELATE, town, *map(list, zip(*related, strict=True)))


def _read(rows: Sequence[Mapping[str, Any]]) -> tuple[list[Device], dict[UUID, Facts]]:
    devices, facts = [], {}
    for row in rows:
        macs = tuple(folded for mac in row["macs"] if (folded := folding.fold_mac(mac)))
        names = tuple(dict.fromkeys(name for name in (row["hostname"], row["name"]) if name and folding.usable_name(name)))
        devices.append(Device(row["id"], row["kind"], macs, names, tuple(row["ips"]), row["personal"]))
        if row["links"]:
            facts[row["id"]] = msgspec.json.decode(row["links"], type=Facts)
    return devices, facts


def _row(town: int, link: Link, personal: frozenset[UUID]) -> dict[str, Any]:
    who = str(link.other or link.label)
    id_ = made_id(b"link", *(text.encode() for text in (str(town), str(link.end.asset), link.end.port, who, link.other_port)))
    return {
        "id": id_,
        "asset_id": link.end.asset,
        "port": link.end.port,
        "members": link.end.members,
        "how": link.how,
        "other_id": link.other,
        "label": link.label,
        "other_port": link.other_port,
        "other_members": link.other_members,
        "via_id": link.via,
        "vlans": link.vlans,
        "evidence": link.evidence,
        "confidence": link.confidence,
        "observed_at": day(link.observed_at) if link.other in personal else link.observed_at,
    }


def _plugged(links: Sequence[Link]) -> list[tuple[str, UUID, UUID, str]]:
    return [
        ("connected_to", link.other, link.end.asset, link.end.port)
        for link in links
        if link.other is not None and link.how is not How.SOMEWHERE
    ]


def _under(devices: Sequence[Device], facts: Mapping[UUID, Facts]) -> list[tuple[str, UUID, UUID, str]]:
    """Access points of a controller and machines of a host, where the inventory knows them; by MAC, else by name."""
    macs: dict[str, UUID | None] = {}
    names: dict[str, UUID | None] = {}
    for device in devices:
        for table, values in ((macs, device.macs), (names, tuple(map(label, device.names)))):
            for value in set(values):
                table[value] = None if table.get(value, device.id) != device.id else device.id
    found = []
    for asset, told in facts.items():
        for one in told.under:
            other = next((macs[mac] for mac in one.macs if mac in macs), None) or names.get(label(one.name))
            if other:
                found.append(("runs_on", other, asset, "") if one.kind == "vm" else ("manages", asset, other, ""))
    return found


_LINK = """
select l.id, l.asset_id as asset, a.name as asset_name, a.kind as asset_kind, l.port, l.members, l.how, l.other_id as other,
  coalesce(b.name, l.label) as other_name, b.kind as other_kind, l.other_port, l.other_members, l.via_id as via,
  v.name as via_name, v.kind as via_kind,
  l.vlans, l.evidence, l.confidence, l.observed_at, a.site_id as site, a.site_name, b.site_id as other_site
from link l join asset a on a.town_id = l.town_id and a.id = l.asset_id
left join asset b on b.town_id = l.town_id and b.id = l.other_id
left join asset v on v.town_id = l.town_id and v.id = l.via_id
where l.town_id = $1
"""
_SORTS = {
    "asset": 'a.sort_name collate "C"{0}, app.din5007(l.port) collate "C"{0}, b.sort_name collate "C", l.id',
    "other": 'coalesce(b.sort_name, app.din5007(l.label)) collate "C"{0}, a.sort_name collate "C", l.id',
    "observed_at": "l.observed_at{0}, l.id",
}
SORTS = tuple(_SORTS)
_NARROW = """
 and ($2::uuid is null or coalesce(a.site_id, '00000000-0000-0000-0000-000000000000') = $2 or b.site_id = $2)
 and ($3 = '' or l.how = $3) and ($4 = '' or b.kind = $4 or ($4 = 'stranger' and l.other_id is null))
 and ($5 = 0 or $5 = any (l.vlans))
 and ($6 = '' or lower(concat_ws(' ', a.name, l.port, b.name, b.search, l.label, l.other_port, v.name)) like $6)
"""
_NO_PORT = re.compile(r"(?:vl|lo|nu|tu|cpu|inband|default)", re.IGNORECASE)
"""Interfaces that are no port of a switch: VLANs, loopbacks, tunnels, the switch itself."""
_COUNT = "select count(*) from (FOUND) as found".replace("FOUND", _LINK + _NARROW)


def _like(text: str) -> str:
    escaped = text.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%" if text else ""


@dataclass(frozen=True, slots=True)
class LinkPage:
    """One page of the table of neighbours, of `total` lines in all."""

    rows: tuple[LinkRow, ...]
    total: int


async def links(tx: SafeTransaction, town: int, chosen: LinkFilter, *, sort: str, page: int, size: int) -> LinkPage:
    """Links by filter."""
    order = _SORTS.get(sort.lstrip("-"), _SORTS["asset"]).format(" desc" if sort.startswith("-") else "")
    arguments = (town, chosen.site, chosen.how, chosen.kind, chosen.vlan, _like(chosen.q))
    total = await tx.connection.fetchval(_COUNT, *arguments)
    rows = await tx.connection.fetch(f"{_LINK}{_NARROW} order by {order} limit $7 offset $8", *arguments, size, (page - 1) * size)
    return LinkPage(tuple(map(_view, rows)), total)


async def sites(tx: SafeTransaction, town: int) -> list[tuple[UUID | None, str, int]]:
    """Sites with links: id, name, number of links; the largest first. Devices without a site come under None."""
    rows = await tx.connection.fetch(
        "select a.site_id, min(a.site_name) as name, count(*) as number from link l"
        " join asset a on a.town_id = l.town_id and a.id = l.asset_id where l.town_id = $1"
        " group by a.site_id order by number desc, name",
        town,
    )
    return [(row["site_id"], row["name"] or "", row["number"]) for row in rows]


async def vlans(tx: SafeTransaction, town: int) -> list[int]:
    """VLANs that occur in links."""
    rows = await tx.connection.fetch("select distinct unnest(vlans) as vlan from link where town_id = $1 order by vlan", town)
    return [row["vlan"] for row in rows]


async def silent(tx: SafeTransaction, town: int) -> list[tuple[UUID, str]]:
    """Switches that tell nothing of what hangs on them: id and name."""
    rows = await tx.connection.fetch(
        "select id, name from asset where town_id = $1 and kind = 'switch' and gone_at is null and lent_from is null"
        " and status not in ('retired', 'disposed', 'planned', 'ordered', 'in_stock')"
        " and coalesce(jsonb_typeof(links), '') <> 'object' order by sort_name collate \"C\", id",
        town,
    )
    return [(row["id"], row["name"]) for row in rows]


async def of_map(
    tx: SafeTransaction, town: int, site: UUID | None, kinds: Sequence[str]
) -> tuple[tuple[LinkRow, ...], tuple[LinkCount, ...]]:
    """What the map of a site draws: links between devices of these kinds, and how many others hang on each device."""
    where = " and (a.site_id is not distinct from $2 or b.site_id = $2)"
    drawn = await tx.connection.fetch(
        f"{_LINK}{where} and b.kind = any ($3::text[]) and l.how <> 'somewhere'"
        ' order by a.sort_name collate "C", a.id, b.sort_name collate "C", b.id, l.port',
        town,
        site,
        list(kinds),
    )
    counted = await tx.connection.fetch(
        "select c.id as asset, c.name as asset_name, c.kind as asset_kind, coalesce(b.kind, 'stranger') as kind,"
        " count(distinct coalesce(b.id::text, l.label)) as number"
        " from link l join asset a on a.town_id = l.town_id and a.id = l.asset_id"
        " left join asset b on b.town_id = l.town_id and b.id = l.other_id"
        " left join asset v on v.town_id = l.town_id and v.id = l.via_id"
        " join asset c on c.town_id = l.town_id and c.id = case when v.kind = any ($3::text[]) then v.id else a.id end"
        " where l.town_id = $1 and a.site_id is not distinct from $2 and not coalesce(b.kind, '') = any ($3::text[])"
        " and l.how <> 'somewhere' group by 1, 2, 3, 4 order by c.name, c.id, 5 desc, 4",
        town,
        site,
        list(kinds),
    )
    return tuple(map(_view, drawn)), tuple(LinkCount(**dict(row)) for row in counted)


async def of_device(tx: SafeTransaction, town: int, asset: UUID) -> tuple[LinkRow, ...]:
    """Every link of a device, as seen from it first: where it is plugged in, then what hangs on it."""
    rows = await tx.connection.fetch(
        f"{_LINK} and (l.asset_id = $2 or l.other_id = $2 or l.via_id = $2)"
        ' order by (l.other_id = $2) desc nulls last, app.din5007(l.port) collate "C", b.sort_name collate "C", l.id',
        town,
        asset,
    )
    return tuple(map(_view, rows))


async def ports(tx: SafeTransaction, town: int, asset: UUID) -> tuple[PortRow, ...]:
    """The ports of a switch in its own order, with what hangs on each; empty for a device that tells nothing of ports."""
    row = await tx.connection.fetchrow("select links from asset where town_id = $1 and id = $2", town, asset)
    said = row and row["links"]
    told = msgspec.json.decode(said, type=Facts) if said and said.startswith("{") else None
    here = [link for link in await of_device(tx, town, asset) if asset in (link.asset, link.other)]
    hanging: dict[str, list[LinkRow]] = {}
    for link in here:
        port, more = (link.port, link.members) if link.asset == asset else (link.other_port, link.other_members)
        for name in {port, *more} - {""}:
            hanging.setdefault(name, []).append(link)
    if told is None:
        return ()
    faces = await tx.connection.fetch(
        "select name, speed_bit_s, up from interface where town_id = $1 and asset_id = $2 order by position", town, asset
    )
    learned = told.tables[0].learned if told.tables and told.tables[0].at == told.at else {}
    bundles = {port: name for name, members in told.trunks.items() for port in members}
    known = {*told.vlans, *learned, *bundles, *told.trunks, *hanging, *(one.port for one in told.hearings)}
    state = {face["name"]: face for face in faces}
    if not told.vlans:
        known |= {name for name in state if not _NO_PORT.match(name)}
    order = [name for name in state if name in known] + sorted(known - set(state), key=_natural)
    return tuple(
        PortRow(
            name,
            state[name]["up"] if name in state else None,
            state[name]["speed_bit_s"] if name in state else None,
            told.vlans.get(name),
            bundles.get(name, ""),
            tuple(told.trunks.get(name, ())),
            tuple(hanging.get(name, ())),
            sum(1 for text in learned.get(name, {}).values() for _ in macs_of(text)),
        )
        for name in order
    )


def _natural(name: str) -> list[tuple[int, str]]:
    """Numbers in names by their size."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", name) if part]


def _view(row: Mapping[str, Any]) -> LinkRow:
    values = dict(row)
    for name in ("members", "other_members", "vlans", "evidence"):
        values[name] = tuple(values[name])
    return LinkRow(**values)
