"""Threats at every target object and hazards at every site, with what was said and which open risks speak of them."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from isms.register import RiskView
from isms.risk import threats
from isms.store import risks
from isms.threats import hazards, proposals
from isms.threats.relevance import Line
from isms.threats.store.decisions import HAZARDS, THREATS, verdicts
from service.db import SafeTransaction
from service.inventory.store import sites
from service.objects import store as objects
from service.objects.store import Target


async def of_objects(tx: SafeTransaction, town: int, only: UUID | None = None) -> Sequence[tuple[Target, tuple[Line, ...]]]:
    """Every target object, or one, with all 47 threats."""
    said = await verdicts(tx, town, THREATS)
    speaking: dict[tuple[UUID, str], list[RiskView]] = {}
    for risk in await risks.risks(tx, town):
        for target in risk.targets:
            for threat in risk.threats:
                speaking.setdefault((target, threat), []).append(risk)
    found = []
    for item in await objects.targets(tx, town):
        if only not in (None, item.id):
            continue
        why = proposals.proposed(item.kind, item.categories)
        lines = tuple(
            Line(
                item.id,
                item.name,
                x.id,
                x.title,
                (why[x.id] or item.kind) if x.id in why else "",
                said.get((item.id, x.id)),
                tuple(speaking.get((item.id, x.id), ())),
            )
            for x in threats()
        )
        found.append((item, lines))
    return found


async def of_sites(tx: SafeTransaction, town: int) -> Sequence[Line]:
    """At every site the hazards that matter there or that somebody decided about, site by site."""
    said = await verdicts(tx, town, HAZARDS)
    known = [x for x in await risks.risks(tx, town) if x.hazard]
    found = []
    for site in await sites.sites(tx, town):
        place = hazards.Place(site.kind or "", site.facts)
        for one in hazards.of_sites():
            why = ", ".join(hazards.because(one, place))
            verdict = said.get((site.id, one.key))
            speaking = tuple(x for x in known if x.hazard == one.key and (site.id in x.sites or (not x.sites and why)))
            if why or verdict or speaking:
                found.append(Line(site.id, site.name, one.key, one.title, why, verdict, speaking, one.kind))
    return found
