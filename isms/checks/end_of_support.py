"""W06: every operating system, firmware line and device still has its maker's support, or extended support is on record.

The dates stand in `service/inventory/data/end_of_support.json` with the day on which they were looked up; what the table
does not know is unknown, not supported.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from isms.facts import AssetFacts, EstateFacts
from isms.finding import Check, Finding, Result, moment
from service.inventory.support import Product, Support, ends, table
from service.settings import local_day


def run(estate: EstateFacts) -> Iterator[Finding]:
    stand = f"Tabelle Stand {table().as_of:%d.%m.%Y}"
    for asset in estate.assets:
        if not asset.in_use:
            continue
        found = ends(Product(asset.manufacturer, asset.model, asset.os, asset.os_version, asset.firmware))
        seen = f" Erkannt am {moment(asset.os_observed_at)}." if asset.os_observed_at else ""
        if found:
            result, said = _judge(asset, found, local_day(estate.now), stand)
        elif asset.os:
            system = f"{asset.os} {asset.os_version or ''}".strip()
            result, said = Result.UNKNOWN, f"für {system} ist kein Ende der Unterstützung bekannt ({stand})."
        else:
            continue
        yield CHECK.finding(result, asset, f"{asset.name}: {said}{seen}", asset.os_observed_at or estate.now)


def _judge(asset: AssetFacts, found: tuple[Support, ...], today: date, stand: str) -> tuple[Result, str]:
    """`found` is what ends first, first; extended support is bought for the whole device."""
    over = [one for one in found if one.ends < today]
    if not over:
        return Result.SATISFIED, f"{found[0].name} wird bis {found[0].ends:%d.%m.%Y} unterstützt ({stand})."
    names = " und ".join(f"{one.name} (seit {one.ends:%d.%m.%Y})" for one in over)
    until = asset.extended_support_until
    if until is not None and until >= today:
        return Result.SATISFIED, f"{over[0].name}: verlängerte Unterstützung bis {until:%d.%m.%Y} ist eingetragen."
    if len(over) == 1:
        return Result.NOT_SATISFIED, f"{over[0].name} erhält seit {over[0].ends:%d.%m.%Y} keine Updates mehr ({stand})."
    return Result.NOT_SATISFIED, f"keine Updates mehr erhalten {names} ({stand})."


CHECK = Check(
    id="W06",
    version=2,
    title="System ohne Herstellerpflege",
    rule="Jedes System und jede Firmware wird laut Tabelle noch unterstützt, oder verlängerte Unterstützung ist eingetragen.",
    controls=("OW-UPD-03", "OW-MOB-08", "OW-UPD-09"),
    kompendium=("OPS.1.1.3.A15",),
    grundschutzpp=("b2c08460-0038-4f49-b459-dba756e55ae9",),
    about="Geräte, deren System, Firmware oder Modell bekannt ist",
    lacking="Eintrag in der Tabelle der Unterstützungsenden",
    max_age=None,
    run=run,
)
