"""Enters the demonstration's training: units with numbers of persons, courses, completions as numbers, an exercise in totals."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from isms.training import store
from isms.training.quota import GROUPS, Count
from service.audit.chain import Actor
from service.auth.people import TownRef
from service.contracts.store import rows
from service.db import SafeTransaction, town_tx
from service.demo.people import ALL

_SHARES: Final = {"erbach": 61, "michelstadt": 78, "oberzent": 44, "brombachtal": 90}
"""Per cent of the persons with a valid basic training (`domain.md` 9)."""
_UNITS: Final = (
    # name, next larger unit, (leadership, it, kita, new staff, others)
    ("Verwaltung", "", (6, 0, 0, 0, 4)),
    ("Hauptamt", "Verwaltung", (1, 4, 0, 2, 13)),
    ("Kämmerei", "Verwaltung", (1, 0, 0, 0, 9)),
    ("Standesamt", "Verwaltung", (1, 0, 0, 0, 2)),
    ("Bauamt", "Verwaltung", (1, 0, 0, 1, 8)),
    ("Kindertagesstätten", "", (2, 0, 24, 2, 2)),
    ("Bauhof", "", (1, 0, 0, 1, 15)),
)
"""Together 100 persons, so that per cent are persons."""
_COURSES: Final = (
    ("Grundschulung Informationssicherheit", "all", 24, "self", True),
    ("Verantwortung der Leitung", "leadership", 24, "presence", False),
    ("Datenschutz in der Kita", "kita", 24, "presence", False),
)


async def fill(known: Mapping[str, TownRef], people: Mapping[str, Actor], now: datetime) -> int:
    """Enter what is missing; answers how many courses."""
    made = 0
    for slug in ALL:
        town = known[slug].id
        async with town_tx({town}, town) as tx:
            if not await store.courses(tx, town):
                made += await _town(tx, town, _SHARES[slug], people["isb"], now)
    return made


async def _town(tx: SafeTransaction, town: int, share: int, isb: Actor, now: datetime) -> int:
    keys: dict[str, UUID] = {}
    at = now - timedelta(days=400)
    for name, parent, persons in _UNITS:
        values = {"name": name, "parent_id": keys.get(parent)} | dict(zip(GROUPS, persons, strict=True))
        keys[name] = await store.save_unit(tx, town, None, 0, values, isb, at)
    for number, (title, target, months, form, test) in enumerate(_COURSES):
        values = {"title": title, "target": target, "validity_months": months, "form": form, "test": test, "link": "", "note": ""}
        course = await rows.save(tx, store.COURSE, town, None, 0, values, isb, at)
        if target == "all":
            await _completions(tx, town, course, keys, share, isb, now)
        elif target == "leadership":
            await store.count(
                tx, town, course, Count(keys["Verwaltung"], "leadership", (now - timedelta(days=90)).date(), 4), isb, now
            )
        held = {"course_id": course, "held_on": (now + timedelta(days=30 + 20 * number)).date(), "place": "Rathaus, Sitzungssaal"}
        await rows.save(tx, store.DATE, town, None, 0, held, isb, at)
    sent = {"title": "Gefälschte Paketbenachrichtigung", "held_on": (now - timedelta(days=70)).date(), "sent": 100}
    await store.exercise(tx, town, sent | {"clicked": (100 - share) // 3, "reported": share // 2}, isb, now)
    return len(_COURSES)


async def _completions(
    tx: SafeTransaction, town: int, course: UUID, keys: Mapping[str, UUID], share: int, isb: Actor, now: datetime
) -> None:
    """Every unit and group about the same share, the town exactly; some more whose training is too long ago."""
    done = seen = 0
    for number, (name, _parent, persons) in enumerate(_UNITS):
        for group, there in zip(GROUPS, persons, strict=True):
            seen += there
            many = seen * share // 100 - done
            done += many
            if many:
                day = (now - timedelta(days=60 + 30 * number)).date()
                await store.count(tx, town, course, Count(keys[name], group, day, many), isb, now)
            if there - many > 3:
                old = Count(keys[name], group, (now - timedelta(days=800)).date(), 2)
                await store.count(tx, town, course, old, isb, now)
