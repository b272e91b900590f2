"""Which switch lies behind which port of which other switch.

Told directly by neighbour protocols and by the switches' own MACs in each other's tables; where both are silent, by what two
tables have in common: in a tree of switches, whatever hangs on A is seen by B on the one port that leads to A.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from service.inventory.topology.facts import Facts, Hearing, label, macs_of, port_key
from service.inventory.topology.words import Device, End

VOTES = 64
"""Common MACs looked at before two tables are compared no further."""
AGREED = 2 / 3
"""Share of them that must agree: a few entries of moved devices do not turn a cable round."""
QUORUM = 3
"""Votes that make an uplink of what looked like an edge."""
MINORITY = 2
"""MACs that must lie on further ports of B before B is taken to lie behind the one port of A that knows them all."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """A switch learned a MAC on a port."""

    bridge: UUID
    port: str
    vlan: int
    at: datetime


@dataclass(slots=True)
class Who:
    """Finds the device behind a MAC, an address, a name; a value of several devices finds none."""

    macs: dict[str, UUID | None] = field(default_factory=dict)
    names: dict[str, UUID | None] = field(default_factory=dict)
    ips: dict[str, UUID | None] = field(default_factory=dict)

    def add(self, device: Device) -> None:
        """One more device."""
        for table, values in ((self.macs, device.macs), (self.names, map(label, device.names)), (self.ips, device.ips)):
            for value in set(values):
                if value:
                    table[value] = None if table.get(value, device.id) != device.id else device.id

    def heard(self, one: Hearing) -> UUID | None:
        """The device that says of itself what was heard: its MACs go before its address and its name."""
        for mac in one.macs:
            if mac in self.macs:
                return self.macs[mac]
        return self.ips.get(one.address) or (self.names.get(label(one.name)) if one.name else None)


class Reach:
    """The switches of a town and what each sees; `towards` answers on which ports of A a switch B lies."""

    def __init__(self, devices: Mapping[UUID, Device], facts: Mapping[UUID, Facts]) -> None:
        self.devices = devices
        self.facts = {asset: facts[asset] for asset in sorted(facts) if asset in devices}
        self.who = Who()
        for asset in sorted(devices):
            self.who.add(devices[asset])
        self.bundles = {asset: _bundles(one) for asset, one in self.facts.items()}
        self.bridges = frozenset(
            asset
            for asset, device in devices.items()
            if (asset in self.facts and self.facts[asset].tables) or (device.kind == "switch" and device.macs)
        )
        self.hearings = {
            asset: [(self.port(asset, one.port), one, self.who.heard(one)) for one in told.hearings]
            for asset, told in self.facts.items()
        }
        self.seen: defaultdict[str, list[Sighting]] = defaultdict(list)
        self.table: dict[UUID, dict[str, str]] = {}
        for asset, told in self.facts.items():
            self._learn(asset, told)
        self._towards: defaultdict[UUID, dict[UUID, frozenset[str]]] = defaultdict(dict)
        self._told()
        self._beyond()
        self._vote()

    def port(self, asset: UUID, port: str) -> str:
        """The bundle a port belongs to, else the port itself."""
        return self.bundles.get(asset, {}).get(port, port)

    def members(self, asset: UUID, port: str) -> tuple[str, ...]:
        """The ports of a bundle; empty for a single port."""
        told = self.facts.get(asset)
        return tuple(told.trunks.get(port, ())) if told else ()

    def end(self, asset: UUID, port: str) -> End:
        """A port as the end of a cable."""
        return End(asset, port, self.members(asset, port))

    def far_port(self, asset: UUID, said: str) -> str:
        """A port as the other side names it, under the name that the device itself uses for it."""
        wanted = port_key(said)
        told = self.facts.get(asset)
        if not wanted or told is None:
            return said
        known = {one.port for one in told.hearings} | set(told.vlans) | set(told.trunks)
        known |= {port for members in told.trunks.values() for port in members}
        known |= {port for table in told.tables for port in table.learned}
        fitting = sorted(port for port in known if port_key(port) == wanted)
        return self.port(asset, fitting[0] if len(fitting) == 1 else said)

    def _learn(self, asset: UUID, told: Facts) -> None:
        """Where each MAC was seen, and the newest port of each (the first named VLAN where several differ)."""
        newest: dict[str, str] = {}
        for table in told.tables:
            for name in sorted(table.learned):
                port = self.port(asset, name)
                for vlan, text in sorted(table.learned[name].items()):
                    for mac in macs_of(text):
                        self.seen[mac].append(Sighting(asset, port, int(vlan or 0), table.at))
                        newest.setdefault(mac, port)
        self.table[asset] = newest

    def towards(self, bridge: UUID, other: UUID) -> frozenset[str]:
        """Ports of `bridge` that lead to `other`; empty where that is not known."""
        return self._towards[bridge].get(other, frozenset())

    def uplinks(self, bridge: UUID) -> frozenset[str]:
        """Ports behind which another switch lies."""
        return frozenset(port for ports in self._towards[bridge].values() for port in ports)

    def behind(self, bridge: UUID, port: str) -> list[UUID]:
        """Switches behind a port."""
        return sorted(other for other, ports in self._towards[bridge].items() if port in ports)

    def next_to(self, bridge: UUID, port: str) -> list[UUID]:
        """Switches that name themselves on a port."""
        return sorted({
            who for place, _, who in self.hearings.get(bridge, ()) if place == port and who in self.bridges and who != bridge
        })  # fmt: skip

    def _told(self) -> None:
        """What neighbour protocols say (also the other way round), else the ports on which the other's own MACs were learned."""
        direct: defaultdict[tuple[UUID, UUID], set[str]] = defaultdict(set)
        for asset, heard in self.hearings.items():
            for port, one, who in heard:
                if who in self.bridges and who != asset and port:
                    direct[asset, who].add(port)
                    far = self.far_port(who, one.far_port) if who in self.facts else ""
                    if far and not any(other == asset for _, _, other in self.hearings.get(who, ())):
                        direct[who, asset].add(far)
        for (asset, who), ports in direct.items():
            self._towards[asset][who] = frozenset(ports)
        for asset in self.facts:
            for other in sorted(self.bridges - {asset}):
                if other in self._towards[asset]:
                    continue
                sightings = [s for mac in self.devices[other].macs for s in self.seen.get(mac, ()) if s.bridge == asset]
                if sightings:
                    last = max(s.at for s in sightings)
                    self._towards[asset][other] = frozenset(s.port for s in sightings if s.at == last)

    def _beyond(self) -> None:
        """What a neighbour's neighbours say: everything that is reached through it lies behind the same port."""
        beside: defaultdict[UUID, dict[UUID, frozenset[str]]] = defaultdict(dict)
        for asset, heard in self.hearings.items():
            for port, _, who in heard:
                if who in self.bridges and who != asset:
                    beside[asset][who] = beside[asset].get(who, frozenset()) | {port}
                    beside[who].setdefault(asset, frozenset())
        found: dict[tuple[UUID, UUID], set[str]] = {}
        for asset in sorted(beside):
            for first, ports in sorted(beside[asset].items()):
                for other in _reached(beside, first, asset):
                    if ports and other not in self._towards[asset] and other != asset:
                        found.setdefault((asset, other), set()).update(ports)
        for (asset, other), some in found.items():
            self._towards[asset][other] = frozenset(some)

    def _vote(self) -> None:
        """Vote as long as what was found tells more: each round knows only what the rounds before it found."""
        while self._voted():
            pass

    def _voted(self) -> bool:
        """Where nothing was told: the port of A that sees what hangs on the edges of B leads to B."""
        edges = {asset: self.uplinks(asset) for asset in self.facts}
        found: dict[tuple[UUID, UUID], str] = {}
        switches = [asset for asset in self.facts if self.table[asset]]
        for asset in switches:
            for other in switches:
                if other == asset or other in self._towards[asset]:
                    continue
                back = self.towards(other, asset) or edges[other]
                if not back:
                    # a switch without any known way out might have its way to A among what looks like an edge
                    continue
                mine = self.table[asset]
                votes = Counter(_first(mine[mac] for mac, port in self.table[other].items() if port not in back and mac in mine))
                if port := _agreed(votes, edges[asset]):
                    found[asset, other] = port
        for (asset, other), port in found.items():
            self._towards[asset][other] = frozenset({port})
        return bool(found)

    def shares(self, asset: UUID, other: UUID) -> bool:
        """Whether two switches know a common MAC: they are then in one network."""
        return not self.table.get(asset, {}).keys().isdisjoint(self.table.get(other, {}))

    def compare(self, pairs: Iterable[tuple[UUID, UUID]]) -> bool:
        """Look at the common MACs of pairs of switches of which nothing is known; True where something was found.

        If the MACs that A knows on one port lie on several ports of B, B must be behind that port: were it elsewhere, B
        would see all of them on its one port towards A.
        """
        found: dict[tuple[UUID, UUID], str] = {}
        for asset, other in sorted(set(pairs)):
            if other in self._towards[asset] or asset in self._towards[other]:
                continue
            mine, theirs = self.table[asset], self.table[other]
            shared = [mac for mac in mine if mac in theirs]
            spread: defaultdict[str, Counter[str]] = defaultdict(Counter)
            back: defaultdict[str, Counter[str]] = defaultdict(Counter)
            for mac in shared:
                spread[mine[mac]][theirs[mac]] += 1
                back[theirs[mac]][mine[mac]] += 1
            here = [port for port, ports in spread.items() if _minority(ports) >= MINORITY]
            there = [port for port, ports in back.items() if _minority(ports) >= MINORITY]
            if len(here) == 1:
                found[asset, other] = here[0]
            if len(there) == 1:
                found[other, asset] = there[0]
        for (asset, other), port in found.items():
            self._towards[asset][other] = frozenset({port})
        if found:
            self._vote()
        return bool(found)


def _bundles(told: Facts) -> dict[str, str]:
    return {port: name for name, ports in told.trunks.items() for port in ports}


def _reached(beside: Mapping[UUID, Mapping[UUID, frozenset[str]]], start: UUID, without: UUID) -> set[UUID]:
    found, waiting = {start}, [start]
    while waiting:
        for other in beside.get(waiting.pop(), ()):
            if other not in found and other != without:
                found.add(other)
                waiting.append(other)
    return found


def _first(values: Iterable[str]) -> list[str]:
    out: list[str] = []
    for value in values:
        out.append(value)
        if len(out) == VOTES:
            break
    return out


def _agreed(votes: Counter[str], uplinks: frozenset[str]) -> str:
    """The port that most votes name; one that looked like an edge until now needs more than a device or two that moved."""
    if not votes:
        return ""
    port, most = min(votes.items(), key=lambda pair: (-pair[1], pair[0]))
    return port if most / votes.total() >= AGREED and (port in uplinks or most >= QUORUM) else ""


def _minority(ports: Counter[str]) -> int:
    return ports.total() - max(ports.values())
