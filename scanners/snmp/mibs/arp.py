"""IP-MIB: which address answered from which MAC (ARP and neighbour cache of routers and others)."""

from __future__ import annotations

from collections.abc import Collection

from scanners.observation import Heard
from scanners.snmp.client import Snmp
from scanners.snmp.values import indexed_ip, station

NET_TO_MEDIA = "1.3.6.1.2.1.4.22.1"
NET_TO_PHYSICAL = "1.3.6.1.2.1.4.35.1"
INVALID = 2
PHYSICAL_TYPE, MEDIA_TYPE = 6, 4


async def read(snmp: Snmp, own_macs: Collection[str], own_ips: Collection[str]) -> tuple[Heard, ...]:
    """Tables ipNetToMediaTable and ipNetToPhysicalTable, each pair once, without the device itself."""
    found: dict[tuple[str, str], None] = {}
    for table, address_column, type_column in ((NET_TO_MEDIA, 2, MEDIA_TYPE), (NET_TO_PHYSICAL, 4, PHYSICAL_TYPE)):
        stations = await snmp.column(f"{table}.{address_column}")
        types = await snmp.column(f"{table}.{type_column}") if stations else {}
        for index, value in stations.items():
            # the index begins with the interface
            hardware, address = station(value), indexed_ip(index.partition(".")[2])
            if hardware and address and types.get(index) != INVALID and hardware not in own_macs and address not in own_ips:
                found[address, hardware] = None
    return tuple(Heard(address, hardware) for address, hardware in found)
