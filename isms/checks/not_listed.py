"""W08: what answers in the network stands in the newest frozen structure analysis; before there is one, in the town's list."""

from __future__ import annotations

from collections.abc import Iterator

from isms.checks._absence import scanned
from isms.facts import EstateFacts
from isms.finding import Check, Finding, Result, day, moment


def run(estate: EstateFacts) -> Iterator[Finding]:
    for asset in scanned(estate):
        seen = asset.last_scanned
        if seen is None or not estate.fresh(seen) or asset.kind == "virtual_address":
            continue
        where = asset.ips[0]
        frozen = estate.structure
        if frozen is not None and asset.first_seen is not None and asset.first_seen < frozen.frozen_at:
            at = f"Strukturanalyse Nr. {frozen.number} vom {day(frozen.frozen_at)}"
            if asset.id in frozen.assets:
                result, said = Result.SATISFIED, f"gesehen und in der {at} enthalten."
            else:
                result, said = Result.NOT_SATISFIED, f"am {moment(seen)} im Netz gesehen, fehlt aber in der {at}."
        elif asset.listed:
            result, said = Result.SATISFIED, "gesehen und in der Liste geführt."
        elif not estate.lists_known:
            result, said = Result.UNKNOWN, "gesehen; eine Bestandsliste liegt noch nicht vor."
        else:
            result, said = Result.NOT_SATISFIED, f"am {moment(seen)} im Netz gesehen, fehlt aber in der Bestandsliste."
        yield CHECK.finding(result, asset, f"{asset.name} ({where}): {said}", seen, where)


CHECK = Check(
    id="W08",
    version=2,
    title="Gesehen, aber nicht in der Liste",
    rule="Jedes im Netz gesehene Gerät steht in der neuesten eingefrorenen Strukturanalyse, ohne eine in der Bestandsliste.",
    controls=("OW-ORG-06",),
    kompendium=("NET.1.1.A15", "OPS.1.1.1.A8"),
    grundschutzpp=("b10fc10c-a3be-4b30-977a-6a2d020760d6",),
    about="Geräte, die ein Scan gesehen hat",
    lacking="Bestandsliste oder eingefrorene Strukturanalyse",
    run=run,
)
