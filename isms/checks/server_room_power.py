"""W54: a server room has a second source of power."""

from __future__ import annotations

from collections.abc import Iterator

from isms.facts import EstateFacts
from isms.finding import Check, Finding, Result


def run(estate: EstateFacts) -> Iterator[Finding]:
    for site in estate.sites:
        if not site.server_room:
            continue
        if site.emergency_power is None:
            result, said = Result.UNKNOWN, "zum Notstrom ist nichts eingetragen."
        elif site.emergency_power == "none":
            result, said = Result.NOT_SATISFIED, "der Serverraum hat weder USV noch Netzersatzanlage."
        else:
            result, said = Result.SATISFIED, "für den Serverraum ist Notstrom eingetragen."
        yield CHECK.finding(result, None, f"{site.name}: {said}", site.entered_at, site.name[:100])


CHECK = Check(
    id="W54",
    version=1,
    title="Serverraum ohne Notstrom",
    rule="Jeder Standort mit Serverraum hat eine USV oder eine Netzersatzanlage.",
    controls=("OW-SRV-05",),
    kompendium=("INF.5.A16", "INF.2.A3"),
    grundschutzpp=("eeaa8977-05e5-4eaa-a5b7-ea490eb543cd",),
    about="Standorte mit Serverraum",
    lacking="Notstrom am Standort",
    max_age=None,
    run=run,
)
