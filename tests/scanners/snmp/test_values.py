"""What devices send becomes text, numbers, MACs and addresses, and nothing dangerous."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanners.snmp.values import MAX_TEXT, indexed_ip, ip, mac, number, station, text


@pytest.mark.parametrize(
    ("said", "read"),
    [
        (b"erb-sw1\x00\x00", "erb-sw1"),
        ("Verteiler Süd".encode(), "Verteiler Süd"),
        ("Verteiler Süd".encode("latin-1"), "Verteiler Süd"),
        (b"line one\r\nline two", "line one line two"),
        (b"\x1b[31mred\x07", "[31mred"),
        ("ab\u202ecd\u200b".encode(), "ab\ufffdcd\ufffd"),
        (b'"quoted"', "quoted"),
        (b"   ", None),
        (b"<private>", None),
        (None, None),
        (7, "7"),
    ],
)
def test_text_is_one_clean_line(said, read) -> None:
    assert text(said) == read


def test_long_text_is_cut() -> None:
    assert len(text(b"x" * 1_000_000) or "") == MAX_TEXT


@given(st.binary(max_size=200))
def test_no_octets_bring_control_characters_through(said: bytes) -> None:
    read = text(said)
    assert read is None or (read.isprintable() and read == read.strip())


@pytest.mark.parametrize("said", [bytes.fromhex("a0d3c10000ff"), b"A0:D3:C1:0:0:FF", "a0-d3-c1-00-00-ff", b"a0d3c10000ff"])
def test_a_mac_is_read_in_every_spelling(said) -> None:
    assert mac(said) == station(said) == "a0:d3:c1:00:00:ff"


@pytest.mark.parametrize("said", [b"", bytes(6), b"\xff" * 6, b"\x00\x11\x22", b"12345", None, 5])
def test_what_is_no_mac_is_none(said) -> None:
    assert mac(said) is None


def test_the_mac_of_a_group_is_no_station() -> None:
    assert station(bytes.fromhex("01005e000001")) is None


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("10.1.2.3", "10.1.2.3"),
        (b"\x0a\x01\x02\x03", "10.1.2.3"),
        (b"2001:DB8::1", "2001:db8::1"),
        ("127.0.0.1", None),
        ("0.0.0.0", None),
        (b"\xe0\0\0\1", None),
        ("::1", None),
        ("router", None),
    ],
)
def test_only_addresses_of_hosts_count(said, read) -> None:
    assert ip(said) == read


@pytest.mark.parametrize(
    ("index", "read"),
    [
        ("10.1.2.3", "10.1.2.3"),
        ("1.4.10.1.2.3", "10.1.2.3"),
        ("1.10.1.2.3", "10.1.2.3"),
        ("2.16.32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.1", "2001:db8::1"),
        ("4.20.254.128.0.0.0.0.0.0.0.0.0.0.0.0.0.1.0.0.0.3", "fe80::1"),
        ("10.1.2.300", None),
        ("10.1", None),
        ("", None),
    ],
)
def test_addresses_are_read_out_of_an_index(index, read) -> None:
    assert indexed_ip(index) == read


@pytest.mark.parametrize(("said", "read"), [(5, 5), (b"12 pages", 12), ("-3", -3), (b"", None), (b"many", None), (None, None)])
def test_numbers_are_read_also_from_text(said, read) -> None:
    assert number(said) == read
