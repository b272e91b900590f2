"""W05: the community with which the town itself reads its devices is not a vendor's default.

Nothing is tried: the only evidence is that the town's own configured community works and is a well-known default.
"""

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
        seen = f"Gelesen am {moment(snmp.observed_at)}."
        if snmp.default_community is None:
            result, said = Result.UNKNOWN, "mit welcher Kennung SNMP gelesen wurde, ist unbekannt."
        elif snmp.default_community:
            result, said = Result.NOT_SATISFIED, "SNMP antwortet auf eine vom Hersteller vorgegebene Kennung."
        else:
            result, said = Result.SATISFIED, "SNMP wird nicht mit einer Herstellerkennung gelesen."
        where = f"{asset.ips[0]}:161"
        yield CHECK.finding(result, asset, f"{asset.name} ({where}): {said} {seen}", snmp.observed_at, where)


CHECK = Check(
    id="W05",
    version=1,
    title="SNMP mit Herstellerkennung",
    rule="Die von der Stadt selbst eingestellte SNMP-Kennung (Version 1 und 2c) ist keine Vorgabe eines Herstellers.",
    controls=("OW-NET-07", "OW-NET-08"),
    kompendium=("NET.1.2.A10", "NET.3.1.A1"),
    grundschutzpp=("14a61781-67a3-41c7-9f73-89d5809ea2b0",),
    about="Geräte, die mit SNMP gelesen werden",
    lacking="Vermerk beim Lesen, mit welcher Art Kennung gelesen wurde",
    run=run,
)
