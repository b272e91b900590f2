"""Terms of a contract: when it ends, by when notice must be given, what it covers. Pure: the day comes from the caller.

A notice period counts back from the last day of the term by the rule of § 188 BGB: the last day to give notice is the
latest one from which the whole period still fits. The text of the contract comes first.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

WARRANTY: Final = "warranty"
"""Kind of contract that lengthens what the maker promises for a device."""
SOON: Final = timedelta(days=60)
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Contract:
    """A contract as its form knows it; `ends_on` is the last day of the first term, None without end. Money in cents."""

    id: UUID
    kind: str
    title: str
    partner: str = ""
    number: str = ""
    line: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    notice_count: int | None = None
    notice_unit: str = "month"
    renews_months: int | None = None
    cancelled_on: date | None = None
    cost_yearly: int | None = None
    responsible: str = ""
    note: str = ""
    technology: str = ""
    """Of a line: a key of `words.TECHNOLOGIES`."""
    down_mbit: int | None = None
    up_mbit: int | None = None
    version: int = 0

    def last_day(self) -> date | None:
        """The last day of all; None while it goes on by itself or has no end."""
        if self.cancelled_on is None:
            return None if self.renews_months else self.ends_on
        if self.ends_on is None:
            return _after(self.cancelled_on, self.notice_count or 0, self.notice_unit)
        return next(ends for ends in _terms(self) if not self.renews_months or self._notice(ends) >= self.cancelled_on)

    def term_ends(self, today: date) -> date | None:
        """The last day of the term that runs, or of the last one; None without end."""
        if (last := self.last_day()) is not None or self.ends_on is None:
            return last
        return next(ends for ends in _terms(self) if ends >= today)

    def notice_by(self, today: date) -> date | None:
        """The next last day to give notice; None where the contract ends anyway, has no end or is cancelled."""
        if self.ends_on is None or not self.renews_months or self.cancelled_on:
            return None
        return next(day for ends in _terms(self) if (day := self._notice(ends)) >= today)

    def notices(self, first: date, last: date) -> tuple[date, ...]:
        """All last days to give notice from `first` to `last`."""
        found: list[date] = []
        day = self.notice_by(first)
        while day is not None and day <= last:
            found.append(day)
            day = self.notice_by(day + _DAY)
        return tuple(found)

    def covered_until(self, today: date) -> date | None:
        """Until when a contract on warranty covers its devices; None for other kinds and where nobody knows."""
        return self.term_ends(today) if self.kind == WARRANTY else None

    def state(self, today: date) -> str:
        """One of `future running open cancelled ended`; `open`: without end."""
        last = self.last_day()
        if last is not None and last < today:
            return "ended"
        if self.starts_on and self.starts_on > today:
            return "future"
        if self.cancelled_on:
            return "cancelled"
        return "open" if self.ends_on is None else "running"

    def _notice(self, ends: date) -> date:
        return latest_notice(ends, self.notice_count or 0, self.notice_unit)


def matches(item: Contract, text: str) -> bool:
    """Whether a search means this contract."""
    return text.casefold() in f"{item.title} {item.partner} {item.number} {item.line} {item.responsible}".casefold()


def _terms(contract: Contract) -> Iterator[date]:
    """The last days of one term after another; of one term only where it does not go on by itself."""
    assert contract.ends_on is not None
    number = 0
    while number == 0 or contract.renews_months:
        # By the first day of the next term, so that the end of a month stays the end of a month.
        yield add_months(contract.ends_on + _DAY, number * (contract.renews_months or 0)) - _DAY
        number += 1


def add_months(day: date, months: int) -> date:
    """The same day some months on (or back); the last of the month where there is no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _after(day: date, count: int, unit: str) -> date:
    return add_months(day, count) if unit == "month" else day + timedelta(days=count * (7 if unit == "week" else 1))


def latest_notice(ends: date, count: int, unit: str) -> date:
    """The latest day from which `count` days, weeks or months still fit before the end of the day `ends`."""
    if unit != "month":
        return _after(ends, -count, unit)
    day = add_months(ends, -count)
    while add_months(day + _DAY, count) <= ends:
        day += _DAY
    return day
