"""S01: the state of updates of nearly all workplaces is known."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from isms.checks._absence import midnight
from isms.facts import CLIENT_KINDS, EstateFacts
from isms.finding import Check, Finding, Result, Verdict

YOUNG = timedelta(days=14)
SHARE = 0.95
LEAST = 1


def run(estate: EstateFacts) -> Iterator[Finding]:
    clients = [x for x in estate.assets if x.in_use and x.kind in CLIENT_KINDS]
    if len(clients) < LEAST:
        return
    known = sum(1 for x in clients if estate.fresh(x.patches_known_at, YOUNG))
    share = known / len(clients)
    said = f"der Stand der Updates ist bei {known} von {len(clients)} Arbeitsplatzgeräten bekannt und jünger als 14 Tage."
    result = Result.SATISFIED if share >= SHARE else Result.UNKNOWN
    yield CHECK.finding(result, None, f"Arbeitsplätze: {said}", midnight(estate))


CHECK = Check(
    id="S01",
    version=1,
    title="Stand der Updates bekannt",
    rule="Bei mindestens 95 % der Arbeitsplatzgeräte ist der Stand der Updates bekannt und jünger als 14 Tage.",
    controls=("OW-UPD-03", "OW-UPD-02"),
    kompendium=("OPS.1.1.3.A15",),
    grundschutzpp=("d652bc78-8f87-42ef-a52a-7bdd9a43212f",),
    about="Arbeitsplätze, Notebooks, Thin Clients und Tablets",
    lacking="Meldung eines Agenten, der das Betriebssystem mit Stand nennt",
    max_age=YOUNG,
    verdict=Verdict.SUPPORTS,
    run=run,
)
