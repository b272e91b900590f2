"""Ten workbooks as awkward as those of real offices: every row is taken or named, and no cell gets lost."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from functools import cache

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from scanners.observation import Collection
from scanners.sources import xlsx


def book(**sheets: Callable[[Worksheet], None]) -> bytes:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for title, fill in sheets.items():
        fill(made.create_sheet(title))
    target = io.BytesIO()
    made.save(target)
    return target.getvalue()


def rows(*lines: list[object]) -> Callable[[Worksheet], None]:
    def fill(sheet: Worksheet) -> None:
        for line in lines:
            sheet.append(line)

    return fill


def letterhead(sheet: Worksheet) -> None:
    """A title, a line about the state, an empty line, the list, a sum and a signature."""
    sheet["A1"] = "Stadt Musterstadt – Geräteliste"
    sheet.merge_cells("A1:D1")
    sheet["A2"] = "Stand:"
    sheet["B2"] = date(2026, 3, 1)
    for line in (
        [],
        ["Inv.-\nNr.", "Bezeichnung ", "Serien-Nr", "Preis (EUR)"],
        ["I-1", "Laptop", "PF1AAAA1", "1.234,- €"],
        ["I-2", "Drucker", "VXZ0000002", 321.5],
        ["Summe", None, None, "=SUM(D5:D6)"],
        ["geprüft: IT"],
    ):
        sheet.append(line)


def buildings(name: str, number: int) -> Callable[[Worksheet], None]:
    return rows(["Inventarnummer", "Gerät", "Hersteller", "Modell"], [f"{name}-{number}", "PC", "Fujitsu", "P758"])


def other_order(sheet: Worksheet) -> None:
    for line in (
        ["Feuerwehr"],
        ["Gerät", "Inventarnummer", "Modell", "Hersteller", "Raum"],
        ["Laptop", "FW-1", "L14", "Lenovo", "Florianstube"],
    ):
        sheet.append(line)


def merged_down(sheet: Worksheet) -> None:
    for line in (
        ["Standort", "Inventarnummer", "Gerät"],
        ["Rathaus", "I-1", "PC"],
        [None, "I-2", "PC"],
        [None, "I-3", "Monitor"],
        ["Bauhof", "I-4", "PC"],
    ):
        sheet.append(line)
    sheet.merge_cells("A2:A4")


def two_heads(sheet: Worksheet) -> None:
    for line in (
        ["Inventarnummer", "Gerät", "Netzwerk", None, "Kauf", None],
        [None, None, "IP-Adresse", "MAC-Adresse", "Datum", "Preis"],
        ["I-1", "PC", "10.1.2.3", "54:E1:AD:00:00:01", "Mai 2019", "ca. 300"],
    ):
        sheet.append(line)
    for area in ("A1:A2", "B1:B2", "C1:D1", "E1:F1"):
        sheet.merge_cells(area)


def zeros(sheet: Worksheet) -> None:
    for line in (["Inventarnummer", "Gerät", "Seriennummer"], [42, "PC", "AAAA1111"], [4711, "PC", "1,23457E+14"]):
        sheet.append(line)
    for cell in ("A2", "A3"):
        sheet[cell].number_format = "000000"


def sections(sheet: Worksheet) -> None:
    for line in (
        ["Inventarnummer", "Gerät", "Raum"],
        ["Erdgeschoss"],
        ["I-1", "PC", "EG 1"],
        [],
        ["Obergeschoss"],
        ["I-2", "PC", "OG 2"],
        ["I-2", "PC", "OG 2"],
    ):
        sheet.append(line)


def broken_cells(sheet: Worksheet) -> None:
    for line in (
        ["Inventarnummer", "Hostname", "IP-Adresse", "Kaufdatum", "Preis"],
        ["I-1", "#NV", "10.1.2.300", "31.02.2020", "auf Anfrage"],
        ["I-2", "pc-2", "10.1.2.4 / 10.1.2.5", "2020", "1.000,00"],
        ["I-3", "-", "DHCP", "k.A.", "–"],
    ):
        sheet.append(line)


def side_by_side(sheet: Worksheet) -> None:
    for line in (
        ["Inventarnummer", "Gerät", None, "Legende", "Bedeutung"],
        ["I-1", "PC", None, "A", "Altgerät"],
        ["I-2", "PC", None, "N", "Neugerät"],
        [None, None, None, "R", "Reserve"],
    ):
        sheet.append(line)


def doubled(sheet: Worksheet) -> None:
    for line in (
        ["Inventarnummer", "Gerät", "Seriennummer", "Seriennummer"],
        ["I-1", "PC", "AAAA1111", "MON-1"],
        ["I-2", "PC", "AAAA2222", None, "Rest"],
    ):
        sheet.append(line)


def formatted_far(sheet: Worksheet) -> None:
    sheet.append(["Inventarnummer", "Gerät"])
    sheet.append(["I-1", "PC"])
    sheet["A900"] = "I-900"
    sheet["B900"] = " PC "


@cache
def read(data: bytes) -> Collection:
    here, apart = xlsx.parse(data, "liste.xlsx"), xlsx.parse_upload(data, "liste.xlsx")
    assert here == apart
    return here


AWKWARD: dict[str, tuple[bytes, list[str], list[str]]] = {
    "letterhead": (book(Liste=letterhead), ["I-1", "I-2"], ["Summe", "geprüft"]),
    "a sheet for every building": (
        book(
            Rathaus=buildings("R", 1),
            Bauhof=buildings("B", 2),
            Feuerwehr=other_order,
            Urlaub=rows(["Name", "Tage"], ["Muster", 30]),
        ),
        ["R-1", "B-2", "FW-1"],
        ["Tabellenblatt Urlaub"],
    ),
    "merged downwards": (book(Liste=merged_down), ["I-1", "I-2", "I-3", "I-4"], []),
    "two lines of headers": (book(Liste=two_heads), ["I-1"], ["Mai 2019", "ca. 300"]),
    "zeros in front and shortened numbers": (book(Liste=zeros), ["000042", "004711"], ["gekürzte Zahl"]),
    "sections": (book(Liste=sections), ["I-1", "I-2", "I-2"], ["Erdgeschoss", "Obergeschoss"]),
    "broken cells": (
        book(Liste=broken_cells),
        ["I-1", "I-2", "I-3"],
        ["10.1.2.300", "31.02.2020", "auf Anfrage", "2020", "DHCP"],
    ),
    "a legend beside the list": (book(Liste=side_by_side), ["I-1", "I-2"], ["Reserve"]),
    "doubled header and a cell too many": (book(Liste=doubled), ["I-1", "I-2"], ["Seriennummer", "mehr Zellen"]),
    "a row far below": (book(Liste=formatted_far), ["I-1", "I-900"], []),
}


@pytest.mark.parametrize("name", AWKWARD)
def test_every_row_of_an_awkward_workbook_is_taken_or_named(name: str) -> None:
    data, taken, named = AWKWARD[name]
    found = read(data)
    assert [one.inventory_no for one in found.observations] == taken
    said = " | ".join(
        f"{one.where} {one.text}" for one in (*found.problems, *(p for o in found.observations for p in o.problems))
    )
    assert [word for word in named if word not in said] == []


@pytest.mark.parametrize("name", AWKWARD)
def test_no_cell_of_an_awkward_workbook_gets_lost(name: str) -> None:
    """Whatever stands in a row that became a device stands in its record, read or as it was."""
    data, _taken, _named = AWKWARD[name]
    sheets = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    found = read(data)
    kept = " | ".join(
        " ".join((str(one), *(f"{problem.where} {problem.text}" for problem in one.problems))) for one in found.observations
    ) + " | ".join(f"{problem.where} {problem.text}" for problem in found.problems)
    lost = [
        cell.value
        for sheet in sheets.worksheets
        if f"Tabellenblatt {sheet.title}" not in kept
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, str)
        and "€" not in cell.value  # read as a number
        and cell.row > 4
        and cell.value.strip() not in ("-", "–", "k.A.", "#NV")
        and cell.value.strip() not in kept
    ]
    assert lost == []


def test_rows_of_several_sheets_say_where_they_stand() -> None:
    found = read(AWKWARD["a sheet for every building"][0])
    assert [one.key for one in found.observations] == ["row:1", "row:2", "row:3"]
    assert [one.fields["col:Tabellenblatt"] for one in found.observations] == ["Rathaus", "Bauhof", "Feuerwehr"]
    fire = found.observations[2]
    assert (fire.kind, fire.vendor, fire.model, fire.fields["room"]) == ("notebook", "Lenovo", "L14", "Florianstube")


def test_a_person_may_map_the_sheet_to_the_site() -> None:
    found = xlsx.parse(AWKWARD["a sheet for every building"][0], "x.xlsx", mapping={"Tabellenblatt": "site"})
    assert [one.fields["site"] for one in found.observations] == ["Rathaus", "Bauhof", "Feuerwehr"]


def test_a_value_merged_downwards_holds_for_all_its_rows() -> None:
    found = read(AWKWARD["merged downwards"][0])
    assert [one.fields["site"] for one in found.observations] == ["Rathaus", "Rathaus", "Rathaus", "Bauhof"]


def test_a_problem_in_the_second_sheet_names_that_sheet() -> None:
    bad = rows(["Inventarnummer", "Gerät", "Kaufdatum"], ["B-1", "PC", "gestern"])
    found = read(book(Rathaus=rows(["Inventarnummer", "Gerät", "Kaufdatum"], ["R-1", "PC", "1.2.2020"]), Bauhof=bad))
    (problem,) = found.observations[1].problems
    assert problem.where == "Blatt Bauhof, Zeile 2, Spalte Kaufdatum"
