"""Headers, words and cells as the towns' clerks write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanners import makers, text
from scanners.lists import cells, columns, kinds
from scanners.lists.formulas import guard, unguard
from scanners.observation import KINDS


def fields(*headers: str, mapping: dict[str, str] | None = None) -> dict[str, str]:
    return {headers[column]: field for column, field in columns.assign(headers, mapping).items()}


def test_headers_are_known_in_german_and_english_whatever_their_spelling() -> None:
    assert fields("Inv.-Nr.", "SERIENNUMMER", "Gerätetyp", "Kaufdatum", "garantie bis") == {
        "Inv.-Nr.": "inventory_no",
        "SERIENNUMMER": "serial",
        "Gerätetyp": "kind",
        "Kaufdatum": "purchase_date",
        "garantie bis": "warranty_until",
    }
    assert fields("Serial Number", "Manufacturer", "Purchase Date") == {
        "Serial Number": "serial",
        "Manufacturer": "vendor",
        "Purchase Date": "purchase_date",
    }


def test_typ_is_the_model_unless_there_is_one_already() -> None:
    assert fields("Bezeichnung", "Hersteller", "Typ") == {"Bezeichnung": "kind", "Hersteller": "vendor", "Typ": "model"}
    assert fields("Typ", "Modell") == {"Typ": "kind", "Modell": "model"}


def test_several_columns_may_hold_macs() -> None:
    assert fields("MAC LAN", "MAC WLAN", "Name") == {"MAC LAN": "mac", "MAC WLAN": "mac", "Name": "hostname"}


def test_a_person_s_mapping_goes_first() -> None:
    assert fields("Typ", "Nummer", "Name", mapping={"Nummer": "inventory_no", "Name": "", "Typ": "kind"}) == {
        "Typ": "kind",
        "Nummer": "inventory_no",
    }


def test_a_mapping_to_a_field_that_does_not_exist_is_refused_with_the_choice() -> None:
    with pytest.raises(ValueError, match=r"Unbekanntes Zielfeld farbe.*inventory_no"):
        fields("Typ", mapping={"Typ": "farbe"})


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("Notbook", "notebook"),
        ("Druker", "printer"),
        ("Multifunktionsgerät", "printer"),
        ("USV", "ups"),
        ("virtueller Server", "vm"),
        ("ESXi-Host", "hypervisor"),
        ("Notebook 14 Zoll", "notebook"),
        ("Kyocera Laserdrucker", "printer"),
        ("WLAN-AP", "access_point"),
        ("Monitore", "monitor"),
        ("PC", "workstation"),
        ("iLO", "management_controller"),
        ("Wandtafel", None),
        ("", None),
    ],
)
def test_words_for_kinds(word: str, kind: str | None) -> None:
    assert kinds.kind(word) == kind


def test_all_words_lead_to_kinds_and_states_that_exist() -> None:
    assert set(kinds.WORDS) <= KINDS
    assert set(kinds.STATES) == {"new", "planned", "ordered", "in_stock", "in_use", "lent", "missing", "retired", "disposed"}


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("28.04.2022", "2022-04-28"),
        ("1.2.21", "2021-02-01"),
        ("1.2.99", "1999-02-01"),
        ("2022-04-28", "2022-04-28"),
        ("28/04/2022", "2022-04-28"),
    ],
)
def test_german_dates(said: str, day: str) -> None:
    assert cells.day(said) == day


@pytest.mark.parametrize("said", ["31.02.2023", "2022", "April 2022", "04/28/2022", "1.1.1899", "heute"])
def test_what_is_no_full_date_is_not_guessed(said: str) -> None:
    with pytest.raises(ValueError, match=r"Datum|Kalender|außerhalb"):
        cells.day(said)


@pytest.mark.parametrize(
    ("said", "amount"),
    [
        ("1.234,56 €", "1234.56"),
        ("1234,5", "1234.5"),
        ("1,234.56", "1234.56"),
        ("1.234", "1234"),
        ("12.5", "12.5"),
        ("EUR 99,00", "99.00"),
        ("1.234.567,00", "1234567.00"),
        ("899,-", "899"),
        ("0,99", "0.99"),
        ("2219.5", "2219.5"),
    ],
)
def test_german_amounts(said: str, amount: str) -> None:
    assert cells.price(said) == amount


@pytest.mark.parametrize("said", ["viel", "-5", "12 Stück", "1,2,3.4.5x", "€"])
def test_what_is_no_amount_is_not_guessed(said: str) -> None:
    with pytest.raises(ValueError, match="Betrag"):
        cells.price(said)


@pytest.mark.parametrize(
    "said", ["48:2A:E3:4C:6A:83", "48-2a-e3-4c-6a-83", "482a.e34c.6a83", "482AE34C6A83", " 48:2a:e3:4c:6a:83"]
)
def test_a_mac_in_five_spellings_is_one(said: str) -> None:
    assert cells.macs(said) == ["48:2a:e3:4c:6a:83"]


@pytest.mark.parametrize("said", ["48:2a:e3:4c:6a", "00:00:00:00:00:00", "WLAN", "48:2a:e3:4c:6a:8g", "482AE34C6A8300"])
def test_what_is_no_mac_is_refused(said: str) -> None:
    with pytest.raises(ValueError, match="MAC"):
        cells.macs(said)


def test_a_cell_may_hold_several_addresses() -> None:
    assert cells.macs("48:2a:e3:4c:6a:83, 00-50-56-00-00-01") == ["48:2a:e3:4c:6a:83", "00:50:56:00:00:01"]
    assert cells.ips("10.0.0.1/24; fd00::0001") == ["10.0.0.1", "fd00::1"]


@pytest.mark.parametrize(
    ("said", "pair"),
    [
        ("Cisco Systems WS-C2960X-48TS-L", ("Cisco", "WS-C2960X-48TS-L")),
        ("HPE Aruba 2930F 48G", ("Aruba", "2930F 48G")),
        ("Dell Inc. Latitude 5420", ("Dell", "Latitude 5420")),
        ("LANCOM Systems GmbH 1781VA", ("LANCOM", "1781VA")),
        ("ECOSYS M5526cdw", (None, "ECOSYS M5526cdw")),
        ("hp LaserJet", ("HP", "LaserJet")),
        ("hpx 12", (None, "hpx 12")),
        ("Brother", ("Brother", None)),
    ],
)
def test_maker_and_model_in_one_column(said: str, pair: tuple[str | None, str | None]) -> None:
    assert makers.split(said) == pair


def test_makers_are_written_our_way_and_unknown_ones_as_they_are() -> None:
    assert makers.canonical("Fujitsu Technology Solutions GmbH") == "Fujitsu"
    assert makers.canonical("HEWLETT-PACKARD") == "HP"
    assert makers.canonical("Müßigmann & Söhne") == "Müßigmann & Söhne"
    assert makers.canonical("") is None
    assert makers.of_card("Intel Corporate") is None


def test_a_serial_loses_the_words_before_it() -> None:
    assert [text.serial(said) for said in ("S/N: ABC123", "SN:ABC123", " ABC123 ", "SNR: ABC123", "S/N ABC123", "")] == [
        "ABC123"
    ] * 5 + [None]


@given(st.text())
def test_s20_guard_and_unguard_are_the_identity(said: str) -> None:
    assert unguard(guard(said)) == said


@pytest.mark.parametrize("said", ["=1+1", "+49 6062", "-1", "@x", "\tx", "\rx", "\nx", "＝1", "＋1", "－1", "＠x", "'=1"])
def test_s20_no_cell_of_an_export_can_begin_a_formula(said: str) -> None:
    assert guard(said) == f"'{said}"


@given(st.text())
def test_cleaned_text_holds_no_character_that_moves_or_turns(said: str) -> None:
    cleaned = text.clean(said)
    assert not set(cleaned) & set("\x00\x07\x1b\x7f\x9b\u202e\u2066\u200f\ufeff\r")
    assert len(cleaned.encode("utf-8", "replace")) <= text.LIMIT


def test_bytes_that_nmap_escaped_become_text_again() -> None:
    assert text.unescape("l\\xC3\\xA4ngs") == "längs"
    assert text.unescape("FS01\\x00") == "FS01"
    assert text.unescape("\\xE4") == "ä"


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("iPad Ständer", "other"),
        ("Ständer für iPad", "other"),
        ("iPad-Hülle", "other"),
        ("Monitorhalterung", "other"),
        ("Netzteil Notebook Lenovo 65 W", "other"),
        ("HDMI-Kabel", "other"),
        ("Notebooktaschen", "other"),
        ("Notebook mit Netzteil", "notebook"),
        ("Laptop inkl. Tasche", "notebook"),
        ("iPad + Hülle", "tablet"),
        ("Monitor (Ständer höhenverstellbar)", "monitor"),
        ("Netzwerkswitch", "switch"),
    ],
)
def test_what_belongs_to_a_device_is_not_that_device(word: str, kind: str) -> None:
    assert kinds.kind(word) == kind
