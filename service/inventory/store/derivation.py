"""Derive the estate of a town: load, decide on values, save; in one transaction, as often as one likes.

The same records and decisions always end in the same estate; whatever did not change is not written.
"""

from __future__ import annotations

import asyncio
from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from service.db import SafeTransaction
from service.inventory import merge
from service.inventory.asset import Decision, DecisionKind
from service.inventory.clues import Clues
from service.inventory.derive import Net
from service.inventory.merge import Estate, Held, Settled, Survey
from service.inventory.plan import Plan, Present
from service.inventory.reconcile import Lock
from service.inventory.store import cabling, records, write

LOCK = 4712
"""First key of the advisory lock that lets one derivation of a town run at a time; the second is the town."""


_SITE_NAMES = """select name, id, 0 as former from site where town_id = $1
union all select jsonb_array_elements_text(facts -> 'former_names'), id, 1 from site
  where town_id = $1 and facts ? 'former_names'
order by former, name"""


async def lock(tx: SafeTransaction, town: int) -> None:
    """Wait for other imports of this town; held until the transaction ends."""
    await tx.connection.execute("select pg_advisory_xact_lock($1, $2)", LOCK, town)


@dataclass(frozen=True, slots=True)
class Derivation:
    """What a derivation found and did."""

    plan: Plan
    surveyed: Survey
    settled: Settled
    clues: Sequence[Clues]


async def rederive(
    tx: SafeTransaction,
    town: int,
    *,
    by: str,
    now: datetime,
    collection: UUID | None = None,
    force: bool = False,
    threaded: bool = True,
    undone: bool = False,
) -> Derivation:
    """Make the town's estate what its records and decisions say; answers what that changed.

    `undone`: a decision was taken back, and the history says so.
    """
    await lock(tx, town)
    clues = await records.load_clues(tx, town)
    estate = await load(tx, town, {clue.record for clue in clues})
    surveyed = await _run(threaded, merge.survey, clues, estate, force=force)
    everything = len(surveyed.wanted) > len(clues) // 2
    seen = await records.load_seen(tx, town, None if everything else surveyed.wanted)
    before = await rows(tx, town, [home.asset for home, _ in surveyed.touched] + [asset for asset, _ in surveyed.left])
    settled = await _run(threaded, merge.settle, surveyed, seen, before, estate)
    del seen
    await save(tx, town, surveyed, settled, set(before), by=by, now=now, collection=collection, undone=undone)
    if settled.made or surveyed.left:
        await cabling.renew(tx, town, threaded=threaded)
    return Derivation(settled.plan, surveyed, settled, clues)


async def _run(threaded: bool, function: Any, *arguments: Any, **named: Any) -> Any:
    """Beside the event loop where others wait on it."""
    if threaded:
        return await asyncio.to_thread(function, *arguments, **named)
    return function(*arguments, **named)


async def load(tx: SafeTransaction, town: int, records_that_count: Container[UUID]) -> Estate:
    """Everything but the records' clues and observations."""
    connection = tx.connection
    assigned = {
        row["id"]: (row["asset_id"], row["decision"], row["reason"])
        for row in await connection.fetch("select id, asset_id, decision, reason from sighting where town_id = $1", town)
    }
    assets = await connection.fetch(
        "select id, anchor, digest, gone_at is not null as gone, merged_into from asset where town_id = $1", town
    )
    alive = {asset for record, (asset, _, _) in assigned.items() if record in records_that_count}
    marks = await _marks(tx, town, [row["id"] for row in assets if row["id"] not in alive])
    present = [
        Present(row["id"], row["anchor"], row["digest"], row["gone"], row["merged_into"], frozenset(marks.get(row["id"], ())))
        for row in assets
    ]
    decisions: list[Decision] = []
    held: list[Held] = []
    for row in await connection.fetch(
        "select id, kind, records, others, answers, asset_id, field, value, reason, decided_by, decided_at from decision"
        " where town_id = $1 and taken_back_at is null order by decided_at, id",
        town,
    ):
        kind, said = row["kind"], tuple(row["records"])
        if kind in ("lock", "accept"):
            lock = None
            if kind == "lock":
                lock = Lock(row["field"], row["value"], row["decided_by"], row["decided_at"], row["reason"])
            held.append(Held(row["asset_id"], said[0] if said else None, row["decided_at"], lock))
        elif kind in DecisionKind._value2member_map_:
            decisions.append(Decision(row["id"], DecisionKind(kind), said, tuple(row["others"]), row["answers"]))
        elif kind == "answer":
            decisions.append(Decision(row["id"], DecisionKind.SAME, (), (), row["answers"]))
    networks = [
        Net(row["id"], str(row["cidr"]), row["site_id"], row["site_name"])
        for row in await connection.fetch(
            "select n.id, n.cidr, n.site_id, s.name as site_name from network n"
            " left join site s on s.town_id = n.town_id and s.id = n.site_id where n.town_id = $1 order by n.id",
            town,
        )
    ]
    sites: dict[str, UUID] = {}
    for row in await connection.fetch(_SITE_NAMES, town):
        sites.setdefault(row["name"], row["id"])  # a name in use goes before one that another site had
    lent = await connection.fetch("select asset_id from loan where town_id = $1 and state = 'confirmed' and role = 'owner'", town)
    return Estate(present, assigned, decisions, held, networks, sites, frozenset(row["asset_id"] for row in lent))


