"""After a big import: let PostgreSQL count and plan at once, instead of whenever its own upkeep comes by."""

from __future__ import annotations

import asyncpg

from service.db import DB

TABLES = ("asset", "record", "collection", "sighting", "identifier", "value", "service", "interface", "review", "relation")


async def tidy() -> None:
    """Vacuum and analyse the tables of the estate on a connection of its own; a server that forbids it only warns."""
    connection = await asyncpg.connect(DB.config["dsn"])
    connection.add_log_listener(_ignore)
    try:
        for table in TABLES:
            await connection.execute(_STATEMENTS[table])
    finally:
        connection.remove_log_listener(_ignore)
        await connection.close()


def _ignore(connection: object, message: object) -> None:
    """Before PostgreSQL 17 the application may not vacuum: the server says so and does it later by itself."""


_STATEMENTS = {table: f"vacuum (analyze, skip_locked) {table}" for table in TABLES}
