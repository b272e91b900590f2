"""Which names of reverse DNS may identify a device.

A PTR record of a static address is a name; one of a DHCP pool may be the name of whoever was there before. Trust is
learned for the dynamic addresses of each zone as a whole, for the static ones address by address, and withdrawn at
the first contradiction between what DNS says and what the device itself says.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from ipaddress import ip_address
from itertools import pairwise

from service.inventory.asset import IdentifierKind
from service.inventory.evidence import MOMENT, NONE
from service.inventory.grouping import Grouping


def trusted(grouping: Grouping, dynamic: set[int]) -> list[int]:
    """For every record the number of the name that its PTR record truly gives it, or -1."""
    evidence = grouping.evidence
    called = _called(grouping)
    walks: dict[int, list[int]] = defaultdict(list)
    for i, record in enumerate(evidence.records):
        if record.source == "snmp" and evidence.said[i]:
            walks[evidence.spot[i]].append(i)
    liars: set[tuple[int, int]] = set()
    zones: set[str] = set()
    for i, name in enumerate(evidence.ptr):
        if name == NONE or evidence.floating[i]:
            continue
        own = called.get(grouping.forest.find(i)) or _said_in_the_visit(grouping, i, walks.get(evidence.spot[i], ()))
        if own and name not in own:
            spot = evidence.spot[i]
            if spot in dynamic:
                zones.add(evidence.records[i].zone)
            liars.add((spot, name))
    follows = _followed(grouping, called)
    out = [NONE] * len(evidence.records)
    for i, name in enumerate(evidence.ptr):
        spot = evidence.spot[i]
        if name == NONE:
            continue
        known = (spot, name) not in liars and not (spot in dynamic and evidence.records[i].zone in zones)
        if known or (grouping.forest.find(i), name) in follows:
            out[i] = name
    return out


def _said_in_the_visit(grouping: Grouping, i: int, walks: Sequence[int]) -> set[int]:
    """How the device calls itself in a walk of the same address within the hour."""
    evidence = grouping.evidence
    at = evidence.records[i].at
    return {name for j in walks if abs(evidence.records[j].at - at) <= MOMENT for name in evidence.said[j]}


def _followed(grouping: Grouping, called: dict[int, set[int]]) -> set[tuple[int, int]]:
    """(group, name) where the name goes where a card goes: DNS gave it at several addresses, most of the time between.

    A record that was left behind stays with its address and is another one at the next; so this holds in zones without trust.
    """
    evidence = grouping.evidence
    given: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for i, name in enumerate(evidence.ptr):
        if name != NONE and not evidence.floating[i] and grouping.usable(i):
            given[grouping.forest.find(i)].append((name, evidence.spot[i]))
    out: set[tuple[int, int]] = set()
    for root, seen in given.items():
        names = [name for name, _ in seen]
        for name in set(names) & called.get(root, set(names)):
            first, last = names.index(name), len(names) - names[::-1].index(name)
            spots = {spot for other, spot in seen if other == name}
            if len(spots) > 1 and 2 * names.count(name) > last - first:
                out.add((root, name))
    return out


def _called(grouping: Grouping) -> dict[int, set[int]]:
    """Names said anywhere in a group, for groups that say any."""
    out: dict[int, set[int]] = {}
    for i, said in enumerate(grouping.evidence.said):
        if said:
            out.setdefault(grouping.forest.find(i), set()).update(said)
    return out


def dynamic_spots(grouping: Grouping) -> set[int]:
    """Addresses handed out by DHCP: two machines one after the other, or one machine at two addresses of a network.

    Between the lowest and the highest such address of a network an address with nothing known counts as dynamic too.
    """
    evidence = grouping.evidence
    held: dict[int, set[int]] = defaultdict(set)
    places: dict[tuple[int, str], set[int]] = defaultdict(set)
    for i, spot in enumerate(evidence.spot):
        if spot == NONE or evidence.records[i].source != "nmap":
            continue
        record = evidence.records[i]
        if record.strange_mac and not evidence.floating[i]:
            held[spot].add(-2 - len(held[spot]))
        for value in evidence.ids[i]:
            if evidence.values[value].kind is IdentifierKind.MAC:
                held[spot].add(value)
                places[value, _network(evidence.spots[spot])].add(spot)
    out = {spot for spot, macs in held.items() if len(macs) > 2 or (len(macs) == 2 and not _swapped(grouping, spot))}
    for spots in places.values():
        if len(spots) > 1:
            out |= spots
    bounds: dict[str, list[int]] = defaultdict(list)
    for spot in out:
        bounds[_network(evidence.spots[spot])].append(_host(evidence.spots[spot]))
    for spot, where in enumerate(evidence.spots):
        pool = bounds.get(_network(where))
        if pool and spot not in out and min(pool) <= _host(where) <= max(pool):
            sightings = evidence.at_spot[spot]
            known = len(held.get(spot, ())) == 1 and len(sightings) > 3
            if not known:
                out.add(spot)
    return out


def _swapped(grouping: Grouping, spot: int) -> bool:
    """Two cards at one address, the second for good after the first: a device was replaced, nobody leased."""
    evidence = grouping.evidence
    seen = [
        value
        for i in evidence.at_spot[spot]
        for value in evidence.ids[i]
        if evidence.values[value].kind is IdentifierKind.MAC and evidence.records[i].source == "nmap"
    ]
    changes = sum(a != b for a, b in pairwise(seen))
    return changes == 1


def _network(spot: tuple[str, str]) -> str:
    scope, address = spot
    return f"{scope}|{address.rpartition('.')[0] or address.rpartition(':')[0]}"


def _host(spot: tuple[str, str]) -> int:
    return int(ip_address(spot[1])) & 0xFFFF
