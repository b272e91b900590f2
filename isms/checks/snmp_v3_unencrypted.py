"""W41: SNMPv3 is used with its encryption."""

from __future__ import annotations

from collections.abc import Iterator

from isms.checks._absence import scanned
from isms.facts import EstateFacts
from isms.finding import Check, Finding, Result, moment


def run(estate: EstateFacts) -> Iterator[Finding]:
    for asset in scanned(estate):
        snmp = asset.snmp
        if snmp is None or not estate.fresh(snmp.observed_at) or (snmp.version or "").lower().lstrip("v") != "3":
            continue
        where = f"{asset.ips[0]}:161"
        if snmp.encrypted is None:
            result, said = Result.UNKNOWN, "ob SNMPv3 verschlüsselt, ist unbekannt."
        elif snmp.encrypted:
            result, said = Result.SATISFIED, "SNMPv3 mit Verschlüsselung."
        else:
            result, said = Result.NOT_SATISFIED, "SNMPv3 wird ohne Verschlüsselung genutzt."
        text = f"{asset.name} ({where}): {said} Gelesen am {moment(snmp.observed_at)}."
        yield CHECK.finding(result, asset, text, snmp.observed_at, where)


CHECK = Check(
    id="W41",
    version=1,
    title="SNMPv3 ohne Verschlüsselung",
    rule="Geräte, die mit SNMPv3 gelesen werden, werden verschlüsselt gelesen.",
    controls=("OW-NET-07",),
    kompendium=("NET.1.2.A9", "NET.1.2.A10"),
    grundschutzpp=("b73c400e-b4f8-494c-ac02-619258f77a2d",),
    about="Geräte, die mit SNMPv3 gelesen werden",
    lacking="Einstellung des SNMP-Zugangs beim Lesen",
    run=run,
)
