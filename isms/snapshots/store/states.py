"""Frozen states in the database: freeze, read, release. Nothing here changes or deletes a row."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from isms.snapshots import freeze as freezing
from isms.snapshots.canonical import START, canonical, digest, seal
from isms.snapshots.gathered import Gathered
from isms.snapshots.store.gather import GROUP, gather
from isms.snapshots.verify import package
from service import i18n
from service.audit.chain import Actor
from service.audit.store import record
from service.auth import towns
from service.auth.store import slug_of
from service.db import SafeTransaction, town_tx, uuid7
from service.errors import Missing, Wrong
from service.i18n import gettext as _
from service.settings import BERLIN


@dataclass(frozen=True, slots=True)
class Release:
    """Freigabe: by whom, in which role, when."""

    by: str
    role: str
    at: datetime
    remark: str = ""


@dataclass(frozen=True, slots=True)
class State:
    """Prüfstand with the digests of its documents; `manifest` as sealed."""

    id: UUID
    serial: int
    number: str
    taken_at: datetime
    taken_by: str
    occasion: str
    manifest: str
    previous: str
    seal: str
    documents: Mapping[str, str]
    release: Release | None = None


Say = Callable[[int, int, str], Awaitable[None]]
_SELECT = """select s.id, s.serial, s.number, s.taken_at, s.taken_by, s.occasion, s.manifest, s.previous, s.seal,
  r.released_by, r.released_as, r.released_at, r.remark,
  (select array_agg(d.document order by d.document) from snapshot_document d
    where d.town_id = s.town_id and d.snapshot_id = s.id) as keys,
  (select array_agg(d.sha256 order by d.document) from snapshot_document d
    where d.town_id = s.town_id and d.snapshot_id = s.id) as digests
  from snapshot s left join snapshot_release r on r.town_id = s.town_id and r.snapshot_id = s.id where s.town_id = $1 """


async def freeze(town: int, occasion: str, actor: Actor, now: datetime, say: Say | None = None) -> State:
    """Copy the whole town into documents, seal them and add them to the town's chain; opens its own transactions.

    Everything is read at one moment. Two freezes at once follow each other in the chain.
    """

    async def tell(done: int, text: str) -> None:
        if say is not None:
            await say(done, 3, text)

    await tell(0, "Der Stand der Stadt wird gelesen")
    with i18n.use("de"):
        async with town_tx({town, GROUP}, still=True) as tx:
            given = await gather(tx, town, now)
        await tell(1, "Die Dokumente werden geschrieben")
        files = await asyncio.to_thread(freezing.documents, given)
    await tell(2, "Der Prüfstand wird versiegelt")
    async with town_tx({town}, town) as tx:
        return await keep(tx, town, given, files, occasion, actor, now)


async def keep(
    tx: SafeTransaction, town: int, given: Gathered, files: Mapping[str, bytes], occasion: str, actor: Actor, now: datetime
) -> State:
    """Seal documents as the newest state of the town."""
    await tx.connection.execute("select pg_advisory_xact_lock(4719, $1)", town)
    newest = await tx.connection.fetchrow(
        "select serial, seal from snapshot where town_id = $1 order by serial desc limit 1", town
    )
    year = now.astimezone(BERLIN).year
    short = freezing.short_sign((await towns.settings(tx, town)).get("short", ""), await slug_of(tx, town))
    of_year = await tx.connection.fetchval(
        "select count(*) from snapshot where town_id = $1 and number like $2", town, freezing.number(short, year, 0)[:-3] + "%"
    )
    serial, previous = (newest["serial"] + 1, newest["seal"]) if newest else (1, START)
    number = freezing.number(short, year, of_year + 1)
    manifest = freezing.manifest(given, files, number=number, serial=serial, at=now, occasion=occasion)
    ident, sealed = uuid7(), seal(previous, manifest)
    by = actor.name.split(" <", maxsplit=1)[0]
    await tx.connection.execute(
        "insert into snapshot (town_id, id, serial, number, taken_at, taken_by, occasion, manifest, previous, seal)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        town, ident, serial, number, now, by, occasion, manifest.decode(), previous, sealed,
    )  # fmt: skip
    await tx.connection.executemany(
        "insert into snapshot_document (town_id, id, snapshot_id, document, sha256, content) values ($1, $2, $3, $4, $5, $6)",
        [(town, uuid7(), ident, key, digest(data), data.decode()) for key, data in files.items()],
    )
    await record(tx, actor, "snapshot.freeze", f"snapshot/{ident}", after={"number": number, "seal": sealed})
    return await state(tx, town, ident)


async def states(tx: SafeTransaction, town: int) -> Sequence[State]:
    """All frozen states of a town, the newest first."""
    return [_state(row) for row in await tx.connection.fetch(_SELECT + "order by s.serial desc", town)]


async def waiting(tx: SafeTransaction, town: int) -> State | None:
    """The newest frozen state, if nobody has released it yet; an older one is overtaken by it."""
    row = await tx.connection.fetchrow(_SELECT + "order by s.serial desc limit 1", town)
    return _state(row) if row is not None and row["released_at"] is None else None


async def state(tx: SafeTransaction, town: int, ident: UUID) -> State:
    """One frozen state; raises `Missing`."""
    row = await tx.connection.fetchrow(_SELECT + "and s.id = $2", town, ident)
    if row is None:
        raise Missing
    return _state(row)


async def contents(tx: SafeTransaction, town: int, ident: UUID) -> dict[str, bytes]:
    """The documents of a state by key."""
    rows = await tx.connection.fetch(
        "select document, content from snapshot_document where town_id = $1 and snapshot_id = $2 order by document", town, ident
    )
    return {x["document"]: x["content"].encode() for x in rows}


async def release(tx: SafeTransaction, town: int, ident: UUID, remark: str, actor: Actor, role: str, now: datetime) -> None:
    """Release a state for good. Raises `Missing`, and `Wrong` where it is released already."""
    found = await state(tx, town, ident)
    done = await tx.connection.fetchval(
        "insert into snapshot_release (town_id, id, snapshot_id, released_by, released_as, released_at, remark)"
        " values ($1, $2, $3, $4, $5, $6, $7) on conflict (town_id, snapshot_id) do nothing returning id",
        town, uuid7(), ident, actor.name.split(" <", maxsplit=1)[0], role, now, remark.strip(),
    )  # fmt: skip
    if done is None:
        raise Wrong(_("Dieser Prüfstand ist schon freigegeben."), "", _("Für spätere Änderungen halten Sie einen neuen fest."))
    after = {"number": found.number, "seal": found.seal, "role": role}
    await record(tx, actor, "snapshot.release", f"snapshot/{ident}", after=after)


def bundle(found: State, files: Mapping[str, bytes]) -> bytes:
    """The state as a package to keep and to verify anywhere."""
    released = None
    if found.release is not None:
        told = {"by": found.release.by, "role": found.release.role, "at": found.release.at, "remark": found.release.remark}
        released = canonical(told | {"snapshot": found.number, "seal": found.seal})
    return package(files, found.manifest.encode(), found.previous, release=released)


def _state(row: Mapping[str, object]) -> State:
    values = dict(row)
    by, role, at, remark = (values.pop(x) for x in ("released_by", "released_as", "released_at", "remark"))
    keys, digests = values.pop("keys") or (), values.pop("digests") or ()
    documents = dict(zip(keys, digests, strict=True))  # type: ignore[call-overload]
    released = Release(by, role, at, remark) if at is not None else None  # type: ignore[arg-type]
    return State(**values, documents=documents, release=released)  # type: ignore[arg-type]  # columns = fields
