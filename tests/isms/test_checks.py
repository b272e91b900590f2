"""Evidence refutes or supports, and says unknown where it does not know."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from isms.catalogue import read
from isms.checks import all_checks
from isms.facts import AssetFacts, Seen, SnmpFacts
from isms.finding import Result
from isms.rulebook import markdown
from isms.starter import starter_bytes
from tests.isms.estate import NOW, certificate, device, estate, findings, ident, results, service

BAD, GOOD, UNKNOWN = "not_satisfied", "satisfied", "unknown"
SWITCH = "10.62.70.11"


def test_there_are_at_least_twelve_checks_with_ids_of_their_own():
    ids = [x.id for x in all_checks()]
    assert len(ids) >= 12
    assert len(set(ids)) == len(ids)


def test_every_check_touches_requirements_of_the_starter_catalogue_that_exist():
    starter = {x.id for x in read(starter_bytes()).controls}
    for check in all_checks():
        assert check.controls
        assert set(check.controls) <= starter, check.id


def test_telnet_is_named_with_host_port_time_and_rule():
    (found,) = findings("W01", device("sw-rathaus", "switch", SWITCH, service(SWITCH, 23, name="telnet")))
    assert found.result is Result.NOT_SATISFIED
    assert (found.check, found.version, found.where) == ("W01", 1, "10.62.70.11:23")
    assert "sw-rathaus (10.62.70.11:23)" in found.sentence
    assert "16.11.2026, 10:00 Uhr" in found.sentence


@pytest.mark.parametrize(("port", "check"), [(23, "W01"), (513, "W01"), (514, "W01"), (21, "W18"), (5900, "W24")])
def test_an_open_port_refutes_and_a_full_scan_without_it_supports(port, check):
    assert results(check, device("x", "server", "10.62.10.5", service("10.62.10.5", port))) == [BAD]
    assert results(check, device("x", "server", "10.62.10.5", service("10.62.10.5", 443, tls=True))) == [GOOD]


@pytest.mark.parametrize("check", ["W01", "W18", "W19", "W24", "W25"])
def test_a_partial_or_old_scan_without_the_port_proves_nothing(check):
    assert results(check, device("x", "server", "10.62.10.5", full=False)) == [UNKNOWN]
    assert results(check, device("x", "server", "10.62.10.5", days=31)) == [UNKNOWN]


def test_evidence_older_than_thirty_days_no_longer_refutes():
    old = device("x", "switch", SWITCH, service(SWITCH, 23, days=31), days=31)
    assert results("W01", old) == [UNKNOWN]


def test_telnet_inside_tls_is_not_telnet_in_clear():
    assert results("W01", device("x", "switch", SWITCH, service(SWITCH, 992, tls=True, name="telnet"))) == [GOOD]


def test_a_management_page_that_forwards_to_https_is_fine_and_one_that_does_not_is_refuted():
    forwards = service(SWITCH, 80, http_redirect="https://sw/")
    stays = service(SWITCH, 80, http_title="Login")
    https = service(SWITCH, 443, tls=True)
    assert results("W02", device("a", "switch", SWITCH, forwards, https)) == [GOOD]
    assert results("W02", device("a", "switch", SWITCH, stays, https)) == [BAD]
    assert results("W02", device("a", "switch", SWITCH, service(SWITCH, 80))) == [BAD]
    assert results("W02", device("a", "switch", SWITCH, service(SWITCH, 80), https)) == [UNKNOWN]


def test_a_plain_page_of_a_server_is_only_refuted_when_it_asks_for_a_password():
    ip = "10.62.10.5"
    assert results("W02", device("web", "server", ip, service(ip, 80, http_title="Willkommen"))) == []
    assert results("W02", device("web", "server", ip, service(ip, 80, http_login=True))) == [BAD]


def test_expired_and_wrongly_named_certificates_are_refuted():
    ip = "10.62.10.5"
    assert results("W03", device("srv-web", "server", ip, certificates=(certificate(ip, -1, "srv-web"),))) == [BAD]
    assert results("W03", device("srv-web", "server", ip, certificates=(certificate(ip, 90, "other"),))) == [BAD]
    assert results("W03", device("srv-web", "server", ip, certificates=(certificate(ip, 90, "srv-web.stadt.example"),))) == [GOOD]
    assert results("W03", device("srv-web", "server", ip, certificates=(certificate(ip, 90, ip),))) == [GOOD]


def test_a_certificate_without_any_name_is_not_called_wrong():
    ip = "10.62.10.5"
    assert results("W03", device("srv-web", "server", ip, certificates=(certificate(ip, 90),))) == [GOOD]


def test_a_certificate_that_ends_in_21_days_is_reported_and_an_expired_one_is_left_to_w03():
    ip = "10.62.10.5"
    (found,) = findings("W22", device("vpn", "firewall", ip, certificates=(certificate(ip, 21),)))
    assert found.result is Result.NOT_SATISFIED
    assert "in 21 Tagen" in found.sentence
    assert "07.12.2026" in found.sentence
    assert results("W22", device("vpn", "firewall", ip, certificates=(certificate(ip, 31),))) == [GOOD]
    assert results("W22", device("vpn", "firewall", ip, certificates=(certificate(ip, -1),))) == []


def test_old_tls_versions_are_refuted_and_unknown_ones_stay_unknown():
    ip = "10.62.10.5"
    assert results("W04", device("x", "server", ip, service(ip, 443, tls=True, tls_versions=["TLSv1.0", "TLSv1.2"]))) == [BAD]
    assert results("W04", device("x", "server", ip, service(ip, 443, tls=True, tls_versions=["TLSv1.2", "TLSv1.3"]))) == [GOOD]
    assert results("W04", device("x", "server", ip, service(ip, 443, tls=True))) == [UNKNOWN]


def test_a_vendor_default_community_counts_only_as_the_towns_own_setting():
    default = SnmpFacts(NOW, "2c", default_community=True)
    assert results("W05", device("sw", "switch", SWITCH, snmp=default)) == [BAD]
    assert results("W05", device("sw", "switch", SWITCH, snmp=SnmpFacts(NOW, "2c", default_community=False))) == [GOOD]
    assert results("W05", device("sw", "switch", SWITCH, snmp=SnmpFacts(NOW, "2c"))) == [UNKNOWN]
    assert results("W05", device("sw", "switch", SWITCH)) == []


def test_no_finding_ever_holds_a_community():
    (found,) = findings("W05", device("sw", "switch", SWITCH, snmp=SnmpFacts(NOW, "2c", default_community=True)))
    assert "public" not in found.sentence


def test_snmp_in_clear_is_tolerated_in_the_management_network_only():
    assert results("W23", device("sw", "switch", SWITCH, snmp=SnmpFacts(NOW, "2c"))) == [GOOD]
    assert results("W23", device("mfp", "printer", "10.62.30.5", snmp=SnmpFacts(NOW, "1"))) == [BAD]
    assert results("W23", device("mfp", "printer", "10.62.30.5", snmp=SnmpFacts(NOW, "3"))) == [GOOD]


def test_smb_version_1_is_refuted_and_a_share_of_unknown_version_stays_unknown():
    ip = "10.62.10.5"
    assert results("W17", device("fs", "server", ip, service(ip, 445, smb_v1=True))) == [BAD]
    assert results("W17", device("fs", "server", ip, service(ip, 445, smb_v1=False))) == [GOOD]
    assert results("W17", device("fs", "server", ip, service(ip, 445))) == [UNKNOWN]


@pytest.mark.parametrize(("port", "check"), [(389, "W19"), (3268, "W19"), (143, "W25"), (110, "W25")])
def test_directory_and_mailboxes_in_clear_are_refuted_unless_they_insist_on_starttls(port, check):
    ip = "10.62.10.5"
    assert results(check, device("x", "server", ip, service(ip, port))) == [BAD]
    assert results(check, device("x", "server", ip, service(ip, port, starttls_required=True))) == [GOOD]


def test_a_mailbox_in_clear_says_nothing_about_the_directory():
    ip = "10.62.10.5"
    assert results("W19", device("x", "server", ip, service(ip, 143))) == [GOOD]


def test_a_database_is_refuted_among_workplaces_and_left_alone_among_servers():
    assert results("W20", device("db", "server", "10.62.20.9", service("10.62.20.9", 5432))) == [BAD]
    assert results("W20", device("db", "server", "10.62.10.9", service("10.62.10.9", 5432))) == []
    seen = service("10.62.10.9", 5432, seen_from_purpose="client")
    assert results("W20", device("db", "server", "10.62.10.9", seen)) == [BAD]


def test_windows_10_without_extended_support_is_refuted_with_the_date_of_the_table():
    (found,) = findings("W06", device("pc-1", "workstation", "10.62.20.5", os="Windows 10", os_version="22H2"))
    assert found.result is Result.NOT_SATISFIED
    assert "14.10.2025" in found.sentence
    assert "Tabelle Stand" in found.sentence


def test_recorded_extended_support_is_respected_until_its_end():
    pc = {"kind": "workstation", "ip": "10.62.20.5", "os": "Windows 10"}
    assert results("W06", device("pc", extended_support_until=date(2027, 10, 12), **pc)) == [GOOD]
    assert results("W06", device("pc", extended_support_until=date(2026, 11, 15), **pc)) == [BAD]


def test_server_2016_is_supported_until_its_last_day_and_an_unknown_system_is_unknown():
    assert results("W06", device("s", "server", "10.62.10.5", os="Microsoft Windows Server 2016 Standard")) == [GOOD]
    assert results("W06", device("s", "server", "10.62.10.5", os="FooOS", os_version="9")) == [UNKNOWN]
    assert results("W06", device("s", "server", "10.62.10.5")) == []


def test_firmware_lines_and_devices_count_as_systems_do():
    wall = {"kind": "firewall", "ip": "10.62.10.1"}
    old = {"manufacturer": "Fortinet", "model": "FortiGate 60F", "os": "FortiOS", "os_version": "7.0.9"}
    assert results("W06", device("fw", **wall, **old)) == [BAD]
    assert results("W06", device("fw", **wall, **(old | {"os_version": "7.6.1"}))) == [GOOD]
    both = device("fw", **wall, manufacturer="Cisco", model="ASA5506", os="FortiOS", os_version="7.0.9")
    (found,) = findings("W06", both)
    assert "FortiOS 7.0 (seit" in found.sentence
    assert "Cisco ASA 5506" in found.sentence
    nas = device("nas", "storage", "10.62.10.2", manufacturer="Synology", firmware="DSM 6.1-15217")
    assert results("W06", nas) == [BAD]
    assert results("W06", device("prn", "printer", "10.62.10.3", manufacturer="Kyocera", firmware="2R7")) == []


def test_an_unknown_device_among_servers_gets_a_week():
    ip = "10.62.10.77"
    assert results("W07", device("x", "unknown", ip, since=3)) == [UNKNOWN]
    assert results("W07", device("x", "unknown", ip, since=8)) == [BAD]
    assert results("W07", device("x", "unknown", ip, since=8, reviewed=True)) == [GOOD]


def test_unknown_devices_in_staff_networks_are_not_this_checks_business():
    assert results("W07", device("x", "unknown", "10.62.20.77", since=8)) == []


def test_a_device_that_answers_but_is_in_no_list_is_refuted_only_if_there_is_a_list():
    pc = device("pc", "workstation", "10.62.20.5")
    assert results("W08", pc) == [BAD]
    assert results("W08", pc, lists_known=False) == [UNKNOWN]
    assert results("W08", device("pc", "workstation", "10.62.20.5", listed=True)) == [GOOD]


def _listed(name: str, kind: str) -> AssetFacts:
    start = NOW - timedelta(days=60)
    return AssetFacts(ident(name), name, kind, seen={"list": Seen(start, start)}, listed=True)


def test_a_listed_server_that_no_scan_ever_saw_is_refuted_but_a_notebook_in_a_drawer_is_not():
    scanned = device("other", "server", "10.62.10.5")
    assert results("W21", scanned, _listed("srv", "server")) == [BAD]
    assert results("W21", scanned, _listed("nb", "notebook")) == [UNKNOWN]
    assert results("W21", scanned, _listed("mon", "monitor")) == []
    assert results("W21", scanned, _listed("sps", "plc")) == [UNKNOWN]


def test_without_any_scan_nothing_is_missing():
    assert results("W21", _listed("srv", "server")) == [UNKNOWN]


def test_a_server_among_workplaces_is_the_one_in_the_wrong_place():
    pcs = [device(f"pc{i}", "workstation", f"10.62.20.{i + 10}") for i in range(3)]
    server = device("srv", "server", "10.62.20.5")
    found = findings("W09", *pcs, server)
    assert [x.asset for x in found if x.result is Result.NOT_SATISFIED] == [ident("srv")]
    assert {x.result for x in findings("W09", *pcs)} == {Result.SATISFIED}


def test_a_remote_control_card_in_a_client_network_is_refuted():
    bmc = device("ilo", "management_controller", "10.62.20.9", service("10.62.20.9", 443, tls=True))
    inside = device("ilo", "management_controller", "10.62.70.9", service("10.62.70.9", 443, tls=True))
    assert results("W10", bmc) == [BAD]
    assert results("W10", inside) == [GOOD]
    assert results("W10", device("pc", "workstation", "10.62.20.9", service("10.62.20.9", 443, tls=True))) == []


def test_a_management_port_in_a_network_of_unknown_purpose_proves_nothing():
    assert results("W10", device("ilo", "management_controller", "192.168.1.9", service("192.168.1.9", 443))) == [UNKNOWN]


def test_a_ups_with_a_bad_battery_is_refuted_and_a_silent_one_is_unknown():
    def at(state: str) -> SnmpFacts:
        return SnmpFacts(NOW, "3", ups_battery=state)

    assert results("W15", device("usv", "ups", SWITCH, snmp=at("fault"))) == [BAD]
    assert results("W15", device("usv", "ups", SWITCH, snmp=at("normal"))) == [GOOD]
    assert results("W15", device("usv", "ups", SWITCH)) == [UNKNOWN]


def test_retired_devices_are_left_alone_by_every_check():
    gone = device("alt", "server", "10.62.10.5", service("10.62.10.5", 23), os="Windows 7", in_use=False)
    for check in all_checks():
        assert [x for x in check.run(estate(gone)) if x.asset] == [], check.id


def test_every_finding_is_a_german_sentence_that_names_the_device():
    whole = estate(
        device("gerät-a", "switch", "10.62.20.4", service("10.62.20.4", 23), service("10.62.20.4", 80), os="Windows 7"),
        device("gerät-b", "server", "10.62.20.5", service("10.62.20.5", 445), service("10.62.20.5", 3306), listed=True),
    )
    for check in all_checks():
        for found in check.run(whole):
            assert "gerät-" in found.sentence or found.asset is None
            assert found.sentence.endswith(".")


def test_the_table_of_rules_in_the_documentation_is_that_of_the_code():
    assert (Path(__file__).parents[2] / "docs" / "checks.md").read_text(encoding="utf-8") == markdown(all_checks())
