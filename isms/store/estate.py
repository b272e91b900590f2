"""The estate of a town as the checks want it, read from the inventory's tables in a handful of queries."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from isms.backups import store as backup_store
from isms.facts import (
    AccountFacts,
    AssetFacts,
    BackupFacts,
    CertificateFacts,
    EstateFacts,
    NetworkFacts,
    Seen,
    ServiceFacts,
    SiteFacts,
    SnmpFacts,
)
from isms.snapshots.store import covered
from service.auth import store as auth_store
from service.db import SafeTransaction
from service.limits import day_of
from service.objects.store.devices import OUT_OF_USE

_ASSETS = """select a.id, a.name, a.kind, a.manufacturer, a.model, a.firmware,
  a.os, a.os_version, a.ips, a.sources, a.status, a.accepted_at,
  a.virtual, a.hostname, a.facts,
  (select max(v.observed_at) from value v where v.town_id = a.town_id and v.asset_id = a.id and v.field = 'os' and v.visible)
    as os_at,
  (select max(v.last_seen) from value v where v.town_id = a.town_id and v.asset_id = a.id and v.field = 'os_version'
    and v.source = 'agent') as patches_at,
  (select max(v.value) from value v where v.town_id = a.town_id and v.asset_id = a.id
    and v.field = 'extended_support_until' and v.visible) as extended,
  (select array_agg(distinct v.value) from value v where v.town_id = a.town_id and v.asset_id = a.id and v.field = 'hostname')
    as names
  from asset a where a.town_id = $1 and a.gone_at is null and a.merged_into is null order by a.sort_name, a.id"""

_HOST_SMB = """select distinct on (s.asset_id) s.asset_id, (r.observation->'facts'->>'smb_v1')::boolean as smb_v1
  from sighting s join record r on r.town_id = s.town_id and r.id = s.id
  where s.town_id = $1 and r.source = 'nmap' and r.observation->'facts' ? 'smb_v1' and s.asset_id in
    (select asset_id from service where town_id = $1 and open and port in (139, 445))
  order by s.asset_id, r.observed_at desc"""
"""nmap's host script speaks of the host, the check of its ports."""

_SERVICES = """select asset_id, ip, protocol, port, name, product, version, tls, facts, certificate,
  last_seen from service
  where town_id = $1 and open order by asset_id, ip, port"""

_SITES = "select name, facts, changed_at from site where town_id = $1 order by name, id"


async def estate_facts(tx: SafeTransaction, town: int, now: datetime) -> EstateFacts:
    """All devices, networks and services of the town as facts with their times."""
    connection = tx.connection
    networks = await connection.fetch(
        "select n.cidr, n.name, n.purpose, s.name as site from network n"
        " left join site s on s.town_id = n.town_id and s.id = n.site_id"
        " where n.town_id = $1 and n.scope = '' order by n.cidr",
        town,
    )
    smb = {x["asset_id"]: x["smb_v1"] for x in await connection.fetch(_HOST_SMB, town)}
    services: dict[UUID, list[Mapping[str, Any]]] = {}
    for row in await connection.fetch(_SERVICES, town):
        services.setdefault(row["asset_id"], []).append(row)
    lists = await connection.fetchval(
        "select exists (select 1 from collection where town_id = $1 and source = 'list' and withdrawn_at is null)", town
    )
    assets = tuple(_asset(row, services.get(row["id"], []), smb.get(row["id"])) for row in await connection.fetch(_ASSETS, town))
    return EstateFacts(
        now,
        assets,
        tuple(NetworkFacts(str(x["cidr"]), x["name"], _purpose(x["purpose"]), x["site"]) for x in networks),
        lists_known=bool(lists),
        sites=tuple(_site(x) for x in await connection.fetch(_SITES, town)),
        backups=tuple(_backup(x) for x in await backup_store.backups(tx, town)),
        accounts=tuple(AccountFacts(**x) for x in await auth_store.account_facts(tx, town, now)),
        structure=await covered.newest(tx, town),
    )


