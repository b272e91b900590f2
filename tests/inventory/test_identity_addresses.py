"""Addresses only date a sighting: continuity, visits, and what cannot be told (`domain.md` 2.5)."""

from dataclasses import replace
from datetime import timedelta

from scanners.observation import Name, Origin
from service.inventory.linking import Why
from tests.inventory.sightings import M1, M2, M3, Estate, day, host, walk


def test_continuity_reaches_eight_days_to_either_side():
    for gap, joined in ((8, True), (9, False)):
        estate = Estate()
        estate.saw(day(0), before=host("10.0.0.8", M1))
        estate.saw(day(gap), ping=host("10.0.0.8"))
        estate.saw(day(gap + 1), after=host("10.0.0.8", M1))
        assert (estate.unassigned() == "") is joined


def test_scan_and_walk_of_one_visit_are_one_device_at_the_first_visit():
    """Across a router a scan sees no card: the walk minutes later says whose address it is, whatever DNS thinks."""
    estate = Estate()
    estate.saw(day(0, 9), scan=host("10.0.0.8", ptr="old-name.x", ports=[22, 443]))
    estate.saw(day(0, 9) + timedelta(minutes=7), walked=walk("10.0.0.8", M1, says="sw-1", serials=["SERIAL-1"]))
    assert estate.assets() == ["scan walked"]


def test_a_walk_hours_later_is_another_visit():
    estate = Estate()
    estate.saw(day(0, 9), scan=host("10.0.0.8", ports=[22, 443]))
    estate.saw(day(0, 14), walked=walk("10.0.0.8", M1, says="sw-1", serials=["SERIAL-1"]))
    assert estate.unassigned() == "scan"


def cert_host(ip, **more):
    return host(ip, certificates=[("c" * 64, 443)], **more)


def named_by_certificate(seen):
    return replace(seen, names=(*seen.names, Name("town.example", Origin.CERTIFICATE)))


def test_a_certificate_installed_on_two_hosts_makes_them_no_device():
    estate = Estate()
    estate.saw(day(0), a=named_by_certificate(cert_host("10.0.0.8")), b=named_by_certificate(cert_host("10.0.0.9")))
    assert estate.assets() == []
    assert estate.unassigned() == "a b"


def test_a_host_with_one_key_and_one_certificate_at_two_addresses_is_one():
    estate = Estate()
    estate.saw(day(0), a=named_by_certificate(cert_host("10.0.0.8", ssh=["k" * 64])), b=cert_host("10.0.0.9", ssh=["k" * 64]))
    assert estate.assets() == ["a b"]


def test_with_one_side_only_the_dns_name_must_agree():
    estate = Estate()
    estate.saw(day(0), known=host("10.0.0.8", M1, ptr="ab-12.x"), other=host("10.0.0.9", M2))
    estate.saw(day(2), agrees=host("10.0.0.8", "da:00:00:00:00:01", ptr="ab-12.x"), bare=host("10.0.0.9"))
    assert "bare" in estate.unassigned()


def test_continuity_is_revised_when_the_address_turns_out_to_have_changed_hands():
    estate = Estate()
    estate.saw(day(0), before=host("10.0.0.8", M1))
    estate.saw(day(3), ping=host("10.0.0.8"))
    estate.saw(day(6), after=host("10.0.0.8", M1))
    assert estate.assets() == ["after before ping"]
    estate.saw(day(4), between=host("10.0.0.8", M2))
    assert estate.assets() == ["after before", "between"]
    assert estate.why("ping") is Why.CONTRADICTION


def test_a_device_seen_elsewhere_in_the_same_scan_does_not_hold_the_old_address():
    estate = Estate()
    estate.saw(day(0), before=host("10.0.0.8", M1))
    estate.saw(day(3), ping=host("10.0.0.8"), moved=host("10.0.0.9", M1))
    estate.saw(day(6), after=host("10.0.0.8", M1))
    assert estate.why("ping") is Why.CONTRADICTION


def test_the_same_address_in_two_scopes_never_meets():
    estate = Estate()
    estate.saw(day(0), before=host("192.168.178.8", M1))
    estate.saw(day(2), "vhs", ping=host("192.168.178.8"))
    estate.saw(day(4), after=host("192.168.178.8", M1))
    assert estate.assets() == ["after before"]


def test_a_routers_arp_table_lends_a_mac_to_a_host_behind_it():
    estate = Estate()
    estate.saw(day(0), scan=host("10.0.5.8"))
    estate.saw(day(0, 14), router=walk("10.0.5.1", M3, heard=[("10.0.5.8", M1)]))
    estate.saw(day(3), near=host("10.0.5.77", M1))
    assert estate.assets() == ["near scan", "router"]
    assert next(join for join in estate.asset_of("scan").joins if join.record == estate.ids["scan"]).heard


def test_an_arp_table_of_another_day_lends_nothing():
    estate = Estate()
    estate.saw(day(0), scan=host("10.0.5.8"))
    estate.saw(day(1, 14), router=walk("10.0.5.1", M3, heard=[("10.0.5.8", M1)]))
    estate.saw(day(3), near=host("10.0.5.77", M1))
    assert estate.assets() == ["near", "router"]


def test_an_address_heard_at_two_macs_on_one_day_is_heard_at_none():
    estate = Estate()
    estate.saw(day(0), scan=host("10.0.5.8"))
    estate.saw(day(0, 14), left=walk("10.0.5.1", M3, heard=[("10.0.5.8", M1)]))
    estate.saw(day(0, 15), right=walk("10.0.5.2", "d8:9e:f3:00:00:04", heard=[("10.0.5.8", M2)]))
    assert estate.unassigned() == "scan"


def test_an_address_alternating_between_nodes_that_are_also_at_home_floats():
    estate = Estate()
    for number, (mac, key) in enumerate(((M1, "aa"), (M2, "bb"), (M1, "aa"))):
        seen = {
            f"left{number}": host("10.0.0.2", M1, ssh=["aa"]),
            f"right{number}": host("10.0.0.3", M2, ssh=["bb"]),
            f"vip{number}": host("10.0.0.1", mac, ssh=[key]),
        }
        estate.saw(day(number), **seen)
    assert estate.assets() == ["left0 left1 left2", "right0 right1 right2", "vip0 vip1 vip2"]


def test_phones_with_random_macs_are_not_identified():
    estate = Estate()
    estate.saw(day(0), a=host("10.0.0.60", "da:00:00:00:00:01"), b=host("10.0.0.61", "da:00:00:00:00:02"))
    assert estate.assets() == []
    assert estate.why("a") is Why.NO_IDENTIFIER
