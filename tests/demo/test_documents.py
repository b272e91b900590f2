"""The demonstration's documents register: what holds, what waits, and what the strategy still asks for."""

from __future__ import annotations

from datetime import date

from isms.documents.store import documents
from service.audit.chain import Actor
from service.auth.people import TownRef
from service.db import town_tx
from service.demo import documents as demo
from service.demo.people import ALL, BY_KEY
from service.settings import now


async def test_each_town_has_a_policy_that_holds_and_the_open_items_of_the_strategy(towns) -> None:
    known = {slug: TownRef(towns[slug], slug, slug.title()) for slug in ALL}
    people = {key: Actor(person.name) for key, person in BY_KEY.items()}
    made = await demo.fill(known, people, now())
    assert made == await _count(towns)
    assert await demo.fill(known, people, now()) == 0, "a second run changes nothing"
    for slug in ALL:
        async with town_tx({towns[slug]}) as tx:
            found = {x.document.number: x for x in await documents.entries(tx, towns[slug])}
        assert found["L-01"].released is not None, slug
        assert found["L-01"].released.released_by.startswith(people[f"mayor_{slug}"].name)
        assert found["P-01"].overdue(now().date())
        assert found["D-01"].document.planned_by == date(2025, 12, 31)
        assert found["S-01"].state == "planned"


async def _count(towns) -> int:
    total = 0
    for slug in ALL:
        async with town_tx({towns[slug]}) as tx:
            total += len(await documents.entries(tx, towns[slug]))
    return total
