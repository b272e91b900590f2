"""The queue: which tasks there are, and what every one of them does around its work.

procrastinate carries jobs of ids only; the run's row carries everything a person wants to know. A task is a plain
function `work(job: Job) -> Result`; it reports progress, hears when somebody wants it to stop, and may run twice.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from service.db import town_tx
from service.errors import Wrong
from service.jobs import store
from service.settings import now

_logger = logging.getLogger("service.jobs")
EVERY_SECONDS = 1.0


class Stopped(Exception):
    """Somebody asked the run to stop; raised by `Job.report` at the next step."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a task ended with: a German sentence, values for the page, and whether there is something to look at."""

    text: str
    values: dict[str, Any] = field(default_factory=dict)
    hints: tuple[str, ...] = ()
    """What a person should look at; with one, the run ends as „Fertig mit Hinweisen“."""
    cancelled: bool = False


HINTS = 200
"""Shown with a run; an import keeps all of its own."""


@dataclass(slots=True)
class Job:
    """One run in the hands of a worker."""

    town: int
    run: UUID
    args: dict[str, Any]
    requested_by: str
    _last: float = 0.0
    _done: int = 0
    stop_asked: bool = False

    async def report(self, done: int, total: int, text: str, seconds_left: float | None = None) -> None:
        """Say how far it is; writes at most once a second. Raises `Stopped` once somebody asked to stop."""
        moment = time.monotonic()
        if moment - self._last >= EVERY_SECONDS:
            self._last = moment
            async with town_tx({self.town}, self.town) as tx:
                self.stop_asked = await store.progress(tx, self.town, self.run, done, total, text, seconds_left)
        if self.stop_asked:
            raise Stopped


Work = Callable[[Job], Awaitable[Result]]
TASKS: dict[str, Work] = {}
"""Every task by name; `service.worker` fills it."""


async def perform(task: str, town: int, run: UUID) -> None:
    """Do one job: mark it taken, work, write how it ended. Raises only when the run itself cannot be read."""
    async with town_tx({town}, town) as tx:
        view = await store.run(tx, town, run)
        if view is None or not await store.started(tx, town, run, now()):
            return
    job = Job(town, run, view.args, view.requested_by)
    state, text, values, error = "failed", "", {}, ""
    try:
        result = await TASKS[task](job)
        state = "cancelled" if result.cancelled else "done_with_notes" if result.hints else "done"
        text, values = result.text, {**result.values, "hints": result.hints[:HINTS]}
    except Stopped:
        state, text = "cancelled", "Abgebrochen. Was bis dahin gefunden wurde, bleibt erhalten."
    except Wrong as wrong:
        error = str(wrong)
    except asyncio.CancelledError:
        raise  # the worker stops; the queue gives the job to the next one
    except Exception:  # whatever a task breaks on is the run's end, never the worker's
        number = f"{secrets.token_hex(2)}-{secrets.token_hex(1)}".upper()
        _logger.exception("run %s of task %s failed, error %s", run, task, number)
        error = f"Das hat nicht geklappt. Der Fehler ist gespeichert (Nr. {number})."
    with contextlib.suppress(asyncio.CancelledError):
        async with town_tx({town}, town) as tx:
            await store.finished(tx, town, run, state, now(), text=text, result=values, error=error)
