"""What people set by hand: values that cannot be are refused in German, forms change only what was changed in them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from service.errors import Wrong
from service.inventory import bulk, byhand, manual

TODAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("price", "9" * 30, "kann nicht stimmen"),
        ("price", "10000000,01", "kann nicht stimmen"),
        ("price", "-1", "kann nicht stimmen"),
        ("price", "NaN", "kein Betrag"),
        ("price", "Infinity", "kein Betrag"),
        ("price", "1,234", "zwei Stellen"),
        ("price", "1E-400", "zwei Stellen"),
        ("purchase_date", "1949-12-31", "01.01.1950 bis 21.11.2076"),
        ("warranty_until", "9999-01-01", "01.01.1950 bis 21.11.2076"),
        ("purchase_date", "gestern", "kein Datum"),
        ("room", "x" * 121, "Erlaubt sind 120 Zeichen"),
        ("name", "x" * 201, "Erlaubt sind 200 Zeichen"),
        ("note", "x" * 4001, "Erlaubt sind 4.000 Zeichen"),
        ("kind", "toaster", "gibt es nicht"),
        ("status", "kaputt", "gibt es nicht"),
        ("hostname", "böse name;drop", "weder Leerzeichen noch Komma noch Strichpunkt"),
        ("imei", "1234", "14 bis 16 Ziffern"),
        ("serial", "SER1; SER2", "ohne Strichpunkt"),
        ("macs", "x", "nicht von Hand"),
    ],
)
def test_what_cannot_be_is_refused(field: str, value: str, said: str) -> None:
    with pytest.raises(Wrong, match=said) as caught:
        manual.entered(field, value, TODAY)
    assert field == "macs" or field not in str(caught.value)


@pytest.mark.parametrize(
    ("field", "value", "kept"),
    [
        ("price", "1.234,56 €", "1234.56"),
        ("price", "1234.56", "1234.56"),
        ("price", "1.500", "1500"),
        ("price", "10.000.000", "10000000"),
        ("price", "1E3", "1000"),
        ("price", "2,000", "2.00"),
        ("price", "", ""),
        ("purchase_date", "20261116", "2026-11-16"),
        ("extended_support_until", "2076-11-21", "2076-11-21"),
        ("room", " 1.07 ", "1.07"),
        ("kind", "printer", "printer"),
        ("manufacturer", " Kyocera  Mita ", "Kyocera"),
        ("manufacturer", "hp", "HP"),
        ("serial", "S/N: AB 12", "AB 12"),
        ("imei", "35-693803-564380-9", "356938035643809"),
        ("hostname", "pc_01.stadt.example", "pc_01.stadt.example"),
        ("room", "–", ""),
    ],
)
def test_what_can_be_is_kept_as_sources_say_it(field: str, value: str, kept: str) -> None:
    assert manual.entered(field, value, TODAY) == kept


def test_a_form_changes_only_what_was_changed_in_it() -> None:
    change = manual.edit(
        {"room": "1", "unit": "A", "note": "x\ny", "name": "n"},
        {"room": "2", "unit": "A", "note": "x\r\ny", "name": "m"},
        {"room": "3", "unit": "B", "note": "x\ny", "name": "m"},
    )
    assert change.mine == ("room", "name")
    assert change.moved == ("room", "unit", "name")
    assert change.wanted == {"room": "2"}
    assert change.disputed == ("room",)


def test_a_value_that_no_input_can_show_does_not_count_as_changed() -> None:
    current = {"purchase_date": "irgendwann", "model": "a\n b"}
    change = manual.edit({"purchase_date": "", "model": "a b"}, {"purchase_date": "", "model": "a b"}, current)
    assert (change.mine, change.moved, change.wanted) == ((), (), {})


def test_a_warranty_that_ends_before_the_purchase_is_said_at_both_fields() -> None:
    days = {"purchase_date": "2029-01-01", "warranty_until": "2019-01-01"}
    assert set(manual.backwards(days)) == set(days)
    assert manual.backwards(days | {"warranty_until": "2029-01-01"}) == {}
    assert manual.backwards({"purchase_date": "2029-01-01", "warranty_until": ""}) == {}
    made, errors = byhand.collection({"kind": "monitor", "model": "P24", "status": "in_use", **days}, byhand.marks("", "1"), NOW)
    assert (made.observations, set(errors)) == ((), set(days))
    target = bulk.Target(UUID(int=1), "pc", "monitor", "in_use", UUID(int=2), {"purchase_date": "2026-03-01"})
    asked, errors = bulk.order(
        {"warranty_until": "2019-01-01", "to": "retired", "on": "2001-01-01", "reason": "alt"}, (), NOW.date()
    )
    (line,) = bulk.plan([target], asked)
    assert (errors, line.changes, set(line.left)) == ({}, {}, {"warranty_until", "status"})
