"""W19: directory queries run encrypted."""

from __future__ import annotations

from collections.abc import Iterator

from isms.checks._absence import absence, scanned
from isms.facts import EstateFacts, ServiceFacts
from isms.finding import Check, Finding

PORTS = {389: "LDAP", 3268: "LDAP (globaler Katalog)"}


def _clear(service: ServiceFacts) -> bool:
    """Open, not encrypted from the start, and not known to insist on STARTTLS."""
    return service.port in PORTS and not service.tls and not service.facts.get("starttls_required")


def run(estate: EstateFacts) -> Iterator[Finding]:
    for asset in scanned(estate):
        hits = [x for x in estate.services(asset) if _clear(x)]
        yield from absence(
            CHECK,
            estate,
            asset,
            hits,
            lambda x: f"{PORTS[x.port]} antwortet ohne Verschlüsselung; Anmeldungen können mitgelesen werden.",
            "kein unverschlüsseltes LDAP offen.",
        )


CHECK = Check(
    id="W19",
    version=1,
    title="Unverschlüsselte Verzeichnisabfragen (LDAP)",
    rule="LDAP (389/tcp, 3268/tcp) ist zu oder verlangt Verschlüsselung.",
    controls=("OW-SRV-11",),
    kompendium=("APP.2.1.A13",),
    grundschutzpp=("99806244-514d-43e2-be34-4ac7ab0517ad",),
    run=run,
)
