"""The estate of a town as the checks want it, read from the inventory's tables in a handful of queries."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from isms.facts import AssetFacts, CertificateFacts, EstateFacts, NetworkFacts, Seen, ServiceFacts, SnmpFacts
from service.db import SafeTransaction

_KINDS = "select id, kind, status from asset where town_id = $1 and gone_at is null and merged_into is null"
OUT_OF_USE = frozenset({"planned", "ordered", "in_stock", "retired", "disposed", "missing"})
"""States of an asset in which no check looks at it."""

_ASSETS = """select a.id, a.name, a.kind, a.os, a.os_version, a.ips, a.sources, a.status, a.accepted_at, a.virtual, a.hostname,
  (select max(v.observed_at) from value v where v.town_id = a.town_id and v.asset_id = a.id and v.field = 'os' and v.visible)
    as os_at,
  (select max(v.value) from value v where v.town_id = a.town_id and v.asset_id = a.id
    and v.field = 'extended_support_until' and v.visible) as extended,
  (select array_agg(distinct v.value) from value v where v.town_id = a.town_id and v.asset_id = a.id and v.field = 'hostname')
    as names
  from asset a where a.town_id = $1 and a.gone_at is null and a.merged_into is null order by a.sort_name, a.id"""

_SEEN = """select s.asset_id, r.source, min(r.observed_at) as first, max(r.observed_at) as last,
  max(r.observed_at) filter (where c.full_scan) as whole
  from sighting s join record r on r.town_id = s.town_id and r.id = s.id
  join collection c on c.town_id = r.town_id and c.id = r.collection_id
  where s.town_id = $1 and s.asset_id is not null group by s.asset_id, r.source"""

_NEWEST = """select distinct on (s.asset_id, r.source) s.asset_id, r.source, r.observed_at,
  r.observation->'facts' as facts from sighting s join record r on r.town_id = s.town_id and r.id = s.id
  where s.town_id = $1 and s.asset_id is not null and r.source in ('snmp', 'nmap') and r.observation is not null
  order by s.asset_id, r.source, r.observed_at desc"""

_SERVICES = """select asset_id, ip, protocol, port, name, product, tls, facts, certificate, last_seen from service
  where town_id = $1 and open order by asset_id, ip, port"""


async def asset_kinds(tx: SafeTransaction, town: int) -> dict[UUID, str]:
    """Devices of a town that are in use, with their kind: what rules of target objects draw from."""
    rows = await tx.connection.fetch(_KINDS, town)
    return {row["id"]: row["kind"] for row in rows if row["status"] not in OUT_OF_USE}


async def estate_facts(tx: SafeTransaction, town: int, now: datetime) -> EstateFacts:
    """All devices, networks and services of the town as facts with their times."""
    connection = tx.connection
    networks = await connection.fetch(
        "select n.cidr, n.name, n.purpose, s.name as site from network n"
        " left join site s on s.town_id = n.town_id and s.id = n.site_id"
        " where n.town_id = $1 and n.scope = '' order by n.cidr",
        town,
    )
    seen: dict[UUID, dict[str, Seen]] = {}
    whole: dict[UUID, datetime] = {}
    for row in await connection.fetch(_SEEN, town):
        seen.setdefault(row["asset_id"], {})[row["source"]] = Seen(row["first"], row["last"])
        if row["source"] == "nmap" and row["whole"] is not None:
            whole[row["asset_id"]] = row["whole"]
    newest = {(x["asset_id"], x["source"]): x for x in await connection.fetch(_NEWEST, town)}
    services: dict[UUID, list[Mapping[str, Any]]] = {}
    for row in await connection.fetch(_SERVICES, town):
        services.setdefault(row["asset_id"], []).append(row)
    lists = await connection.fetchval(
        "select exists (select 1 from collection where town_id = $1 and source = 'list' and withdrawn_at is null)", town
    )
    assets = tuple(
        _asset(row, services.get(row["id"], []), seen.get(row["id"], {}), whole.get(row["id"]), newest)
        for row in await connection.fetch(_ASSETS, town)
    )
    return EstateFacts(
        now,
        assets,
        tuple(NetworkFacts(str(x["cidr"]), x["name"], _purpose(x["purpose"]), x["site"]) for x in networks),
        lists_known=bool(lists),
    )


def _purpose(text: str) -> str | None:
    return None if text == "other" else text


def _asset(
    row: Mapping[str, Any],
    services: list[Mapping[str, Any]],
    seen: Mapping[str, Seen],
    whole: datetime | None,
    newest: Mapping[tuple[UUID, str], Mapping[str, Any]],
) -> AssetFacts:
    ident = row["id"]
    nmap, snmp = newest.get((ident, "nmap")), newest.get((ident, "snmp"))
    host = msgspec.json.decode(nmap["facts"]) if nmap and nmap["facts"] else {}
    names = dict.fromkeys([*(row["names"] or ()), *filter(None, (row["hostname"], row["name"]))])
    scanned = seen.get("nmap")
    return AssetFacts(
        id=ident,
        name=row["name"],
        kind=row["kind"],
        os=row["os"],
        os_version=row["os_version"],
        os_observed_at=row["os_at"],
        ips=tuple(row["ips"]),
        services=tuple(_service(x, host) for x in services),
        certificates=tuple(x for x in map(_certificate, services) if x is not None),
        snmp=_snmp(snmp) if snmp else None,
        seen=seen,
        names=tuple(names),
        listed="list" in row["sources"] or "manual" in row["sources"],
        reviewed=row["accepted_at"] is not None or row["status"] != "new",
        scanned_at=scanned.last if scanned else None,
        full_scan_at=whole,
        extended_support_until=_day(row["extended"]),
        in_use=row["status"] not in OUT_OF_USE and not row["virtual"],
    )


def _service(row: Mapping[str, Any], host: Mapping[str, Any]) -> ServiceFacts:
    facts: dict[str, Any] = msgspec.json.decode(row["facts"])
    if row["port"] in (139, 445) and "smb_v1" in host:
        facts.setdefault("smb_v1", host["smb_v1"])  # nmap's host script speaks of the host, the check of its port
    return ServiceFacts(row["ip"], row["protocol"], row["port"], row["last_seen"], row["name"], row["product"], row["tls"], facts)


def _certificate(row: Mapping[str, Any]) -> CertificateFacts | None:
    if not row["certificate"]:
        return None
    said: dict[str, Any] = msgspec.json.decode(row["certificate"])
    return CertificateFacts(
        ip=row["ip"],
        port=row["port"],
        observed_at=row["last_seen"],
        subject=said.get("subject") or "",
        names=tuple(said.get("names") or ()),
        not_before=_time(said.get("not_before")),
        not_after=_time(said.get("not_after")),
    )


def _snmp(row: Mapping[str, Any]) -> SnmpFacts:
    facts: dict[str, Any] = msgspec.json.decode(row["facts"]) if row["facts"] else {}
    return SnmpFacts(
        observed_at=row["observed_at"],
        version=facts.get("snmp_version"),
        default_community=facts.get("snmp_default_community"),
        ups_battery=facts.get("ups_status"),
    )


def _time(text: Any) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) and text else None


def _day(text: Any) -> date | None:
    try:
        return date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
