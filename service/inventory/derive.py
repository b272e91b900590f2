"""One asset from its records: visible values, addresses, interfaces, ports, software, state. Pure.

Everything here can be made anew from the records, the locks and the networks of the town; nothing else is asked.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from scanners.observation import Interface, Software, Source
from service.inventory import folding
from service.inventory.asset import HANDHELD, IdentifierKind, Status
from service.inventory.fields import BOOKED, MACHINES, OWN_EXPORT, unfold
from service.inventory.linking import Cluster
from service.inventory.ports import MANY, Port, ports_of
from service.inventory.readings import kept, readings_of
from service.inventory.reconcile import Lock, Reconciled, Sighted, reconcile
from service.inventory.topology.facts import facts_of
from service.limits import day_of

BERLIN = ZoneInfo("Europe/Berlin")
RECENT = timedelta(days=30)
LISTED_ONLY = frozenset({Source.LIST, Source.MANUAL})


@dataclass(frozen=True, slots=True)
class Net:
    """A network of the town as far as a device's place needs it."""

    id: UUID
    cidr: str
    site: UUID | None = None
    site_name: str | None = None


class Places:
    """Which networks and which site an address belongs to; the most specific network first.

    `sites` are names with the site they mean: first the name it has now, then those it had and lists may still say.
    """

    def __init__(self, networks: Sequence[Net] = (), sites: Mapping[str, UUID] | None = None) -> None:
        parsed = [(ipaddress.ip_network(net.cidr), net) for net in networks]
        self._networks = sorted(parsed, key=lambda pair: (-pair[0].prefixlen, str(pair[1].id)))
        shown: dict[UUID, str] = {}
        for name, id_ in (sites or {}).items():
            shown.setdefault(id_, name)
        self._sites = {name.casefold(): (shown[id_], id_) for name, id_ in (sites or {}).items()}
        self._known: dict[str, tuple[Net, ...]] = {}

    def of(self, address: str) -> tuple[Net, ...]:
        """The networks that hold an address."""
        found = self._known.get(address)
        if found is None:
            try:
                ip = ipaddress.ip_address(address)
                found = tuple(net for network, net in self._networks if ip.version == network.version and ip in network)
            except ValueError:
                found = ()
            self._known[address] = found
        return found

    def site(self, named: str | None, addresses: Sequence[str]) -> tuple[UUID | None, str | None]:
        """What a list says goes before what the address says."""
        if named:
            known = self._sites.get(named.casefold())
            return (known[1], known[0]) if known else (None, named)
        for address in addresses:
            for net in self.of(address):
                if net.site:
                    return net.site, net.site_name
        return None, None


@dataclass(frozen=True, slots=True)
class Derived:
    """An asset, made of the records of its cluster. `row` has the columns of the list of devices."""

    row: dict[str, Any]
    reconciled: Reconciled
    interfaces: tuple[Any, ...] = ()
    interfaces_at: datetime | None = None
    ports: tuple[Port, ...] = ()
    software: tuple[Any, ...] = ()
    software_at: datetime | None = None
    personal: bool = False
    notes: tuple[dict[str, Any], ...] = field(default=())

    def when(self, at: datetime) -> datetime:
        """A time as it may be shown: rounded to the day for a device that is a person's (`domain.md` 2.10)."""
        return day(at) if self.personal else at


@lru_cache(maxsize=16384)
def day(at: datetime) -> datetime:
    """Midnight in the towns' time zone."""
    local = at.astimezone(BERLIN)
    return local.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(at.tzinfo)


