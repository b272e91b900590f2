"""A device's life step by step, and devices entered by hand, as people do it."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

import pytest

from service.db import town_tx
from service.inventory import store
from service.inventory.store import lifecycle
from service.inventory.views import AssetFilter
from service.settings import BERLIN, now
from tests.inventory.estate import LIST, nmap_file, take

BASE = "/towns/erbach/assets"


@pytest.fixture
async def erbach(towns) -> int:
    town = towns["erbach"]
    await take(town, LIST, "bestand.csv", now() - timedelta(days=60))
    return town


async def asset(town: int, name: str) -> UUID:
    async with town_tx({town}) as tx:
        (row,) = await store.candidates(tx, town, name)
    return row.id


async def status(town: int, key: UUID) -> str:
    async with town_tx({town}) as tx:
        found = await store.asset(tx, town, key)
    return found.row.status


def day(ago: int = 0) -> str:
    return (now() - timedelta(days=ago)).astimezone(BERLIN).date().isoformat()


async def step(visitor, key: UUID, to: str, ago: int = 0, reason: str = "Test", proof: str = ""):
    return await visitor.send_form(f"{BASE}/{key}/state", {"to": to, "on": day(ago), "reason": reason, "proof": proof})


async def test_a_notebook_lives_from_use_to_disposal_and_every_step_is_told(log_in, erbach) -> None:
    visitor = await log_in("it_admin")
    key = await asset(erbach, "nb-öztürk")
    assert (await step(visitor, key, "in_stock", 9, "zurückgegeben")).status_code == 303
    assert (await step(visitor, key, "retired", 5, "Akku defekt")).status_code == 303
    refused = await step(visitor, key, "disposed", 2, "Wertstoffhof")
    assert refused.status_code == 422
    assert "Nachweis der Datenlöschung" in refused.text
    assert "Wertstoffhof" in refused.text  # nothing typed is lost
    assert (await step(visitor, key, "disposed", 2, "Wertstoffhof", "Protokoll 2026-17")).status_code == 303
    page = (await visitor.get(f"{BASE}/{key}")).text
    table = page[page.index('id="life-table"') :]
    for text in ("entsorgt", "ausgemustert", "Lager", "zurückgegeben", "Akku defekt", "Protokoll 2026-17", "Test it_admin"):
        assert text in table
    assert await status(erbach, key) == "disposed"
    await take(erbach, LIST.replace(b"2.01", b"2.02"), "neu.csv", now())
    assert await status(erbach, key) == "disposed"


async def test_undo_takes_the_last_step_back_and_the_one_before_holds_again(log_in, erbach) -> None:
    visitor = await log_in("it_admin")
    key = await asset(erbach, "nb-öztürk")
    await step(visitor, key, "in_stock", 3)
    await step(visitor, key, "missing", 1)
    assert (await visitor.send_form("/towns/erbach/review/undo")).status_code == 303
    assert await status(erbach, key) == "in_stock"
    async with town_tx({erbach}) as tx:
        steps = (await lifecycle.steps(tx, erbach, [key]))[key]
    assert [one.status for one in steps] == ["in_stock"]


async def test_a_step_that_cannot_be_is_refused_and_nothing_changes(log_in, erbach) -> None:
    visitor = await log_in("it_admin")
    key = await asset(erbach, "nb-öztürk")
    assert (await step(visitor, key, "retired", 3)).status_code == 303
    for to, ago, reason in (
        ("lent", 0, "x"),
        ("in_use", 9, "x"),
        ("in_use", -1, "x"),
        ("in_use", 0, ""),
        ("gibtesnicht", 0, "x"),
    ):
        assert (await step(visitor, key, to, ago, reason)).status_code == 422, to
    assert await status(erbach, key) == "retired"


async def test_a_retired_device_that_answers_in_the_network_is_pointed_out(log_in, erbach) -> None:
    visitor = await log_in("it_admin")
    key = await asset(erbach, "prn-ordnung")
    await step(visitor, key, "retired", 3)
    assert "Ein Scan hat das Gerät gesehen" not in (await visitor.get(f"{BASE}/{key}")).text
    await take(erbach, nmap_file(now() - timedelta(hours=1)), "scan.xml")
    assert "Ein Scan hat das Gerät gesehen" in (await visitor.get(f"{BASE}/{key}")).text
    assert await status(erbach, key) == "retired"


async def test_a_new_device_put_into_stock_is_no_longer_asked_about(log_in, erbach) -> None:
    visitor = await log_in("it_admin")
    await take(erbach, nmap_file(now() - timedelta(hours=1)), "scan.xml")
    key = await asset(erbach, "10.20.3.77")
    async with town_tx({erbach}) as tx:
        assert (await store.reviews(tx, erbach, now=now(), kind="new")).total == 1
    assert (await step(visitor, key, "in_stock")).status_code == 303
    async with town_tx({erbach}) as tx:
        assert (await store.reviews(tx, erbach, now=now(), kind="new")).total == 0


async def test_readers_change_no_state(log_in, erbach) -> None:
    visitor = await log_in("isb")
    key = await asset(erbach, "nb-öztürk")
    assert (await step(visitor, key, "retired")).status_code in (403, 404)
    assert "Zustand ändern" not in (await visitor.get(f"{BASE}/{key}")).text


MONITORS = {
    "kind": "monitor", "status": "in_stock", "manufacturer": "Dell", "model": "P2423DE", "room": "K.01", "warranty_until": "2029-11-21",
    "serials": "CN0AAA111\n\nCN0AAA112; ERB-0772\n; ERB-0773\n", "number": "",
}  # fmt: skip


async def names(town: int) -> list[str]:
    async with town_tx({town}) as tx:
        return [row.name for row in (await store.assets(tx, town, now=now())).rows]


async def test_several_monitors_are_entered_at_once_and_taken_back_as_one(log_in, erbach) -> None:
    visitor = await log_in("it_admin")
    before = await names(erbach)
    done = await visitor.send_form(f"{BASE}/new", MONITORS)
    assert done.status_code == 303, done.text
    added = sorted(set(await names(erbach)) - set(before))
    assert added == ["Dell P2423DE (CN0AAA111)", "Dell P2423DE (ERB-0772)", "Dell P2423DE (ERB-0773)"]
    async with town_tx({erbach}) as tx:
        (row,) = await store.candidates(tx, erbach, "CN0AAA112")
        collection = await tx.connection.fetchval("select id from collection where source = 'manual'")
    assert (row.status, row.room, row.kind, row.inventory_no, row.sources) == (
        "in_stock",
        "K.01",
        "monitor",
        "ERB-0772",
        ("manual",),
    )
    assert (await visitor.send_form(f"/towns/erbach/import/collections/{collection}/undo")).status_code == 303
    assert await names(erbach) == before


async def test_ordered_devices_have_no_number_yet_and_stay_several(log_in, erbach) -> None:
    visitor = await log_in("it_admin")
    form = MONITORS | {
        "kind": "dock",
        "model": "WD22TB4",
        "serials": "",
        "number": "3",
        "status": "ordered",
        "order_no": "2026-17",
    }
    for _ in range(2):
        assert (await visitor.send_form(f"{BASE}/new", form)).status_code == 303
    async with town_tx({erbach}) as tx:
        assert (await store.assets(tx, erbach, AssetFilter(kind="dock", status="ordered"), now=now())).total == 6


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ({"serials": "CN0ABC123"}, "„CN0ABC123“ gibt es schon: Dell P2422H"),
        ({"serials": "neu1234567; erb-0003"}, "„erb-0003“ gibt es schon"),
        ({"serials": "AB12345678\nAB12345678"}, "Die Nummer steht schon in Zeile 1."),
        ({"serials": "Default string"}, "ist keine Seriennummer"),
        ({"serials": "a;b;c"}, "ist nicht zu lesen"),
        ({"serials": "", "number": "0"}, "Die Anzahl fehlt."),
        ({"serials": "", "number": "9999"}, "Die Anzahl fehlt."),
        ({"manufacturer": "", "model": ""}, "Nennen Sie Hersteller oder Modell."),
        ({"kind": "unknown"}, "Wählen Sie die Geräteart."),
        ({"status": "disposed"}, "Wählen Sie einen Zustand."),
        ({"warranty_until": "bald"}, "ist kein Datum"),
        ({"price": "viel"}, "ist kein Betrag"),
        ({"hostname": "pc-1"}, "Ein Rechnername gehört zu genau einem Gerät."),
    ],
)
async def test_a_mistake_stands_at_its_field_and_nothing_is_entered(log_in, erbach, typed, text) -> None:
    visitor = await log_in("it_admin")
    before = await names(erbach)
    answer = await visitor.send_form(f"{BASE}/new", MONITORS | typed)
    assert answer.status_code == 422
    assert text in re.sub(r"&#\d+;|&quot;", "", answer.text)
    assert "2029-11-21" in answer.text or "warranty_until" in typed
    assert await names(erbach) == before
