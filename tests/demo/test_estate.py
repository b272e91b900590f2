"""The fictional estate: numbers of the table, addresses, determinism."""

import filecmp
from collections import Counter
from datetime import date
from ipaddress import ip_address, ip_network

from service.demo.estate.build import WINDOWS_10, build
from service.demo.hardware import FAMILIES, SMALL_TABLE, TABLE
from service.demo.manifest import write
from service.demo.people import PEOPLE
from service.demo.products import PRODUCTS
from service.demo.sites import NETWORKS, SITES, TOWNS, branch_network

TODAY = date(2026, 11, 16)
ESTATE = build(TODAY)


def test_the_estate_has_exactly_the_devices_of_the_table():
    counted = Counter((FAMILIES.get(one.kind, one.kind), one.town) for one in ESTATE.devices if one.counted)
    assert {row: tuple(counted[row, town.slug] for town in TOWNS) for row in TABLE} == TABLE
    assert sum(counted.values()) == 893


def test_about_450_small_devices_have_no_address():
    counted = Counter((one.kind, one.town) for one in ESTATE.small)
    assert {kind: tuple(counted[kind, town.slug] for town in TOWNS) for kind in SMALL_TABLE} == SMALL_TABLE
    assert len(ESTATE.small) == 450
    assert not any(one.network or one.mac or any(one.addresses) for one in ESTATE.small)


def test_the_four_towns_have_58_sites():
    assert Counter(site.town for site in SITES) == {"erbach": 17, "michelstadt": 18, "oberzent": 16, "brombachtal": 7}


def test_branches_get_their_networks_by_number():
    assert branch_network(61, 7) == "10.61.80.224/27"
    assert branch_network(61, 8) == "10.61.81.0/27"


def test_two_depots_share_one_private_range():
    assert [net.town for net in NETWORKS if net.cidr == "192.168.1.0/24"] == ["erbach", "michelstadt"]


def test_nobody_shares_an_address_inside_a_town():
    for scan in range(4):
        taken = Counter((one.town, one.network == "depot", one.addresses[scan]) for one in ESTATE.devices if one.addresses[scan])
        assert max(taken.values()) == 1


def test_every_address_lies_in_a_network_of_its_town_and_none_among_guests():
    own = {town.slug: [(ip_network(net.cidr), net.mode) for net in NETWORKS if net.town == town.slug] for town in TOWNS}
    for one in ESTATE.devices:
        for address in filter(None, one.addresses):
            modes = {mode for net, mode in own[one.town] if ip_address(address) in net}
            assert modes == ({"passive"} if one.network == "plc" else {"active"}), one


def test_only_tablets_and_telephones_carry_local_hardware_addresses():
    local = {one.kind for one in ESTATE.devices if one.mac and one.mac[1] in "26ae"}
    assert local == {"tablet", "smartphone"}


def test_38_clients_still_run_windows_10():
    assert Counter(one.town for one in ESTATE.devices if one.os == "win10") == WINDOWS_10
    assert sum(WINDOWS_10.values()) == 38


def test_clients_change_their_addresses_over_the_weeks_and_some_change_the_house():
    clients = [one for one in ESTATE.devices if one.kind == "notebook"]
    assert sum(len({address for address in one.addresses if address}) > 1 for one in clients) > 30
    assert sum("moved" in one.tags for one in clients) == 7


def test_the_same_seed_writes_the_same_bytes(tmp_path):
    first = write(tmp_path / "a", TODAY)
    second = write(tmp_path / "b", TODAY)
    names = [str(path.relative_to(first.parent)) for path in first.parent.rglob("*") if path.is_file()]
    assert len(names) > 600
    assert filecmp.cmpfiles(first.parent, second.parent, names, shallow=False)[0] == names


def test_another_seed_makes_another_estate_of_the_same_size():
    other = build(TODAY, seed=2)
    assert len(other.devices) == len(ESTATE.devices)
    assert {one.serial for one in other.devices} != {one.serial for one in ESTATE.devices}


def test_people_are_the_fictional_ones_with_reserved_numbers():
    assert len(PEOPLE) == 15
    assert all(person.mail.endswith(".example") and person.phone.startswith("069 90009 ") for person in PEOPLE)
    assert len({person.mail for person in PEOPLE}) == len(PEOPLE)


def test_about_sixty_products_are_used():
    assert 55 <= len(PRODUCTS) <= 65
    cemetery = {one.name: set(one.uses) for one in PRODUCTS if one.purpose == "Friedhof"}
    assert {"erbach"} in cemetery.values()
    assert {"michelstadt"} in cemetery.values()
