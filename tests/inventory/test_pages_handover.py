"""A device goes from one town to another: what crosses, who decides, and what is left when something dies in between."""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import timedelta
from uuid import UUID

import pytest

from service.audit.chain import Actor
from service.db import DB, town_tx
from service.errors import Outdated, Wrong
from service.inventory import handover as rules
from service.inventory import store
from service.inventory.handover import Offer
from service.inventory.store import handover, intake, lifecycle, loans
from service.inventory.views import AssetFilter
from service.settings import BERLIN, now
from tests.inventory.estate import LIST, nmap_file, take

GIVER, RECEIVER, THIRD = (
    Actor(f"Test it_admin <it_admin-{slug}@test.example>") for slug in ("erbach", "michelstadt", "oberzent")
)
NOTEBOOK = "nb-öztürk"
SECRETS = ("Öztürk", "Zimmer 201", "ERB-0002", "nb-öztürk", "vertraulich")
"""What stays at home: person, room, number, name, and a remark that was not released."""


@pytest.fixture
async def erbach(towns) -> int:
    town = towns["erbach"]
    await take(
        town,
        LIST.replace(b";Ramm", b";Bemerkung").replace(b"989,00;", b"989,00;vertraulich").replace(b"2.01", b"Zimmer 201"),
        "bestand.csv",
        now() - timedelta(days=60),
    )
    return town


async def asset(town: int, name: str) -> UUID:
    async with town_tx({town}) as tx:
        (row,) = await store.candidates(tx, town, name)
    return row.id


async def detail(town: int, key: UUID):
    async with town_tx({town}) as tx:
        return await store.asset(tx, town, key)


async def rows(town: int):
    async with town_tx({town}) as tx:
        return await handover.handovers(tx, town)


async def devices(town: int):
    async with town_tx({town}) as tx:
        return (await store.assets(tx, town, AssetFilter(), now=now())).rows


def today(ago: int = 0) -> str:
    return (now() - timedelta(days=ago)).astimezone(BERLIN).date().isoformat()


def wish(**more) -> dict:
    return {"town": "michelstadt", "on": today(2), "reason": "wird im Bauhof gebraucht", "fields": list(rules.USUAL)} | more


async def offered(town: int, key: UUID, *, to: str = "michelstadt", fields=rules.USUAL, by: Actor = GIVER) -> UUID:
    async with town_tx({town}, town) as tx:
        made = await handover.offer(
            tx, town, key, Offer(to, today(2), "wird im Bauhof gebraucht", tuple(fields)), by=by, now=now()
        )
    await handover.tell(town, made, now=now())
    return made


async def actions(town: int) -> list[str]:
    async with town_tx({town}) as tx:
        found = await tx.connection.fetch("select action from audit_detail where town_id = $1 order by seq", town)
    return [row["action"] for row in found]


async def test_a_notebook_is_offered_accepted_and_stands_in_the_other_towns_stock(log_in, towns, erbach) -> None:
    giver, receiver = await log_in("it_admin", "erbach"), await log_in("it_admin", "michelstadt")
    key = await asset(erbach, NOTEBOOK)
    assert f"/assets/{key}/handover" in (await giver.get(f"/towns/erbach/assets/{key}")).text
    form = (await giver.get(f"/towns/erbach/assets/{key}/handover")).text
    assert "PF3ABCDE" in form
    assert "Öztürk" not in form.split("<form")[-1]
    answer = await giver.send_form(f"/towns/erbach/assets/{key}/handover", wish())
    assert answer.status_code == 303
    made = answer.headers["location"].rsplit("/", 1)[-1]
    assert "1 Gerät wird Ihrer Stadt angeboten" in (await receiver.get("/towns/michelstadt")).text
    assert "1 eigenes Angebot ist noch unbeantwortet" in (await giver.get("/towns/erbach")).text
    assert "ThinkPad T14" in (await receiver.get("/towns/michelstadt/assets/handovers")).text
    assert "PF3ABCDE" in (await receiver.get(f"/towns/michelstadt/assets/handovers/{made}")).text
    assert (await receiver.send_form(f"/towns/michelstadt/assets/handovers/{made}/accept")).status_code == 303

    (mine,) = await rows(towns["michelstadt"])
    there = await detail(towns["michelstadt"], mine.asset_id)
    assert (there.row.status, there.row.serial, there.row.model) == ("in_stock", "PF3ABCDE", "ThinkPad T14")
    assert (there.row.sources, there.row.user_name, there.row.room, there.row.inventory_no) == (("manual",), None, None, None)
    assert there.price == "989.00"
    assert (await detail(erbach, key)).row.status == "retired"
    async with town_tx({erbach}) as tx:
        step = (await lifecycle.steps(tx, erbach, [key]))[key][0]
    assert (step.reason, step.on.isoformat()) == ("übergeben an Michelstadt: wird im Bauhof gebraucht", today(2))
    page = (await receiver.get(f"/towns/michelstadt/assets/{mine.asset_id}")).text
    assert "übernommen von Erbach: wird im Bauhof gebraucht" in page
    assert "Von einer anderen Stadt übernommen" in (await receiver.get(f"/towns/michelstadt/assets/{mine.asset_id}/history")).text
    assert "An eine andere Stadt übergeben" in (await giver.get(f"/towns/erbach/assets/{key}/history")).text
    assert {"handover.offer", "handover.accept", "asset.state"} <= set(await actions(erbach))
    assert {"handover.offered", "handover.accept", "asset.state", "collection.take_in"} <= set(
        await actions(towns["michelstadt"])
    )


