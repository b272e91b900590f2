"""From a GLPI inventory (JSON, agent or network inventory) to an observation. Pure."""

from __future__ import annotations

import base64
import binascii
import hashlib
import ipaddress
from collections.abc import Iterator
from datetime import datetime
from pathlib import PurePath
from typing import Any

from scanners import makers, text
from scanners.lists import cells
from scanners.observation import (
    Interface,
    Learned,
    Member,
    Name,
    Neighbour,
    Observation,
    Origin,
    Problem,
    Service,
    Software,
    Source,
)

CHASSIS = {
    "workstation": "Desktop|Low Profile Desktop|Pizza Box|Mini Tower|Tower|All in One|Space-Saving|Lunch Box|Mini PC|Stick PC",
    "notebook": "Laptop|Notebook|Portable|Sub Notebook|Convertible|Detachable",
    "tablet": "Tablet",
    "smartphone": "Hand Held",
    "server": "Rack Mount Chassis|Main Server Chassis|Blade|Blade Enclosure|Multi-system|Advanced TCA",
}
"""Kind → chassis types of SMBIOS as agents write them."""
PHYSICAL = frozenset({"", "physical", "unknown", "xen dom0", "docker host"})
ADAPTERS = frozenset(
    {"r8152", "r8153", "ax88179_178a", "asix", "cdc_ncm", "cdc_ether", "dm9601", "smsc95xx", "aqc111", "cdc_mbim"}
)
"""Drivers of network adapters at USB: their MACs belong to docks and adapters, not to the computer."""
SWITCH_PORTS = 8
"""From so many Ethernet ports a network device of unknown kind is a switch."""

MOST = 24
"""Supplies of one printer that are kept."""

_KIND = {chassis.lower(): kind for kind, names in CHASSIS.items() for chassis in names.split("|")}
_JUNK = frozenset({"", "none", "default string", "to be filled by o.e.m.", "system product name", "not specified"})


def observation(document: dict[str, Any], file: str, observed_at: datetime | None) -> Observation:
    """What the inventory says; `document` has lost its personal parts already."""
    content = document["content"]
    device = _said(document, "deviceid")
    common = {"source": Source.AGENT, "key": device or PurePath(file).stem, "file": file, "observed_at": observed_at}
    if isinstance(content.get("network_device"), dict):
        return _network_device(document, content, common)
    return _computer(document, content, common)


def _computer(document: dict[str, Any], content: dict[str, Any], common: dict[str, Any]) -> Observation:
    bios, hardware, system = (_table(content, name) for name in ("bios", "hardware", "operatingsystem"))
    interfaces, macs, ips = _interfaces(_rows(content, "networks"))
    problems: list[Problem] = []
    uuids: list[str] = []
    if said := _said(hardware, "uuid"):
        try:
            uuids = cells.uuids(said)
        except ValueError as reason:
            problems.append(Problem(common["key"], f"hardware.uuid „{text.line(said, 60)}“ {reason}."))
    os_name, os_version = _system(system)
    kind, kind_origin = _kind(document, hardware, os_name or "")
    model = _useful(bios, "smodel") or _useful(bios, "mmodel")
    vendor = makers.canonical(_useful(bios, "smanufacturer") or _useful(bios, "mmanufacturer"))
    names = dict.fromkeys(name for name in (_said(system, "fqdn"), _said(hardware, "name")) if name)
    serial = text.serial(_said(bios, "ssn") or "")
    read = {"kind": kind, "vendor": vendor, "model": model, "os": os_name, "serials": serial, "firmware": _said(bios, "bversion")}
    facts = {
        "chassis": _said(hardware, "chassis_type"),
        "hypervisor_kind": None if kind != "vm" else _said(hardware, "vmsystem"),
        "monitors": [_picked(row, ("manufacturer", "caption", "serial")) for row in _rows(content, "monitors")],
        "virtual_machines": [_picked(row, ("name", "uuid", "vmtype", "status")) for row in _rows(content, "virtualmachines")],
        "asset_tag": _useful(bios, "assettag"),
        "memory_mib": hardware.get("memory") if isinstance(hardware.get("memory"), int) else None,
        "agent": _said(content, "versionclient"),
        "partial": document.get("partial") is True or None,
    }
    return Observation(
        **common,
        kind=kind,
        vendor=vendor,
        model=model,
        os=os_name,
        os_version=os_version,
        firmware=read["firmware"],
        names=tuple(Name(name, Origin.AGENT) for name in names),
        ips=ips,
        macs=macs,
        serials=(serial,) if serial else (),
        uuids=tuple(uuids),
        interfaces=interfaces,
        services=tuple(_databases(content)),
        software=tuple(_software(_rows(content, "softwares"))),
        problems=tuple(problems),
        ssh_keys=tuple(_ssh_key(_said(system, "ssh_key") or "")),
        agent_id=_said(document, "deviceid"),
        origins={name: kind_origin if name == "kind" else Origin.AGENT for name, value in read.items() if value},
        facts={name: value for name, value in facts.items() if value not in (None, [])},
    )


