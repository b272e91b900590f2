"""W06: every operating system is still supported, or extended support is on record.

The dates stand in `service/inventory/data/end_of_support.json` with the day on which they were looked up; a system the
table does not know is unknown, not supported.
"""

from __future__ import annotations

from collections.abc import Iterator

from isms.facts import EstateFacts
from isms.finding import Check, Finding, Result, moment
from service.inventory.support import support_end, table


def run(estate: EstateFacts) -> Iterator[Finding]:
    stand = f"Tabelle Stand {table().as_of:%d.%m.%Y}"
    today = estate.now.date()
    for asset in estate.assets:
        if not asset.in_use or not asset.os:
            continue
        system = f"{asset.os} {asset.os_version or ''}".strip()
        seen = f" Erkannt am {moment(asset.os_observed_at)}." if asset.os_observed_at else ""
        entry = support_end(asset.os, asset.os_version)
        if entry is None:
            result, said = Result.UNKNOWN, f"für {system} ist kein Ende der Unterstützung bekannt ({stand})."
        elif entry.ends >= today:
            result, said = Result.SATISFIED, f"{entry.name} wird bis {entry.ends:%d.%m.%Y} unterstützt ({stand})."
        elif asset.extended_support_until is not None and asset.extended_support_until >= today:
            until = asset.extended_support_until
            result, said = Result.SATISFIED, f"{entry.name}: verlängerte Unterstützung bis {until:%d.%m.%Y} ist eingetragen."
        else:
            result, said = Result.NOT_SATISFIED, f"{entry.name} erhält seit {entry.ends:%d.%m.%Y} keine Updates mehr ({stand})."
        yield CHECK.finding(result, asset, f"{asset.name}: {said}{seen}", asset.os_observed_at or estate.now)


CHECK = Check(
    id="W06",
    version=1,
    title="Betriebssystem ohne Unterstützung",
    rule="Jedes Betriebssystem wird laut Tabelle noch unterstützt, oder verlängerte Unterstützung ist eingetragen.",
    controls=("OW-UPD-03", "OW-MOB-08"),
    kompendium=("OPS.1.1.3.A15",),
    grundschutzpp=("b2c08460-0038-4f49-b459-dba756e55ae9",),
    run=run,
)