def _site(row: Mapping[str, Any]) -> SiteFacts:
    """A room that somebody named counts as a server room; hazards are known once any was ticked or the form says so."""
    facts: dict[str, Any] = msgspec.json.decode(row["facts"])
    hazards = facts.get("hazards")
    return SiteFacts(
        row["name"],
        row["changed_at"],
        server_room=True if facts.get("server_room") else None,
        hazards=frozenset(hazards) if hazards is not None else None,
        emergency_power=facts.get("emergency_power"),
    )


def _backup(entered: backup_store.Entered) -> BackupFacts:
    return BackupFacts(
        entered.name,
        entered.told_at or datetime.min.replace(tzinfo=UTC),
        frozenset(entered.asset_ids),
        timedelta(hours=entered.interval_hours) if entered.interval_hours else None,
        entered.last_good,
        entered.last_restore_test,
        entered.separate_copy,
    )


def _purpose(text: str) -> str | None:
    return None if text == "other" else text


def _asset(row: Mapping[str, Any], services: list[Mapping[str, Any]], smb_v1: bool | None) -> AssetFacts:
    facts: dict[str, Any] = msgspec.json.decode(row["facts"])
    names = dict.fromkeys([*(row["names"] or ()), *filter(None, (row["hostname"], row["name"]))])
    seen = {
        source: Seen(datetime.fromisoformat(a), datetime.fromisoformat(b)) for source, (a, b) in facts.get("seen", {}).items()
    }
    return AssetFacts(
        id=row["id"],
        name=row["name"],
        kind=row["kind"],
        manufacturer=row["manufacturer"],
        model=row["model"],
        firmware=row["firmware"],
        os=row["os"],
        os_version=row["os_version"],
        os_observed_at=row["os_at"],
        ips=tuple(row["ips"]),
        services=tuple(_service(x, smb_v1) for x in services),
        certificates=tuple(x for x in map(_certificate, services) if x is not None),
        snmp=_snmp(facts["snmp"]) if "snmp" in facts else None,
        seen=seen,
        names=tuple(names),
        listed="list" in row["sources"] or "manual" in row["sources"],
        reviewed=row["accepted_at"] is not None or row["status"] != "new",
        scanned_at=_time(facts.get("scanned")),
        full_scan_at=_time(facts.get("full_scan")),
        extended_support_until=day_of(row["extended"]),
        in_use=row["status"] not in OUT_OF_USE and not row["virtual"],
        patches_known_at=row["patches_at"],
    )


def _service(row: Mapping[str, Any], smb_v1: bool | None) -> ServiceFacts:
    facts: dict[str, Any] = msgspec.json.decode(row["facts"])
    if row["port"] in (139, 445) and smb_v1 is not None:
        facts.setdefault("smb_v1", smb_v1)
    return ServiceFacts(
        row["ip"], row["protocol"], row["port"], row["last_seen"], row["name"], row["product"], row["tls"], facts, row["version"]
    )


def _certificate(row: Mapping[str, Any]) -> CertificateFacts | None:
    if not row["certificate"]:
        return None
    said: dict[str, Any] = msgspec.json.decode(row["certificate"])
    return CertificateFacts(
        ip=row["ip"],
        port=row["port"],
        observed_at=_time(said.get("last_seen")) or row["last_seen"],
        subject=said.get("subject") or "",
        names=tuple(said.get("names") or ()),
        not_before=_time(said.get("not_before")),
        not_after=_time(said.get("not_after")),
        self_issued=said.get("self_issued"),
        key_type=said.get("key_type"),
        key_bits=said.get("key_bits"),
        signature=said.get("signature"),
    )


def _snmp(facts: Mapping[str, Any]) -> SnmpFacts:
    return SnmpFacts(
        observed_at=datetime.fromisoformat(facts["at"]),
        version=facts.get("snmp_version"),
        default_community=facts.get("snmp_default_community"),
        ups_battery=facts.get("ups_status"),
        encrypted=facts.get("snmp_encrypted"),
    )


def _time(text: Any) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) and text else None
