"""Needs of a town, and what of them the town releases to the others.

A town's change and the group's list are two transactions, because nobody writes two towns at once. `publish` brings the
list in step with what the town released, as often as it is called; until it ran the need says that it is not in step.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from service.audit.chain import Actor
from service.audit.store import record
from service.db import SafeTransaction, uuid7
from service.errors import Missing, Outdated, Wrong
from service.i18n import gettext as _
from service.limits import check_text
from service.purchasing import quarters
from service.purchasing.store.group import GROUP, LOCK
from service.purchasing.views import MOST, REASONS, Demand, Draft, Linked
from service.settings import local_day

YEAR = timedelta(days=365)
_DEMAND = """select d.*, c.name as class_name, p.class_id as p_class, p.quarter as p_quarter, p.quantity as p_quantity,
  array(select asset_id from demand_asset x where x.town_id = d.town_id and x.demand_id = d.id order by asset_id) as assets
from demand d left join spec_class c on c.town_id = 0 and c.id = d.class_id
left join pooled_demand p on p.town_id = 0 and p.of_town = d.town_id and p.demand = d.id
where d.town_id = $1 and d.removed_at is null """


async def demands(tx: SafeTransaction, town: int, *, done: bool = False) -> tuple[Demand, ...]:
    """Open needs by quarter, or those that were bought. The transaction reads the group too."""
    rows = await tx.connection.fetch(
        _DEMAND + "and (d.done_at is not null) = $2 order by d.quarter, app.din5007(coalesce(c.name, '')), d.id", town, done
    )
    return tuple(_demand(row) for row in rows)


async def demand(tx: SafeTransaction, town: int, key: UUID) -> Demand:
    """One need. Raises `Missing`."""
    row = await tx.connection.fetchrow(_DEMAND + "and d.id = $2", town, key)
    if row is None:
        raise Missing
    return _demand(row)


def _demand(row: Mapping[str, Any]) -> Demand:
    draft = Draft(
        row["class_id"], row["quantity"], row["quarter"], row["reason"], row["cost_centre"], row["contract"], row["note"],
        tuple(row["assets"]),
    )  # fmt: skip
    released = (row["p_class"], row["p_quarter"], row["p_quantity"]) if row["p_class"] else None
    return Demand(
        row["id"], draft, row["class_name"] or "?", row["shared_by"], row["shared_at"], row["done_at"], released, row["version"],
        row["changed_by"], row["changed_at"],
    )  # fmt: skip


async def linked(tx: SafeTransaction, town: int, ids: Iterable[UUID]) -> tuple[Linked, ...]:
    """The devices of the town among these, by name."""
    rows = await tx.connection.fetch(
        "select id, name, kind from asset where town_id = $1 and id = any($2) and gone_at is null order by sort_name, id",
        town, list(ids),
    )  # fmt: skip
    return tuple(Linked(**dict(row)) for row in rows)


async def planned(tx: SafeTransaction, town: int) -> Mapping[UUID, UUID]:
    """Device → the open need that is to replace it."""
    rows = await tx.connection.fetch(
        "select x.asset_id, d.id from demand_asset x join demand d on d.town_id = x.town_id and d.id = x.demand_id"
        " where x.town_id = $1 and d.done_at is null and d.removed_at is null",
        town,
    )
    return {row["asset_id"]: row["id"] for row in rows}


async def save(
    tx: SafeTransaction, town: int, wanted: Draft, by: Actor, now: datetime, *, key: UUID | None = None, version: int = 0
) -> UUID:
    """Add a need, or change the one with this key. Raises `Wrong`, `Missing`, `Outdated`."""
    await _check(tx, wanted, await demand(tx, town, key) if key else None, local_day(now))
    fields = (
        wanted.class_id, wanted.quantity, wanted.quarter, wanted.reason, wanted.cost_centre.strip(), wanted.contract.strip(),
        wanted.note.strip(), by.name, now,
    )  # fmt: skip
    assets = [one.id for one in await linked(tx, town, wanted.assets)]
    if key is None:
        key = uuid7()
        await tx.connection.execute(
            "insert into demand (town_id, id, class_id, quantity, quarter, reason, cost_centre, contract, note, changed_by,"
            " changed_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            town, key, *fields,
        )  # fmt: skip
        await _link(tx, town, key, assets)
        await record(tx, by, "demand.add", f"demand/{key}", after=_plain(wanted, assets))
        return key
    before = await demand(tx, town, key)
    done = await tx.connection.fetchval(
        "update demand set class_id = $4, quantity = $5, quarter = $6, reason = $7, cost_centre = $8, contract = $9, note = $10,"
        " changed_by = $11, changed_at = $12, version = version + 1 where town_id = $1 and id = $2 and version = $3 returning id",
        town, key, version, *fields,
    )  # fmt: skip
    if done is None:
        raise Outdated(before.changed_by, before.changed_at)
    await _link(tx, town, key, assets)
    await record(
        tx, by, "demand.change", f"demand/{key}", before=_plain(before.draft, before.draft.assets), after=_plain(wanted, assets)
    )
    return key


async def _check(tx: SafeTransaction, wanted: Draft, old: Demand | None, today: date) -> None:
    row = await tx.connection.fetchrow(
        "select retired_at from spec_class where town_id = $1 and id = $2", GROUP, wanted.class_id
    )  # fmt: skip
    if row is None or (row["retired_at"] and (old is None or old.draft.class_id != wanted.class_id)):
        raise Wrong(_("Diese Klasse gibt es nicht mehr."), "class_id", _("Wählen Sie eine aus der Liste."))
    if not 1 <= wanted.quantity <= MOST:
        raise Wrong(_("Diese Stückzahl kann nicht stimmen."), "quantity", _("Erlaubt sind 1 bis 10.000 Stück."))
    if not quarters.valid(wanted.quarter):
        raise Wrong(_("Dieses Quartal gibt es nicht."), "quarter", _("Wählen Sie eines aus der Liste."))
    if wanted.quarter < quarters.quarter_of(today - YEAR) and (old is None or old.draft.quarter != wanted.quarter):
        raise Wrong(_("Dieses Quartal ist länger als ein Jahr vorbei."), "quarter", _("Wählen Sie eines aus der Liste."))
    if wanted.reason not in REASONS:
        raise Wrong(_("Der Bedarf braucht einen Grund."), "reason", _("Wählen Sie einen aus der Liste."))
    check_text(wanted.cost_centre, "cost_centre", 60)
    check_text(wanted.contract, "contract", 200)
    check_text(wanted.note, "note")
    if old and old.to_release and old.to_release != (wanted.class_id, wanted.quarter, wanted.quantity):
        await _unsettled(tx, old.draft)
        await _unsettled(tx, wanted)


async def _stands(tx: SafeTransaction, wanted: Draft) -> str:
    """`settled` where the lot of this need is paid, `fixed` where its prices and key stand fast, else ''."""
    row = await tx.connection.fetchrow(
        "select invoice_on, fixed_at from lot_terms where town_id = $1 and class_id = $2 and quarter = $3",
        GROUP, wanted.class_id, wanted.quarter,
    )  # fmt: skip
    if row is None:
        return ""
    return "settled" if row["invoice_on"] else "fixed" if row["fixed_at"] else ""


async def _unsettled(tx: SafeTransaction, wanted: Draft, *, fixed_only: bool = False) -> None:
    """Refuse what would change a lot that is paid, or whose prices and key stand fast."""
    stands = await _stands(tx, wanted)
    if stands == "settled" and not fixed_only:
        raise Wrong(
            _("Das Los dieser Klasse im Quartal %(quarter)s ist abgerechnet.", quarter=quarters.shown(wanted.quarter)), "quarter",
            _("Wählen Sie ein anderes Quartal."),
        )  # fmt: skip
    if stands == "fixed":
        raise Wrong(
            _(
                "Im Los dieser Klasse im Quartal %(quarter)s stehen Preise und Schlüssel fest; mit anderer Stückzahl"
                " gälten sie nicht mehr.", quarter=quarters.shown(wanted.quarter),
            ),
            "quantity",
            _(
                "Die federführende Stadt oder die Verbundadministration öffnet sie auf der Seite des Loses wieder; danach stimmen"
                " alle neu zu."
            ),
        )  # fmt: skip


async def _link(tx: SafeTransaction, town: int, key: UUID, assets: Sequence[UUID]) -> None:
    await tx.connection.execute("delete from demand_asset where town_id = $1 and demand_id = $2", town, key)
    await tx.connection.executemany(
        "insert into demand_asset (town_id, id, demand_id, asset_id) values ($1, $2, $3, $4)",
        [(town, uuid7(), key, asset) for asset in assets],
    )


async def share(
    tx: SafeTransaction, town: int, key: UUID, by: Actor, now: datetime, *, shared: bool, version: int
) -> None:  # fmt: skip
    """Release a need to the other towns, or take the release back; `publish` follows. Raises `Wrong`, `Outdated`, `Missing`."""
    before = await demand(tx, town, key)
    await _unsettled(tx, before.draft, fixed_only=not shared)
    at = now if shared else None
    done = await tx.connection.fetchval(
        "update demand set shared_at = $4, shared_by = $5, version = version + 1 where town_id = $1 and id = $2 and version = $3"
        " and done_at is null returning id",
        town, key, version, at, by.name if shared else None,
    )  # fmt: skip
    if done is None:
        raise Outdated(before.changed_by, before.changed_at)
    crossing = {"quantity": before.draft.quantity, "quarter": before.draft.quarter, "class": before.class_name}
    await record(tx, by, "demand.share" if shared else "demand.withdraw", f"demand/{key}", after=crossing)


async def finish(tx: SafeTransaction, town: int, key: UUID, by: Actor, now: datetime, *, done: bool, version: int) -> None:
    """Note a need as bought, or open it again. Raises `Outdated`, `Missing`, `Wrong`."""
    before = await demand(tx, town, key)
    if not done and before.shared_at:
        await _unsettled(tx, before.draft)
    changed = await tx.connection.fetchval(
        "update demand set done_at = $4, version = version + 1, changed_by = $5, changed_at = $6 where town_id = $1 and id = $2"
        " and version = $3 returning id",
        town, key, version, now if done else None, by.name, now,
    )  # fmt: skip
    if changed is None:
        raise Outdated(before.changed_by, before.changed_at)
    await record(tx, by, "demand.done" if done else "demand.open", f"demand/{key}", after={"quantity": before.draft.quantity})


async def delete(tx: SafeTransaction, town: int, key: UUID, by: Actor, now: datetime, *, version: int) -> None:
    """Take a need away that was a mistake; `publish` follows. Raises `Outdated`, `Missing`, `Wrong`."""
    before = await demand(tx, town, key)
    if before.shared_at and not before.done_at:
        await _unsettled(tx, before.draft, fixed_only=True)
    if not await tx.connection.fetchval(
        "update demand set removed_at = $4, changed_by = $5, changed_at = $4, version = version + 1 where town_id = $1"
        " and id = $2 and version = $3 and removed_at is null returning true",
        town, key, version, now, by.name,
    ):  # fmt: skip
        raise Outdated(before.changed_by, before.changed_at)
    await record(tx, by, "demand.delete", f"demand/{key}", before=_plain(before.draft, before.draft.assets))


async def restore(tx: SafeTransaction, town: int, key: UUID, by: Actor, now: datetime) -> bool:
    """Have a deleted need back as it was; `publish` follows. Raises `Missing`.

    Answers whether its release holds: what was released for a lot that is paid or stands fast comes back to the town alone.
    """
    if not await tx.connection.fetchval(
        "update demand set removed_at = null, changed_by = $3, changed_at = $4, version = version + 1 where town_id = $1"
        " and id = $2 and removed_at is not null returning true",
        town, key, by.name, now,
    ):  # fmt: skip
        raise Missing
    found = await demand(tx, town, key)
    holds = not (found.to_release and await _stands(tx, found.draft))
    if not holds:
        await tx.connection.execute(
            "update demand set shared_at = null, shared_by = null where town_id = $1 and id = $2", town, key
        )
    await record(tx, by, "demand.restore", f"demand/{key}", after=_plain(found.draft, found.draft.assets))
    return holds


async def publish(tx: SafeTransaction, town: int) -> bool:
    """Bring the group's list in step with what the town released; answers whether it changed.

    Reads the town, writes the group.
    """
    await tx.connection.execute(LOCK)
    gone = await tx.connection.fetch(
        "delete from pooled_demand p where p.town_id = $2 and p.of_town = $1 and not exists (select from demand d"
        " where d.town_id = $1 and d.id = p.demand and d.shared_at is not null and d.done_at is null"
        " and d.removed_at is null) returning 1",
        town, GROUP,
    )  # fmt: skip
    rows = await tx.connection.fetch(
        "select id, class_id, quantity, quarter, shared_at from demand where town_id = $1 and shared_at is not null"
        " and done_at is null and removed_at is null",
        town,
    )
    changed = bool(gone)
    for row in rows:
        new = await tx.connection.fetchval(
            "insert into pooled_demand (town_id, id, of_town, demand, class_id, quantity, quarter, shared_at)"
            " values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (town_id, of_town, demand) do update"
            " set class_id = $5, quantity = $6, quarter = $7, shared_at = $8 where (pooled_demand.class_id,"
            " pooled_demand.quantity, pooled_demand.quarter) is distinct from ($5, $6, $7) returning true",
            GROUP, uuid7(), town, row["id"], row["class_id"], row["quantity"], row["quarter"], row["shared_at"],
        )  # fmt: skip
        changed = changed or bool(new)
    return changed


def _plain(wanted: Draft, assets: Sequence[UUID]) -> dict[str, Any]:
    return {
        "class": str(wanted.class_id), "quantity": wanted.quantity, "quarter": wanted.quarter, "reason": wanted.reason,
        "cost_centre": wanted.cost_centre, "contract": wanted.contract, "note": wanted.note, "devices": len(assets),
    }  # fmt: skip
