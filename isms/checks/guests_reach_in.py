"""W52: guests reach nothing but the internet."""

from __future__ import annotations

from collections.abc import Iterator

from isms.checks._absence import scanned, seen
from isms.facts import EstateFacts, ServiceFacts
from isms.finding import Check, Finding, Result


def _from_guests(service: ServiceFacts) -> bool:
    return service.facts.get("seen_from_purpose") == "guest"


def run(estate: EstateFacts) -> Iterator[Finding]:
    for asset in scanned(estate):
        for service in (*estate.services(asset), *estate.datagrams(asset)):
            if _from_guests(service) and estate.purpose_of(service.ip) not in (None, "guest"):
                yield seen(CHECK, asset, service, Result.NOT_SATISFIED, "der Dienst ist aus dem Gästenetz erreichbar.")


CHECK = Check(
    id="W52",
    version=1,
    title="Aus dem Gästenetz erreichbar",
    rule="Aus dem Gästenetz ist kein Dienst in einem anderen Netz der Stadt erreichbar.",
    controls=("OW-NET-13",),
    kompendium=("NET.1.1.A4", "NET.2.1.A9"),
    grundschutzpp=("73c9c122-d3f6-42f9-a6f1-6b454a8b1853",),
    about="Dienste, die eine Sonde aus dem Gästenetz gesehen hat",
    lacking="Scan mit Standpunkt im Gästenetz",
    run=run,
)
