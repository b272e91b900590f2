"""The real thing: our scanner with the real nmap in a small town of network namespaces."""

from __future__ import annotations

import contextlib
import ipaddress
import json
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scanners.nmap.plan import FRAGILE_PORTS
from tests import netns

pytestmark = pytest.mark.system(*netns.PROGRAMS, "nmap", "root")
NEAR, FAR = "10.99.0.0/24", "10.98.0.0/24"


@pytest.fixture(scope="module")
def town() -> Iterator[netns.Town]:
    with netns.town() as built:
        yield built


def lines(said: str) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {"progress": [], "ran": [], "host": [], "end": []}
    for line in said.splitlines():
        ((what, value),) = json.loads(line).items()
        found[what].append(value)
    return found


def scan(town: netns.Town, *targets: str, cancel_at: str = "", **limits: Any) -> dict[str, list[Any]]:
    released = [{"network": net, **limits} for net in (NEAR, FAR)]
    wish = {"targets": targets, "released": released, "cancel_at": cancel_at}
    return lines(town.python("-m", "tests.scanners.scan_here", json.dumps(wish)).stdout)


@pytest.fixture(scope="module")
def whole(town: netns.Town) -> dict[str, list[Any]]:
    """One complete scan of the near network and a part of the far one."""
    return scan(town, NEAR, "10.98.0.16/28")


@pytest.fixture(scope="module")
def hosts(whole: dict[str, list[Any]]) -> dict[str, dict[str, Any]]:
    return {host["key"]: host for host in whole["host"]}


def services(host: dict[str, Any]) -> dict[int, dict[str, Any]]:
    return {service["port"]: service for service in host["services"]}


def test_every_device_is_found_also_silent_ones_and_those_behind_the_router(hosts: dict[str, Any]) -> None:
    expected = {host.ip for host in netns.RATHAUS} | {netns.ROUTER, netns.SCANNER}
    assert set(hosts) == expected


def test_macs_are_known_in_the_own_segment_only(hosts: dict[str, Any]) -> None:
    for host in netns.RATHAUS:
        near = host.ip.startswith(netns.NEAR)
        assert hosts[host.ip]["macs"] == ([host.mac] if near else [])
        assert hosts[host.ip]["facts"].get("segment_mac", False) is near


def test_open_services_are_named(hosts: dict[str, Any]) -> None:
    assert set(services(hosts["10.99.0.11"])) == {23, 80}
    assert services(hosts["10.99.0.11"])[23]["name"] == "telnet"
    server = services(hosts["10.99.0.12"])
    assert (server[22]["product"], server[80]["product"]) == ("OpenSSH", "nginx")
    assert server[80]["facts"]["http_title"] == "Rathaus Intranet"
    assert {21, 445, 5432} <= set(services(hosts["10.99.0.14"]))
    assert hosts["10.99.0.15"]["services"] == []


def test_encryption_is_seen_with_its_certificate(hosts: dict[str, Any]) -> None:
    assert services(hosts["10.99.0.12"])[443]["tls"]
    ((port, subject, self_issued, fingerprint),) = hosts["10.99.0.12"]["certificates"]
    assert (port, subject, self_issued, len(fingerprint)) == (443, "CN=srv-rathaus-1.stadt.example", True, 64)
    assert hosts["10.99.0.12"]["hostnames"] == ["srv-rathaus-1.stadt.example"]


def test_a_printer_is_recognised_without_disturbing_it(hosts: dict[str, Any], whole: dict[str, list[Any]]) -> None:
    printer = hosts["10.99.0.13"]
    assert (printer["kind"], printer["vendor"]) == ("printer", "Kyocera")
    assert set(services(printer)) == {80, 515, 9100}
    gentle = [command for command, *_ in whole["ran"] if "--script" in command and "-sV" not in command]
    assert len(gentle) == 1


def test_the_scan_runs_in_three_phases_and_only_goes_forward(whole: dict[str, list[Any]]) -> None:
    percents = [done for done, *_ in whole["progress"]]
    assert percents == sorted(percents)
    assert percents[-1] == 100
    phases = [text.split(" von ")[0] for _, text, _ in whole["progress"] if text.startswith("Phase")]
    assert list(dict.fromkeys(phases)) == ["Phase 1", "Phase 2", "Phase 3"]
    assert all(code == 0 and complete for _, code, complete in whole["ran"])


def test_a_complete_scan_says_that_it_is(whole: dict[str, list[Any]]) -> None:
    (end,) = whole["end"]
    assert (end["complete"], end["full"], end["problems"]) == (True, True, [])


def test_no_argument_of_nmap_names_a_target(whole: dict[str, list[Any]]) -> None:
    for command, *_ in whole["ran"]:
        assert command[command.index("-iL") + 1] == "-"
        assert not any(argument.startswith(("10.9", "-oN", "-oG")) for argument in command)


def test_a_cancelled_scan_keeps_what_it_found(town: netns.Town) -> None:
    said = scan(town, NEAR, cancel_at="Phase 2", packets_per_second=400)
    (end,) = said["end"]
    assert {host.ip for host in netns.RATHAUS if host.ip.startswith(netns.NEAR)} <= {host["key"] for host in said["host"]}
    assert (end["complete"], end["full"]) == (False, False)
    assert "abgebrochen" in end["problems"][0]
    assert said["progress"][-1][1].startswith("Abgebrochen.")


