"""Risks after BSI-Standard 200-3: category by look-up, treatment, and what an acceptance covers (domain 3.7).

Pure. Titles of the 47 elementary threats: Bundesamt für Sicherheit in der Informationstechnik, CC BY-SA 4.0.
"""

from __future__ import annotations

import enum
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib import resources

from service.priority import Level

FREQUENCIES = ("selten", "mittel", "häufig", "sehr häufig")
DAMAGES = ("vernachlässigbar", "begrenzt", "beträchtlich", "existenzbedrohend")
CATEGORIES = ("gering", "mittel", "hoch", "sehr hoch")
TREATMENTS = ("vermeiden", "reduzieren", "übertragen", "akzeptieren")

FREQUENCY_MEANING: Mapping[str, str] = {
    "selten": "höchstens alle fünf Jahre",
    "mittel": "einmal in fünf Jahren bis einmal im Jahr",
    "häufig": "einmal im Jahr bis einmal im Monat",
    "sehr häufig": "mehrmals im Monat",
}

MATRIX: Mapping[str, tuple[str, ...]] = {
    "existenzbedrohend": ("mittel", "hoch", "sehr hoch", "sehr hoch"),
    "beträchtlich": ("mittel", "mittel", "hoch", "sehr hoch"),
    "begrenzt": ("gering", "gering", "mittel", "hoch"),
    "vernachlässigbar": ("gering", "gering", "gering", "gering"),
}
"""Damage → category by frequency: a table, not a product (BSI-Standard 200-3, figure 3)."""


@dataclass(frozen=True, slots=True)
class Scheme:
    """A version of the matrix with the first day on which it holds; None for the shipped one, which holds from ever."""

    number: int
    cells: Mapping[str, tuple[str, ...]]
    valid_from: date | None = None
    reason: str = ""
    by: str = ""
    at: datetime | None = None

    def category(self, frequency: str, damage: str) -> str:
        """Risikokategorie; ValueError for words that are on neither axis."""
        if frequency not in FREQUENCIES:
            raise ValueError(f"„{frequency}“ ist keine Eintrittshäufigkeit.")
        if damage not in self.cells:
            raise ValueError(f"„{damage}“ ist keine Schadenshöhe.")
        return self.cells[damage][FREQUENCIES.index(frequency)]


FIRST = Scheme(1, MATRIX)


def category(frequency: str, damage: str) -> str:
    """Risikokategorie by the shipped matrix; ValueError for words that are on neither axis."""
    return FIRST.category(frequency, damage)


def impact_of(damage: str) -> Level:
    """Damage on the four-step scale: vernachlässigbar = niedrig … existenzbedrohend = kritisch."""
    return Level(DAMAGES.index(damage) + 1)


def level_of(risk_category: str) -> Level:
    """Category on the four-step scale: gering = niedrig … sehr hoch = kritisch."""
    return Level(CATEGORIES.index(risk_category) + 1)


class Signer(enum.StrEnum):
    """Who accepts: gering the security officer, from mittel on the mayor."""

    ISB = "isb"
    LEITUNG = "mayor"


def signer(risk_category: str) -> Signer:
    return Signer.ISB if risk_category == "gering" else Signer.LEITUNG


@dataclass(frozen=True, slots=True)
class Inputs:
    """What an acceptance was given for; any change of it voids the acceptance."""

    frequency: str
    damage: str
    objects: frozenset[str] = frozenset()
    catalogue_text: str = ""


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Risikoakzeptanz: reason, by whom, last day, and the inputs it covers."""

    reason: str
    by: Signer
    on: date
    until: date
    inputs: Inputs


def year_later(day: date) -> date:
    """The same day of the next year; after a leap day the last of February."""
    return day.replace(year=day.year + 1) if (day.month, day.day) != (2, 29) else date(day.year + 1, 2, 28)


def refusal(risk_category: str, by: Signer, reason: str, until: date, today: date) -> str | None:
    """Why this acceptance is not possible, as a German sentence; None = possible."""
    if signer(risk_category) is Signer.LEITUNG and by is not Signer.LEITUNG:
        return f"Ein Risiko der Kategorie „{risk_category}“ kann nur die Leitung der Stadt übernehmen."
    if not reason.strip():
        return "Bitte begründen Sie, warum das Risiko übernommen wird."
    if until <= today:
        return "Das Enddatum liegt nicht in der Zukunft."
    if until > year_later(today):
        return f"Ein Risiko wird höchstens zwölf Monate übernommen, also bis {year_later(today):%d.%m.%Y}."
    return None


def void_reason(acceptance: Acceptance, now: Inputs, today: date) -> str | None:
    """Why the acceptance no longer holds, in German; None = it holds today."""
    then = acceptance.inputs
    if today > acceptance.until:
        return f"abgelaufen am {acceptance.until:%d.%m.%Y}"
    if (then.frequency, then.damage) != (now.frequency, now.damage):
        return "hinfällig: Häufigkeit oder Schadenshöhe (brutto) wurde geändert"
    if then.objects != now.objects:
        return "hinfällig: betroffene Objekte wurden geändert"
    if then.catalogue_text != now.catalogue_text:
        return "hinfällig: der Katalogtext wurde geändert"
    return None


@dataclass(frozen=True, slots=True)
class Threat:
    """Elementare Gefährdung, e.g. G 0.39 Schadprogramme."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Hazard:
    """A row of the starter register: a template with default values that people check."""

    title: str
    kind: str
    threats: tuple[str, ...]
    frequency: str
    damage: str
    key: str = ""
    sites: tuple[str, ...] = ()
    """Conditions of `isms.threats.hazards` under which it matters at a site; none: it threatens the town as a whole."""


@cache
def threats() -> tuple[Threat, ...]:
    raw = json.loads(resources.files("isms.data").joinpath("threats.json").read_bytes())
    return tuple(Threat(x["id"], x["title"]) for x in raw["threats"])


@cache
def hazards() -> tuple[Hazard, ...]:
    raw = json.loads(resources.files("isms.data").joinpath("hazards.json").read_bytes())
    return tuple(
        Hazard(x["title"], x["kind"], tuple(x["threats"]), x["frequency"], x["damage"], x["key"], tuple(x["sites"]))
        for x in raw["hazards"]
    )
