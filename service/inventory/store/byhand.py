"""Enter devices by hand: refused where a number is in the estate already, else taken in as any other source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from scanners.observation import Collection
from service.audit.chain import Actor
from service.db import SafeTransaction
from service.errors import Wrong
from service.i18n import gettext as _
from service.inventory import folding
from service.inventory.byhand import Mark
from service.inventory.store.intake import Taken, take_in

_KNOWN = """select i.kind, i.value, a.name from identifier i join asset a on a.town_id = i.town_id and a.id = i.asset_id
where i.town_id = $1 and a.gone_at is null and not i.shared
  and ((i.kind = 'serial' and i.value = any ($2::text[])) or (i.kind = 'inventory' and i.value = any ($3::text[])))"""


async def add(
    tx: SafeTransaction,
    town: int,
    collection: Collection,
    marks: Sequence[Mark],
    typed: Mapping[str, str],
    *,
    by: Actor,
    now: datetime,
    title: str,
) -> Taken:
    """Take the devices in.

    Raises:
        Wrong: a serial or inventory number belongs to a device that is there; `where` names the line.
    """
    serials = {folding.fold_serial(mark.serial): mark for mark in marks if mark.serial}
    numbers = {folding.fold_inventory(mark.inventory_no): mark for mark in marks if mark.inventory_no}
    for row in await tx.connection.fetch(_KNOWN, town, list(serials), list(numbers)):
        by_serial = row["kind"] == "serial"
        mark = (serials if by_serial else numbers)[row["value"]]
        number = mark.serial if by_serial else mark.inventory_no
        raise Wrong(
            _("„%(number)s“ gibt es schon: %(name)s.", number=number, name=row["name"]),
            _("Zeile %(n)s", n=mark.line),
            _("Bearbeiten Sie das vorhandene Gerät oder berichtigen Sie die Nummer."),
        )
    raw = msgspec.json.encode({"by": by.name, "at": now, "typed": dict(typed)})
    return await take_in(tx, town, collection, by=by, raw=raw, file=title, now=now, observed_at=now)
