"""W21: what stands in the list has been seen by a scan at least once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from isms.facts import CLIENT_KINDS, EstateFacts
from isms.finding import Check, Finding, Result, day

ADDRESSLESS = frozenset({"monitor", "dock", "headset", "scanner", "projector", "smartphone"})
"""Small devices without an address of their own in the town's networks: no scan can see them."""
PASSIVE = frozenset({"plc"})
"""Telecontrol is only listened to (domain 8, rule 1): not being seen there proves nothing."""
PATIENCE = timedelta(days=30)


def run(estate: EstateFacts) -> Iterator[Finding]:
    scans = [x.scanned_at for x in estate.assets if x.scanned_at is not None]
    scanning = bool(scans) and estate.fresh(max(scans))
    for asset in estate.assets:
        if not asset.in_use or not asset.listed or asset.kind in ADDRESSLESS:
            continue
        seen = asset.last_scanned
        if seen is not None:
            yield CHECK.finding(
                Result.SATISFIED, asset, f"{asset.name}: in der Liste und im Netz gesehen, zuletzt am {day(seen)}.", seen
            )
            continue
        listed = asset.first_seen
        if (
            not scanning
            or listed is None
            or estate.now - listed <= PATIENCE
            or asset.kind in CLIENT_KINDS | PASSIVE | {"unknown"}
        ):
            # A notebook in a drawer is normal (domain 2.10): no alarm.
            text = f"{asset.name}: steht in der Liste, wurde bisher von keinem Scan gesehen."
            yield CHECK.finding(Result.UNKNOWN, asset, text, listed)
        else:
            text = f"{asset.name}: steht seit {day(listed)} in der Liste, wurde aber nie von einem Scan gesehen."
            yield CHECK.finding(Result.NOT_SATISFIED, asset, text, max(scans))


CHECK = Check(
    id="W21",
    version=1,
    title="In der Liste, aber nie gesehen",
    rule="Server, Netz- und Drucktechnik aus der Bestandsliste wurden binnen 30 Tagen von einem Scan gesehen.",
    controls=("OW-ORG-06",),
    kompendium=("OPS.1.1.1.A8", "OPS.1.1.1.A6"),
    grundschutzpp=("b10fc10c-a3be-4b30-977a-6a2d020760d6",),
    about="Geräte der Bestandsliste mit eigener Adresse",
    lacking="Scan der letzten 30 Tage; Notebooks in der Schublade bleiben unbekannt",
    run=run,
)
