"""Text lists: encodings, separators, quotes and damage of real files; every row becomes a record or a named error."""

from __future__ import annotations

import subprocess
import sys

import pytest

from scanners.lists import csv_table, rows
from scanners.sources import csv_file
from tests.shared import needs_shared, shared

ROWS = "Inventarnr.;Gerät;Hersteller;Raum;Preis\r\nI-1;Drucker;Müßig & Söhne;Küche;12,50 €\r\n"


def first(data: bytes) -> tuple[str | None, str | None, str, str]:
    (seen,) = csv_file.parse(data, "liste.csv").observations
    return seen.inventory_no, seen.vendor, seen.fields["room"], seen.fields["price"]


EXPECTED = ("I-1", "Müßig & Söhne", "Küche", "12.50")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
def test_the_encoding_is_found_out(encoding: str) -> None:
    assert first(ROWS.encode(encoding)) == EXPECTED


def test_a_list_from_dos_times_is_readable() -> None:
    assert first(ROWS.replace(" €", "").encode("cp850")) == EXPECTED


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_the_separator_is_found_out(separator: str) -> None:
    assert first(ROWS.replace("12,50 €", '"12,50 €"').replace(";", separator).encode()) == EXPECTED


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_line_ends_of_any_system(newline: str) -> None:
    assert first(ROWS.replace("\r\n", newline).encode()) == EXPECTED


def test_a_line_for_excel_is_understood() -> None:
    assert first(b"sep=;\r\n" + ROWS.encode()) == EXPECTED


def test_a_file_of_two_programs_is_read_line_by_line_and_says_so() -> None:
    data = ROWS.encode() + "I-2;Drucker;Größe;Küche;1\r\n".encode("cp1252")
    seen = csv_file.parse(data, "x.csv")
    assert [one.vendor for one in seen.observations] == ["Müßig & Söhne", "Größe"]
    assert "mischt Zeichensätze" in seen.problems[0].text