def _network_device(document: dict[str, Any], content: dict[str, Any], common: dict[str, Any]) -> Observation:
    """A switch, printer … that an agent asked over SNMP."""
    device = _table(content, "network_device")
    ports = _rows(content, "network_ports")
    kind = {"Printer": "printer", "Phone": "phone"}.get(_said(document, "itemtype") or _said(device, "type") or "")
    if kind is None and sum(1 for port in ports if port.get("iftype") == 6) >= SWITCH_PORTS:
        kind = "switch"
    interfaces = tuple(_port(port) for port in ports)
    macs = dict.fromkeys(mac for mac in (text.mac(_said(device, "mac") or ""), *(face.mac for face in interfaces)) if mac)
    chassis = [row for row in _rows(content, "network_components") if row.get("type") == "chassis" and row.get("serial")]
    members = tuple(Member(_said(row, "serial"), _said(row, "model"), at) for at, row in enumerate(chassis, start=1))
    serial = text.serial(_said(device, "serial") or "")
    read = {"vendor": makers.canonical(_said(device, "manufacturer")), "model": _said(device, "model")}
    origins = {name: Origin.VENDOR_OID for name, value in {**read, "serials": serial}.items() if value}
    if kind:
        origins["kind"] = Origin.SYS_OBJECT_ID if kind != "switch" else Origin.PORTS
    counters = _table(content, "pagecounters")
    facts = {
        "sys_location": _said(device, "location"),
        "page_count": counters.get("total"),
        "supplies": _supplies(_rows(content, "cartridges")) or None,
        "agent": _said(content, "versionclient"),
    }
    name = _said(device, "name")
    return Observation(
        **common,
        kind=kind,
        vendor=read["vendor"],
        model=read["model"],
        firmware=_said(device, "firmware"),
        names=(Name(name, Origin.SYS_NAME),) if name else (),
        ips=_usable(device.get("ips")),
        macs=tuple(macs),
        serials=(serial,) if serial else (),
        interfaces=interfaces,
        neighbours=tuple(neighbour for port in ports for neighbour in _neighbours(port)),
        members=members if len(members) > 1 else (),
        learned=tuple(entry for port in ports for entry in _learned(port)),
        origins=origins,
        facts={key: value for key, value in facts.items() if value is not None},
    )


