"""The plan of measures as lines (A.6): what the town does itself, and what it has of the group."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from isms.measures import AcceptanceState, Mode
from isms.realisation import PlanLine
from isms.store import measures
from isms.store.catalogues import requirements
from isms.store.measures import GROUP
from service.db import SafeTransaction


async def plan_lines(tx: SafeTransaction, town: int, today: date, *, accepted_only: bool = False) -> Sequence[PlanLine]:
    """Measures of a town and of the group as far as they are offered to it, most urgent first.

    `accepted_only`: of the group's those whose acceptance holds today (what a frozen A.6 contains). The transaction reads
    the group (town 0) as well.
    """
    found = await measures.measures(tx, town)
    taken = await measures.acceptances(tx, town)
    labels = {x.key: x.label for x in await requirements(tx, town)}
    rows = await tx.connection.fetch("select id, number from risk where town_id = $1", town)
    feared = {row["id"]: f"R-{row['number']:03d}" for row in rows}
    lines = []
    for item in found:
        state = ""
        if item.shared and town != GROUP and item.mode != Mode.LOKAL:
            stood = measures.standing_of(item, taken.get(item.id), town)
            state = str(stood.on(today)) if stood else str(AcceptanceState.ANGEBOTEN)
            if accepted_only and state != AcceptanceState.ANGENOMMEN:
                continue
        lines.append(
            PlanLine(
                id=item.id,
                town_id=item.town_id,
                name=item.name,
                title=item.title,
                kind=item.kind,
                mode=item.mode,
                state=item.state,
                state_reason=item.state_reason,
                priority=item.priority,
                owner=item.owner,
                deputy=item.deputy,
                cost_once=item.cost_once,
                cost_yearly=item.cost_yearly,
                person_days=item.person_days,
                budget_year=item.budget_year,
                budget_secured=item.budget_secured,
                funding=item.funding,
                start_on=item.start_on,
                due=item.due,
                controls=tuple(labels[x] for x in item.controls if x in labels),
                risks=tuple(feared[x] for x in item.risks if x in feared),
                after=item.after,
                version=item.version,
                acceptance=state,
            )
        )
    return lines
