"""W46: devices of one model run one firmware."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from isms.checks._absence import scanned
from isms.facts import AssetFacts, EstateFacts
from isms.finding import Check, Finding, Result, moment

Release = tuple[int, ...]


def _release(text: str) -> Release:
    """The numbers of a version in order; empty where it has none."""
    return tuple(int(x) for x in re.findall(r"[0-9]+", text)[:8])


def run(estate: EstateFacts) -> Iterator[Finding]:
    groups: dict[tuple[str, str], list[AssetFacts]] = defaultdict(list)
    for asset in scanned(estate):
        if asset.manufacturer and asset.model and asset.firmware and estate.fresh(asset.last_scanned):
            groups[asset.manufacturer.casefold(), asset.model.casefold()].append(asset)
    for members in groups.values():
        if len(members) < 2:
            continue  # one alone has nobody to differ from
        best = max(members, key=lambda x: _release(x.firmware or ""))
        newest = _release(best.firmware or "")
        for asset in members:
            model = f"{asset.manufacturer} {asset.model}"
            release = _release(asset.firmware or "")
            if not release or not newest:
                result, said = Result.UNKNOWN, f"der Stand {asset.firmware} lässt sich nicht einordnen."
            elif release < newest:
                result = Result.NOT_SATISFIED
                said = f"Firmware {asset.firmware}; andere Geräte der Reihe {model} haben schon {best.firmware}."
            else:
                result, said = Result.SATISFIED, f"neueste Firmware der Reihe {model}: {asset.firmware}."
            when = f" Gesehen am {moment(asset.last_scanned)}." if asset.last_scanned else ""
            yield CHECK.finding(result, asset, f"{asset.name}: {said}{when}", asset.last_scanned)


CHECK = Check(
    id="W46",
    version=1,
    title="Verschiedene Firmware in einer Baureihe",
    rule="Geräte eines Herstellers und Modells laufen mit der neuesten Firmware, die in der Stadt schon eingesetzt ist.",
    controls=("OW-UPD-03",),
    kompendium=("OPS.1.1.3.A15",),
    grundschutzpp=("b2c08460-0038-4f49-b459-dba756e55ae9",),
    about="Baureihen mit mindestens zwei Geräten, deren Firmware bekannt ist",
    lacking="Firmware mit Zahlen, die sich vergleichen lassen",
    run=run,
)
