"""W03: certificates of used services are valid now and name the service."""

from __future__ import annotations

from collections.abc import Iterator

from isms.checks._absence import certificates
from isms.facts import AssetFacts, CertificateFacts, EstateFacts
from isms.finding import Check, Finding, Result, day


def names_match(names: tuple[str, ...], certificate: CertificateFacts) -> bool | None:
    """Does the certificate name one of the device's names or its address? None where either side says nothing."""
    said = {x.lower().rstrip(".") for x in certificate.names}
    known = {x.lower().rstrip(".") for x in names}
    if not said or not known:
        return None
    labels = {x.partition(".")[0] for x in known}
    for name in said:
        if name in known or name == certificate.ip or name.partition(".")[0] in labels:
            return True
        if name.startswith("*.") and any(x.endswith(name[1:]) for x in known):
            return True
    return False


def _judge(estate: EstateFacts, asset: AssetFacts, certificate: CertificateFacts) -> tuple[Result, str]:
    if certificate.not_after is None:
        return Result.UNKNOWN, "das Ablaufdatum des Zertifikats ist unbekannt."
    if certificate.not_after < estate.now:
        return Result.NOT_SATISFIED, f"das Zertifikat ist am {day(certificate.not_after)} abgelaufen."
    if certificate.not_before is not None and certificate.not_before > estate.now:
        return Result.NOT_SATISFIED, f"das Zertifikat gilt erst ab {day(certificate.not_before)}."
    if names_match(asset.names, certificate) is False:
        return Result.NOT_SATISFIED, f"das Zertifikat ist auf {', '.join(certificate.names)} ausgestellt, nicht auf dieses Gerät."
    return Result.SATISFIED, f"das Zertifikat gilt bis {day(certificate.not_after)}."


def run(estate: EstateFacts) -> Iterator[Finding]:
    yield from certificates(CHECK, estate, lambda asset, certificate: _judge(estate, asset, certificate))


CHECK = Check(
    id="W03",
    version=2,
    title="Zertifikat abgelaufen oder auf falschen Namen",
    rule="Zertifikate genutzter Dienste sind gültig und nennen den Namen oder die Adresse des Geräts.",
    controls=("OW-SRV-17", "OW-ARB-21"),
    kompendium=("APP.3.2.A11",),
    grundschutzpp=("99806244-514d-43e2-be34-4ac7ab0517ad",),
    about="Zertifikate offener Dienste",
    lacking="Ablaufdatum des Zertifikats",
    run=run,
)
