"""Cables between switches: what both sides say is one link; where nobody speaks, what no third switch stands between."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from service.inventory.topology.facts import port_key
from service.inventory.topology.places import AT_ONCE
from service.inventory.topology.proof import BOTH, FDB, Proof
from service.inventory.topology.reach import Reach
from service.inventory.topology.words import Confidence, End, How, Link


class Between:
    """Finds the links between the switches of a town."""

    def __init__(self, reach: Reach) -> None:
        self.reach = reach

    def links(self) -> list[Link]:
        """All of them; what was told leaves no room for a conclusion at the same port."""
        told = list(self._told())
        taken = {
            (asset, port) for link in told for asset, port in ((link.end.asset, link.end.port), (link.other, link.other_port))
        }
        found = [self._turned(link) for link in (*told, *self._concluded(taken))]
        cables = [link for link in found if link.how is not How.SOMEWHERE]
        ends = Counter([(link.end.asset, link.end.port) for link in cables])
        ends.update((link.other, link.other_port) for link in cables if link.other and link.other_port)
        # several cables in one port: something nobody knows joins them
        return [
            replace(link, how=How.SHARED) if link in cables and max(ends[end] for end in self._both(link)) > 1 else link
            for link in found
        ]

    @staticmethod
    def _both(link: Link) -> list[tuple[UUID, str]]:
        ends = [(link.end.asset, link.end.port)]
        return [*ends, (link.other, link.other_port)] if link.other and link.other_port else ends

    def _turned(self, link: Link) -> Link:
        """The side whose name comes first goes first, so that the same cable is the same link wherever it was read."""
        devices = self.reach.devices
        here, there = devices[link.end.asset], devices.get(link.other or link.end.asset)
        if there is None or not link.other_port or (here.names, here.id) <= (there.names, there.id):
            return link
        end = End(there.id, link.other_port, link.other_members)
        return replace(link, end=end, other=here.id, other_port=link.end.port, other_members=link.end.members)

    def _told(self) -> Iterable[Link]:
        """Links that neighbour protocols tell, both sides as one."""
        reach = self.reach
        heard: defaultdict[tuple[UUID, UUID], dict[str, Proof]] = defaultdict(dict)
        for asset, rows in reach.hearings.items():
            for port, one, who in rows:
                if who is None or who == asset or not port or not {asset, who} <= reach.bridges:
                    continue
                proof = heard[asset, who].setdefault(port, Proof())
                proof.add(one.via, reach.facts[asset].at)
                proof.far_port = proof.far_port or (reach.far_port(who, one.far_port) if one.far_port else "")
        done: set[tuple[UUID, UUID]] = set()
        for asset, who in sorted(heard):
            if (who, asset) in done:
                continue
            done.add((asset, who))
            yield from self._pairs(asset, who, heard[asset, who], dict(heard.get((who, asset), {})))

    def _pairs(self, asset: UUID, who: UUID, mine: Mapping[str, Proof], theirs: dict[str, Proof]) -> Iterable[Link]:
        """The cables between two switches out of what each of them hears."""
        alone = []
        for port in sorted(mine):
            far = self._answering(port, mine[port], theirs, only=len(mine) == 1)
            if far is None:
                alone.append(port)
                continue
            other = theirs.pop(far)
            at = max(mine[port].at, other.at)
            yield self._switches(asset, port, who, far, mine[port].evidence | other.evidence | {BOTH}, at)
        for port in alone:
            if not self._outdated(who, mine[port].far_port, asset, mine[port].at):
                yield self._one_sided(asset, port, who, mine[port])
        for port, proof in sorted(theirs.items()):
            if not self._outdated(asset, proof.far_port, who, proof.at):
                yield self._one_sided(who, port, asset, proof)

    @staticmethod
    def _answering(port: str, proof: Proof, theirs: Mapping[str, Proof], *, only: bool) -> str | None:
        """The port of the other side that hears this one."""
        if proof.far_port in theirs:
            return proof.far_port
        back = [far for far, one in sorted(theirs.items()) if one.far_port and port_key(one.far_port) == port_key(port)]
        if len(back) == 1:
            return back[0]
        return next(iter(theirs)) if only and len(theirs) == 1 else None

    def _outdated(self, who: UUID, far_port: str, asset: UUID, at: datetime) -> bool:
        """Whether the other side, asked later, hears somebody else on the port where we should be."""
        told = self.reach.facts.get(who)
        if told is None or not far_port or told.at <= at + AT_ONCE:
            return False
        return any(place == far_port and other not in {None, asset} for place, _, other in self.reach.hearings.get(who, ()))

    def _one_sided(self, asset: UUID, port: str, who: UUID, proof: Proof) -> Link:
        return self._switches(asset, port, who, proof.far_port, proof.evidence, proof.at)

    def _switches(self, asset: UUID, port: str, who: UUID, far: str, evidence: Iterable[str], at: datetime) -> Link:
        said = set(evidence)
        if self._learned(asset, port, who) or (far and self._learned(who, far, asset)):
            said.add(FDB)
        return Link(
            self.reach.end(asset, port),
            How.PLUGGED,
            who,
            at,
            other_port=far,
            other_members=self.reach.members(who, far) if far else (),
            evidence=tuple(sorted(said)),
            confidence=Confidence.SURE if {BOTH, FDB} & said else Confidence.LIKELY,
        )

    def _learned(self, asset: UUID, port: str, who: UUID) -> datetime | None:
        """When a switch last learned a MAC of the other's own on a port."""
        macs = [mac for mac in self.reach.devices[who].macs if self.reach.who.macs.get(mac) == who]
        times = [s.at for mac in macs for s in self.reach.seen.get(mac, ()) if (s.bridge, s.port) == (asset, port)]
        return max(times, default=None)

    def _concluded(self, taken: set[tuple[UUID | None, str]]) -> Iterable[Link]:
        """Switches that name themselves to nobody: next to each other when no third one stands between."""
        reach = self.reach
        for asset in reach.facts:
            for other in sorted(reach.bridges):
                if other == asset or (other in reach.facts and reach.table.get(other) and other < asset):
                    continue
                ports = reach.towards(asset, other)
                if len(ports) != 1 or (asset, (port := min(ports))) in taken or reach.next_to(asset, port):
                    continue
                back = reach.towards(other, asset)
                far, told = min(back) if len(back) == 1 else "", bool(reach.table.get(other))
                if told and (not far or (other, far) in taken or reach.next_to(other, far)):
                    continue
                times = [self._learned(asset, port, other), self._learned(other, far, asset) if far else None]
                at = max(filter(None, times), default=max(reach.facts[one].at for one in (asset, other) if one in reach.facts))
                link = Link(self.reach.end(asset, port), How.PLUGGED, other, at, other_port=far, evidence=(FDB,))
                if self._nothing_between(asset, port, other) and (not told or self._nothing_between(other, far, asset)):
                    yield replace(link, other_members=reach.members(other, far) if far else ())
                elif not told and not self._known_elsewhere(other, asset):
                    yield replace(link, how=How.SOMEWHERE, confidence=Confidence.POSSIBLE)

    def _known_elsewhere(self, other: UUID, asset: UUID) -> bool:
        """Whether a switch farther out tells of the same one: its statement is the narrower."""
        reach = self.reach
        same = reach.towards(asset, other)
        return any(
            (ports := reach.towards(third, other)) and ports != reach.towards(third, asset)
            for third in reach.facts
            if third not in {asset, other} and reach.towards(asset, third) == same
        )

    def _nothing_between(self, asset: UUID, port: str, other: UUID) -> bool:
        """No third switch separates the two: each one behind the port sees both on one and the same port of its own.

        One of which nobody knows where it stands might; only where it shares no MAC with either is it in another network.
        """
        reach = self.reach
        for third in sorted(reach.bridges - {asset, other}):
            ports = reach.towards(asset, third)
            if not ports and (not reach.table.get(third) or reach.shares(asset, third) or reach.shares(other, third)):
                return False
            if port not in ports:
                continue
            back, forth = reach.towards(third, asset), reach.towards(third, other)
            if not back or back != forth:
                return False
        return True
