"""S21, S22: what may be scanned is decided in one place, and nothing outside the released networks ever passes."""

from __future__ import annotations

import ipaddress
from datetime import UTC, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanners.policy import Denied, Released, Window, admit, duration, exclusions, is_open, lawful, network, windows


def net(cidr: str, **more: object) -> Released:
    return Released(ipaddress.ip_network(cidr), **more)


TOWN = (net("10.11.0.0/16"), net("10.11.50.0/24", guest=True), net("10.11.60.0/24", passive=True), net("fd00:11::/64"))


@pytest.mark.parametrize(
    "target",
    [
        "-oN/etc/passwd",
        "-iL/etc/shadow",
        "--script=x",
        "10.11.0.1 -oN x",
        "10.11.0.1\n-oN x",
        "10-12.*.0.1",
        "10.11.0.1-20",
        "10.11.0.*",
        "localhost/24",
        "rathaus.example",
        "10.11.0.0/255.255.255.0",
        "10.11.0.1/33",
        "010.011.000.001",
        "fe80::1%eth0",
        "fd00:11::1%1",
        "",
        "1",
        "0x0a0b0001",
        "10.11.0.5/24",
        "１０.11.0.1",
    ],
)
def test_only_addresses_and_networks_are_understood(target: str) -> None:
    with pytest.raises(Denied):
        admit([target], TOWN)


EVERYTHING = (net("0.0.0.0/0", owned=True), net("::/0", owned=True))


@pytest.mark.parametrize(
    "target",
    [
        "127.0.0.1",
        "127.0.0.0/24",
        "169.254.169.254",
        "169.254.1.0/24",
        "224.0.0.251",
        "239.0.0.0/24",
        "0.0.0.0",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "ff02::1",
        "fd00:ec2::254",
        "::ffff:169.254.169.254",
        "::ffff:127.0.0.1",
        "::ffff:7f00:1",
        "64:ff9b::127.0.0.1",
        "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::1",
    ],
)
def test_no_release_however_wide_opens_loopback_metadata_or_multicast(target: str) -> None:
    with pytest.raises(Denied):
        admit([target], EVERYTHING)


@pytest.mark.parametrize("target", ["8.8.8.8", "91.198.174.192", "2a00:1450:4001::1", "100.64.0.1", "::ffff:8.8.8.8"])
def test_public_addresses_need_proof_of_ownership(target: str) -> None:
    with pytest.raises(Denied):
        admit([target], (net("0.0.0.0/0"), net("::/0")))


def test_proven_public_addresses_are_admitted() -> None:
    assert admit(["91.198.174.192/28"], (net("91.198.174.0/24", owned=True),))


def test_an_address_that_carries_another_is_judged_as_the_other() -> None:
    assert network("::ffff:10.11.0.9") == ipaddress.ip_network("10.11.0.9/32")
    assert network("64:ff9b::10.11.0.0/120") == ipaddress.ip_network("10.11.0.0/24")


@pytest.mark.parametrize("target", ["10.12.0.1", "10.0.0.0/20", "192.168.1.1", "fd00:12::1"])
def test_what_no_town_released_is_refused(target: str) -> None:
    with pytest.raises(Denied, match="freigegeben"):
        admit([target], TOWN)


def test_guest_and_passive_networks_are_never_scanned_not_even_inside_a_wider_target() -> None:
    for target in ("10.11.50.7", "10.11.50.0/24", "10.11.60.1"):
        with pytest.raises(Denied, match=r"Gastnetz|passive"):
            admit([target], TOWN)
    sent = set(admit(["10.11.48.0/20"], TOWN).addresses())
    assert ipaddress.ip_address("10.11.51.7") in sent
    for shut in ("10.11.50.0/24", "10.11.60.0/24"):
        assert not sent & set(ipaddress.ip_network(shut))


def test_for_each_address_the_narrowest_network_decides() -> None:
    nested = (
        net("10.1.0.0/20"), net("10.1.4.0/22", passive=True), net("10.1.5.0/24", packets_per_second=50),
        net("10.1.5.64/28", guest=True), net("10.1.9.0/24", closed="nicht freigegeben"),
    )  # fmt: skip
    scope = admit(["10.1.0.0/20"], nested)
    sent = {str(one) for one in scope.addresses()}
    assert scope.packets_per_second == 50  # the strictest of all that are asked
    assert {"10.1.0.1", "10.1.5.1", "10.1.5.63", "10.1.5.80", "10.1.10.1"} <= sent
    assert not {"10.1.4.1", "10.1.6.1", "10.1.5.64", "10.1.5.79", "10.1.9.1"} & sent
    assert admit(["10.1.5.0/24"], nested).targets
    with pytest.raises(Denied, match="nicht freigegeben"):
        admit(["10.1.9.7"], nested)


