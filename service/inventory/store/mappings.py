"""Which column of a town's list is which field, as a person once corrected it; found again by the list's headers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from service.db import SafeTransaction, uuid7


def header_digest(headers: Iterable[str]) -> str:
    """Stands for a header line, whatever the order of its columns."""
    return hashlib.sha256("\x1f".join(sorted(header.strip().casefold() for header in headers)).encode()).hexdigest()


async def saved_mapping(tx: SafeTransaction, town: int, headers: Iterable[str]) -> dict[str, str] | None:
    """Header → field ('' for none) as last taken over for such a list; empty where the town has had none.

    None for a sheet that was left out by choice.
    """
    found = await tx.connection.fetchval(
        "select mapping from list_mapping where town_id = $1 and header = $2", town, header_digest(headers)
    )
    return msgspec.json.decode(found, type=dict[str, str] | None) if found else {}


async def save_mapping(
    tx: SafeTransaction,
    town: int,
    headers: Iterable[str],
    mapping: Mapping[str, str] | None,
    file: str,
    *,
    by: str,
    now: datetime,
) -> None:
    """Remember the columns of a list that was taken over, or that it was left out (None); the newest holds."""
    await tx.connection.execute(
        "insert into list_mapping (town_id, id, header, name, mapping, saved_by, saved_at) values ($1, $2, $3, $4, $5, $6, $7)"
        " on conflict (town_id, header) do update set name = excluded.name, mapping = excluded.mapping,"
        " saved_by = excluded.saved_by, saved_at = excluded.saved_at",
        town,
        uuid7(),
        header_digest(headers),
        file[:200],
        msgspec.json.encode(None if mapping is None else dict(mapping)).decode(),
        by[:200],
        now,
    )
