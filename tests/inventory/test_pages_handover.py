"""A device goes from one town to another: what crosses, who decides, and what is left when something dies in between."""

from __future__ import annotations

import pytest

from service.db import town_tx
from service.errors import Wrong
from service.inventory import handover as rules
from service.inventory.store import handover, intake, lifecycle
from service.settings import now
from tests.inventory.handing import (  # noqa: F401 the fixture is asked for by its other name
    GIVER,
    NOTEBOOK,
    RECEIVER,
    SECRETS,
    actions,
    asset,
    detail,
    devices,
    filled,
    offered,
    rows,
    today,
)


def wish(**more) -> dict:
    return {"town": "michelstadt", "on": today(2), "reason": "wird im Bauhof gebraucht", "fields": list(rules.USUAL)} | more


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
    for page in (f"assets/{key}", f"assets/{key}/notes", f"scan-label/{key}"):
        assert f"{key}/state" not in (await giver.get(f"/towns/erbach/{page}")).text
    assert "gehört jetzt Michelstadt" in (await giver.get(f"/towns/erbach/assets/{key}/state")).text
    assert (await detail(erbach, key)).row.status == "retired"


async def test_a_hand_over_for_a_day_to_come_says_so_on_both_sides(log_in, towns, erbach) -> None:
    giver, taker = await log_in("it_admin", "erbach"), await log_in("it_admin", "michelstadt")
    key = await asset(erbach, NOTEBOOK)
    form = {"town": "michelstadt", "on": today(-5), "reason": "x", "fields": list(rules.USUAL)}
    sent = await giver.send_form(f"/towns/erbach/assets/{key}/handover", form)
    made = sent.headers["location"].rpartition("/")[2]
    there = f"/towns/michelstadt/assets/handovers/{made}"
    assert (await taker.send_form(f"{there}/accept")).status_code == 303
    for visitor, page in ((giver, sent.headers["location"]), (taker, there)):
        text = (await visitor.get(page)).text
        assert "Vereinbart für den" in text
        assert "Gerät übernehmen" not in text
    assert "im Einsatz" in (await giver.get(f"/towns/erbach/assets/{key}")).text
