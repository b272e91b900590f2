"""Quarters as needs name them: `2027-Q1`, which also sorts. Pure."""

from __future__ import annotations

import re
from datetime import date

_QUARTER = re.compile(r"20\d\d-Q[1-4]")


def quarter_of(day: date) -> str:
    """The quarter of a day."""
    return f"{day.year}-Q{(day.month + 2) // 3}"


def valid(text: str) -> bool:
    """Whether it is written as quarters are."""
    return bool(_QUARTER.fullmatch(text))


def following(day: date, number: int) -> tuple[str, ...]:
    """The quarter of the day and those after it."""
    first = day.year * 4 + (day.month - 1) // 3
    return tuple(f"{at // 4}-Q{at % 4 + 1}" for at in range(first, first + number))


def shown(quarter: str) -> str:
    """„1/2027“, as budgets write it."""
    year, number = quarter.split("-Q")
    return f"{number}/{year}"