def test_unreadable_characters_are_counted() -> None:
    seen = csv_file.parse(b"\xef\xbb\xbf" + ROWS.encode().replace("ü".encode(), b"\xfc"), "x.csv")
    assert "nicht lesbar" in seen.problems[0].text
    assert seen.observations


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "leer"),
        (b"  \r\n\r\n", "leer"),
        (b"\x00\x01\x02\x03" * 50, "Textdatei"),
        (b"hello world\nfoo\n", "Spaltenüberschriften"),
        (b"Raum;Preis\nKueche;1\n", "um welches Gerät"),
        (b";" * 1500, "Spalten"),
    ],
)
def test_what_is_no_list_is_refused_with_a_sentence(data: bytes, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        csv_file.parse(data, "x.csv")


def test_a_title_above_the_header_is_skipped_and_rows_count_from_the_header() -> None:
    seen = csv_file.parse(b"Bestand 2026;;\n;;\n" + b"Inventarnr.;Art;Modell\nI-1;PC;A\n\nI-2;PC;B\n", "x.csv")
    assert [(one.key, one.inventory_no) for one in seen.observations] == [("row:1", "I-1"), ("row:3", "I-2")]


def test_no_cell_is_lost() -> None:
    seen = csv_file.parse(b"Inventarnr.;Farbe;;Modell\nI-1;rot;x;M1;mehr;noch mehr\n", "x.csv")
    assert seen.observations[0].fields == {
        "col:Farbe": "rot",
        "col:Spalte 3": "x",
        "col:Spalte 5": "mehr",
        "col:Spalte 6": "noch mehr",
    }


def test_a_broken_cell_stays_as_written_beside_a_problem_that_names_row_and_column() -> None:
    (seen,) = csv_file.parse(b"Inventarnr.;IP-Adresse;Modell\nI-1;10.1.1.999;M\n", "x.csv").observations
    assert seen.ips == ()
    assert seen.fields["col:IP-Adresse"] == "10.1.1.999"
    assert (seen.problems[0].where, seen.problems[0].text) == ("Zeile 2, Spalte IP-Adresse", "„10.1.1.999“ ist keine IP-Adresse.")


def test_a_row_without_a_device_is_a_named_error_row() -> None:
    seen = csv_file.parse(b"Inventarnr.;Modell;Bemerkung\n;;siehe oben\nI-1;M;\n", "x.csv")
    assert [one.key for one in seen.observations] == ["row:2"]
    assert seen.problems[0].where == "Zeile 2"
    assert "siehe oben" in seen.problems[0].text


def test_a_quotation_mark_left_open_does_not_swallow_the_rest() -> None:
    rows = "".join(f"I-{n};Monitor;M\n" for n in range(1, 200)).replace("I-5;Monitor", 'I-5;"Monitor 24')
    data = f"Inventarnr.;Gerät;Modell\n{rows}".encode()
    seen = csv_file.parse(data, "x.csv")
    assert len(seen.observations) == 199
    assert "Anführungszeichen" in seen.problems[0].text


def test_a_cell_may_hold_lines_of_its_own() -> None:
    (seen,) = csv_file.parse(b'Inventarnr.;Modell;Bemerkung\nI-1;M;"eins\nzwei"\n', "x.csv").observations
    assert seen.fields["note"] == "eins\nzwei"


def test_the_importer_takes_off_exactly_the_guard_of_the_export() -> None:
    seen = csv_file.parse(b"Inventarnr.;Modell\n'=1+1;'echt\n''=2;M\n", "x.csv").observations
    assert [(one.inventory_no, one.model) for one in seen] == [("=1+1", "'echt"), ("'=2", "M")]


def test_two_hundred_thousand_rows_are_all_taken_in() -> None:
    data = (
        "Inventarnr.;Gerät;Hersteller;Modell;Seriennummer;MAC\n"
        + "".join(f"I-{n};PC;Dell;OptiPlex;S{n:07};0050560{n:05x}\n" for n in range(200_000))
    ).encode()
    seen = csv_file.parse(data, "x.csv")
    assert (len(seen.observations), seen.observations[-1].key, seen.problems) == (200_000, "row:200000", ())
    assert seen.observations[-1].macs == ("00:50:56:03:0d:3f",)


def test_a_giant_cell_is_cut_and_said() -> None:
    seen = csv_file.parse(b"Inventarnr.;Modell;Bemerkung\nI-1;M;" + b"x" * 3_000_000 + b"\n", "x.csv").observations[0]
    assert len(seen.fields["note"]) == 32_767
    assert "abgeschnitten" in seen.problems[0].text


@needs_shared
@pytest.mark.parametrize("seed", [1, 2])
def test_every_row_of_the_four_towns_lists_is_a_record(seed: int, tmp_path) -> None:
    import json

    from scanners import registry

    command = [sys.executable, "-B", "-m", "townsim", "generate", "--seed", str(seed), "--weeks", "2", "--devices-per-town", "60"]
    subprocess.run([*command, "--family", "hard", "--out", str(tmp_path)], check=True, cwd=shared(), capture_output=True)
    rows: dict[str, set[str]] = {}
    for record in json.loads((tmp_path / "truth.json").read_text())["records"]:
        rows.setdefault(record["file"], set()).add(record["key"])
    lists = [one["file"] for one in json.loads((tmp_path / "manifest.json").read_text())["inputs"] if one["kind"] == "manual"]
    assert len(lists) == 8
    for name in lists:
        seen = registry.parse_file(tmp_path / name)
        assert {one.key for one in seen.observations} == rows[name]
        assert seen.problems == ()
        assert all(one.kind for one in seen.observations)
        assert not any(one.problems for one in seen.observations)


OWN = b"Bestand;\nKennung;Was ist es;Wo steht es\nZZ-1;Drucker;Rathaus\n"


def test_a_list_with_headers_of_its_own_needs_a_person_and_then_nothing_more() -> None:
    sheet = csv_table.read(OWN)
    with pytest.raises(ValueError, match="Spaltenüberschriften"):
        rows.layout(sheet)
    assert rows.header_rows(sheet) == [1, 2]
    guess = rows.chosen(sheet, 1)
    assert (guess.headers, guess.fields) == (("Kennung", "Was ist es", "Wo steht es"), {})
    told = {"Kennung": "inventory_no", "Was ist es": "kind", "Wo steht es": ""}
    (seen,) = csv_file.parse(OWN, "x.csv", mapping=told).observations
    assert (seen.key, seen.inventory_no, seen.kind, seen.fields["col:Wo steht es"]) == ("row:1", "ZZ-1", "printer", "Rathaus")


def test_a_chosen_header_row_wins_over_a_row_with_known_words() -> None:
    data = b"Modell;Hersteller;Raum\nA;B;C\nM1;Dell;2\n"
    mapping = rows.chosen(csv_table.read(data), 1, {"A": "model", "B": "vendor", "C": ""}).mapping()
    assert [one.model for one in csv_file.parse(data, "x.csv", mapping=mapping).observations] == ["M1"]


@pytest.mark.parametrize(
    "line",
    [
        "Summe;;;;3.000",
        ";;;Gesamt:;3.000",
        "Total;Notebook;Dell;;3.000",
        "SUMME (netto);-;;;3.000",
        "Zwischensumme Rathaus;;;;1",
    ],
)
def test_a_row_that_adds_up_is_named_and_no_device(line: str) -> None:
    seen = csv_file.parse(f"Inventarnr.;Art;Hersteller;Name;Preis\nI-1;PC;Dell;pc-1;2\n{line}\n".encode(), "x.csv")
    assert [one.inventory_no for one in seen.observations] == ["I-1"]
    (problem,) = seen.problems
    assert problem.where == "Zeile 3"
    assert problem.text.startswith("Die Zeile ist eine Summe und kein Gerät. Darin steht: „")


@pytest.mark.parametrize(
    "line", ["Gesamtschule-1;PC;;;", ";Gesamt;;pc-2;", "Summe;;;summe-pc;", "Totalstation;Scanner;;;", ";Gesamt;Dell;;"]
)
def test_a_device_whose_name_resembles_a_sum_stays_a_device(line: str) -> None:
    seen = csv_file.parse(f"Inventarnr.;Standort;Hersteller;Name;Preis\n{line}\n".encode(), "x.csv")
    assert (len(seen.observations), seen.problems) == (1, ())


@pytest.mark.parametrize("formula", ['=HYPERLINK("http://evil","x")', "＝1+1", "+SUM(A1;A2)", "@now()"])
def test_a_formula_is_no_host_name_and_is_kept_as_it_is(formula: str) -> None:
    quoted = formula.replace('"', '""')
    (seen,) = csv_file.parse(f'Inventarnr.;Name\nI-1;"{quoted}"\n'.encode(), "x.csv").observations
    assert (seen.names, seen.fields["col:Name"]) == ((), formula)
    assert seen.problems[0].where == "Zeile 2, Spalte Name"
    assert seen.problems[0].text.endswith("ist eine Formel und kein Name.")


def test_of_two_columns_with_one_header_the_second_is_kept_and_said() -> None:
    data = b"Inventarnummer;Inventarnummer;MAC;MAC;Modell\nI-1;I-2;000000000001;000000000002;M\n"
    seen = csv_file.parse(data, "x.csv")
    (row,) = seen.observations
    assert (row.inventory_no, row.fields["col:Inventarnummer (2)"], len(row.macs)) == ("I-1", "I-2", 2)
    (problem,) = seen.problems
    assert (problem.where, "über 2 Spalten" in problem.text, "„Inventarnummer (2)“" in problem.text) == ("Zeile 1", True, True)
    second = {"Inventarnummer": "", "Inventarnummer (2)": "inventory_no"}
    assert csv_file.parse(data, "x.csv", mapping=second).observations[0].inventory_no == "I-2"
    both = {"Inventarnummer": "inventory_no", "Inventarnummer (2)": "inventory_no"}
    (row,) = csv_file.parse(data, "x.csv", mapping=both).observations
    assert (row.inventory_no, row.fields["col:Inventarnummer (2)"]) == ("I-1", "I-2")


def test_cells_beyond_the_header_are_kept_and_said_once() -> None:
    seen = csv_file.parse(b"Inventarnr.;Modell\nI-1;M\nI-2;M;x\nI-3;M;;y\nI-4;M;;\n", "x.csv")
    assert seen.observations[2].fields == {"col:Spalte 4": "y"}
    (problem,) = seen.problems
    assert (problem.where, problem.text[:37]) == ("Zeile 3", "2 Zeilen haben mehr Zellen, als die K")


def test_separators_in_quotes_do_not_confuse() -> None:
    sheet = csv_table.read(b'Inventarnr.,Modell,Preis\nI-1,"a;b;c;d","1,5"\n')
    assert sheet.rows[1] == ["I-1", "a;b;c;d", "1,5"]
