"""Read and write offers and templates inside a transaction that reads town 0 too; `door` opens it."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager

from service.db import SafeTransaction, town_tx

GROUP = 0


def door(town: int, *, write: bool = False) -> AbstractAsyncContextManager[SafeTransaction]:
    """The town and what is shared in the group; written is the town."""
    return town_tx({town, GROUP}, town if write else None)
