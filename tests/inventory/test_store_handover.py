"""Hand-overs without pages: back again, joined with what was known, and cut off in between."""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import timedelta
from uuid import UUID

import pytest

from service.db import DB, town_tx
from service.errors import Outdated, Wrong
from service.inventory import bulk, store
from service.inventory import handover as rules
from service.inventory.asset import IdentifierKind
from service.inventory.handover import Offer
from service.inventory.loans import Loan
from service.inventory.store import bulk as many
from service.inventory.store import exporting, handover, lifecycle, loans
from service.jobs import store as jobs
from service.jobs.queue import perform
from service.settings import BERLIN, local_today, now
from service.worker import TASKS as _TASKS  # noqa: F401 perform finds its tasks there
from tests.inventory.estate import LIST, nmap_file, take
from tests.inventory.handing import (  # noqa: F401 the fixture is asked for by its other name
    GIVER,
    NOTEBOOK,
    RECEIVER,
    actions,
    asset,
    asset_in,
    detail,
    devices,
    filled,
    offered,
    rows,
    today,
)


async def test_back_it_comes_by_a_new_hand_over_and_is_the_same_device_again(towns, erbach) -> None:
    town, key = towns["michelstadt"], await asset(erbach, NOTEBOOK)
    made = await offered(erbach, key)
    await handover.accept(erbach, town, made, by=RECEIVER, now=now())
    (there,) = await rows(town)
    back = await offered(town, there.asset_id, to="erbach", by=RECEIVER)
    await handover.accept(town, erbach, back, by=GIVER, now=now())
    device = await detail(erbach, key)
    assert (device.row.status, device.row.inventory_no, device.row.user_name) == ("in_stock", "ERB-0002", "Kim Öztürk")
    assert len(await devices(erbach)) == 3
    assert (await detail(town, there.asset_id)).row.status == "retired"
    async with town_tx({erbach}, erbach) as tx:
        await lifecycle.change(tx, erbach, key, lifecycle.Wish("in_use", today(), "ausgegeben"), by=GIVER, now=now())
    assert (await detail(erbach, key)).row.status == "in_use"


async def test_what_the_guarantee_needs_goes_along_and_cost_centre_and_number_stay(towns, erbach) -> None:
    town, key = towns["michelstadt"], await asset(erbach, NOTEBOOK)
    bought = {"supplier": "Bürobedarf Eberesche", "order_no": "B-2023-17", "imei": "490154203237518"}
    async with town_tx({erbach}, erbach) as tx:
        own = {"cost_center": "KST 7", "phone_no": "06062 70-1"}
        await store.lock(tx, erbach, key, bought | own, reason="Rechnung", by=GIVER, now=now())
        (row,) = [x async for x in exporting.rows(tx, "assets", [erbach]) if x["asset_id"] == str(key)]
    assert {name: row[name] for name in bought | own} == bought | own
    made = await offered(erbach, key)
    await handover.accept(erbach, town, made, by=RECEIVER, now=now())
    (there,) = await rows(town)
    device = (await detail(town, there.asset_id)).row
    assert {name: getattr(device, name) for name in bought} == bought
    assert (device.cost_center, device.phone_no) == (None, None)


async def test_a_device_that_was_seen_there_before_is_joined_and_lent_no_longer(towns, erbach) -> None:
    town = towns["michelstadt"]
    await take(town, nmap_file(now() - timedelta(days=5)), "scan.xml")
    key, guest = await asset(erbach, "prn-ordnung"), await asset(town, "prn-ordnung")
    for here, mine, role, partner, other in ((erbach, key, "owner", town, guest), (town, guest, "guest", erbach, key)):
        async with town_tx({here}, here) as tx:
            await tx.connection.execute(
                "insert into loan (town_id, id, asset_id, role, partner_town, partner_asset, key, state, first_seen, last_seen)"
                " values ($1, gen_random_uuid(), $2, $3, $4, $5, 'loan:x', 'confirmed', $6, $6)",
                here, mine, role, partner, other, now(),
            )  # fmt: skip
            await loans.apply(tx, here)
    with pytest.raises(Wrong, match="gehört einer anderen Stadt"):
        await offered(town, guest, to="oberzent", by=RECEIVER)
    made = await offered(erbach, key)
    await handover.accept(erbach, town, made, by=RECEIVER, now=now())
    (mine,) = await rows(town)
    assert mine.asset_id == guest
    device = await detail(town, guest)
    assert (device.row.status, device.row.serial, set(device.row.sources)) == ("in_stock", "VCF1234567", {"manual", "nmap"})
    for here in (erbach, town):
        async with town_tx({here}) as tx:
            states = await tx.connection.fetch("select l.state, a.lent_from from loan l join asset a on a.id = l.asset_id")
        assert [tuple(row) for row in states] == [("rejected", None)]


