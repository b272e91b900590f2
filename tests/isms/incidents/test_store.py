"""Incidents in a real database: the log that nobody rewrites, clocks, notices, measures, other towns."""

from datetime import timedelta
from uuid import UUID

import asyncpg
import pytest

from isms.incidents import store
from isms.incidents.clocks import Duty, Stand
from isms.incidents.levels import Severity
from isms.incidents.log import broken
from isms.incidents.notices import KINDS, prepare
from isms.incidents.states import State
from isms.incidents.store import Report
from isms.incidents.view import sees
from isms.store import measures
from service.audit.chain import Actor
from service.audit.store import lines
from service.db import town_tx
from service.errors import Missing, Outdated, Wrong
from service.objects import store as objects
from service.priority import Level
from tests.isms import stock
from tests.isms.stock import NOW

ISB, DPO = Actor("Mira Sanddorn <isb@x>", str(UUID(int=1))), Actor("Ruth Holunder", str(UUID(int=2)))
MAYOR = Actor("Lioba Weißdorn", str(UUID(int=3)))
MAIL = Report("Ein Anhang wurde geöffnet, danach waren Dateien umbenannt.", "Rathaus, Zimmer 12", NOW, "Durchwahl 12")


async def reported(tx, town, value=MAIL, at=NOW):
    return await store.report(tx, town, value, ISB, at)


async def rated(tx, town, key, **more) -> None:
    item = await store.incident(tx, town, key)
    values = {"impact": {"reach": 3, "data": 2}, "cause": "Anhang", "lessons": "Anhänge filtern."} | more
    await store.edit(tx, town, key, values, "Bewertet", item.version, ISB, NOW, "nur Gerätedaten")


async def walk(tx, town, key, *states) -> None:
    for state in states:
        await store.step(tx, town, key, state, "weil", (await store.incident(tx, town, key)).version, ISB, NOW)


async def test_a_notice_becomes_an_incident_with_a_number_and_a_first_line(db, towns) -> None:
    town = towns["erbach"]
    async with town_tx({town}, town) as tx:
        key = await reported(tx, town)
        found = await store.case(tx, town, "Erbach", key)
        assert (found.item.name, found.item.stage, found.item.aware_at) == ("V-001", State.GEMELDET, NOW)
        assert [line.kind for line in found.lines] == ["report"]
        assert "Durchwahl 12" in found.lines[0].text
        assert found.lines[0].author == "Mira Sanddorn"
        assert [clock.stand(NOW) for clock in found.clocks] == [Stand.RUNNING, Stand.RUNNING]
        assert (await lines(tx, town, obj=f"incident/{key}"))[0].action == "incident.report"
        assert (await store.incident(tx, town, await reported(tx, town))).name == "V-002"
        with pytest.raises(Wrong):
            await reported(tx, town, Report("  "))


@pytest.mark.parametrize(
    "sql",
    [
        "update incident_line set text = 'anders' where town_id = $1",
        "delete from incident_line where town_id = $1",
        "update incident_decision set reason = 'anders' where town_id = $1",
        "delete from incident_decision where town_id = $1",
        "delete from incident_notice where town_id = $1",
        "delete from incident where town_id = $1",
    ],
)
async def test_the_database_lets_the_service_rewrite_nothing(sql, db, towns) -> None:
    town = towns["erbach"]
    async with town_tx({town}, town) as tx:
        await reported(tx, town)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with town_tx({town}, town) as tx:
            await tx.connection.execute(sql, town)


async def test_a_correction_is_a_new_line_and_the_chain_stays_whole(db, towns) -> None:
    town = towns["erbach"]
    async with town_tx({town}, town) as tx:
        key = await reported(tx, town)
        await store.note(tx, town, key, "Rechner vom Netz getrennt", ISB, NOW)
        await store.correct(tx, town, key, 2, "Es waren zwei Rechner", DPO, NOW + timedelta(minutes=5))
        found = (await store.case(tx, town, "Erbach", key)).lines
        assert [(x.seq, x.kind, x.corrects) for x in found] == [(1, "report", None), (2, "note", None), (3, "correction", 2)]
        assert found[1].text == "Rechner vom Netz getrennt"
        assert broken(key, found) is None
        with pytest.raises(Wrong):
            await store.correct(tx, town, key, 9, "x", DPO, NOW)
        with pytest.raises(Wrong):
            await store.note(tx, town, key, " ", DPO, NOW)