def test_a_network_full_of_closed_ones_is_refused() -> None:
    halves = (net("10.1.0.0/24"), net("10.1.0.0/25", guest=True), net("10.1.0.128/25", passive=True))
    with pytest.raises(Denied, match="bleibt nichts"):
        admit(["10.1.0.0/24"], halves)


def test_an_equal_network_elsewhere_that_waits_does_not_close_this_one_but_guests_do() -> None:
    """Two sites may use the same range."""
    assert admit(["10.1.0.0/24"], (net("10.1.0.0/24"), net("10.1.0.0/24", closed="nicht freigegeben")))
    with pytest.raises(Denied, match="Gastnetz"):
        admit(["10.1.0.0/24"], (net("10.1.0.0/24"), net("10.1.0.0/24", guest=True)))


def test_s22_the_rules_of_both_sides_hold_and_of_each_limit_the_stricter() -> None:
    ours = (net("10.1.0.0/24", packets_per_second=300, disturbing=True, snmp_per_second=50),)
    theirs = (
        net("10.1.0.0/24", excluded=(ipaddress.ip_network("10.1.0.2/32"),), disturbing=True, snmp_per_second=5),
        net("10.1.0.4/31", passive=True),
    )
    scope = admit(["10.1.0.0/29"], ours, theirs)
    assert [str(one) for one in scope.addresses()] == [f"10.1.0.{last}" for last in (1, 3, 6, 7)]
    assert (scope.packets_per_second, scope.snmp_per_second, scope.disturbing) == (300, 5, True)
    for target in ("10.1.0.4/31", "10.1.0.2"):
        with pytest.raises(Denied):
            admit([target], ours, theirs)
    with pytest.raises(Denied, match="keinem freigegebenen"):
        admit(["10.1.0.0/24"], ours, ())


@pytest.mark.parametrize(
    ("target", "fits"), [("10.11.0.0/20", True), ("10.11.0.0/19", False), ("fd00:11::/120", True), ("fd00:11::/119", False)]
)
def test_a_target_is_at_most_so_wide(target: str, fits: bool) -> None:
    if fits:
        assert admit([target], TOWN).targets
    else:
        with pytest.raises(Denied, match="zu groß"):
            admit([target], TOWN)


def test_the_strictest_network_gives_the_pace() -> None:
    released = (net("10.1.0.0/24", packets_per_second=300, disturbing=True), net("10.2.0.0/24", packets_per_second=5000))
    scope = admit(["10.1.0.1", "10.2.0.1"], released)
    assert (scope.packets_per_second, scope.disturbing) == (300, False)
    assert admit(["10.1.0.1"], (net("10.1.0.0/24", packets_per_second=10**9),)).packets_per_second == 10_000


def test_network_and_broadcast_address_of_a_released_network_are_left_out() -> None:
    scope = admit(["10.1.0.0/30"], (net("10.1.0.0/30"),))
    assert list(map(str, scope.addresses())) == ["10.1.0.1", "10.1.0.2"]
    with pytest.raises(Denied, match="Rundruf"):
        admit(["10.1.0.3"], (net("10.1.0.0/30"),))


def test_overlapping_targets_are_asked_once() -> None:
    scope = admit(["10.1.0.5", "10.1.0.4/31", "10.1.0.5"], (net("10.1.0.0/24"),))
    assert list(map(str, scope.addresses())) == ["10.1.0.4", "10.1.0.5"]


@given(st.text(max_size=60))
def test_any_text_is_refused_or_lies_inside_the_released_networks(text: str) -> None:
    try:
        scope = admit([text], TOWN)
    except Denied:
        return
    for address in scope.addresses():
        assert any(address in one.network for one in TOWN)


