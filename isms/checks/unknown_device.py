"""W07: an unknown device in a network of servers or administration is looked at within a week."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from isms.checks._absence import scanned
from isms.facts import EstateFacts
from isms.finding import Check, Finding, Result, day

PATIENCE = timedelta(days=7)
PURPOSES = {"server": "Servernetz", "management": "Verwaltungsnetz der Technik", "plc": "Fernwirknetz", "printer": "Druckernetz"}
"""Networks in which every device belongs to the town; in staff networks unknown devices are dropped (domain 8, rule 2)."""


def run(estate: EstateFacts) -> Iterator[Finding]:
    for asset in scanned(estate):
        ip = next((x for x in asset.ips if estate.purpose_of(x) in PURPOSES), None)
        if ip is None or asset.first_seen is None or not estate.fresh(asset.last_scanned):
            continue
        place = PURPOSES[estate.purpose_of(ip) or ""]
        if asset.reviewed or asset.listed:
            result, said = Result.SATISFIED, f"im {place} bekannt und bestätigt."
        elif estate.now - asset.first_seen > PATIENCE:
            result, said = Result.NOT_SATISFIED, f"unbekanntes Gerät im {place}, seit {day(asset.first_seen)} nicht geklärt."
        else:
            result, said = (
                Result.UNKNOWN,
                f"neues Gerät im {place} seit {day(asset.first_seen)}, noch in der Klärungsfrist von 7 Tagen.",
            )
        yield CHECK.finding(result, asset, f"{asset.name} ({ip}): {said}", asset.last_scanned, ip)


CHECK = Check(
    id="W07",
    version=1,
    title="Unbekanntes Gerät im Netz der Server oder der Technik",
    rule="Unbekannte Geräte in Netzen der Server, Drucker und Technik sind nach 7 Tagen geklärt.",
    controls=("OW-ORG-06",),
    kompendium=("OPS.1.1.1.A6",),
    grundschutzpp=("b10fc10c-a3be-4b30-977a-6a2d020760d6",),
    about="Geräte in Netzen der Server, Drucker und Technik",
    lacking="Ablauf der Klärungsfrist von 7 Tagen",
    run=run,
)