def derive(
    cluster: Cluster,
    records: Sequence[Sighted],
    *,
    places: Places,
    as_of: datetime,
    locks: Sequence[Lock] = (),
    accepted_at: datetime | None = None,
    lent: bool = False,
) -> Derived:
    """The asset of one cluster; `records` are the cluster's, oldest first."""
    kinds = IdentifierKind
    names = frozenset(h.identifier.value for h in cluster.identifiers if h.identifier.kind is kinds.NAME)
    doubtful = frozenset(h.identifier.value for h in cluster.identifiers if h.shared and h.identifier.kind is kinds.NAME)
    found = reconcile(records, locks, as_of=as_of, static=names, doubtful=doubtful)
    visible = {field: value for field, value in found.visible.items() if value}
    machines = [record for record in records if record.seen.source in MACHINES]
    first, last = records[0].at, (machines[-1] if machines else records[-1]).at
    addresses, probed = _addresses(records)
    personal = bool(visible.get("user"))
    site_id, site_name = places.site(visible.get("site"), probed)
    networks = dict.fromkeys(net.id for address in probed for net in places.of(address))
    kind = "virtual_address" if cluster.virtual else visible.get("kind", "unknown")
    ports, scanned, full = ports_of(records)
    faces = next((r for r in reversed(records) if len(r.seen.interfaces)), None)
    programs = next((r for r in reversed(records) if len(r.seen.software)), None)
    row: dict[str, Any] = {
        "kind": kind,
        "manufacturer": visible.get("manufacturer"),
        "model": visible.get("model"),
        "serial": visible.get("serial"),
        "hostname": visible.get("hostname"),
        "os": visible.get("os"),
        "os_version": visible.get("os_version"),
        "firmware": visible.get("firmware"),
        "primary_ip": probed[0] if probed else None,
        "status": _status(visible, records, locks, accepted_at, lent=lent),
        "inventory_no": visible.get("inventory_no"),
        "site_id": site_id,
        "site_name": site_name,
        "room": visible.get("room"),
        "unit": visible.get("unit"),
        "user_name": visible.get("user"),
        "purchase_date": visible.get("purchase_date"),
        "warranty_until": visible.get("warranty_until"),
        "price": visible.get("price"),
        "note": visible.get("note"),
        "macs": _macs(cluster, records),
        "ips": addresses,
        "sources": sorted({str(record.seen.source) for record in records}),
        "network_ids": list(networks),
        "record_count": len(records),
        "first_seen": day(first) if personal else first,
        "last_seen": day(last) if personal else last,
        "scanned_at": (day(last) if personal else last) if machines else None,
        "accepted_at": accepted_at,
        "virtual": cluster.virtual,
    }
    for key, most in _LONGEST.items():
        if row[key] is not None:
            row[key] = row[key][:most]
    for key in ("purchase_date", "warranty_until"):
        row[key] = day_of(row[key])
    row["name"] = (visible.get("name") or _name(row, visible))[:200]
    row["search"] = _search(row, visible)
    row["facts"] = _facts(records, scanned, full, personal=personal)
    row["facts"]["booked"] = {key: visible[key][:200] for key in BOOKED if key in visible}
    if programs:
        row["facts"]["software_source"] = str(programs.seen.source)
    row["links"] = _links(records)
    return Derived(
        row,
        found,
        unfold(faces.seen.interfaces, Interface)[:MANY] if faces else (),
        faces.at if faces else None,
        ports,
        unfold(programs.seen.software, Software)[:MANY] if programs else (),
        programs.at if programs else None,
        personal,
        tuple({"kind": str(n.kind), "value": n.value, "other": str(n.other) if n.other else None} for n in cluster.notes),
    )


_LONGEST = dict.fromkeys(("manufacturer", "model", "serial", "os", "os_version", "firmware", "unit", "user_name"), 200) | {
    "hostname": 255,
    "inventory_no": 100,
    "site_name": 120,
    "room": 120,
    "price": 20,
}
"""Characters that a list shows; `value` keeps the whole."""


def _addresses(records: Sequence[Sighted]) -> tuple[list[str], list[str]]:
    """All addresses of the last 30 days of the device's life, and those that answered when asked, newest first."""
    last = records[-1].at
    probed: dict[str, None] = {}
    claimed: dict[str, None] = {}
    heard: dict[str, None] = {}
    for record in reversed(records):
        if last - record.at > RECENT and probed:
            break
        seen = record.seen
        if seen.source in (Source.NMAP, Source.SNMP):
            if _is_address(seen.key):
                probed[seen.key] = None
            if seen.source is Source.SNMP and not claimed:
                claimed.update(dict.fromkeys(seen.ips))
            elif len(seen.ips) > 1:  # a probe on the segment heard its IPv6 addresses
                heard = heard or dict.fromkeys(seen.ips)
        else:
            claimed.update(dict.fromkeys(seen.ips))
    if not probed:
        probed = {address: None for address in claimed if _is_address(address)}
    return list(dict.fromkeys([*probed, *claimed, *heard]))[:100], list(probed)


