"""The demonstration's files in the real readers and the real linking: nothing lost, every device found, the story seen."""

import re
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network

import pytest

from scanners.observation import Source
from scanners.registry import parse_bytes
from service.demo.estate.build import WINDOWS_10
from service.demo.hardware import FAMILIES, SMALL_TABLE, TABLE
from service.demo.manifest import LIST_DAYS
from service.demo.sites import NETWORKS, TOWNS
from service.demo.writers import clerk
from tests.demo.reading import Record, demo

NOW = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
TOWN_NAMES = [town.slug for town in TOWNS]
SURE = (Source.SNMP, Source.LIST, Source.AGENT, Source.NMAP)


def records(town: str, source: Source) -> list[Record]:
    return [record for record in demo().records[town] if record.observation.source is source]


def services(town: str, port: int):
    return [
        (record.device, service)
        for record in records(town, Source.NMAP)
        for service in record.observation.services
        if service.port == port
    ]


def tagged(tag: str, town: str) -> set[str]:
    return {one.id for one in demo().estate.of(town) if tag in one.tags}


@pytest.mark.parametrize("town", TOWN_NAMES)
def test_every_row_of_a_list_becomes_a_record_or_a_named_error(town):
    for days in LIST_DAYS:
        rows = clerk.rows(demo().estate, town, days)
        day = (demo().estate.today - timedelta(days=days)).isoformat()
        (file,) = [one["file"] for one in demo().manifest["inputs"] if one["file"].startswith(f"{town}/{day}-bestand")]
        taken = [record for record in demo().records[town] if record.file == file]
        named = [error for error in demo().errors[file] if "kein Gerät" in error]
        assert len(taken) + len(named) == len(rows)
        assert len(named) == 1


@pytest.mark.parametrize("town", TOWN_NAMES)
def test_no_two_devices_become_one(town):
    assert [found for cluster in demo().clusters(town) if len(found := {record.device for record in cluster}) > 1] == []


def test_hardly_a_device_falls_into_two():
    split = 0
    for town in TOWN_NAMES:
        parts = Counter(device for cluster in demo().clusters(town) for device in {record.device for record in cluster})
        split += sum(1 for count in parts.values() if count > 1)
    assert split <= 3


def _kind(cluster: list[Record]) -> str | None:
    said: dict[Source, list[str]] = defaultdict(list)
    for record in cluster:
        if record.observation.kind:
            said[record.observation.source].append(record.observation.kind)
    return next((said[source][-1] for source in SURE if said[source]), None)


@pytest.mark.parametrize("column", range(4))
def test_linking_finds_the_devices_of_the_table_again(column):
    town = TOWN_NAMES[column]
    uncounted = {one.id for one in demo().estate.devices if not one.counted}
    clusters = [cluster for cluster in demo().clusters(town) if not {record.device for record in cluster} & uncounted]
    found = Counter(FAMILIES.get(kind, kind) for cluster in clusters if (kind := _kind(cluster)))
    expected = {row: numbers[column] for row, numbers in (TABLE | SMALL_TABLE).items()}
    wrong = {row: (found[row], wanted) for row, wanted in expected.items() if abs(found[row] - wanted) > 2}
    assert wrong == {}
    assert abs(sum(found[row] for row in TABLE) - sum(numbers[column] for numbers in TABLE.values())) <= 3


@pytest.mark.parametrize("town", TOWN_NAMES)
def test_guests_and_plc_are_never_scanned(town):
    quiet = [ip_network(net.cidr) for net in NETWORKS if net.town == town and net.mode != "active"]
    assert not [r for r in records(town, Source.NMAP) if any(ip_address(r.observation.key) in net for net in quiet)]
    assert all(
        net["mode"] != "active" or net["purpose"] not in {"guest", "plc"}
        for t in demo().manifest["towns"]
        for net in t["network_details"]
    )


def test_plc_appear_in_the_tables_of_switches_and_firewalls_only():
    for town in TOWN_NAMES:
        macs = {one.mac for one in demo().estate.of(town, "plc")}
        heard = {each.mac for record in records(town, Source.SNMP) for each in record.observation.heard}
        learned = {each.mac for record in records(town, Source.SNMP) for each in record.observation.learned}
        assert macs <= heard | learned


def test_scans_show_hardware_addresses_only_in_the_networks_of_the_probe():
    for town in TOWNS:
        near = [ip_network(f"10.{town.octet}.{third}.0/24") for third in (10, 20)]
        shown = 0
        for path in sorted((demo().folder / town.slug).glob("*-nmap-*.xml")):
            inside = [ip_network("192.168.1.0/24")] if "bauhof" in path.name else near
            for address in re.findall(
                r'<address addr="([0-9.]+)" addrtype="ipv4"/>\n<address [^>]*addrtype="mac"', path.read_text()
            ):
                assert any(ip_address(address) in net for net in inside)
                shown += 1
        assert shown > 20


