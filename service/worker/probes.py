"""The task behind probes: what they handed in goes into the estate by the same door as everything else."""

from __future__ import annotations

import logging
from uuid import UUID

import msgspec

from service.audit import store as audit
from service.audit.chain import Actor
from service.auth.store import slug_of
from service.db import SafeTransaction, town_tx
from service.i18n import ngettext
from service.inventory import scanning
from service.inventory import store as inventory
from service.inventory.store import places
from service.jobs.queue import Job, Result
from service.probes import store
from service.probes.vetting import collection, within
from service.settings import now
from service.worker import checks, entries

HINTS = 20
"""Hints of the deliveries that a run names."""

_logger = logging.getLogger("service.worker.probes")


async def take(job: Job) -> Result:
    """Take in everything that waits, each batch in a transaction of its own. One that breaks us stays and is named at the end."""
    done, hosts, problems, after = 0, 0, list[str](), UUID(int=0)
    broken: Exception | None = None
    nowhere = entries.Unassigned()
    while True:
        async with town_tx({job.town}, job.town) as tx:
            found = await store.next_untaken(tx, job.town, after)
            if found is None:
                break
            after = found.id
            try:
                savepoint = await tx.savepoint()
                count, left = await _take(tx, job, found, nowhere)
                done, hosts, problems = done + 1, hosts + count, problems + left
            except Exception as error:  # our own mistake with one batch must not hold up the others
                await savepoint.rollback_to()
                _logger.exception("batch %s could not be taken in", found.batch)
                broken = error
        await job.report(done, done + 1, f"{done} Lieferungen abgeglichen")
    if broken is not None:
        raise broken
    async with town_tx({job.town}, job.town) as tx:
        if done:
            await checks.ask(tx, job.town, job.requested_by)
        slug = await slug_of(tx, job.town)
    seen = ngettext("%(num)s Beobachtung", "%(num)s Beobachtungen", hosts)
    text = ngettext(
        "%(num)s Lieferung mit %(seen)s abgeglichen.", "%(num)s Lieferungen mit %(seen)s abgeglichen.", done, seen=seen
    )
    hints = tuple(dict.fromkeys(problems))[:HINTS]
    if len(problems) > len(hints):
        hints = (*hints, "Weitere Hinweise stehen bei den Importen.")
    values = {"url": f"/towns/{slug}/assets?seen=today", "unassigned": len(nowhere), "unassigned_addresses": nowhere.kept()}
    return Result(text, values, hints)


async def _take(tx: SafeTransaction, job: Job, batch: store.Batch, nowhere: entries.Unassigned) -> tuple[int, list[str]]:
    known = await places.networks(tx, job.town)
    body = batch.body
    vetted = within(collection(body), scanning.released(known))
    found, by = vetted.kept, Actor(f"Sonde {batch.name}", None, "probe")
    if vetted.left:  # what nobody may know is not kept as a file either
        body = msgspec.json.encode(found)
        left = {why: list(keys) for why, keys in vetted.left.items()}
        await audit.record(tx, by, "probe.left_out", f"probe_batch/{batch.batch}", after=left)
    file = f"{found.source}-{batch.batch}.json"
    taken = await inventory.take_in(tx, job.town, found, by=by, raw=body, file=file, now=now(), site=batch.site_id, run=job.run)
    if found.started_at:
        await inventory.mark_scanned(tx, job.town, scanning.touched(found.scope, known), found.started_at)
    if found.purpose:
        await store.note_reread(tx, job.town, batch.probe_id, found, now())
    nowhere.add(taken.rows)
    await store.taken(tx, job.town, batch.id, taken.collection, now())
    return len(found.observations), [problem.text for problem in found.problems]


TASKS = {"probe.take": take}