async def test_the_receiver_never_sees_more_than_was_released_and_a_third_town_nothing(db, log_in, towns, erbach) -> None:
    giver, receiver = await log_in("it_admin", "erbach"), await log_in("it_admin", "michelstadt")
    third, both = await log_in("it_admin", "oberzent"), towns["michelstadt"]
    key = await asset(erbach, NOTEBOOK)
    at_home = (await giver.get(f"/towns/erbach/assets/{key}")).text
    assert [secret for secret in SECRETS if secret not in at_home] == []
    await giver.send_form(f"/towns/erbach/assets/{key}/handover", wish(fields=["model", "serial"]))
    (made,) = await rows(both)
    assert dict(made.fields) == {"model": "ThinkPad T14", "serial": "PF3ABCDE"}
    pages = ["", "/assets/handovers", f"/assets/handovers/{made.id}", "/audit", "/assets"]
    before = [(await receiver.get(f"/towns/michelstadt{page}")).text for page in pages]
    await receiver.send_form(f"/towns/michelstadt/assets/handovers/{made.id}/accept")
    (mine,) = await rows(both)
    pages += [
        f"/assets/{mine.asset_id}",
        *(f"/assets/{mine.asset_id}/{tab}" for tab in ("history", "sources", "notes", "software")),
    ]
    answers = [await receiver.get(f"/towns/michelstadt{page}") for page in pages]
    assert {answer.status_code for answer in answers} == {200}
    for text in before + [answer.text for answer in answers]:
        for secret in (*SECRETS, "Lenovo", "989.00", "989,00", "48:2a:e3", str(key)):
            assert secret not in text
    async with town_tx({both}) as tx:
        for table in ("handover", "record", "asset", "history", "audit_detail", "value", "identifier", "decision"):
            found = await tx.connection.fetchval(f"select coalesce(string_agg(to_jsonb(x)::text, ' '), '') from {table} x")
            for secret in (*SECRETS, "Lenovo", str(key)):
                assert secret not in found, (table, secret)
    for page in (f"/assets/handovers/{made.id}", f"/assets/{mine.asset_id}", f"/assets/{key}"):
        assert (await third.get(f"/towns/oberzent{page}")).status_code == 404
        assert (await third.get(f"/towns/michelstadt{page}")).status_code == 404
    assert "ThinkPad" not in (await third.get("/towns/oberzent/assets/handovers")).text
    for act in ("accept", "refuse", "withdraw", "tell"):
        assert (await third.send_form(f"/towns/oberzent/assets/handovers/{made.id}/{act}", {"answer": "x"})).status_code == 404
    assert await rows(towns["oberzent"]) == []
    assert (await receiver.get(f"/towns/michelstadt/assets/{key}")).status_code == 404


async def test_the_two_sides_cannot_act_for_each_other(log_in, towns, erbach) -> None:
    giver, receiver, reader = (
        await log_in("it_admin", "erbach"),
        await log_in("it_admin", "michelstadt"),
        await log_in("isb", "michelstadt"),
    )
    made = await offered(erbach, await asset(erbach, NOTEBOOK))
    assert (await giver.send_form(f"/towns/erbach/assets/handovers/{made}/accept")).status_code == 404
    assert (await receiver.send_form(f"/towns/michelstadt/assets/handovers/{made}/withdraw", {"answer": "x"})).status_code == 404
    assert (await reader.send_form(f"/towns/michelstadt/assets/handovers/{made}/accept")).status_code == 403
    page = await reader.get(f"/towns/michelstadt/assets/handovers/{made}")
    assert page.status_code == 200
    assert "Gerät übernehmen" not in page.text
    assert [row.state for row in await rows(towns["michelstadt"])] == ["offered"]


async def test_a_refusal_says_why_and_leaves_the_device_where_it_is(log_in, towns, erbach) -> None:
    giver, receiver = await log_in("it_admin", "erbach"), await log_in("it_admin", "michelstadt")
    key = await asset(erbach, NOTEBOOK)
    made = await offered(erbach, key)
    url = f"/towns/michelstadt/assets/handovers/{made}/refuse"
    empty = await receiver.send_form(url, {"answer": " "})
    assert empty.status_code == 422
    assert "Bitte nennen Sie einen Grund" in empty.text
    assert (await receiver.send_form(url, {"answer": "kein Bedarf"})).status_code == 303
    assert "kein Bedarf" in (await giver.get(f"/towns/erbach/assets/handovers/{made}")).text
    assert (await detail(erbach, key)).row.status == "in_use"
    assert await devices(towns["michelstadt"]) == ()
    assert await offered(erbach, key) != made  # after a no it may be offered again


