"""The store-room page: a label is read, the device moves, changes its state, gets a note; in one's own town only."""

from __future__ import annotations

import html
from datetime import timedelta
from uuid import UUID

import pytest

from service.db import town_tx
from service.inventory import store
from service.inventory.stickers import sticker
from service.inventory.store import filing
from service.settings import now
from tests.inventory.estate import LIST, take

BASE = "/towns/erbach/scan-label"


@pytest.fixture
async def notebook(towns) -> UUID:
    await take(towns["erbach"], LIST, "bestand.csv", now() - timedelta(days=60))
    async with town_tx({towns["erbach"]}) as tx:
        (row,) = await store.candidates(tx, towns["erbach"], "nb-öztürk")
    return row.id


@pytest.mark.parametrize(
    "code",
    ["ERB-0002", "erb-0002", " PF3ABCDE ", "S/N: pf3abcde", "https://odenwacht.example/towns/erbach/assets/{key}",
     "HTTPS://alt.example:8440/towns/erbach/assets/{key}/history", "/towns/erbach/scan-label/{key}"],
)  # fmt: skip
async def test_everything_that_stands_on_a_label_opens_the_device(log_in, notebook, code) -> None:
    answer = await (await log_in("it_admin")).get(BASE, params={"code": code.replace("{key}", str(notebook))})
    assert (answer.status_code, answer.headers["location"]) == (303, f"{BASE}/{notebook}")


async def test_what_is_unknown_is_said_and_a_foreign_label_is_no_new_device(log_in, notebook) -> None:
    visitor = await log_in("it_admin")
    unknown = (await visitor.get(BASE, params={"code": "gibtesnicht"})).text
    assert "Kein Gerät mit „gibtesnicht“" in unknown
    assert "/assets/new" in unknown
    foreign = (await visitor.get(BASE, params={"code": f"https://x.example/towns/michelstadt/assets/{notebook}"})).text
    assert "Dieses Etikett gehört nicht zu Erbach" in foreign
    assert "/assets/new" not in foreign


async def test_a_device_comes_into_the_store_room_and_every_step_can_be_taken_back(log_in, notebook, towns) -> None:
    visitor, town = await log_in("it_admin"), towns["erbach"]
    page = (await visitor.get(f"{BASE}/{notebook}")).text
    for text in ("ERB-0002", "PF3ABCDE", "im Einsatz", 'value="in_stock"', 'value="2.01"'):
        assert text in page
    assert (await visitor.send_form(f"{BASE}/{notebook}/state", {"to": "in_stock"})).status_code == 303
    moved = {"site": "Rathaus", "room": "K.01", "unit": ""}
    assert (await visitor.send_form(f"{BASE}/{notebook}/place", moved)).status_code == 303
    assert (await visitor.send_form(f"{BASE}/{notebook}/note", {"text": "Netzteil fehlt"})).status_code == 303
    async with town_tx({town}) as tx:
        found = await store.asset(tx, town, notebook)
        notes = await filing.notes(tx, town, notebook)
        locks = await tx.connection.fetch("select field from decision where kind = 'lock' order by field")
    assert (found.row.status, found.row.site_name, found.row.room) == ("in_stock", "Rathaus", "K.01")
    assert [row["field"] for row in locks] == ["room", "site", "status"]  # what did not change is not locked
    assert [note.text for note in notes] == ["Netzteil fehlt"]
    for _ in range(2):
        assert (await visitor.send_form("/towns/erbach/review/undo")).status_code == 303
    async with town_tx({town}) as tx:
        again = await store.asset(tx, town, notebook)
    assert (again.row.status, again.row.room) == ("in_use", "2.01")


async def test_disposal_is_not_a_matter_of_one_tap(log_in, notebook) -> None:
    visitor = await log_in("it_admin")
    await visitor.send_form(f"{BASE}/{notebook}/state", {"to": "retired"})
    assert 'value="disposed"' not in (await visitor.get(f"{BASE}/{notebook}")).text
    refused = await visitor.send_form(f"{BASE}/{notebook}/state", {"to": "disposed"})
    assert refused.status_code == 422
    assert "Nachweis der Datenlöschung" in refused.text


async def test_only_those_who_keep_the_inventory_get_there_and_only_in_their_town(log_in, notebook) -> None:
    reader, foreign = await log_in("isb"), await log_in("it_admin", "michelstadt")
    assert (await reader.get(BASE)).status_code in (403, 404)
    read = await reader.get(f"{BASE}/{notebook}")
    assert read.status_code == 200
    assert "<form" not in read.text[read.text.index("<main") : read.text.index("</main>")]
    assert (await reader.send_form(f"{BASE}/{notebook}/place", {"room": "x"})).status_code == 403
    assert (await foreign.get(f"{BASE}/{notebook}")).status_code == 404
    assert (await foreign.get(f"/towns/michelstadt/scan-label/{notebook}")).status_code == 404
    answer = await foreign.send_form(f"/towns/michelstadt/scan-label/{notebook}/place", {"room": "x"})
    assert answer.status_code == 404


async def test_the_code_of_a_label_opens_the_short_view_at_once_and_the_button_says_what_it_does(log_in, notebook, towns) -> None:
    visitor = await log_in("it_admin")
    form = (await visitor.get(BASE)).text
    assert "Gerät öffnen" in form
    assert "Filtern" not in form[form.index("<main") :]
    async with town_tx({towns["erbach"]}) as tx:
        device = await store.asset(tx, towns["erbach"], notebook)
    label = sticker(device.row, "Erbach", "https://odenwacht.example/towns/erbach")
    assert label.address == f"https://odenwacht.example{BASE}/{notebook}"
    assert "Wo steht es?" in (await visitor.get(f"{BASE}/{notebook}")).text


async def test_a_number_of_two_devices_offers_both_and_opens_neither(log_in, towns) -> None:
    town, visitor = towns["erbach"], await log_in("it_admin")
    head = b"Inventarnummer;Hersteller;Modell;Seriennummer;Kategorie\n"
    await take(town, head + b"RX-1;Dell;OptiPlex 3010;RXOLD0001;PC\n", "alt.csv", now() - timedelta(days=9))
    await take(town, head + b"RX-1;Lenovo;ThinkPad T14;QNEW998877;Notebook\n", "neu.csv", now())
    answer = await visitor.get("/towns/erbach/scan-label", params={"code": "rx-1"})
    assert answer.status_code == 200
    page = html.unescape(answer.text)
    assert "Mehrere Geräte tragen „rx-1“" in page
    assert "RXOLD0001" in page
    assert "QNEW998877" in page
    assert "legen Sie das Gerät an" not in page
    found = await visitor.get("/towns/erbach/search", params={"q": "RX-1"})
    assert found.headers["location"] == "/towns/erbach/assets?q=RX-1"
