"""The worker: does the jobs of the queue and, if it leads, keeps the clock.

The one place that knows every task: scans, imports, checks, reports. Each is a plain function over a `Job`.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
from uuid import UUID

import procrastinate

from service.db import DB
from service.jobs import clock
from service.jobs.queue import TASKS, perform
from service.worker import catalogues, checks, imports, probes, reminders, retention, scan, snapshots

TASKS.update(
    imports.TASKS
    | scan.TASKS
    | checks.TASKS
    | catalogues.TASKS
    | probes.TASKS
    | retention.TASKS
    | reminders.TASKS
    | snapshots.TASKS
)

_logger = logging.getLogger("service.worker")
HEARTBEAT_SECONDS = 10.0
STALLED_SECONDS = 30
"""Without a heartbeat for so long a worker counts as dead: several beats, or a living worker would lose its job."""
SWEEP_SECONDS = 10


def application(dsn: str) -> procrastinate.App:
    """Procrastinate's application with every task of ours registered under its name."""
    app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=dsn, min_size=1, max_size=4))
    for name in TASKS:
        _register(app, name)
    return app


def _register(app: procrastinate.App, name: str) -> None:
    async def work(town: int, run: str) -> None:
        await perform(name, town, UUID(run))

    # Without a retry strategy a job that is cut off at stop would never come back.
    app.task(name=name, queue="work", retry=procrastinate.RetryStrategy(max_attempts=5))(work)


async def work(stop: asyncio.Event, *, concurrency: int = 2) -> None:
    """Run jobs until `stop`; a running job gets three seconds, then goes back into the queue."""
    app = application(DB.config["dsn"])
    async with app.open_async():
        worker = asyncio.create_task(
            app.run_worker_async(
                queues=["work"],
                concurrency=concurrency,
                install_signal_handlers=False,
                shutdown_graceful_timeout=3,
                listen_notify=True,
                update_heartbeat_interval=HEARTBEAT_SECONDS,
                delete_jobs="successful",
            )
        )
        sweeper = asyncio.create_task(_sweep(app, stop))
        ended = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({worker, ended}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (worker, sweeper, ended):
                task.cancel()
            for task in (worker, sweeper, ended):
                with contextlib.suppress(asyncio.CancelledError):
                    await task


async def _sweep(app: procrastinate.App, stop: asyncio.Event) -> None:
    """Jobs of workers that died without a word go back into the queue."""
    while not stop.is_set():
        with contextlib.suppress(Exception):  # the database may be away; the next round tries again
            for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS):
                _logger.warning("job %s stalled, queued again", job.id)
                await app.job_manager.retry_job(job)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), SWEEP_SECONDS)


async def main() -> None:
    """`odenwacht worker`: queue and clock until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await DB.start_connection_pool(min_size=1, max_size=6)
    try:
        await asyncio.gather(work(stop), clock.lead(stop))
    finally:
        await DB.close_connection_pool()
