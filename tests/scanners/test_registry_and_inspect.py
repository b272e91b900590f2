"""One door for files of every kind, and the command that prints what they say."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scanners import inspect, registry
from scanners.observation import KINDS

DATA = Path(__file__).with_name("data")
ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(DATA.glob("*/*/input.*"))
SHAPE = (
    "source file key observed_at kind vendor model os os_version firmware hostnames ips macs serials uuids interfaces services"
)
REST = "software neighbours members problems"


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parts[-3]}-{path.parts[-2]}")
def test_every_recording_is_recognised_by_its_content(path: Path) -> None:
    assert registry.detect(path.read_bytes()[:65536], "upload.bin" if path.parts[-3] != "csv" else "x") == path.parts[-3]


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parts[-3]}-{path.parts[-2]}")
def test_a_line_has_the_published_shape(path: Path) -> None:
    for text in inspect.lines([path]):
        line = json.loads(text)
        assert " ".join(line).startswith(f"{SHAPE} {REST}")
        assert line["file"] == path.name
        assert line["kind"] is None or line["kind"] in KINDS


def test_the_source_can_be_named() -> None:
    path = DATA / "csv" / "semikolon_windows" / "input.csv"
    assert registry.parse_file(path, "csv").observations
    with pytest.raises(ValueError, match="nmap"):
        registry.parse_file(path, "nmap")
    with pytest.raises(ValueError, match=r"gibt es nicht.*csv"):
        registry.parse_file(path, "zabbix")


def test_the_time_and_the_name_of_the_import_stand_in_the_records() -> None:
    at = datetime(2026, 1, 5, 14, tzinfo=UTC)
    for path in FILES:
        seen = registry.parse_file(path, observed_at=at, name="stadt/liste").observations
        assert {(one.observed_at, one.file) for one in seen} == {(at, "stadt/liste")}


def test_the_address_of_a_recording_becomes_its_key() -> None:
    path = DATA / "snmprec" / "printer" / "input.snmprec"
    assert registry.parse_file(path, address="10.0.0.9").observations[0].key == "10.0.0.9"


def test_columns_can_be_named_by_a_person() -> None:
    data = b"Nummer;Modell\n77;M\n"
    assert registry.parse_bytes(data, "x.csv", mapping={"Nummer": "inventory_no"}).observations[0].inventory_no == "77"


def test_an_upload_is_read_with_the_same_result() -> None:
    for path in FILES:
        data = path.read_bytes()
        assert registry.parse_bytes(data, path.name, upload=True) == registry.parse_bytes(data, path.name)


@pytest.mark.parametrize("data", [b"", b"\x89PNG\r\n\x1a\n\0\0\0", b"hello world", b"{}", b"%PDF-1.7\n"])
def test_a_file_of_another_kind_is_refused_with_a_sentence(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        registry.parse_bytes(data, "file.bin")


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "scanners.inspect", *arguments], capture_output=True, text=True, cwd=ROOT, check=False
    )


def test_the_command_prints_lines_and_tells_problems_beside_them() -> None:
    done = run(str(DATA / "csv" / "semikolon_windows" / "input.csv"))
    assert done.returncode == 0
    assert [json.loads(line)["key"] for line in done.stdout.splitlines()] == ["row:1", "row:2", "row:3", "row:5"]
    assert done.stderr.startswith("Zeile 7: ")


def test_a_file_that_cannot_be_read_ends_in_one_sentence_and_exit_code_one(tmp_path: Path) -> None:
    (tmp_path / "leer.csv").touch()
    for name in ("leer.csv", "fehlt.csv"):
        done = run(str(tmp_path / name))
        assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (1, "", 1)
        assert name in done.stderr


def test_wrong_usage_is_exit_code_two() -> None:
    assert run("--as", "zabbix", "x").returncode == 2


def test_a_network_scan_of_any_size_is_printed_as_a_stream(tmp_path: Path) -> None:
    host = '<host starttime="1"><status state="up"/><address addr="10.%d.%d.%d" addrtype="ipv4"/></host>\n'
    big = tmp_path / "big.xml"
    with big.open("w") as file:
        file.write('<!DOCTYPE nmaprun><nmaprun scanner="nmap">')
        file.writelines(host % (n >> 16, n >> 8 & 255, n & 255) for n in range(65_536))
        file.write('<runstats><finished exit="success"/></runstats></nmaprun>')
    reader = "from scanners.sources import nmap; n = sum(1 for _ in nmap.iter_hosts(open(sys.argv[1], 'rb')))"
    printer = "from scanners import inspect; n = sum(1 for _ in inspect.lines(sys.argv[1:]))"
    assert peak(reader, big) < 60
    assert peak(printer, big) < 120  # with the libraries of all other sources loaded


def peak(work: str, path: Path) -> int:
    """Most memory in MiB of a process that counts 65,536 hosts (VmHWM: unlike ru_maxrss it begins anew with exec)."""
    program = f"import re,sys; {work}; print(n, re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())[1])"
    done = subprocess.run([sys.executable, "-c", program, str(path)], capture_output=True, text=True, cwd=ROOT, check=True)
    count, kibibytes = map(int, done.stdout.split())
    assert count == 65_536
    return kibibytes // 1024
