"""Running programs are neither asked for nor kept, whoever recorded them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from scanners.observation import Collection, Observation, Source
from scanners.sources import snmprec
from scanners.withheld import without_processes
from service.inventory.store.records import pack

SCANNERS = Path(__file__).resolve().parents[2] / "scanners"
WALK = b""".1.3.6.1.2.1.1.5.0 = STRING: "srv-1"
.1.3.6.1.2.1.25.4.2.1.5.1 = STRING: "--user=meier
second line of the same value"
.1.3.6.1.2.1.25.5.1.1.1.1 = INTEGER: 7
.1.3.6.1.2.1.25.6.3.1.2.1 = STRING: "office-1.0
two lines"
iso.3.6.1.2.1.25.4.2.1.2.9 = STRING: "lohn.exe"
.1.3.6.1.2.1.31.1.1.1.1.1 = STRING: "eth0"
"""


def test_a_walk_loses_its_running_programs_and_nothing_else() -> None:
    kept = without_processes(WALK)
    for gone in (b"meier", b"second line", b"lohn.exe", b".25.5."):
        assert gone not in kept
    for there in (b'"srv-1"', b"office-1.0\ntwo lines", b"eth0"):
        assert there in kept
    assert without_processes(kept) is kept


def test_a_recording_loses_them_too_and_other_bytes_are_left_alone() -> None:
    recording = b"1.3.6.1.2.1.1.5.0|4|srv-1\r\n1.3.6.1.2.1.25.4.2.1.2.1|4|lohn.exe\r\n1.3.6.1.2.1.25.2.1.0|2|1\r\n"
    assert without_processes(recording) == b"1.3.6.1.2.1.1.5.0|4|srv-1\r\n1.3.6.1.2.1.25.2.1.0|2|1\r\n"
    assert without_processes(b'{"source":"snmp"}') == b'{"source":"snmp"}'


def test_what_the_import_keeps_of_a_file_holds_no_running_program() -> None:
    import zlib

    at = datetime(2026, 11, 16, tzinfo=UTC)
    packed = pack(1, snmprec.parse(WALK, "10.1.0.5.walk", at), WALK, "10.1.0.5.walk", observed_at=at, default_at=at)
    said = repr(packed).encode() + zlib.decompress(packed.raw)
    assert b"srv-1" in said
    assert b"meier" not in said
    assert b"lohn" not in said
    listed = Collection(Source.NMAP, (Observation(Source.NMAP, "10.1.0.5"),))
    assert zlib.decompress(pack(1, listed, WALK, "x", observed_at=at, default_at=at).raw) == WALK


def test_no_scanner_asks_for_running_programs() -> None:
    """hrSWRun and hrSWRunPerf (RFC 2790); the page „Was wird gescannt?“ says that they are never read."""
    asked = [
        path.name
        for path in SCANNERS.rglob("*")
        if path.suffix in (".py", ".yaml") and path.name != "withheld.py"
        for text in [path.read_text(encoding="utf-8")]
        if "1.3.6.1.2.1.25.4." in text or "1.3.6.1.2.1.25.5." in text
    ]
    assert asked == []
