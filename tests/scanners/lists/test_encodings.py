"""One-byte character sets are told apart by German words; what is undecidable is said."""

from __future__ import annotations

import pytest

from scanners.lists import csv_table, encodings

TEXTS = (
    "Gerät;Größe Möbel Straße",
    "Gerät",
    "Büro",
    "Straße",
    "Müller;Café;André",
    "BÜRGERBÜRO;GERÄT",
    "ÄRGER",
    "Küche",
    "Übergabe",
    "Ärztin;Öl",
    "Außenstelle Fußweg",
)
SETS = ("cp1252", "cp850", "cp437", "mac_roman")


@pytest.mark.parametrize("encoding", SETS)
@pytest.mark.parametrize("text", TEXTS)
def test_german_words_are_read_in_any_set(text: str, encoding: str) -> None:
    assert text.encode(encoding).decode(encodings.guess(text.encode(encoding)).encoding) == text


@pytest.mark.parametrize("text", ["20 °C; § 5; 100 €", "Bürgerbüro „Mitte“ – Süd", "Maße 20×30 m²", "René", "Citroën", "Preis €"])
def test_signs_of_windows_stay_windows(text: str) -> None:
    assert text.encode("cp1252").decode(encodings.guess(text.encode("cp1252")).encoding) == text


@pytest.mark.parametrize("encoding", SETS)
def test_a_list_of_any_system_has_its_headers_and_no_hint(encoding: str) -> None:
    sheet = csv_table.read("Gerät;Hersteller;Büro\nPC;Müßig;Küche\n".encode(encoding))
    assert sheet.rows == [["Gerät", "Hersteller", "Büro"], ["PC", "Müßig", "Küche"]]
    assert sheet.problems == ()


def test_what_is_undecidable_is_said_and_can_be_chosen() -> None:
    data = "Inventarnummer;Modell\nI-1;Citroën\n".encode("mac_roman")
    sheet = csv_table.read(data)
    assert "Zeichensatz ist nicht sicher" in sheet.problems[0].text
    chosen = csv_table.read(data, "mac_roman")
    assert (chosen.rows[1][1], chosen.problems) == ("Citroën", ())
