"""What is known of a site (Standort): lines, WLAN, cabling, power, hazards; what may be entered (`domain.md` 2.15). Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from service.errors import Wrong
from service.i18n import Lazy, format_date, format_number, lazy, parse_number
from service.i18n import gettext as _
from service.limits import check_text, typed_day

KINDS = (
    "Rathaus", "Bürgerbüro", "Bauhof", "Kita", "Feuerwehr", "Bücherei", "Jugend", "Bad", "Wasserwerk", "Hochbehälter",
    "Kläranlage", "Friedhof", "Verwaltungsstelle", "Gemeinschaftshaus", "Schule", "sonstiger Standort",
)  # fmt: skip
"""Names of the field, the same in every language."""

HAZARDS: Mapping[str, Lazy] = {
    "flood": lazy("Hochwasserzone"),
    "slope": lazy("Hanglage"),
    "height": lazy("Höhenlage"),
    "cellar": lazy("Technik im Keller"),
    "forest": lazy("Waldnähe"),
}
FIBRE: Mapping[str, Lazy] = {
    "none": lazy("keine"),
    "ordered": lazy("beauftragt"),
    "in_house": lazy("im Haus"),
    "active": lazy("aktiv"),
}
POWER: Mapping[str, Lazy] = {
    "none": lazy("keine"),
    "ups": lazy("USV"),
    "generator": lazy("Netzersatzanlage"),
    "both": lazy("USV und Netzersatzanlage"),
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing to know of a site. `kind`: `number percent year choice day text`; `unit` stands behind numbers."""

    name: str
    label: Lazy
    kind: str = "text"
    unit: Lazy | None = None
    options: Mapping[str, Lazy] | None = None
    most: int = 100_000


FACTS = (
    Fact("uplink_mbit", lazy("Anbindung, Empfang"), "number", lazy("Mbit/s")),
    Fact("uplink_up_mbit", lazy("Anbindung, Senden"), "number", lazy("Mbit/s")),
    Fact("fibre", lazy("Glasfaser"), "choice", options=FIBRE),
    Fact("wlan_percent", lazy("WLAN für Beschäftigte"), "percent", lazy("% der Fläche")),
    Fact("wlan_target_percent", lazy("WLAN, Ziel"), "percent", lazy("% der Fläche")),
    Fact("cabling", lazy("Verkabelung")),
    Fact("cabling_year", lazy("Verkabelt im Jahr"), "year"),
    Fact("phone_system", lazy("Telefonanlage")),
    Fact("phone_line", lazy("Telefonanschluss")),
    Fact("phone_contract_end", lazy("Ende des Anschlussvertrags"), "day"),
    Fact("server_room", lazy("Serverraum")),
    Fact("emergency_power", lazy("Notstrom"), "choice", options=POWER),
    Fact("ups_minutes", lazy("USV überbrückt"), "number", lazy("Minuten")),
    Fact("generator_hours", lazy("Netzersatzanlage läuft"), "number", lazy("Stunden")),
    Fact("shared_workplaces", lazy("Plätze für gemeinsame Nutzung"), "number"),
    Fact("note", lazy("Bemerkung")),
)
"""In the order of the form."""


def entered(data: Mapping[str, str], hazards: list[str], today: date) -> tuple[dict[str, Any], dict[str, str]]:
    """Facts out of a form, and a sentence for each field that cannot be read; empty fields are unknown and left out."""
    facts: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for fact in FACTS:
        said = data.get(fact.name, "").strip()
        if not said:
            continue
        try:
            facts[fact.name] = _READ[fact.kind](fact, said, today)
        except Wrong as wrong:
            errors[fact.name] = wrong.sentence
    known = [hazard for hazard in HAZARDS if hazard in hazards]
    return facts | ({"hazards": known} if known else {}), errors


def _number(fact: Fact, said: str, today: date) -> int:
    most = {"percent": 100, "year": today.year}.get(fact.kind, fact.most)
    least = 1950 if fact.kind == "year" else 0
    number: Decimal | None = None
    with suppress(ValueError):
        number = parse_number(said)
    if number is None or number != int(number) or not least <= number <= most:
        low, high = (str(least), str(most)) if fact.kind == "year" else (format_number(least), format_number(most))
        raise Wrong(
            _("„%(said)s“ passt hier nicht.", said=said[:40]),
            "",
            _("Möglich ist eine ganze Zahl von %(low)s bis %(high)s.", low=low, high=high),
        )
    return int(number)


def _choice(fact: Fact, said: str, today: date) -> str:
    if said not in (fact.options or {}):
        raise Wrong(_("Bitte wählen Sie eine der Möglichkeiten."))
    return said


def _day(fact: Fact, said: str, today: date) -> str:
    return typed_day(said, today).isoformat()


def _text(fact: Fact, said: str, today: date) -> str:
    check_text(said, most=500)
    return said


_READ: Mapping[str, Callable[[Fact, str, date], Any]] = {
    "number": _number, "percent": _number, "year": _number, "choice": _choice, "day": _day, "text": _text
}  # fmt: skip


def shown(fact: Fact, value: Any) -> str:
    """A fact as people read it; '' where it is unknown."""
    if value in (None, ""):
        return ""
    match fact.kind:
        case "choice":
            return str((fact.options or {}).get(str(value), value))
        case "day":
            return format_date(date.fromisoformat(str(value)))
        case "year" | "text":
            return str(value)
    return f"{format_number(value)} {fact.unit}" if fact.unit else str(format_number(value))


def hazards(facts: Mapping[str, Any]) -> list[str]:
    """The hazards of a site in words."""
    return [str(HAZARDS[name]) for name in facts.get("hazards") or () if name in HAZARDS]
