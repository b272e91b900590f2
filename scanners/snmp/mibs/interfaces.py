"""IF-MIB and IP-MIB: interfaces with their MACs, speeds and addresses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from scanners.observation import Interface
from scanners.snmp.client import Snmp
from scanners.snmp.tables import columns
from scanners.snmp.values import indexed_ip, mac, number, station, text

IF_ENTRY = "1.3.6.1.2.1.2.2.1"
IFX_ENTRY = "1.3.6.1.2.1.31.1.1.1"
IP_AD_ENT_IF_INDEX = "1.3.6.1.2.1.4.20.1.2"
IP_ADDRESS_IF_INDEX = "1.3.6.1.2.1.4.34.1.3"
BRIDGE_ADDRESS = "1.3.6.1.2.1.17.1.1.0"
STATES: dict[int, bool] = {1: True, 2: False, 5: False, 6: False, 7: False}
"""ifOperStatus: up; down, dormant, not present, lower layer down. Testing and unknown say nothing."""


@dataclass(frozen=True, slots=True)
class Interfaces:
    """All interfaces, the name of each ifIndex, and every MAC of the device once."""

    rows: tuple[Interface, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    macs: tuple[str, ...] = ()
    types: Mapping[str, int | None] = field(default_factory=dict)
    """ifType by ifIndex."""

    @property
    def ips(self) -> frozenset[str]:
        """Addresses the device claims to have."""
        return frozenset(address for row in self.rows for address in row.ips)


async def _addresses(snmp: Snmp) -> dict[str, list[str]]:
    """Addresses by ifIndex, from the old table and the new one."""
    found: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for index, interface in (await snmp.column(IP_AD_ENT_IF_INDEX)).items():
        address = indexed_ip(index)
        if address:
            found[str(number(interface))][address] = None
    for index, interface in (await snmp.column(IP_ADDRESS_IF_INDEX)).items():
        address = indexed_ip(index)
        if address:
            found[str(number(interface))][address] = None
    return {interface: list(addresses) for interface, addresses in found.items()}


async def read(snmp: Snmp) -> Interfaces:
    """Tables ifTable, ifXTable, ipAddrTable, ipAddressTable and the bridge's own address."""
    descriptions, types, speeds, addresses, states = await columns(snmp, IF_ENTRY, 2, 3, 5, 6, 8)
    if not descriptions:
        types, speeds, addresses, states = await columns(snmp, IF_ENTRY, 3, 5, 6, 8)
    names, fast = await columns(snmp, IFX_ENTRY, 1, 15)
    claimed = await _addresses(snmp)
    bridge = station((await snmp.get(BRIDGE_ADDRESS)).get(BRIDGE_ADDRESS))
    labels, rows, macs = dict[str, str](), list[Interface](), dict[str | None, None]()
    for index in descriptions or types or names:
        label = text(names.get(index)) or text(descriptions.get(index)) or index
        hardware = mac(addresses.get(index))
        megabits, bits = number(fast.get(index)), number(speeds.get(index))
        state = number(states.get(index))
        labels[index] = label
        if station(hardware):
            macs[hardware] = None
        rows.append(
            Interface(
                name=label,
                mac=hardware,
                ips=tuple(claimed.get(index, ())),
                # ifSpeed ends at 4.29 Gbit/s; ifHighSpeed is 0 where the agent rounds a slow line down
                speed_bit_s=megabits * 1_000_000 if megabits and megabits > 0 else bits if bits and bits > 0 else None,
                up=None if state is None else STATES.get(state),
            )
        )
    if bridge:
        macs[bridge] = None
    return Interfaces(tuple(rows), labels, tuple(filter(None, macs)), {index: number(kind) for index, kind in types.items()})
