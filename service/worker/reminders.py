"""The morning task of every town: reminders of dates that have come near."""

from __future__ import annotations

from service.auth.store import slug_of
from service.db import town_tx
from service.deadlines.store import dates, reminders
from service.i18n import ngettext
from service.inventory.store import handover
from service.jobs.queue import Job, Result
from service.settings import now


async def run(job: Job) -> Result:
    """Make each reminder once. What a stop made miss is made up for by the step that holds now."""
    await handover.due(job.town, now=now())  # the night's run may have been missed; this one is made up for
    async with town_tx({job.town, 0}, job.town) as tx:
        slug = await slug_of(tx, job.town)
        known = await dates.deadlines(tx, job.town, slug, now())
        made = await reminders.make(tx, job.town, known, now())
    text = ngettext("%(num)s neue Erinnerung.", "%(num)s neue Erinnerungen.", len(made))
    return Result(text, {"url": f"/towns/{slug}/calendar"})


TASKS = {"reminders.run": run}
"""A channel that sends reminders (mail) takes what `reminders.make` answers: each exactly once."""
