"""W22: a certificate that ends within 30 days has its successor planned."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from isms.checks._absence import scanned
from isms.facts import EstateFacts
from isms.finding import Check, Finding, Result, day, moment

NOTICE = timedelta(days=30)
"""Reminders start at 60 d (domain 2.14); evidence against the claim "ends are watched" only in the last 30 d."""


def run(estate: EstateFacts) -> Iterator[Finding]:
    for asset in scanned(estate):
        for certificate in asset.certificates:
            end = certificate.not_after
            if end is None or end < estate.now or not estate.fresh(certificate.observed_at):
                continue  # expired ones are W03's
            where = f"{certificate.ip}:{certificate.port}"
            days = (end - estate.now).days
            if end - estate.now <= NOTICE:
                result, said = Result.NOT_SATISFIED, f"das Zertifikat läuft in {days} Tagen ab, am {day(end)}."
            else:
                result, said = Result.SATISFIED, f"das Zertifikat gilt noch {days} Tage."
            text = f"{asset.name} ({where}): {said} Gesehen am {moment(certificate.observed_at)}."
            yield CHECK.finding(result, asset, text, certificate.observed_at, where)


CHECK = Check(
    id="W22",
    version=1,
    title="Zertifikat läuft bald ab",
    rule="Kein genutztes Zertifikat läuft innerhalb der nächsten 30 Tage ab.",
    controls=("OW-SRV-17",),
    kompendium=("APP.3.2.A11",),
    grundschutzpp=("681822fa-f526-4580-9436-7c7d4c94edf3",),
    run=run,
)
