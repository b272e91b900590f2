"""What stands in passive networks is told by routers; nobody asks it."""

from __future__ import annotations

import ipaddress
from datetime import UTC, datetime

from scanners import passive
from scanners.observation import Collection, Heard, Observation, Source
from scanners.policy import Released

AT = datetime(2026, 11, 16, 9, tzinfo=UTC)
NETS = [
    Released(ipaddress.ip_network("10.1.1.0/24")),
    Released(ipaddress.ip_network("10.1.90.0/24"), passive=True),
    Released(ipaddress.ip_network("10.1.90.128/25"), guest=True),
]


def read(*devices: tuple[str, list[tuple[str, str]]]) -> Collection:
    seen = tuple(
        Observation(Source.SNMP, key, observed_at=AT, ips=(key,), heard=tuple(Heard(*one) for one in heard))
        for key, heard in devices
    )
    return Collection(Source.SNMP, seen, scope="10.1.1.0/24", started_at=AT, finished_at=AT)


def test_a_controller_appears_from_the_routers_table_with_its_address_and_mac_alone() -> None:
    found = passive.heard(read(("10.1.1.1", [("10.1.90.7", "00:0e:8c:00:00:01"), ("10.1.1.9", "00:0e:8c:00:00:09")])), NETS)
    assert found is not None
    (one,) = found.observations
    assert (one.key, one.ips, one.macs, one.services) == ("10.1.90.7", ("10.1.90.7",), ("00:0e:8c:00:00:01",), ())
    assert (one.facts, one.observed_at) == ({"heard_by": "10.1.1.1"}, AT)
    assert found.scope == "10.1.90.0/24 (passiv)"


def test_guests_and_strangers_stay_unnamed() -> None:
    assert (
        passive.heard(read(("10.1.1.1", [("10.1.90.200", "00:0e:8c:00:00:02"), ("8.8.8.8", "00:0e:8c:00:00:03")])), NETS) is None
    )


def test_an_address_with_two_macs_is_told_by_nobody() -> None:
    told = read(("10.1.1.1", [("10.1.90.7", "00:0e:8c:00:00:01")]), ("10.1.1.2", [("10.1.90.7", "00:0e:8c:00:00:02")]))
    assert passive.heard(told, NETS) is None
    same = read(("10.1.1.1", [("10.1.90.7", "00:0e:8c:00:00:01")]), ("10.1.1.2", [("10.1.90.7", "00:0e:8c:00:00:01")]))
    found = passive.heard(same, NETS)
    assert found is not None
    assert len(found.observations) == 1
