"""What a scan is allowed to do follows from its arguments, the networks and the time; no packet is needed to see it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from scanners import policy
from service.db import uuid7
from service.errors import Wrong
from service.inventory import scanning
from service.inventory.views import NetworkRow
from service.settings import BERLIN
from service.worker import scan

MONDAY = datetime(2026, 11, 16, 10, tzinfo=BERLIN)
NIGHT = datetime(2026, 11, 16, 23, tzinfo=BERLIN)


def net(cidr: str, window: str | None = None, **values) -> NetworkRow:
    row = NetworkRow(
        uuid7(), f"Netz {cidr}", cidr, "client", "active", "", None, None, "IT", "ISB", MONDAY, "DSB", MONDAY, 300, window
    )
    return replace(row, **values)


OFFICE, ALWAYS = net("10.1.1.0/24", "Mo-Fr 08:00-17:00"), net("10.1.2.0/24")


def test_a_schedule_leaves_out_what_is_closed_now_and_says_so() -> None:
    found = scan.plan([OFFICE, ALWAYS], {"all": True}, NIGHT)
    assert found.targets == ("10.1.2.0/24",)
    assert found.left == ("Netz 10.1.1.0/24: 10.1.1.0/24 ist außerhalb seines Zeitfensters (Mo-Fr 08:00-17:00).",)
    assert scan.plan([OFFICE, ALWAYS], {"all": True}, MONDAY).targets == ("10.1.1.0/24", "10.1.2.0/24")


def test_outside_the_window_a_click_is_refused_and_a_reason_opens_it() -> None:
    click = {"networks": [str(OFFICE.id)], "asked_by_person": True}
    with pytest.raises(Wrong, match="außerhalb seines Zeitfensters"):
        scan.plan([OFFICE], click, NIGHT)
    assert scan.plan([OFFICE], click | {"purpose": "Ausfall im Rathaus"}, NIGHT).targets == ("10.1.1.0/24",)


def test_a_scan_that_outlives_its_window_ends_with_it_unless_a_reason_was_given() -> None:
    assert not scan.plan([OFFICE], {"all": True}, MONDAY).is_open(NIGHT)
    assert scan.plan([OFFICE], {"networks": [str(OFFICE.id)], "purpose": "Ausfall"}, MONDAY).is_open(NIGHT)


def test_all_means_what_is_released_by_three_people_and_active() -> None:
    nets = [net("10.1.3.0/24", agreed_by=None), net("10.1.4.0/24", mode="passive"), net("10.1.5.0/24", released_by="IT"), ALWAYS]
    assert scan.plan(nets, {"all": True}, MONDAY).targets == ("10.1.2.0/24",)


def test_manners_of_a_network_become_limits_of_the_policy() -> None:
    (found,) = scanning.released([replace(OFFICE, excluded="10.1.1.7\n10.1.1.32/28", snmp_rate=5, rate_cap=50)])
    assert [str(one) for one in found.excluded] == ["10.1.1.7/32", "10.1.1.32/28"]
    assert (found.packets_per_second, found.snmp_per_second) == (50, 5)
    assert len(found.windows) == 1


@pytest.mark.parametrize(
    ("purpose", "asked", "mode"),
    [
        ("guest", "active", "guest"),
        ("guest", "passive", "guest"),
        ("plc", "active", "passive"),
        ("plc", "guest", "guest"),
        ("client", "active", "active"),
    ],
)
def test_guests_are_never_scanned_and_controllers_never_actively_whoever_enters_the_network(purpose, asked, mode) -> None:
    assert scanning.mode_for(purpose, asked) == mode


PLC, GUESTS = net("10.1.2.4/31", mode="passive", agreed_by=None), net("10.1.2.6/31", mode="guest", released_by=None)


def sent(found: scan.Plan) -> set[str]:
    return {str(one) for one in policy.admit(found.targets, found.released).addresses()}


def test_a_network_entered_inside_a_released_one_stops_nothing_and_gets_nothing() -> None:
    """Passive and guest networks need no release, so one person alone can enter them anywhere."""
    found = scan.plan([ALWAYS, PLC, GUESTS], {"all": True}, MONDAY)
    assert (found.targets, found.left) == (("10.1.2.0/24",), ())
    assert {"10.1.2.3", "10.1.2.8"} <= sent(found)
    assert not sent(found) & {"10.1.2.4", "10.1.2.5", "10.1.2.6", "10.1.2.7"}


def test_what_cannot_be_scanned_is_left_out_and_named_and_the_rest_is_scanned() -> None:
    wide, full = net("fd00:1::/64"), net("10.1.7.0/30", excluded="10.1.7.0/30")
    found = scan.plan([wide, full, ALWAYS], {"all": True}, MONDAY)
    assert found.targets == ("10.1.2.0/24",)
    assert ["zu groß" in found.left[0], "ausgenommen" in found.left[1]] == [True, True]
    with pytest.raises(Wrong, match=r"Kein Netz kann.*fd00:1::/64.*zu groß"):
        scan.plan([wide, ALWAYS], {"networks": [str(wide.id)]}, MONDAY)


def test_more_addresses_than_one_run_may_have_are_named_not_a_failure() -> None:
    many = [net(f"10.2.{16 * place}.0/20") for place in range(16)] + [net("10.3.0.0/20")]
    found = scan.plan(many, {"all": True}, MONDAY)
    assert len(found.targets) == 16
    assert found.left == ("Netz 10.3.0.0/20: Es passt nicht mehr in diesen Lauf. Legen Sie dafür einen eigenen Zeitplan an.",)


def test_a_nested_network_keeps_its_own_window_and_its_own_release() -> None:
    night = net("10.1.2.16/28", "Mo-Fr 22:00-23:30")
    waiting = net("10.1.2.32/28", agreed_by=None, agreed_at=None)
    found = scan.plan([ALWAYS, night, waiting], {"all": True}, MONDAY)
    assert not sent(found) & {"10.1.2.17", "10.1.2.33"}
    assert "10.1.2.17" in sent(scan.plan([ALWAYS, night, waiting], {"all": True}, NIGHT))
    assert "10.1.2.33" not in sent(scan.plan([ALWAYS, waiting], {"networks": [str(ALWAYS.id)], "purpose": "Ausfall"}, NIGHT))


def test_the_page_offers_no_scan_that_cannot_be() -> None:
    halves = [net("10.1.2.0/25", mode="guest"), net("10.1.2.128/25", mode="passive")]
    assert scanning.obstacle(ALWAYS, MONDAY, (), known=[ALWAYS, PLC]) is None
    stands = scanning.obstacle(ALWAYS, MONDAY, (), known=[ALWAYS, *halves])
    assert stands is not None
    assert not stands.passing
    assert scanning.left_out(ALWAYS, [ALWAYS, PLC, GUESTS, OFFICE]) == [PLC, GUESTS]
