"""The incidents of the demonstration, told through the stores."""

from datetime import UTC, datetime

from isms.incidents import store
from isms.incidents.clocks import Duty, Stand
from isms.incidents.log import broken
from service.audit import words
from service.audit.chain import Actor
from service.auth import store as auth
from service.db import service_tx, town_tx
from service.demo import incidents
from service.demo.people import ALL, PEOPLE

NOW = datetime(2026, 11, 16, 9, tzinfo=UTC)


async def test_one_clock_runs_one_incident_has_taught_and_a_second_run_adds_nothing(db, towns) -> None:
    people = {one.key: Actor(one.name) for one in PEOPLE}
    async with service_tx() as tx:
        known = {one.slug: one for one in await auth.towns(tx)}
    assert await incidents.fill(known, people, NOW) == len(incidents.STORY)
    assert await incidents.fill(known, people, NOW) == 0
    everywhere = [known[slug].id for slug in ALL]
    async with town_tx(everywhere) as tx:
        found = await store.incidents(tx, everywhere)
        running = await store.running(tx, found)
        cases = [await store.case(tx, one.town_id, "x", one.id) for one in found]
    assert {one.town_id for one in found} == set(everywhere)
    stands = {clock.stand(NOW) for one in found for clock in running[one.id] if clock.duty is Duty.AUTHORITY}
    assert stands == {Stand.RUNNING, Stand.MET, Stand.DROPPED}
    closed = [one for one in found if not one.open]
    assert len(closed) == 2
    assert all(one.lessons and one.measures and one.approved_by for one in closed)
    assert [broken(case.item.id, case.lines) for case in cases] == [None] * len(cases)
    actions = await db.fetch("select distinct action from audit_detail where action like 'incident%'")
    assert {row["action"] for row in actions} <= set(words.ACTIONS)
