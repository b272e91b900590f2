"""Recorded devices are read as a whole: file in, observation out."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from scanners.observation import KINDS, Origin
from scanners.sources import snmprec
from tests.shared import needs_shared, shared

CASES = sorted((Path(__file__).resolve().parents[1] / "data" / "snmprec").iterdir())
SWITCH = next(case for case in CASES if case.name == "switch_stack")


def _line(path: Path) -> dict:
    (observation,) = snmprec.parse(path.read_bytes(), path.name).observations
    evidence = {
        "heard": [f"{heard.ip} {heard.mac}" for heard in observation.heard],
        "learned": [f"{learned.mac} {learned.port} {learned.vlan}" for learned in observation.learned],
        "origins": dict(sorted(observation.origins.items())),
        "engine_id": observation.engine_id,
    }
    return observation.as_line() | evidence


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_recording_gives_what_is_expected(case: Path, request: pytest.FixtureRequest) -> None:
    expected = case / "expected.json"
    line = json.loads(json.dumps(_line(case / "input.snmprec")))
    if request.config.getoption("--update-goldens"):
        expected.write_text(json.dumps(line, indent=1, ensure_ascii=False) + "\n")
    assert line == json.loads(expected.read_text())


def test_a_known_address_is_the_key_and_the_only_address() -> None:
    (seen,) = snmprec.parse((SWITCH / "input.snmprec").read_bytes(), "x/abc.snmprec", address="10.61.30.2").observations
    assert (seen.key, seen.ips) == ("10.61.30.2", ("10.61.30.2",))
    assert {ip for interface in seen.interfaces for ip in interface.ips} == {"10.61.30.2", "2001:db8:61:30::2"}


def test_an_unknown_address_is_not_guessed_from_the_interfaces() -> None:
    (seen,) = snmprec.parse((SWITCH / "input.snmprec").read_bytes(), "x/abc.snmprec").observations
    assert (seen.key, seen.ips) == ("abc", ())


def test_the_order_of_lines_and_doubled_lines_do_not_matter() -> None:
    data = (SWITCH / "input.snmprec").read_bytes()
    lines = data.splitlines(keepends=True)
    assert snmprec.parse(b"".join(reversed(lines)) + data, "a").observations == snmprec.parse(data + data, "a").observations


def test_what_people_hide_in_a_recording_is_no_value() -> None:
    (seen,) = snmprec.parse(b"1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.9.1.1\n1.3.6.1.2.1.1.5.0|4|<private>\n").observations
    assert seen.names == ()


@pytest.mark.parametrize("data", [b"", b"hostname;ip\nx;y\n", b"<nmaprun>", b"\x00\x01\x02", b"1.3.6.1.2.1.1.2.0|4|\n"[:10]])
def test_what_is_no_recording_is_refused_with_a_sentence(data: bytes) -> None:
    assert not snmprec.sniff(data, "x")
    with pytest.raises(ValueError, match="SNMP-Aufzeichnung"):
        snmprec.parse(data, "x")


def test_a_recording_without_one_readable_line_is_refused() -> None:
    with pytest.raises(ValueError, match="keine einzige lesbare Zeile"):
        snmprec.parse(b"1.3.6.1.2.1.1.2.0|2|viele\n", "x")


def test_a_garbled_recording_never_fails_to_be_read() -> None:
    data = (SWITCH / "input.snmprec").read_bytes()
    for cut in range(0, len(data), 97):
        broken = data[:cut] + b"|\xff\xfe|\x00" + data[cut + 3 :]
        (seen,) = snmprec.parse(b"1.3.6.1.2.1.1.3.0|67|1\n" + broken, "x").observations
        assert seen.kind is None or seen.kind in KINDS


@needs_shared
def test_real_devices_are_recognised(tmp_path: Path) -> None:
    told = tmp_path / "observations.jsonl"
    lines = []
    for path in sorted(shared("snmp", "recordings").glob("*.snmprec")):
        (seen,) = snmprec.parse(path.read_bytes(), path.name).observations
        assert seen.kind is None or seen.kind in KINDS
        assert all(isinstance(origin, Origin) for origin in seen.origins.values())
        lines.append(json.dumps(seen.as_line()))
    told.write_text("\n".join(lines))
    scored = subprocess.run([sys.executable, shared("snmp", "score.py"), told], capture_output=True, text=True, check=True)
    share = json.loads(scored.stdout.splitlines()[-1])["known_os"]
    asked = {"vendor": 0.94, "kind": 0.95, "macs": 1, "ports": 1, "serial": 1, "version": 1, "hardware": 0.92}
    assert {fact: share[fact] for fact in asked if share[fact] < asked[fact]} == {}


@needs_shared
def test_recordings_are_read_fast_enough_for_thousands() -> None:
    files = [path.read_bytes() for path in sorted(shared("snmp", "recordings").glob("*.snmprec"))]
    begun = time.process_time()
    for data in files:
        snmprec.parse(data, "x")
    # 9.4 MB in 0.35 s of one core when measured
    assert time.process_time() - begun < 3
