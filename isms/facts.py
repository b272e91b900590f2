"""What the automatic checks may know about the estate: plain facts with their time, no records, no database.

`store.estate_facts` fills these values from the inventory; every check is a function of them. Unknown is None
or empty and stays unknown: a check that lacks a fact answers `unknown`, never `satisfied`.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

MAX_AGE = timedelta(days=30)
"""Evidence older than this proves nothing (domain 3.6, default)."""

CLIENT_KINDS = frozenset({"workstation", "notebook", "thin_client", "tablet"})
SERVER_KINDS = frozenset({"server", "vm", "hypervisor", "storage"})
NETWORK_KINDS = frozenset({"switch", "router", "firewall", "access_point", "wireless_controller", "load_balancer"})
CLIENT_PURPOSES = frozenset({"client", "wlan", "guest"})
"""Purposes of networks in which people's devices live."""


@dataclass(frozen=True, slots=True)
class NetworkFacts:
    """A network of the town; `purpose` is server, client, printer, management, plc, guest, telephony, wlan or None."""

    cidr: str
    name: str = ""
    purpose: str | None = None
    site: str | None = None


@dataclass(frozen=True, slots=True)
class ServiceFacts:
    """An open port at one address; `facts` as the scripts left them (`http_title tls_versions smb_v1` …)."""

    ip: str
    protocol: str
    port: int
    observed_at: datetime
    name: str | None = None
    product: str | None = None
    tls: bool = False
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def where(self) -> str:
        return f"{self.ip}:{self.port}" if ":" not in self.ip else f"[{self.ip}]:{self.port}"


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """A certificate a service showed at `ip`:`port`."""

    ip: str
    port: int
    observed_at: datetime
    subject: str = ""
    names: tuple[str, ...] = ()
    not_before: datetime | None = None
    not_after: datetime | None = None


@dataclass(frozen=True, slots=True)
class SnmpFacts:
    """What the town's own SNMP reading used and heard; `default_community` only says that the configured
    community is a vendor's default, the community itself never leaves the vault.
    """

    observed_at: datetime
    version: str | None = None
    default_community: bool | None = None
    ups_battery: str | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """First and last sighting by one kind of source."""

    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class AssetFacts:
    """One device of the inventory as the checks see it."""

    id: UUID
    name: str
    kind: str = "unknown"
    manufacturer: str | None = None
    model: str | None = None
    firmware: str | None = None
    os: str | None = None
    os_version: str | None = None
    os_observed_at: datetime | None = None
    ips: tuple[str, ...] = ()
    services: tuple[ServiceFacts, ...] = ()
    certificates: tuple[CertificateFacts, ...] = ()
    snmp: SnmpFacts | None = None
    seen: Mapping[str, Seen] = field(default_factory=dict)
    """By source kind: nmap, snmp, agent, list, manual."""
    names: tuple[str, ...] = ()
    listed: bool = False
    """Stands in a list that people keep, or was entered by hand."""
    reviewed: bool = False
    """A person has confirmed that the device belongs here."""
    scanned_at: datetime | None = None
    """Last port scan that looked at this device."""
    full_scan_at: datetime | None = None
    """Last scan of it that looked at all ports: only then does absence of a service count."""
    extended_support_until: date | None = None
    in_use: bool = True

    @property
    def first_seen(self) -> datetime | None:
        return min((x.first for x in self.seen.values()), default=None)

    @property
    def last_scanned(self) -> datetime | None:
        """Last sighting by a machine; lists and hands do not count."""
        return max((x.last for kind, x in self.seen.items() if kind in ("nmap", "snmp", "agent")), default=None)


@dataclass(frozen=True, slots=True)
class EstateFacts:
    """The whole estate of one town at one moment. `now` is the only clock of the checks."""

    now: datetime
    assets: tuple[AssetFacts, ...] = ()
    networks: tuple[NetworkFacts, ...] = ()
    lists_known: bool = False
    """At least one list of devices was taken in; without one nothing can be missing from it."""

    def fresh(self, moment: datetime | None) -> bool:
        """Is evidence of that time young enough to prove something?"""
        return moment is not None and self.now - moment <= MAX_AGE

    def network_of(self, ip: str) -> NetworkFacts | None:
        """The most specific network of the town that holds this address."""
        return _narrowest(ip, self.networks)

    def purpose_of(self, ip: str) -> str | None:
        network = self.network_of(ip)
        return network.purpose if network else None

    def services(self, asset: AssetFacts, *ports: int) -> Iterator[ServiceFacts]:
        """Fresh TCP services of the asset at these ports (at any port if none is given)."""
        for service in asset.services:
            if service.protocol == "tcp" and (not ports or service.port in ports) and self.fresh(service.observed_at):
                yield service


@lru_cache(maxsize=20_000)
def _narrowest(ip: str, networks: tuple[NetworkFacts, ...]) -> NetworkFacts | None:
    """Asked by many checks for the same address, so remembered."""
    address = ipaddress.ip_address(ip)
    holding = [(parsed.prefixlen, x) for x, parsed in _parsed(networks) if address in parsed]
    return max(holding, key=lambda found: found[0], default=(0, None))[1]


@lru_cache(maxsize=64)
def _parsed(
    networks: tuple[NetworkFacts, ...],
) -> tuple[tuple[NetworkFacts, ipaddress.IPv4Network | ipaddress.IPv6Network], ...]:
    return tuple((x, ipaddress.ip_network(x.cidr)) for x in networks)
