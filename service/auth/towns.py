"""What a town is called and how it is set up: its name, its number of inhabitants, and its parameters as JSON."""

from __future__ import annotations

from typing import Any

import msgspec

from service.db import SafeTransaction


async def settings(tx: SafeTransaction, town: int) -> dict[str, Any]:
    """The parameters of a town by name; what nobody set is not among them."""
    text = await tx.connection.fetchval("select settings from town where id = $1", town)
    found: dict[str, Any] = msgspec.json.decode(text or "{}")
    return found


async def set_settings(tx: SafeTransaction, town: int, **changes: Any) -> None:
    """Change some parameters; None takes one away. Others stay, also those that somebody changes at the same moment."""
    await tx.connection.fetchval("select id from town where id = $1 for update", town)
    known = await settings(tx, town) | changes
    kept = {name: value for name, value in known.items() if value is not None}
    await tx.connection.execute("update town set settings = $2 where id = $1", town, msgspec.json.encode(kept).decode())


async def rename(tx: SafeTransaction, town: int, name: str, inhabitants: int | None) -> None:
    """The town's name as pages show it, and its number of inhabitants; the slug stays for good."""
    await tx.connection.execute("update town set name = $2, inhabitants = $3 where id = $1", town, name, inhabitants)
