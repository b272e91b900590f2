"""W14: no server room lies where water would go."""

from __future__ import annotations

from collections.abc import Iterator

from isms.facts import EstateFacts
from isms.finding import Check, Finding, Result


def run(estate: EstateFacts) -> Iterator[Finding]:
    for site in estate.sites:
        if not site.server_room:
            continue
        if site.hazards is None:
            result, said = Result.UNKNOWN, "zur Lage des Serverraums ist nichts eingetragen."
        elif {"flood", "cellar"} <= site.hazards:
            result, said = Result.NOT_SATISFIED, "der Serverraum liegt im Keller und in der Hochwasserzone."
        else:
            result, said = Result.SATISFIED, "der Serverraum liegt nicht im Keller einer Hochwasserzone."
        yield CHECK.finding(result, None, f"{site.name}: {said}", site.entered_at, site.name[:100])


CHECK = Check(
    id="W14",
    version=1,
    title="Serverraum im Keller einer Hochwasserzone",
    rule="Kein Standort mit Serverraum hat zugleich die Merkmale „Technik im Keller“ und „Hochwasserzone“.",
    controls=("OW-GEB-05",),
    kompendium=("INF.5.A2",),
    grundschutzpp=("6f00e3ab-1053-42c0-8c40-0a9d79b0656d",),
    about="Standorte mit Serverraum",
    lacking="Merkmale der Lage am Standort",
    max_age=None,
    run=run,
)
