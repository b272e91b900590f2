"""BRIDGE-MIB and Q-BRIDGE-MIB: which MAC a switch learned on which port."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager

from scanners.observation import Learned, PortVlan
from scanners.snmp.client import Refused, Silent, Snmp
from scanners.snmp.tables import Column
from scanners.snmp.values import number

PORT_IF_INDEX = "1.3.6.1.2.1.17.1.4.1.2"
FDB = "1.3.6.1.2.1.17.4.3.1"
Q_FDB = "1.3.6.1.2.1.17.7.1.2.2.1"
VLAN_FDB = "1.3.6.1.2.1.17.7.1.4.2.1.3"
PVID = "1.3.6.1.2.1.17.7.1.4.5.1.1"
ACCESS_VLAN = "1.3.6.1.4.1.9.9.68.1.2.2.1.2"
"""vmVlan of CISCO-VLAN-MEMBERSHIP-MIB, by ifIndex: for switches without Q-BRIDGE-MIB."""
VTP_STATE = "1.3.6.1.4.1.9.9.46.1.3.1.1.2"
"""vtpVlanState of CISCO-VTP-MIB by domain and VLAN; 1 is in use."""
RESERVED_VLANS = range(1002, 1006)
MAX_VLANS = 200
Views = Callable[[int], AbstractAsyncContextManager[Snmp]]
"""VLAN → the same device, seen in that VLAN alone."""
LEARNED = 3
"""dot1dTpFdbStatus: 4 is the switch itself, 5 typed by a person."""
MAX_ENTRIES = 20_000
_HEX = {str(octet): f"{octet:02x}" for octet in range(256)}
_SINGLE = frozenset("02468ace")


def _station(octets: Sequence[str]) -> str | None:
    """MAC of a single station out of the six numbers of an index. Tables are long, so no number is made of them."""
    try:
        mac = ":".join([_HEX[octet] for octet in octets])
    except KeyError:
        return None
    return mac if len(mac) == 17 and mac[1] in _SINGLE and mac != "00:00:00:00:00:00" else None


async def port_names(snmp: Snmp, names: Mapping[str, str]) -> dict[str, str]:
    """Name of the interface behind each bridge port; `names` are the interface names by ifIndex."""
    interfaces = await snmp.column(PORT_IF_INDEX)
    return {port: names[str(index)] for port, index in interfaces.items() if str(index) in names}


async def port_vlans(snmp: Snmp, ports: Mapping[str, str], names: Mapping[str, str]) -> tuple[PortVlan, ...]:
    """The VLAN of each port without a tag, by Q-BRIDGE-MIB, else as Cisco's own table has it."""
    found = {ports.get(port, port): number(vlan) for port, vlan in (await snmp.column(PVID)).items()}
    if not found:
        found = {names.get(index, index): number(vlan) for index, vlan in (await snmp.column(ACCESS_VLAN)).items()}
    return tuple(PortVlan(port, vlan) for port, vlan in found.items() if vlan and 0 < vlan < 4095)


async def by_vlan(snmp: Snmp, views: Views, names: Mapping[str, str]) -> tuple[Learned, ...]:
    """The forwarding tables of a switch that shows each VLAN only when asked for it (`community@10`).

    Empty where the device lists no VLANs of its own; a VLAN that it does not answer for ends the reading.
    """
    states = await snmp.column(VTP_STATE)
    vlans = [int(index.rpartition(".")[2]) for index, state in states.items() if state == 1]
    found: dict[Learned, None] = {}
    for vlan in [vlan for vlan in vlans if 0 < vlan < 4095 and vlan not in RESERVED_VLANS][:MAX_VLANS]:
        try:
            async with views(vlan) as view:
                # the ports of a VLAN are numbered in that VLAN only
                learned = await read(view, await port_names(view, names))
        except (Silent, Refused):
            break
        found |= {Learned(entry.mac, entry.port, vlan): None for entry in learned}
        if len(found) >= MAX_ENTRIES:
            break
    return tuple(found)[:MAX_ENTRIES]


async def _vlans(snmp: Snmp) -> dict[int | None, int]:
    """VLAN of each forwarding database; empty where they are numbered alike, as in most switches."""
    found: dict[int | None, int] = {}
    for index, database in (await snmp.column(VLAN_FDB)).items():
        found.setdefault(number(database), int(index.split(".")[-1]))
    return {} if all(database == vlan for database, vlan in found.items()) else found


async def read(snmp: Snmp, ports: Mapping[str, str]) -> tuple[Learned, ...]:
    """Forwarding table with VLANs where there is one, else the one without; `ports` are the names by bridge port."""
    places: Column = await snmp.column(f"{Q_FDB}.2")
    tagged = bool(places)
    if not tagged:
        places = await snmp.column(f"{FDB}.2")
    if not places:
        return ()
    states = await snmp.column(f"{Q_FDB if tagged else FDB}.3")
    vlans = await _vlans(snmp) if tagged else {}
    found = []
    for index, place in places.items():
        if not place or states.get(index, LEARNED) != LEARNED:
            continue
        parts = index.split(".")
        mac = _station(parts[-6:])
        if mac:
            database = int(parts[0]) if len(parts) > 6 else None
            vlan = vlans.get(database) if vlans else database
            port = str(place)
            found.append(Learned(mac, ports.get(port, port), vlan if vlan and 0 < vlan < 4095 else None))
            if len(found) >= MAX_ENTRIES:
                break
    return tuple(found)
