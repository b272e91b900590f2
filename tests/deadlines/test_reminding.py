"""Which reminder is due: pure, by day and step."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from service.deadlines.calendar import KINDS, Deadline
from service.deadlines.reminding import OWNERS, STEPS, due, owned

TODAY = date(2026, 11, 16)


def ends(days: int, kind: str = "certificate", ref: str = "x") -> Deadline:
    return Deadline(TODAY + timedelta(days=days), kind, "A", "/a", ref=ref)


@pytest.mark.parametrize(
    ("days", "step"), [(61, None), (60, 60), (31, 60), (30, 30), (14, 14), (8, 14), (7, 7), (1, 7), (0, 0), (-30, 0), (-31, None)]
)
def test_certificates_are_reminded_of_at_60_30_14_and_7_days_and_at_the_end(days: int, step: int | None) -> None:
    assert [x.step for x in due([ends(days)], TODAY)] == ([] if step is None else [step])


def test_after_a_long_stop_only_the_step_that_holds_now_is_made() -> None:
    assert [x.step for x in due([ends(5)], TODAY)] == [7]


def test_what_has_no_stable_name_is_not_reminded_of_and_each_date_once() -> None:
    assert due([ends(5, ref="")], TODAY) == ()
    assert len(due([ends(5), ends(5), ends(6)], TODAY)) == 2


def test_every_kind_of_date_has_steps_owners_and_a_word() -> None:
    assert set(STEPS) == set(OWNERS) == set(KINDS)
    assert all(list(steps) == sorted(steps, reverse=True) and steps[-1] == 0 for steps in STEPS.values())
    assert owned("certificate", {"isb"})
    assert not owned("notice", {"isb"})
    assert owned("notice", {"isb", "it_admin"})
