"""IPv6 on a probe's own segments: who lives there is heard by one packet to all nodes, never by a sweep (S22)."""

from __future__ import annotations

import ipaddress
import json
import re
import time
from collections.abc import Iterator

import pytest

from scanners import segment
from scanners.policy import Released
from scanners.segment import Card
from tests import netns

pytestmark = pytest.mark.xdist_group("netns")
NET = ipaddress.ip_network("10.99.0.0/24")
HOSTS = tuple(host for host in netns.RATHAUS if host.name in ("nas", "notebook", "kamera-bauhof"))
LOOK = """
import asyncio, ipaddress, json, sys
from scanners import segment
from scanners.policy import Released
released = [Released(ipaddress.ip_network(one["network"]), passive=one.get("passive", False)) for one in json.loads(sys.argv[1])]
wanted = [ipaddress.ip_network("10.99.0.0/24")]
cards = [card for card in segment.cards() if segment.released(card, released, wanted)]
found = asyncio.run(segment.look(cards)) if cards else {}
print(json.dumps({"cards": len(cards), "found": {mac: [str(ip) for ip in ips] for mac, ips in found.items()}}))
"""
COUNTER = """
table ip6 odw {
  chain out {
    type filter hook output priority 0; policy accept;
    icmpv6 type echo-request ip6 daddr ff02::1 counter comment "all"
    icmpv6 type echo-request ip6 daddr != ff02::1 counter comment "one"
    meta l4proto { tcp, udp } counter comment "other"
  }
}
"""


def card(*addresses: str) -> Card:
    return Card(2, tuple(map(ipaddress.ip_interface, addresses)))


@pytest.mark.parametrize(
    ("addresses", "networks", "allowed"),
    [
        (["10.99.0.250/24", "fe80::1/64"], [Released(NET)], True),
        (["10.99.0.250/24", "fd99::1/64", "fe80::1/64"], [Released(NET)], True),
        (["10.99.0.250/16", "fe80::1/64"], [Released(NET)], False),
        (["10.99.0.250/24", "10.20.0.1/24", "fe80::1/64"], [Released(NET)], False),
        (["10.99.0.250/24", "fe80::1/64"], [Released(NET, passive=True)], False),
        (["10.99.0.250/24", "fe80::1/64"], [Released(NET), Released(ipaddress.ip_network("10.99.0.64/26"), guest=True)], False),
        (["10.99.0.250/24", "fe80::1/64"], [Released(NET, excluded=(ipaddress.ip_network("10.99.0.7/32"),))], False),
        (["10.98.0.250/24", "fe80::1/64"], [Released(NET), Released(ipaddress.ip_network("10.98.0.0/24"))], False),
        (["fd99::1/64", "fe80::1/64"], [Released(NET)], False),
        (["fe80::1/64"], [Released(NET)], False),
    ],
)
def test_s22_all_nodes_are_asked_only_where_everything_on_the_wire_is_released_and_wanted(addresses, networks, allowed) -> None:
    assert segment.released(card(*addresses), networks, [NET]) is allowed


@pytest.fixture(scope="module")
def town() -> Iterator[netns.Town]:
    with netns.town(HOSTS) as built:
        for name, address in (("scan", "fd99::250"), ("nas", "fd99::14")):
            built.inside(name, "ip", "addr", "add", f"{address}/64", "dev", "e0", "nodad")
        built.run("nft", "-f", "-", input=COUNTER)
        time.sleep(2.5)  # link-local addresses are tentative at first
        yield built


def look(town: netns.Town, *released: dict[str, object]) -> dict[str, dict[str, list[str]]]:
    return json.loads(town.python("-c", LOOK, json.dumps(released)).stdout)


def sent(town: netns.Town) -> list[int]:
    said = town.run("nft", "list", "chain", "ip6", "odw", "out").stdout
    return [int(number) for number in re.findall(r"counter packets (\d+)", said)]


@pytest.mark.system("root", "ip", "nft", "snmpd", "openssl")
def test_s22_a_segment_that_is_not_released_hears_nothing(town) -> None:
    before = sent(town)
    assert look(town, {"network": "10.98.0.0/24"}) == {"cards": 0, "found": {}}
    assert look(town, {"network": "10.99.0.0/24", "passive": True})["cards"] == 0
    assert sent(town) == before


@pytest.mark.system("root", "ip", "nft", "snmpd", "openssl")
def test_neighbours_are_found_by_one_packet_from_each_own_address_and_nobody_is_swept(town) -> None:
    before = sent(town)
    found = look(town, {"network": "10.99.0.0/24"})
    assert found["cards"] == 1
    assert found["found"]["00:11:32:00:00:14"] == ["fd99::14"]
    (link_local,) = found["found"]["48:2a:e3:00:00:15"]
    assert ipaddress.ip_address(link_local).is_link_local
    assert "ac:cc:8e:00:00:21" not in found["found"]  # behind the router
    every, single, other = (after - then for after, then in zip(sent(town), before, strict=True))
    assert every == 2  # from its link-local and its own global address
    assert (single, other) == (0, 0)
