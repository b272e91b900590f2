"""The task after a new edition of a catalogue: placing its requirements in every town."""

from __future__ import annotations

from isms.store import evidence, sheets
from service.auth import store as people
from service.db import service_tx, town_tx
from service.i18n import ngettext
from service.jobs.queue import Job, Result


async def place(job: Job) -> Result:
    """Model every town anew, one after the other. Answers hang on keys and stay; repeating it changes nothing."""
    async with service_tx() as tx:
        towns = [x for x in await people.towns(tx) if x.id != 0]
    new = 0
    for number, town in enumerate(towns):
        await job.report(number, len(towns), f"{town.name} wird neu zugeordnet")
        async with town_tx({town.id, 0}, town.id) as tx:
            placed = await sheets.remodel(tx, town.id)
            await evidence.place(tx, town.id)
        new += placed if town.id == job.town else 0
    async with town_tx({job.town}) as tx:
        slug = await people.slug_of(tx, job.town)
    text = ngettext("%(num)s Anforderung ist hier neu zugeordnet.", "%(num)s Anforderungen sind hier neu zugeordnet.", new)
    return Result(text, {"url": f"/towns/{slug}/catalogues/recheck"})


TASKS = {"catalogue.place": place}
