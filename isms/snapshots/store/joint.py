"""Joint frozen states in the database. A row of the group that only a transaction over all its towns can read."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from isms.snapshots import freeze as freezing
from isms.snapshots import joint
from isms.snapshots.canonical import digest
from isms.snapshots.gathered import Gathered
from isms.snapshots.store import states
from isms.snapshots.store.gather import GROUP, gather
from isms.snapshots.store.states import Say
from service import i18n
from service.audit.chain import Actor
from service.audit.store import record
from service.db import SafeTransaction, for_town, narrowed, town_tx, uuid7
from service.errors import Missing, Wrong
from service.i18n import gettext as _

LEAST = 2
"""Towns of a joint state."""


@dataclass(frozen=True, slots=True)
class Joint:
    """Gemeinsamer Prüfstand; `cover` as stored, `sha256` its digest."""

    id: UUID
    towns: tuple[int, ...]
    number: str
    taken_at: datetime
    taken_by: str
    occasion: str
    cover: str
    sha256: str


_SELECT = (
    "select id, of_towns as towns, number, taken_at, taken_by, occasion, cover, sha256 from joint_snapshot where town_id = 0 "
)


async def freeze(towns: Collection[int], occasion: str, actor: Actor, now: datetime, say: Say | None = None) -> Joint:
    """Freeze several towns at one moment: each a state in its own chain, and a cover over them; opens its own transactions.

    Either all states and the cover are kept or none. Raises `Wrong` for fewer than two towns.
    """
    wanted = sorted(set(towns) - {GROUP})
    if len(wanted) < LEAST:
        raise Wrong(
            _("Ein gemeinsamer Prüfstand braucht mindestens zwei Städte."),
            "",
            _("Halten Sie die eine Stadt auf ihrer eigenen Seite fest."),
        )
    steps = len(wanted) * 2 + 1

    async def tell(done: int, text: str) -> None:
        if say is not None:
            await say(done, steps, text)

    given: dict[int, Gathered] = {}
    files: dict[int, Mapping[str, bytes]] = {}
    with i18n.use("de"):
        await tell(0, "Der Stand der Städte wird gelesen")
        async with town_tx({*wanted, GROUP}, still=True) as tx:
            for town in wanted:
                async with narrowed(tx, {town, GROUP}):
                    given[town] = await gather(tx, town, now)
        for number, town in enumerate(wanted):
            await tell(len(wanted) + number, f"Die Dokumente von {given[town].town} werden geschrieben")
            files[town] = await asyncio.to_thread(freezing.documents, given[town])
    await tell(steps - 1, "Die Prüfstände werden versiegelt")
    async with town_tx({GROUP}, GROUP) as tx:
        kept: dict[int, states.State] = {}
        for town in wanted:
            async with for_town(tx, town):
                kept[town] = await states.keep(tx, town, given[town], files[town], occasion, actor, now)
        return await _keep(tx, given, kept, occasion, actor, now)


async def _keep(
    tx: SafeTransaction,
    given: Mapping[int, Gathered],
    kept: Mapping[int, states.State],
    occasion: str,
    actor: Actor,
    now: datetime,
) -> Joint:
    listed = [joint.Member(given[town].town, x.number, x.serial, x.seal, digest(x.manifest.encode())) for town, x in kept.items()]
    cover = joint.cover(listed, now, occasion)
    by = actor.name.split(" <", maxsplit=1)[0]
    made = Joint(uuid7(), tuple(sorted(kept)), joint.number(now), now, by, occasion, cover.decode(), digest(cover))
    await tx.connection.execute(
        "insert into joint_snapshot (town_id, id, of_towns, number, taken_at, taken_by, occasion, cover, sha256)"
        " values (0, $1, $2, $3, $4, $5, $6, $7, $8)",
        made.id, list(made.towns), made.number, now, by, occasion, made.cover, made.sha256,
    )  # fmt: skip
    await record(tx, actor, "snapshot.join", f"joint_snapshot/{made.id}", after={"number": made.number, "sha256": made.sha256})
    return made


async def all_of(tx: SafeTransaction) -> Sequence[Joint]:
    """The joint states whose towns this transaction reads all, the newest first."""
    return [_joint(x) for x in await tx.connection.fetch(_SELECT + "order by taken_at desc, id desc")]


async def one_of(tx: SafeTransaction, ident: UUID) -> Joint:
    """One of them; raises `Missing`, also where the transaction lacks one of its towns."""
    row = await tx.connection.fetchrow(_SELECT + "and id = $1", ident)
    if row is None:
        raise Missing
    return _joint(row)


async def members(tx: SafeTransaction, found: Joint) -> Sequence[tuple[int, states.State]]:
    """The states under a cover with their towns, in the cover's order."""
    order = [x.seal for x in joint.members(found.cover.encode())]
    rows = await tx.connection.fetch(
        "select town_id, id, seal from snapshot where town_id = any ($1::int[]) and seal = any ($2::text[])",
        list(found.towns), order,
    )  # fmt: skip
    ordered = sorted(rows, key=lambda x: order.index(x["seal"]))
    return [(x["town_id"], await states.state(tx, x["town_id"], x["id"])) for x in ordered]


async def bundle(tx: SafeTransaction, found: Joint) -> bytes:
    """Cover and packages as one ZIP. Releases come later and stand in the town's own package; so the bytes stay the same."""
    packages = {
        x.number: states.bundle(replace(x, release=None), await states.contents(tx, town, x.id))
        for town, x in await members(tx, found)
    }
    return joint.package(found.cover.encode(), packages)


def _joint(row: Mapping[str, object]) -> Joint:
    values = dict(row)
    return Joint(**values | {"towns": tuple(values["towns"])})  # type: ignore[arg-type]  # columns = fields
