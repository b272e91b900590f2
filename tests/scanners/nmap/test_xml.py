"""S19: one reader for our own nmap and for files that strangers hand in."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from scanners.nmap.xml import Reader
from scanners.sources import nmap
from tests.shared import SHARED, needs_shared

DATA = Path(__file__).resolve().parents[1] / "data" / "nmap"
TOWN = (DATA / "rathaus" / "input.xml").read_bytes()
HEAD = b'<?xml version="1.0"?><!DOCTYPE nmaprun><nmaprun scanner="nmap" start="1" version="7.93">'
HOST = b'<host><status state="up"/><address addr="10.0.0.%d" addrtype="ipv4"/>%s</host>'


def run(inner: bytes, tail: bytes = b'<runstats><finished exit="success"/></runstats></nmaprun>') -> bytes:
    return HEAD + inner + tail


def test_hosts_come_while_the_file_is_still_being_read() -> None:
    reader = Reader()
    reader.feed(HEAD + HOST % (1, b""))
    assert [host.addresses[0]["addr"] for host in reader.take()] == ["10.0.0.1"]
    assert reader.take() == []


@pytest.mark.parametrize("size", [1, 7, 4096])
def test_chunks_of_any_size_give_the_same(size: int) -> None:
    class Slow(io.BytesIO):
        def read(self, _: int | None = -1) -> bytes:
            return super().read(size)

    whole = nmap.parse(TOWN, "a")
    assert tuple(nmap.iter_hosts(Slow(TOWN), "a")) == whole.observations


def test_a_truncated_file_is_a_good_collection_of_its_first_part() -> None:
    whole = nmap.parse(TOWN, "a").observations
    for cut in range(len(TOWN) // 2, len(TOWN) - 20, 1777):
        part = nmap.parse(TOWN[:cut], "a")
        assert part.observations == whole[: len(part.observations)]
        assert not part.complete
        assert any("bricht hier ab" in problem.text for problem in part.problems)


def test_broken_xml_in_the_middle_keeps_what_came_before() -> None:
    seen = nmap.parse(run(HOST % (1, b"") + b"<host><<<" + HOST % (2, b"")), "a")
    assert [one.key for one in seen.observations] == ["10.0.0.1"]
    assert "kein gültiges XML" in seen.problems[0].text


def test_a_run_that_nmap_did_not_finish_is_not_complete() -> None:
    seen = nmap.parse(run(HOST % (1, b""), b"</nmaprun>"), "a")
    assert len(seen.observations) == 1
    assert not seen.complete
    assert "nicht zu Ende" in seen.problems[0].text


def test_an_error_that_nmap_reports_is_told() -> None:
    seen = nmap.parse(run(b"", b'<runstats><finished exit="error" errormsg="no route"/></runstats></nmaprun>'), "a")
    assert "no route" in seen.problems[0].text


ENTITIES = b'<!DOCTYPE nmaprun [%s]><nmaprun scanner="nmap"><host><status state="up"/><address addr="&x;" addrtype="ipv4"/></host></nmaprun>'


@pytest.mark.parametrize(
    "data",
    [
        ENTITIES % b'<!ENTITY x "10.0.0.1">',
        ENTITIES
        % (b'<!ENTITY a "aaaaaaaaaa">' + b"".join(b'<!ENTITY %c "%s">' % (98 + i, b"&%c;" % (97 + i) * 10) for i in range(9))),
        ENTITIES % b'<!ENTITY x SYSTEM "file:///etc/passwd">',
        ENTITIES % b'<!ENTITY % p SYSTEM "http://127.0.0.1:9/x"> %p;',
        b"<nmaprun>" + b"<a>" * 200_000,
        b"<nmaprun>" + b"<table>" * 101 + b"</table>" * 101 + b"</nmaprun>",
        run(
            b"<host><status state='up'/><hostscript><script id='ssl-cert' output=''><elem key='pem'>"
            + b"A" * 300_000
            + b"</elem></script></hostscript></host>"
        ),
    ],
    ids=["entity", "laughs", "file", "parameter", "200000-levels", "101-levels", "text"],
)
def test_hostile_xml_is_refused_with_a_sentence(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"nicht gelesen\."):
        nmap.parse(data, "a")


def test_an_external_doctype_is_neither_fetched_nor_fatal() -> None:
    data = b'<!DOCTYPE nmaprun SYSTEM "file:///etc/passwd">' + run(HOST % (1, b"")).partition(b"<!DOCTYPE nmaprun>")[2]
    assert [one.key for one in nmap.parse(data, "a").observations] == ["10.0.0.1"]


@pytest.mark.parametrize("data", [b"", b"<html></html>", b"hello", b"\x00\x01\x02", b"PK\x03\x04", b'<?xml version="1.0"?>'])
def test_what_is_not_from_nmap_is_refused_with_a_sentence(data: bytes) -> None:
    with pytest.raises(ValueError, match="nmap"):
        nmap.parse(data, "a")


def test_a_host_without_an_address_is_named_and_not_lost_silently() -> None:
    seen = nmap.parse(run(b'<host><status state="up"/><address addr="IP" addrtype="ipv4"/></host>'), "a")
    assert seen.observations == ()
    assert seen.problems[0].where == "Host IP"


def test_device_text_cannot_turn_or_flood_a_page() -> None:
    script = '<script id="http-title" output=""><elem key="title">\u202eevil\u0007 %s</elem></script>' % ("x" * 9000)
    port = f'<ports><port protocol="tcp" portid="80"><state state="open"/><service name="http"/>{script}</port></ports>'.replace(
        "\u0007", "\u009b"
    )
    (seen,) = nmap.parse(run(HOST % (1, port.encode())), "a").observations
    title = seen.services[0].facts["http_title"]
    assert "\u202e" not in title
    assert "\u009b" not in title
    assert len(title) <= 512


def test_an_ssh_key_counts_at_its_own_port_only() -> None:
    (_, ilo, *_) = nmap.parse((DATA / "windows_und_ilo" / "input.xml").read_bytes(), "a").observations
    assert len(ilo.ssh_keys) == 1  # port 2222 shows it too
    (key,) = next(service.facts["ssh_host_keys"] for service in ilo.services if service.port == 22)
    assert key == {"sha256": ilo.ssh_keys[0], "type": "ssh-ed25519", "bits": 256}


def files() -> Iterator[Path]:
    if SHARED:
        yield from sorted((SHARED / "samples" / "nmap").glob("*.xml"))


@needs_shared
@pytest.mark.parametrize("path", files(), ids=lambda path: path.name)
def test_files_of_other_people_are_read_without_losing_a_host(path: Path) -> None:
    data = path.read_bytes()
    hosts = re.findall(rb"<host[ >].*?</host>", data, re.DOTALL)
    up = [host for host in hosts if b'<status state="down"' not in host]
    seen = nmap.parse(data, path.name)
    assert len(seen.observations) + len(seen.problems) == len(up)
    assert seen.complete
