"""W28: no remote desktop answers where people's devices live."""

from __future__ import annotations

from collections.abc import Iterator

from isms.checks._absence import workplaces
from isms.facts import EstateFacts
from isms.finding import Check, Finding

PORTS = {3389: "RDP"}


def run(estate: EstateFacts) -> Iterator[Finding]:
    said = "die Fernsteuerung (RDP) ist aus einem Netz mit Arbeitsplätzen erreichbar."
    yield from workplaces(CHECK, estate, PORTS, lambda _: said, "kein RDP offen.")


CHECK = Check(
    id="W28",
    version=1,
    title="Fernsteuerung (RDP) aus dem Netz der Arbeitsplätze",
    rule="In Netzen mit Arbeitsplätzen antwortet keine Fernsteuerung über RDP (3389/tcp).",
    controls=("OW-SRV-02", "OW-NET-03"),
    kompendium=("SYS.2.2.3.A19", "SYS.1.2.3.A6"),
    grundschutzpp=("8af42e9e-5340-4690-9567-88a5309aee3a",),
    about="Geräte mit Adresse in einem Netz der Arbeitsplätze",
    run=run,
)
