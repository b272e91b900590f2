"""Frozen states of the demonstration: in each town one that the mayor released, and a newer one of all towns together."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from isms.snapshots.store import joint, states
from service.audit.chain import Actor
from service.auth.people import TownRef
from service.auth.roles import ROLES
from service.db import town_tx
from service.demo.people import ALL


async def fill(known: Mapping[str, TownRef], actors: Mapping[str, Actor], now: datetime) -> int:
    """Answers how many states were frozen."""
    for slug in ALL:
        town = known[slug].id
        first = await states.freeze(town, "Erster gemeinsamer Stand", actors["isb"], now - timedelta(hours=2))
        async with town_tx({town}, town) as tx:
            mayor, at = actors[f"mayor_{slug}"], now - timedelta(hours=1)
            await states.release(tx, town, first.id, "Gelesen und freigegeben.", mayor, str(ROLES["mayor"]), at)
    await joint.freeze([known[slug].id for slug in ALL], "Vorbereitung der Prüfung", actors["isb"], now)
    return 2 * len(ALL)
