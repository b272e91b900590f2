"""W43: certificates are renewed often enough."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from isms.checks._absence import Judged, certificates
from isms.facts import AssetFacts, CertificateFacts, EstateFacts
from isms.finding import Check, Finding, Result

LONGEST = timedelta(days=825)
"""A little more than two years: the term public authorities were held to before 398 days; inner ones may keep it."""


def _judge(asset: AssetFacts, certificate: CertificateFacts) -> Judged | None:
    if certificate.self_issued:
        return None  # W42 speaks of those
    if certificate.not_before is None or certificate.not_after is None:
        return Result.UNKNOWN, "die Laufzeit des Zertifikats ist unbekannt."
    days = (certificate.not_after - certificate.not_before).days
    if certificate.not_after - certificate.not_before > LONGEST:
        return Result.NOT_SATISFIED, f"das Zertifikat läuft {days} Tage, länger als {LONGEST.days}."
    return Result.SATISFIED, f"das Zertifikat läuft {days} Tage."


def run(estate: EstateFacts) -> Iterator[Finding]:
    yield from certificates(CHECK, estate, _judge)


CHECK = Check(
    id="W43",
    version=1,
    title="Zertifikat mit zu langer Laufzeit",
    rule="Zertifikate genutzter Dienste laufen höchstens 825 Tage.",
    controls=("OW-SRV-17",),
    kompendium=("APP.3.2.A11", "CON.1.A4"),
    grundschutzpp=("681822fa-f526-4580-9436-7c7d4c94edf3",),
    about="Zertifikate offener Dienste, außer selbst ausgestellten",
    lacking="Beginn und Ende der Laufzeit",
    run=run,
)
