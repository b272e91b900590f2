"""W13: nobody can write in the town's name."""

from __future__ import annotations

from collections.abc import Iterator

from isms.checks._absence import midnight
from isms.facts import EstateFacts
from isms.finding import Check, Finding, Result


def run(estate: EstateFacts) -> Iterator[Finding]:
    for domain in estate.mail_domains:
        at = domain.looked_at
        if domain.dmarc is None or not estate.fresh(at):
            result, said = Result.UNKNOWN, "welche DMARC-Richtlinie veröffentlicht ist, ist unbekannt."
        elif domain.dmarc == "missing":
            result, said = Result.NOT_SATISFIED, "es ist keine DMARC-Richtlinie veröffentlicht."
        elif domain.dmarc == "none":
            result, said = Result.NOT_SATISFIED, "die DMARC-Richtlinie verlangt nichts (p=none)."
        else:
            result, said = Result.SATISFIED, f"die DMARC-Richtlinie ist p={domain.dmarc}."
        yield CHECK.finding(result, None, f"{domain.name}: {said}", at, domain.name[:100])
    if not estate.mail_domains:
        text = "Maildomänen: keine eingetragen, die DNS-Prüfung ist nicht eingeschaltet."
        yield CHECK.finding(Result.UNKNOWN, None, text, midnight(estate))


CHECK = Check(
    id="W13",
    version=1,
    title="Absender der Stadt nicht geschützt (DMARC)",
    rule="Jede Maildomäne der Stadt veröffentlicht eine DMARC-Richtlinie mit quarantine oder reject.",
    controls=("OW-SRV-09",),
    kompendium=("APP.5.3.A9",),
    grundschutzpp=("b4f12703-f0d8-400d-a979-933d7e29a833",),
    about="Maildomänen der Stadt",
    lacking="Angabe zur DMARC-Richtlinie aus den letzten 30 Tagen",
    run=run,
)
