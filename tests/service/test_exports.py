"""What is exported, the import reads back unchanged; and no cell ever calculates."""

from __future__ import annotations

import io
import json

from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from scanners.lists import csv_table
from scanners.lists.formulas import unguard
from service import exports

COLUMNS = ("name", "macs", "provenance")
ROW = {
    "name": 'Prüf;gerät "1"\nzweite Zeile',
    "macs": ["aa:bb:cc:00:00:01", "aa:bb:cc:00:00:02"],
    "provenance": {"os": {"source": "nmap"}},
}


def _cells(data: bytes) -> list[list[str]]:
    return [list(row) for row in csv_table.read(data).rows]


def test_json_lines_keep_every_value_as_it_is() -> None:
    (line,) = exports.jsonl([ROW]).splitlines()
    assert json.loads(line) == ROW


def test_csv_opens_in_german_spreadsheets_and_reads_back() -> None:
    (data,) = exports.write([ROW], COLUMNS, "csv")
    assert data.startswith(b"\xef\xbb\xbfname;macs;provenance\r\n")
    assert _cells(data)[1][1] == "aa:bb:cc:00:00:01, aa:bb:cc:00:00:02"


def test_a_cell_that_looks_like_a_formula_is_guarded_in_csv_and_text_in_xlsx() -> None:
    rows = [{"name": text} for text in ("=1+1", "+49 6062", "-5", "@SUM(A1)", "\uff1dcmd")]
    (csv,) = exports.write(rows, ("name",), "csv")
    assert all(line.startswith("'") for line in csv.decode("utf-8-sig").splitlines()[1:])
    (xlsx,) = exports.write(rows, ("name",), "xlsx")
    cells = [row[0] for row in load_workbook(io.BytesIO(xlsx)).active.iter_rows(min_row=2)]
    assert [(cell.value, cell.data_type) for cell in cells] == [(row["name"], "s") for row in rows]


def test_an_export_above_twenty_thousand_rows_comes_in_parts() -> None:
    rows = [{"name": str(number)} for number in range(20_001)]
    parts = exports.write(rows, ("name",), "csv")
    assert [len(part.splitlines()) for part in parts] == [20_001, 2]


def test_an_empty_export_has_its_header() -> None:
    assert exports.write([], ("name", "kind"), "csv") == [b"\xef\xbb\xbfname;kind\r\n"]


text = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=20)


@given(text)
def test_guarding_a_cell_loses_nothing(value: str) -> None:
    (data,) = exports.write([{"a": value, "b": "x"}], ("a", "b"), "csv")
    line = data.decode("utf-8-sig").split("\r\n")[1]
    assert unguard(exports.guard(exports.cell(value))) == value
    assert line.endswith(";x")


def test_numbers_and_money_are_numbers_in_a_workbook_and_german_words_in_csv() -> None:
    row = {"n": 12, "eur": exports.Euro.of(104_950), "share": exports.Share("0.3219"), "text": "007", "yes": True}
    (data,) = exports.write([row], tuple(row), "xlsx")
    cells = next(load_workbook(io.BytesIO(data)).worksheets[0].iter_rows(min_row=2))
    assert [(cell.value, cell.data_type) for cell in cells] == [
        (12, "n"),
        (1049.5, "n"),
        (0.3219, "n"),
        ("007", "s"),
        ("ja", "s"),
    ]
    assert [cell.number_format for cell in cells[1:3]] == ['#,##0.00 "€"', "0.00%"]
    (plain,) = exports.write([row], tuple(row), "csv")
    assert plain.decode("utf-8-sig").splitlines()[1] == "12;1049,50;32,19 %;007;ja"
