"""Rows of our own export come back: the id in them says which device is meant, whatever else was corrected in the row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from scanners.observation import Collection
from service.audit.chain import Actor
from service.db import SafeTransaction
from service.inventory.store import decisions, records
from service.inventory.store.derivation import Derivation

FIELD = "asset_id"


@dataclass(frozen=True, slots=True)
class Misplaced:
    """A row, the device that its id names (`asset`, one of its records is `anchor`), and the decision that joins them."""

    record: UUID
    asset: UUID
    anchor: UUID
    kind: str


async def misplaced(
    tx: SafeTransaction, town: int, packed: records.Packed, collection: Collection, done: Derivation
) -> list[Misplaced]:
    """Rows that linking alone put elsewhere than their id says.

    A row that became a device of its own joins with all its identifiers (`same`). One whose identifiers speak for
    another device is only assigned: a slip in a cell must not make one device of two.
    """
    wanted = {
        record: asset
        for (record, *_), seen in zip(packed.rows, collection.observations, strict=True)
        if (asset := _id(seen.fields.get(FIELD, "")))
    }
    if not wanted:
        return []
    anchors = await _anchors(tx, town, set(wanted.values()))
    homes = {record: home.asset for home in done.surveyed.homes for record in home.cluster.records}
    made = {step.asset for step in done.plan.steps if step.what in ("create", "split")}
    return [
        Misplaced(record, *anchors[said], "same" if homes.get(record) in made else "assign")
        for record, said in wanted.items()
        if said in anchors and homes.get(record) != anchors[said][0]
    ]


async def bind(tx: SafeTransaction, town: int, file: str, found: Sequence[Misplaced], now: datetime) -> None:
    """Keep as decisions of the list that these rows belong to the devices they name; a withdrawn list decides nothing."""
    act = await decisions.begin(tx, town, Actor(f"Liste {file}"[:200]), now)
    for one in found:
        await act.note(one.kind, records=[one.record], others=[one.anchor], asset=one.asset, reason="Geräte-ID in der Liste")


def _id(text: str) -> UUID | None:
    try:
        return UUID(text.strip())
    except ValueError:
        return None


async def _anchors(tx: SafeTransaction, town: int, said: set[UUID]) -> Mapping[UUID, tuple[UUID, UUID]]:
    """For each id: the device that lives on under it or absorbed it, and one of its records; unknown ids are left out."""
    rows = await tx.connection.fetch(
        "with recursive way as (select id as said, id, merged_into, anchor from asset"
        " where town_id = $1 and id = any ($2::uuid[]) union select w.said, a.id, a.merged_into, a.anchor from way w"
        " join asset a on a.town_id = $1 and a.id = w.merged_into)"
        " select said, id, anchor from way where merged_into is null",
        town,
        list(said),
    )
    return {row["said"]: (row["id"], row["anchor"]) for row in rows}
