"""Accounts, memberships, sessions, attempts and keys; beside it only `invitations` and `towns` touch these tables."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from service.auth.people import Account, Grant, LogIn, TownRef
from service.db import SafeTransaction, uuid7
from service.errors import Wrong
from service.i18n import gettext as _
from service.settings import settings
from service.vault import Place, Sealed, Secret, kid_of, master_key, new_data_key, seal, unseal, unwrap

GROUP = 0
"""Town id of the group (Verbund)."""

_ACCOUNT = """select a.id, a.mail, a.name, a.locale, a.theme, a.shortcuts, a.totp_secret is not null as has_totp, a.demo,
  a.disabled_at is not null as disabled,
  coalesce((select jsonb_agg(jsonb_build_object('role', m.role, 'id', t.id, 'slug', t.slug, 'name', t.name,
    'inhabitants', t.inhabitants, 'from', m.valid_from, 'until', m.valid_until) order by t.id, m.role)
    from membership m join town t on t.id = m.for_town where m.account = a.id), '[]')::text as grants from account a """


def _account(row: Any) -> Account:
    grants = tuple(
        Grant(
            item["role"],
            TownRef(item["id"], item["slug"], item["name"], item["inhabitants"]),
            _time(item["from"]),
            _time(item["until"]),
        )
        for item in msgspec.json.decode(row["grants"])
    )
    fields = ("id", "mail", "name", "locale", "theme", "shortcuts", "has_totp", "demo", "disabled")
    return Account(**{name: row[name] for name in fields}, grants=grants)


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


# --- towns


async def towns(tx: SafeTransaction) -> tuple[TownRef, ...]:
    """All towns, the group (id 0) first."""
    rows = await tx.connection.fetch("select id, slug, name, inhabitants from town order by id")
    return tuple(TownRef(**dict(row)) for row in rows)


async def town(tx: SafeTransaction, slug: str) -> TownRef | None:
    """The town with this slug."""
    row = await tx.connection.fetchrow("select id, slug, name, inhabitants from town where slug = $1", slug)
    return TownRef(**dict(row)) if row else None


async def slug_of(tx: SafeTransaction, town_id: int) -> str:
    """The town's part of an address."""
    return str(await tx.connection.fetchval("select slug from town where id = $1", town_id))


async def add_town(tx: SafeTransaction, slug: str, name: str, inhabitants: int | None, now: datetime) -> TownRef:
    """Found a town, or answer the one that has this slug."""
    await tx.connection.execute("lock table town in share row exclusive mode")
    if found := await town(tx, slug):
        return found
    number = await tx.connection.fetchval("select max(id) + 1 from town")
    await tx.connection.execute(
        "insert into town (id, slug, name, inhabitants, created_at) values ($1, $2, $3, $4, $5)",
        number,
        slug,
        name,
        inhabitants,
        now,
    )
    return TownRef(number, slug, name, inhabitants)


async def set_inhabitants(tx: SafeTransaction, town_id: int, number: int | None) -> None:
    """The number of inhabitants, None where nobody knows it."""
    await tx.connection.execute("update town set inhabitants = $2 where id = $1", town_id, number)


# --- accounts


async def account_by_mail(tx: SafeTransaction, mail: str) -> tuple[Account, str] | None:
    """Account and password hash; None if there is none or it is disabled."""
    row = await tx.connection.fetchrow(_ACCOUNT + "where a.mail = $1", mail.strip().casefold())
    if row is None or row["disabled"]:
        return None
    return _account(row), await tx.connection.fetchval("select password_hash from account where id = $1", row["id"])


async def account(tx: SafeTransaction, key: UUID) -> Account | None:
    """One account."""
    row = await tx.connection.fetchrow(_ACCOUNT + "where a.id = $1", key)
    return _account(row) if row else None


async def accounts(tx: SafeTransaction) -> Sequence[Account]:
    """All accounts by name."""
    return [_account(row) for row in await tx.connection.fetch(_ACCOUNT + "order by app.din5007(a.name)")]


async def account_facts(tx: SafeTransaction, town_id: int, now: datetime) -> list[dict[str, Any]]:
    """Open accounts with a role in the town or the group, without names: `roles second_factor created_at last_used ended`.

    `roles` are those valid now; `ended` says that a role in the town itself is over.
    """
    rows = await tx.connection.fetch(
        "select coalesce(array_agg(m.role) filter (where coalesce(m.valid_from, $2) <= $2 and coalesce(m.valid_until, $2) >= $2),"
        " '{}') as roles, a.totp_secret is not null as second_factor, a.created_at,"
        " (select max(s.last_seen) from session s where s.account = a.id) as last_used,"
        " bool_or(m.for_town = $1 and coalesce(m.valid_until, $2) < $2) as ended"
        " from account a join membership m on m.account = a.id and m.for_town in ($1, $3)"
        " where a.disabled_at is null group by a.id order by a.id",
        town_id,
        now,
        GROUP,
    )
    return [dict(row) | {"roles": frozenset(row["roles"])} for row in rows]


