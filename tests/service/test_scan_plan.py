"""What a scan is allowed to do follows from its arguments, the networks and the time; no packet is needed to see it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

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
    assert found.left == ("Netz 10.1.1.0/24: außerhalb des Zeitfensters Mo-Fr 08:00-17:00, nicht gescannt.",)
    assert scan.plan([OFFICE, ALWAYS], {"all": True}, MONDAY).targets == ("10.1.1.0/24", "10.1.2.0/24")


def test_outside_the_window_a_click_is_refused_and_a_reason_opens_it() -> None:
    click = {"networks": [str(OFFICE.id)], "asked_by_person": True}
    with pytest.raises(Wrong, match="Außerhalb des Zeitfensters"):
        scan.plan([OFFICE], click, NIGHT)
    assert scan.plan([OFFICE], click | {"purpose": "Ausfall im Rathaus"}, NIGHT).targets == ("10.1.1.0/24",)


def test_a_scan_that_outlives_its_window_ends_with_it_unless_a_reason_was_given() -> None:
    assert not scan.plan([OFFICE], {"all": True}, MONDAY).is_open(NIGHT)
    assert scan.plan([OFFICE], {"networks": [str(OFFICE.id)], "purpose": "Ausfall"}, MONDAY).is_open(NIGHT)


def test_all_means_what_is_released_by_three_people_and_active() -> None:
    nets = [net("10.1.3.0/24", agreed_by=None), net("10.1.4.0/24", mode="passive"), net("10.1.5.0/24", released_by="IT"), ALWAYS]
    assert scan.plan(nets, {"all": True}, MONDAY).targets == ("10.1.2.0/24",)


def test_manners_of_a_network_become_limits_of_the_policy() -> None:
    (found,) = scan.released([replace(OFFICE, excluded="10.1.1.7\n10.1.1.32/28", snmp_rate=5, rate_cap=50)])
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
