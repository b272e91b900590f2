"""W45: certificates are signed with an algorithm that holds."""

from __future__ import annotations

from collections.abc import Iterator

from isms.checks._absence import Judged, certificates
from isms.facts import AssetFacts, CertificateFacts, EstateFacts
from isms.finding import Check, Finding, Result

WEAK = {"md2": "MD2", "md4": "MD4", "md5": "MD5", "sha1": "SHA-1"}


def _judge(asset: AssetFacts, certificate: CertificateFacts) -> Judged | None:
    said = (certificate.signature or "").lower().replace("-", "")
    if not said:
        return Result.UNKNOWN, "das Signaturverfahren des Zertifikats ist unbekannt."
    weak = next((word for key, word in WEAK.items() if key in said), None)
    if weak is not None:
        return Result.NOT_SATISFIED, f"das Zertifikat ist mit {weak} unterschrieben."
    return Result.SATISFIED, f"das Zertifikat ist mit {certificate.signature} unterschrieben."


def run(estate: EstateFacts) -> Iterator[Finding]:
    yield from certificates(CHECK, estate, _judge)


CHECK = Check(
    id="W45",
    version=1,
    title="Zertifikat mit schwacher Unterschrift",
    rule="Zertifikate genutzter Dienste sind nicht mit MD5 oder SHA-1 unterschrieben.",
    controls=("OW-SRV-17",),
    kompendium=("APP.3.2.A11", "CON.1.A1"),
    grundschutzpp=("efea2ba5-e5b5-4344-9341-b87340dab114",),
    about="Zertifikate offener Dienste",
    lacking="Signaturverfahren aus dem Scan",
    run=run,
)
