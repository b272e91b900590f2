"""Queue, worker and clock on a database where things really commit: nothing lost, nothing twice."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from scanners.registry import parse_bytes
from service.audit.chain import Actor
from service.db import DB, town_tx
from service.inventory.store import take_in
from service.jobs import clock, store
from service.jobs.pages.schedules import in_words
from service.settings import now
from tests.inventory.estate import nmap_file

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.xdist_group("worker")


@pytest.fixture
async def town(fresh_database) -> AsyncIterator[int]:
    """A town in a database of its own, the engine pointed at it."""
    DB.use(fresh_database.app)
    await DB.start_connection_pool(min_size=1, max_size=4)
    async with town_tx(()) as tx:
        await tx.connection.execute("insert into town (id, slug, name, created_at) values (1, 'erbach', 'Erbach', now())")
    yield 1
    await DB.close_connection_pool()


@pytest.fixture
def workers(fresh_database) -> Any:
    """Starts worker processes and ends those that are left."""
    started: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        process = subprocess.Popen([sys.executable, "-m", "tests.service.worker_here", fresh_database.app], cwd=ROOT)
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.wait(10)


async def ask(town: int, task: str, **args: Any) -> Any:
    async with town_tx({town}, town) as tx:
        return await store.enqueue(tx, task, town, "Test", "Pia Eberesche", now(), args=args)


async def wait_for(town: int, key: Any, condition: Callable[[store.RunView], bool], seconds: float = 30) -> store.RunView:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        async with town_tx({town}) as tx:
            run = await store.run(tx, town, key)
        if run is not None and condition(run):
            return run
        await asyncio.sleep(0.1)
    pytest.fail(f"not reached in {seconds} s: {run}")


async def test_work_asked_for_in_a_transaction_that_fails_never_runs(town) -> None:

    async def change_ones_mind() -> None:
        async with town_tx({town}, town) as tx:
            await store.enqueue(tx, "test.slow", town, "Test", "x", now())
            raise RuntimeError("anders überlegt")

    with pytest.raises(RuntimeError, match="anders überlegt"):
        await change_ones_mind()
    async with town_tx({town}) as tx:
        assert await store.count_runs(tx, town) == 0
        assert await tx.connection.fetchval("select count(*) from procrastinate_jobs") == 0


async def test_a_run_reports_progress_and_ends_with_its_result(town, workers) -> None:
    key = await ask(town, "test.slow", steps=15)
    workers()
    moving = await wait_for(town, key, lambda run: run.state == "running" and run.total == 15)
    assert "von 15" in moving.text
    done = await wait_for(town, key, lambda run: not run.open)
    assert (done.state, done.text) == ("done", "15 Schritte")


async def test_the_nightly_checks_ask_for_devices_that_no_machine_has_seen_for_half_a_year(town, workers) -> None:
    async with town_tx({town}, town) as tx:
        await take_in(tx, town, parse_bytes(nmap_file(now() - timedelta(days=200)), "alt.xml"), by=Actor("Test"), raw=b"alt",
                      file="alt.xml", now=now() - timedelta(days=199))  # fmt: skip
    key = await ask(town, "checks.run")
    workers()
    assert (await wait_for(town, key, lambda run: not run.open)).state == "done"
    async with town_tx({town}) as tx:
        rows = await tx.connection.fetch("select kind from review where town_id = $1 and kind = 'missing'", town)
    assert len(rows) == 2


async def test_a_cancelled_run_stops_and_says_so(town, workers) -> None:
    key = await ask(town, "test.slow", steps=300)
    workers()
    await wait_for(town, key, lambda run: run.state == "running")
    async with town_tx({town}, town) as tx:
        assert await store.ask_to_stop(tx, town, key, now())
    ended = await wait_for(town, key, lambda run: not run.open)
    assert ended.state == "cancelled"


async def test_a_bug_ends_the_run_with_a_number_and_not_the_worker(town, workers) -> None:
    first = await ask(town, "test.broken")
    second = await ask(town, "test.slow", steps=1)
    workers()
    failed = await wait_for(town, first, lambda run: not run.open)
    assert failed.state == "failed"
    assert "Nr." in failed.error
    assert "ZeroDivision" not in failed.error
    assert (await wait_for(town, second, lambda run: not run.open)).state == "done"


async def test_what_a_killed_worker_held_is_resumed_by_another(town, workers) -> None:
    key = await ask(town, "test.slow", steps=20)
    first = workers()
    await wait_for(town, key, lambda run: run.state == "running")
    first.kill()
    second = workers()
    done = await wait_for(town, key, lambda run: not run.open, 60)
    assert done.state == "done"
    assert done.result["pid"] == second.pid
    assert done.attempts == 2


async def test_a_worker_that_is_asked_to_stop_gives_its_job_back(town, workers) -> None:
    key = await ask(town, "test.slow", steps=80)
    first = workers()
    await wait_for(town, key, lambda run: run.state == "running")
    first.send_signal(signal.SIGTERM)
    assert first.wait(15) == 0
    workers()
    assert (await wait_for(town, key, lambda run: not run.open, 60)).state == "done"


async def test_one_clock_leads_and_another_takes_over(town) -> None:
    """Two clocks want to tick the same schedule; one does, and when it is gone the other."""
    async with town_tx({town}, town) as tx:
        key = await store.add_schedule(tx, town, "test.slow", "Silvester", "0 3 31 12 *", "x", now())
    stops = [asyncio.Event(), asyncio.Event()]
    tasks = [asyncio.create_task(clock.lead(stop)) for stop in stops]
    await asyncio.sleep(1.5)
    async with town_tx({town}) as tx:
        held = (
            "select count(*) from pg_locks join pg_database d on d.oid = pg_locks.database"
            " where datname = current_database() and locktype = 'advisory' and objid = $1 and granted"
        )
        assert await tx.connection.fetchval(held, clock.LOCK) == 1
    stops[0].set()
    await tasks[0]
    deadline = time.monotonic() + 5
    async with town_tx({town}) as tx:
        while await tx.connection.fetchval(held, clock.LOCK) != 1:
            assert time.monotonic() < deadline
            await asyncio.sleep(0.1)
    stops[1].set()
    await tasks[1]
    await clock.enqueue(town, key)
    async with town_tx({town}) as tx:
        assert len(await store.runs(tx, town, task="test.slow")) == 1
        assert (await store.schedule(tx, town, key)).last_enqueued_at is not None


@pytest.mark.parametrize(
    ("cron", "said"),
    [
        ("30 2 * * *", "täglich um 02:30 Uhr"),
        ("0 10 * * mon", "montags um 10:00 Uhr"),
        ("5 7 * * mon-fri", "montags bis freitags um 07:05 Uhr"),
        ("0 8 * * mon,thu", "montags, donnerstags um 08:00 Uhr"),
        ("*/5 * * * *", ""),
        ("0 8 1 * *", ""),
        ("0 8 * * mon#1", ""),
        ("quatsch", ""),
    ],
)
def test_a_schedule_is_told_in_words_where_it_is_simple(cron: str, said: str) -> None:
    assert in_words(cron) == said
