"""Lines of both recording formats become values."""

from __future__ import annotations

import pytest

from scanners.snmp.recording import Recording, finish, read_snmprec, read_walk
from scanners.sources import snmprec

WALK = rb""".1.3.6.1.2.1.1.1.0 = STRING: "Linux erb-srv 6.1.0
second line of the same text"
.1.3.6.1.2.1.1.2.0 = OID: .1.3.6.1.4.1.8072.3.2.10
.1.3.6.1.2.1.1.3.0 = Timeticks: (4711) 0:00:47.11
.1.3.6.1.2.1.1.5.0 = STRING: erb-srv
.1.3.6.1.2.1.1.6.0 = ""
.1.3.6.1.2.1.2.2.1.2.1 = STRING: "eth \"null\""
.1.3.6.1.2.1.2.2.1.5.1 = Gauge32: 1000000000
.1.3.6.1.2.1.2.2.1.6.1 = Hex-STRING: A0 D3 C1 00 00
01
.1.3.6.1.2.1.2.2.1.6.2 = STRING: a0:d3:c1:0:0:2
.1.3.6.1.2.1.2.2.1.8.1 = INTEGER: up(1)
.1.3.6.1.2.1.4.20.1.1.10.1.2.3 = IpAddress: 10.1.2.3
.1.3.6.1.2.1.25.2.2.0 = INTEGER: 4044800 KBytes
.1.3.6.1.2.1.31.1.1.1.6.1 = Counter64: 18446744073709551615
.1.3.6.1.2.1.47.1 = No Such Object available on this agent at this OID
.1.3.6.1.2.1.99.1 = Strange: 7
.1.3.6.1.2.1.99.2 = No more variables left in this MIB View (It is past the end of the MIB tree)
"""


def test_a_walk_is_read_with_all_its_types() -> None:
    recording = read_walk(WALK)
    assert recording.skipped == 1
    assert dict(recording.rows) == {
        "1.3.6.1.2.1.1.1.0": b"Linux erb-srv 6.1.0\nsecond line of the same text",
        "1.3.6.1.2.1.1.2.0": "1.3.6.1.4.1.8072.3.2.10",
        "1.3.6.1.2.1.1.3.0": 4711,
        "1.3.6.1.2.1.1.5.0": b"erb-srv",
        "1.3.6.1.2.1.1.6.0": b"",
        "1.3.6.1.2.1.2.2.1.2.1": b'eth "null"',
        "1.3.6.1.2.1.2.2.1.5.1": 1000000000,
        "1.3.6.1.2.1.2.2.1.6.1": bytes.fromhex("a0d3c1000001"),
        "1.3.6.1.2.1.2.2.1.6.2": bytes.fromhex("a0d3c1000002"),
        "1.3.6.1.2.1.2.2.1.8.1": 1,
        "1.3.6.1.2.1.4.20.1.1.10.1.2.3": "10.1.2.3",
        "1.3.6.1.2.1.25.2.2.0": 4044800,
        "1.3.6.1.2.1.31.1.1.1.6.1": 2**64 - 1,
    }


def test_a_walk_with_iso_and_windows_line_ends_is_read_too() -> None:
    data = b'iso.3.6.1.2.1.1.5.0 = STRING: "erb-srv"\r\niso.3.6.1.2.1.1.2.0 = OID: iso.3.6.1.4.1.9.1.1\r\n'
    assert snmprec.sniff(data, "walk.txt")
    assert dict(read_walk(data).rows) == {"1.3.6.1.2.1.1.5.0": b"erb-srv", "1.3.6.1.2.1.1.2.0": "1.3.6.1.4.1.9.1.1"}


@pytest.mark.parametrize("data", [WALK, b"some banner\n" + WALK, b"\xef\xbb\xbf" + WALK])
def test_a_walk_becomes_an_observation(data: bytes) -> None:
    (seen,) = snmprec.parse(data, "erb-srv.txt").observations
    assert (seen.key, seen.hostnames, seen.kind) == ("erb-srv", ("erb-srv",), "server")
    assert seen.macs == ("a0:d3:c1:00:00:01",)


def test_broken_lines_are_counted_and_the_first_of_doubled_ones_counts() -> None:
    lines = b"""1.3.6.1.2.1.1.5.0|4|first
1.3.6.1.2.1.1.5.0|4|second
1.3.6.1.2.1.1.6.0|4x|zz

# remark
1.3.6.1.2.1.4.20.1.1.9.9.9.9|64|<private>
1.3.6..1|4|x
1.3.6.1.2.1.1.3.0|67:numeric|rate=1
no row at all
.1.3.6.1.2.1.1.3.0|67|5
"""
    recording = read_snmprec(lines)
    assert recording.skipped == 5
    assert dict(recording.rows) == {"1.3.6.1.2.1.1.5.0": b"first", "1.3.6.1.2.1.1.3.0": 5}


def test_a_column_comes_in_the_order_of_numbers() -> None:
    recording = Recording({"1.3.6.1.10": 10, "1.3.6.1.9": 9, "1.3.6.11.1": 0, "1.3.6.1": 1, "1.3.6.1.9.1": 91})
    assert list(finish(recording.column("1.3.6.1")).items()) == [("9", 9), ("9.1", 91), ("10", 10)]


def test_a_reader_that_waits_is_no_reader_of_recordings() -> None:
    import asyncio

    with pytest.raises(RuntimeError):
        finish(asyncio.sleep(0))


def test_floating_point_of_net_snmp_is_no_broken_line() -> None:
    found = read_walk(b'.1.3.6.1.2.1.1.5.0 = STRING: "srv"\n.1.3.6.1.4.1.2021.10.1.6.1 = Opaque: Float: 0.120000\n')
    assert (found.skipped, len(found.rows)) == (0, 1)
