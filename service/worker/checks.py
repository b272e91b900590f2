"""The task of the automatic checks: after every merge and by schedule."""

from __future__ import annotations

from isms.store import evidence
from service.auth.store import slug_of
from service.db import SafeTransaction, town_tx
from service.i18n import ngettext
from service.inventory import store as inventory
from service.jobs import store as jobs
from service.jobs.queue import Job, Result
from service.settings import now


async def run(job: Job) -> Result:
    """Hold the requirements of a town against its inventory, and ask for devices that no machine has seen for long."""
    await job.report(0, 1, "Die Anforderungen werden gegen den Bestand gehalten")
    async with town_tx({job.town, 0}, job.town) as tx:
        summary = await evidence.run_checks(tx, job.town, now())
        await inventory.ask_for_missing(tx, job.town, now())
        slug = await slug_of(tx, job.town)
    text = ngettext(
        "%(num)s Feststellung widerspricht einer Angabe oder steht offen.",
        "%(num)s Feststellungen widersprechen Angaben oder stehen offen.",
        summary.refuted,
    )
    return Result(text, {"url": f"/towns/{slug}/controls"})


async def ask(tx: SafeTransaction, town: int, by: str) -> None:
    """What was taken in may refute or support claims: checks follow by themselves, one run for many changes at once."""
    waiting = "select 1 from run where town_id = $1 and task = 'checks.run' and state = 'waiting'"
    if await tx.connection.fetchval(waiting, town) is None:
        await jobs.enqueue(tx, "checks.run", town, "Anforderungen gegen den Bestand halten", by, now())


TASKS = {"checks.run": run}
