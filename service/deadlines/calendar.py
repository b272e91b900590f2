"""Dates of a town in one order, and as iCalendar (RFC 5545). Pure.

A feed leaves the service for calendar programs whose keeper nobody knows: it says what kind of date it is and how many,
never of what.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from service.i18n import lazy

KINDS: Final = {
    "statutory": lazy("Gesetzliche Meldefrist"),
    "notice": lazy("Kündigung spätestens"),
    "contract": lazy("Vertrag endet"),
    "line": lazy("Anschlussvertrag endet"),
    "licence": lazy("Lizenz endet"),
    "certificate": lazy("Zertifikat endet"),
    "warranty": lazy("Garantie endet"),
    "support": lazy("Herstellerpflege endet"),
    "document": lazy("Dokument zu prüfen oder freizugeben"),
    "audit": lazy("Audit"),
    "finding": lazy("Feststellung eines Audits zu beheben"),
    "recheck": lazy("Feststellung eines Audits nachzuprüfen"),
    "measure": lazy("Maßnahme fällig"),
    "measure_end": lazy("Übernahme einer Maßnahme endet"),
    "treatment": lazy("Risiko zu behandeln"),
    "risk_end": lazy("Übernahme eines Risikos endet"),
    "risk_review": lazy("Risiko zu prüfen"),
    "training": lazy("Schulung"),
}
"""A statutory clock first, then the notice: whoever misses it keeps the contract."""

BEFORE: Final = timedelta(days=30)
"""So long a date that has passed stays on the page."""
AHEAD: Final = timedelta(days=2 * 366)
"""So far the page and the feed look."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """One date: of what (`title`, `url`), of how many devices or certificates where it is about such.

    `ref` is the stable name of what ends, by which a reminder is made once; '' for what nobody is reminded of.
    """

    day: date
    kind: str
    title: str
    url: str
    count: int = 1
    ref: str = ""

    def state(self, today: date) -> str:
        """One of `over`, `soon` (60 days), `later`."""
        return "over" if self.day < today else "soon" if self.day - today <= timedelta(days=60) else "later"


CONTRACTUAL: Final = frozenset({"notice", "contract", "line", "licence"})
"""Kinds of dates that follow from something agreed with somebody."""


def pressing(deadlines: Iterable[Deadline], today: date, settled: frozenset[tuple[str, str, date]]) -> tuple[Deadline, ...]:
    """Dates of contracts that have passed or come near and that nobody settled, earliest first."""
    return tuple(
        x for x in ordered(deadlines, today)
        if x.kind in CONTRACTUAL and x.state(today) != "later" and (x.kind, x.ref, x.day) not in settled
    )  # fmt: skip


def ordered(deadlines: Iterable[Deadline], today: date, kind: str = "") -> tuple[Deadline, ...]:
    """Those of the window, by day, kind and title."""
    order = list(KINDS)
    return tuple(
        sorted(
            (x for x in deadlines if today - BEFORE <= x.day <= today + AHEAD and kind in ("", x.kind)),
            key=lambda x: (x.day, order.index(x.kind), x.title),
        )
    )


def ical(deadlines: Sequence[Deadline], *, town: str, name: str, page: str, at: datetime) -> bytes:
    """The feed: an all-day event for each day and kind, with a stable UID, so that programs replace and do not double.

    `town` is the slug, `name` what the calendar is called, `page` the address of the page with the details.
    """
    numbers: Counter[tuple[date, str]] = Counter()
    for one in deadlines:
        numbers[one.day, one.kind] += one.count
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Odenwacht//Termine//DE",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_text(name)}",
    ]
    for (day, kind), number in sorted(numbers.items()):
        lines += [
            "BEGIN:VEVENT",
            f"UID:{day:%Y%m%d}-{kind}-{town}@odenwacht",
            f"DTSTAMP:{at.astimezone(UTC):%Y%m%dT%H%M%SZ}",
            f"DTSTART;VALUE=DATE:{day:%Y%m%d}",
            f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}",
            f"SUMMARY:{_text(f'{KINDS[kind]} ({number})' if number > 1 else str(KINDS[kind]))}",
            f"URL:{page}",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return b"".join(_folded(line) + b"\r\n" for line in lines)


def _text(value: str) -> str:
    """Escaped as RFC 5545 3.3.11 asks."""
    plain = value.replace("\r", "")
    return plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> bytes:
    """At most 75 octets a line (RFC 5545 3.1), no character torn apart."""
    parts: list[bytes] = []
    part = b""
    for character in line:
        octets = character.encode()
        if len(part) + len(octets) > (75 if not parts else 74):
            parts.append(part)
            part = b""
        part += octets
    return b"\r\n ".join([*parts, part])
