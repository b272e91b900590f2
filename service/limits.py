"""What people enter: days and reasons, how long a text and how far away a day may be; beyond it is a slip of the hand. Pure."""

from __future__ import annotations

from datetime import date
from typing import Final

from service.errors import Wrong
from service.i18n import format_date, format_number
from service.i18n import gettext as _

TITLE: Final = 300
"""Characters of a title."""
TEXT: Final = 4000
"""Characters of any other text."""
REASON: Final = 500
"""Characters of a reason."""
EARLIEST: Final = date(1950, 1, 1)
"""No device, decision or plan is older."""
YEARS: Final = 50
"""Years from today that a plan may reach."""


def latest(today: date) -> date:
    """The last day that may be entered."""
    return date(today.year + YEARS, today.month, min(today.day, 28))


def check_day(value: date, today: date, where: str = "") -> None:
    """Raises `Wrong` for a day before `EARLIEST` or more than `YEARS` years ahead."""
    if not EARLIEST <= value <= latest(today):
        raise Wrong(
            _("Dieses Datum kann nicht stimmen."),
            where,
            _("Erlaubt ist %(first)s bis %(last)s.", first=format_date(EARLIEST), last=format_date(latest(today))),
        )


def day_of(text: object) -> date | None:
    """The day that a text names, as `2026-11-16`; None where it names none."""
    try:
        return date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None


def typed_day(text: str, today: date, where: str = "") -> date:
    """The day that a person typed. Raises `Wrong` for what is none, and as `check_day`."""
    day = day_of(text)
    if day is None:
        raise Wrong(_("„%(text)s“ ist kein Datum.", text=text[:40]), where, _("Schreiben Sie es wie 2026-11-16."))
    check_day(day, today, where)
    return day


def check_reason(text: str, missing: str, todo: str = "") -> None:
    """Raises `Wrong` for a reason that is too long, or not there: `missing` says so, `todo` what to do."""
    where = _("Grund")
    if not text.strip():
        raise Wrong(missing, where, todo)
    check_text(text, where, REASON)


def check_text(value: str, where: str = "", most: int = TEXT) -> None:
    """Raises `Wrong` for a text of more than `most` characters."""
    if len(value) > most:
        raise Wrong(
            _("Der Text ist zu lang: %(n)s Zeichen.", n=format_number(len(value))),
            where,
            _("Erlaubt sind %(n)s Zeichen.", n=format_number(most)),
        )
