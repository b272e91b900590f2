"""Register of lines (Leitungen): contracts on lines with their sites, and lines that only a site knows of. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from service.contracts.terms import Contract
from service.limits import day_of

LINE: Final = "line"
"""Kind of contract on a line."""
_FIBRE: Final = frozenset({"in_house", "active"})


@dataclass(frozen=True, slots=True)
class Place:
    """A site and what is known of it (`inventory.sites.FACTS`)."""

    id: UUID
    name: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    """A line. Speeds in Mbit/s; `from_site`: technology and speeds are those of the site, nobody entered the line's own."""

    contract: Contract | None
    places: tuple[Place, ...]
    technology: str
    number: str
    down: int | None
    up: int | None
    ends: date | None
    from_site: bool

    @property
    def sites(self) -> str:
        """The names of its sites."""
        return ", ".join(place.name for place in self.places)


def register(
    contracts: Iterable[Contract], of: Mapping[UUID, Sequence[UUID]], places: Iterable[Place], today: date
) -> list[Line]:
    """All lines: those with a contract (`of`: contract → sites) as given, then those that only a site knows of, by site."""
    known = {place.id: place for place in places}
    made, told = [], set()
    for item in contracts:
        if item.kind != LINE:
            continue
        there = tuple(known[key] for key in of.get(item.id, ()) if key in known)
        told |= {place.id for place in there}
        facts = there[0].facts if len(there) == 1 and not (item.technology or item.down_mbit or item.up_mbit) else {}
        technology = item.technology or ("fibre" if facts.get("fibre") in _FIBRE else "")
        down, up = item.down_mbit or facts.get("uplink_mbit"), item.up_mbit or facts.get("uplink_up_mbit")
        ends = item.term_ends(today)
        made.append(Line(item, there, technology, item.line, down, up, ends, bool(facts) and bool(technology or down or up)))
    return made + [line for place in known.values() if place.id not in told for line in _only_site(place)]


def _only_site(place: Place) -> list[Line]:
    facts, found = place.facts, []
    if facts.get("uplink_mbit") or facts.get("uplink_up_mbit") or facts.get("fibre") in _FIBRE:
        technology = "fibre" if facts.get("fibre") in _FIBRE else ""
        found.append(
            Line(None, (place,), technology, "", facts.get("uplink_mbit"), facts.get("uplink_up_mbit"), None, from_site=True)
        )
    if facts.get("phone_line"):
        ends = day_of(facts.get("phone_contract_end"))
        found.append(Line(None, (place,), "phone", str(facts["phone_line"]), None, None, ends, from_site=True))
    return found


def matches(line: Line, text: str) -> bool:
    """Whether a search means this line."""
    item = line.contract
    told = f"{item.title} {item.partner} {item.number} {item.responsible}" if item else ""
    return text.casefold() in f"{told} {line.number} {line.sites}".casefold()
