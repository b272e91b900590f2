"""The life cycle as rules: what may follow what, and what a step must say."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime

import pytest

from service.errors import Wrong
from service.inventory import labels, lifecycle
from service.inventory.asset import Status
from service.inventory.lifecycle import NEXT, Step, Wish

TODAY = date(2026, 11, 21)
PATH = ("planned", "ordered", "in_stock", "in_use", "retired", "disposed")


def test_the_whole_life_is_one_path_and_every_state_has_a_word() -> None:
    assert all(after in NEXT[Status(before)] for before, after in itertools.pairwise(PATH))
    assert set(NEXT) == set(Status) == set(labels.STATUS)
    assert all(Status.NEW not in after for after in NEXT.values())  # nobody decides that a device is unknown


def test_a_disposed_device_only_comes_back_as_retired() -> None:
    assert lifecycle.following("disposed") == (Status.RETIRED,)
    assert lifecycle.following("unsinn") == ()


@pytest.mark.parametrize(
    ("kind", "status", "to", "proof", "why"),
    [
        ("notebook", "in_use", "retired", "", ""),
        ("notebook", "in_use", "disposed", "Protokoll 7", "kann nicht von „im Einsatz“ zu „entsorgt“ wechseln"),
        ("notebook", "retired", "disposed", " ", "braucht für „entsorgt“ einen Nachweis der Datenlöschung"),
        ("notebook", "retired", "disposed", "Protokoll 7", ""),
        ("unknown", "retired", "disposed", "", "braucht für „entsorgt“ einen Nachweis der Datenlöschung"),
        ("monitor", "retired", "disposed", "", ""),
        ("monitor", "in_use", "in_use", "", "ist schon „im Einsatz“"),
    ],
)
def test_a_step_is_refused_in_words(kind: str, status: str, to: str, proof: str, why: str) -> None:
    assert lifecycle.refused(kind, status, to, proof) == why


@pytest.mark.parametrize(
    ("wish", "where"),
    [
        (Wish("broken", "2026-11-20", "x"), "Zustand"),
        (Wish("new", "2026-11-20", "x"), "Zustand"),
        (Wish("retired", "2026-11-20", "  "), "Grund"),
        (Wish("retired", "2026-11-20", "x" * 501), "Grund"),
        (Wish("retired", "gestern", "x"), "Datum"),
        (Wish("retired", "2026-11-22", "x"), "Datum"),
        (Wish("retired", "0026-11-20", "x"), "Datum"),
        (Wish("retired", "2026-11-20", "x", "p" * 501), "Nachweis der Datenlöschung"),
    ],
)
def test_a_mistake_names_its_field(wish: Wish, where: str) -> None:
    with pytest.raises(Wrong) as wrong:
        lifecycle.checked(wish, TODAY)
    assert wrong.value.where == where


def test_a_step_is_not_before_the_last_one() -> None:
    last = Step("in_use", date(2026, 11, 10), "ausgegeben", "", "Kim", datetime(2026, 11, 12, tzinfo=UTC))
    assert lifecycle.checked(Wish("retired", "2026-11-10", "defekt"), TODAY) == date(2026, 11, 10)
    assert lifecycle.too_early("retired", date(2026, 11, 10), last) == ""
    assert lifecycle.too_early("retired", date(2026, 11, 9), last) == "war noch am 10.11.2026 „im Einsatz“"


def test_nobody_loses_what_is_not_bought_yet() -> None:
    bought = date(2026, 3, 1)
    assert lifecycle.too_early("retired", date(2001, 1, 1), None, bought) == "wurde erst am 01.03.2026 gekauft"
    assert lifecycle.too_early("retired", bought, None, bought) == ""
    assert lifecycle.too_early("ordered", date(2026, 2, 1), None, bought) == ""
