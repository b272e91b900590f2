"""W57: accounts that nobody uses are closed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from isms.checks._absence import midnight
from isms.facts import EstateFacts
from isms.finding import Check, Finding, Result

PATIENCE = timedelta(days=90)
PLACE = "Konten"


def run(estate: EstateFacts) -> Iterator[Finding]:
    live = [x for x in estate.accounts if x.roles]
    if not live:
        return
    idle = sum(1 for x in live if estate.now - (x.last_used or x.created_at) > PATIENCE)
    if idle:
        result, said = Result.NOT_SATISFIED, f"{idle} von {len(live)} Konten wurden seit mehr als 90 Tagen nicht benutzt."
    else:
        result, said = Result.SATISFIED, f"alle {len(live)} Konten wurden in den letzten 90 Tagen benutzt."
    yield CHECK.finding(result, None, f"Odenwacht: {said}", midnight(estate), PLACE)


CHECK = Check(
    id="W57",
    version=1,
    title="Ungenutzte Konten",
    rule="Konten dieses Dienstes wurden in den letzten 90 Tagen benutzt.",
    controls=("OW-KTO-01", "OW-KTO-03"),
    kompendium=("ORP.4.A1", "ORP.4.A2"),
    grundschutzpp=("610f7bda-9051-44a0-bc6e-c8cbbac35af0",),
    about="Konten dieses Dienstes, gezählt und ohne Namen",
    lacking="–",
    max_age=None,
    run=run,
)
