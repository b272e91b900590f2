"""W47: the firmware of printers is not ancient."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from isms.checks._absence import scanned
from isms.facts import EstateFacts
from isms.finding import Check, Finding, Result
from service.settings import local_day

OLDEST = timedelta(days=5 * 365)
KINDS = frozenset({"printer", "label_printer"})
_DAY = re.compile(r"(?<![0-9])(20[0-9]{2})[-._/]?(0[1-9]|1[0-2])[-._/]?(0[1-9]|[12][0-9]|3[01])(?![0-9])")


def made_on(firmware: str) -> date | None:
    """The day in a firmware's name (`20180412`, `2018-04-12`), where it has one."""
    found = _DAY.search(firmware)
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None


def run(estate: EstateFacts) -> Iterator[Finding]:
    for asset in scanned(estate):
        if asset.kind not in KINDS or not estate.fresh(asset.last_scanned):
            continue
        made = made_on(asset.firmware or "")
        if made is None:
            result, said = Result.UNKNOWN, "wie alt die Firmware ist, ist unbekannt."
        elif local_day(estate.now) - made > OLDEST:
            result, said = Result.NOT_SATISFIED, f"die Firmware ist vom {made:%d.%m.%Y}, älter als fünf Jahre."
        else:
            result, said = Result.SATISFIED, f"die Firmware ist vom {made:%d.%m.%Y}."
        yield CHECK.finding(result, asset, f"{asset.name}: {said}", asset.last_scanned)


CHECK = Check(
    id="W47",
    version=1,
    title="Sehr alte Firmware eines Druckers",
    rule="Die Firmware von Druckern ist höchstens fünf Jahre alt.",
    controls=("OW-UPD-03", "OW-ARB-16"),
    kompendium=("OPS.1.1.3.A15", "SYS.4.1.A18"),
    grundschutzpp=("b2c08460-0038-4f49-b459-dba756e55ae9",),
    about="Drucker, die ein Scan gesehen hat",
    lacking="Firmware mit einem Datum im Namen",
    run=run,
)
