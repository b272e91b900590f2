"""The clock: ticks schedules into the queue, led by whoever holds the advisory lock.

APScheduler keeps time and only enqueues; schedules stand in our table and are read again on NOTIFY. The lock's
connection does nothing else, so that losing it means losing the lead.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger

from service.db import DB, town_tx
from service.errors import Wrong
from service.jobs import store
from service.settings import BERLIN, now

_logger = logging.getLogger("service.clock")
LOCK = 4712
STANDING = {
    "retention.run": ("30 3 * * *", "Löschfristen anwenden"),
    "reminders.run": ("0 6 * * *", "An Termine erinnern"),
}
"""What every town gets each day, with its time and title; nobody can switch it off."""
MADE_UP = ("reminders.run",)
"""Standing work that is done at once where a day passed without it, because no clock ran at its time."""


def trigger(cron: str) -> CronTrigger:
    """The times of a crontab line in local time; raises `Wrong` with an example where it is none."""
    try:
        return CronTrigger.from_crontab(cron, timezone=BERLIN)
    except ValueError as error:
        raise Wrong(
            f"„{cron}“ ist kein Zeitplan.",
            todo="Schreiben Sie fünf Angaben: Minute, Stunde, Tag, Monat, Wochentag. Beispiel: 0 10 * * mon-fri",
        ) from error


def times(cron: str, at: datetime, most: int = 200) -> Iterator[datetime]:
    """The next times of a crontab line after `at` (aware), at most so many; none where the line cannot be read."""
    try:
        line = trigger(cron)
    except Wrong:
        return
    before, after = None, at.astimezone(BERLIN)
    for _ in range(most):
        found = line.get_next_fire_time(before, after)
        if found is None:
            return
        yield found
        before = after = found


async def all_towns() -> frozenset[int]:
    """Ids of all towns; the clock serves them all."""
    async with town_tx(()) as tx:
        return frozenset(row["id"] for row in await tx.connection.fetch("select id from town"))


async def enqueue(town: int, key: UUID) -> None:
    """One tick of a schedule: a run and its job in one transaction."""
    async with town_tx({town}, town) as tx:
        found = await store.schedule(tx, town, key)
        if found and found.enabled:
            await store.enqueue(tx, found.task, town, found.title, "Zeitplan", now(), args=found.args)
            await store.ticked(tx, town, key, now())


async def enqueue_everywhere(task: str, title: str) -> None:
    """One tick of a standing duty: a run in each town."""
    for town in sorted(await all_towns()):
        async with town_tx({town}, town) as tx:
            await store.enqueue(tx, task, town, title, "Zeitplan", now())


async def make_up(task: str, title: str) -> None:
    """One run in each town that had none of this task for a day."""
    since = now() - timedelta(days=1)
    for town in sorted(await all_towns()):
        async with town_tx({town}, town) as tx:
            (newest, *_rest) = [*await store.runs(tx, town, task=task, limit=1), None]
            if newest is None or newest.requested_at < since:
                await store.enqueue(tx, task, town, title, "Zeitplan", now())


async def _load(clock: AsyncIOScheduler) -> None:
    clock.remove_all_jobs()
    for task, (cron, title) in STANDING.items():
        clock.add_job(enqueue_everywhere, trigger(cron), args=[task, title], id=task)
    async with town_tx(await all_towns()) as tx:
        schedules = await store.schedules(tx)
    for item in schedules:
        if item.enabled:
            try:
                clock.add_job(enqueue, trigger(item.cron), args=[item.town_id, item.id], id=f"{item.town_id}-{item.id}")
            except Wrong as wrong:
                _logger.warning("schedule %s cannot be read: %s", item.id, wrong)


async def lead(stop: asyncio.Event) -> None:
    """Wait for the lead, then tick until `stop`; a lost connection loses the lead, and the wait begins again."""
    while not stop.is_set():
        try:
            await _term(stop)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            _logger.warning("the clock lost its connection: %s", error)
            await _pause(stop, 1)


async def _term(stop: asyncio.Event) -> None:
    lost, changed = asyncio.Event(), asyncio.Event()
    lock = await DB.connect()
    clock = AsyncIOScheduler(timezone=BERLIN, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": 300})
    try:
        lock.add_termination_listener(lambda _: lost.set())
        while not await lock.fetchval("select pg_try_advisory_lock($1)", LOCK):
            if await _pause(stop, 1):
                return
        await lock.add_listener("odw_schedules", lambda *_: changed.set())
        _logger.info("leads the clock")
        await _load(clock)
        clock.start()
        for task in MADE_UP:
            await make_up(task, STANDING[task][1])
        while not (stop.is_set() or lost.is_set()):
            if changed.is_set():
                changed.clear()
                await _load(clock)
            await _pause(stop, 0.5)
    finally:
        if clock.running:
            clock.shutdown(wait=False)
        if not lock.is_closed():
            await lock.close(timeout=2)


async def _pause(stop: asyncio.Event, seconds: float) -> bool:
    """Sleep, but not beyond `stop`; answers whether it is set."""
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return False
    return True
