"""Calendar feeds: made, found by their secret, ended."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from service.audit.chain import Actor
from service.audit.store import record as audit
from service.db import SafeTransaction, uuid7
from service.errors import Missing


@dataclass(frozen=True, slots=True)
class Feed:
    """A subscription as its owner sees it."""

    id: UUID
    made_at: datetime
    fetched_at: datetime | None


async def feeds(tx: SafeTransaction, town: int, account: UUID) -> Sequence[Feed]:
    """One's own subscriptions in this town, the newest first."""
    rows = await tx.connection.fetch(
        "select id, made_at, fetched_at from calendar_feed where town_id = $1 and account_id = $2 and revoked_at is null"
        " order by made_at desc, id",
        town, account,
    )  # fmt: skip
    return [Feed(**dict(row)) for row in rows]


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


async def subscribe(tx: SafeTransaction, town: int, account: UUID, actor: Actor, now: datetime) -> str:
    """A new subscription; answers its secret, which is shown once and kept nowhere."""
    secret, key = secrets.token_urlsafe(32), uuid7()
    await tx.connection.execute(
        "insert into calendar_feed (town_id, id, account_id, digest, made_at) values ($1, $2, $3, $4, $5)",
        town, key, account, _digest(secret), now,
    )  # fmt: skip
    await audit(tx, actor, "feed.add", f"calendar_feed/{key}")
    return secret


async def revoke(tx: SafeTransaction, town: int, account: UUID, key: UUID, actor: Actor, now: datetime) -> None:
    """End one's own subscription; raises `Missing`."""
    done = await tx.connection.fetchval(
        "update calendar_feed set revoked_at = $4 where town_id = $1 and account_id = $2 and id = $3 and revoked_at is null"
        " returning id",
        town, account, key, now,
    )  # fmt: skip
    if done is None:
        raise Missing
    await audit(tx, actor, "feed.revoke", f"calendar_feed/{key}")


async def owner(tx: SafeTransaction, town: int, secret: str, now: datetime) -> UUID | None:
    """Whose subscription this secret opens, None for none; notes the day of the fetch."""
    key: UUID | None = await tx.connection.fetchval(
        "select account_id from calendar_feed where town_id = $1 and digest = $2 and revoked_at is null", town, _digest(secret)
    )
    if key is not None:
        await tx.connection.execute(
            "update calendar_feed set fetched_at = $3 where town_id = $1 and digest = $2"
            " and (fetched_at is null or fetched_at < $3)",
            town, _digest(secret), now.replace(hour=0, minute=0, second=0, microsecond=0),
        )  # fmt: skip
    return key
