"""Bring the schema up to date: all pending migrations in one transaction, one process at a time.

Knows Piccolo's migration runner and the owner's role; the service itself only asks whether anything is pending.
"""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import asyncpg

from service.db import DB, SafeTransaction
from service.settings import ROOT

# The lock comes first: a lock time-out set before it would count for it too.
BEFORE = """select pg_advisory_xact_lock(4711); set local lock_timeout = '5s';
do $$ begin if to_regclass('town') is not null then
  perform set_config('app.towns', (select coalesce(array_agg(id), '{}')::text from town), true); end if; end $$"""


def known() -> set[str]:
    """Ids of all migrations in the source tree, read without importing them."""
    ids = set()
    for file in [*ROOT.glob("service/*/piccolo_migrations/*.py"), *ROOT.glob("*/piccolo_migrations/*.py")]:
        if found := re.search(r'^ID = "([^"]+)"', file.read_text(), re.MULTILINE):
            ids.add(f"{_app_of(file)}:{found.group(1)}")
    return ids


def _app_of(file: Path) -> str:
    return file.parent.parent.name


async def pending(dsn: str) -> set[str]:
    """Migrations that this database has not seen."""
    connection = await asyncpg.connect(dsn)
    try:
        if await connection.fetchval("select to_regclass('migration')") is None:
            return known()
        rows = await connection.fetch("select app_name, name from migration")
    finally:
        await connection.close()
    return known() - {f"{row['app_name']}:{row['name']}" for row in rows}


async def migrate(owner_dsn: str) -> int:
    """Run what is pending as the owner's role; answers how many migrations ran. Fails as a whole or not at all."""
    before = await pending(owner_dsn)
    if not before:
        return 0
    from piccolo.apps.migrations.commands.forwards import run_forwards

    kept, DB.config, pool, DB.pool = DB.config, {"dsn": owner_dsn}, DB.pool, None
    output = io.StringIO()
    try:
        async with SafeTransaction(DB) as tx:
            await tx.connection.execute(BEFORE)
            with contextlib.redirect_stdout(output):
                await run_forwards("all")
            if await tx.connection.fetchval("select to_regclass('migration')"):
                await tx.connection.execute("grant select on migration to odw_app, odw_backup")
    except SystemExit as stop:  # Piccolo ends the process where a migration cannot be found
        raise RuntimeError(output.getvalue()[-2000:]) from stop
    finally:
        DB.config, DB.pool = kept, pool
    left = await pending(owner_dsn)
    if left:
        raise RuntimeError(f"Migrations did not run: {sorted(left)}\n{output.getvalue()[-2000:]}")
    return len(before)