def _supplies(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Toner, ink and drums as agents write them: `tonerblack` and percent left, or a word that says no number."""
    said = [(str(name)[:80], str(left).strip().removesuffix("%").strip()) for row in rows[:MOST] for name, left in row.items()]
    return [
        {"name": name} | ({"percent": int(left)} if left.isascii() and left.isdecimal() and int(left) <= 100 else {})
        for name, left in said
    ]


def _table(data: dict[str, Any], name: str) -> dict[str, Any]:
    part = data.get(name)
    return part if isinstance(part, dict) else {}


def _rows(data: dict[str, Any], name: str) -> list[dict[str, Any]]:
    part = data.get(name)
    return [row for row in part if isinstance(row, dict)] if isinstance(part, list) else []


def _said(data: dict[str, Any], name: str) -> str | None:
    value = data.get(name)
    return text.line(str(value), 512) or None if isinstance(value, str | int | float) and not isinstance(value, bool) else None


def _useful(data: dict[str, Any], name: str) -> str | None:
    value = _said(data, name)
    return None if value is None or value.lower() in _JUNK else value


def _picked(row: dict[str, Any], names: tuple[str, ...]) -> dict[str, str]:
    return {name: value for name in names if (value := _said(row, name))}


def _kind(document: dict[str, Any], hardware: dict[str, Any], system: str) -> tuple[str | None, Origin]:
    if (_said(hardware, "vmsystem") or "").lower() not in PHYSICAL:
        return "vm", Origin.AGENT
    if _said(document, "itemtype") == "Phone":
        return "smartphone", Origin.AGENT
    kind = _KIND.get((_said(hardware, "chassis_type") or "").lower())
    return ("server" if kind == "workstation" and "Server" in system else kind), Origin.AGENT


def _system(system: dict[str, Any]) -> tuple[str | None, str | None]:
    name, full = _said(system, "name"), _said(system, "full_name")
    if full and (name or "").startswith(("Windows", "Microsoft")):
        name = full.removeprefix("Microsoft ").replace("®", "")
    return name or full, _said(system, "version") or _said(system, "kernel_version")


def _interfaces(cards: list[dict[str, Any]]) -> tuple[tuple[Interface, ...], tuple[str, ...], tuple[str, ...]]:
    """Interfaces (one for each name, addresses together), own MACs, addresses."""
    faces: dict[str, Interface] = {}
    own: dict[str, None] = {}
    for card in cards:
        name = _said(card, "description") or _said(card, "mac") or "?"
        mac = text.mac(_said(card, "mac") or "")
        addresses = _usable([card.get("ipaddress"), card.get("ipaddress6")])
        before = faces.get(name)
        speed = _said(card, "speed")
        faces[name] = Interface(
            name,
            mac or (before.mac if before else None),
            tuple(dict.fromkeys([*(before.ips if before else ()), *addresses])),
            int(speed) * 1_000_000
            if speed and speed.isdecimal() and 0 < int(speed) < 10**6
            else before.speed_bit_s
            if before
            else None,
            {"up": True, "down": False}.get((_said(card, "status") or "").lower()),
        )
        if (
            mac
            and card.get("virtualdev") is not True
            and _said(card, "type") != "loopback"
            and _said(card, "driver") not in ADAPTERS
        ):
            own[mac] = None
    ips = dict.fromkeys(ip for face in faces.values() for ip in face.ips)
    return tuple(faces.values()), tuple(own), tuple(ips)


def _usable(addresses: Any) -> tuple[str, ...]:
    """Addresses by which others reach the device: neither loopback nor link-local."""
    found: dict[str, None] = {}
    for said in addresses if isinstance(addresses, list) else []:
        try:
            address = ipaddress.ip_address(str(said).partition("%")[0])
        except ValueError:
            continue
        if not (address.is_loopback or address.is_link_local or address.is_unspecified):
            found[str(address)] = None
    return tuple(found)


def _software(rows: list[dict[str, Any]]) -> Iterator[Software]:
    for row in rows:
        if name := _said(row, "name"):
            yield Software(name, _said(row, "version"), _said(row, "publisher"))


def _databases(content: dict[str, Any]) -> Iterator[Service]:
    for row in _rows(content, "databases_services"):
        if row.get("is_active") is not False and str(row.get("port", "")).isdecimal():
            yield Service(
                "tcp", int(row["port"]), (_said(row, "type") or "").lower() or None, _said(row, "name"), _said(row, "version")
            )


def _ssh_key(line: str) -> Iterator[str]:
    parts = line.split()
    if len(parts) > 1:
        try:
            yield hashlib.sha256(base64.b64decode(parts[1], validate=True)).hexdigest()
        except (binascii.Error, ValueError):
            return


def _port(port: dict[str, Any]) -> Interface:
    speed = port.get("ifspeed")
    name = _said(port, "ifname") or _said(port, "ifdescr") or str(port.get("ifnumber", "?"))
    state = {"1": True, "2": False}.get(str(port.get("ifstatus")))
    return Interface(
        name,
        text.mac(_said(port, "mac") or ""),
        _usable(port.get("ips")),
        speed if isinstance(speed, int) and speed > 0 else None,
        state,
    )


def _neighbours(port: dict[str, Any]) -> Iterator[Neighbour]:
    local = _said(port, "ifname") or _said(port, "ifdescr")
    for row in _rows(port, "connections"):
        name, chassis = _said(row, "sysname"), _said(row, "sysmac")
        if name or chassis:
            via = "lldp" if port.get("lldp") is True else "cdp"
            yield Neighbour(via, local, text.mac(chassis or "") or chassis, name, _said(row, "ifdescr"))


def _learned(port: dict[str, Any]) -> Iterator[Learned]:
    local = _said(port, "ifname") or _said(port, "ifdescr") or "?"
    for row in _rows(port, "connections"):
        said = row.get("mac")
        for value in said if isinstance(said, list) else [said]:
            if mac := text.mac(str(value or "")):
                yield Learned(mac, local)
