"""W60: invitations that nobody answers are taken back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from isms.checks._absence import midnight
from isms.facts import EstateFacts
from isms.finding import Check, Finding, Result

PATIENCE = timedelta(days=14)
PLACE = "Einladungen"


def run(estate: EstateFacts) -> Iterator[Finding]:
    if estate.invitations is None:
        return
    old = sum(1 for at in estate.invitations if estate.now - at > PATIENCE)
    if old:
        result, said = Result.NOT_SATISFIED, f"{old} Einladungen sind seit mehr als 14 Tagen offen."
    else:
        result, said = Result.SATISFIED, "keine Einladung ist länger als 14 Tage offen."
    yield CHECK.finding(result, None, f"Odenwacht: {said}", midnight(estate), PLACE)


CHECK = Check(
    id="W60",
    version=1,
    title="Offene Einladungen",
    rule="Einladungen zu diesem Dienst werden binnen 14 Tagen angenommen oder zurückgezogen.",
    controls=("OW-KTO-01",),
    kompendium=("ORP.4.A1",),
    grundschutzpp=("610f7bda-9051-44a0-bc6e-c8cbbac35af0",),
    about="Einladungen zu diesem Dienst",
    lacking="–",
    max_age=None,
    run=run,
)
