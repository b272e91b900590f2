"""S17: workbooks within limits, and what lies, bombs or is broken ends in one German sentence."""

from __future__ import annotations

import io
import re
import time
import zipfile
from datetime import date

import openpyxl
import pytest

from scanners.lists import workbook
from scanners.sources import xlsx

HEADER = ["Inventarnr.", "Gerät", "Modell", "Kaufdatum", "Preis"]


def book(*rows: list[object]) -> bytes:
    made = openpyxl.Workbook()
    for row in ([*HEADER], *rows):
        made.active.append(row)
    target = io.BytesIO()
    made.save(target)
    return target.getvalue()


def repacked(data: bytes, change: dict[str, bytes], extra: dict[str, bytes] | None = None) -> bytes:
    """The same archive with parts replaced or added."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change.get(name, old.read(name)))
        for name, part in (extra or {}).items():
            new.writestr(name, part)
    return target.getvalue()


SMALL = book(["I-1", "Drucker", "M1", date(2024, 5, 30), 1234.5])
SHEET = "xl/worksheets/sheet1.xml"
READERS = pytest.mark.parametrize("parse", [xlsx.parse, xlsx.parse_upload], ids=["here", "child"])


@READERS
def test_dates_and_numbers_are_read_as_values(parse) -> None:
    (seen,) = parse(SMALL, "x.xlsx").observations
    assert (seen.inventory_no, seen.kind, seen.fields["purchase_date"], seen.fields["price"]) == (
        "I-1",
        "printer",
        "2024-05-30",
        "1234.5",
    )


def test_both_ways_of_reading_say_the_same() -> None:
    assert xlsx.parse(SMALL, "x") == xlsx.parse_upload(SMALL, "x")


def test_long_numbers_keep_their_digits() -> None:
    (seen,) = xlsx.parse(book([4003758321400257, "Router", 1781, None, None]), "x").observations
    assert (seen.inventory_no, seen.model) == ("4003758321400257", "1781")


def test_a_formula_without_result_is_told_and_not_lost_silently() -> None:
    seen = xlsx.parse(book(["I-1", "PC", '=A2&"x"', None, None]), "x")
    assert [(p.where, "Formel" in p.text) for p in seen.problems] == [("Zeile 2, Spalte C", True)]
    assert seen.observations[0].model is None


def test_a_text_that_looks_like_a_formula_stays_text() -> None:
    made = openpyxl.Workbook()
    made.active.append(HEADER)
    made.active.append(["x", "PC", "M", None, None])
    made.active["A2"].value = "=1+1"
    made.active["A2"].data_type = "s"
    target = io.BytesIO()
    made.save(target)
    assert xlsx.parse(target.getvalue(), "x").observations[0].inventory_no == "=1+1"


def test_the_sheet_with_the_list_is_chosen_and_others_are_named() -> None:
    made = openpyxl.Workbook()
    made.active.title = "Deckblatt"
    made.active.append(["Bestand", "2026"])
    made.create_sheet("Liste").append(HEADER)
    made["Liste"].append(["I-1", "PC", "M", None, None])
    target = io.BytesIO()
    made.save(target)
    seen = xlsx.parse(target.getvalue(), "x")
    assert [one.inventory_no for one in seen.observations] == ["I-1"]
    assert seen.problems[0].where == "Tabellenblatt Deckblatt"


@READERS
@pytest.mark.parametrize("declared", [b"A1:A1", b"A1:XFD1048576"])
def test_a_sheet_that_lies_about_its_size_is_read_as_it_is(parse, declared: bytes) -> None:
    data = book(*[[f"I-{n}", "PC", "M", None, None] for n in range(1, 6)])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        part = re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="' + declared + b'"', archive.read(SHEET))
    begun = time.monotonic()
    assert len(parse(repacked(data, {SHEET: part}), "x").observations) == 5
    assert time.monotonic() - begun < 10


def renumbered(row: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(SMALL)) as archive:
        part = archive.read(SHEET).replace(b'<row r="2"', b'<row r="%s"' % row).replace(b'"A2"', b'"A%s"' % row)
    return repacked(SMALL, {SHEET: part})


def test_a_row_far_below_the_limit_is_refused_and_not_overlooked() -> None:
    with pytest.raises(ValueError, match="mehr als 20000 Zeilen"):
        xlsx.parse(renumbered(b"900000"), "x")


def test_a_row_number_that_cannot_be_is_refused_at_once() -> None:
    begun = time.monotonic()
    with pytest.raises(ValueError, match="Zeilen, die es in Excel nicht gibt"):
        xlsx.parse(renumbered(b"2000000000"), "x")
    assert time.monotonic() - begun < 1


def test_a_sheet_formatted_to_its_last_row_is_a_small_list() -> None:
    with zipfile.ZipFile(io.BytesIO(SMALL)) as archive:
        part = archive.read(SHEET).replace(b"</sheetData>", b'<row r="1048576" ht="15"/></sheetData>')
    assert len(xlsx.parse_upload(repacked(SMALL, {SHEET: part}), "x").observations) == 1


@READERS
def test_too_many_rows_are_refused_as_a_whole(parse) -> None:
    with pytest.raises(ValueError, match="mehr als 20000 Zeilen"):
        parse(book(*[[f"I-{n}", "PC", None, None, None] for n in range(20_001)]), "x")


def test_as_many_rows_as_allowed_are_taken_in() -> None:
    assert len(xlsx.parse_upload(book(*[[f"I-{n}", "PC", None, None, None] for n in range(20_000)]), "x").observations) == 20_000


def test_too_many_columns_are_refused_as_a_whole() -> None:
    with pytest.raises(ValueError, match="mehr als 100 Spalten"):
        xlsx.parse(book(["I-1", "PC", *["x"] * 99]), "x")


def bomb(size: int) -> bytes:
    """A sheet of `size` bytes that packs to a thousandth."""
    return b'<?xml version="1.0"?><worksheet><sheetData>' + b" " * size + b"</sheetData></worksheet>"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (repacked(SMALL, {SHEET: bomb(103 * 2**20)}), "entpackt sich"),
        (repacked(SMALL, {}, {"xl/inner.zip": SMALL}), "weiteres Archiv"),
        (repacked(SMALL, {}, {f"xl/part{n}.xml": b"x" for n in range(300)}), "mehr als 200 Teile"),
        (SMALL[: len(SMALL) // 2], "beschädigt"),
        (SMALL[:40] + b"\xff" * 200 + SMALL[240:], "beschädigt"),
        (repacked(SMALL, {SHEET: b"<worksheet><broken"}), "beschädigt"),
        (
            repacked(SMALL, {SHEET: b'<!DOCTYPE x [<!ENTITY a "aaa">]><worksheet>&a;</worksheet>'}),
            r"beschädigt|keine ausgefüllte",
        ),
        (b"PK\x03\x04", "beschädigt"),
        (b"", "beschädigt"),
    ],
    ids=["bomb", "nested", "entries", "cut", "overwritten", "broken-xml", "entity", "four-bytes", "empty"],
)
@READERS
def test_hostile_and_broken_workbooks_are_refused_with_a_sentence(parse, data: bytes, reason: str) -> None:
    begun = time.monotonic()
    with pytest.raises(ValueError, match=reason):
        parse(data, "x.xlsx")
    assert time.monotonic() - begun < 20


def test_a_zip_that_lies_about_its_size_is_counted_while_it_inflates() -> None:
    data = bytearray(repacked(SMALL, {SHEET: bomb(60 * 2**20)}))
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
        true = archive.getinfo(SHEET).file_size.to_bytes(4, "little")
    lying = bytes(data).replace(true, (100).to_bytes(4, "little"))
    assert lying != bytes(data)
    with pytest.raises(ValueError, match=r"entpackt sich|beschädigt"):
        xlsx.parse(lying, "x.xlsx")


def test_another_zip_is_no_workbook() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("readme.txt", "hello")
    with pytest.raises(ValueError, match="keine Excel-Datei"):
        xlsx.parse(target.getvalue(), "x")


def test_refusing_a_bomb_takes_a_moment() -> None:
    data = repacked(SMALL, {SHEET: bomb(103 * 2**20)})
    begun = time.monotonic()
    with pytest.raises(ValueError, match="entpackt"):
        workbook.admit(data)
    assert time.monotonic() - begun < 2
