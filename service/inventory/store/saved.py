"""Filters that people keep under a name, and the columns each wants. A private one is read by its owner alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from service.audit.chain import Actor
from service.audit.store import record as audit
from service.db import SafeTransaction, uuid7
from service.errors import Missing, Wrong
from service.i18n import gettext as _

MOST = 50
"""Filters that one person may keep in a town."""
KEPT_FOR = timedelta(days=1)
"""How long a deleted filter can be taken back."""


@dataclass(frozen=True, slots=True)
class Saved:
    """A saved filter as its reader sees it; `mine` where the reader is its owner."""

    id: UUID
    name: str
    query: str
    columns: tuple[str, ...]
    shared: bool
    owner: str
    mine: bool
    saved_at: datetime


async def columns(tx: SafeTransaction, town: int, account: UUID) -> tuple[str, ...]:
    """The columns that this person chose; empty where the usual ones hold."""
    found = await tx.connection.fetchval(
        "select columns from chosen_columns where town_id = $1 and account_id = $2", town, account
    )
    return tuple(found or ())


async def choose(tx: SafeTransaction, town: int, account: UUID, wanted: Sequence[str], *, now: datetime) -> None:
    """These columns from now on; none: the usual ones."""
    await tx.connection.execute("delete from chosen_columns where town_id = $1 and account_id = $2", town, account)
    if wanted:
        await tx.connection.execute(
            "insert into chosen_columns (town_id, id, account_id, columns, chosen_at) values ($1, $2, $3, $4, $5)",
            town, uuid7(), account, list(wanted), now,
        )  # fmt: skip


async def filters(tx: SafeTransaction, town: int, account: UUID) -> tuple[Saved, ...]:
    """One's own and those that others share, by name."""
    rows = await tx.connection.fetch(
        "select id, name, query, columns, shared, owner, account_id = $2 as mine, saved_at from saved_filter"
        " where town_id = $1 and (account_id = $2 or shared) and deleted_at is null"
        " order by account_id <> $2, app.din5007(name), id",
        town,
        account,
    )
    return tuple(Saved(**dict(row) | {"columns": tuple(row["columns"])}) for row in rows)


async def save(
    tx: SafeTransaction,
    town: int,
    account: UUID,
    name: str,
    query: str,
    wanted: Sequence[str],
    *,
    shared: bool,
    may_share: bool,
    by: Actor,
    now: datetime,
) -> tuple[UUID, bool]:
    """Keep a filter under a name, and say whether the town sees it; one's own of that name is replaced and stays shared.

    Raises:
        Wrong: no name, or more filters than anybody finds again.
    """
    told = _name(name)
    held = await tx.connection.fetchval(
        "select count(*) from saved_filter where town_id = $1 and account_id = $2 and deleted_at is null and name <> $3",
        town, account, told,
    )  # fmt: skip
    if held >= MOST:
        raise Wrong(
            _("Sie haben schon %(n)s gespeicherte Filter.", n=MOST), _("Filter speichern"), _("Löschen Sie zuerst einen davon.")
        )
    was_shared = await tx.connection.fetchval(
        "select shared from saved_filter where town_id = $1 and account_id = $2 and name = $3 and deleted_at is null",
        town, account, told,
    )  # fmt: skip
    shared = may_share and (shared or bool(was_shared))
    await tx.connection.execute(
        "delete from saved_filter where town_id = $1 and account_id = $2"
        " and ((name = $3 and deleted_at is null) or deleted_at < $4)",
        town, account, told, now - KEPT_FOR,
    )  # fmt: skip
    key = uuid7()
    await tx.connection.execute(
        "insert into saved_filter (town_id, id, account_id, owner, name, query, columns, shared, saved_at)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        town, key, account, by.name[:200], told, query, list(wanted), shared, now,
    )  # fmt: skip
    if shared:
        await audit(tx, by, "filter.share", f"saved_filter/{key}", after={"name": told, "query": query})
    return key, shared


def _name(text: str) -> str:
    told = " ".join(text.split())
    where = _("Name des Filters")
    if not told:
        raise Wrong(_("Der Filter braucht einen Namen."), where, _("Zum Beispiel „Server ohne Herstellerpflege“."))
    if len(told) > 80:
        raise Wrong(_("Dieser Name ist zu lang."), where, _("Erlaubt sind 80 Zeichen."))
    return told


async def change(tx: SafeTransaction, town: int, account: UUID, key: UUID, name: str, *, shared: bool, by: Actor) -> None:
    """Give one's own filter another name, share it, or keep it to oneself again.

    Raises:
        Missing: it is somebody else's, or there is none.
        Wrong: another filter of this person has that name.
    """
    told = _name(name)
    if await tx.connection.fetchval(
        "select exists (select from saved_filter where town_id = $1 and account_id = $2 and name = $3 and id <> $4"
        " and deleted_at is null)",
        town, account, told, key,
    ):  # fmt: skip
        raise Wrong(
            _("Einen Filter „%(name)s“ haben Sie schon.", name=told), _("Name des Filters"), _("Wählen Sie einen anderen.")
        )
    before = await tx.connection.fetchrow(
        "select name, shared from saved_filter where town_id = $1 and account_id = $2 and id = $3 and deleted_at is null",
        town, account, key,
    )  # fmt: skip
    if before is None:
        raise Missing
    await tx.connection.execute(
        "update saved_filter set name = $3, shared = $4 where town_id = $1 and id = $2", town, key, told, shared
    )
    if shared or before["shared"]:
        await audit(
            tx, by, "filter.change", f"saved_filter/{key}", before=dict(before), after={"name": told, "shared": shared}
        )  # fmt: skip


async def delete(tx: SafeTransaction, town: int, account: UUID, key: UUID, *, by: Actor, now: datetime) -> str:
    """Take one's own filter away; answers its name. It can be taken back for a day."""
    row = await tx.connection.fetchrow(
        "update saved_filter set deleted_at = $4 where town_id = $1 and account_id = $2 and id = $3 and deleted_at is null"
        " returning name, shared",
        town, account, key, now,
    )  # fmt: skip
    if row is None:
        raise Missing
    if row["shared"]:
        await audit(tx, by, "filter.delete", f"saved_filter/{key}", before={"name": row["name"]})
    return str(row["name"])


async def restore(tx: SafeTransaction, town: int, account: UUID, key: UUID, *, by: Actor, now: datetime) -> str:
    """Take the deletion back; answers the name, which gets a mark where it is in use again."""
    row = await tx.connection.fetchrow(
        "update saved_filter f set deleted_at = null, name = case when exists (select from saved_filter o"
        " where o.town_id = $1 and o.account_id = $2 and o.name = f.name and o.deleted_at is null)"
        " then left(f.name, 76) || ' (2)' else f.name end"
        " where town_id = $1 and account_id = $2 and id = $3 and deleted_at >= $4 returning name, shared",
        town, account, key, now - KEPT_FOR,
    )  # fmt: skip
    if row is None:
        raise Missing
    if row["shared"]:
        await audit(tx, by, "filter.restore", f"saved_filter/{key}", after={"name": row["name"]})
    return str(row["name"])
