"""The tasks that freeze a town, and several at one moment."""

from __future__ import annotations

from isms.snapshots.store import joint, states
from service.audit.chain import Actor
from service.auth.store import slug_of
from service.db import town_tx
from service.i18n import gettext as _
from service.jobs.queue import Job, Result
from service.settings import now


async def freeze(job: Job) -> Result:
    """Freeze the town; a second try after a kill freezes again, which harms nothing: the chain goes on."""
    found = await states.freeze(job.town, str(job.args.get("occasion", "")), Actor(job.requested_by), now(), job.report)
    async with town_tx({job.town}) as tx:
        slug = await slug_of(tx, job.town)
    text = _("Prüfstand %(number)s ist festgehalten und versiegelt.", number=found.number)
    return Result(text, {"url": f"/towns/{slug}/snapshots/{found.id}"})


async def freeze_jointly(job: Job) -> Result:
    """Freeze the towns of the run's asker together; as above after a kill, for all of it is kept at once or not at all."""
    towns = [int(x) for x in job.args["towns"]]
    found = await joint.freeze(towns, str(job.args.get("occasion", "")), Actor(job.requested_by), now(), job.report)
    text = _("Gemeinsamer Prüfstand %(number)s ist festgehalten und versiegelt.", number=found.number)
    return Result(text, {"url": f"/group/snapshots/{found.id}"})


TASKS = {"snapshot.freeze": freeze, "snapshot.join": freeze_jointly}
