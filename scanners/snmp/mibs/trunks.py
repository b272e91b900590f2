"""IEEE8023-LAG-MIB, CISCO-PAGP-MIB and the stack table of IF-MIB: ports that work as one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from scanners.observation import Trunk
from scanners.snmp.client import Snmp
from scanners.snmp.values import number

ATTACHED = "1.2.840.10006.300.43.1.2.1.1.13"
"""dot3adAggPortAttachedAggID by the port's ifIndex."""
PAGP_GROUP = "1.3.6.1.4.1.9.9.98.1.1.1.1.8"
"""pagpGroupIfIndex by the port's ifIndex."""
STACKED = "1.3.6.1.2.1.31.1.2.1.3"
"""ifStackStatus by upper and lower ifIndex; 1 is active."""
LAG, MULTIPLEXOR, ETHERNET = 161, 54, 6
"""ifType: ieee8023adLag, and propMultiplexor, by which older switches name their trunks."""


async def read(snmp: Snmp, names: Mapping[str, str], types: Mapping[str, int | None]) -> tuple[Trunk, ...]:
    """Trunks with their members by name; `names` and `types` are those of the interfaces by ifIndex."""
    upper: dict[str, str] = {}
    for column in (ATTACHED, PAGP_GROUP):
        for port, trunk in (await snmp.column(column)).items():
            if (above := str(number(trunk))) in names and above != port:
                upper.setdefault(port, above)
    if not upper and any(kind in {LAG, MULTIPLEXOR} for kind in types.values()):
        for index, state in (await snmp.column(STACKED)).items():
            above, _, below = index.partition(".")
            if state == 1 and types.get(above) in {LAG, MULTIPLEXOR} and types.get(below) == ETHERNET:
                upper.setdefault(below, above)
    members: defaultdict[str, list[str]] = defaultdict(list)
    for port in sorted(upper, key=int):
        if port in names:
            members[upper[port]].append(names[port])
    return tuple(Trunk(names[trunk], tuple(ports)) for trunk, ports in members.items())
