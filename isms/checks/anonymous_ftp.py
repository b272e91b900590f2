"""W40: no file service lets in everybody."""

from __future__ import annotations

from collections.abc import Iterator

from isms.checks._absence import scanned, seen
from isms.facts import EstateFacts, ServiceFacts
from isms.finding import Check, Finding, Result


def _says_open(service: ServiceFacts) -> bool | None:
    """What an imported scan or the greeting already told; nobody logs in to find out."""
    said = service.facts.get("ftp_anonymous")
    if isinstance(said, bool):
        return said
    banner = f"{service.facts.get('extra', '')} {service.facts.get('banner', '')}".lower()
    return True if "anonymous" in banner and "no anonymous" not in banner and "not allowed" not in banner else None


def run(estate: EstateFacts) -> Iterator[Finding]:
    for asset in scanned(estate):
        for service in estate.services(asset):
            if service.port != 21 and service.name != "ftp":
                continue
            said = _says_open(service)
            if said is None:
                yield seen(
                    CHECK,
                    asset,
                    service,
                    Result.UNKNOWN,
                    "ob FTP ohne eigenes Konto nutzbar ist, ist unbekannt; es wird nicht versucht.",
                )
            elif said:
                yield seen(
                    CHECK,
                    asset,
                    service,
                    Result.NOT_SATISFIED,
                    "FTP lässt laut Scan oder Begrüßung jeden ohne eigenes Konto ein.",
                )
            else:
                yield seen(CHECK, asset, service, Result.SATISFIED, "FTP lässt niemanden ohne eigenes Konto ein.")


CHECK = Check(
    id="W40",
    version=1,
    title="FTP ohne eigenes Konto",
    rule="Kein FTP-Dienst sagt von sich, dass er jeden ohne eigenes Konto einlässt.",
    controls=("OW-SRV-10", "OW-SRV-03"),
    kompendium=("SYS.1.1.A2", "APP.3.3.A15"),
    grundschutzpp=("6bcd486c-909c-424c-9f78-35ed96588a5c",),
    about="Geräte, die auf FTP antworten",
    lacking="Auskunft des Dienstes oder eines eingelesenen Scans",
    run=run,
)
