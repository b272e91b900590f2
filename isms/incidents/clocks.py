"""Statutory clocks (gesetzliche Meldefristen): when a notice is due, and how a duty stands.

Pure. A clock starts when the town becomes aware, runs around the clock through weekends, holidays and the change of
time, and is never paused. Hours are counted as time that passes (UTC), months as in § 188 BGB: the same day and local
time of the next month, or its last day. Sources: GDPR Art. 33 and 34, Directive (EU) 2022/2555 Art. 23; `domain.md` 3.8.
The final report's month is counted from becoming aware, which is never later than from the notice.
"""

from __future__ import annotations

import calendar
import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from service.settings import BERLIN


class Duty(enum.StrEnum):
    """What may have to be told to whom; the value is what the database keeps."""

    AUTHORITY = "authority"
    """Art. 33 GDPR: the data protection authority (HBDI)."""
    PERSONS = "persons"
    """Art. 34 GDPR: the persons concerned (Benachrichtigung der Betroffenen)."""
    EARLY = "early"
    """NIS2: early warning (Frühwarnung)."""
    NOTICE = "notice"
    """NIS2: notice (Meldung)."""
    FINAL = "final"
    """NIS2: final report (Abschlussbericht)."""


HOURS: Final = {Duty.AUTHORITY: 72, Duty.EARLY: 24, Duty.NOTICE: 72}
MONTHS: Final = {Duty.FINAL: 1}
NIS2: Final = (Duty.EARLY, Duty.NOTICE, Duty.FINAL)
GDPR: Final = (Duty.AUTHORITY, Duty.PERSONS)
RULED_OUT: Final = "ruled_out"
"""`Decision.role` of a duty that fell away when the first assessment denied it, in time."""
TAKEN_BACK: Final = "taken_back"
"""`Decision.role` of who takes a duty away that had been affirmed or spoken of, or was over: needs a second one."""
ASKED_AGAIN: Final = "asked_again"
"""`Decision.role` of who brings a duty back: what was said before no longer counts."""


class Stand(enum.StrEnum):
    """How a duty stands."""

    RUNNING = "running"
    OVER = "over"
    """The time is over and nothing was sent."""
    MET = "met"
    LATE = "late"
    """Sent, but after the time was over."""
    WAIVED = "waived"
    """Decided: need not be told (nicht meldepflichtig)."""
    DROPPED = "dropped"
    """The assessment no longer gives rise to it (entfallen)."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What one person said about a duty: `notify` or not, and why; `role` as which they acted."""

    duty: Duty
    notify: bool
    reason: str
    by: str
    person: str
    """The account, to tell two people apart."""
    role: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Clock:
    """One duty: when it is due (None: without undue delay), what was decided, when it was sent."""

    duty: Duty
    due: datetime | None
    decision: Decision | None
    proposed: Decision | None
    """Said by one who may only prepare, and not yet confirmed."""
    sent: datetime | None
    dropped: Decision | None = None
    """Why the assessment took the duty away, and who did; None while it is asked."""

    def stand(self, now: datetime) -> Stand:
        """Running, over, met, late or waived at this moment."""
        if self.sent is not None:
            return Stand.LATE if self.due is not None and self.sent > self.due else Stand.MET
        if self.decision is not None and not self.decision.notify:
            return Stand.WAIVED
        if self.dropped is not None:
            return Stand.DROPPED
        return Stand.OVER if self.due is not None and now > self.due else Stand.RUNNING

    def left(self, now: datetime) -> timedelta | None:
        """Time until it is due, negative once it is over; None without a fixed time."""
        return None if self.due is None else self.due - now

    def running(self, now: datetime) -> bool:
        """Whether somebody still has to do something."""
        return self.stand(now) in (Stand.RUNNING, Stand.OVER)

    @property
    def settled(self) -> bool:
        """A decision is recorded, and where it says to notify, that was done; or the duty fell away with a reason."""
        return self.dropped is not None or (self.decision is not None and (not self.decision.notify or self.sent is not None))


def due(duty: Duty, aware: datetime) -> datetime | None:
    """When `duty` ends for who became aware then, in UTC; None: without undue delay, so no moment can be named.

    `aware` carries its zone; raises ValueError for a time without one.
    """
    if aware.tzinfo is None:
        raise ValueError("a clock needs a time with its zone")
    if duty in HOURS:
        return aware.astimezone(UTC) + timedelta(hours=HOURS[duty])
    return _months(aware, MONTHS[duty]) if duty in MONTHS else None


def duties(*, personal_data: bool | None, nis2: bool) -> tuple[Duty, ...]:
    """Which duties must be decided: those of the GDPR unless personal data are ruled out, NIS2's where flagged."""
    return (*(GDPR if personal_data is not False else ()), *(NIS2 if nis2 else ()))


def clocks(
    aware: datetime,
    asked: Iterable[Duty],
    said: Sequence[Decision],
    sent: Iterable[tuple[Duty, datetime]],
) -> tuple[Clock, ...]:
    """The clocks of an incident. `said` are all decisions, oldest first; the first thing sent for a duty counts.

    A duty that is no longer `asked` stays, where it fell away by a decision, was sent, or somebody spoke of it: then it
    goes on until the mayor or a second person says that nothing is told.
    """
    required = tuple(asked)
    first: dict[Duty, datetime] = {}
    for duty, at in sorted(sent, key=lambda one: one[1]):
        first.setdefault(duty, at)
    found = []
    for duty in Duty:
        about = [one for one in said if one.duty is duty]
        holds, prepared = decided([one for one in about if one.role != RULED_OUT])
        dropped = None if duty in required else next((one for one in reversed(about) if one.role == RULED_OUT), None)
        clock = Clock(duty, due(duty, aware), holds, prepared, first.get(duty), dropped)
        if duty in required or dropped or clock.sent or holds or prepared:
            found.append(clock)
    return tuple(found)


def decided(said: Sequence[Decision]) -> tuple[Decision | None, Decision | None]:
    """What holds, and what is only prepared. The mayor decides alone; others need a second one who says the same."""
    holds: Decision | None = None
    prepared: Decision | None = None
    for one in said:
        if one.role == ASKED_AGAIN:
            holds = prepared = None
            continue
        second = prepared is not None and prepared.person != one.person and prepared.notify is one.notify
        if one.role == "mayor" or second:
            holds, prepared = one, None
        else:
            prepared = one
    return holds, prepared


def _months(start: datetime, months: int) -> datetime:
    local = start.astimezone(BERLIN)
    index = local.month - 1 + months
    year, month = local.year + index // 12, index % 12 + 1
    day = min(local.day, calendar.monthrange(year, month)[1])
    return local.replace(year=year, month=month, day=day).astimezone(UTC)