async def test_the_whole_way_and_what_stands_in_it(db, towns) -> None:
    town = towns["erbach"]
    async with town_tx({town, 0}, town) as tx:
        key = await reported(tx, town)
        with pytest.raises(Wrong, match="bewerten"):
            await walk(tx, town, key, State.BEWERTET)
        await rated(tx, town, key)
        await walk(tx, town, key, State.BEWERTET, State.IN_BEARBEITUNG, State.EINGEDAEMMT, State.BEHOBEN, State.AUSGEWERTET)
        with pytest.raises(Wrong, match="Meldung"):
            await walk(tx, town, key, State.ABGESCHLOSSEN)
        await store.decide(tx, town, key, Duty.PERSONS, notify=False, reason="kein Risiko", role="mayor", actor=MAYOR, now=NOW)
        await store.decide(tx, town, key, Duty.AUTHORITY, notify=True, reason="zählt", role="isb", actor=ISB, now=NOW)
        assert (await store.case(tx, town, "x", key)).clocks[0].decision is None
        await store.decide(tx, town, key, Duty.AUTHORITY, notify=True, reason="ja", role="dpo", actor=DPO, now=NOW)
        with pytest.raises(Wrong, match="Versand"):
            await walk(tx, town, key, State.ABGESCHLOSSEN)
        text = prepare("authority", await store.case(tx, town, "Erbach", key))
        notice = await store.draft(tx, town, key, "authority", text.recipient, text.subject, text.text, 0, ISB, NOW)
        later = NOW + timedelta(hours=5)
        with pytest.raises(Wrong):
            await store.send(tx, town, key, notice, "Aufsicht", later + timedelta(days=1), ISB, later)
        await store.send(tx, town, key, notice, "Aufsicht", later, ISB, later)
        found = await store.case(tx, town, "Erbach", key)
        assert found.clocks[0].stand(later) is Stand.MET
        with pytest.raises(Outdated):
            await store.draft(tx, town, key, "authority", "x", "y", "anders", found.notices[0].version, ISB, later, notice)
        with pytest.raises(Missing):
            await store.send(tx, town, key, notice, "Andere", later, ISB, later)
        measure = await store.learn(tx, town, key, ISB, NOW)
        assert (await measures.measure(tx, town, measure)).text == "Anhänge filtern."
        await walk(tx, town, key, State.ABGESCHLOSSEN)
        done = await store.case(tx, town, "Erbach", key)
        assert (done.item.open, done.item.approved_by) == (False, "Mira Sanddorn")
        assert done.measures[0][0] == measure
        assert broken(key, done.lines) is None
        with pytest.raises(Wrong, match="abgeschlossen"):
            await rated(tx, town, key)
        await walk(tx, town, key, State.IN_BEARBEITUNG)
        assert (await store.incident(tx, town, key)).open


async def test_a_critical_incident_is_closed_by_a_second_person(db, towns) -> None:
    town = towns["erbach"]
    async with town_tx({town}, town) as tx:
        key = await reported(tx, town)
        await rated(tx, town, key, impact={"life": 4}, spreading=True, personal_data=False)
        await walk(tx, town, key, State.BEWERTET, State.IN_BEARBEITUNG, State.BEHOBEN, State.AUSGEWERTET)
        with pytest.raises(Wrong, match="zweite Person"):
            await walk(tx, town, key, State.ABGESCHLOSSEN)
        version = (await store.incident(tx, town, key)).version
        await store.step(tx, town, key, State.ABGESCHLOSSEN, "", version, MAYOR, NOW)


async def test_a_clock_is_never_put_back(db, towns) -> None:
    town = towns["erbach"]
    async with town_tx({town}, town) as tx:
        key = await reported(tx, town)
        with pytest.raises(Wrong, match="spätestens dann"):
            await rated(tx, town, key, aware_at=NOW + timedelta(hours=1))
        await rated(tx, town, key, since=None, aware_at=NOW - timedelta(hours=9), personal_data=True)
        clock = (await store.case(tx, town, "x", key)).clocks[0]
        assert clock.due == NOW + timedelta(hours=63)
        assert [(at, duty) for at, duty, _ in await store.dates(tx, town, NOW)] == [(clock.due, Duty.AUTHORITY)]
        with pytest.raises(Missing):
            await store.decide(tx, town, key, Duty.EARLY, notify=True, reason="x", role="mayor", actor=MAYOR, now=NOW)
        with pytest.raises(Wrong):
            await store.decide(tx, town, key, Duty.AUTHORITY, notify=False, reason=" ", role="mayor", actor=MAYOR, now=NOW)