async def test_two_devices_without_a_mark_stay_two(towns, erbach) -> None:
    town = towns["michelstadt"]
    for name in ("prn-ordnung", NOTEBOOK):
        made = await offered(erbach, await asset(erbach, name), fields=["kind", "manufacturer"])
        await handover.accept(erbach, town, made, by=RECEIVER, now=now())
    assert sorted(row.manufacturer for row in await devices(town)) == ["Kyocera", "Lenovo"]


async def test_telling_again_and_accepting_twice_change_nothing(towns, erbach) -> None:
    town = towns["michelstadt"]
    made = await offered(erbach, await asset(erbach, NOTEBOOK))
    for _ in range(2):
        await handover.accept(erbach, town, made, by=RECEIVER, now=now())
    count = len(await actions(town))
    await handover.tell(erbach, made, now=now())
    assert await handover.catch_up(erbach, now=now()) == 0
    assert len(await devices(town)) == 1
    assert len(await actions(town)) == count
    async with town_tx({erbach}, erbach) as tx:  # as a process saw it that read before the answer came
        await tx.connection.execute("update handover set state = 'offered', told_at = null where town_id = $1", erbach)
    await handover.tell(erbach, made, now=now())
    assert [row.state for row in await rows(town)] == ["accepted"]
    async with town_tx({erbach}, erbach) as tx:
        await tx.connection.execute("update handover set state = 'accepted' where town_id = $1", erbach)
    with pytest.raises(Outdated):
        await handover.close(erbach, town, made, "refused", "doch nicht", by=RECEIVER, now=now())


async def test_a_handed_over_device_takes_no_step_among_many_and_is_nobodys_loan(towns, erbach) -> None:
    town, key = towns["michelstadt"], await asset(erbach, NOTEBOOK)
    made = await offered(erbach, key)
    await handover.accept(erbach, town, made, by=RECEIVER, now=now())
    asked, errors = bulk.order({"to": "in_use", "on": today(), "reason": "alle wieder da"}, (), local_today())
    assert errors == {}
    async with town_tx({erbach}) as tx:
        (line,) = bulk.plan(await many.targets(tx, erbach, [key]), asked)
    assert not line.changes
    assert "gehört jetzt Michelstadt" in line.left["status"]
    anchors = []
    for here in (erbach, town):
        async with town_tx({here}) as tx:
            anchors.append(await tx.connection.fetchval("select anchor from asset where serial = 'PF3ABCDE'"))
    found = Loan(erbach, anchors[0], town, anchors[1], (IdentifierKind.SERIAL,), now(), now(), True, "loan:y")
    assert await loans.settle([found], [erbach, town], auto=False, by=GIVER, now=now()) == 0


async def test_the_night_carries_to_the_other_town_what_was_cut_off(towns, erbach) -> None:
    async with town_tx({erbach}, erbach) as tx:
        key = await asset_in(tx, erbach, NOTEBOOK)
        await handover.offer(tx, erbach, key, Offer("michelstadt", today(), "x", rules.USUAL), by=GIVER, now=now())
        run = await jobs.add_run(tx, "retention.run", erbach, "Löschfristen anwenden", "Zeitplan", now())
    assert await rows(towns["michelstadt"]) == []
    await perform("retention.run", erbach, run)
    assert [row.state for row in await rows(towns["michelstadt"])] == ["offered"]
    assert not (await rows(erbach))[0].untold


async def offered_ahead(erbach: int, days: int = 3) -> UUID:
    """An offer for a day to come, told to the other town."""
    async with town_tx({erbach}, erbach) as tx:
        key = await asset_in(tx, erbach, NOTEBOOK)
        made = await handover.offer(tx, erbach, key, Offer("michelstadt", today(-days), "x", rules.USUAL), by=GIVER, now=now())
    await handover.tell(erbach, made, now=now())
    return made


async def test_a_day_that_is_still_to_come_moves_nothing_before_it_is_there(towns, erbach) -> None:
    town, made = towns["michelstadt"], await offered_ahead(erbach)
    key = await asset(erbach, NOTEBOOK)
    await handover.accept(erbach, town, made, by=RECEIVER, now=now())
    assert [row.state for row in [*await rows(erbach), *await rows(town)]] == ["agreed", "agreed"]
    assert (await detail(erbach, key)).row.status == "in_use"
    assert not await devices(town)
    assert await handover.due(erbach, now=now()) == 0
    with pytest.raises(Outdated):
        async with town_tx({erbach}, erbach) as tx:
            await handover.offer(tx, erbach, key, Offer("oberzent", today(), "x", rules.USUAL), by=GIVER, now=now())
    then = now() + timedelta(days=3)
    assert await handover.due(erbach, now=then) == 1
    assert await handover.due(erbach, now=then) == 0
    assert [row.state for row in [*await rows(erbach), *await rows(town)]] == ["accepted", "accepted"]
    assert (await detail(erbach, key)).row.status == "retired"
    (there,) = await devices(town)
    assert there.status == "in_stock"
    async with town_tx({town}) as tx:
        (step, *_older) = (await lifecycle.steps(tx, town, [there.id]))[there.id]
    assert step.on == then.astimezone(BERLIN).date()


