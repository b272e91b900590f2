"""What was taken in: files and their records, immutable but for being withdrawn as a whole."""

from __future__ import annotations

import hashlib
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from scanners.observation import Collection, Source
from scanners.withheld import without_processes
from service.db import SafeTransaction
from service.inventory.clues import Clues, clues
from service.inventory.fields import Seen, keep, seen
from service.inventory.ids import identity, made_id, record_id
from service.inventory.views import CollectionRow

CHUNK = 2000
"""Rows a statement: big enough to be fast, small enough to stay in memory."""

Scope = Callable[[str], str]
"""Address → name of an address range of its own ('' for the town's)."""


@dataclass(frozen=True, slots=True)
class Packed:
    """A file, made ready for the database: can be made in another process, holds no open thing."""

    town: int
    id: UUID
    identity: str
    sha256: str
    source: str
    file: str
    raw: bytes
    raw_size: int
    observed_at: datetime
    scope: str
    complete: bool
    full: bool
    mapping: str
    problems: str
    rows: tuple[tuple[UUID, str, str, datetime, str, str], ...]
    """id, key, source, observed_at, observation, clues"""


def pack(
    town: int,
    collection: Collection,
    raw: bytes,
    file: str,
    *,
    observed_at: datetime | None,
    default_at: datetime,
    scope_of: Scope | None = None,
    mapping: Mapping[str, str] | None = None,
    part: str = "",
) -> Packed:
    """Fold a collection. `observed_at` is a time given from outside, `default_at` stands where nobody knows one.

    `part` names how the file was read where a person chose that: read otherwise, it is another file.
    """
    sha256 = hashlib.sha256(raw).hexdigest()  # of the file as it came, so that it is known when it comes again
    kept = without_processes(raw) if collection.source == Source.SNMP else raw
    which = identity(hashlib.sha256(f"{sha256}|{part}".encode()).hexdigest() if part else sha256, file, observed_at)
    id_ = made_id(b"collection", str(town).encode(), which.encode())
    at = (
        observed_at
        or collection.started_at
        or next((o.observed_at for o in collection.observations if o.observed_at), default_at)
    )
    met: Counter[str] = Counter()
    rows = []
    for one in collection.observations:
        record = record_id(town, which, one.key, met[one.key])
        met[one.key] += 1
        when = one.observed_at or at
        found = clues(record, town, scope_of(one.key) if scope_of else "", id_, when, one)
        rows.append((record, one.key, str(one.source), when, keep(one), _ENCODE(found).decode().replace("\\u0000", "")))
    return Packed(
        town,
        id_,
        which,
        sha256,
        str(collection.source),
        file,
        zlib.compress(kept, 1),
        len(kept),
        at,
        collection.scope[:500],
        collection.complete,
        collection.full,
        _ENCODE(dict(mapping or {})).decode(),
        _ENCODE(collection.problems[:1000]).decode().replace("\\u0000", ""),
        tuple(rows),
    )


_ENCODE = msgspec.json.Encoder().encode
_CLUES = msgspec.json.Decoder(Clues)


_PUT = (
    "insert into collection (town_id, id, source, file, identity, sha256, raw, raw_size, observed_at, site_id, run_id, scope,"
    " complete, full_scan, mapping, problems, records, taken_by, taken_at, counts)"
    " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, '{}')"
    " on conflict (town_id, id) do nothing"
)


def _row(packed: Packed, by: str, now: datetime, site: UUID | None, run: UUID | None) -> tuple[Any, ...]:
    return (
        packed.town,
        packed.id,
        packed.source,
        packed.file[:500],
        packed.identity,
        packed.sha256,
        packed.raw,
        packed.raw_size,
        packed.observed_at,
        site,
        run,
        packed.scope,
        packed.complete,
        packed.full,
        packed.mapping,
        packed.problems,
        len(packed.rows),
        by,
        now,
    )


_LATER = """select id from collection where town_id = $1 and source = 'list' and withdrawn_at is null and sha256 <> $2
  and taken_at > (select max(taken_at) from collection where town_id = $1 and sha256 = $2)
  order by taken_at desc, id limit 1"""


async def later_list(tx: SafeTransaction, packed: Packed) -> UUID | None:
    """The newest list taken after this file was taken last; None also where this one never was."""
    found: UUID | None = await tx.connection.fetchval(_LATER, packed.town, packed.sha256)
    return found


async def put(
    tx: SafeTransaction, packed: Packed, *, by: str, now: datetime, site: UUID | None = None, run: UUID | None = None
) -> bool:
    """Write a file and its records; False where it was there already. A withdrawn file counts again."""
    done = await tx.connection.execute(_PUT, *_row(packed, by, now, site, run))
    if done == "INSERT 0 0":
        return await _revive(tx, packed.town, [packed.id], by, now) > 0
    await put_records(tx, [(packed.id, row) for row in packed.rows], packed.town)
    return True


async def put_many(
    tx: SafeTransaction, town: int, packs: Sequence[tuple[Packed, UUID | None]], *, by: str, now: datetime
) -> None:
    """Like `put` for many files of one town (each with its site)."""
    await tx.connection.executemany(_PUT, [_row(packed, by, now, site, None) for packed, site in packs])
    await put_records(tx, [(packed.id, row) for packed, _ in packs for row in packed.rows], town)
    await _revive(tx, town, [packed.id for packed, _ in packs], by, now)


