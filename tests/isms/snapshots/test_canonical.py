"""Canonical JSON, the seal chain with its published vectors, and verification from the files alone."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from isms.snapshots.canonical import START, canonical, digest, seal
from isms.snapshots.verify import check, check_chain, package

POLICY = "912a30ef6b8b6023daeccfff00b222f89131f0377b5bf249955b5a5def4f03b7"
FIRST = "d311630acebecbe408a8ff534fc889e789b7afaa325438c0cb55428e0f5f8859"
SECOND = "62ad0bb9edb5c7b4fed9cccf30f6a2adc74b693e33ea12ebbcc9e871034a66d6"
AT = datetime(2026, 11, 16, 10, 0, tzinfo=timezone(timedelta(hours=1)))


def test_the_published_vectors_of_document_and_chain() -> None:
    text = b"Leitlinie v3\n"
    assert digest(text) == POLICY
    first = seal(START, canonical({"snapshot": "ERB-2026-001", "docs": {"A.0": POLICY}}))
    assert first == FIRST
    assert seal(first, canonical({"docs": {"A.0": POLICY}, "snapshot": "ERB-2026-002"})) == SECOND


def test_same_content_same_bytes_whatever_its_order_form_or_zone() -> None:
    one = {"b": "Ko\u0308nig", "a": [AT, date(2026, 1, 2), Decimal("1.50"), True], "none": None}
    other = {"a": [AT.astimezone(UTC), date(2026, 1, 2), "1.50", 1], "b": "K\u00f6nig"}
    assert canonical(one) == canonical(other)
    assert canonical(one) == '{"a":["2026-11-16T09:00:00Z","2026-01-02","1.50",1],"b":"König"}'.encode()


@pytest.mark.parametrize("bad", [1.5, b"x", object(), {"a": 0.1}, [float("nan")]])
def test_what_has_no_exact_text_is_refused(bad: object) -> None:
    with pytest.raises(TypeError):
        canonical(bad)


@pytest.mark.parametrize("bad", ["\ud800", {"o\u0308": 1, "\u00f6": 2}, datetime(2026, 1, 1)])
def test_what_is_ambiguous_is_refused(bad: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        canonical(bad)


def made(serial: int = 1, previous: str = START, text: str = "Ü") -> tuple[bytes, str]:
    documents = {f"A.{i}": canonical({"document": f"A.{i}", "text": text}) for i in range(7)}
    docs = {key: digest(data) for key, data in documents.items()}
    manifest = canonical({"snapshot": f"ERB-2026-{serial:03d}", "serial": serial, "docs": docs, "taken_at": AT})
    return package(documents, manifest, previous), seal(previous, manifest)


def changed(data: bytes, name: str, new: bytes | None) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as fresh:
        for item in old.namelist():
            content = new if item == name else old.read(item)
            if content is not None:
                fresh.writestr(item, content)
    return out.getvalue()


def test_a_package_verifies_and_has_the_same_bytes_each_time() -> None:
    data, value = made()
    assert made()[0] == data
    verdict = check("erb.zip", data)
    assert verdict.good
    assert (verdict.snapshot, verdict.serial, verdict.seal, verdict.previous) == ("ERB-2026-001", 1, value, START)


@pytest.mark.parametrize(
    ("name", "new", "file"),
    [
        ("A.4.json", b"{}", "A.4.json"),
        ("A.2.json", None, "A.2.json"),
        ("manifest.json", None, "manifest.json"),
        ("seal.json", None, "seal.json"),
        ("seal.json", b'{"previous":"x","seal":"y"}', "seal.json"),
        ("seal.json", b"[" * 100_000, "seal.json"),
    ],
)
def test_the_first_file_that_differs_is_named(name: str, new: bytes | None, file: str) -> None:
    verdict = check("erb.zip", changed(made()[0], name, new))
    assert verdict.fault is not None
    assert verdict.fault.file == file


def test_with_two_changed_documents_the_first_is_named() -> None:
    data = changed(changed(made()[0], "A.5.json", b"{}"), "A.1.json", b"{}")
    fault = check("erb.zip", data).fault
    assert fault is not None
    assert fault.file == "A.1.json"


def test_a_manifest_that_was_written_anew_breaks_the_seal() -> None:
    data, _value = made()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        manifest = archive.read("manifest.json")
    fault = check("erb.zip", changed(data, "manifest.json", manifest.replace(b"09:00", b"08:00"))).fault
    assert fault is not None
    assert fault.file == "seal.json"


@pytest.mark.parametrize("junk", [b"", b"PK", b"no zip at all", made()[0][:200]])
def test_junk_is_named_as_junk(junk: bytes) -> None:
    assert not check("x.zip", junk).good


def test_every_flipped_byte_of_any_file_is_found() -> None:
    data, _value = made()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    for name, content in files.items():
        for place in range(0, len(content), 7):
            flipped = content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]
            assert not check("x.zip", changed(data, name, flipped)).good, (name, place)


def test_a_chain_is_followed_and_a_wrong_predecessor_is_named() -> None:
    first, one = made(1)
    second, _two = made(2, one)
    stranger, _three = made(2, digest(b"other"))
    assert check_chain([check("2", second), check("1", first)]) is None
    fault = check_chain([check("1", first), check("2", stranger)])
    assert fault is not None
    assert "schließt nicht an" in fault.reason
    assert check("1", made(1, one)[0]).fault is not None
