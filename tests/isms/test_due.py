"""Days of measures, risks and acceptances: in the calendar and reminded of, and how a frozen plan tells a withdrawn offer."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from uuid import UUID

from isms.snapshots.store.gather import gather
from isms.store import dates as store
from isms.store import measures, risks, sheets
from isms.store.catalogues import requirements
from isms.store.measures import GROUP, Measure, Taken
from isms.store.risks import Entered
from service.audit.chain import Actor
from service.db import town_tx
from service.deadlines.store import dates, reminders
from service.objects import store as objects
from service.settings import now

ISB = Actor("ISB")
MAYOR = Actor("Leitung")


async def central(title: str, **more: object) -> UUID:
    plain = Measure(
        GROUP, UUID(int=0), 0, title, "", "technisch", "zentral", "umgesetzt", "", "ISB", "", None, None, None, None, None, "", 2,
        None, (), 0,
    )  # fmt: skip
    async with town_tx({GROUP}, GROUP) as tx:
        return await measures.save(tx, GROUP, dataclasses.replace(plain, **more), ISB, now())


async def test_days_of_measures_and_risks_stand_in_the_calendar_and_are_reminded_of(log_in, towns) -> None:
    town, today = towns["erbach"], now().date()
    soon = today + timedelta(days=5)
    key = await central("Sicherung")
    taken = Taken(key, "angenommen", "Leitung", today, soon, "", "", "ja", 0, (), now())
    async with town_tx({town, GROUP}, town) as tx:
        await measures.decide(tx, town, taken, MAYOR)
        plain = await measures.measure(tx, town, key)
        own = dataclasses.replace(
            plain, town_id=town, id=UUID(int=1), title="Eigene", mode="lokal", state="beschlossen", due=soon
        )
        await measures.save(tx, town, dataclasses.replace(own, version=0), ISB, now())
        await measures.save(tx, town, dataclasses.replace(own, version=0, title="Fertig", state="umgesetzt"), ISB, now())
        small = await risks.save(tx, town, Entered("Klein", due=soon, review_on=soon), ISB, now())
        await risks.request(tx, town, small, "gering", soon, ISB, now())
        found = {(x.kind, x.title.split(" ", 1)[1]) for x in await store.due(tx, town, today)}
        made = await reminders.make(tx, town, await dates.deadlines(tx, town, "erbach", now()), now())
    expected = {("measure", "Eigene"), ("treatment", "Klein"), ("risk_review", "Klein"), ("risk_end", "Klein")}
    assert found == expected | {("measure_end", "des Verbunds Sicherung")}
    assert {x.kind for _key, x in made} >= {kind for kind, _title in found}
    page = (await (await log_in("isb", "erbach")).get("/towns/erbach/calendar")).text
    for word in ("Maßnahme fällig", "Übernahme einer Maßnahme endet", "Übernahme eines Risikos endet"):
        assert word in page
    async with town_tx({town, GROUP}, town) as tx:
        await risks.save(tx, town, Entered("Klein", damage="existenzbedrohend", version=1), ISB, now(), small)
        gone = await store.due(tx, town, today)
    assert "risk_end" not in {x.kind for x in gone}, "a void acceptance has no end to come"


async def test_the_frozen_plan_says_for_what_a_measure_was_taken_and_that_it_was_withdrawn(towns) -> None:
    town, today = towns["erbach"], now().date()
    key = await central("Sicherung")
    async with town_tx({town, GROUP}, town) as tx:
        await objects.add_standard(tx, town, ISB, now())
        room = next(x for x in await objects.targets(tx, town) if x.name == "Serverraum")
        until = today + timedelta(days=90)
        await measures.decide(
            tx, town, Taken(key, "angenommen", "L", today, until, "nur Rathaus", "", "ja", 0, (room.id,), now()), MAYOR
        )
        held = (await gather(tx, town, now())).measures[0]
    assert (held.acceptance, held.scope, held.until) == ("angenommen", "Serverraum (nur Rathaus)", until)
    async with town_tx({GROUP}, GROUP) as tx:
        version = (await measures.measure(tx, GROUP, key)).version
        await measures.offer(tx, key, "withdrawn", [], "Vertrag beendet", ISB, now() + timedelta(seconds=1), version)
    async with town_tx({town, GROUP}) as tx:
        gone = (await gather(tx, town, now())).measures[0]
    assert gone.acceptance == "zurückgezogen"
    assert gone.withdrawn.endswith(": Vertrag beendet")


async def test_the_worksheet_leads_to_a_measure_for_its_requirement(log_in, towns) -> None:
    visitor = await log_in("isb", "erbach")
    async with town_tx({towns["erbach"], GROUP}, towns["erbach"]) as tx:
        await sheets.take_over(tx, towns["erbach"], ISB, now())
        entry = (await sheets.load(tx, towns["erbach"], now().date())).entries[0]
        asked = next(x for x in await requirements(tx, towns["erbach"]) if x.key == entry.requirement.key)
    page = (await visitor.get(f"/towns/erbach/controls/objects/{entry.target}/{entry.requirement.key}")).text
    link = f"/towns/erbach/measures/new?control={asked.key}"
    assert link in page
    form = (await visitor.get(link)).text
    assert f'value="{asked.title}"' in form
    reader = await log_in("auditor", "erbach")
    page = (await reader.get(f"/towns/erbach/controls/objects/{entry.target}/{entry.requirement.key}")).text
    assert "measures/new" not in page
