"""End of support: what the dated table knows of systems, firmware lines and devices, and what it does not."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from service.inventory.support import Product, State, Support, ends, state, support_end, table

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize("row", table().systems, ids=lambda row: row.name)
def test_each_system_is_found_by_its_own_name_and_by_no_row_above_it(row: Support) -> None:
    assert support_end(row.name) is row


@pytest.mark.parametrize("row", table().devices, ids=lambda row: row.name)
def test_each_series_of_devices_is_found_by_its_own_name(row: Support) -> None:
    maker, _, model = row.name.partition(" ")
    assert row in ends(Product(maker, model))


@pytest.mark.parametrize(
    ("product", "found"),
    [
        (Product("Fortinet", "FortiGate 101E", "FortiOS", "v7.0.9,build0444,221121 (GA.M)"), ["FortiOS 7.0"]),
        (Product("Fortinet", "FortiGate 60F", "FortiOS", "7.6.1"), ["FortiOS 7.6"]),
        (Product("Palo Alto Networks", "PA-5220", "PAN-OS", "10.2.9-h1"), ["PAN-OS 10.2"]),
        (Product("Cisco", "C9300-48P", "Cisco IOS XE", "17.03.04a"), ["Cisco IOS XE 17.3"]),
        (Product("Cisco", "C9300-48P", "Cisco IOS XE", "17.12.1"), ["Cisco IOS XE 17.12"]),
        (Product("Cisco", "C9300-48P", "Cisco IOS XE", "CAT9K_IOSXE 16.6.7"), []),
        (Product("Cisco", "ASA5555", "Cisco ASA", "9.12(3)"), ["Cisco ASA 5525-X, 5545-X, 5555-X"]),
        (Product("Cisco", "ASA5550", "Cisco ASA", "8.4(7)"), ["Cisco ASA 5510, 5520, 5540, 5550"]),
        (Product("Cisco", "WS-C2960X-48FPS-L", "Cisco IOS", "15.0(2a)EX5"), ["Cisco Catalyst 2960-X, 2960-XR"]),
        (Product("Cisco", "WS-C2960-24TT-L", "Cisco IOS", "12.2(55)SE"), []),
        (Product("Synology", "RS2212RP+", "Synology DSM", "6.1-15217"), ["Synology DSM 6.1"]),
        (Product("Synology", "DS920+", None, None, "DSM 7.2.2-72806"), ["Synology DSM 7.2"]),
        (Product("Sophos", "XG 210", "Sophos Firewall", "19.5.1"), ["Sophos XG 86 bis XG 750"]),
        (Product("Sophos", "XGS2100_RL01_SFOS", "Sophos Firewall", "22.0.2 MR-2"), []),
        (Product(None, None, "Red Hat Enterprise Linux", "9.8"), ["Red Hat Enterprise Linux 9"]),
        (Product(None, None, "AlmaLinux", "10.0"), ["AlmaLinux 10"]),
        (Product("Kyocera", "ECOSYS P3055dn", None, None, "2R7_2000.005.012"), []),
        (Product(), []),
    ],
)
def test_devices_are_matched_as_scans_name_them(product: Product, found: list[str]) -> None:
    assert [one.name for one in ends(product)] == found


def test_of_system_and_device_what_ends_first_counts() -> None:
    both = ends(Product("Cisco", "ASA5506", "FortiOS", "7.4.1"))
    assert [one.ends.isoformat() for one in both] == ["2026-08-31", "2027-11-11"]
    assert state(Product("Cisco", "ASA5506", "FortiOS", "7.4.1"), TODAY) is State.ENDED


def test_support_lasts_through_its_last_day_and_a_year_before_is_soon() -> None:
    server = Product(os="Windows Server 2016")
    last = date(2027, 1, 12)
    assert state(server, last) is State.SOON
    assert state(server, last + timedelta(days=1)) is State.ENDED
    assert state(server, last - timedelta(days=365)) is State.SOON
    assert state(server, last - timedelta(days=366)) is State.SUPPORTED
    assert state(Product(os="FooOS"), last) is State.UNKNOWN


def test_the_table_says_when_it_was_looked_up() -> None:
    assert table().as_of <= TODAY
    assert "vor Beschaffungen" in table().note