async def add_account(
    tx: SafeTransaction, mail: str, name: str, password_hash: str, now: datetime, *, demo: bool = False
) -> UUID:
    """A new account; raises `Wrong` when the address is taken."""
    key = await tx.connection.fetchval(
        "insert into account (id, mail, name, password_hash, demo, created_at) values ($1, $2, $3, $4, $5, $6)"
        " on conflict (mail) do nothing returning id",
        uuid7(),
        mail.strip().casefold(),
        name,
        password_hash,
        demo,
        now,
    )
    if key is None:
        raise Wrong(_("Für diese Adresse gibt es schon ein Konto."), mail, _("Geben Sie eine andere Adresse an."))
    return UUID(str(key))


async def grant(
    tx: SafeTransaction,
    key: UUID,
    role: str,
    town_id: int,
    *,
    valid_from: datetime | None = None,
    valid_until: datetime | None = None,
) -> None:
    """Give a role in a town; repeating it moves the dates."""
    await tx.connection.execute(
        "insert into membership (id, account, role, for_town, valid_from, valid_until) values ($1, $2, $3, $4, $5, $6)"
        " on conflict (account, role, for_town)"
        " do update set valid_from = excluded.valid_from, valid_until = excluded.valid_until",
        uuid7(),
        key,
        role,
        town_id,
        valid_from,
        valid_until,
    )


async def disable(tx: SafeTransaction, key: UUID, now: datetime) -> None:
    """Shut an account; its sessions end with it."""
    await tx.connection.execute("update account set disabled_at = $2 where id = $1", key, now)
    await end_sessions(tx, key, now)


async def set_password(tx: SafeTransaction, key: UUID, password_hash: str) -> None:
    """Replace the password."""
    await tx.connection.execute("update account set password_hash = $2, disabled_at = null where id = $1", key, password_hash)


async def set_preferences(tx: SafeTransaction, key: UUID, *, locale: str | None, theme: str | None, shortcuts: bool) -> None:
    """Language, theme and single-key shortcuts of a person."""
    await tx.connection.execute(
        "update account set locale = $2, theme = $3, shortcuts = $4 where id = $1", key, locale, theme, shortcuts
    )


# --- second factor


async def set_totp(tx: SafeTransaction, key: UUID, secret: str | None) -> None:
    """Keep the seed of the one-time codes sealed; None removes the second factor."""
    sealed = None if secret is None else await seal_for(tx, Place(GROUP, "account", str(key), "totp_secret"), secret)
    await tx.connection.execute("update account set totp_secret = $2, totp_last_step = 0 where id = $1", key, sealed)


async def totp_secret(tx: SafeTransaction, key: UUID) -> Secret | None:
    """The seed of the one-time codes."""
    sealed = await tx.connection.fetchval("select totp_secret from account where id = $1", key)
    return None if sealed is None else await open_at(tx, Place(GROUP, "account", str(key), "totp_secret"), sealed)


async def start_totp(tx: SafeTransaction, key: UUID, secret: str) -> Secret:
    """Keep a seed that waits for its first right code."""
    sealed = await seal_for(tx, Place(GROUP, "account", str(key), "totp_pending"), secret)
    await tx.connection.execute("update account set totp_pending = $2, totp_last_step = 0 where id = $1", key, sealed)
    return Secret(secret)


async def pending_totp(tx: SafeTransaction, key: UUID) -> Secret | None:
    """The seed that waits for its first right code."""
    sealed = await tx.connection.fetchval("select totp_pending from account where id = $1", key)
    return None if sealed is None else await open_at(tx, Place(GROUP, "account", str(key), "totp_pending"), sealed)


async def confirm_totp(tx: SafeTransaction, key: UUID) -> None:
    """The first right code came: the waiting seed is the second factor from now on."""
    secret = await pending_totp(tx, key)
    sealed = await seal_for(tx, Place(GROUP, "account", str(key), "totp_secret"), str(secret))
    await tx.connection.execute("update account set totp_secret = $2, totp_pending = null where id = $1", key, sealed)


async def use_step(tx: SafeTransaction, key: UUID, step: int) -> bool:
    """Mark a time step as used; False if it or a later one was used before (each code works once)."""
    done = await tx.connection.fetchval(
        "update account set totp_last_step = $2 where id = $1 and totp_last_step < $2 returning id", key, step
    )
    return done is not None


# --- sessions


def token_hash(token: str) -> str:
    """What the table keeps of a cookie's token."""
    return hashlib.sha256(token.encode()).hexdigest()


async def open_session(tx: SafeTransaction, key: UUID, factor: int, agent: str, now: datetime) -> str:
    """A new session; answers the cookie's token (256 random bits), which is kept nowhere."""
    token = secrets.token_urlsafe(32)
    await tx.connection.execute(
        "insert into session (id, token_hash, account, factor, created_at, last_seen, stepped_up_at, agent)"
        " values ($1, $2, $3, $4, $5, $5, $6, $7)",
        uuid7(),
        token_hash(token),
        key,
        factor,
        now,
        now if factor > 1 else None,
        agent[:200],
    )
    return token


