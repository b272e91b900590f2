"""BRIDGE-MIB and Q-BRIDGE-MIB: which MAC a switch learned on which port."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from scanners.observation import Learned
from scanners.snmp.client import Snmp
from scanners.snmp.tables import Column
from scanners.snmp.values import number

PORT_IF_INDEX = "1.3.6.1.2.1.17.1.4.1.2"
FDB = "1.3.6.1.2.1.17.4.3.1"
Q_FDB = "1.3.6.1.2.1.17.7.1.2.2.1"
VLAN_FDB = "1.3.6.1.2.1.17.7.1.4.2.1.3"
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