@given(st.integers(0, 2**32 - 1), st.integers(20, 32))
def test_every_network_is_refused_or_inside(number: int, prefix: int) -> None:
    cidr = str(ipaddress.ip_network((number, prefix), strict=False))
    inside = ipaddress.ip_network(cidr).subnet_of(ipaddress.ip_network("10.11.0.0/16"))
    try:
        admit([cidr], TOWN)
    except Denied:
        return
    assert inside


def test_a_network_that_may_never_be_scanned_cannot_be_registered() -> None:
    for cidr in ("127.0.0.0/8", "0.0.0.0/0", "8.8.8.0/24"):
        with pytest.raises(Denied):
            lawful(ipaddress.ip_network(cidr))
    lawful(ipaddress.ip_network("10.0.0.0/8"))


OFFICE = Window(frozenset(range(5)), time(8), time(16))
NIGHT = Window(frozenset({4}), time(22), time(4))


@pytest.mark.parametrize(
    ("windows", "at", "open_"),
    [
        ((), "2026-11-15T03:00:00", True),
        ((OFFICE,), "2026-11-16T07:00:00", True),  # 08:00 in Berlin
        ((OFFICE,), "2026-11-16T06:59:00", False),
        ((OFFICE,), "2026-11-16T15:00:00", False),
        ((OFFICE,), "2026-11-15T09:00:00", False),  # Sunday
        ((NIGHT,), "2026-11-21T02:30:00", True),  # Saturday morning belongs to Friday's night
        ((NIGHT,), "2026-11-21T22:00:00", False),
        ((OFFICE,), "2026-07-06T06:00:00", True),  # summer time
    ],
)
def test_scans_run_inside_their_window_of_local_time(windows: tuple[Window, ...], at: str, open_: bool) -> None:
    assert is_open(windows, datetime.fromisoformat(at).replace(tzinfo=UTC)) is open_


def test_a_sixteen_bit_network_takes_two_minutes_and_eleven_seconds() -> None:
    assert duration(65_536, rate=1000, probes=1, retries=1, timeout=0) == pytest.approx(131, abs=0.5)


def test_version_detection_adds_its_time_for_the_living() -> None:
    assert duration(0, rate=1000, timeout=0, living=128, seconds_each=12, side_by_side=64) == pytest.approx(24)


def test_what_is_excluded_is_left_out_and_alone_refused() -> None:
    town = (net("10.11.0.0/24", excluded=(ipaddress.ip_network("10.11.0.16/28"), ipaddress.ip_network("10.11.0.9/32"))),)
    found = set(map(str, admit(["10.11.0.0/24"], town).addresses()))
    assert len(found) == 254 - 16 - 1
    assert not found & {"10.11.0.9", "10.11.0.16", "10.11.0.31"}
    assert {"10.11.0.8", "10.11.0.15", "10.11.0.32"} <= found
    for target in ("10.11.0.9", "::ffff:10.11.0.9", "10.11.0.16/29"):
        with pytest.raises(Denied, match="ausgenommen"):
            admit([target], town)


def test_an_exclusion_also_holds_in_a_wider_release_around_it() -> None:
    town = (net("10.11.0.0/16"), net("10.11.5.0/24", excluded=(ipaddress.ip_network("10.11.5.7/32"),)))
    assert "10.11.5.7" not in set(map(str, admit(["10.11.4.0/23"], town).addresses()))


def test_exclusions_and_windows_are_read_or_refused_with_a_sentence() -> None:
    inside = ipaddress.ip_network("10.11.0.0/24")
    assert [str(one) for one in exclusions("10.11.0.9\n10.11.0.16/28, 10.11.0.9", inside)] == ["10.11.0.9/32", "10.11.0.16/28"]
    with pytest.raises(Denied, match="liegt nicht im Netz"):
        exclusions("10.12.0.1", inside)
    with pytest.raises(Denied):
        exclusions("10.11.0.1-9", inside)
    assert windows(None) == windows(" ") == ()
    office, night = windows("Mo-Fr 08:00-17:00, Sa 22:00-06:00")
    assert (office.days, office.start) == (frozenset(range(5)), time(8))
    assert night.covers(datetime(2026, 11, 22, 5))  # local time
    for wrong in ("Mo-Fr", "Mo-Fr 8-17", "Mx 08:00-17:00", "Mo 29:00-30:00"):
        with pytest.raises(Denied, match="Zeitfenster"):
            windows(wrong)
