"""Files that people handed in and look at before they take them over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from scanners.lists.listing import Reading
from scanners.withheld import without_processes
from service.db import SafeTransaction, uuid7

KEEP = timedelta(days=1)
DEVICES = ("csv", "xlsx", "nmap", "snmprec", "glpi")
"""Kinds of files about devices; those of other lists have the key of their register."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A handed-in file; `result` is what the dry run found, empty before it."""

    id: UUID
    file: str
    content: bytes
    kind: str
    mapping: Mapping[str, str]
    result: Mapping[str, Any]
    observed_at: datetime | None
    uploaded_by: str
    uploaded_at: datetime
    collection_id: UUID | None
    reading: Reading = field(default_factory=Reading)


class _Choice(msgspec.Struct):
    """What a person chose, as it is kept in `upload.mapping`."""

    columns: dict[str, str] = {}
    encoding: str = ""
    sheets: dict[str, dict[str, str] | None] = {}


async def add(tx: SafeTransaction, town: int, file: str, content: bytes, kind: str, *, by: str, now: datetime) -> UUID:
    """Keep a file; those of yesterday go, of registers those that were taken over the day before."""
    await tx.connection.execute(
        "delete from upload where town_id = $1 and coalesce((result ->> 'taken_at')::timestamptz, uploaded_at) < $2",
        town,
        now - KEEP,
    )
    key = uuid7()
    content = without_processes(content) if kind == "snmprec" else content
    await tx.connection.execute(
        "insert into upload (town_id, id, file, content, kind, uploaded_by, uploaded_at) values ($1, $2, $3, $4, $5, $6, $7)",
        town,
        key,
        file[:300],
        content,
        kind,
        by,
        now,
    )
    return key


async def get(tx: SafeTransaction, town: int, key: UUID) -> Upload | None:
    """One file."""
    row = await tx.connection.fetchrow(
        "select id, file, content, kind, mapping, result, observed_at, uploaded_by, uploaded_at, collection_id from upload"
        " where town_id = $1 and id = $2",
        town,
        key,
    )
    if row is None:
        return None
    choice = msgspec.json.decode(row["mapping"], type=_Choice)
    values = {**dict(row), "mapping": choice.columns, "result": msgspec.json.decode(row["result"])}
    return Upload(**values, reading=Reading(choice.encoding, choice.sheets))


@dataclass(frozen=True, slots=True)
class Waiting:
    """A handed-in file that is not taken over; `error` is how its last dry run failed."""

    id: UUID
    file: str
    uploaded_by: str
    uploaded_at: datetime
    checked: bool
    error: str


async def waiting(tx: SafeTransaction, town: int) -> list[Waiting]:
    """Files about devices that somebody handed in and nobody took over, newest first."""
    rows = await tx.connection.fetch(
        "select u.id, u.file, u.uploaded_by, u.uploaded_at, u.result <> '{}' as checked, coalesce(r.error, '') as error"
        " from upload u left join lateral (select error from run where town_id = $1 and task = 'import.check'"
        " and args ->> 'upload' = u.id::text order by requested_at desc limit 1) r on true"
        " where u.town_id = $1 and u.collection_id is null and u.kind = any($2) order by u.uploaded_at desc",
        town,
        list(DEVICES),
    )
    return [Waiting(**dict(row)) for row in rows]


async def set_mapping(
    tx: SafeTransaction,
    town: int,
    key: UUID,
    mapping: Mapping[str, str],
    observed_at: datetime | None,
    reading: Reading | None = None,
) -> None:
    """Which column is which field and how else the file is to be read; an older dry run says nothing any more."""
    reading = reading or Reading()
    sheets = {title: None if columns is None else dict(columns) for title, columns in reading.sheets.items()}
    await tx.connection.execute(
        "update upload set mapping = $3, observed_at = $4, result = '{}' where town_id = $1 and id = $2",
        town,
        key,
        msgspec.json.encode(_Choice(dict(mapping), reading.encoding, sheets)).decode(),
        observed_at,
    )


async def set_result(
    tx: SafeTransaction, town: int, key: UUID, result: Mapping[str, Any], collection: UUID | None = None
) -> None:
    """What the dry run found, or which collection the file became."""
    await tx.connection.execute(
        "update upload set result = $3, collection_id = coalesce($4, collection_id) where town_id = $1 and id = $2",
        town,
        key,
        msgspec.json.encode(dict(result)).decode(),
        collection,
    )


@dataclass(frozen=True, slots=True)
class Handed:
    """A file of a register, with what came of it."""

    id: UUID
    file: str
    uploaded_by: str
    uploaded_at: datetime
    result: Mapping[str, Any]


async def handed(tx: SafeTransaction, town: int, kind: str) -> list[Handed]:
    """The files of one register that are kept, newest first."""
    rows = await tx.connection.fetch(
        "select id, file, uploaded_by, uploaded_at, result from upload where town_id = $1 and kind = $2"
        " order by uploaded_at desc, id desc",
        town,
        kind,
    )
    return [Handed(**{**dict(row), "result": msgspec.json.decode(row["result"])}) for row in rows]
