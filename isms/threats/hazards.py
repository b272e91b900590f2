"""Which hazards of the starter register matter at which site, by what is known of it (`domain.md` 2.15, 3.7). Pure.

What nobody entered is unknown, and unknown emergency power is asked about where much depends on it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from isms.risk import Hazard, hazards
from service.i18n import Lazy, lazy
from service.inventory.sites import HAZARDS

PLANTS: Final = frozenset({"Wasserwerk", "Hochbehälter", "Kläranlage"})
UNATTENDED: Final = PLANTS | {"Bauhof", "Friedhof"}
PUBLIC: Final = frozenset({"Rathaus", "Bürgerbüro", "Bücherei", "Jugend", "Bad", "Gemeinschaftshaus"})
CARE: Final = frozenset({"Kita", "Schule", "Bad"})
REACHABLE: Final = frozenset({"Rathaus", "Bürgerbüro", "Verwaltungsstelle", "Feuerwehr"}) | PLANTS
"""Sites that fail their task without telephone or network."""


@dataclass(frozen=True, slots=True)
class Place:
    """A site as the conditions see it."""

    kind: str
    facts: Mapping[str, Any]

    @property
    def flags(self) -> frozenset[str]:
        return frozenset(self.facts.get("hazards") or ())

    @property
    def power(self) -> str:
        """Emergency power; "" where nobody entered it. Minutes or hours that were entered say that there is some."""
        ups, generator = bool(self.facts.get("ups_minutes")), bool(self.facts.get("generator_hours"))
        told = "both" if ups and generator else "ups" if ups else "generator" if generator else ""
        return str(self.facts.get("emergency_power") or told)

    @property
    def server_room(self) -> bool:
        return bool(self.facts.get("server_room"))


def _flagged(name: str) -> Callable[[Place], bool]:
    return lambda place: name in place.flags


_Condition = tuple[Callable[[Place], bool], Lazy]
CONDITIONS: Final[Mapping[str, _Condition]] = {name: (_flagged(name), word) for name, word in HAZARDS.items()} | {
    "server_room": (lambda x: x.server_room, lazy("Serverraum")),
    "town_hall": (lambda x: x.kind == "Rathaus", lazy("Rathaus")),
    "no_power": (lambda x: x.power == "none", lazy("kein Notstrom")),
    "no_generator": (lambda x: x.power in ("none", "ups"), lazy("keine Netzersatzanlage")),
    "power_unknown": (
        lambda x: not x.power and (x.server_room or x.kind in REACHABLE),
        lazy("Notstrom unbekannt"),
    ),
    "plant": (lambda x: x.kind in PLANTS, lazy("Fernwirktechnik")),
    "unattended": (lambda x: x.kind in UNATTENDED, lazy("zeitweise unbesetzt")),
    "public": (lambda x: x.kind in PUBLIC, lazy("Publikumsverkehr")),
    "care": (lambda x: x.kind in CARE, lazy("Betrieb braucht Wasser und Wärme")),
    "needs_lines": (lambda x: x.kind in REACHABLE, lazy("muss erreichbar sein")),
}
"""Name in `hazards.json` → whether it holds at a site, and how pages say it."""


def because(hazard: Hazard, place: Place) -> Sequence[str]:
    """Why a hazard matters at a site, in words; empty where nothing known speaks for it."""
    return [str(word) for holds, word in (CONDITIONS[name] for name in hazard.sites) if holds(place)]


def of_sites() -> Sequence[Hazard]:
    """The hazards that belong to a site; the others threaten the town as a whole."""
    return [x for x in hazards() if x.sites]


def hazard(key: str) -> Hazard | None:
    """A hazard of the starter register by its key."""
    return next((x for x in hazards() if x.key == key), None)
