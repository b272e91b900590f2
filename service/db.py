"""The door to the database: town-scoped transactions, tenant keys, and the SQL that makes a table a tenant's.

Knows Piccolo and asyncpg; no table of its own. Handlers and jobs enter by `town_tx` only: outside of it
the application's role sees no row of any town.
"""

from __future__ import annotations

import ipaddress
import os
import secrets
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Any

import asyncpg
from piccolo.columns import Column, ForeignKey
from piccolo.engine.postgres import PostgresEngine, PostgresTransaction

os.environ.setdefault("PICCOLO_CONF", "service.piccolo_conf")


class LateEngine(PostgresEngine):
    """Piccolo's engine without the connection at import: the address is known only once the server runs."""

    async def check_version(self) -> None:
        """Versions are `doctor`'s business."""

    async def prep_database(self) -> None:
        """Extensions are not used."""

    def use(self, dsn: str) -> None:
        """Point the engine at a database; only before its pool is opened."""
        self.config = {"dsn": dsn}

    async def connect(self) -> asyncpg.Connection[Any]:
        """A connection of one's own, for listening and locks; the caller closes it."""
        return await asyncpg.connect(str(self.config["dsn"]))


DB = LateEngine(config={"dsn": os.environ.get("ODENWACHT_DATABASE_URL", "")})


class SafeTransaction(PostgresTransaction):
    """A transaction that gives its connection back even when COMMIT itself fails."""

    async def __aexit__(
        self, exception_type: type[BaseException] | None, exception: BaseException | None, traceback: TracebackType | None
    ) -> bool:
        if self._parent:
            return exception is None
        try:
            if not (self._committed or self._rolled_back):
                await (self.rollback() if exception else self.commit())
        finally:  # Piccolo leaves both behind when COMMIT fails
            self.engine.current_transaction.reset(self.context)
            await (self.engine.pool.release(self.connection) if self.engine.pool else self.connection.close())
        return exception is None


@asynccontextmanager
async def town_tx(read: Iterable[int], write: int | None = None, *, still: bool = False) -> AsyncIterator[SafeTransaction]:
    """One transaction that may read the towns `read` and write the one town `write`, enforced by row security.

    `still`: all its queries see one and the same moment (REPEATABLE READ), whatever others save meanwhile.

    Does not nest (use `await tx.savepoint()`), and takes no tasks started inside. `tx.connection` is the asyncpg
    connection for constant SQL with parameters.
    """
    if DB.current_transaction.get() is not None:
        raise RuntimeError("town_tx does not nest: use a savepoint")
    towns = "{" + ",".join(str(int(town)) for town in sorted(set(read) | ({write} if write is not None else set()))) + "}"
    async with SafeTransaction(DB) as tx:
        if still and not tx.transaction._nested:  # noqa: SLF001  # a savepoint has the level of what surrounds it
            await tx.connection.execute("set transaction isolation level repeatable read")
        await tx.connection.execute(
            "select set_config('app.towns', $1, true), set_config('app.write_town', $2, true)",
            towns,
            "" if write is None else str(int(write)),
        )
        yield tx


@asynccontextmanager
async def group_write(tx: SafeTransaction) -> AsyncIterator[None]:
    """Inside a town's transaction: write the group's tenant (town 0) in the town's name, so that both happen or neither.

    The transaction must read town 0. Tables with a column `of_town` take only rows of the town that was to be written.
    """
    change = "select set_config('app.write_town', $1, true), set_config('app.for_town', $2, true)"
    town = await tx.connection.fetchval("select app.write_town()")
    if town is None:
        raise RuntimeError("no write town: nobody in whose name the group could be written")
    await tx.connection.execute(change, "0", str(town))
    yield
    await tx.connection.execute(change, str(town), "")


@asynccontextmanager
async def for_town(tx: SafeTransaction, town: int) -> AsyncIterator[None]:
    """Inside a transaction that writes the group (town 0): read and write this one town, so that a decision of the group
    and what follows from it in a town happen together or not at all. For the group's own acts alone.
    """
    change = "select set_config('app.towns', $1, true), set_config('app.write_town', $2, true)"
    if await tx.connection.fetchval("select app.write_town()") != 0:
        raise RuntimeError("only a transaction that writes the group reaches into a town")
    before = await tx.connection.fetchval("select current_setting('app.towns', true)")
    await tx.connection.execute(change, f"{{{int(town)}}}", str(int(town)))
    yield
    await tx.connection.execute(change, before, "0")


