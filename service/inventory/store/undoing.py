"""Taking decisions back: the newest of a person, or any on which no later one stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from service.audit.chain import Actor
from service.audit.store import record as audit
from service.db import SafeTransaction
from service.errors import Wrong
from service.inventory.plan import Plan
from service.inventory.store.decided import refuse_dependent
from service.inventory.store.decisions import begin, refuse_alone


@dataclass(frozen=True, slots=True)
class LastAct:
    """The newest act of a person that can be undone."""

    batch: UUID
    kinds: tuple[str, ...]
    asset: UUID | None
    decided_at: datetime
    assets: int = 1
    """How many devices it touched."""

    @property
    def reopens(self) -> bool:
        """Whether taking it back opens a case again."""
        return not {"answer", "ignore", "accept"}.isdisjoint(self.kinds)


async def last(tx: SafeTransaction, town: int, *, by: Actor) -> LastAct | None:
    """What „Rückgängig“ would take back."""
    row = await tx.connection.fetchrow(
        "select batch, array_agg(kind order by id) as kinds, (array_agg(asset_id order by id))[1] as asset,"
        " max(decided_at) as decided_at, count(distinct asset_id) as assets from decision"
        " where town_id = $1 and decided_by = $2 and taken_back_at is null"
        " group by batch order by max(decided_at) desc, batch desc limit 1",
        town,
        by.name,
    )
    return _act(row) if row else None


async def act(tx: SafeTransaction, town: int, batch: UUID) -> LastAct | None:
    """One act that stands."""
    row = await tx.connection.fetchrow(
        "select batch, array_agg(kind order by id) as kinds, (array_agg(asset_id order by id))[1] as asset,"
        " max(decided_at) as decided_at, count(distinct asset_id) as assets from decision"
        " where town_id = $1 and batch = $2 and taken_back_at is null group by batch",
        town,
        batch,
    )
    return _act(row) if row else None


def _act(row: Mapping[str, Any]) -> LastAct:
    return LastAct(row["batch"], tuple(row["kinds"]), row["asset"], row["decided_at"], row["assets"])


async def undo(tx: SafeTransaction, town: int, batch: UUID, *, by: Actor, now: datetime) -> Plan:
    """Take an act back: its decisions count no more, its cases are open again, the estate follows.

    Raises:
        Wrong: later decisions about the same devices stand on it; the sentence names them.
    """
    done = await begin(tx, town, by, now)
    await refuse_alone(tx, town, batch)
    await refuse_dependent(tx, town, batch)
    rows = await tx.connection.fetch(
        "update decision set taken_back_by = $3, taken_back_at = $4 where town_id = $1 and batch = $2 and taken_back_at is null"
        " returning kind, answers, asset_id, field, value, decided_by",
        town,
        batch,
        by.name,
        now,
    )
    if not rows:
        raise Wrong("Diese Entscheidung ist schon zurückgenommen.", "Rückgängig")
    await tx.connection.execute(  # locks that this act had replaced hold again
        "update decision set taken_back_by = null, taken_back_at = null where town_id = $1 and kind = 'lock' and batch <> $2"
        " and (asset_id, field) in (select asset_id, field from decision where town_id = $1 and batch = $2 and kind = 'lock')"
        " and taken_back_at = (select min(decided_at) from decision where town_id = $1 and batch = $2)",
        town,
        batch,
    )
    await tx.connection.execute(
        "update review set state = 'open', closed_by = null, closed_at = null, ignored_until = null"
        " where town_id = $1 and (key = any ($2::text[]) or (kind = 'new' and asset_id = any ($3::uuid[])))",
        town,
        [row["answers"] for row in rows if row["answers"]],
        [row["asset_id"] for row in rows if row["kind"] == "accept"],
    )
    plan = await done.derive(undone=True)
    asset = next((row["asset_id"] for row in rows if row["asset_id"]), None)
    before = [{"kind": row["kind"], "field": row["field"], "value": row["value"], "by": row["decided_by"]} for row in rows]
    await audit(tx, by, "decision.undo", f"asset/{asset}" if asset else f"decision/{batch}", before=before)
    return plan


async def undo_last(tx: SafeTransaction, town: int, *, by: Actor, now: datetime) -> Plan:
    """Take this person's newest act back."""
    newest = await last(tx, town, by=by)
    if newest is None:
        raise Wrong("Es gibt nichts zurückzunehmen.", "Rückgängig")
    return await undo(tx, town, newest.batch, by=by, now=now)
