"""Days that measures, risks and their acceptances fall due or end on, for the calendar and its reminders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from isms.measures import AcceptanceState
from isms.store import measures, risks
from service.db import SafeTransaction


@dataclass(frozen=True, slots=True)
class Due:
    """One day. `kind`: measure, measure_end, treatment, risk_end, risk_review; `path` below the town's pages."""

    day: date
    kind: str
    title: str
    path: str
    ref: str


async def due(tx: SafeTransaction, town: int, today: date) -> Sequence[Due]:
    """Own open measures and open risks with a day, and the ends of acceptances that hold today.

    The transaction reads the town and the group.
    """
    found: list[Due] = []
    taken = await measures.acceptances(tx, town)
    for one in await measures.measures(tx, town):
        title, path, ref = f"{one.name} {one.title}", f"/measures/{one.id}", f"measure/{one.id}"
        if one.town_id == town:
            if one.open and one.due:
                found.append(Due(one.due, "measure", title, path, ref))
            continue
        stood = measures.standing_of(one, taken.get(one.id), town)
        known = (AcceptanceState.ANGENOMMEN, AcceptanceState.ABGELAUFEN)
        if stood is not None and stood.until is not None and stood.on(today) in known:
            found.append(Due(stood.until, "measure_end", title, path, ref))
    steps = await risks.acceptances(tx, town)
    for risk in await risks.risks(tx, town):
        title, path, ref = f"{risk.name} {risk.title}", f"/risks/{risk.id}", f"risk/{risk.id}"
        if risk.due:
            found.append(Due(risk.due, "treatment", title, path, ref))
        if risk.review_on:
            found.append(Due(risk.review_on, "risk_review", title, path, ref))
        newest, void = risk.holds(steps, today)
        if newest is not None and newest.until is not None and (not void or newest.until < today):
            found.append(Due(newest.until, "risk_end", title, path, ref))
    return found
