"""W32: the remote control of a server's board answers in the management network only."""

from __future__ import annotations

from collections.abc import Iterator

from isms.checks._absence import scanned, seen
from isms.facts import EstateFacts
from isms.finding import Check, Finding, Result


def run(estate: EstateFacts) -> Iterator[Finding]:
    for asset in scanned(estate):
        for service in (*estate.services(asset, 623), *estate.datagrams(asset, 623)):
            purpose = estate.purpose_of(service.ip)
            if purpose is None:
                result, said = Result.UNKNOWN, "IPMI antwortet; der Zweck des Netzes ist unbekannt."
            elif purpose == "management":
                result, said = Result.SATISFIED, "IPMI antwortet nur im Verwaltungsnetz der Technik."
            else:
                result, said = Result.NOT_SATISFIED, "IPMI antwortet außerhalb des Verwaltungsnetzes der Technik."
            yield seen(CHECK, asset, service, result, said)


CHECK = Check(
    id="W32",
    version=1,
    title="Fernsteuerung der Hauptplatine (IPMI) außerhalb des Verwaltungsnetzes",
    rule="IPMI (623/udp, 623/tcp) antwortet nur im Verwaltungsnetz der Technik.",
    controls=("OW-NET-06", "OW-SRV-02"),
    kompendium=("NET.1.1.A21", "SYS.1.1.A5"),
    grundschutzpp=("d02f23d0-9c15-4811-838f-6440ee744334",),
    about="Geräte, die auf IPMI antworten",
    lacking="Zweck des Netzes",
    run=run,
)
