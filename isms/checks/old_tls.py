"""W04: no service offers SSLv3, TLS 1.0 or TLS 1.1."""

from __future__ import annotations

from collections.abc import Iterator

from isms.checks._absence import scanned
from isms.facts import EstateFacts
from isms.finding import Check, Finding, Result, moment

OLD = {"sslv2": "SSL 2", "sslv3": "SSL 3", "tlsv1.0": "TLS 1.0", "tlsv1": "TLS 1.0", "tlsv1.1": "TLS 1.1"}


def run(estate: EstateFacts) -> Iterator[Finding]:
    for asset in scanned(estate):
        for service in estate.services(asset):
            offered = service.facts.get("tls_versions")
            if not service.tls and not offered:
                continue
            old = [OLD[x] for x in (str(y).lower().replace(" ", "") for y in offered or ()) if x in OLD]
            if old:
                result, said = Result.NOT_SATISFIED, f"veraltete Verschlüsselung wird angeboten: {', '.join(dict.fromkeys(old))}."
            elif offered:
                result, said = Result.SATISFIED, f"nur zeitgemäße Verschlüsselung: {', '.join(map(str, offered))}."
            else:
                result, said = Result.UNKNOWN, "welche Fassungen der Verschlüsselung angeboten werden, ist unbekannt."
            text = f"{asset.name} ({service.where}): {said} Gesehen am {moment(service.observed_at)}."
            yield CHECK.finding(result, asset, text, service.observed_at, service.where)


CHECK = Check(
    id="W04",
    version=1,
    title="Veraltete Verschlüsselung (SSL 3, TLS 1.0, TLS 1.1)",
    rule="Kein Dienst bietet SSL 2, SSL 3, TLS 1.0 oder TLS 1.1 an.",
    controls=("OW-SRV-17",),
    kompendium=("APP.3.2.A11",),
    grundschutzpp=("b73c400e-b4f8-494c-ac02-619258f77a2d",),
    about="Dienste mit TLS",
    lacking="Messung der angebotenen Fassungen (im Netz freigegeben)",
    run=run,
)