async def test_only_the_mayor_declares_an_emergency(db, towns) -> None:
    town = towns["erbach"]
    async with town_tx({town}, town) as tx:
        key = await reported(tx, town)
        await store.declare(tx, town, key, Severity.NOTFALL, "Server stehen", ISB, NOW, final=False)
        item = await store.incident(tx, town, key)
        assert (item.level, item.severity_proposed) == (Severity.STOERUNG, Severity.NOTFALL)
        await store.declare(tx, town, key, Severity.NOTFALL, "stimmt", MAYOR, NOW, final=True)
        item = await store.incident(tx, town, key)
        assert (item.level, item.severity_proposed) == (Severity.NOTFALL, None)


async def test_somebody_was_faster(db, towns) -> None:
    town = towns["erbach"]
    async with town_tx({town}, town) as tx:
        key = await reported(tx, town)
        await store.edit(tx, town, key, {"persons": 12}, "12 Personen", 1, ISB, NOW)
        with pytest.raises(Outdated):
            await store.edit(tx, town, key, {"persons": 13}, "13 Personen", 1, ISB, NOW)


async def test_objects_and_devices_of_this_town_only_are_affected(db, towns) -> None:
    town, other = towns["erbach"], towns["michelstadt"]
    async with town_tx({other}, other) as tx:
        await stock.network(tx, other, "10.62.10.0/24", "server")
        foreign = await stock.device(tx, other, "srv", "server", "10.62.10.5")
    async with town_tx({town}, town) as tx:
        key = await reported(tx, town)
        await objects.add_standard(tx, town, ISB, NOW)
        target = (await objects.targets(tx, town))[0]
        for _ in range(2):
            await store.involve(tx, town, key, "targets", target.id, add=True, actor=ISB, now=NOW)
        found = await store.case(tx, town, "Erbach", key)
        assert found.targets == ((target.id, target.name),)
        assert len(found.lines) == 2
        await store.involve(tx, town, key, "targets", target.id, add=False, actor=ISB, now=NOW)
        assert (await store.case(tx, town, "Erbach", key)).targets == ()
        with pytest.raises(Missing):
            await store.involve(tx, town, key, "assets", foreign, add=True, actor=ISB, now=NOW)
    async with town_tx({other}) as tx:
        assert await store.incidents(tx, [town, other]) == []
        with pytest.raises(Missing):
            await store.case(tx, town, "Erbach", key)


async def test_who_sees_what(db, towns) -> None:
    town = towns["erbach"]
    async with town_tx({town}, town) as tx:
        key = await reported(tx, town)
        unknown = await store.incident(tx, town, key)
        await rated(tx, town, key, personal_data=False)
        none = await store.incident(tx, town, key)
        assert len(await store.mine(tx, town, UUID(int=1))) == 1
        assert await store.mine(tx, town, UUID(int=2)) == []
    assert sees(unknown, frozenset({"dpo"}))
    assert not sees(none, frozenset({"dpo"}))
    assert sees(none, frozenset({"isb"}))
    assert not sees(unknown, frozenset({"employee", "staff_council"}))
    assert none.level_now(NOW) is Level.HOCH


async def test_every_notice_is_prepared_and_says_what_is_missing(db, towns) -> None:
    town = towns["erbach"]
    async with town_tx({town}, town) as tx:
        key = await reported(tx, town)
        bare = await store.case(tx, town, "Erbach", key)
        await rated(tx, town, key, persons=340, records=1200, data="Namen und Anschriften", consequences="Spam", steps="Getrennt")
        full = await store.case(tx, town, "Erbach", key)
    for kind in KINDS:
        text = prepare(kind, full)
        assert text.recipient
        assert "V-001" in text.subject
        assert len(text.text) > 100
    authority = prepare("authority", full).text
    for part in ("Art. 33", "340", "1.200", "Namen und Anschriften", "Spam", "Getrennt", "Anlaufstelle", "Zimmer 12"):
        assert part in authority
    assert prepare("authority", bare).text.count("[bitte ergänzen]") > authority.count("[bitte ergänzen]")
