"""W36: calls are set up over encrypted connections."""

from __future__ import annotations

from collections.abc import Iterator

from isms.checks._absence import scanned, seen
from isms.facts import EstateFacts
from isms.finding import Check, Finding, Result

KINDS = frozenset({"phone", "telephony", "conference"})


def run(estate: EstateFacts) -> Iterator[Finding]:
    for asset in scanned(estate):
        clear = [x for x in (*estate.services(asset, 5060), *estate.datagrams(asset, 5060)) if not x.tls]
        sealed = list(estate.services(asset, 5061))
        for service in clear:
            if sealed:
                yield seen(
                    CHECK,
                    asset,
                    service,
                    Result.UNKNOWN,
                    "SIP ist mit und ohne Verschlüsselung möglich; was genutzt wird, ist unbekannt.",
                )
            else:
                yield seen(
                    CHECK,
                    asset,
                    service,
                    Result.NOT_SATISFIED,
                    "SIP antwortet nur unverschlüsselt; wer mit wem spricht, kann mitgelesen werden.",
                )
        if sealed and not clear and asset.kind in KINDS:
            yield seen(CHECK, asset, sealed[0], Result.SATISFIED, "SIP antwortet nur verschlüsselt.")


CHECK = Check(
    id="W36",
    version=1,
    title="Telefonie ohne Verschlüsselung (SIP)",
    rule="Telefone und Telefonanlagen bauen Gespräche verschlüsselt auf (5061/tcp statt 5060).",
    controls=("OW-NET-14",),
    kompendium=("NET.4.2.A8", "NET.4.2.A14"),
    grundschutzpp=("b73c400e-b4f8-494c-ac02-619258f77a2d",),
    about="Geräte, die auf SIP antworten",
    lacking="Auskunft, welcher der beiden Wege genutzt wird",
    run=run,
)
