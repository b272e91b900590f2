"""Training for the gate: units, a course with completions and a day, an exercise."""

from datetime import timedelta

from isms.training import store
from isms.training.quota import GROUPS, Count
from service.audit.chain import Actor
from service.contracts.store import rows
from service.db import town_tx
from service.settings import now

BY = Actor("Test")


async def taught(town: int) -> None:
    """Enter them."""
    at = now()
    async with town_tx({town}, town) as tx:
        unit = {"name": "Hauptamt", "parent_id": None} | dict.fromkeys(GROUPS, 6)
        key = await store.save_unit(tx, town, None, 0, unit, BY, at)
        await store.save_unit(tx, town, None, 0, unit | {"name": "Bauhof", "parent_id": key}, BY, at)
        values = {
            "title": "Grundschulung",
            "target": "all",
            "validity_months": 24,
            "form": "self",
            "test": True,
            "link": "",
            "note": "",
        }
        course = await rows.save(tx, store.COURSE, town, None, 0, values, BY, at)
        await store.count(tx, town, course, Count(key, "others", at.date(), 5), BY, at)
        day = {"course_id": course, "held_on": (at + timedelta(days=20)).date(), "place": "Rathaus"}
        await rows.save(tx, store.DATE, town, None, 0, day, BY, at)
        exercise = {"title": "Paketbote", "held_on": at.date(), "sent": 60, "clicked": 6, "reported": 30}
        await store.exercise(tx, town, exercise, BY, at)
