"""W38: nobody logs in over version 1 of SSH."""

from __future__ import annotations

from collections.abc import Iterator

from isms.checks._absence import scanned, seen
from isms.facts import EstateFacts, ServiceFacts
from isms.finding import Check, Finding, Result


def _protocol(service: ServiceFacts) -> str | None:
    """The version of the protocol in the greeting: `1.5`, `1.99` (both) or `2.0`."""
    said = str(service.facts.get("ssh_protocol") or service.facts.get("extra") or "").lower()
    _before, word, after = said.partition("protocol ")
    text = (after if word else said).split(maxsplit=1)[0].rstrip(";,)") if (after or said) else ""
    return text if text[:2] in ("1.", "2.") else None


def run(estate: EstateFacts) -> Iterator[Finding]:
    for asset in scanned(estate):
        for service in estate.services(asset):
            if service.name != "ssh" and service.port != 22:
                continue
            protocol = _protocol(service)
            if protocol is None:
                yield seen(CHECK, asset, service, Result.UNKNOWN, "welche Fassung von SSH angeboten wird, ist unbekannt.")
            elif protocol.startswith("1."):
                yield seen(
                    CHECK,
                    asset,
                    service,
                    Result.NOT_SATISFIED,
                    f"die alte Fassung 1 von SSH wird angeboten (Begrüßung {protocol}).",
                )
            else:
                yield seen(CHECK, asset, service, Result.SATISFIED, "nur Fassung 2 von SSH.")


CHECK = Check(
    id="W38",
    version=1,
    title="Veraltete Fassung von SSH",
    rule="Kein Gerät bietet SSH in Fassung 1 an (Begrüßung 1.5 oder 1.99).",
    controls=("OW-SRV-04", "OW-NET-09"),
    kompendium=("SYS.1.3.A8", "NET.3.1.A4"),
    grundschutzpp=("b73c400e-b4f8-494c-ac02-619258f77a2d",),
    about="Geräte, die auf SSH antworten",
    lacking="Begrüßung des Dienstes aus der Diensterkennung",
    run=run,
)