async def test_whoever_is_late_learns_who_was_faster(log_in, towns, erbach) -> None:
    giver, receiver = await log_in("it_admin", "erbach"), await log_in("it_admin", "michelstadt")
    key = await asset(erbach, NOTEBOOK)
    made = await offered(erbach, key)
    again = await giver.send_form(f"/towns/erbach/assets/{key}/handover", wish(town="oberzent"))
    assert again.status_code == 409
    assert (
        await giver.send_form(f"/towns/erbach/assets/handovers/{made}/withdraw", {"answer": "doch gebraucht"})
    ).status_code == 303
    late = await receiver.send_form(f"/towns/michelstadt/assets/handovers/{made}/accept")
    assert late.status_code == 409
    assert "it_admin-erbach" in late.text
    assert (await detail(erbach, key)).row.status == "in_use"
    other = await offered(erbach, key)
    assert (await receiver.send_form(f"/towns/michelstadt/assets/handovers/{other}/accept")).status_code == 303
    assert (await giver.send_form(f"/towns/erbach/assets/handovers/{other}/withdraw", {"answer": "zu spät"})).status_code == 409
    assert [row.state for row in await rows(towns["michelstadt"])] == ["accepted", "withdrawn"]


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"reason": " "}, "Eine Übergabe braucht einen Grund."),
        ({"on": "gestern"}, "ist kein Datum"),
        ({"on": today(-200)}, "zu weit in der Zukunft"),
        ({"fields": ["kind", "price"]}, "Daran ist das Gerät nicht zu erkennen."),
        ({"fields": ["user", "room"]}, "Daran ist das Gerät nicht zu erkennen."),
        ({"town": "erbach"}, "nimmt nicht oder nicht mehr teil"),
        ({"town": "verbund"}, "nimmt nicht oder nicht mehr teil"),
        ({"town": "darmstadt"}, "nimmt nicht oder nicht mehr teil"),
    ],
)
async def test_an_offer_that_cannot_be_is_refused_with_what_was_typed(change, text, log_in, towns, erbach) -> None:
    giver = await log_in("it_admin", "erbach")
    key = await asset(erbach, NOTEBOOK)
    answer = await giver.send_form(f"/towns/erbach/assets/{key}/handover", wish(**change))
    assert answer.status_code == 422
    assert text in answer.text
    assert change.get("reason") or "wird im Bauhof gebraucht" in answer.text
    assert await rows(erbach) == []
    assert await rows(towns["michelstadt"]) == []


async def test_a_device_that_left_the_estate_meanwhile_cannot_be_taken(log_in, towns, erbach) -> None:
    receiver, key = await log_in("it_admin", "michelstadt"), await asset(erbach, NOTEBOOK)
    made = await offered(erbach, key)
    async with town_tx({erbach}, erbach) as tx:
        await lifecycle.change(tx, erbach, key, lifecycle.Wish("retired", today(), "defekt"), by=GIVER, now=now())
    answer = await receiver.send_form(f"/towns/michelstadt/assets/handovers/{made}/accept")
    assert answer.status_code == 422
    assert "steht dort nicht mehr zur Übergabe bereit" in answer.text
    assert await devices(towns["michelstadt"]) == ()
    await handover.close(erbach, towns["michelstadt"], made, "withdrawn", "defekt", by=GIVER, now=now())
    with pytest.raises(Wrong, match="ist schon „ausgemustert“"):
        await offered(erbach, key, to="oberzent")


async def test_an_accepted_hand_over_is_undone_by_neither_side_alone(log_in, towns, erbach) -> None:
    giver, receiver = await log_in("it_admin", "erbach"), await log_in("it_admin", "michelstadt")
    town, key = towns["michelstadt"], await asset(erbach, NOTEBOOK)
    made = await offered(erbach, key)
    await receiver.send_form(f"/towns/michelstadt/assets/handovers/{made}/accept")
    undone = await receiver.send_form("/towns/michelstadt/review/undo")
    assert undone.status_code == 422
    assert "nimmt keine Stadt allein zurück" in undone.text
    async with town_tx({town}, town) as tx:
        collection = await tx.connection.fetchval("select collection_id from handover where town_id = $1", town)
        with pytest.raises(Wrong, match="nimmt keine Stadt allein zurück"):
            await intake.undo(tx, town, collection, by=RECEIVER, now=now())
    step = {"to": "in_use", "on": today(), "reason": "doch noch da"}
    refused = await giver.send_form(f"/towns/erbach/assets/{key}/state", step)
    assert refused.status_code == 422
    assert "gehört jetzt Michelstadt" in refused.text
    assert (await detail(erbach, key)).row.status == "retired"


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


KILLED = """
import asyncio, os, sys
from uuid import UUID
from service.audit.chain import Actor
from service.db import DB
from service.inventory.store import handover
from service.settings import now

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