@asynccontextmanager
async def narrowed(tx: SafeTransaction, towns: Iterable[int]) -> AsyncIterator[None]:
    """Inside a transaction that reads several towns: read only these of them for a while, write none of the others.

    What is gathered for one town inside holds nothing of the others, whatever its queries ask for.
    """
    change = "select set_config('app.towns', $1, true)"
    before = await tx.connection.fetchval("select current_setting('app.towns', true)")
    kept = set(await tx.connection.fetchval("select app.towns()")) & set(towns)
    await tx.connection.execute(change, "{" + ",".join(str(int(town)) for town in sorted(kept)) + "}")
    yield
    await tx.connection.execute(change, before)


@asynccontextmanager
async def service_tx() -> AsyncIterator[SafeTransaction]:
    """One transaction over the tables without town (accounts, sessions, catalogues); no town's row is visible."""
    async with town_tx(()) as tx:
        yield tx


def uuid7() -> uuid.UUID:
    """A random id that sorts by time (RFC 9562); made here because `uuidv7()` exists only from PostgreSQL 18 on.

    The twelve bits after the version hold the fraction of the millisecond (its section 6.2, method 3): rows written in
    one go keep their order.
    """
    milliseconds, nanoseconds = divmod(time.time_ns(), 1_000_000)
    fraction = (nanoseconds << 12) // 1_000_000
    value = (milliseconds << 80) | (0x7 << 76) | (fraction << 64) | (0b10 << 62) | secrets.randbits(62)
    return uuid.UUID(int=value)


class TenantKey(ForeignKey):  # old migrations import it: never move it
    """A foreign key for Piccolo; its constraint is composite with the town and stands in raw SQL (`tenant`)."""

    @property
    def ddl(self) -> str:
        """The column without Piccolo's own reference, which would rest on `id` alone."""
        return str(super().ddl).split(" REFERENCES ", maxsplit=1)[0] + " DEFAULT null"


class Inet(Column):  # old migrations import it: never move it
    """An IP address (`inet`); Python side `ipaddress`."""

    value_type: type[object] = ipaddress.IPv4Address

    def __init__(self, default: Any = None, **kwargs: Any) -> None:
        self._validate_default(default, (str, None))
        self.default = default
        kwargs["default"] = default
        super().__init__(**kwargs)

    @property
    def column_type(self) -> str:
        """PostgreSQL's name of the type."""
        return "INET"


class Cidr(Inet):
    """A network (`cidr`); Python side `ipaddress`."""

    value_type: type[object] = ipaddress.IPv4Network

    @property
    def column_type(self) -> str:
        """PostgreSQL's name of the type."""
        return "CIDR"


def tenant(table: str, *, grants: str = "select, insert, update, delete", **keys: str) -> str:
    """SQL that turns a table Piccolo made into a tenant's: composite key and references, row security, grants.

    `keys` name the columns that refer to other tenant tables (`asset_id="asset"`). `grants` is what the
    application's role may do; the audit log gives less.
    """
    parts = [
        f"alter table {table} drop constraint {table}_pkey",
        f"alter table {table} alter column town_id set not null, alter column town_id drop default",
        f"alter table {table} add primary key (town_id, id)",
        f"alter table {table} add constraint {table}_town foreign key (town_id) references town (id) on delete restrict",
    ]
    for column, target in keys.items():
        parts.append(
            f"alter table {table} add constraint {table}_{column} foreign key (town_id, {column}) "
            f"references {target} (town_id, id) on delete restrict"
        )
        parts.append(f"create index {table}_by_{column} on {table} (town_id, {column})")
    mine, writable = "town_id = any ((select app.towns())::int[])", "town_id = (select app.write_town())"
    parts += [
        f"alter table {table} enable row level security",
        f"alter table {table} force row level security",
        f"create policy town_read on {table} for select using ({mine})",
        f"create policy town_insert on {table} for insert with check ({writable})",
        f"create policy town_update on {table} for update using ({writable}) with check ({writable})",
        f"create policy town_delete on {table} for delete using ({writable})",
        f"grant {grants} on {table} to odw_app",
        f"grant select on {table} to odw_backup",
    ]
    return ";\n".join(parts) + ";\n"


def shared(table: str, *, grants: str = "select, insert, update, delete") -> str:
    """SQL for a table without town: grants only. Such tables are a reviewed list in the architecture test."""
    return f"grant {grants} on {table} to odw_app; grant select on {table} to odw_backup;\n"


def raw(sql: str) -> Callable[[], Awaitable[None]]:
    """For `MigrationManager.add_raw`: runs constant SQL in the migration's own transaction."""

    async def run() -> None:
        transaction = DB.current_transaction.get()
        assert transaction is not None
        await transaction.connection.execute(sql)

    return run
