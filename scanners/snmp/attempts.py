"""Which credentials a device may still be asked with: safely, without locking anything out.

Pure. A device is asked first with what worked last time, then encrypted before clear text. A user that it refused
is left alone for a long time, and nobody fails at one device more than a few times a day: agents count failures,
raise alarms and block whoever guesses.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from scanners.snmp.client import Community, Credential

FAILURES_A_DAY = 5
"""Unsuccessful attempts at one device in one day, all credentials together."""
REFUSED_REST = timedelta(days=30)
"""How long a credential that was refused stays away from that device; entering it anew ends the rest."""


class Outcome(enum.StrEnum):
    """What came of asking one device with one credential."""

    GOOD = "good"
    REFUSED = "refused"
    """The device knows neither this user nor this password, or shows nothing to it."""
    SILENT = "silent"
    """No answer: nobody there, or a community that is not theirs."""


@dataclass(frozen=True, slots=True)
class History:
    """What became of one credential at one device: `failures` counts those of the day `failed_on`."""

    good_at: datetime | None = None
    refused_at: datetime | None = None
    failed_on: date | None = None
    failures: int = 0

    def refused(self) -> bool:
        """Whether the last clear word of the device was no."""
        return self.refused_at is not None and (self.good_at is None or self.good_at < self.refused_at)

    def after(self, outcome: Outcome, at: datetime, today: date) -> History:
        """The history with one attempt more; `today` is the local day of `at`."""
        if outcome is Outcome.GOOD:
            return History(at, self.refused_at, self.failed_on, self.failures)
        failures = 1 + (self.failures if self.failed_on == today else 0)
        return History(self.good_at, at if outcome is Outcome.REFUSED else self.refused_at, today, failures)


def risk(credential: Credential) -> int:
    """0 for an encrypted user up to 4 for a community in SNMP v1: what an eavesdropper would learn."""
    if isinstance(credential, Community):
        return 3 if credential.version == "2c" else 4
    return 0 if credential.privacy else 1 if credential.auth else 2


def last_good(histories: Mapping[int, History]) -> int | None:
    """The place of the credential that worked last at this device and was not refused since."""
    worked = {place: one.good_at for place, one in histories.items() if one.good_at and not one.refused()}
    return max(worked, key=lambda place: (worked[place], -place), default=None)


def allowed(
    credentials: Sequence[Credential],
    histories: Mapping[int, History],
    at: datetime,
    today: date,
    *,
    usable: frozenset[int] | None = None,
    most: int = FAILURES_A_DAY,
) -> list[int]:
    """Places of the credentials to try at one device, in this order; empty when it is to be left alone today.

    `usable` are the places meant for the network of the device (None: all). Among equally safe ones those come first
    that failed longest ago, so that everyone gets a turn over the days.
    """
    left = most - sum(one.failures for one in histories.values() if one.failed_on == today)
    good = last_good(histories)
    blank = History()

    def turn(place: int) -> tuple[bool, int, date, int]:
        return place != good, risk(credentials[place]), histories.get(place, blank).failed_on or date.min, place

    open_ = [
        place
        for place in range(len(credentials))
        if (usable is None or place in usable) and not _resting(histories.get(place, blank), at)
    ]
    return sorted(open_, key=turn)[: max(0, left)]


def _resting(history: History, at: datetime) -> bool:
    return history.refused() and history.refused_at is not None and at - history.refused_at < REFUSED_REST


class Attempts:
    """The memory of one run: which credentials an address is asked with, and what came of it.

    `usable` gives the places of the credentials that are meant for the network of an address; `histories` is what is
    known from earlier, by address and place. `today` is the local day of `at`.
    """

    def __init__(
        self,
        credentials: Sequence[Credential],
        usable: Callable[[str], frozenset[int]],
        histories: Mapping[str, Mapping[int, History]],
        at: datetime,
        today: date,
    ) -> None:
        self._credentials, self._usable, self._at, self._today = credentials, usable, at, today
        self._histories = {address: dict(known) for address, known in histories.items()}
        self.news: dict[tuple[str, int], History] = {}
        """What this run learned, by address and place."""

    def order(self, address: str) -> list[int]:
        """Places of the credentials to try now, in this order."""
        known = self._histories.get(address, {})
        return allowed(self._credentials, known, self._at, self._today, usable=self._usable(address))

    def tried(self, address: str, place: int, outcome: Outcome) -> None:
        """Note what came of one attempt."""
        known = self._histories.setdefault(address, {})
        known[place] = known.get(place, History()).after(outcome, self._at, self._today)
        self.news[address, place] = known[place]
