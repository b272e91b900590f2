"""S21: nmap gets fixed arguments; whatever people type can never become one."""

from __future__ import annotations

import ipaddress
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanners.nmap import plan, program
from scanners.nmap.program import Program
from scanners.policy import Denied, Released, Scope, admit

NMAP = Program("/usr/bin/nmap", (7, 93), privileged=True)
HERE = ipaddress.ip_address


def scope(*targets: str, **more: object) -> Scope:
    return admit(targets, (Released(ipaddress.ip_network("10.1.0.0/16"), **more), Released(ipaddress.ip_network("fd00::/64"))))


def value(command: tuple[str, ...], option: str) -> str:
    return command[command.index(option) + 1]


def test_targets_go_to_standard_input_and_not_into_the_arguments() -> None:
    phases = plan.who_is_there(NMAP, scope("10.1.0.0/28"))
    (phase,) = phases
    assert value(phase.command, "-iL") == "-"
    assert not any("10.1." in argument for argument in phase.command)
    assert len(phase.targets) == 15  # without the network address of 10.1.0.0/16


@given(st.text(max_size=40))
def test_no_text_changes_the_arguments(text: str) -> None:
    plain = plan.who_is_there(NMAP, scope("10.1.0.5"))[0].command
    try:
        phases = plan.who_is_there(NMAP, scope(text))
    except Denied:
        return
    assert all(set(phase.command) - {"-6"} == set(plain) for phase in phases)


def test_the_pace_is_capped() -> None:
    command = plan.who_is_there(NMAP, scope("10.1.0.0/24", packets_per_second=250))[0].command
    assert (value(command, "--min-rate"), value(command, "--max-rate")) == ("225", "250")


def test_each_family_of_addresses_gets_its_own_run() -> None:
    phases = plan.who_is_there(NMAP, scope("10.1.0.5", "fd00::5"))
    assert [("-6" in phase.command) for phase in phases] == [False, True]


def test_ports_that_checks_ask_about_are_looked_at() -> None:
    (phase,) = plan.what_is_open(NMAP, scope("10.1.0.0/24"), [HERE("10.1.0.5")], plan.EXTRA_PORTS)
    assert {"23", "389", "445", "1433", "3306", "5432", "9100"} <= set(value(phase.command, "-p").split(","))


def test_printers_and_control_systems_are_left_in_peace() -> None:
    found = {
        HERE("10.1.0.5"): frozenset({22, 443}),
        HERE("10.1.0.6"): frozenset({80, 9100}),
        HERE("10.1.0.7"): frozenset({80, 102}),
        HERE("10.1.0.8"): frozenset[int](),
    }
    versions, gentle = plan.what_is_it(NMAP, scope("10.1.0.0/24"), found)
    assert versions.targets == (HERE("10.1.0.5"),)
    assert "-sV" in versions.command
    assert "-O" not in versions.command
    assert gentle.targets == (HERE("10.1.0.6"),)
    assert "-sV" not in gentle.command
    assert value(gentle.command, "-p") == "80"


def test_a_network_can_allow_more() -> None:
    found = {HERE("10.1.0.6"): frozenset({80, 9100})}
    (phase,) = plan.what_is_it(NMAP, scope("10.1.0.0/24", disturbing=True, tls_versions=True), found)
    assert {"-O", "-sV"} <= set(phase.command)
    assert "ssl-enum-ciphers" in value(phase.command, "--script").split(",")


def test_scripts_come_from_the_list_and_try_no_passwords() -> None:
    found = {HERE("10.1.0.5"): frozenset({22})}
    (phase,) = plan.what_is_it(NMAP, scope("10.1.0.0/24"), found)
    scripts = value(phase.command, "--script").split(",")
    assert set(scripts) == set(plan.SCRIPTS)
    assert not any(re.search(r"brute|vuln|exploit|dos|fuzz|enum-users", script) for script in scripts)


def test_without_rights_for_raw_packets_plain_connections_are_used() -> None:
    modest = Program("/usr/bin/nmap", (7, 93), privileged=False)
    (phase,) = plan.what_is_open(modest, scope("10.1.0.0/24"), [HERE("10.1.0.5")], {80})
    assert "-sT" in phase.command
    assert "NMAP_PRIVILEGED" not in modest.environment()


def test_a_missing_nmap_is_one_clear_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(program.Missing, match="apt install nmap"):
        program.find()


def test_an_old_nmap_is_one_clear_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    old = tmp_path / "nmap"
    old.write_text("#!/bin/sh\necho 'Nmap version 6.40 ( http://nmap.org )'\n")
    old.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(program.Missing, match=r"6\.40 ist zu alt.*7\.80"):
        program.find()


def test_a_program_that_is_not_nmap_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    other = tmp_path / "nmap"
    other.write_text("#!/bin/sh\necho hello\n")
    other.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(program.Missing):
        program.find()


@pytest.mark.system("nmap")
def test_the_installed_nmap_tells_its_most_frequent_ports() -> None:
    ports = program.top_ports(program.find(), plan.TOP)
    assert len(ports) == plan.TOP
    assert {22, 80, 443, 445} <= ports
