"""Enters what the towns have said about threats at their objects and hazards at their sites, as the security officer.

Some is decided, much is open: so it looks in a town that has begun.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from isms.threats.relevance import Line, State, picked
from isms.threats.store.decisions import HAZARDS, THREATS, Shelf, decide, verdicts
from isms.threats.store.lines import of_objects, of_sites
from service.audit.chain import Actor
from service.auth.people import TownRef
from service.db import SafeTransaction, town_tx
from service.demo.people import ALL

_OBJECTS: Final[Mapping[str, Mapping[str, str]]] = {
    "Serverraum": {
        "G 0.6": "Kein Betrieb mit Gefahrstoffen in der Nähe.",
        "G 0.13": "Dort werden keine Verschlusssachen verarbeitet.",
        "G 0.34": "",
        "G 0.2": "",
        "G 0.8": "",
        "G 0.44": "",
    },
    "Notebooks": {"G 0.16": "", "G 0.17": "", "G 0.24": "", "G 0.8": "Die Akkus überbrücken einen Arbeitstag."},
    "E-Mail": {"G 0.42": "", "G 0.36": "", "G 0.15": "", "G 0.20": ""},
    "Fernwirktechnik Wasser und Abwasser": {"G 0.21": "", "G 0.41": "", "G 0.12": "Die Leitungen sind geschirmt."},
}
"""Object → threat → why it does not matter there; empty: it does."""
_SITES: Final[Mapping[tuple[str, str], str]] = {
    ("Rathaus", "mass_event"): "",
    ("Rathaus", "hardware"): "",
    ("Rathaus", "line_cut"): "",
    ("Rathaus", "burglary"): "Alarmanlage und Schließdienst, seit Jahren kein Fall.",
    ("Bauhof", "burglary"): "",
    ("Friedhof", "burglary"): "Dort steht keine Technik.",
}
_DONE: Final = ("erbach", "michelstadt", "brombachtal")
"""Towns that have begun with their sites."""


async def fill(known: Mapping[str, TownRef], people: Mapping[str, Actor], now: datetime) -> int:
    """Enter what is missing; answers how many lines were decided."""
    made, at = 0, now - timedelta(days=40)
    for slug in ALL:
        town = known[slug].id
        async with town_tx({town}, town) as tx:
            if await verdicts(tx, town, THREATS):
                continue
            said = [
                (x, _OBJECTS[item.name][x.key])
                for item, lines in await of_objects(tx, town)
                for x in lines
                if x.key in _OBJECTS.get(item.name, {})
            ]
            made += await _decide(tx, town, THREATS, said, people["isb"], at)
            if slug in _DONE:
                places = await of_sites(tx, town)
                told = [(x, _SITES[x.place_name, x.key]) for x in places if (x.place_name, x.key) in _SITES]
                made += await _decide(tx, town, HAZARDS, told, people["isb"], at)
    return made


async def _decide(
    tx: SafeTransaction, town: int, shelf: Shelf, said: Sequence[tuple[Line, str]], isb: Actor, at: datetime
) -> int:
    """What matters in one step, and each reason in one of its own; a line with a risk is never denied."""
    steps: dict[str, list[Line]] = {}
    for line, reason in said:
        if not reason or line.state is not State.COVERED:
            steps.setdefault(reason, []).append(line)
    for reason, lines in steps.items():
        await decide(tx, town, shelf, [picked(x.pick) for x in lines], isb, at, relevant=not reason, reason=reason)
    return sum(map(len, steps.values()))
