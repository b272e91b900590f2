"""W44: keys of certificates are long enough."""

from __future__ import annotations

from collections.abc import Iterator

from isms.checks._absence import Judged, certificates
from isms.facts import AssetFacts, CertificateFacts, EstateFacts
from isms.finding import Check, Finding, Result

LEAST = {"rsa": 2048, "dh": 2048, "ec": 224}
"""Bits; below that no key counts as state of the art."""


def _judge(asset: AssetFacts, certificate: CertificateFacts) -> Judged | None:
    kind, bits = (certificate.key_type or "").lower(), certificate.key_bits
    if kind == "dsa":
        return Result.NOT_SATISFIED, "der Schlüssel des Zertifikats ist ein DSA-Schlüssel."
    least = LEAST.get(kind)
    if least is None or bits is None:
        return Result.UNKNOWN, "Art oder Länge des Schlüssels ist unbekannt."
    if bits < least:
        return Result.NOT_SATISFIED, f"der Schlüssel des Zertifikats hat nur {bits} Bit ({kind.upper()})."
    return Result.SATISFIED, f"der Schlüssel des Zertifikats hat {bits} Bit ({kind.upper()})."


def run(estate: EstateFacts) -> Iterator[Finding]:
    yield from certificates(CHECK, estate, _judge)


CHECK = Check(
    id="W44",
    version=1,
    title="Zertifikat mit schwachem Schlüssel",
    rule="Schlüssel von Zertifikaten haben bei RSA mindestens 2048, bei elliptischen Kurven mindestens 224 Bit.",
    controls=("OW-SRV-17",),
    kompendium=("APP.3.2.A11", "CON.1.A1"),
    grundschutzpp=("39301f7d-20ca-49c0-97e5-a8b048877e68",),
    about="Zertifikate offener Dienste",
    lacking="Art und Länge des Schlüssels aus dem Scan",
    run=run,
)
