"""Change many devices in one step: one batch of decisions, one derivation, one entry in the audit log."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from service.audit.chain import Actor
from service.audit.store import record as audit
from service.db import SafeTransaction
from service.errors import Outdated
from service.inventory import bulk
from service.inventory.bulk import Line, Order, Target
from service.inventory.store import lifecycle
from service.inventory.store.decisions import begin, replace_many
from service.inventory.store.lists import assets
from service.inventory.views import AssetFilter

_VALUES = """select asset_id, field, value, locked_by from value where town_id = $1 and asset_id = any ($2::uuid[])
  and visible and field = any ($3::text[])"""


async def ids(tx: SafeTransaction, town: int, narrow: AssetFilter, *, now: datetime) -> list[UUID]:
    """The devices that a filter shows, by name, at most `bulk.MOST` and one more."""
    found: list[UUID] = []
    page = 1
    while len(found) <= bulk.MOST:
        part = await assets(tx, town, narrow, page=page, size=500, now=now)
        found += [row.id for row in part.rows]
        if page >= part.pages:
            break
        page += 1
    return found[: bulk.MOST + 1]


async def targets(tx: SafeTransaction, town: int, wanted: Sequence[UUID]) -> list[Target]:
    """These devices as they stand, by name; those that are gone or another town's are left out."""
    rows = await tx.connection.fetch(
        "select id, name, kind, status, anchor from asset where town_id = $1 and id = any ($2::uuid[]) and gone_at is null"
        ' and lent_from is null order by sort_name collate "C", id',
        town,
        list(wanted),
    )
    values: dict[UUID, dict[str, str]] = {}
    held: dict[UUID, dict[str, str]] = {}
    for row in await tx.connection.fetch(_VALUES, town, list(wanted), list(bulk.FIELDS)):
        values.setdefault(row["asset_id"], {})[row["field"]] = row["value"]
        if row["locked_by"]:
            held.setdefault(row["asset_id"], {})[row["field"]] = row["locked_by"]
    taken = await lifecycle.steps(tx, town, list(wanted))
    given = await lifecycle.given(tx, town, list(wanted))
    return [
        Target(
            **dict(row),
            values=values.get(row["id"], {}),
            held=held.get(row["id"], {}),
            last=next(iter(taken.get(row["id"], ())), None),
            given=given.get(row["id"], ""),
        )
        for row in rows
    ]


async def apply(
    tx: SafeTransaction, town: int, wanted: Sequence[UUID], order: Order, *, agreed: str, by: Actor, now: datetime
) -> list[Line]:
    """Carry out what a person saw in the preview (`agreed`: its digest); answers the lines that changed something.

    Raises:
        Outdated: a device changed since; the preview is to be looked at again.
    """
    act = await begin(tx, town, by, now)
    lines = [line for line in bulk.plan(await targets(tx, town, wanted), order) if line.changes]
    if bulk.digest(lines) != agreed:
        raise Outdated
    if not lines:
        return []
    await replace_many(act, [(line.target.id, name) for line in lines for name in line.changes])
    for line in lines:
        for name, (_before, value) in line.changes.items():
            step = order.step if name == "status" else None
            await act.note(
                "lock", asset=line.target.id, records=[line.target.anchor], field=name, value=value, reason=order.reason,
                effective_on=order.day if step else None, proof=(step.proof.strip() or None) if step else None,
            )  # fmt: skip
    await act.derive()
    devices = {str(line.target.id): {name: list(pair) for name, pair in line.changes.items()} for line in lines}
    step_said = {"on": order.day.isoformat(), "proof": order.step.proof} if order.step and order.day else {}
    after = {"devices": len(lines), "reason": order.reason, "changes": devices} | step_said
    await audit(tx, by, "asset.bulk", f"decision/{act.batch}", after=after)
    return lines
