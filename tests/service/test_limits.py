"""What people type: days and reasons, and the sentence that each mistake gets."""

from __future__ import annotations

from datetime import date

import pytest

from service.errors import Wrong
from service.limits import REASON, check_reason, day_of, typed_day

TODAY = date(2026, 11, 16)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "ist kein Datum"),
        ("16.11.2026", "ist kein Datum"),
        ("1949-12-31", "kann nicht stimmen"),
        ("2077-01-01", "kann nicht"),
    ],
)
def test_a_day_that_cannot_be_meant_is_refused_at_its_field(typed: str, said: str) -> None:
    with pytest.raises(Wrong, match=said) as refused:
        typed_day(typed, TODAY, "Datum")
    assert refused.value.where == "Datum"
    assert refused.value.todo


def test_a_day_is_read_as_browsers_send_it() -> None:
    assert typed_day("2026-11-21", TODAY) == date(2026, 11, 21)
    assert day_of("2026-02-30") is None
    assert day_of(20261121) is None


def test_a_reason_has_words_and_an_end() -> None:
    check_reason("x" * REASON, "")
    for text, said in ((" ", "Warum?"), ("x" * (REASON + 1), "zu lang")):
        with pytest.raises(Wrong, match=said.replace("?", r"\?")) as refused:
            check_reason(text, "Warum?")
        assert refused.value.where == "Grund"
