"""LLDP-MIB and CISCO-CDP-MIB: what the device hears on its ports."""

from __future__ import annotations

import re
from collections.abc import Mapping

from scanners.observation import Neighbour
from scanners.snmp.client import Snmp, Value
from scanners.snmp.tables import columns
from scanners.snmp.values import clean, indexed_ip, ip, mac, number, station, text

LOCAL_PORT = "1.0.8802.1.1.2.1.3.7.1"
REMOTE = "1.0.8802.1.1.2.1.4.1.1"
CDP_ENTRY = "1.3.6.1.4.1.9.9.23.1.2.1.1"
MAC_CHASSIS = 4
"""LldpChassisIdSubtype; an address is one higher. LldpPortIdSubtype counts one lower."""
LOCAL_ID_PORT = 7
MAC_PORT = 3
REMOTE_ADDRESS = "1.0.8802.1.1.2.1.4.2.1.3"
"""lldpRemManAddrIfSubtype: the index holds time, local port, neighbour, and the address behind its family and length."""
IPV4, IPV6 = "1", "2"
ROLES = {0x20: "bridge", 0x10: "access_point", 0x08: "router", 0x04: "phone", 0x01: "station"}
"""LldpSystemCapabilitiesMap, first octet."""
CDP_ROLES = {0x08: "bridge", 0x02: "bridge", 0x01: "router", 0x80: "phone", 0x10: "station"}
_PHONE = re.compile(r"SEP([0-9A-F]{12})")
"""Telephones name themselves by their hardware address."""
_SPELT = re.compile(rb"([0-9A-Fa-f]{2})(?: [0-9A-Fa-f ]*)?")
MAX_PLATFORM = 200


def _roles(value: Value, known: Mapping[int, str]) -> tuple[str, ...]:
    """Roles out of a bit map; some agents spell the octets."""
    if not isinstance(value, bytes) or not value:
        return ()
    spelt = _SPELT.fullmatch(value) if len(value) > 2 else None
    octet = int(spelt[1], 16) if spelt else value[-1] if len(value) == 4 else value[0]
    return tuple(dict.fromkeys(role for bit, role in known.items() if octet & bit))


def _platform(value: Value) -> str | None:
    said = text(value)
    return said[:MAX_PLATFORM] if said else None


def _identifier(value: Value, subtype: int | None, mac_subtype: int) -> str | None:
    """A chassis or port id by its subtype: MAC, address (first octet is the family), else text."""
    if subtype == mac_subtype:
        return mac(value) or text(value)
    if subtype == mac_subtype + 1 and isinstance(value, bytes) and len(value) in {5, 17}:
        return ip(value[1:])
    if isinstance(value, bytes) and len(value) == 6 and not value.isascii():
        return mac(value)
    return text(value)


async def lldp(snmp: Snmp, names: Mapping[str, str], ports: Mapping[str, str]) -> list[Neighbour]:
    """Table lldpRemTable. Local ports are numbered like bridge ports (IEEE 802.1AB), by many agents like ifIndex."""
    kinds, chassis, port_kinds, port_ids, port_names, systems, platforms, roles = await columns(
        snmp, REMOTE, 4, 5, 6, 7, 8, 9, 10, 12
    )
    if not kinds and not chassis:
        return []
    addresses = await _addresses(snmp)
    local_kinds, local_ids, local_names = await columns(snmp, LOCAL_PORT, 2, 3, 4)
    known = frozenset(names.values())

    def local(place: str) -> str:
        said = (_identifier(local_ids.get(place), number(local_kinds.get(place)), 3), text(local_names.get(place)))
        interface = next((name for name in said if name in known), None)
        return interface or ports.get(place) or names.get(place) or said[1] or said[0] or place

    found = []
    for index in chassis or kinds:
        parts = index.split(".")
        port_kind = number(port_kinds.get(index))
        port, name = _identifier(port_ids.get(index), port_kind, 3), text(port_names.get(index))
        whose = _identifier(chassis.get(index), number(kinds.get(index)), MAC_CHASSIS)
        card = station(port_ids.get(index)) if port_kind == MAC_PORT else None
        found.append(
            Neighbour(
                via="lldp",
                local_port=local(parts[1]) if len(parts) > 1 else None,
                chassis=whose,
                name=text(systems.get(index)),
                # a port named by MAC or by a bare number says less than its description
                port=(name or port) if port_kind in {3, LOCAL_ID_PORT} else (port or name),
                mac=card if card != whose else None,
                address=addresses.get(index) or ip(whose),
                platform=_platform(platforms.get(index)),
                roles=_roles(roles.get(index), ROLES),
            )
        )
    return found


async def _addresses(snmp: Snmp) -> dict[str, str]:
    """First management address of each neighbour by its index in lldpRemTable; IPv4 goes first."""
    found: dict[str, tuple[bool, str]] = {}
    for index in await snmp.column(REMOTE_ADDRESS):
        parts = index.split(".")
        if len(parts) < 5 or parts[3] not in {IPV4, IPV6}:
            continue
        # agents of old leave the length out
        octets = parts[5:] if len(parts) in {9, 21} else parts[4:]
        address, row = indexed_ip(".".join(octets)), ".".join(parts[:3])
        if address and (row not in found or (parts[3] == IPV4 and not found[row][0])):
            found[row] = parts[3] == IPV4, address
    return {row: address for row, (_, address) in found.items()}


async def cdp(snmp: Snmp, names: Mapping[str, str]) -> list[Neighbour]:
    """Tables cdpCacheTable; the index begins with the ifIndex of the local port."""
    devices, addresses, ports, platforms, roles = await columns(snmp, CDP_ENTRY, 6, 4, 7, 8, 9)
    found = []
    for index, device in devices.items():
        said, interface = text(device), index.split(".")[0]
        phone = _PHONE.fullmatch(said or "")
        hardware = mac(device) or (mac(phone[1]) if phone else None)
        found.append(
            Neighbour(
                via="cdp",
                local_port=names.get(interface, interface),
                chassis=hardware,
                # NX-OS and others append the serial number in brackets
                name=None if mac(device) or not said else clean(said.split("(")[0]),
                port=text(ports.get(index)),
                address=ip(addresses.get(index)),
                platform=_platform(platforms.get(index)),
                roles=_roles(roles.get(index), CDP_ROLES),
            )
        )
    return found


async def read(snmp: Snmp, names: Mapping[str, str], ports: Mapping[str, str]) -> tuple[Neighbour, ...]:
    """LLDP and CDP together; `names` are the interface names by ifIndex, `ports` those by bridge port."""
    return tuple(dict.fromkeys((*await lldp(snmp, names, ports), *await cdp(snmp, names))))
