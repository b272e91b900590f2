"""Rows of a list that are no devices are named and not taken; a row with a mark of its own is always a device."""

from __future__ import annotations

import pytest

from scanners.observation import Collection
from scanners.sources import csv_file

HEAD = "Inv.-Nr;Art;Hersteller;Modell;Seriennummer;Raum;Anzahl\n"


def read(*lines: str, head: str = HEAD) -> Collection:
    return csv_file.parse((head + "\n".join(lines) + "\n").encode(), "liste.csv")


def said(found: Collection) -> str:
    return " | ".join(f"{one.where}: {one.text}" for one in found.problems)


@pytest.mark.parametrize(
    "line",
    [
        "Inv.-Nr;Art;Hersteller;Modell;Seriennummer;Raum;Anzahl",
        "Inv.-Nr.;art;Hersteller;Modell;Serien-Nr.;Raum;",
        "Stand: 14.03.2025, gez. Müller;;;;;;",
        "Stand 01/2025;;;;;;",
        "Stand vom;;;;;14.3.2025;",
        "gez. Müller;;;;;;",
        "Seite 2 von 5;;;;;;",
        "Gesamt: 14;;;;;;",
        "Summe;;;;;;",
        "Anzahl Geräte: 14;;;;;;",
        "14 Geräte insgesamt;;;;;;",
        "Druckdatum 3.4.2025;;;;;;",
        "*** ab hier Altgeräte 2019 ***;;;;;;",
        "----------;;;;;;",
        "Ende der Liste 2025;;;;;;",
    ],
)
def test_what_is_no_device_is_named_with_its_words(line: str) -> None:
    found = read("I-1;PC;Dell;OptiPlex;S1AAAA;EG 1;1", line, "I-2;PC;Dell;OptiPlex;S2BBBB;EG 2;1")
    assert [one.inventory_no for one in found.observations] == ["I-1", "I-2"]
    assert "Zeile 3: " in said(found)
    assert "kein Gerät" in said(found)


@pytest.mark.parametrize(
    "line",
    [
        "Stand 1;Monitor;LG;27UK;;Messe;1",
        "Seite 2;PC;;;SER12345;;",
        "Summe;PC;;;SER12345;;",
        "Ende;Drucker;HP;M404;;;",
        "I-9;Art;;;;;",
        "I-9;PC;Hersteller;;;;",
        "I-9;Standrechner;;;;Stand 2;",
        "I-9;;;;;Stand: Empfang;",
    ],
)
def test_a_row_with_a_mark_or_a_kind_of_its_own_is_a_device(line: str) -> None:
    assert len(read(line).observations) == 1


def test_a_list_on_its_side_is_read_by_columns() -> None:
    found = read("Gerät;PC;Drucker", "Seriennummer;AAAA1111;BBBB2222", "Raum;EG 1;OG 2", head="Inventarnummer;I-1;I-2\n")
    assert [(one.inventory_no, one.kind, one.serials, one.fields["room"]) for one in found.observations] == [
        ("I-1", "workstation", ("AAAA1111",), "EG 1"),
        ("I-2", "printer", ("BBBB2222",), "OG 2"),
    ]
    assert "liegt quer" in said(found)
    wrong = read("Kaufdatum;1.2.2020;gestern", "Gerät;PC;PC", head="Inventarnummer;I-1;I-2\n")
    assert wrong.observations[1].problems[0].where == "Gerät in Spalte C, Spalte Kaufdatum"


def test_a_list_that_stands_upright_is_not_turned() -> None:
    found = read("Monitor", "Drucker", "Modell", head="Gerät;Raum\n")
    assert [one.fields.get("label") for one in found.observations] == ["Monitor", "Drucker", "Modell"]


def test_twelve_pieces_without_marks_are_twelve_devices_and_said_so() -> None:
    found = read(";Monitor;Dell;U2419H;;OG;12", ";Headset;Jabra;Evolve;;OG;1")
    assert [one.model for one in found.observations] == ["U2419H"] * 12 + ["Evolve"]
    assert len({one.key for one in found.observations}) == 13
    assert "Zeile 2: Die Zeile zählt 12 Geräte ohne Inventar- und Seriennummer; aufgenommen sind 12 gleiche Geräte." in said(
        found
    )
    assert {tuple(sorted(one.fields)) for one in found.observations} == {("label", "room")}


def test_pieces_with_a_serial_number_each_are_told_apart_by_them() -> None:
    found = read(";Monitor;Dell;U2419H;AAAA1;;3".replace("AAAA1", '"AAAA1111; AAAA2222; AAAA3333"'))
    assert [one.serials for one in found.observations] == [("AAAA1111",), ("AAAA2222",), ("AAAA3333",)]


@pytest.mark.parametrize(
    ("line", "devices", "words"),
    [
        ("I-1;Monitor;Dell;U2419H;;OG;12", 1, "Die Anzahl ist 12, aufgenommen ist 1 Gerät"),
        (";Monitor;Dell;U2419H;;OG;9999", 1, "mehr als 500"),
        (";Monitor;Dell;U2419H;;OG;0", 0, "Die Anzahl ist 0"),
        (";Monitor;Dell;U2419H;;OG;2 Stk.", 2, "2 gleiche Geräte"),
    ],
)
def test_a_number_that_is_not_plainly_devices_is_said(line: str, devices: int, words: str) -> None:
    found = read(line)
    assert len(found.observations) == devices
    assert words in said(found)


def test_a_number_that_is_none_stays_as_it_was_written() -> None:
    (one,) = read(";Monitor;Dell;U2419H;;OG;einige").observations
    assert one.fields["col:Anzahl"] == "einige"
    assert "ist keine Anzahl" in one.problems[0].text


@pytest.mark.parametrize("note", ["verschrottet 2023", "entsorgt am 3.4.2024", "ausgemustert (März 2022)", "Verschrottet"])
def test_a_remark_that_tells_the_end_with_its_date_is_the_state(note: str) -> None:
    (one,) = read(f"I-1;{note}", head="Inv.-Nr;Bemerkung\n").observations
    assert one.fields["status"] in ("disposed", "retired")
    assert one.fields["note"] == note


@pytest.mark.parametrize("note", ["2023 nicht verschrottet", "soll entsorgt werden", "Netzteil entsorgt, Gerät läuft 2023"])
def test_another_remark_is_no_state(note: str) -> None:
    (one,) = read(f"I-1;{note}", head="Inv.-Nr;Bemerkung\n").observations
    assert "status" not in one.fields


def test_a_day_number_of_excel_is_its_date() -> None:
    (one,) = read("I-1;44927", head="Inv.-Nr;Kaufdatum\n").observations
    assert one.fields["purchase_date"] == "2023-01-01"


def test_other_spreadsheets_are_named_with_the_way_out() -> None:
    import io
    import zipfile

    from scanners.lists import table

    with pytest.raises(ValueError, match=r"alte Excel-Datei \(XLS\)\. Bitte in Excel als XLSX speichern"):
        table.read(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600))
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", "<x/>")
    with pytest.raises(ValueError, match=r"OpenDocument-Tabelle \(ODS\)\. Bitte in LibreOffice als XLSX speichern"):
        table.read(made.getvalue())
