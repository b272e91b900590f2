"""Traffic lights: what a topic's lamp shows, and which rule lit it.

Rules of chapter 6 of the domain reference, first match wins. Knows no clock
and no database: the moment and the indicators are passed in. Missing or old
data is grey, never green.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from service.i18n import gettext as _
from service.i18n import ngettext, pgettext


class Lamp(StrEnum):
    """Ampel: colour, and for paper without colour a shape and a word."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    GREY = "grey"

    @property
    def shape(self) -> str:
        return SHAPES[self]

    @property
    def word(self) -> str:
        match self:
            case Lamp.GREEN:
                return pgettext("Ampel", "gut")
            case Lamp.YELLOW:
                return pgettext("Ampel", "angespannt")
            case Lamp.RED:
                return pgettext("Ampel", "kritisch")
            case _:
                return pgettext("Ampel", "keine Angaben")

    @property
    def colour(self) -> str:
        """The colour's name, for readers who look for „rot“."""
        match self:
            case Lamp.GREEN:
                return pgettext("Ampel", "grün")
            case Lamp.YELLOW:
                return pgettext("Ampel", "gelb")
            case Lamp.RED:
                return pgettext("Ampel", "rot")
            case _:
                return pgettext("Ampel", "grau")


SHAPES: Final = {Lamp.GREEN: "●", Lamp.YELLOW: "▲", Lamp.RED: "■", Lamp.GREY: "◌"}
RED_ITEM_GRACE: Final = timedelta(days=30)
BUDGET_HORIZON: Final = timedelta(days=90)
UNKNOWN_SHARE: Final = 0.2
URGENT: Final = frozenset({"hoch", "kritisch"})


class Trend(StrEnum):
    """Change of a lamp against the last sealed report."""

    BETTER = "better"
    SAME = "same"
    WORSE = "worse"
    UNKNOWN = "unknown"

    @property
    def text(self) -> str:
        match self:
            case Trend.BETTER:
                return _("↗ besser")
            case Trend.SAME:
                return _("→ gleich")
            case Trend.WORSE:
                return _("↘ schlechter")
            case _:
                return _("– kein früherer Bericht")


@dataclass(frozen=True, slots=True)
class Indicator:
    """Kennzahl: one fact a topic's lamp stands on.

    `max_age` None means live: the figure is computed now. `observed_at` None
    means that nobody has ever supplied it.
    """

    title: str
    observed_at: datetime | None
    max_age: timedelta | None = None
    statement: str = ""  # one plain sentence about the figure
    below_target: bool = False
    decision_needed: bool = False  # only a decision or money helps
    red_since: datetime | None = None

    def current(self, now: datetime) -> bool:
        """Is the figure there and within its maximum age?"""
        return self.observed_at is not None and (self.max_age is None or now - self.observed_at <= self.max_age)


