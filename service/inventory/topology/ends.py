"""What hangs on the ports of switches: devices that name themselves there and devices whose MACs have no other place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from service.inventory.topology.facts import Hearing, macs_of, written
from service.inventory.topology.places import AT_ONCE, GATEWAYS, Places
from service.inventory.topology.ports import Met, arrange
from service.inventory.topology.proof import BOTH, FDB, Proof
from service.inventory.topology.reach import Reach
from service.inventory.topology.words import Confidence, Device, How, Link

CROWD = 8
"""More devices than a little box under a table has ports: behind such a port lies a network of its own."""
SEGMENTS = 2
"""VLANs that a little box may carry: one of PCs, one of telephones."""
CABLED = frozenset({"router", "firewall", "server", "hypervisor", "storage", "load_balancer", "wireless_controller"})
"""Kinds that are no switch and yet may have a cable to another device without one in between."""
Proofs = defaultdict[tuple[UUID, str], defaultdict[UUID, Proof]]


class Ends:
    """Finds the links of end devices."""

    def __init__(self, reach: Reach, places: Places) -> None:
        self.reach = reach
        self.places = places
        self.devices: Mapping[UUID, Device] = reach.devices

    def links(self, owned: Sequence[str]) -> list[Link]:
        proofs: Proofs = defaultdict(lambda: defaultdict(Proof))
        around: dict[UUID, tuple[datetime, UUID, str]] = {}
        heard = self._heard(proofs)
        for mac in owned:
            asset = self.reach.who.macs[mac]
            if asset is None or asset in self.reach.bridges or mac not in self.reach.seen:
                continue
            verdict = self.places.of(mac, self.devices[asset].kind)
            for place in verdict.places:
                spots = [s for s in self.reach.seen[mac] if (s.bridge, s.port, s.at) == (place.bridge, place.port, place.at)]
                proofs[place.bridge, place.port][asset].add(FDB, place.at, (s.vlan for s in spots))
            if verdict.around and (asset not in around or around[asset][0] < verdict.around.at):
                around[asset] = (verdict.around.at, verdict.around.bridge, verdict.around.port)
        self._conflicts(proofs)
        links = [
            link for place in sorted({*proofs, *heard}) for link in self._on_port(*place, proofs[place], heard.get(place, []))
        ]
        links += self._lonely({*proofs, *heard})
        linked = {link.other for link in links}
        for asset in sorted(around):
            if asset not in linked:
                at, bridge, port = around[asset]
                next_ = self.reach.next_to(bridge, port) or self.reach.behind(bridge, port)
                links.append(
                    Link(
                        self.reach.end(bridge, port),
                        How.SOMEWHERE,
                        asset,
                        at,
                        via=next_[0] if len(next_) == 1 else None,
                        evidence=(FDB,),
                        confidence=Confidence.POSSIBLE,
                    )
                )
        return links

    def _lonely(self, taken: set[tuple[UUID, str]]) -> Iterable[Link]:
        """Ports on which nothing but one MAC of no known device was learned."""
        for bridge, told in self.reach.facts.items():
            if not told.tables or told.tables[0].at != told.at:
                continue
            for name in sorted(told.tables[0].learned):
                port = self.reach.port(bridge, name)
                if (bridge, port) in taken or self.places.is_uplink(bridge, port):
                    continue
                macs = self._unknown(bridge, port, ())
                everything = {mac for mac, place in self.reach.table[bridge].items() if place == port}
                if len(macs) == 1 == len(everything):
                    verdict = self.places.of(macs[0], "unknown")
                    if [(place.bridge, place.port) for place in verdict.places] == [(bridge, port)]:
                        vlan = verdict.places[0].vlan
                        yield Link(
                            self.reach.end(bridge, port),
                            How.PLUGGED,
                            None,
                            told.at,
                            label=written(macs[0]),
                            vlans=(vlan,) if vlan else (),
                            evidence=(FDB,),
                            confidence=Confidence.POSSIBLE,
                        )

    def _heard(self, proofs: Proofs) -> dict[tuple[UUID, str], list[tuple[Hearing, datetime]]]:
        """Devices that name themselves at a port; returned are those that the inventory does not know."""
        strangers: dict[tuple[UUID, str], list[tuple[Hearing, datetime]]] = {}
        reach = self.reach
        for asset, rows in reach.hearings.items():
            at = reach.facts[asset].at
            for port, one, who in rows:
                if not port or who == asset or {asset, who} <= reach.bridges:
                    continue
                if asset in reach.bridges and who is None:
                    strangers.setdefault((asset, port), []).append((one, at))
                elif who in reach.bridges and one.far_port:
                    # the device says itself in which port of the switch it is plugged
                    self._say(proofs[who, reach.far_port(who, one.far_port)][asset], one.via, at, port, ())
                elif who is not None and (asset in reach.bridges or {self.devices[asset].kind, self.devices[who].kind} <= CABLED):
                    self._say(proofs[asset, port][who], one.via, at, one.far_port, one.roles)
        return strangers

    @staticmethod
    def _say(proof: Proof, via: str, at: datetime, far_port: str, roles: Iterable[str]) -> None:
        """A device said something of the cable; what both of its ends say is sure twice."""
        if proof.named and bool(proof.roles) != bool(tuple(roles)):
            proof.evidence.add(BOTH)
        proof.add(via, at)
        proof.far_port = proof.far_port or far_port
        proof.roles |= frozenset(roles)

    def _conflicts(self, proofs: Proofs) -> None:
        """A device that names itself on one port and was learned on another: the later word counts, of two at once none."""
        places: defaultdict[UUID, list[tuple[UUID, str]]] = defaultdict(list)
        for place, some in proofs.items():
            for asset in some:
                places[asset].append(place)
        for asset, spots in places.items():
            named = [place for place in spots if proofs[place][asset].named]
            learned = [place for place in spots if place not in named]
            if not named or not learned or len(self.devices[asset].macs) > 1:
                # a device with several cards may well be plugged in twice
                named = [place for place in named if not self._seen_elsewhere(asset, place, proofs[place][asset])]
                for place in [p for p in spots if proofs[p][asset].named and p not in named]:
                    del proofs[place][asset]
                continue
            said = max(proofs[place][asset].at for place in named)
            seen = max(proofs[place][asset].at for place in learned)
            loser = learned if said > seen + AT_ONCE else named if seen > said + AT_ONCE else spots
            for place in loser:
                del proofs[place][asset]

    def _seen_elsewhere(self, asset: UUID, place: tuple[UUID, str], proof: Proof) -> bool:
        """Whether forwarding tables of that time or later saw all its MACs in other directions than that port."""
        if FDB in proof.evidence:
            return False
        bridge, port = place
        sightings = [s for mac in self.devices[asset].macs for s in self.reach.seen.get(mac, ()) if s.at >= proof.at - AT_ONCE]
        if not sightings:
            return False
        fits = [
            (s.port == port)
            if s.bridge == bridge
            else (s.port in ports if (ports := self.reach.towards(s.bridge, bridge)) else True)
            for s in sightings
        ]
        return not any(fits)

    def _on_port(
        self, bridge: UUID, port: str, proofs: Mapping[UUID, Proof], strangers: Sequence[tuple[Hearing, datetime]]
    ) -> Iterable[Link]:
        """The links of one port."""
        if not proofs and not strangers:
            return
        uplink = self.places.is_uplink(bridge, port)
        unknown = [] if uplink else self._unknown(bridge, port, [one for one, _ in strangers])
        devices = [self.devices[asset] for asset in sorted(proofs)]
        heard = {asset: proof.roles for asset, proof in proofs.items() if proof.named}
        met = Met(devices, heard, len(unknown), len(strangers))
        standing = arrange(met)
        crowded = self._crowded(met, proofs)
        for device in devices:
            proof, how, via = proofs[device.id], standing[device.id].how, standing[device.id].via
            if uplink and how is How.PLUGGED:
                how = How.SHARED
            if crowded and how is How.SHARED and not proof.named:
                how = How.SOMEWHERE
            named = proof.named
            yield Link(
                self.reach.end(bridge, port),
                how,
                device.id,
                proof.at,
                other_port=proof.far_port,
                via=via,
                vlans=tuple(sorted(proof.vlans)),
                evidence=tuple(sorted(proof.evidence)),
                confidence=self._confidence(how, named=named, via_named=via in heard),
            )
        for one, at in sorted(strangers, key=lambda row: (row[0].name, row[0].macs)):
            alone = not devices and len(strangers) == 1 and not uplink
            yield Link(
                self.reach.end(bridge, port),
                How.PLUGGED if alone else How.SHARED,
                None,
                at,
                label=one.name or (written(one.macs[0]) if one.macs else one.address or one.platform),
                other_port=one.far_port,
                evidence=(one.via,),
                confidence=Confidence.SURE if alone else Confidence.LIKELY,
            )

    @staticmethod
    def _crowded(met: Met, proofs: Mapping[UUID, Proof]) -> bool:
        """Whether what shares a port is more than a little box holds: many devices, many VLANs, or the way out."""
        vlans = {vlan for proof in proofs.values() for vlan in proof.vlans}
        gates = any(one.kind in GATEWAYS for one in met.devices)
        return len(met.devices) > 1 and (gates or len(met.devices) + met.strangers > CROWD or len(vlans) > SEGMENTS)

    @staticmethod
    def _confidence(how: How, *, named: bool, via_named: bool) -> Confidence:
        if named:
            return Confidence.SURE
        if how is How.PLUGGED or (how is How.BEHIND and via_named):
            return Confidence.LIKELY
        return Confidence.POSSIBLE

    def _unknown(self, bridge: UUID, port: str, strangers: Sequence[Hearing]) -> list[str]:
        """MACs of the newest table on a port that belong to no device and to nobody who names himself."""
        told = self.reach.facts[bridge]
        if not told.tables or told.tables[0].at != told.at:
            return []
        named = {mac for one in strangers for mac in one.macs}
        ports = {port, *self.reach.members(bridge, port)}
        table = told.tables[0].learned
        macs = {mac for name in ports & set(table) for text in table[name].values() for mac in macs_of(text)}
        return sorted(mac for mac in macs if mac not in self.reach.who.macs and mac not in named)
