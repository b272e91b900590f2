"""Terms of contracts: the last day to give notice, renewal, what a warranty covers."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.contracts.terms import Contract, add_months, latest_notice

TODAY = date(2026, 11, 16)


def contract(**told: Any) -> Contract:
    return Contract(uuid4(), told.pop("kind", "maintenance"), "Wartung", **told)


@pytest.mark.parametrize(
    ("ends", "count", "unit", "notice"),
    [
        (date(2026, 12, 31), 3, "month", date(2026, 9, 30)),
        (date(2026, 12, 31), 6, "week", date(2026, 11, 19)),
        (date(2026, 12, 31), 14, "day", date(2026, 12, 17)),
        (date(2027, 6, 15), 1, "month", date(2027, 5, 15)),
        (date(2027, 3, 30), 1, "month", date(2027, 2, 28)),
        (date(2027, 2, 28), 3, "month", date(2026, 11, 30)),
        (date(2028, 2, 29), 3, "month", date(2027, 11, 30)),
        (date(2026, 12, 31), 0, "month", date(2026, 12, 31)),
    ],
)
def test_the_last_day_to_give_notice(ends: date, count: int, unit: str, notice: date) -> None:
    assert latest_notice(ends, count, unit) == notice


@given(st.dates(date(2020, 1, 1), date(2040, 12, 31)), st.integers(0, 24))
def test_from_the_last_day_the_whole_period_fits_and_from_the_next_day_it_does_not(ends: date, months: int) -> None:
    day = latest_notice(ends, months, "month")
    assert add_months(day, months) <= ends
    assert add_months(day + timedelta(days=1), months) > ends


def test_a_contract_that_ends_by_itself_needs_no_notice() -> None:
    one = contract(ends_on=date(2027, 3, 31), notice_count=3)
    assert (one.notice_by(TODAY), one.last_day(), one.state(TODAY)) == (None, date(2027, 3, 31), "running")
    assert one.state(date(2027, 4, 1)) == "ended"


def test_whoever_misses_the_notice_has_the_contract_for_another_term() -> None:
    one = contract(ends_on=date(2025, 12, 31), notice_count=3, renews_months=12)
    assert one.notice_by(date(2025, 9, 30)) == date(2025, 9, 30)
    assert one.notice_by(TODAY) == date(2027, 9, 30)
    assert one.term_ends(TODAY) == date(2026, 12, 31)
    assert one.last_day() is None


def test_the_end_of_a_month_stays_the_end_of_a_month() -> None:
    one = contract(ends_on=date(2026, 6, 30), renews_months=6)
    assert one.term_ends(date(2026, 7, 1)) == date(2026, 12, 31)
    assert one.term_ends(date(2027, 1, 1)) == date(2027, 6, 30)


@pytest.mark.parametrize(("day", "last"), [(date(2026, 9, 30), date(2026, 12, 31)), (date(2026, 10, 1), date(2027, 12, 31))])
def test_notice_in_time_ends_this_term_and_notice_too_late_the_next(day: date, last: date) -> None:
    one = contract(ends_on=date(2026, 12, 31), notice_count=3, renews_months=12, cancelled_on=day)
    assert (one.last_day(), one.notice_by(TODAY), one.state(TODAY)) == (last, None, "cancelled")


def test_a_contract_without_end_stops_a_period_after_the_notice() -> None:
    assert contract(notice_count=4, notice_unit="week").state(TODAY) == "open"
    one = contract(notice_count=4, notice_unit="week", cancelled_on=date(2026, 11, 2))
    assert one.last_day() == date(2026, 11, 30)


def test_all_notices_of_a_window_are_named() -> None:
    one = contract(ends_on=date(2026, 12, 31), notice_count=1, renews_months=6)
    found = one.notices(date(2026, 10, 17), date(2027, 12, 31))
    assert found == (date(2026, 11, 30), date(2027, 5, 31), date(2027, 11, 30))


def test_a_contract_that_has_not_begun_says_so() -> None:
    assert contract(starts_on=TODAY + timedelta(days=1)).state(TODAY) == "future"


def test_only_a_warranty_covers_devices() -> None:
    assert contract(ends_on=date(2028, 1, 31)).covered_until(TODAY) is None
    assert contract(kind="warranty", ends_on=date(2028, 1, 31)).covered_until(TODAY) == date(2028, 1, 31)
