"""The demonstration's audits: done, running and planned in every town, one finding that is overdue with its measure."""

from __future__ import annotations

from isms.audits.store import audits
from service.audit.chain import Actor
from service.auth.people import TownRef
from service.db import town_tx
from service.demo import audits as demo
from service.demo.people import ALL, BY_KEY
from service.settings import now


async def test_each_town_has_a_plan_and_findings_in_every_state(towns) -> None:
    known = {slug: TownRef(towns[slug], slug, slug.title()) for slug in ALL}
    people = {key: Actor(person.name) for key, person in BY_KEY.items()}
    assert await demo.fill(known, people, now()) == 16
    assert await demo.fill(known, people, now()) == 0, "a second run changes nothing"
    async with town_tx(set(towns.values())) as tx:
        entries = await audits.entries(tx, set(towns.values()))
    for slug in ALL:
        states = [x.audit.state.value for x in entries if x.audit.town_id == towns[slug]]
        assert states == ["done", "running", "planned", "planned"], slug
    found = [one for x in entries for one in x.findings]
    assert {x.state for x in found} == {"open", "treated", "closed"}
    assert [x.title for x in found if x.overdue(now().date())] == ["Die Wiederherstellung wurde nie geprüft"]
