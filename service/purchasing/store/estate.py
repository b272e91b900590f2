"""What the estate says about replacing: devices in use with their dates, limits of age, desktops and notebooks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from service.audit.chain import Actor
from service.audit.store import record
from service.db import SafeTransaction, uuid7
from service.errors import Missing, Wrong
from service.i18n import gettext as _
from service.inventory.store import promised
from service.inventory.support import Product
from service.limits import check_text
from service.purchasing.programme import IN_USE, Exemption, Progress
from service.purchasing.replacement import MOST_YEARS, NO_DEVICE, YEARS, Device
from service.purchasing.views import Desktop

_HERE = "from asset a where a.town_id = $1 and a.gone_at is null and a.lent_from is null and a.status = any($2)"
_DEVICES = f"""select id, name, kind, manufacturer, model, os, os_version, firmware, inventory_no, site_name, unit, purchase_date,
  warranty_until {_HERE} and not a.virtual and a.kind <> all($3) order by sort_name, id"""
_PROGRESS = """select count(*) filter (where a.kind = 'notebook')::int as notebooks,
  count(*) filter (where a.kind = 'workstation')::int as desktops,
  count(*) filter (where a.kind = 'workstation'
    and exists (select from exemption e where e.town_id = a.town_id and e.asset_id = a.id))::int as exempt
HERE and a.kind in ('notebook', 'workstation')""".replace("HERE", _HERE)
_DESKTOPS = """select a.id, a.name, a.site_name as site, a.unit, a.purchase_date as purchased, e.reason,
  coalesce(e.note, '') as note, e.exempted_by as by
from (select a.* HERE and a.kind = 'workstation') a
left join exemption e on e.town_id = a.town_id and e.asset_id = a.id
order by e.reason is not null, a.purchase_date nulls first, a.sort_name, a.id""".replace("HERE", _HERE)


async def devices(tx: SafeTransaction, town: int, today: date) -> tuple[Device, ...]:
    """All devices in use that can be bought, with the warranties by contract that hold today."""
    longer = await promised.promises(tx, town, today)
    rows = await tx.connection.fetch(_DEVICES, town, list(IN_USE), list(NO_DEVICE))
    return tuple(
        Device(
            row["id"], row["name"], row["kind"],
            Product(row["manufacturer"], row["model"], row["os"], row["os_version"], row["firmware"]),
            row["inventory_no"], row["site_name"], row["unit"], row["purchase_date"], row["warranty_until"],
            *((longer[row["id"]].until, longer[row["id"]].title) if row["id"] in longer else ()),
        )
        for row in rows
    )  # fmt: skip


async def limits(tx: SafeTransaction, town: int) -> dict[str, int]:
    """Years of use by kind, the town's own before the usual; kinds without a limit are not in it."""
    rows = await tx.connection.fetch("select kind, years from age_limit where town_id = $1", town)
    found = {**YEARS, **{row["kind"]: row["years"] for row in rows}}
    return {kind: years for kind, years in found.items() if years}


async def set_limits(tx: SafeTransaction, town: int, wanted: Mapping[str, int], by: Actor) -> None:
    """Years by kind, 0 for none; what equals the usual is not kept. Raises `Wrong`."""
    for kind, years in wanted.items():
        if kind not in YEARS:
            raise Missing
        if not 0 <= years <= MOST_YEARS:
            raise Wrong(_("Diese Zahl von Jahren kann nicht stimmen."), kind, _("Erlaubt sind 0 bis 40 Jahre."))
    before = await limits(tx, town)
    await tx.connection.execute("delete from age_limit where town_id = $1", town)
    await tx.connection.executemany(
        "insert into age_limit (town_id, id, kind, years) values ($1, $2, $3, $4)",
        [(town, uuid7(), kind, years) for kind, years in wanted.items() if years != YEARS[kind]],
    )
    after = await limits(tx, town)
    if after != before:
        await record(tx, by, "replacement.limits", "replacement/limits", before=before, after=after)


async def progress(tx: SafeTransaction, town: int, name: str) -> Progress:
    """How far the town is from desktops to notebooks."""
    row = await tx.connection.fetchrow(_PROGRESS, town, list(IN_USE))
    return Progress(name, row["notebooks"], row["desktops"], row["exempt"])


async def desktops(tx: SafeTransaction, town: int) -> tuple[Desktop, ...]:
    """The desktops in use, exempt ones last."""
    rows = await tx.connection.fetch(_DESKTOPS, town, list(IN_USE))
    return tuple(Desktop(**dict(row)) for row in rows)


async def desktop(tx: SafeTransaction, town: int, key: UUID) -> Desktop:
    """One of them. Raises `Missing`."""
    found = next((one for one in await desktops(tx, town) if one.id == key), None)
    if found is None:
        raise Missing
    return found


async def exempt(tx: SafeTransaction, town: int, key: UUID, reason: str, note: str, by: Actor, now: datetime) -> None:
    """Take a desktop out of the programme. Raises `Wrong`, `Missing`."""
    before = await desktop(tx, town, key)
    if reason not in tuple(Exemption):
        raise Wrong(_("Eine Ausnahme braucht einen Grund."), "reason", _("Wählen Sie einen aus der Liste."))
    if reason == Exemption.OTHER and not note.strip():
        raise Wrong(_("Bitte nennen Sie den anderen Grund."), "note", _("Ein Halbsatz genügt."))
    check_text(note, "note", 300)
    await tx.connection.execute(
        "insert into exemption (town_id, id, asset_id, reason, note, exempted_by, exempted_at)"
        " values ($1, $2, $3, $4, $5, $6, $7) on conflict (town_id, asset_id) do update"
        " set reason = $4, note = $5, exempted_by = $6, exempted_at = $7",
        town, uuid7(), key, reason, note.strip(), by.name, now,
    )  # fmt: skip
    old = {"reason": before.reason, "note": before.note} if before.reason else None
    await record(tx, by, "programme.exempt", f"asset/{key}", before=old, after={"reason": reason, "note": note.strip()})


async def include(tx: SafeTransaction, town: int, key: UUID, by: Actor) -> None:
    """Put a desktop back into the programme. Raises `Missing`."""
    row = await tx.connection.fetchrow(
        "delete from exemption where town_id = $1 and asset_id = $2 returning reason, note", town, key
    )
    if row is None:
        raise Missing
    await record(tx, by, "programme.include", f"asset/{key}", before=dict(row))
