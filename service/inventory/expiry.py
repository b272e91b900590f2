"""How long a certificate is still good, as lamps say it. Pure: the moment comes from the caller.

Reminders begin 60 days before the end (`domain.md` 2.14).
"""

from __future__ import annotations

import enum
from datetime import datetime, timedelta

STAGES = (60, 30, 14, 7, 0)
"""Days before the end at which people are reminded, ever more urgently."""
NOTICE = timedelta(days=STAGES[0])


class Expiry(enum.StrEnum):
    """State of a certificate at a moment."""

    EXPIRED = "expired"
    SOON = "soon"
    VALID = "valid"
    EARLY = "early"
    """Its time has not begun."""
    UNKNOWN = "unknown"


def expiry(not_before: datetime | None, not_after: datetime | None, now: datetime) -> Expiry:
    """Without an end nobody knows; the last second still counts."""
    if not_after is None:
        return Expiry.UNKNOWN
    if not_after < now:
        return Expiry.EXPIRED
    if not_before is not None and not_before > now:
        return Expiry.EARLY
    return Expiry.SOON if not_after - now <= NOTICE else Expiry.VALID


def days_left(not_after: datetime | None, now: datetime) -> int | None:
    """Whole days until the end, negative after it."""
    return None if not_after is None else (not_after - now).days


def stage(left: int) -> int:
    """The reminder that is due with so many whole days left: 60, 30, 14, 7 or 0; 61 before the first."""
    return min((days for days in STAGES if left <= days), default=STAGES[0] + 1)
