"""LLDP-MIB and CISCO-CDP-MIB: what the device hears on its ports."""

from __future__ import annotations

from collections.abc import Mapping

from scanners.observation import Neighbour
from scanners.snmp.client import Snmp, Value
from scanners.snmp.tables import columns
from scanners.snmp.values import clean, ip, mac, number, text

LOCAL_PORT = "1.0.8802.1.1.2.1.3.7.1"
REMOTE = "1.0.8802.1.1.2.1.4.1.1"
CDP_ENTRY = "1.3.6.1.4.1.9.9.23.1.2.1.1"
MAC_CHASSIS = 4
"""LldpChassisIdSubtype; an address is one higher. LldpPortIdSubtype counts one lower."""
LOCAL_ID_PORT = 7


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
    kinds, chassis, port_kinds, port_ids, port_names, systems = await columns(snmp, REMOTE, 4, 5, 6, 7, 8, 9)
    if not kinds and not chassis:
        return []
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
        found.append(
            Neighbour(
                via="lldp",
                local_port=local(parts[1]) if len(parts) > 1 else None,
                chassis=_identifier(chassis.get(index), number(kinds.get(index)), MAC_CHASSIS),
                name=text(systems.get(index)),
                # a port named by MAC or by a bare number says less than its description
                port=(name or port) if port_kind in {3, LOCAL_ID_PORT} else (port or name),
            )
        )
    return found


async def cdp(snmp: Snmp, names: Mapping[str, str]) -> list[Neighbour]:
    """Tables cdpCacheTable; the index begins with the ifIndex of the local port."""
    devices, ports = await columns(snmp, CDP_ENTRY, 6, 7)
    found = []
    for index, device in devices.items():
        said, interface = text(device), index.split(".")[0]
        hardware = mac(device)
        found.append(
            Neighbour(
                via="cdp",
                local_port=names.get(interface, interface),
                chassis=hardware,
                # NX-OS and others append the serial number in brackets
                name=None if hardware or not said else clean(said.split("(")[0]),
                port=text(ports.get(index)),
            )
        )
    return found


async def read(snmp: Snmp, names: Mapping[str, str], ports: Mapping[str, str]) -> tuple[Neighbour, ...]:
    """LLDP and CDP together; `names` are the interface names by ifIndex, `ports` those by bridge port."""
    return tuple(dict.fromkeys((*await lldp(snmp, names, ports), *await cdp(snmp, names))))
