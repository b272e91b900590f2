"""BRIDGE-MIB and Q-BRIDGE-MIB: which MAC a switch learned on which port."""

from __future__ import annotations

from collections.abc import Mapping

from scanners.observation import Learned
from scanners.snmp.client import Snmp
from scanners.snmp.tables import Column, column
from scanners.snmp.values import number, station

PORT_IF_INDEX = "1.3.6.1.2.1.17.1.4.1.2"
FDB = "1.3.6.1.2.1.17.4.3.1"
Q_FDB = "1.3.6.1.2.1.17.7.1.2.2.1"
VLAN_FDB = "1.3.6.1.2.1.17.7.1.4.2.1.3"
LEARNED = 3
"""dot1dTpFdbStatus: 4 is the switch itself, 5 typed by a person."""
MAX_ENTRIES = 20_000


def _station(index: str) -> tuple[str | None, str]:
    """MAC from the last six numbers of an index, and what stands before them."""
    parts = index.split(".")
    try:
        return station(bytes(map(int, parts[-6:]))), ".".join(parts[:-6])
    except ValueError:
        return None, ""


async def port_names(snmp: Snmp, names: Mapping[str, str]) -> dict[str, str]:
    """Name of the interface behind each bridge port; `names` are the interface names by ifIndex."""
    interfaces = await column(snmp, PORT_IF_INDEX)
    return {port: names[str(index)] for port, index in interfaces.items() if str(index) in names}


async def _vlans(snmp: Snmp) -> dict[int | None, int]:
    """VLAN of each forwarding database; empty where they are numbered alike, as in most switches."""
    found: dict[int | None, int] = {}
    for index, database in (await column(snmp, VLAN_FDB)).items():
        found.setdefault(number(database), int(index.split(".")[-1]))
    return {} if all(database == vlan for database, vlan in found.items()) else found


async def read(snmp: Snmp, ports: Mapping[str, str]) -> tuple[Learned, ...]:
    """Forwarding table with VLANs where there is one, else the one without; `ports` are the names by bridge port."""
    places: Column = await column(snmp, f"{Q_FDB}.2")
    tagged = bool(places)
    if not tagged:
        places = await column(snmp, f"{FDB}.2")
    if not places:
        return ()
    states = await column(snmp, f"{Q_FDB if tagged else FDB}.3")
    vlans = await _vlans(snmp) if tagged else {}
    found = []
    for index, place in places.items():
        mac, before = _station(index)
        if mac and place and number(states.get(index, LEARNED)) == LEARNED:
            database = int(before) if before.isdecimal() else None
            vlan = vlans.get(database) if vlans else database
            found.append(Learned(mac, ports.get(str(place), str(place)), vlan if vlan and 0 < vlan < 4095 else None))
            if len(found) >= MAX_ENTRIES:
                break
    return tuple(found)
