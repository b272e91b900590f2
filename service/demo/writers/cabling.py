"""Which device hangs on which port of which switch: fixed for a town, whoever is switched on.

In the town hall the first switch is the core: the firewall, the other switches and the line to the branches hang on it. A PC
stands behind the telephone of its desk, telephones without cable and tablets behind an access point, virtual servers behind
their host. Where a house has more devices than ports, the last ones share a port, as with a little box under a table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from service.demo.estate.words import Device, Estate

PORTS = 24
LINE = PORTS
"""The port that leads up: to the core, at the core to the branches."""
ROUTER = PORTS - 1
"""The port of a branch's own router."""
_PCS = frozenset({"notebook", "workstation", "thin_client"})
_AIR = "staff_wlan"


@dataclass(frozen=True, slots=True)
class Cabling:
    """Ports by device, and the switches of the town hall, the core first."""

    spots: Mapping[str, tuple[str, int]]
    """Device → switch and port; behind another device it is that one's."""
    hall: tuple[str, ...]

    def core_port(self, switch: str) -> int:
        """The core's port for another switch of the town hall."""
        return LINE - self.hall.index(switch)


def lay(estate: Estate, town: str) -> Cabling:
    """The cabling of a town."""
    devices = [one for one in estate.of(town) if one.mac and one.network and one.network != "depot"]
    switches: dict[str, list[Device]] = {}
    for one in devices:
        if one.kind == "switch":
            switches.setdefault(one.site, []).append(one)
    hall = tuple(one.id for one in switches.get("rathaus", ()))
    spots: dict[str, tuple[str, int]] = {}
    for site, some in switches.items():
        here = [one for one in devices if one.site == site and one.kind != "switch"]
        spots |= _house(here, [one.id for one in some], hall)
    return Cabling(spots, hall)


def _house(devices: list[Device], switches: list[str], hall: tuple[str, ...]) -> dict[str, tuple[str, int]]:
    """Ports of one house: a row of desks and things, dealt to the switches in turn."""
    spots: dict[str, tuple[str, int]] = {}
    kinds = {kind: [one for one in devices if one.kind == kind] for kind in ("hypervisor", "access_point", "phone", "router")}
    guests = [one for one in devices if one.kind == "vm" and one.role != "board"]
    air = [one for one in devices if one.network == _AIR]
    if switches[0] not in hall:
        spots |= {one.id: (switches[0], ROUTER) for one in kinds["router"][:1]}
    desks = [one for one in devices if one.kind in _PCS and one.network != _AIR]
    pairs = list(zip(kinds["phone"], desks, strict=False))
    seated = {pc.id for _, pc in pairs}
    carried = {one.id for one in (*guests, *air)} | seated | set(spots)
    row = sorted((one for one in devices if one.id not in carried), key=lambda one: (one.kind != "firewall", one.id))
    free = _ports(switches, hall)
    for number, one in enumerate(row):
        spots[one.id] = free[number] if number < len(free) else free[-1 - number % len(switches)]
    spots |= {pc.id: spots[phone.id] for phone, pc in pairs}
    for riders, carriers in ((guests, kinds["hypervisor"]), (air, kinds["access_point"])):
        if carriers:
            spots |= {one.id: spots[carriers[n % len(carriers)].id] for n, one in enumerate(riders)}
    return spots


def _ports(switches: Iterable[str], hall: tuple[str, ...]) -> list[tuple[str, int]]:
    """Free ports, one of each switch in turn."""
    last = {one: (LINE - len(hall) if one == (hall[0] if hall else "") else ROUTER - 1) for one in switches}
    return [(one, port) for port in range(1, PORTS) for one in switches if port <= last[one]]