@pytest.mark.parametrize("town", TOWN_NAMES)
def test_scans_show_the_clients_with_windows_10(town):
    found = set()
    for cluster in demo().clusters(town):
        systems = [r.observation.os or "" for r in cluster if r.observation.source in (Source.NMAP, Source.AGENT)]
        if systems and "Windows 10" in systems[-1]:
            found.add(cluster[0].device)
    assert len(found) == WINDOWS_10[town]


def test_telnet_answers_on_a_switch_of_michelstadt_at_ten_o_clock():
    hits = [r for r in records("michelstadt", Source.NMAP) if any(s.port == 23 for s in r.observation.services)]
    last = hits[-1].observation
    assert (last.key, last.observed_at, last.kind) == ("10.62.70.11", NOW, "switch")
    assert sum(1 for one in demo().estate.of("michelstadt", "switch")) == 16


def test_brombachtal_still_runs_server_2016():
    systems = [r.observation.os for r in records("brombachtal", Source.NMAP) if r.device in tagged("smb1", "brombachtal")]
    assert systems
    assert set(systems) == {"Windows Server 2016 Standard"}


def test_one_certificate_has_ended_and_one_ends_soon():
    ends = {
        town: [c.not_after for r in records(town, Source.NMAP) for c in r.observation.certificates if c.not_after]
        for town in TOWN_NAMES
    }
    assert any(end < NOW for end in ends["erbach"])
    assert any(NOW < end < NOW + timedelta(days=30) for end in ends["brombachtal"])
    assert not any(end < NOW for town in TOWN_NAMES if town != "erbach" for end in ends[town])


@pytest.mark.parametrize(
    ("town", "port", "tag"),
    [
        ("erbach", 389, "ldap_plain"),
        ("erbach", 143, "imap_plain"),
        ("oberzent", 143, "imap_plain"),
        ("michelstadt", 389, "ldap_plain"),
    ],
)
def test_some_servers_speak_without_encryption(town, port, tag):
    assert {device for device, _ in services(town, port)} == tagged(tag, town)


def test_an_old_store_and_an_old_server_offer_smb_1():
    for town in ("michelstadt", "brombachtal"):
        assert {r.device for r in records(town, Source.NMAP) if r.observation.facts.get("smb_v1")} == tagged("smb1", town)


def test_databases_answer_among_the_clients():
    assert {device for device, _ in services("michelstadt", 1433)} >= tagged("database", "michelstadt") != set()
    assert {device for device, _ in services("oberzent", 3306)} == tagged("database", "oberzent") != set()


def test_some_devices_are_administered_over_http_only():
    for town in TOWN_NAMES:
        safe = {device for device, _ in services(town, 443)}
        assert tagged("http_only", town)
        assert not tagged("http_only", town) & safe


def test_oberzent_configured_the_community_that_the_maker_preset():
    configured = {
        town["slug"]: {net["snmp"].get("community") for net in town["network_details"] if "snmp" in net}
        for town in demo().manifest["towns"]
    }
    assert [town for town, values in configured.items() if "public" in values] == ["oberzent"]


def test_strangers_stand_in_no_list_and_are_older_than_a_week():
    for town, network in (("erbach", "bauhof"), ("michelstadt", "rathaus")):
        (stranger,) = tagged("stranger", town)
        seen = [record for record in demo().records[town] if record.device == stranger]
        assert {record.observation.source for record in seen} == {Source.NMAP}
        assert min(record.observation.observed_at for record in seen) < NOW - timedelta(days=7)
        assert all(network in record.file for record in seen)


@pytest.mark.parametrize("town", TOWN_NAMES)
def test_lists_know_things_no_scan_has_seen_and_scans_see_things_no_list_knows(town):
    by_source = defaultdict(set)
    for record in demo().records[town]:
        by_source[record.device].add(record.observation.source)
    assert len([device for device in tagged("drawer", town) if by_source[device] == {Source.LIST}]) >= 1
    assert len([device for device in tagged("unlisted", town) if Source.LIST not in by_source[device]]) >= 2


def test_the_inbox_gets_a_few_real_questions():
    asks = {town: Counter(str(ask.kind) for ask in demo().linked[town].asks) for town in TOWN_NAMES}
    assert all(asks[town]["replaced"] >= 1 for town in TOWN_NAMES)
    assert 3 <= sum(count["typo"] for count in asks.values()) <= 15


def test_shares_and_pages_say_what_the_checks_need():
    old = [
        service.facts.get("smb_v1") for device, service in services("michelstadt", 445) if device in tagged("smb1", "michelstadt")
    ]
    assert old
    assert all(old)
    redirects = [service.facts.get("http_redirect", "") for _, service in services("erbach", 80)]
    assert sum(target.startswith("https://") for target in redirects) > 50


def test_scans_of_all_ports_prove_absence_and_are_told_apart():
    folder = demo().folder
    scan = max((folder / "erbach").glob("*-nmap-rathaus.xml")).read_bytes()
    assert parse_bytes(scan, "scan.xml").full
    assert not parse_bytes(scan.replace(b'services="1-65535"', b'services="22,80,443"'), "scan.xml").full
    assert not parse_bytes(scan[: len(scan) // 2], "scan.xml").full
