"""W25: mailboxes are read over encrypted ports only."""

from __future__ import annotations

from collections.abc import Iterator

from isms.checks._absence import absence, scanned
from isms.facts import EstateFacts, ServiceFacts
from isms.finding import Check, Finding

PORTS = {143: "IMAP", 110: "POP3"}


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
            "kein unverschlüsseltes IMAP oder POP3 offen.",
        )


CHECK = Check(
    id="W25",
    version=1,
    title="Unverschlüsselter Postfachabruf (IMAP, POP3)",
    rule="IMAP (143/tcp) und POP3 (110/tcp) sind zu oder verlangen Verschlüsselung.",
    controls=("OW-SRV-07", "OW-ARB-12"),
    kompendium=("APP.5.3.A1", "APP.5.3.A2"),
    grundschutzpp=("99806244-514d-43e2-be34-4ac7ab0517ad",),
    run=run,
)
