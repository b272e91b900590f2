"""W22: a certificate that ends within 30 days has its successor planned."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from isms.checks._absence import Judged, certificates
from isms.facts import CertificateFacts, EstateFacts
from isms.finding import Check, Finding, Result, day

NOTICE = timedelta(days=30)
"""Reminders start at 60 d (domain 2.14); evidence against the claim "ends are watched" only in the last 30 d."""


def _judge(estate: EstateFacts, certificate: CertificateFacts) -> Judged | None:
    end = certificate.not_after
    if end is None or end < estate.now:
        return None  # expired ones are W03's
    days = (end - estate.now).days
    if end - estate.now <= NOTICE:
        return Result.NOT_SATISFIED, f"das Zertifikat läuft in {days} Tagen ab, am {day(end)}."
    return Result.SATISFIED, f"das Zertifikat gilt noch {days} Tage."


def run(estate: EstateFacts) -> Iterator[Finding]:
    yield from certificates(CHECK, estate, lambda _, certificate: _judge(estate, certificate))


CHECK = Check(
    id="W22",
    version=2,
    title="Zertifikat läuft bald ab",
    rule="Kein genutztes Zertifikat läuft innerhalb der nächsten 30 Tage ab.",
    controls=("OW-SRV-17",),
    kompendium=("APP.3.2.A11",),
    grundschutzpp=("681822fa-f526-4580-9436-7c7d4c94edf3",),
    about="Zertifikate offener Dienste, die noch gültig sind",
    run=run,
)