@lru_cache(maxsize=65536)
def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _macs(cluster: Cluster, records: Sequence[Sighted]) -> list[str]:
    """Own MACs: those that identify, and all that the device's newest record of itself names."""
    own = [
        ":".join(h.identifier.value[n : n + 2] for n in range(0, 12, 2))
        for h in cluster.identifiers
        if h.identifier.kind is IdentifierKind.MAC and not h.shared
    ]
    newest = next((r.seen.macs for r in reversed(records) if r.seen.source in (Source.SNMP, Source.AGENT) and r.seen.macs), ())
    shared = {h.identifier.value for h in cluster.identifiers if h.shared}
    told = [mac for mac in newest[:MANY] if (folded := folding.usable_mac(mac)) and folded not in shared]
    return list(dict.fromkeys([*own, *told]))


def _status(
    visible: Mapping[str, str],
    records: Sequence[Sighted],
    locks: Sequence[Lock],
    accepted_at: datetime | None,
    *,
    lent: bool,
) -> str:
    """Lifecycle (`domain.md` 2.10): a person's word, a loan, the list's word; else `new` until somebody knows it."""
    said = visible.get("status", "")
    known = said if said in {status.value for status in Status} else ""
    if any(lock.field == "status" for lock in locks) and known:
        return known
    if lent:
        return Status.LENT
    if known and known != Status.NEW:
        return known
    # standing in our own export makes no unknown device a known one
    listed = any(record.seen.source in LISTED_ONLY and OWN_EXPORT not in record.seen.fields for record in records)
    return Status.IN_USE if listed or accepted_at else Status.NEW


def _name(row: Mapping[str, Any], visible: Mapping[str, str]) -> str:
    """How people find it: its host name, else what stands in the list, else what and where it is."""
    thing = " ".join(str(row[key]) for key in ("manufacturer", "model") if row[key]) or visible.get("label", "")
    mark = row["inventory_no"] or row["serial"]
    if row["virtual"]:
        return str(row["primary_ip"] or "")
    if row["kind"] in HANDHELD and thing:
        return f"{thing} ({mark})"[:200] if mark else thing[:200]
    return str(row["hostname"] or (f"{thing} ({mark})" if thing and mark else thing) or row["primary_ip"] or mark or "–")[:200]


def _search(row: Mapping[str, Any], visible: Mapping[str, str]) -> str:
    keys = ["name", "hostname", "manufacturer", "model", "serial", "inventory_no", "room", "unit", "user_name", "site_name", "os"]
    parts = [str(row[key]) for key in keys if row[key]]
    parts += [*row["ips"], *row["macs"], visible.get("label", ""), *(visible.get(key, "")[:200] for key in BOOKED)]
    return "\n".join(dict.fromkeys(part.lower() for part in parts if part))[:4000]


_SNMP = (
    "sys_object_id", "sys_descr", "sys_location", "sys_contact", "snmp_version", "page_count", "ups_status", "ups_battery",
    "snmp_default_community", "snmp_encrypted",
)  # fmt: skip


def _facts(records: Sequence[Sighted], scanned: datetime | None, full: datetime | None, *, personal: bool) -> dict[str, Any]:
    seen: dict[str, list[str]] = {}
    for record in records:
        at = (day(record.at) if personal else record.at).isoformat()
        seen.setdefault(str(record.seen.source), [at, at])[1] = at
    facts: dict[str, Any] = {"seen": seen}
    for name, at_ in (("scanned", scanned), ("full_scan", full)):
        if at_:
            facts[name] = (day(at_) if personal else at_).isoformat()
    told = next((r for r in reversed(records) if r.seen.source is Source.SNMP), None)
    if told:
        said = msgspec.json.decode(told.seen.facts) if len(told.seen.facts) else {}
        facts["snmp"] = {"at": told.at.isoformat()} | {key: said[key] for key in _SNMP if key in said}
    if readings := readings_of(records):
        facts["readings"] = kept(readings, day if personal else lambda at: at)
    return facts


def _links(records: Sequence[Sighted]) -> dict[str, Any] | None:
    """What the device knows of the cables around it; `topology` makes the links of the whole town of it."""
    found = facts_of(records)
    return msgspec.to_builtins(found) if found else None