def test_a_killed_scan_leaves_no_nmap_behind(town: netns.Town) -> None:
    wish = {"targets": [NEAR], "released": [{"network": NEAR, "packets_per_second": 20}]}
    process = subprocess.Popen(
        town.command(sys.executable, "-m", "tests.scanners.scan_here", json.dumps(wish)),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509  # a shell's background jobs ignore Ctrl-C
    )
    child = waiting_for(lambda: children(process.pid))
    process.send_signal(signal.SIGINT)
    process.wait(20)
    waiting_for(lambda: not Path(f"/proc/{child[0]}").exists())


def children(pid: int) -> list[int]:
    """Scanning nmaps that this process started."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            name, _, rest = (entry / "stat").read_text().partition(") ")
            if int(rest.split()[1]) == pid and name.endswith("(nmap") and "-iL" in (entry / "cmdline").read_text():
                found.append(int(entry.name))
    return found


def waiting_for(condition: Any) -> Any:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        if value := condition():
            return value
        time.sleep(0.05)
    raise AssertionError("it did not happen in 20 s")


def test_a_moved_host_is_seen_at_its_new_address_with_its_old_card_and_a_dark_one_is_gone(town: netns.Town) -> None:
    before = town.hosts["srv-rathaus-1"].ip
    town.move("srv-rathaus-1", "10.99.0.77")
    town.off("nas")
    try:
        seen = {host["key"]: host for host in scan(town, before, "10.99.0.77", "10.99.0.14")["host"]}
    finally:
        town.move("srv-rathaus-1", before)
        town.on("nas")
    assert seen["10.99.0.77"]["macs"] == ["d0:67:26:00:00:12"]
    assert before not in seen
    assert "10.99.0.14" not in seen


def test_nothing_leaves_the_released_networks(town: netns.Town) -> None:
    wish = {"targets": ["10.97.0.0/24"], "released": [{"network": NEAR}]}
    said = town.python("-m", "tests.scanners.scan_here", json.dumps(wish)).stdout
    assert list(json.loads(said)) == ["denied"]
    assert "freigegebenen Netz" in said


@pytest.mark.system("snmpget")
def test_snmp_is_real_in_the_town(town: netns.Town) -> None:
    done = town.run("snmpget", "-v2c", "-c", "public", "-On", "-t", "2", town.hosts["sw-rathaus-1"].ip, "1.3.6.1.2.1.1.5.0")
    assert "sw-rathaus-1" in done.stdout


def wishes(number: int) -> list[list[str]]:
    """Targets as they come from a form, a job or a command line: honest, mistyped and malicious; the same for each run."""
    dice = random.Random(22)
    parts = [
        *("10.99.0.8/30", "10.99.0.9", "10.99.0.11/32", "::ffff:10.99.0.10"),
        *("10.99.0.0/24", "10.99.0.12", "10.98.0.17", "10.98.0.16/28", "10.0.0.0/8", "0.0.0.0/0", "::ffff:10.98.0.17", "::/0"),
        *("64:ff9b::a62:11", "fe80::1", "ff02::1", "10.99.0.8-12", "10.99.0.*", "10.99.0.254,8", "localhost", "srv-rathaus-1"),
        *("--script=dns-brute", "-iR 5", "-sU 10.98.0.17", "10.99.0.9 10.98.0.17", "10.99.0.9\n10.98.0.17", "10.99.0.8/030", ""),
    ]
    return [[part] for part in parts] + [dice.sample(parts, dice.randint(2, 4)) for _ in range(number)]


def test_s22_no_packet_leaves_the_released_network_whatever_is_asked(town: netns.Town, request: pytest.FixtureRequest) -> None:
    """Counted on the wire: a name server and the way to it apart, every packet goes to a host of the released network."""
    released = [{"network": "10.99.0.8/30", "packets_per_second": 500}]
    many = 473 if request.config.getoption("--all") else 30
    jobs = [{"targets": targets, "released": released} for targets in wishes(many)]
    ears = subprocess.Popen(
        town.command(sys.executable, "-m", "tests.scanners.packets_here"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert ears.stdout.readline() == "ready\n"
    said = town.python("-m", "tests.scanners.scan_here", *map(json.dumps, jobs)).stdout
    went, _ = ears.communicate(timeout=30)
    packets = [tuple(packet) for packet in json.loads(went)]
    allowed = {str(address) for address in ipaddress.ip_network("10.99.0.8/30").hosts()}
    probed = {to for kind, to, port in packets if port != 53 and not (kind == "arp" and to == netns.ROUTER)}
    assert probed == allowed  # nothing else, and both: a counter that saw nothing would prove nothing
    ends = [json.loads(line) for line in said.splitlines() if line.startswith(('{"end"', '{"denied"'))]
    assert len(ends) == len(jobs)
    assert sum("denied" in end for end in ends) >= len(jobs) * 2 // 3


def test_without_nmap_plain_connections_find_what_answers_and_it_is_said(town: netns.Town) -> None:
    wish = {"targets": ["10.99.0.0/27"], "released": [{"network": NEAR}]}
    command = ("env", "PATH=/nonexistent", sys.executable, "-m", "tests.scanners.scan_here", json.dumps(wish))
    said = lines(town.run(*command).stdout)
    found = {host["key"]: set(services(host)) for host in said["host"]}
    near = [host for host in town.hosts.values() if host.ip.startswith("10.99.")]
    open_ports = {host.ip: {int(service.split(":")[0]) for service in host.services} for host in near}
    assert found == {ip: ports - FRAGILE_PORTS for ip, ports in open_ports.items()}
    (end,) = said["end"]
    assert not end["complete"]
    assert "nmap ist nicht installiert" in end["problems"][0]
    assert "nur mit TCP-Verbindungen" in end["problems"][0]
