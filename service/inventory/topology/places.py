"""On which port of which switch a MAC is, out of everything all switches say of it.

A port behind which another switch lies is no place. What remains is held against every other switch: each must have seen
the MAC in the direction of that place, or before. Tables hold the past of devices that moved without a word to all; then
the switch of the gateway decides, for what a device sends to other networks, answers to a scan among it, passes there.
Where it does not decide, there is no place.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from service.inventory.topology.reach import Reach, Sighting

AT_ONCE = timedelta(hours=1)
"""Tables read within this time say the same moment; an older entry is outdated by a newer one."""
GATEWAYS = frozenset({"router", "firewall"})
SEVERAL = frozenset({"router", "firewall", "server", "hypervisor", "storage", "load_balancer", "wireless_controller"})
"""Kinds that use one MAC in several networks, on several ports."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`places` are edge ports that are sure; else `around`: behind this port it must be."""

    places: tuple[Sighting, ...] = ()
    around: Sighting | None = None


class Places:
    """Finds places; `uplinks` grows while tables are compared."""

    def __init__(self, reach: Reach) -> None:
        self.reach = reach
        self._uplinks = {asset: reach.uplinks(asset) for asset in reach.facts}
        self._gateways: frozenset[UUID] = frozenset()

    def settle(self, macs: Iterable[str]) -> None:
        """Compare the switches that claim the same MAC at an edge, until nothing new comes of it."""
        claimed = sorted(macs)
        while True:
            pairs = set()
            for mac in claimed:
                edges = self.edges(self.reach.seen.get(mac, ()))
                pairs |= {(a.bridge, b.bridge) for a in edges for b in edges if a.bridge < b.bridge}
            if not self.reach.compare(pairs):
                break
            self._uplinks = {asset: self.reach.uplinks(asset) for asset in self.reach.facts}

        gates = [one for one in self.reach.devices.values() if one.kind in GATEWAYS]
        self._gateways = frozenset(
            place.bridge for one in gates for mac in one.macs for place in self.of(mac, one.kind).places if mac in self.reach.seen
        )

    def is_uplink(self, asset: UUID, port: str) -> bool:
        """Whether another switch lies behind the port."""
        return port in self._uplinks.get(asset, frozenset())

    def edges(self, sightings: Iterable[Sighting]) -> list[Sighting]:
        """Those at ports behind which no switch lies, the newest of each port."""
        newest: dict[tuple[UUID, str], Sighting] = {}
        for one in sightings:
            key = one.bridge, one.port
            if not self.is_uplink(*key) and (key not in newest or newest[key].at < one.at):
                newest[key] = one
        return [newest[key] for key in sorted(newest)]

    def of(self, mac: str, kind: str) -> Verdict:
        """Where a MAC is."""
        sightings = self.reach.seen.get(mac, [])
        if not sightings:
            return Verdict()
        vlans = sorted({one.vlan for one in sightings})
        if kind in SEVERAL and len(vlans) > 1:
            found = [self._one([one for one in sightings if one.vlan == vlan]) for vlan in vlans]
            places = tuple({(p.bridge, p.port): p for verdict in found for p in verdict.places}.values())
            return Verdict(places) if places else found[0]
        return self._one(sightings)

    def _one(self, sightings: Sequence[Sighting]) -> Verdict:
        edges, others = self.edges(sightings), [one for one in sightings if self.is_uplink(one.bridge, one.port)]
        if len(edges) == 1 and self._holds(edges[0], others):
            return Verdict((edges[0],))
        if edges:
            newest = max(edge.at for edge in edges)
            fresh = [edge for edge in edges if newest - edge.at <= AT_ONCE]
            if len(fresh) == 1 and len(edges) > 1 and self._holds(fresh[0], others):
                return Verdict((fresh[0],))
            passed = self._passed(fresh, sightings)
            if passed:
                return Verdict((passed,))
        return Verdict(around=self._around(edges, others))

    def _passed(self, edges: Sequence[Sighting], sightings: Sequence[Sighting]) -> Sighting | None:
        """The one place from which all switches with a gateway saw the MAC come."""
        witnesses = [one for one in sightings if one.bridge in self._gateways]
        if not witnesses:
            return None
        left = []
        for edge in edges:
            words = [True if one == edge else self._leads(one, edge.bridge) for one in witnesses if one.at >= edge.at - AT_ONCE]
            if None in words or not words:
                return None
            if all(words):
                left.append(edge)
        return left[0] if len(left) == 1 else None

    def _leads(self, one: Sighting, to: UUID) -> bool | None:
        """Whether the port of a sighting leads to a switch; None where that is not known."""
        if one.bridge == to:
            return False
        ports = self.reach.towards(one.bridge, to)
        return one.port in ports if ports else None

    def _holds(self, edge: Sighting, others: Iterable[Sighting]) -> bool:
        """No other switch saw the MAC elsewhere at that time or later."""
        return not any(self._leads(one, edge.bridge) is False and one.at >= edge.at - AT_ONCE for one in others)

    def _around(self, edges: Sequence[Sighting], others: Sequence[Sighting]) -> Sighting | None:
        """The uplink behind which all claims lie, the one with the fewest switches behind it; None where they part."""
        found = []
        for one in others:
            agree = all(self._leads(one, edge.bridge) for edge in edges)
            newer = [x for x in others if x is not one and x.at >= one.at - AT_ONCE and x.bridge != one.bridge]
            agree = agree and all(self._agree(one, x) for x in newer)
            if agree:
                found.append((len(self.reach.behind(one.bridge, one.port)), -one.at.timestamp(), one.bridge, one.port, one))
        return min(found, key=lambda row: row[:4])[4] if found else None

    def _agree(self, one: Sighting, other: Sighting) -> bool:
        """Two uplink sightings agree where at least one switch looks at the other, or nothing says that they do not."""
        here, there = self._leads(one, other.bridge), self._leads(other, one.bridge)
        return not (here is False and there is False)
