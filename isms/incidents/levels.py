"""How bad it is: seven rows of impact, priority, and the prompt whether it is an emergency or a crisis.

Pure. `domain.md` 5.2 (impact), 4.6 (prompt). The software proposes, a person declares.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from service.i18n import gettext as _
from service.i18n import lazy
from service.priority import Level, Urgency, priority, urgency


class Severity(enum.IntEnum):
    """Störung, Notfall, Krise. A disaster (Katastrophe) is declared by the district, never here."""

    STOERUNG = 1
    NOTFALL = 2
    KRISE = 3


SEVERITIES: Final = {Severity.STOERUNG: lazy("Störung"), Severity.NOTFALL: lazy("Notfall"), Severity.KRISE: lazy("Krise")}

ROWS: Final = {
    "reach": (
        lazy("Reichweite"),
        (
            lazy("ein Arbeitsplatz"),
            lazy("ein Team oder ein Standort"),
            lazy("ganze Stadt, oder ein zeitkritischer Prozess steht"),
            lazy("zwei oder mehr Städte, oder eine Kernleistung über ihrer Frist"),
        ),
    ),
    "tasks": (
        lazy("Aufgaben"),
        (
            lazy("kaum zu spüren"),
            lazy("verzögert, leicht zu umgehen"),
            lazy("wichtige Leistung steht, Notbetrieb möglich"),
            lazy("kein Notbetrieb, gesetzliche Pflicht fällt aus"),
        ),
    ),
    "life": (lazy("Leib und Leben"), (lazy("nein"), lazy("lästig"), lazy("Verletzung denkbar"), lazy("Lebensgefahr"))),
    "data": (
        lazy("Personenbezogene Daten"),
        (
            lazy("keine"),
            lazy("wenige, nicht sensibel"),
            lazy("viele, oder besondere Kategorien"),
            lazy("massenhaft, oder hohes Risiko"),
        ),
    ),
    "law": (
        lazy("Recht und Vertrag"),
        (lazy("nichts"), lazy("geringfügig"), lazy("Frist versäumt, Bußgeld, Forderung"), lazy("Behörde greift ein")),
    ),
    "money": (
        lazy("Kosten"),
        (
            lazy("unter der ersten Schwelle"),
            lazy("ab der ersten Schwelle"),
            lazy("ab der zweiten Schwelle"),
            lazy("ab der dritten Schwelle"),
        ),
    ),
    "image": (
        lazy("Ansehen"),
        (lazy("keine Wirkung"), lazy("einzelne Beschwerden"), lazy("örtliche Presse"), lazy("überregional, anhaltend")),
    ),
}
"""Key → name and what the four steps mean."""

WITHOUT_RELIEF: Final = timedelta(hours=2)
"""So long a critical incident may be without emergency operation before an emergency is proposed."""


@dataclass(frozen=True, slots=True)
class Rating:
    """Impact, urgency and the priority that follows; None where nothing was rated."""

    impact: Level
    urgency: Urgency
    priority: Level


def rate(rows: Mapping[str, int], tolerable_until: datetime | None, now: datetime, *, spreading: bool) -> Rating | None:
    """The priority now; the impact is the highest row. `tolerable_until` = when the outage becomes intolerable."""
    if not rows:
        return None
    left = None if tolerable_until is None else (tolerable_until - now) / timedelta(hours=1)
    pressing = urgency(left, spreading=spreading)
    impact = Level(max(rows.values()))
    if pressing.overdue:
        impact = max(impact, Level.KRITISCH)
    return Rating(impact, pressing, priority(impact, pressing.level))


@dataclass(frozen=True, slots=True)
class Situation:
    """What the prompt looks at; None = nobody has said, which proposes nothing."""

    critical_down: bool = False
    """A time-critical process is down."""
    back_hours: float | None = None
    """Hours until it can be up again (RTA)."""
    left_hours: float | None = None
    """Hours it still may be down (what is left of the RTO)."""
    priority: Level | None = None
    emergency_operation: bool = False
    """Notbetrieb runs."""
    rated_for: timedelta = timedelta()
    """Time since it was rated."""
    plan_fits: bool | None = None
    """Whether a released plan fits."""
    towns: int = 1
    """Towns that lose time-critical processes."""
    joint_plan: bool = False


def proposed(s: Situation) -> tuple[Severity, tuple[str, ...]]:
    """The level to propose, and why; Störung needs no reason."""
    crisis: list[str] = []
    if s.critical_down and s.plan_fits is False:
        crisis.append(_("Kein freigegebener Plan passt zu dieser Lage."))
    if s.towns > 1 and s.critical_down and not s.joint_plan:
        crisis.append(_("Mehrere Städte verlieren zeitkritische Prozesse, und es gibt keinen gemeinsamen Plan."))
    emergency: list[str] = []
    if s.critical_down and s.back_hours is not None and s.left_hours is not None and s.back_hours > s.left_hours:
        emergency.append(_("Ein zeitkritischer Prozess steht und kommt nicht rechtzeitig wieder."))
    if s.priority is Level.KRITISCH and not s.emergency_operation and s.rated_for >= WITHOUT_RELIEF:
        emergency.append(_("Seit zwei Stunden kritisch, und es gibt noch keinen Notbetrieb."))
    if crisis:
        return Severity.KRISE, (*crisis, *emergency)
    return (Severity.NOTFALL, tuple(emergency)) if emergency else (Severity.STOERUNG, ())