async def _revive(tx: SafeTransaction, town: int, ids: Sequence[UUID], by: str, now: datetime) -> int:
    done = await tx.connection.execute(
        "update collection set withdrawn_at = null, withdrawn_by = null, taken_by = $3, taken_at = $4"
        " where town_id = $1 and id = any ($2::uuid[]) and withdrawn_at is not null",
        town,
        list(ids),
        by,
        now,
    )
    return int(done.split()[-1])


async def put_records(tx: SafeTransaction, rows: Sequence[tuple[UUID, tuple[Any, ...]]], town: int) -> None:
    """Write records (collection, row of `Packed.rows`)."""
    for start in range(0, len(rows), CHUNK):
        chunk = rows[start : start + CHUNK]
        columns = list(zip(*(row for _, row in chunk), strict=True))
        await tx.connection.execute(
            "insert into record (town_id, id, collection_id, key, source, observed_at, observation, clues)"
            " select $1, * from unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::timestamptz[], $7::jsonb[],"
            " $8::text[]) on conflict (town_id, id) do nothing",
            town,
            columns[0],
            [collection for collection, _ in chunk],
            [key[:100] for key in columns[1]],
            columns[2],
            columns[3],
            columns[4],
            columns[5],
        )


async def known(tx: SafeTransaction, town: int, ids: Iterable[UUID]) -> set[UUID]:
    """Those of these collections that are there and count."""
    rows = await tx.connection.fetch(
        "select id from collection where town_id = $1 and id = any ($2::uuid[]) and withdrawn_at is null", town, list(ids)
    )
    return {row["id"] for row in rows}


async def load_clues(tx: SafeTransaction, town: int) -> list[Clues]:
    """Clues of all records of the town that count."""
    rows = await tx.connection.fetch(
        "select r.clues from record r join collection c on c.town_id = r.town_id and c.id = r.collection_id"
        " where r.town_id = $1 and c.withdrawn_at is null",
        town,
    )
    return [_CLUES.decode(row["clues"]) for row in rows]


async def load_seen(tx: SafeTransaction, town: int, ids: Sequence[UUID] | None) -> dict[UUID, tuple[datetime, UUID, bool, Seen]]:
    """Time, collection, whether it looked at all ports, and observation of records (None: of all that count)."""
    out: dict[UUID, tuple[datetime, UUID, bool, Seen]] = {}
    query = (
        "select r.id, r.observed_at, r.collection_id, c.full_scan, r.observation from record r"
        " join collection c on c.town_id = r.town_id and c.id = r.collection_id where r.town_id = $1"
        " and ($2::uuid[] is null or r.id = any ($2::uuid[])) and c.withdrawn_at is null and r.observation is not null"
    )
    for row in await tx.connection.fetch(query, town, None if ids is None else list(ids)):
        out[row["id"]] = (row["observed_at"], row["collection_id"], row["full_scan"], seen(row["observation"]))
    return out


async def withdraw(tx: SafeTransaction, town: int, collection: UUID, *, by: str, now: datetime) -> bool:
    """Let a file's records count no more; they stay. False where there is none such."""
    done = await tx.connection.execute(
        "update collection set withdrawn_at = $3, withdrawn_by = $4 where town_id = $1 and id = $2 and withdrawn_at is null",
        town,
        collection,
        now,
        by,
    )
    return bool(done != "UPDATE 0")


async def note_counts(tx: SafeTransaction, town: int, collection: UUID, counts: Mapping[str, int]) -> None:
    """Remember what a file did."""
    await tx.connection.execute(
        "update collection set counts = $3 where town_id = $1 and id = $2", town, collection, _ENCODE(dict(counts)).decode()
    )


_COLLECTION = (
    "select id, source, file, observed_at, taken_by, taken_at, records, counts, problems, withdrawn_at, withdrawn_by"
    " from collection where town_id = $1"
)


async def collections(tx: SafeTransaction, town: int, *, limit: int = 50) -> list[CollectionRow]:
    """The newest imports and scans."""
    rows = await tx.connection.fetch(f"{_COLLECTION} order by taken_at desc, id limit $2", town, limit)
    return [_collection(row) for row in rows]


async def collection(tx: SafeTransaction, town: int, id_: UUID) -> CollectionRow | None:
    """One import."""
    row = await tx.connection.fetchrow(f"{_COLLECTION} and id = $2", town, id_)
    return _collection(row) if row else None


def _collection(row: Mapping[str, Any]) -> CollectionRow:
    values = dict(row)
    values["counts"], values["problems"] = msgspec.json.decode(row["counts"]), msgspec.json.decode(row["problems"])
    return CollectionRow(**values)


async def raw(tx: SafeTransaction, town: int, collection_id: UUID) -> tuple[str, bytes] | None:
    """Name and bytes of the file as it was taken in; None once its time to be kept has passed."""
    row = await tx.connection.fetchrow("select file, raw from collection where town_id = $1 and id = $2", town, collection_id)
    return (row["file"], zlib.decompress(row["raw"])) if row and row["raw"] is not None else None


async def record(tx: SafeTransaction, town: int, id_: UUID) -> dict[str, Any] | None:
    """One record in full, as JSON values, for the page that shows what was seen."""
    row = await tx.connection.fetchrow(
        "select r.id, r.key, r.source, r.observed_at, r.observation, c.file, c.id as collection, s.asset_id, s.decision"
        " from record r"
        " join collection c on c.town_id = r.town_id and c.id = r.collection_id"
        " left join sighting s on s.town_id = r.town_id and s.id = r.id where r.town_id = $1 and r.id = $2",
        town,
        id_,
    )
    if row is None:
        return None
    return dict(row) | {"observation": msgspec.json.decode(row["observation"]) if row["observation"] else None}
