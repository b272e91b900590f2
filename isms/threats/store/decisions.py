"""What people say about threats at objects and hazards at sites: decide several at once, take a step back, history.

A new word supersedes the old row, which stays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from isms.threats.relevance import Pick, Verdict
from service.audit.chain import Actor
from service.audit.store import record
from service.db import SafeTransaction, uuid7
from service.errors import Missing, Outdated, Wrong
from service.i18n import gettext as _


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where decisions of one sort lie: the table, its columns of the place and of the key, and the noun of the log."""

    table: str
    place: str
    key: str
    noun: str


THREATS = Shelf("threat_relevance", "target_id", "threat", "threat")
HAZARDS = Shelf("hazard_relevance", "site", "hazard", "hazard")


@dataclass(frozen=True, slots=True)
class Past:
    """A word that was said about a key at a place."""

    place: UUID
    key: str
    verdict: Verdict


async def verdicts(tx: SafeTransaction, town: int, shelf: Shelf) -> Mapping[tuple[UUID, str], Verdict]:
    """(place, key) → the standing word."""
    rows = await tx.connection.fetch(_read(shelf) + " and superseded_at is null", town)
    return {(x["place"], x["key"]): _verdict(x) for x in rows}


async def history(tx: SafeTransaction, town: int, shelf: Shelf, place: UUID | None = None, limit: int = 30) -> Sequence[Past]:
    """The newest words, standing and superseded, of one place or of all."""
    rows = await tx.connection.fetch(
        _read(shelf) + f" and ($2::uuid is null or {shelf.place} = $2) order by decided_at desc, id desc limit $3",
        town,
        place,
        limit,
    )
    return [Past(x["place"], x["key"], _verdict(x)) for x in rows]


async def decide(
    tx: SafeTransaction,
    town: int,
    shelf: Shelf,
    picks: Sequence[Pick],
    actor: Actor,
    now: datetime,
    *,
    relevant: bool,
    reason: str,
) -> UUID:
    """Say of all picked lines that they are relevant, or that they are not and why; answers the step for `undo`.

    Raises:
        Wrong: nothing is picked, or a reason is missing.
        Outdated: somebody said something about one of them since it was shown; nothing is kept.
    """
    if not picks:
        raise Wrong(_("Bitte wählen Sie mindestens einen Eintrag."), "")
    if not relevant and not reason.strip():
        raise Wrong(_("Bitte begründen Sie, warum das hier nicht zutrifft."), "reason")
    batch = uuid7()
    await tx.connection.execute("select pg_advisory_xact_lock(4716, $1)", town)
    standing = await verdicts(tx, town, shelf)
    for pick in dict.fromkeys(picks):
        old = standing.get((pick.place, pick.key))
        if (old.id if old else None) != pick.shown:
            raise Outdated(old.by if old else "", old.at if old else None)
        said = Verdict(uuid7(), relevant, reason.strip(), actor.name, now, old.version + 1 if old else 1)
        await _put(tx, town, shelf, pick, said, batch)
        before = {"relevant": old.relevant, "reason": old.reason} if old else None
        after = {"key": pick.key, "relevant": relevant, "reason": reason.strip()}
        await record(tx, actor, f"{shelf.noun}.decide", _object(shelf, pick.place), before=before, after=after)
    return batch


async def undo(tx: SafeTransaction, town: int, shelf: Shelf, batch: UUID, actor: Actor, now: datetime) -> int:
    """Take a step back: what was said before it stands again; lines that somebody decided since keep the newer word.

    Answers how many lines went back; raises `Missing` for a step that left nothing standing.
    """
    await tx.connection.execute("select pg_advisory_xact_lock(4716, $1)", town)
    rows = await tx.connection.fetch(_read(shelf) + " and batch = $2 and superseded_at is null", town, batch)
    if not rows:
        raise Missing
    for row in rows:
        former = await tx.connection.fetchrow(
            _read(shelf) + f" and {shelf.place} = $2 and {shelf.key} = $3 and superseded_at = $4 and version = $5",
            town,
            row["place"],
            row["key"],
            row["decided_at"],
            row["version"] - 1,
        )
        if former is None:
            await _supersede(tx, town, shelf, row["place"], row["key"], now)
        else:
            again = Verdict(uuid7(), former["relevant"], former["reason"], actor.name, now, row["version"] + 1)
            await _put(tx, town, shelf, Pick(row["place"], row["key"]), again, None)
        after = {"key": row["key"], "relevant": former["relevant"] if former else None}
        await record(tx, actor, f"{shelf.noun}.undo", _object(shelf, row["place"]), after=after)
    return len(rows)


def _object(shelf: Shelf, place: UUID) -> str:
    return f"{'target_object' if shelf is THREATS else 'site'}/{place}"


def _read(shelf: Shelf) -> str:
    columns = "id, relevant, reason, decided_by, decided_at, version"
    return f"select {shelf.place} as place, {shelf.key} as key, {columns} from {shelf.table} where town_id = $1"  # noqa: S608 our names


async def _supersede(tx: SafeTransaction, town: int, shelf: Shelf, place: UUID, key: str, now: datetime) -> None:
    await tx.connection.execute(
        f"update {shelf.table} set superseded_at = $4"  # noqa: S608 our names
        f" where town_id = $1 and {shelf.place} = $2 and {shelf.key} = $3 and superseded_at is null",
        town,
        place,
        key,
        now,
    )


async def _put(tx: SafeTransaction, town: int, shelf: Shelf, at: Pick, said: Verdict, batch: UUID | None) -> None:
    await _supersede(tx, town, shelf, at.place, at.key, said.at)
    await tx.connection.execute(
        f"insert into {shelf.table} (town_id, id, {shelf.place}, {shelf.key}, relevant, reason, decided_by, decided_at, version,"  # noqa: S608 our names
        " batch) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        town,
        said.id,
        at.place,
        at.key,
        said.relevant,
        said.reason,
        said.by,
        said.at,
        said.version,
        batch,
    )


def _verdict(row: Mapping[str, Any]) -> Verdict:
    return Verdict(row["id"], row["relevant"], row["reason"], row["decided_by"], row["decided_at"], row["version"])
