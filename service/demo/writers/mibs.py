"""Rows of MIB tables as `{OID: (tag, value)}`.

Tags as in `.snmprec`: 2 integer, 4 text, 4x hex, 6 OID, 64 address, 65 to 67 numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Rows = dict[str, tuple[str, str]]

SYSTEM = "1.3.6.1.2.1.1"
_IF = "1.3.6.1.2.1.2.2.1"
_IFX = "1.3.6.1.2.1.31.1.1.1"
_ENTITY = "1.3.6.1.2.1.47.1.1.1.1"
_LLDP = "1.0.8802.1.1.2.1"


@dataclass(frozen=True, slots=True)
class Port:
    """An interface: its index, name, type (6 Ethernet, 24 loopback, 71 radio, 135 VLAN), speed in Mbit/s."""

    index: int
    name: str
    type: int = 6
    mac: str | None = None
    speed: int = 1000
    up: bool = True
    alias: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """What is plugged in at the other end of a port, as LLDP tells."""

    port: int
    chassis: str
    far_port: str
    name: str
    far_description: str = ""


def text(value: str) -> tuple[str, str]:
    """An octet string; what is not plain ASCII goes as hex, as snmpsim writes it."""
    return ("4", value) if value.isascii() and value.isprintable() else ("4x", value.encode().hex())


def mac_bytes(mac: str | None) -> tuple[str, str]:
    """A hardware address in hex; '' for an interface without."""
    return "4x", (mac or "").replace(":", "")


def system(descr: str, object_id: str, name: str, location: str, contact: str, up_seconds: int, services: int = 72) -> Rows:
    """The system group."""
    return {
        f"{SYSTEM}.1.0": text(descr),
        f"{SYSTEM}.2.0": ("6", object_id),
        f"{SYSTEM}.3.0": ("67", str(up_seconds * 100)),
        f"{SYSTEM}.4.0": text(contact),
        f"{SYSTEM}.5.0": text(name),
        f"{SYSTEM}.6.0": text(location),
        f"{SYSTEM}.7.0": ("2", str(services)),
    }


def interfaces(ports: Sequence[Port]) -> Rows:
    """Table of interfaces: ifTable and ifXTable."""
    rows: Rows = {"1.3.6.1.2.1.2.1.0": ("2", str(len(ports)))}
    for port in ports:
        i, state = port.index, "1" if port.up else "2"
        rows |= {
            f"{_IF}.1.{i}": ("2", str(i)),
            f"{_IF}.2.{i}": text(port.name),
            f"{_IF}.3.{i}": ("2", str(port.type)),
            f"{_IF}.4.{i}": ("2", "1500"),
            f"{_IF}.5.{i}": ("66", str(min(port.speed * 1_000_000, 4_294_967_295))),
            f"{_IF}.6.{i}": mac_bytes(port.mac),
            f"{_IF}.7.{i}": ("2", "1"),
            f"{_IF}.8.{i}": ("2", state),
            f"{_IFX}.1.{i}": text(port.name),
            f"{_IFX}.15.{i}": ("66", str(port.speed)),
            f"{_IFX}.18.{i}": text(port.alias),
        }
    return rows


def addresses(pairs: Sequence[tuple[str, int, str]]) -> Rows:
    """Own addresses, ipAddrTable: (address, ifIndex, mask)."""
    rows: Rows = {}
    for address, index, mask in pairs:
        rows |= {
            f"1.3.6.1.2.1.4.20.1.1.{address}": ("64", address),
            f"1.3.6.1.2.1.4.20.1.2.{address}": ("2", str(index)),
            f"1.3.6.1.2.1.4.20.1.3.{address}": ("64", mask),
        }
    return rows


def arp(entries: Sequence[tuple[int, str, str]]) -> Rows:
    """ARP table, ipNetToMediaTable: (ifIndex, address, MAC), learned dynamically."""
    rows: Rows = {}
    for index, address, mac in entries:
        rows |= {
            f"1.3.6.1.2.1.4.22.1.1.{index}.{address}": ("2", str(index)),
            f"1.3.6.1.2.1.4.22.1.2.{index}.{address}": mac_bytes(mac),
            f"1.3.6.1.2.1.4.22.1.3.{index}.{address}": ("64", address),
            f"1.3.6.1.2.1.4.22.1.4.{index}.{address}": ("2", "3"),
        }
    return rows


def forwarding(bridge: str, entries: Sequence[tuple[int, str, int]], ports: Sequence[Port]) -> Rows:
    """BRIDGE-MIB and Q-BRIDGE-MIB: (VLAN, MAC, port); the bridge's ports have the interfaces' numbers."""
    rows: Rows = {"1.3.6.1.2.1.17.1.1.0": mac_bytes(bridge), "1.3.6.1.2.1.17.1.2.0": ("2", str(len(ports)))}
    for port in ports:
        rows[f"1.3.6.1.2.1.17.1.4.1.1.{port.index}"] = ("2", str(port.index))
        rows[f"1.3.6.1.2.1.17.1.4.1.2.{port.index}"] = ("2", str(port.index))
    for vlan, mac, number in entries:
        tail = f"{vlan}." + ".".join(str(int(part, 16)) for part in mac.split(":"))
        rows[f"1.3.6.1.2.1.17.7.1.2.2.1.2.{tail}"] = ("2", str(number))
        rows[f"1.3.6.1.2.1.17.7.1.2.2.1.3.{tail}"] = ("2", "3")
    return rows


def tagless(vlans: Mapping[int, int], ports: int) -> Rows:
    """Q-BRIDGE-MIB: the VLAN of each port without a tag, 1 where none is named."""
    return {f"1.3.6.1.2.1.17.7.1.4.5.1.1.{port}": ("66", str(vlans.get(port, 1))) for port in range(1, ports + 1)}


def lldp(chassis: str, name: str, descr: str, ports: Sequence[Port], links: Sequence[Link]) -> Rows:
    """LLDP-MIB: who I am, my ports, my neighbours; chassis ids are hardware addresses (subtype 4)."""
    rows: Rows = {
        f"{_LLDP}.3.1.0": ("2", "4"),
        f"{_LLDP}.3.2.0": mac_bytes(chassis),
        f"{_LLDP}.3.3.0": text(name),
        f"{_LLDP}.3.4.0": text(descr),
    }
    for port in ports:
        rows[f"{_LLDP}.3.7.1.2.{port.index}"] = ("2", "5")
        rows[f"{_LLDP}.3.7.1.3.{port.index}"] = text(port.name)
        rows[f"{_LLDP}.3.7.1.4.{port.index}"] = text(port.name)
    for number, link in enumerate(links, 1):
        tail = f"0.{link.port}.{number}"
        rows |= {
            f"{_LLDP}.4.1.1.4.{tail}": ("2", "4"),
            f"{_LLDP}.4.1.1.5.{tail}": mac_bytes(link.chassis),
            f"{_LLDP}.4.1.1.6.{tail}": ("2", "5"),
            f"{_LLDP}.4.1.1.7.{tail}": text(link.far_port),
            f"{_LLDP}.4.1.1.8.{tail}": text(link.far_description),
            f"{_LLDP}.4.1.1.9.{tail}": text(link.name),
        }
    return rows


def chassis(
    model: str, serial: str, maker: str, *, software: str = "", description: str = "", index: int = 1, name: str = "Chassis"
) -> Rows:
    """ENTITY-MIB: the chassis row."""
    return {
        f"{_ENTITY}.2.{index}": text(description or model),
        f"{_ENTITY}.4.{index}": ("2", "0"),
        f"{_ENTITY}.5.{index}": ("2", "3"),
        f"{_ENTITY}.7.{index}": text(name),
        f"{_ENTITY}.10.{index}": text(software),
        f"{_ENTITY}.11.{index}": text(serial),
        f"{_ENTITY}.12.{index}": text(maker),
        f"{_ENTITY}.13.{index}": text(model),
    }


def engine_id(mac: str) -> Rows:
    """SNMP-FRAMEWORK-MIB: an engine id made of the hardware address."""
    return {"1.3.6.1.6.3.10.2.1.1.0": ("4x", "80001f8803" + mac.replace(":", ""))}


def printer(model: str, serial: str, pages: int) -> Rows:
    """Printer-MIB and the printer's row of HOST-RESOURCES-MIB."""
    return {
        "1.3.6.1.2.1.25.3.2.1.2.1": ("6", "1.3.6.1.2.1.25.3.1.5"),
        "1.3.6.1.2.1.25.3.2.1.3.1": text(model),
        "1.3.6.1.2.1.25.3.2.1.5.1": ("2", "2"),
        "1.3.6.1.2.1.25.3.5.1.1.1": ("2", "3"),
        "1.3.6.1.2.1.43.5.1.1.16.1": text(model),
        "1.3.6.1.2.1.43.5.1.1.17.1": text(serial),
        "1.3.6.1.2.1.43.10.2.1.4.1.1": ("65", str(pages)),
        "1.3.6.1.2.1.43.11.1.1.6.1.1": text("Toner schwarz"),
        "1.3.6.1.2.1.43.11.1.1.8.1.1": ("2", "100"),
        "1.3.6.1.2.1.43.11.1.1.9.1.1": ("2", str(pages * 7 % 96 + 4)),
    }


