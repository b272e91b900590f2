"""W23: devices are read with SNMPv3, not with versions that send everything in clear."""

from __future__ import annotations

from collections.abc import Iterator

from isms.checks._absence import scanned
from isms.facts import EstateFacts
from isms.finding import Check, Finding, Result, moment


def run(estate: EstateFacts) -> Iterator[Finding]:
    for asset in scanned(estate):
        snmp = asset.snmp
        if snmp is None or not estate.fresh(snmp.observed_at):
            continue
        where = f"{asset.ips[0]}:161"
        confined = estate.purpose_of(asset.ips[0]) == "management"
        if snmp.version is None:
            result, said = Result.UNKNOWN, "die Version von SNMP ist unbekannt."
        elif snmp.version.lower().lstrip("v") in ("1", "2c", "2"):
            result = Result.SATISFIED if confined else Result.NOT_SATISFIED
            place = "im Verwaltungsnetz" if confined else "außerhalb des Verwaltungsnetzes"
            said = f"SNMP {snmp.version} überträgt unverschlüsselt, {place}."
        else:
            result, said = Result.SATISFIED, "SNMPv3 mit eigener Kennung."
        text = f"{asset.name} ({where}): {said} Gelesen am {moment(snmp.observed_at)}."
        yield CHECK.finding(result, asset, text, snmp.observed_at, where)


CHECK = Check(
    id="W23",
    version=1,
    title="SNMP ohne Verschlüsselung",
    rule="Außerhalb des Verwaltungsnetzes werden Geräte nur mit SNMPv3 gelesen.",
    controls=("OW-NET-07",),
    kompendium=("NET.1.2.A10", "NET.1.2.A9"),
    grundschutzpp=("b73c400e-b4f8-494c-ac02-619258f77a2d",),
    about="Geräte, die mit SNMP gelesen werden",
    lacking="Version beim Lesen",
    run=run,
)
