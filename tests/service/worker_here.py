"""A worker process for tests: the real worker with two slow tasks of its own. Arguments: DSN."""

from __future__ import annotations

import asyncio
import os
import sys

os.environ["ODENWACHT_DATABASE_URL"] = sys.argv[1]

from service import worker
from service.db import DB
from service.jobs.queue import TASKS, Job, Result


async def slow(job: Job) -> Result:
    """Counts to args["steps"], a tenth of a second each."""
    steps = int(job.args["steps"])
    for done in range(steps):
        await job.report(done, steps, f"Schritt {done} von {steps}")
        await asyncio.sleep(0.1)
    return Result(f"{steps} Schritte", {"pid": os.getpid()})


async def broken(job: Job) -> Result:
    """Fails by a bug of ours."""
    raise ZeroDivisionError


TASKS["test.slow"], TASKS["test.broken"] = slow, broken
DB.use(sys.argv[1])
worker.HEARTBEAT_SECONDS = 0.5
worker.STALLED_SECONDS = 3
worker.SWEEP_SECONDS = 1
asyncio.run(worker.main())
