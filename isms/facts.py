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
    version: str | None = None

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
    self_issued: bool | None = None
    key_type: str | None = None
    """`rsa ec dsa`; other kinds as the scanner names them."""
    key_bits: int | None = None
    signature: str | None = None
    """Name of the signature's algorithm, as `sha256WithRSAEncryption`."""


@dataclass(frozen=True, slots=True)
class SnmpFacts:
    """What the town's own SNMP reading used and heard; `default_community` only says that the configured
    community is a vendor's default, the community itself never leaves the vault.
    """

    observed_at: datetime
    version: str | None = None
    default_community: bool | None = None
    ups_battery: str | None = None
    encrypted: bool | None = None
    """SNMPv3 with privacy; None where it is not known."""


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
    patches_known_at: datetime | None = None
    """When an agent on the device last told the state of its updates."""

    @property
    def first_seen(self) -> datetime | None:
        return min((x.first for x in self.seen.values()), default=None)

    @property
    def last_scanned(self) -> datetime | None:
        """Last sighting by a machine; lists and hands do not count."""
        return max((x.last for kind, x in self.seen.items() if kind in ("nmap", "snmp", "agent")), default=None)


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """A site as people entered it; `server_room` and `hazards` are None where nobody said anything."""

    name: str
    entered_at: datetime
    server_room: bool | None = None
    hazards: frozenset[str] | None = None
    """`flood slope height cellar forest`; `cellar` = technology in the cellar."""
    emergency_power: str | None = None
    """`none ups generator both`"""


@dataclass(frozen=True, slots=True)
class BackupFacts:
    """A backup (Datensicherung) of systems or data as people or a source told it at `told_at`."""

    name: str
    told_at: datetime
    assets: frozenset[UUID] = frozenset()
    interval: timedelta | None = None
    """Planned time between two backups."""
    last_good: datetime | None = None
    last_restore_test: date | None = None
    separate_copy: bool | None = None
    """A current copy is kept off the network at another place."""


@dataclass(frozen=True, slots=True)
class MailDomainFacts:
    """A mail domain; `dmarc` is the published policy `missing none quarantine reject`, None = never looked."""

    name: str
    dmarc: str | None = None
    looked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AccessCertificateFacts:
    """A certificate for access from outside (VPN); `assigned` says whether somebody holds it, `holder_left` that they left."""

    subject: str
    told_at: datetime
    not_after: date | None = None
    assigned: bool | None = None
    holder_left: bool | None = None
    revoked: bool = False


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """An account of this service with its roles in the town, nameless: findings count, they never name a person."""

    roles: frozenset[str]
    """Roles valid now; empty where all have ended or none was ever given."""
    second_factor: bool
    created_at: datetime
    last_used: datetime | None = None
    ended: bool = False
    """Had a role in the town that is over."""


@dataclass(frozen=True, slots=True)
class StructureFacts:
    """The newest frozen structure analysis: the devices it covers."""

    number: int
    frozen_at: datetime
    assets: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class EstateFacts:
    """The whole estate of one town at one moment. `now` is the only clock of the checks."""

    now: datetime
    assets: tuple[AssetFacts, ...] = ()
    networks: tuple[NetworkFacts, ...] = ()
    lists_known: bool = False
    """At least one list of devices was taken in; without one nothing can be missing from it."""
    sites: tuple[SiteFacts, ...] = ()
    backups: tuple[BackupFacts, ...] = ()
    mail_domains: tuple[MailDomainFacts, ...] = ()
    access_certificates: tuple[AccessCertificateFacts, ...] = ()
    accounts: tuple[AccountFacts, ...] = ()
    invitations: tuple[datetime, ...] | None = None
    """When each invitation that nobody answered was sent; None where the service keeps none."""
    structure: StructureFacts | None = None

    def fresh(self, moment: datetime | None, age: timedelta = MAX_AGE) -> bool:
        """Is evidence of that time young enough to prove something?"""
        return moment is not None and self.now - moment <= age

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

    def datagrams(self, asset: AssetFacts, *ports: int) -> Iterator[ServiceFacts]:
        """Fresh UDP services of the asset at these ports (at any port if none is given)."""
        for service in asset.services:
            if service.protocol == "udp" and (not ports or service.port in ports) and self.fresh(service.observed_at):
                yield service

    def certificates(self, asset: AssetFacts) -> Iterator[CertificateFacts]:
        """Fresh certificates of services that still answer; what no open port shows is not in use."""
        shown = {(x.ip, x.port) for x in asset.services if x.protocol == "tcp"}
        for certificate in asset.certificates:
            if (certificate.ip, certificate.port) in shown and self.fresh(certificate.observed_at):
                yield certificate

    def among_workplaces(self, ip: str) -> bool:
        """Does the address lie in a network in which people's devices live?"""
        return self.purpose_of(ip) in CLIENT_PURPOSES

    def reachable_from_workplaces(self, service: ServiceFacts) -> bool:
        """Answers in a network of workplaces, or was seen from one."""
        return self.among_workplaces(service.ip) or service.facts.get("seen_from_purpose") in CLIENT_PURPOSES


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
