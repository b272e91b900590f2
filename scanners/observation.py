"""The words in which scanners report: what was seen, by whom, when, and what went wrong.

Knows no network, no file format, no database. Every source, from an nmap run to a spreadsheet,
ends in a `Collection` of `Observation`s; the inventory begins there. Unknown is `None` or empty,
never a guess.
"""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

KINDS = frozenset(
    {
        "workstation",
        "notebook",
        "thin_client",
        "tablet",
        "smartphone",
        "phone",
        "server",
        "vm",
        "hypervisor",
        "storage",
        "switch",
        "router",
        "firewall",
        "access_point",
        "wireless_controller",
        "load_balancer",
        "printer",
        "label_printer",
        "ups",
        "pdu",
        "camera",
        "environment_sensor",
        "plc",
        "management_controller",
        "console_server",
        "telephony",
        "conference",
        "monitor",
        "dock",
        "headset",
        "scanner",
        "projector",
        "time_server",
        "appliance",
        "virtual_address",
        "other",
        "unknown",
    }
)
"""Kinds of device (Geräteart), exactly the identifiers users script against."""


class Source(enum.StrEnum):
    """Kind of source (Quelle) an observation comes from."""

    NMAP = "nmap"
    SNMP = "snmp"
    AGENT = "agent"
    """A GLPI inventory file made on the device itself."""
    LIST = "list"
    """A list that people keep (Bestandsliste)."""
    MANUAL = "manual"
    """Typed into Odenwacht by a person."""


class Origin(enum.StrEnum):
    """How a source came to know a value; ranks of `domain.md` 2.9 are built from it."""

    AGENT = "agent"
    ENTITY = "entity"
    """ENTITY-MIB, chassis row."""
    VENDOR_OID = "vendor_oid"
    SYS_OBJECT_ID = "sys_object_id"
    SYS_DESCR = "sys_descr"
    SYS_NAME = "sys_name"
    NETBIOS = "netbios"
    SMB = "smb"
    LIST = "list"
    CERTIFICATE = "certificate"
    PTR = "ptr"
    BANNER = "banner"
    """Service banner, page title, CPE of a service."""
    OS_GUESS = "os_guess"
    """nmap's fingerprint match."""
    PORTS = "ports"
    """Profile of open ports."""
    OUI = "oui"
    """Maker of the network card by MAC prefix."""
    NAME = "name"
    """Abbreviation in the name that people gave the device."""
    MANUAL = "manual"


@dataclass(frozen=True, slots=True)
class Interface:
    """A network interface; `speed_bit_s` in bit/s, `up` None when the device does not tell."""

    name: str
    mac: str | None = None
    ips: tuple[str, ...] = ()
    speed_bit_s: int | None = None
    up: bool | None = None


@dataclass(frozen=True, slots=True)
class Service:
    """An open port (Dienst). `facts` carry what scripts found (`http_title`, `tls_versions`, `smb_v1`, `ssh_host_keys` …)."""

    protocol: str
    port: int
    name: str | None = None
    product: str | None = None
    version: str | None = None
    tls: bool = False
    cpes: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Software:
    """An installed product with its version as the device names it."""

    name: str
    version: str | None = None
    publisher: str | None = None


