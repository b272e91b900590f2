"""Enter devices by hand: refused where a number is in the estate already, else taken in as any other source."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec

from scanners.observation import Collection
from service.audit.chain import Actor
from service.db import SafeTransaction
from service.errors import Wrong
from service.i18n import gettext as _
from service.inventory import folding
from service.inventory.byhand import Mark
from service.inventory.store.intake import Taken, take_in

_KNOWN = """select i.kind, i.value, a.id, a.name from identifier i join asset a on a.town_id = i.town_id and a.id = i.asset_id
where i.town_id = $1 and a.gone_at is null
  and ((i.kind = 'serial' and i.value = any ($2::text[])) or (i.kind = 'inventory' and i.value = any ($3::text[])))
order by a.sort_name collate "C", a.id"""
_SET = """select v.field, v.value, a.id, a.name from value v join asset a on a.town_id = v.town_id and a.id = v.asset_id
where v.town_id = $1 and a.gone_at is null and v.visible and v.locked_by is not null and v.field in ('serial', 'inventory_no')
order by a.sort_name collate "C", a.id"""
_NUMBERS: Mapping[str, Callable[[str], str]] = {"serial": folding.usable_serial, "inventory_no": folding.fold_inventory}


@dataclass(frozen=True, slots=True)
class Holder:
    """Another device that a number belongs to; `field` is serial or inventory_no."""

    field: str
    number: str
    asset: UUID
    name: str


async def holders(tx: SafeTransaction, town: int, asset: UUID, told: Mapping[str, str]) -> list[Holder]:
    """Whose serial and inventory number these are already, beside `asset`; one device for each field, those of hands too."""
    wanted = {field: key for field, fold in _NUMBERS.items() if (key := fold(told.get(field, "")))}
    if not wanted:
        return []
    known = await tx.connection.fetch(
        _KNOWN, town, *([wanted[field]] if field in wanted else [] for field in ("serial", "inventory_no"))
    )
    found = [("serial" if row["kind"] == "serial" else "inventory_no", row) for row in known]
    found += [
        (row["field"], row)
        for row in await tx.connection.fetch(_SET, town)
        if wanted.get(row["field"]) == _NUMBERS[row["field"]](row["value"])
    ]
    out: dict[str, Holder] = {}
    for field, row in found:
        if row["id"] != asset:
            out.setdefault(field, Holder(field, told[field].strip(), row["id"], row["name"] or _("ohne Namen")))
    return list(out.values())


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
