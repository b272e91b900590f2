"""The nightly task of every town: deletes what may be kept no longer, does and finishes hand-overs that are due."""

from __future__ import annotations

from service.audit.chain import Actor
from service.contracts.store import files as contract_files
from service.db import town_tx
from service.inventory.store import handover, retention
from service.jobs.queue import Job, Result
from service.settings import now


async def run(job: Job) -> Result:
    """Apply the periods to one town, then carry its hand-overs to where they belong."""
    async with town_tx({job.town}, job.town) as tx:
        done = await retention.apply(tx, job.town, by=Actor(job.requested_by), now=now())
        await contract_files.empty(tx, job.town, now())
    await handover.due(job.town, now=now())
    await handover.catch_up(job.town, now=now())
    if not done.total:
        return Result("Nichts war fällig.")
    text = (
        f"Gelöscht: der Inhalt von {done.files} Dateien und {done.strays} Sichtungen ohne Gerät,"
        f" {done.scans} Einträge im Protokoll der Scans, {done.trials} Vermerke zu SNMP-Zugängen."
    )
    return Result(text)


TASKS = {"retention.run": run}