def installed(software: Sequence[str], memory_kb: int, processor: str) -> Rows:
    """HOST-RESOURCES-MIB of a server: memory, processor, installed software."""
    rows: Rows = {
        "1.3.6.1.2.1.25.2.2.0": ("2", str(memory_kb)),
        "1.3.6.1.2.1.25.3.2.1.2.1": ("6", "1.3.6.1.2.1.25.3.1.3"),
        "1.3.6.1.2.1.25.3.2.1.3.1": text(processor),
    }
    for number, name in enumerate(software, 1):
        rows[f"1.3.6.1.2.1.25.6.3.1.1.{number}"] = ("2", str(number))
        rows[f"1.3.6.1.2.1.25.6.3.1.2.{number}"] = text(name)
    return rows


def ups(maker: str, model: str, firmware: str, minutes: int, battery: int) -> Rows:
    """UPS-MIB; `battery` is upsBatteryStatus: 2 normal, 3 low, 4 depleted. One that is not normal feeds from its battery."""
    fed, charge, seconds = (3, 100, 0) if battery == 2 else (5, 34, 260)
    base = "1.3.6.1.2.1.33.1"
    return {
        f"{base}.1.1.0": text(maker),
        f"{base}.1.2.0": text(model),
        f"{base}.1.3.0": text(firmware),
        f"{base}.1.4.0": text(firmware),
        f"{base}.2.1.0": ("2", str(battery)),
        f"{base}.2.2.0": ("2", str(seconds)),
        f"{base}.2.3.0": ("2", str(minutes)),
        f"{base}.2.4.0": ("2", str(charge)),
        f"{base}.4.1.0": ("2", str(fed)),
        f"{base}.4.4.1.5.1": ("2", "37"),
        f"{base}.6.1.0": ("65", "0"),
        f"{base}.7.3.0": ("2", "1"),
    }


def recording(rows: Rows) -> str:
    """The file: one `OID|tag|value` a line, in the order of the OIDs."""
    ordered = sorted(rows, key=lambda oid: tuple(map(int, oid.split("."))))
    return "".join(f"{oid}|{rows[oid][0]}|{rows[oid][1]}\n" for oid in ordered)
