"""W30: no NFS answers where people's devices live."""

from __future__ import annotations

from collections.abc import Iterator

from isms.checks._absence import workplaces
from isms.facts import EstateFacts
from isms.finding import Check, Finding

PORTS = {2049: "NFS"}


def run(estate: EstateFacts) -> Iterator[Finding]:
    said = "Dateien werden über NFS ohne persönliche Anmeldung in ein Netz mit Arbeitsplätzen gegeben."
    yield from workplaces(CHECK, estate, PORTS, lambda _: said, "kein NFS offen.")


CHECK = Check(
    id="W30",
    version=1,
    title="Dateifreigabe NFS im Netz der Arbeitsplätze",
    rule="In Netzen mit Arbeitsplätzen antwortet kein NFS (2049/tcp).",
    controls=("OW-SRV-10", "OW-SRV-03"),
    kompendium=("APP.3.3.A15", "SYS.1.1.A6"),
    grundschutzpp=("8af42e9e-5340-4690-9567-88a5309aee3a", "24c072af-d71b-4d57-8b8f-119194e5cb8a"),
    about="Geräte mit Adresse in einem Netz der Arbeitsplätze",
    run=run,
)