@dataclass(frozen=True, slots=True)
class Neighbour:
    """What a device hears on one of its ports; `via` is `lldp cdp fdp mndp`. The published format has the first five fields."""

    via: str
    local_port: str | None = None
    chassis: str | None = None
    name: str | None = None
    port: str | None = None
    mac: str | None = None
    """A hardware address of the neighbour that is not its `chassis`: many telephones say it as their port."""
    address: str | None = None
    """Its management address."""
    platform: str | None = None
    """What it says of its hardware or system."""
    roles: tuple[str, ...] = ()
    """What it does: `bridge access_point router phone station`."""


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a stack (Stapel) with its own serial number."""

    serial: str | None = None
    model: str | None = None
    position: int | None = None


@dataclass(frozen=True, slots=True)
class Certificate:
    """A TLS certificate found at `port`; `fingerprint` is the SHA-256 of the certificate in lower-case hex."""

    fingerprint: str
    port: int | None = None
    subject: str | None = None
    names: tuple[str, ...] = ()
    issuer: str | None = None
    not_before: datetime | None = None
    not_after: datetime | None = None
    self_issued: bool | None = None


@dataclass(frozen=True, slots=True)
class Name:
    """A host name and how we came to know it."""

    value: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class Heard:
    """An ARP or neighbour-cache entry of a router: this address answered from this MAC."""

    ip: str
    mac: str


@dataclass(frozen=True, slots=True)
class Learned:
    """A forwarding-table entry of a switch: this MAC was learned on this port."""

    mac: str
    port: str
    vlan: int | None = None


@dataclass(frozen=True, slots=True)
class Trunk:
    """Several ports that work as one (LAG, Port-Channel); `name` is the interface they form."""

    name: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PortVlan:
    """The VLAN in which a port sends without a tag (PVID)."""

    port: str
    vlan: int


@dataclass(frozen=True, slots=True)
class Managed:
    """What a device lists as its own: an access point of a wireless controller, a machine of a hypervisor."""

    kind: str
    name: str | None = None
    macs: tuple[str, ...] = ()
    ip: str | None = None
    serial: str | None = None
    model: str | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """A failure of the outside world, recorded as a value: `where` (host, row, file) and a German sentence."""

    where: str
    text: str


@dataclass(frozen=True, slots=True)
class Observation:
    """Beobachtung: what one source says about one device at one time. Immutable, kept for ever.

    Shape: the fields named in the `inspect` format come first and are written under the same names;
    the rest is evidence that the merge and the checks need. MACs are lower-case `aa:bb:cc:dd:ee:ff`,
    addresses are canonical text. `origins` maps a field (`serials`, `model`, `kind`, `os` …) to the
    `Origin` it was read from.
    """

    source: Source
    key: str
    """IP address of an nmap host or recording, `row:N` for rows of lists."""
    file: str = ""
    observed_at: datetime | None = None
    kind: str | None = None
    vendor: str | None = None
    model: str | None = None
    os: str | None = None
    os_version: str | None = None
    firmware: str | None = None
    names: tuple[Name, ...] = ()
    ips: tuple[str, ...] = ()
    macs: tuple[str, ...] = ()
    """MACs of the device's own interfaces, as far as this source can tell."""
    serials: tuple[str, ...] = ()
    uuids: tuple[str, ...] = ()
    interfaces: tuple[Interface, ...] = ()
    services: tuple[Service, ...] = ()
    software: tuple[Software, ...] = ()
    neighbours: tuple[Neighbour, ...] = ()
    members: tuple[Member, ...] = ()
    problems: tuple[Problem, ...] = ()
    # evidence beyond the published format
    ssh_keys: tuple[str, ...] = ()
    """SHA-256 fingerprints (lower-case hex) of SSH host keys at port 22."""
    certificates: tuple[Certificate, ...] = ()
    engine_id: str | None = None
    """SNMP engine id in lower-case hex."""
    agent_id: str | None = None
    inventory_no: str | None = None
    heard: tuple[Heard, ...] = ()
    learned: tuple[Learned, ...] = ()
    trunks: tuple[Trunk, ...] = ()
    port_vlans: tuple[PortVlan, ...] = ()
    managed: tuple[Managed, ...] = ()
    origins: Mapping[str, Origin] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)
    """Fields that only lists and people know: `unit user room site purchase_date price warranty_until note status` …;
    dates ISO 8601, prices with decimal point in Euro."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """Other findings as JSON: `sys_object_id sys_descr sys_location snmp_version uptime_s page_count supplies ups_status` …"""

    @property
    def hostnames(self) -> tuple[str, ...]:
        """All names in the order of reliability given by the source, each once."""
        return tuple(dict.fromkeys(name.value for name in self.names))

    def as_line(self) -> dict[str, Any]:
        """The published JSON shape of `odenwacht inspect`, with further evidence behind it where there is any."""
        line: dict[str, Any] = {
            "source": str(self.source),
            "file": self.file,
            "key": self.key,
            "observed_at": self.observed_at.isoformat() if self.observed_at else None,
            "kind": self.kind,
            "vendor": self.vendor,
            "model": self.model,
            "os": self.os,
            "os_version": self.os_version,
            "firmware": self.firmware,
            "hostnames": list(self.hostnames),
        }
        for name in ("ips", "macs", "serials", "uuids"):
            line[name] = list(getattr(self, name))
        line["interfaces"] = [dataclasses.asdict(x) | {"ips": list(x.ips)} for x in self.interfaces]
        line["services"] = [
            {key: getattr(x, key) for key in ("protocol", "port", "name", "product", "version", "tls")} for x in self.services
        ]
        line["software"] = [{"name": x.name, "version": x.version} for x in self.software]
        line["neighbours"] = [
            {key: getattr(x, key) for key in ("via", "local_port", "chassis", "name", "port")} for x in self.neighbours
        ]
        line["members"] = [{"serial": x.serial, "model": x.model} for x in self.members]
        line["problems"] = [dataclasses.asdict(x) for x in self.problems]
        evidence = {"inventory_no": self.inventory_no, "fields": dict(self.fields), "facts": dict(self.facts)}
        return line | {key: value for key, value in evidence.items() if value}


@dataclass(frozen=True, slots=True)
class Collection:
    """Everything one run of one source brought, complete or not: half a network is a good collection of half."""

    source: Source
    observations: tuple[Observation, ...]
    problems: tuple[Problem, ...] = ()
    scope: str = ""
    """Networks, file or town the run was about, as text for people."""
    started_at: datetime | None = None
    finished_at: datetime | None = None
    complete: bool = True
    """False where the run was cancelled or cut off; absence then proves nothing."""
    full: bool = False
    """True for a scan that looked at all ports of its scope's networks: absence of a service then counts."""
    purpose: str = ""
    """Why a probe looked although no job asked for it, for the log (German)."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: `done` of `total` in `unit`, what happens now (German), seconds left if known."""

    done: int
    total: int
    text: str
    seconds_left: float | None = None


Report = Callable[[Progress], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Scanner:
    """One source as the registry finds it: `sources/<module>.SCANNER`.

    `suffixes` and `sniff` choose the source of a file; `parse(data, file, observed_at)` is pure and raises
    `ValueError` with a German sentence when the bytes are not its format.
    """

    name: str
    title: str
    parse: Callable[..., Collection]
    sniff: Callable[[bytes, str], bool]
