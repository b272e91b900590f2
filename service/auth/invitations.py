"""How a person gets in: a link that works once and for a week, by which the first password is chosen; roles taken back.

The link's token is 256 random bits and is kept as a hash only. Whoever invites never knows the password.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from service.auth import store
from service.auth.people import Account
from service.db import SafeTransaction

VALID: Final = timedelta(days=7)
NO_PASSWORD: Final = "-"  # noqa: S105 no password fits it
"""Fits no password: an invited account cannot log in before it has chosen one."""


async def invite(tx: SafeTransaction, key: UUID, now: datetime) -> str | None:
    """The token of a fresh link; an older link ends. None for an account that has chosen its password already."""
    token = secrets.token_urlsafe(32)
    done = await tx.connection.fetchval(
        "update account set invite_hash = $2, invite_until = $3 where id = $1 and password_hash = $4 returning id",
        key,
        store.token_hash(token),
        now + VALID,
        NO_PASSWORD,
    )
    return None if done is None else token


async def invited(tx: SafeTransaction, token: str, now: datetime) -> Account | None:
    """Whose link this is; None where it was used, is too old or never was one."""
    key = await tx.connection.fetchval(
        "select id from account where invite_hash = $1 and invite_until > $2 and disabled_at is null and password_hash = $3",
        store.token_hash(token),
        now,
        NO_PASSWORD,
    )
    return None if key is None else await store.account(tx, key)


async def accept(tx: SafeTransaction, token: str, password_hash: str, now: datetime) -> bool:
    """Choose the first password; False where the link works no more. It works once, also for two at the same moment."""
    done = await tx.connection.fetchval(
        "update account set password_hash = $2, invite_hash = null, invite_until = null"
        " where invite_hash = $1 and invite_until > $3 and disabled_at is null and password_hash = $4 returning id",
        store.token_hash(token),
        password_hash,
        now,
        NO_PASSWORD,
    )
    return done is not None


async def waiting(tx: SafeTransaction) -> dict[UUID, datetime | None]:
    """Accounts without a password, and until when their link works (None: there is none)."""
    rows = await tx.connection.fetch("select id, invite_until from account where password_hash = $1", NO_PASSWORD)
    return {row["id"]: row["invite_until"] for row in rows}


async def take_back(tx: SafeTransaction, key: UUID, role: str, town: int) -> bool:
    """End a role in a town; a link that leads to no role any more ends too. False where there was no such role."""
    done = await tx.connection.fetchval(
        "delete from membership where account = $1 and role = $2 and for_town = $3 returning id", key, role, town
    )
    await tx.connection.execute(
        "update account a set invite_hash = null, invite_until = null"
        " where id = $1 and not exists (select from membership m where m.account = a.id)",
        key,
    )
    return done is not None