async def test_what_is_agreed_for_later_can_be_taken_back_by_both_and_ends_with_a_reason_where_it_cannot_be(
    towns, erbach
) -> None:
    town = towns["michelstadt"]
    for state, by in (("withdrawn", GIVER), ("refused", RECEIVER)):
        made = await offered_ahead(erbach)
        await handover.accept(erbach, town, made, by=RECEIVER, now=now())
        await handover.close(erbach, town, made, state, "doch nicht", by=by, now=now())
        assert {row.state for row in [*await rows(erbach), *await rows(town)] if row.id == made} == {state}
    made = await offered_ahead(erbach)
    await handover.accept(erbach, town, made, by=RECEIVER, now=now())
    key = await asset(erbach, NOTEBOOK)
    async with town_tx({erbach}, erbach) as tx:
        await lifecycle.change(tx, erbach, key, lifecycle.Wish("retired", today(), "defekt"), by=GIVER, now=now())
    assert await handover.due(erbach, now=now() + timedelta(days=3)) == 0
    found = next(row for row in await rows(town) if row.id == made)
    assert (found.state, found.answer) == ("withdrawn", "Das Gerät steht dort nicht mehr zur Übergabe bereit.")


async def test_the_night_does_what_was_agreed_for_that_day(towns, erbach) -> None:
    town, made = towns["michelstadt"], await offered_ahead(erbach)
    await handover.accept(erbach, town, made, by=RECEIVER, now=now())
    async with town_tx({erbach}, erbach) as tx:
        await tx.connection.execute("update handover set planned_on = $1", now().date())
        run = await jobs.add_run(tx, "retention.run", erbach, "Löschfristen anwenden", "Zeitplan", now())
    await perform("retention.run", erbach, run)
    assert [row.status for row in await devices(town)] == ["in_stock"]


KILLED = """
import asyncio, os, sys
from uuid import UUID
from service.audit.chain import Actor
from service.db import DB
from service.inventory.store import handover
from service.settings import BERLIN, local_today, now

async def dies(*args, **more):
    os._exit(9)

async def main(giver, receiver, key):
    handover.tell = dies
    await DB.start_connection_pool(min_size=1, max_size=2)
    await handover.accept(int(giver), int(receiver), UUID(key), by=Actor("Kim"), now=now())

asyncio.run(main(*sys.argv[1:]))
"""


async def test_killed_between_the_two_towns_it_is_finished_later(fresh_database) -> None:
    from service.auth import store as auth
    from service.db import service_tx

    DB.use(fresh_database.app)
    await DB.start_connection_pool(min_size=1, max_size=4)
    try:
        async with service_tx() as tx:
            erbach, town = [(await auth.add_town(tx, slug, slug.title(), None, now())).id for slug in ("erbach", "michelstadt")]
        await take(erbach, LIST, "bestand.csv", now() - timedelta(days=60))
        key = await asset(erbach, NOTEBOOK)
        async with town_tx({erbach}, erbach) as tx:  # killed before the offer arrived
            made = await handover.offer(tx, erbach, key, Offer("michelstadt", today(), "x", rules.USUAL), by=GIVER, now=now())
        assert await rows(town) == []
        assert (await rows(erbach))[0].untold
        assert await handover.catch_up(erbach, now=now()) == 1
        assert [row.state for row in await rows(town)] == ["offered"]

        child = await asyncio.create_subprocess_exec(
            sys.executable, "-c", KILLED, str(erbach), str(town), str(made),
            env=os.environ | {"ODENWACHT_DATABASE_URL": fresh_database.app},
        )  # fmt: skip
        assert await child.wait() == 9
        assert ((await rows(erbach))[0].state, (await rows(erbach))[0].untold) == ("accepted", True)
        assert (await detail(erbach, key)).row.status == "retired"
        assert ([row.state for row in await rows(town)], await devices(town)) == (["offered"], ())

        await asyncio.gather(  # the person there presses the button again while the night's run comes by
            handover.accept(erbach, town, made, by=RECEIVER, now=now()), handover.catch_up(erbach, now=now())
        )
        assert [(row.state, row.answered_by) for row in await rows(town)] == [("accepted", "Kim")]
        assert not (await rows(erbach))[0].untold
        assert [row.status for row in await devices(town)] == ["in_stock"]
    finally:
        await DB.close_connection_pool()