@dataclass(frozen=True, slots=True)
class Work:
    """An open measure or case, as far as lamps ask.

    `budget` and `person`: True there, False known to be missing, None unknown.
    """

    title: str
    priority: str  # niedrig mittel hoch kritisch
    due: datetime | None
    budget: bool | None = None
    person: bool | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a lamp shows, the rule that fired, and whether other data was missing."""

    lamp: Lamp
    rule: str
    incomplete: bool = False

    @property
    def note(self) -> str:
        return f"{self.rule} {_('Daten unvollständig.')}" if self.incomplete else self.rule


def content(indicators: Sequence[Indicator], work: Iterable[Work], now: datetime) -> Reading:
    """The lamp of a topic's content (Inhalt).

    Args:
        indicators: every mandatory indicator of the topic, the missing ones too.
        work: its open measures and cases.
        now: the moment of the report.
    """
    current = [i for i in indicators if i.current(now)]
    stale = [i for i in indicators if not i.current(now)]
    open_work = list(work)
    late = [w for w in open_work if w.due is not None and w.due < now and w.priority in URGENT]
    for found in (i for i in current if i.decision_needed):
        return Reading(Lamp.RED, _("Entscheidung oder Geld nötig: %(what)s", what=_sentence(found)), bool(stale))
    for task in (w for w in late if w.priority == "kritisch"):
        return Reading(Lamp.RED, _("Frist einer kritischen Aufgabe abgelaufen: %(what)s.", what=task.title), bool(stale))
    for found in (i for i in current if i.red_since is not None and now - i.red_since > RED_ITEM_GRACE):
        return Reading(Lamp.RED, _("Länger als 30 Tage rot: %(what)s", what=_sentence(found)), bool(stale))
    if stale or not indicators:
        return Reading(Lamp.GREY, _missing(stale, now))
    if late:
        number = len(late)
        text = ngettext(
            "Eine wichtige Aufgabe ist überfällig: %(what)s.",
            "%(num)s wichtige Aufgaben sind überfällig, zuerst: %(what)s.",
            number,
            what=late[0].title,
        )
        return Reading(Lamp.YELLOW, text)
    for found in (i for i in current if i.below_target):
        return Reading(Lamp.YELLOW, _("Unter dem Ziel: %(what)s", what=_sentence(found)))
    return Reading(Lamp.GREEN, _("Alle Angaben sind aktuell und im Ziel."))


def means(work: Iterable[Work] | None, now: datetime) -> Reading:
    """The lamp of a topic's means (Mittel: money and people); None means that measures are not kept yet."""
    if work is None:
        return Reading(Lamp.GREY, _("Maßnahmen mit Kosten und Zuständigen sind noch nicht erfasst."))
    urgent = [w for w in work if w.priority in URGENT]
    soon = [w for w in urgent if w.due is not None and w.due - now <= BUDGET_HORIZON]
    for task in soon:
        if task.budget is False or task.person is False:
            return Reading(Lamp.RED, _("Ohne Geld oder Zuständige, fällig in 90 Tagen: %(what)s.", what=task.title))
    unknown = [w for w in urgent if w.budget is None or w.person is None]
    if urgent and len(unknown) / len(urgent) > UNKNOWN_SHARE:
        text = ngettext(
            "Bei %(num)s von %(all)s der wichtigen Maßnahmen sind Kosten oder Zuständige unbekannt.",
            "Bei %(num)s von %(all)s der wichtigen Maßnahmen sind Kosten oder Zuständige unbekannt.",
            len(unknown),
            all=len(urgent),
        )
        return Reading(Lamp.GREY, text)
    for task in urgent:
        if task.budget is False or task.person is False:
            return Reading(Lamp.YELLOW, _("Geld oder Zuständige fehlen noch, später fällig: %(what)s.", what=task.title))
    return Reading(Lamp.GREEN, _("Keine wichtige Maßnahme wartet auf Geld oder Zuständige."))


def overall(readings: Iterable[Lamp]) -> Lamp:
    """Red if any is red, else grey if any is grey, else yellow if any is yellow, else green. Nothing at all is grey."""
    seen = set(readings)
    for lamp in (Lamp.RED, Lamp.GREY, Lamp.YELLOW):
        if lamp in seen:
            return lamp
    return Lamp.GREEN if seen else Lamp.GREY


def grey_count(readings: Iterable[Lamp]) -> str:
    """The grey topics in words, because a lamp that hides them would flatter: „1 Thema ohne aktuelle Daten“, or ""."""
    number = sum(lamp is Lamp.GREY for lamp in readings)
    if not number:
        return ""
    return ngettext("%(num)s Thema ohne aktuelle Daten", "%(num)s Themen ohne aktuelle Daten", number)


def trend(before: Lamp | None, now: Lamp) -> Trend:
    """Against the last sealed report; to or from grey nothing can be said."""
    order = {Lamp.GREEN: 0, Lamp.YELLOW: 1, Lamp.RED: 2}
    if before not in order or now not in order:
        return Trend.UNKNOWN
    difference = order[now] - order[before]
    return Trend.SAME if not difference else Trend.WORSE if difference > 0 else Trend.BETTER


def _sentence(indicator: Indicator) -> str:
    return indicator.statement or indicator.title + "."


def _missing(stale: Sequence[Indicator], now: datetime) -> str:
    if not stale:
        return _("Für dieses Thema ist noch keine Kennzahl festgelegt.")
    return " ".join(_age(indicator, now) for indicator in stale)


def _age(indicator: Indicator, now: datetime) -> str:
    if indicator.observed_at is None or indicator.max_age is None:
        return _("%(what)s: keine Angaben.", what=indicator.title)
    return ngettext(
        "%(what)s: Stand %(num)s Tag alt, höchstens %(limit)s erlaubt.",
        "%(what)s: Stand %(num)s Tage alt, höchstens %(limit)s erlaubt.",
        (now - indicator.observed_at).days,
        what=indicator.title,
        limit=indicator.max_age.days,
    )
