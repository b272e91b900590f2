"""Write and read the audit log; always inside the transaction of the change it records."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from service.audit.chain import START, Actor, Break, Checkpoint, canonical, entry, link, verify
from service.db import SafeTransaction, uuid7
from service.settings import real_now


@dataclass(frozen=True, slots=True)
class Line:
    """An entry as people read it."""

    seq: int
    at: datetime
    actor: str | None
    action: str
    object: str
    before: str | None
    after: str | None


async def record(
    tx: SafeTransaction,
    actor: Actor,
    action: str,
    obj: str,
    *,
    before: Any = None,
    after: Any = None,
    town: int | None = None,
) -> None:
    """Append one entry to the chain of the transaction's write town; fails where the chain cannot be written.

    `action` is `noun.verb` (`asset.lock`), `obj` names the thing (`asset/0192…`). The head row is locked until commit,
    so entries of one town are written one after the other.
    """
    connection = tx.connection
    if town is None:
        town = await connection.fetchval("select app.write_town()")
    if town is None:
        raise RuntimeError("no write town: nothing may change without an audit entry")
    head = await connection.fetchrow("select seq, hash from audit_head where town_id = $1 for update", town)
    if head is None:
        await connection.execute(
            "insert into audit_head (town_id, id, seq, hash) values ($1, $2, 0, $3) on conflict (town_id) do nothing",
            town,
            uuid7(),
            START,
        )
        head = await connection.fetchrow("select seq, hash from audit_head where town_id = $1 for update", town)
    seq, at, salt = head["seq"] + 1, real_now(), secrets.token_hex(16)
    text = entry(seq=seq, town=town, at=at, actor=actor, salt=salt, action=action, obj=obj, before=before, after=after)
    hashed = link(head["hash"], text)
    await connection.execute(
        "insert into audit_entry (town_id, id, seq, entry, hash) values ($1, $2, $3, $4, $5)", town, uuid7(), seq, text, hashed
    )
    await connection.execute(
        "insert into audit_detail (town_id, id, seq, at, actor, salt, action, object, before, after)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        town,
        uuid7(),
        seq,
        at,
        actor.name,
        salt,
        action,
        obj,
        None if before is None else canonical(before),
        None if after is None else canonical(after),
    )
    await connection.execute("update audit_head set seq = $2, hash = $3 where town_id = $1", town, seq, hashed)


async def lines(
    tx: SafeTransaction,
    town: int,
    *,
    obj: str | None = None,
    action: str | None = None,
    before_seq: int | None = None,
    limit: int = 50,
) -> Sequence[Line]:
    """Newest entries of a town, at most `limit`, older than `before_seq`; of one object or kind of act if asked."""
    rows = await tx.connection.fetch(
        "select seq, at, actor, action, object, before, after from audit_detail where town_id = $1"
        " and ($2::text is null or object = $2) and ($3::text is null or action like $3 || '%')"
        " and ($4::bigint is null or seq < $4) order by seq desc limit $5",
        town,
        obj,
        action,
        before_seq,
        limit,
    )
    return [Line(**dict(row)) for row in rows]


async def check(tx: SafeTransaction, town: int, checkpoint: Checkpoint | None = None) -> tuple[int, Break | None]:
    """Walk a town's chain; answers its length and the first break. The stored head counts as a checkpoint too."""
    rows = [
        (row["seq"], row["entry"], row["hash"])
        for row in await tx.connection.fetch("select seq, entry, hash from audit_entry where town_id = $1 order by seq", town)
    ]
    head = await tx.connection.fetchrow("select seq, hash from audit_head where town_id = $1", town)
    newest = Checkpoint(town, head["seq"], head["hash"]) if head else None
    return len(rows), verify(rows, checkpoint) or verify(rows, newest)


async def checkpoint(tx: SafeTransaction, town: int) -> Checkpoint:
    """Length and newest hash of a town's chain, to be kept outside the database."""
    head = await tx.connection.fetchrow("select seq, hash from audit_head where town_id = $1", town)
    return Checkpoint(town, head["seq"], head["hash"]) if head else Checkpoint(town, 0, START)
