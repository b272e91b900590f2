"""Labels from the list, from ticked devices and from one device; without person, without name."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from io import BytesIO

import pikepdf
import pytest

from service.db import town_tx
from service.inventory import store
from service.settings import now
from tests.inventory.estate import LIST, take
from tests.service.pdf_verify import reading, verify

BASE = "/towns/erbach/assets"


@pytest.fixture
async def erbach(towns) -> dict:
    await take(towns["erbach"], LIST, "bestand.csv", now() - timedelta(days=60))
    async with town_tx({towns["erbach"]}) as tx:
        return {row.name: row for row in (await store.assets(tx, towns["erbach"], now=now())).rows}


def ids(page: str) -> str:
    return html.unescape(re.findall(r'name="ids" value="([^"]*)"', page)[0])


async def test_labels_name_numbers_and_make_but_no_person(log_in, erbach) -> None:
    visitor = await log_in("isb")
    page = await visitor.get(f"{BASE}/labels?kind=notebook")
    assert "1 Gerät" in page.text
    answer = await visitor.send_form(f"{BASE}/labels/pdf", {"ids": ids(page.text), "sheet": "4x10", "first": "7"})
    assert answer.headers["content-type"] == "application/pdf"
    assert "attachment" in answer.headers["content-disposition"]
    assert verify(answer.content) == []
    words = str(reading(answer.content))
    for text in ("ERB-0002", "Lenovo ThinkPad T14", "PF3ABCDE", "Erbach"):
        assert text in words
    assert "ztürk" not in words


async def test_the_ticked_devices_and_one_device(log_in, erbach) -> None:
    visitor = await log_in("it_admin")
    two = [str(erbach[name].id) for name in ("prn-ordnung", "nb-öztürk")]
    page = await visitor.send_form(f"{BASE}/labels", {"id": two})
    assert sorted(ids(page.text).split(",")) == sorted(two)
    answer = await visitor.send_form(f"{BASE}/labels/pdf", {"ids": ids(page.text), "sheet": "62x29", "first": "1"})
    assert len(pikepdf.open(BytesIO(answer.content)).pages) == 2
    device = (await visitor.get(f"{BASE}/{two[0]}")).text
    assert f"{BASE}/labels?device={two[0]}" in device
    assert ids((await visitor.get(f"{BASE}/labels?device={two[0]}")).text) == two[0]


@pytest.mark.parametrize(
    "typed", [{"sheet": "3x8", "first": "25"}, {"sheet": "3x8", "first": "0"}, {"sheet": "9x9", "first": "1"}]
)
async def test_a_place_that_is_not_on_the_sheet_is_named(log_in, erbach, typed) -> None:
    visitor = await log_in("it_admin")
    answer = await visitor.send_form(f"{BASE}/labels/pdf", {"ids": str(erbach["prn-ordnung"].id)} | typed)
    assert answer.status_code == 422
    assert "Auf diesem Bogen gibt es die Plätze" in answer.text


async def test_nothing_chosen_and_a_foreign_device_make_no_label(log_in, erbach) -> None:
    foreign = await log_in("it_admin", "michelstadt")
    there = "/towns/michelstadt/assets"
    answer = await foreign.get(f"{there}/labels?device={erbach['prn-ordnung'].id}")
    assert (answer.status_code, answer.headers["location"]) == (303, there)
    sent = {"ids": str(erbach["prn-ordnung"].id), "sheet": "3x8", "first": "1"}
    assert (await foreign.send_form(f"{there}/labels/pdf", sent)).status_code == 303


async def test_more_labels_than_a_person_prints_at_once_are_refused_and_not_offered(log_in, erbach, towns) -> None:
    rows = "".join(f"ERB-{n:04};Monitor;Dell;P24;CN{n:06}\r\n" for n in range(1000, 1241))
    head = "Inventarnummer;Geräteart;Hersteller;Modell;Seriennummer\r\n"
    await take(towns["erbach"], (head + rows).encode(), "viele.csv", now() - timedelta(days=1))
    visitor = await log_in("it_admin")
    answer = await visitor.get(f"{BASE}/labels?q=P24")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{BASE}?q=P24"), "back to the list, and what to do"
    assert "höchstens 240 Geräte auf einmal" in (await visitor.get(answer.headers["location"])).text
    many = (await visitor.get(f"{BASE}?q=P24")).text
    assert f'href="{BASE}/labels' not in many
    assert "höchstens 240 Geräte auf einmal: Filtern Sie die Liste oder wählen Sie Geräte aus." in many
    few = (await visitor.get(f"{BASE}?q=ERB-124")).text
    assert f'href="{BASE}/labels?q=ERB-124"' in few
    assert "höchstens 240" not in few
