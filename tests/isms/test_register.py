"""The risk register: ratings follow from inputs, acceptances are given by whoever may."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from isms.register import by_cell, rate
from isms.risk import hazards
from isms.store import risks
from isms.store.risks import Entered
from service.audit.chain import Actor
from service.audit.store import lines
from service.db import town_tx
from service.errors import Missing, Outdated, Wrong
from service.priority import Level
from tests.isms.stock import NOW

ISB, MAYOR = Actor("Mira Sanddorn"), Actor("Arno Schlehe")
TODAY = NOW.date()
RANSOMWARE = Entered(
    "Ransomware",
    threats=("G 0.39", "G 0.45"),
    frequency="mittel",
    damage="existenzbedrohend",
    frequency_net="selten",
    damage_net="beträchtlich",
    treatment="reduzieren",
)


def test_the_rating_of_ransomware_is_hoch_gross_and_mittel_net():
    found = rate("mittel", "existenzbedrohend", ("selten", "beträchtlich"), None, TODAY)
    assert (found.category, found.category_net) == ("hoch", "mittel")
    assert (found.urgency.level, found.urgency.unchecked) == (Level.MITTEL, True)
    assert found.priority is Level.HOCH


def test_a_risk_becomes_critical_when_its_day_has_come():
    assert rate("selten", "beträchtlich", None, TODAY + timedelta(days=8), TODAY).urgency.level is Level.NIEDRIG
    late = rate("selten", "beträchtlich", None, TODAY, TODAY)
    assert (late.urgency.level, late.urgency.overdue, late.priority) == (Level.KRITISCH, True, Level.KRITISCH)


async def test_a_risk_is_numbered_rated_audited_and_found_again(db, towns) -> None:
    town = towns["michelstadt"]
    async with town_tx({town}, town) as tx:
        ident = await risks.save(tx, town, RANSOMWARE, ISB, NOW)
        found = await risks.risk(tx, town, ident)
        acts = await lines(tx, town, action="risk")
    assert (found.name, found.category, found.category_net, found.effective) == ("R-001", "hoch", "mittel", Level.HOCH)
    assert [x.action for x in acts] == ["risk.add"]


async def test_a_persons_priority_stands_beside_the_computed_one_and_needs_a_reason(db, towns) -> None:
    town = towns["michelstadt"]
    async with town_tx({town}, town) as tx:
        with pytest.raises(Wrong):
            await risks.save(tx, town, replace(RANSOMWARE, priority_set=4), ISB, NOW)
        ident = await risks.save(tx, town, replace(RANSOMWARE, priority_set=4, priority_reason="aktive Welle"), ISB, NOW)
        found = await risks.risk(tx, town, ident)
    assert (found.computed, found.effective) == (Level.HOCH, Level.KRITISCH)


async def test_a_changed_risk_notices_who_was_faster(db, towns) -> None:
    town = towns["michelstadt"]
    async with town_tx({town}, town) as tx:
        ident = await risks.save(tx, town, RANSOMWARE, ISB, NOW)
        await risks.save(tx, town, replace(RANSOMWARE, owner="IT", version=1), ISB, NOW, ident)
        with pytest.raises(Outdated):
            await risks.save(tx, town, replace(RANSOMWARE, owner="Amt", version=1), ISB, NOW, ident)


async def test_the_mayor_takes_the_rest_over_until_october_and_a_new_rating_voids_it(db, towns) -> None:
    town, until = towns["michelstadt"], date(2027, 10, 31)
    async with town_tx({town}, town) as tx:
        ident = await risks.save(tx, town, RANSOMWARE, ISB, NOW)
        await risks.request(tx, town, ident, "Rest tragbar", until, ISB, NOW)
        (asked,) = await risks.acceptances(tx, town, ident)
        await risks.decide(tx, town, ident, accept=True, reason="", until=None, actor=MAYOR, now=NOW)
        given = await risks.acceptances(tx, town, ident)
        holding = (await risks.risk(tx, town, ident)).holds(given, TODAY)
        await risks.save(tx, town, replace(RANSOMWARE, frequency="häufig", version=1), ISB, NOW, ident)
        void = (await risks.risk(tx, town, ident)).holds(given, TODAY)
    assert asked.state == "requested"
    assert holding[0] is not None
    assert (holding[0].decided_by, holding[0].until, holding[1]) == ("Arno Schlehe", until, "")
    assert "hinfällig" in void[1]


async def test_a_small_risk_is_accepted_by_the_officer_alone(db, towns) -> None:
    town = towns["michelstadt"]
    async with town_tx({town}, town) as tx:
        ident = await risks.save(tx, town, Entered("Kleinigkeit", frequency="selten", damage="begrenzt"), ISB, NOW)
        await risks.request(tx, town, ident, "tragbar", date(2027, 1, 1), ISB, NOW)
        (found,) = await risks.acceptances(tx, town, ident)
    assert (found.state, found.decided_as) == ("accepted", "isb")


async def test_rejecting_needs_a_reason_and_nothing_unasked_is_decided(db, towns) -> None:
    town = towns["michelstadt"]
    async with town_tx({town}, town) as tx:
        ident = await risks.save(tx, town, RANSOMWARE, ISB, NOW)
        with pytest.raises(Missing):
            await risks.decide(tx, town, ident, accept=True, reason="", until=None, actor=MAYOR, now=NOW)
        await risks.request(tx, town, ident, "x", date(2027, 1, 1), ISB, NOW)
        with pytest.raises(Wrong):
            await risks.decide(tx, town, ident, accept=False, reason=" ", until=None, actor=MAYOR, now=NOW)
        await risks.decide(tx, town, ident, accept=False, reason="Geld ist da", until=None, actor=MAYOR, now=NOW)
        (found,) = await risks.acceptances(tx, town, ident)
    assert found.state == "rejected"


async def test_hazards_are_taken_over_once(db, towns) -> None:
    town = towns["brombachtal"]
    async with town_tx({town}, town) as tx:
        assert await risks.take_hazards(tx, town, hazards(), ISB, NOW) == 26
        assert await risks.take_hazards(tx, town, hazards(), ISB, NOW) == 0
        whole = await risks.risks(tx, town)
    assert sum(by_cell(whole).values()) == 26
    assert [x.effective for x in whole] == sorted((x.effective for x in whole), reverse=True)


async def test_a_closed_risk_needs_a_reason_and_leaves_the_list(db, towns) -> None:
    town = towns["brombachtal"]
    async with town_tx({town}, town) as tx:
        ident = await risks.save(tx, town, RANSOMWARE, ISB, NOW)
        with pytest.raises(Wrong):
            await risks.close(tx, town, ident, "", ISB, NOW)
        await risks.close(tx, town, ident, "Verfahren abgeschaltet", ISB, NOW)
        assert await risks.risks(tx, town) == ()
        assert len(await risks.risks(tx, town, closed=True)) == 1


async def test_only_shared_risks_are_seen_across_towns(db, towns) -> None:
    for slug, shared in (("erbach", True), ("oberzent", False)):
        async with town_tx({towns[slug]}, towns[slug]) as tx:
            await risks.save(tx, towns[slug], replace(RANSOMWARE, shared=shared), ISB, NOW)
    async with town_tx(towns.values()) as tx:
        found = await risks.shared_risks(tx, list(towns.values()))
    assert [x.town_id for x in found] == [towns["erbach"]]
