"""W15: no UPS reports a fault of its battery or a failed self-test."""

from __future__ import annotations

from collections.abc import Iterator

from isms.checks._absence import scanned
from isms.facts import EstateFacts
from isms.finding import Check, Finding, Result, moment

BAD = {
    "low": "Batterie schwach",
    "depleted": "Batterie leer",
    "fault": "Batteriefehler",
    "test_failed": "Selbsttest fehlgeschlagen",
}
GOOD = frozenset({"normal", "ok"})


def run(estate: EstateFacts) -> Iterator[Finding]:
    for asset in scanned(estate):
        if asset.kind != "ups":
            continue
        snmp = asset.snmp
        if snmp is None or not estate.fresh(snmp.observed_at) or snmp.ups_battery not in GOOD | set(BAD):
            text = f"{asset.name}: der Zustand der Batterie ist unbekannt."
            yield CHECK.finding(Result.UNKNOWN, asset, text, snmp.observed_at if snmp else None)
            continue
        bad = BAD.get(snmp.ups_battery or "")
        said = f"{bad}." if bad else "Batterie in Ordnung."
        text = f"{asset.name} ({asset.ips[0]}): {said} Gelesen am {moment(snmp.observed_at)}."
        yield CHECK.finding(Result.NOT_SATISFIED if bad else Result.SATISFIED, asset, text, snmp.observed_at, asset.ips[0])


CHECK = Check(
    id="W15",
    version=1,
    title="USV meldet Batteriefehler",
    rule="Keine unterbrechungsfreie Stromversorgung meldet einen Batteriefehler oder einen fehlgeschlagenen Selbsttest.",
    controls=("OW-SRV-05", "OW-GEB-15"),
    kompendium=("INF.2.A3", "INF.5.A16"),
    grundschutzpp=("eeaa8977-05e5-4eaa-a5b7-ea490eb543cd",),
    about="unterbrechungsfreie Stromversorgungen",
    lacking="Zustand der Batterie aus SNMP",
    run=run,
)