async def _marks(tx: SafeTransaction, town: int, assets: Sequence[UUID]) -> dict[UUID, list[tuple[str, str]]]:
    """Identifiers of assets that no record counts for."""
    out: dict[UUID, list[tuple[str, str]]] = {}
    if assets:
        for row in await tx.connection.fetch(
            "select asset_id, kind, value from identifier where town_id = $1 and asset_id = any ($2::uuid[]) and strength > 1"
            " and not shared",
            town,
            list(assets),
        ):
            out.setdefault(row["asset_id"], []).append((row["kind"], row["value"]))
    return out


async def rows(tx: SafeTransaction, town: int, ids: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
    """Assets as they stand, by id."""
    found = await tx.connection.fetch("select * from asset where town_id = $1 and id = any ($2::uuid[])", town, list(ids))
    return {row["id"]: dict(row) for row in found}


async def save(
    tx: SafeTransaction,
    town: int,
    surveyed: Survey,
    settled: Settled,
    known: set[UUID],
    *,
    by: str,
    now: datetime,
    collection: UUID | None,
    undone: bool = False,
) -> None:
    """Write what was decided."""
    if settled.made:
        await write.assets(tx, town, settled.made, known)
    if surveyed.left:
        await write.left(tx, town, surveyed.left, now)
    if surveyed.sightings:
        await write.sightings(tx, town, surveyed.sightings)
    await _forget(tx, town, surveyed)
    renewed = [home.asset for home, _, _ in settled.made] + [asset for asset, _ in surveyed.left]
    await write.questions(tx, town, settled.questions, renewed, now)
    if settled.made or surveyed.left:
        await write.connections(tx, town, settled.relations)
    await write.history(tx, town, _history(surveyed, settled, by, now, collection, undone))


async def _forget(tx: SafeTransaction, town: int, surveyed: Survey) -> None:
    """Records of withdrawn files belong to nothing."""
    if surveyed.withdrawn:
        await tx.connection.execute(
            "delete from sighting where town_id = $1 and id = any ($2::uuid[])", town, list(surveyed.withdrawn)
        )


def _history(
    surveyed: Survey, settled: Settled, by: str, now: datetime, collection: UUID | None, undone: bool
) -> list[dict[str, Any]]:
    """Lines of the assets' histories; a mere sighting is none."""
    words = {"create": "created", "join": "joined", "split": "split", "update": "changed", "leave": "gone"}
    words |= {"join": "unsplit", "split": "unmerged"} if undone else {}
    lines = [
        {
            "asset_id": one.asset,
            "at": now,
            "actor": by,
            "action": words[one.what],
            "changes": dict(one.changes),
            "collection_id": collection,
        }
        for one in settled.plan.steps
        if one.what in words and one.asset is not None
    ]
    lines += [
        {
            "asset_id": asset,
            "at": now,
            "actor": by,
            "action": "merged",
            "changes": {"into": (None, str(into))},
            "collection_id": collection,
        }
        for asset, into in surveyed.left
        if into is not None
    ]
    return lines


__all__ = ["load", "lock", "rederive", "rows", "save"]
