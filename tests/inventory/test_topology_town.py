"""Links on simulated towns with known cabling: recordings through the real reader, measured against the truth."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID, uuid5

import pytest

from scanners.sources import snmprec
from service.inventory import topology
from service.inventory.fields import keep, seen
from service.inventory.folding import fold_mac
from service.inventory.reconcile import Sighted
from service.inventory.topology import Device, Facts, How, Link
from tests.inventory.cabling import AT, QUIET, TALKING, Town

SPACE = UUID("6f0a6f6e-6f0a-4f6e-8f0a-6f0a6f6e6f0a")
SEEDS = range(40)


def key(name: str) -> UUID:
    return uuid5(SPACE, name)


def reading(town: Town) -> tuple[list[Device], dict[UUID, Facts]]:
    """What the inventory knows: all listed devices, and of the switches what the real reader makes of their recordings."""
    devices = [Device(key(h.name), h.kind, (fold_mac(h.mac),), (h.name,), (h.ip,)) for h in town.hosts.values() if h.listed]
    facts = {}
    for name, address, text in town.recordings():
        (observed,) = snmprec.parse(text.encode(), f"{name}.snmprec", AT, address=address).observations
        found = topology.facts_of([Sighted(key(name), AT, key(name), seen(keep(observed)))])
        assert found is not None
        facts[key(name)] = found
        devices.append(Device(key(name), "switch", tuple(map(fold_mac, observed.macs)), (name,), (address,)))
    return devices, facts


@dataclass(frozen=True)
class Score:
    right: int
    wanted: int
    invented: tuple[str, ...]
    missing: tuple[str, ...]


def score(town: Town, links: Iterable[Link]) -> Score:
    """Right is a link with the right port, and what stands between as it is; invented is one with a wrong port or a wrong
    device between. A PC behind a telephone that no table knows hangs on the right port, is not right and not invented.
    """
    names = {key(name): name for name in (*town.hosts, *town.switches)}
    truth, cables, shared = town.plugs(), town.cables(), town.shared()

    def port(switch: str, said: str) -> str:
        """As the switch itself calls it; one that keeps silent is known by what others hear of it, bundles by their ports."""
        own = said.replace("GigabitEthernet", "Gi")
        return next((name for name, ports in town.switches[switch].bundles.items() if own in ports), own)

    right: set[object] = set()
    invented = []
    for link in links:
        if link.how is How.SOMEWHERE or link.other is None:
            continue
        end, other = (names[link.end.asset], link.end.port), names[link.other]
        if other in town.switches:
            here = end[0], port(*end)
            far = (other, port(other, link.other_port)) if link.other_port else town.switches[end[0]].links.get(here[1], ("", ""))
            cable = frozenset({here, far})
            real = cable in cables and far[0] == other and link.how is How.PLUGGED
            right.add(cable) if real else invented.append(f"{end} = {other} {link.other_port} {link.evidence}")
            continue
        spot, over = truth[other]
        via = names[link.via] if link.via else ""
        how = How.SHARED if spot in shared else How.BEHIND if over else How.PLUGGED
        if end == spot and (link.how, via) == (how, over if how is How.BEHIND else ""):
            right.add(other)
        elif end != spot or via not in {"", over}:
            invented.append(f"{end} - {other} {link.how} {via}, in truth {spot} {over}")
    wanted: set[object] = {*cables, *truth}
    return Score(len(right), len(wanted), tuple(invented), tuple(sorted(map(str, wanted - right))))


def measure(speaking: Mapping[str, float]) -> Score:
    total = Score(0, 0, (), ())
    for seed in SEEDS:
        town = Town(seed, speaking=speaking)
        one = score(town, topology.derive(*reading(town)))
        total = Score(
            total.right + one.right, total.wanted + one.wanted, total.invented + one.invented, total.missing + one.missing
        )
    return total


@pytest.mark.parametrize("speaking", [TALKING, QUIET, TALKING | {"lldp": 0.6}], ids=["talking", "quiet", "some"])
def test_links_of_towns_with_known_cabling_are_right_and_none_is_invented(speaking: dict[str, float]) -> None:
    found = measure(speaking)
    print(f"{found.right} of {found.wanted} links right, {len(found.invented)} invented")
    assert not found.invented, found.invented[:10]
    assert found.right >= 0.98 * found.wanted, Counter(found.missing).most_common(20)
