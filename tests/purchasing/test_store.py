"""Needs, releases and lots on PostgreSQL: what crosses between towns, and what row security keeps back."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

import asyncpg
import pytest

from service.db import town_tx, uuid7
from service.errors import Missing, Outdated, Wrong
from service.purchasing.consent import Party
from service.purchasing.lots import Key, Tier
from service.purchasing.store import estate, group, needs
from service.purchasing.store.group import GROUP
from service.purchasing.thresholds import Threshold, reached
from service.purchasing.views import Draft, SpecClass
from service.settings import now
from tests.purchasing.town import BY, QUARTER, add_class, need, release, worked_example

ADMIN = Party(GROUP, group=True)
TIERS = (Tier(1, 104_900), Tier(10, 97_900), Tier(25, 91_900))


async def seen_by(town: int):
    """What somebody of this town reads: own needs, lots, and the rows of the shared list."""
    async with town_tx({town, GROUP}) as tx:
        mine, lots = await needs.demands(tx, town), await group.lots(tx)
        rows = await tx.connection.fetch("select * from pooled_demand")
        others = await tx.connection.fetchval("select count(*) from demand where town_id <> $1", town)
    return mine, lots, rows, others


async def test_a_need_stays_in_its_town_until_it_is_released(db, towns) -> None:
    monitor = await add_class("Monitor")
    key = await need(towns["erbach"], monitor, 7, note="geheim")
    mine, lots, rows, others = await seen_by(towns["michelstadt"])
    assert (mine, lots, rows, others) == ((), (), [], 0)
    await release(towns["erbach"], key)
    mine, (lot,), (row,), others = await seen_by(towns["michelstadt"])
    assert (mine, others) == ((), 0)
    assert [(part.town.code, part.quantity) for part in lot.parts] == [("erbach", 7)]
    assert set(dict(row)) == {"id", "town_id", "of_town", "demand", "class_id", "quantity", "quarter", "shared_at"}
    assert "geheim" not in str(dict(row))
    await release(towns["erbach"], key, shared=False)
    assert await seen_by(towns["michelstadt"]) == ((), (), [], 0)


async def test_nobody_reads_another_towns_need_by_its_id(db, towns) -> None:
    key = await need(towns["erbach"], await add_class("Monitor"), 7)
    await release(towns["erbach"], key)
    async with town_tx({towns["michelstadt"], GROUP}) as tx:
        with pytest.raises(Missing):
            await needs.demand(tx, towns["erbach"], key)


async def test_no_town_writes_another_towns_release(db, towns) -> None:
    monitor = await add_class("Monitor")
    await release(towns["erbach"], await need(towns["erbach"], monitor, 7))
    other = towns["michelstadt"]
    async with town_tx({other, GROUP}, GROUP) as tx:
        assert await tx.connection.execute("update pooled_demand set quantity = 1") == "UPDATE 0"
        assert await tx.connection.execute("delete from pooled_demand") == "DELETE 0"
    insert = (
        "insert into pooled_demand (town_id, id, of_town, demand, class_id, quantity, quarter, shared_at)"
        " values (0, $1, $2, $1, $3, 1, '2027-Q1', now())"
    )
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with town_tx({other, GROUP}, GROUP) as tx:
            await tx.connection.execute(insert, uuid7(), towns["erbach"], monitor)
    async with town_tx({other}) as tx:  # without the group in the read list there is nothing at all
        assert await tx.connection.fetchval("select count(*) from pooled_demand") == 0


async def test_the_lot_of_the_worked_example(db, towns) -> None:
    notebook = await worked_example(towns)
    async with town_tx({towns["erbach"], GROUP}, GROUP) as tx:
        await group.agree(tx, await group.lot(tx, notebook, QUARTER), TIERS, Key.QUANTITY, 0, ADMIN, BY, now())
    async with town_tx({towns["brombachtal"], GROUP}) as tx:
        lot = await group.lot(tx, notebook, QUARTER)
    assert (lot.quantity, lot.single, lot.pooled, lot.saving) == (38, 3_804_200, 3_492_200, 312_000)


async def test_a_changed_need_changes_the_lot_and_publishing_twice_changes_nothing(db, towns) -> None:
    monitor, erbach = await add_class("Monitor"), towns["erbach"]
    key = await need(erbach, monitor, 7)
    await release(erbach, key)
    async with town_tx({erbach, GROUP}, erbach) as tx:
        old = await needs.demand(tx, erbach, key)
        assert old.in_step
        await needs.save(tx, erbach, Draft(monitor, 9, QUARTER, "new"), BY, now(), key=key, version=old.version)
        assert not (await needs.demand(tx, erbach, key)).in_step
    async with town_tx({erbach, GROUP}, GROUP) as tx:
        assert await needs.publish(tx, erbach)
        assert not await needs.publish(tx, erbach)
        assert (await group.lot(tx, monitor, QUARTER)).quantity == 9
        assert (await needs.demand(tx, erbach, key)).in_step


async def test_a_settled_lot_stays_as_it_was_paid(db, towns) -> None:
    notebook = await worked_example(towns)
    async with town_tx({towns["erbach"], GROUP}, GROUP) as tx:
        await group.agree(tx, await group.lot(tx, notebook, QUARTER), TIERS, Key.INHABITANTS, 0, ADMIN, BY, now())
        await group.settle(
            tx, await group.lot(tx, notebook, QUARTER), 1_000_000, date(2027, 2, 1), 1, ADMIN, BY, now(), confirmed=True
        )
    oberzent = towns["oberzent"]
    async with town_tx({oberzent, GROUP}) as tx:
        (mine,) = await needs.demands(tx, oberzent)
    await release(oberzent, mine.id, shared=False)
    async with town_tx({GROUP}, GROUP) as tx:
        await group.set_inhabitants(tx, oberzent, 99, BY)
    async with town_tx({oberzent, GROUP}, GROUP) as tx:
        lot = await group.lot(tx, notebook, QUARTER)
        shares = {"erbach": 321_924, "michelstadt": 367_545, "oberzent": 230_615, "brombachtal": 79_916}
        assert lot.shares() == shares
        assert lot.recorded == 3_804_200 - 1_000_000
        with pytest.raises(Wrong, match="abgerechnet"):
            await group.agree(tx, lot, TIERS, Key.QUANTITY, lot.terms.version, ADMIN, BY, now())
    with pytest.raises(Wrong, match="abgerechnet"):
        await release(oberzent, mine.id)
    async with town_tx({oberzent, GROUP}, GROUP) as tx:
        await group.unsettle(tx, lot, lot.terms.version, ADMIN, BY, now())
        assert (await group.lot(tx, notebook, QUARTER)).quantity == 29


async def test_one_town_alone_is_not_settled_and_an_unknown_key_neither(db, towns) -> None:
    monitor = await add_class("Monitor")
    await release(towns["erbach"], await need(towns["erbach"], monitor, 7))
    async with town_tx({GROUP}, GROUP) as tx:
        with pytest.raises(Wrong, match="zwei Kommunen"):
            await group.settle(tx, await group.lot(tx, monitor, QUARTER), 1, date(2027, 2, 1), 0, ADMIN, BY, now())
    await release(towns["oberzent"], await need(towns["oberzent"], monitor, 7))
    async with town_tx({GROUP}, GROUP) as tx:
        await group.agree(tx, await group.lot(tx, monitor, QUARTER), TIERS, Key.INHABITANTS, 0, ADMIN, BY, now())
        with pytest.raises(Wrong, match="Einwohnerzahl fehlt: Erbach, Oberzent"):
            await group.settle(tx, await group.lot(tx, monitor, QUARTER), 1, date(2027, 2, 1), 1, ADMIN, BY, now())


async def test_who_was_slower_learns_it(db, towns) -> None:
    monitor, erbach = await add_class("Monitor"), towns["erbach"]
    key = await need(erbach, monitor, 7)
    async with town_tx({erbach, GROUP}, erbach) as tx:
        await needs.save(tx, erbach, Draft(monitor, 8, QUARTER, "new"), BY, now(), key=key, version=1)
        with pytest.raises(Outdated):
            await needs.save(tx, erbach, Draft(monitor, 9, QUARTER, "new"), BY, now(), key=key, version=1)
        with pytest.raises(Outdated):
            await needs.delete(tx, erbach, key, BY, now(), version=1)
        await needs.delete(tx, erbach, key, BY, now(), version=2)
        assert await needs.demands(tx, erbach) == ()


BAD = (
    ({"quantity": 0}, "Stückzahl"), ({"quantity": 10_001}, "Stückzahl"), ({"quarter": "2027-Q5"}, "Quartal"),
    ({"quarter": "2020-Q1"}, "länger als ein Jahr vorbei"),
    ({"reason": "x"}, "Grund"), ({"class_id": UUID(int=5)}, "Klasse"), ({"cost_centre": "x" * 61}, "zu lang"),
)  # fmt: skip


@pytest.mark.parametrize(("change", "text"), BAD)
async def test_bad_needs_are_refused_with_a_sentence(db, towns, change, text) -> None:
    draft = {"class_id": await add_class("Monitor"), "quantity": 1, "quarter": QUARTER, "reason": "new", **change}
    async with town_tx({towns["erbach"], GROUP}, towns["erbach"]) as tx:
        with pytest.raises(Wrong, match=text):
            await needs.save(tx, towns["erbach"], Draft(**draft), BY, now())


async def test_a_retired_class_takes_no_new_need_but_keeps_the_old_ones(db, towns) -> None:
    monitor, erbach = await add_class("Monitor"), towns["erbach"]
    key = await need(erbach, monitor, 7)
    async with town_tx({GROUP}, GROUP) as tx:
        await group.save_class(tx, SpecClass(monitor, "Monitor", "", True, 1), BY, now())
        with pytest.raises(Wrong, match="gibt es schon"):
            await group.save_class(tx, SpecClass(uuid4(), "MONITOR", "", False, 0), BY, now())
    async with town_tx({erbach, GROUP}, erbach) as tx:
        with pytest.raises(Wrong, match="Klasse"):
            await needs.save(tx, erbach, Draft(monitor, 1, QUARTER, "new"), BY, now())
        await needs.save(tx, erbach, Draft(monitor, 6, QUARTER, "new"), BY, now(), key=key, version=1)


async def test_thresholds_are_what_the_group_entered(db, towns) -> None:
    low, high = Threshold(uuid4(), "Klein", 100_000, "a"), Threshold(uuid4(), "Groß", 2_500_000, "b")
    async with town_tx({GROUP}, GROUP) as tx:
        for one in (high, low):
            await group.set_threshold(tx, one, BY, now())
    async with town_tx({towns["erbach"], GROUP}) as tx:
        found = await group.thresholds(tx)
    assert found == (low, high)
    assert [reached(found, cents) for cents in (None, 99_999, 100_000, 3_492_200)] == [None, None, low, high]


async def test_limits_of_age_are_the_towns_own(db, towns) -> None:
    async with town_tx({towns["erbach"]}, towns["erbach"]) as tx:
        await estate.set_limits(tx, towns["erbach"], {"switch": 12, "printer": 0, "server": 5}, BY)
        mine = await estate.limits(tx, towns["erbach"])
        assert (mine["switch"], mine["server"], "printer" in mine) == (12, 5, False)
        with pytest.raises(Wrong, match="Jahren"):
            await estate.set_limits(tx, towns["erbach"], {"switch": 41}, BY)
    async with town_tx({towns["oberzent"]}) as tx:
        assert (await estate.limits(tx, towns["oberzent"]))["switch"] == 8


async def test_every_change_stands_in_the_log_of_the_town_that_made_it(db, towns) -> None:
    monitor, erbach = await add_class("Monitor"), towns["erbach"]
    key = await need(erbach, monitor, 7)
    await release(erbach, key)
    async with town_tx({erbach}) as tx:
        rows = await tx.connection.fetch("select action from audit_detail where town_id = $1 order by seq", erbach)
    assert [row["action"] for row in rows] == ["demand.add", "demand.share"]