async def session(tx: SafeTransaction, token: str) -> LogIn | None:
    """The open session of a token, with the account as it is now."""
    row = await tx.connection.fetchrow(
        "select id, account, factor, created_at, last_seen, stepped_up_at, agent from session"
        " where token_hash = $1 and ended_at is null",
        token_hash(token),
    )
    if row is None:
        return None
    who = await account(tx, row["account"])
    if who is None or who.disabled:
        return None
    return LogIn(row["id"], who, row["factor"], row["created_at"], row["last_seen"], row["stepped_up_at"], row["agent"])


async def touch_session(tx: SafeTransaction, key: UUID, now: datetime) -> None:
    """Remember that the session was used."""
    await tx.connection.execute("update session set last_seen = $2 where id = $1", key, now)


async def step_up(tx: SafeTransaction, key: UUID, now: datetime) -> None:
    """Remember that the second factor was given once more in this session."""
    await tx.connection.execute("update session set stepped_up_at = $2 where id = $1", key, now)


async def sessions(tx: SafeTransaction, key: UUID, now: datetime) -> Sequence[Any]:
    """Open sessions of an account, newest first."""
    return list(
        await tx.connection.fetch(
            "select id, created_at, last_seen, agent from session where account = $1 and ended_at is null and created_at > $2"
            " order by last_seen desc",
            key,
            now - timedelta(hours=10),
        )
    )


async def end_session(tx: SafeTransaction, key: UUID, account_key: UUID, now: datetime) -> bool:
    """End one session of an account; False if it is not theirs."""
    ended = await tx.connection.fetchval(
        "update session set ended_at = $3 where id = $1 and account = $2 and ended_at is null returning id", key, account_key, now
    )
    await tx.connection.execute("select pg_notify('odw_sessions', $1)", str(key))
    return ended is not None


async def end_sessions(tx: SafeTransaction, account_key: UUID, now: datetime) -> None:
    """End all sessions of an account."""
    await tx.connection.execute("update session set ended_at = $2 where account = $1 and ended_at is null", account_key, now)
    await tx.connection.execute("select pg_notify('odw_sessions', 'all')")


# --- attempts


async def next_try(tx: SafeTransaction, keys: Sequence[str]) -> datetime | None:
    """When the next try counts for the account and the source together."""
    found: datetime | None = await tx.connection.fetchval("select max(next_at) from attempt where key = any($1)", list(keys))
    return found


async def failed(tx: SafeTransaction, keys: Sequence[str], now: datetime) -> None:
    """Count a failure: from the third on the wait doubles, from 2 s up to 15 minutes; a day of quiet forgets all."""
    await tx.connection.execute(
        "insert into attempt (key, failures, next_at) select unnest($1::text[]), 1, $2::timestamptz"
        " on conflict (key) do update set"
        " failures = case when attempt.next_at < $2::timestamptz - interval '1 day' then 1 else attempt.failures + 1 end,"
        " next_at = $2::timestamptz + case when attempt.failures < 2 then interval '0 s' else"
        " least(interval '15 minutes', interval '1 s' * power(2, least(attempt.failures - 1, 12))) end",
        list(keys),
        now,
    )


async def succeeded(tx: SafeTransaction, keys: Sequence[str]) -> None:
    """A complete log-in forgets the account's failures."""
    await tx.connection.execute("delete from attempt where key = any($1)", list(keys))


# --- data keys


async def _data_key(tx: SafeTransaction, town_id: int) -> tuple[str, bytes]:
    """The town's newest data key, made on first need."""
    master = master_key(settings().master_key_file)
    row = await tx.connection.fetchrow(
        "select id, wrapped from data_key where for_town = $1 order by created_at desc, id desc limit 1", town_id
    )
    if row is None:
        kid = f"t{town_id}-1"
        await tx.connection.execute(
            "insert into data_key (id, for_town, wrapped, created_at) values ($1, $2, $3, now()) on conflict (id) do nothing",
            kid,
            town_id,
            new_data_key(master, kid),
        )
        row = await tx.connection.fetchrow("select id, wrapped from data_key where id = $1", kid)
    return row["id"], unwrap(master, row["id"], row["wrapped"])


async def seal_for(tx: SafeTransaction, place: Place, value: str) -> str:
    """Encrypt a secret for its place under its town's key."""
    kid, key = await _data_key(tx, place.town)
    return seal(key, kid, place, value)


async def open_at(tx: SafeTransaction, place: Place, sealed: str) -> Secret:
    """Decrypt a secret at its place; raises `Sealed` where it does not belong or its key is lost."""
    kid = kid_of(sealed)
    row = await tx.connection.fetchrow("select wrapped from data_key where id = $1 and for_town = $2", kid, place.town)
    if row is None:
        raise Sealed(f"Der Datenschlüssel {kid} ist nicht vorhanden. Spielen Sie ihn aus der Sicherung ein.")
    return unseal(unwrap(master_key(settings().master_key_file), kid, row["wrapped"]), place, sealed)
