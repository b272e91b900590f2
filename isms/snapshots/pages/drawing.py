"""Drawing large documents while the reader is answered at once: one drawing for all who ask, kept while there is room."""

from __future__ import annotations

import asyncio
from collections.abc import Hashable
from typing import Final

from service.blocks import Document
from service.pdf import render

PATIENCE: Final = 2.0
"""Seconds a request waits for its paper before it answers with a page that says how it goes on."""
KEPT: Final = 8
"""Papers that are kept; what is asked for again is drawn again and gives the same bytes."""


class Drawings:
    """Papers by a key that names frozen content, so that equal keys have equal bytes."""

    def __init__(self, patience: float = PATIENCE) -> None:
        self.patience = patience
        self._tasks: dict[Hashable, asyncio.Task[bytes]] = {}

    async def drawn(self, key: Hashable, document: Document) -> bytes | None:
        """The paper, or None where it is still being drawn; raises what drawing raised."""
        task = self._tasks.pop(key, None) or asyncio.create_task(asyncio.to_thread(render, document))
        self._tasks[key] = task  # the newest stand last
        done, _waiting = await asyncio.wait({task}, timeout=self.patience)
        self._forget()
        if not done:
            return None
        if task.cancelled() or task.exception() is not None:
            self._tasks.pop(key, None)
        return task.result()

    def _forget(self) -> None:
        """Let go of the oldest finished ones."""
        for key in [key for key, task in self._tasks.items() if task.done()][:-KEPT]:
            del self._tasks[key]
