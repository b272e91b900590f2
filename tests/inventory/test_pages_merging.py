"""Two devices that a person makes one: at any time, field by field, with a way back; and numbers that already have a device."""

from __future__ import annotations

import html
from uuid import UUID

import pytest

from service.db import town_tx
from service.inventory import store
from service.settings import now
from tests.inventory.estate import BY, LIST, take

BASE = "/towns/erbach/assets"


@pytest.fixture
async def pair(towns, log_in):
    """A person of the IT, two devices typed for the same PC, and the town."""
    town, visitor = towns["erbach"], await log_in("it_admin")
    await take(town, LIST, "bestand.csv")
    typed = {"kind": "workstation", "status": "in_use", "manufacturer": "Fujitsu", "model": "Esprimo"}
    for more in ({"serials": "; MG-1", "room": "1.01"}, {"serials": "MGSER0002; MG-2", "room": "2.02"}):
        assert (await visitor.send_form(f"{BASE}/new", typed | more)).status_code == 303
    return visitor, await device(town, "mg-1"), await device(town, "mg-2"), town


async def device(town: int, text: str) -> UUID:
    async with town_tx({town}) as tx:
        (row,) = await store.candidates(tx, town, text)
    return row.id


async def test_two_devices_without_a_case_are_compared_merged_and_taken_apart_again(pair) -> None:
    visitor, one, two, town = pair
    url = f"{BASE}/{one}/merge"
    assert url in (await visitor.get(f"{BASE}/{one}")).text
    assert f"{url}?other={two}" in (await visitor.get(f"{url}?q=mgser0002")).text
    page = html.unescape((await visitor.get(f"{url}?other={two}")).text)
    assert "Gerät 1: 1.01" in page
    assert "Gerät 2: 2.02" in page
    answer = await visitor.send_form(url, {"asset": str(two), "choose-room": "left", "choose-inventory_no": "right"})
    assert answer.status_code == 303, answer.text
    left = UUID(answer.headers["location"].rpartition("/")[2].partition("?")[0])
    async with town_tx({town}) as tx:
        found = await store.asset(tx, town, left)
        assert (found.row.serial, found.row.room, found.row.inventory_no) == ("MGSER0002", "1.01", "MG-2")
        assert (await store.assets(tx, town, now=now())).total == 4
    other = two if left == one else one
    assert (await visitor.get(f"{BASE}/{other}")).headers["location"].endswith(str(left))
    assert (await visitor.send_form("/towns/erbach/review/undo")).status_code == 303
    async with town_tx({town}) as tx:
        assert [(await store.asset(tx, town, key)).row.room for key in (one, two)] == ["1.01", "2.02"]


async def test_what_cannot_become_one_is_said_and_nothing_changes(pair, log_in, towns) -> None:
    visitor, one, two, town = pair
    same = await visitor.send_form(f"{BASE}/{one}/merge", {"asset": str(one)})
    assert same.status_code == 422
    assert "nicht mit sich selbst" in same.text
    async with town_tx({town}, town) as tx:
        await tx.connection.execute("update asset set status = 'lent' where town_id = $1 and id = $2", town, two)
    lent = await visitor.send_form(f"{BASE}/{one}/merge", {"asset": str(two)})
    assert lent.status_code == 422
    assert "ist verliehen oder geliehen" in html.unescape(lent.text)
    async with town_tx({town}, town) as tx:
        await tx.connection.execute(
            "insert into handover (town_id, id, role, partner_town, asset_id, fields, planned_on, reason, offered_by)"
            " values ($1, gen_random_uuid(), 'giver', $2, $3, '{}', current_date, 'x', $4)",
            town, towns["michelstadt"], one, BY.name,
        )  # fmt: skip
    page = html.unescape((await visitor.get(f"{BASE}/{one}/merge")).text)
    assert "Michelstadt angeboten oder übergeben" in page
    async with town_tx({town}) as tx:
        assert (await store.assets(tx, town, now=now())).total == 5
    assert (await (await log_in("isb")).get(f"{BASE}/{two}/merge")).status_code == 403


async def test_a_number_of_another_device_is_refused_by_hand_and_leads_to_merging(pair) -> None:
    visitor, one, two, town = pair
    for typed, said in (
        ({"serial": "s/n: mgser0002"}, "„MGSER0002“ gehört schon zu".lower()),
        ({"inventory_no": "mg-2"}, "„mg-2“ gehört schon zu"),
    ):
        answer = await visitor.send_form(f"{BASE}/{one}/edit", typed | {"reason": "abgelesen"})
        assert answer.status_code == 422
        assert said in html.unescape(answer.text).lower()
        assert f"{BASE}/{one}/merge?other={two}" in answer.text
    assert (await visitor.send_form(f"{BASE}/{one}/edit", {"serial": "MGSER0001", "reason": "abgelesen"})).status_code == 303
    late = await visitor.send_form(f"{BASE}/{two}/edit", {"serial": "MGSER0001", "reason": "abgelesen"})
    assert late.status_code == 422
    async with town_tx({town}) as tx:
        assert [(await store.asset(tx, town, key)).row.serial for key in (one, two)] == ["MGSER0001", "MGSER0002"]


async def test_devices_typed_with_odd_spelling_come_back_from_an_export_unchanged(log_in, towns) -> None:
    town, visitor = towns["erbach"], await log_in("it_admin")
    for n, maker in enumerate((" Eizo", "hp", "Fujitsu  Siemens", "Kyocera Mita", "Eigenbau")):
        typed = {
            "kind": "monitor", "status": "in_use", "manufacturer": maker, "model": "EV  2456 ", "serials": f"S/N: ODD{n}77A; N  {n}",
            "room": " 1. OG   03", "unit": "–", "supplier": "Bechtle  AG", "price": "1.234,50", "note": "Zeile 1\r\nZeile 2 ",
        }  # fmt: skip
        assert (await visitor.send_form(f"{BASE}/new", typed)).status_code == 303
    for form in ("csv", "xlsx"):
        answer = await visitor.get(f"{BASE}/export?format={form}")
        taken = await take(town, answer.content, f"wieder.{form}", now())
        assert (taken.new, taken.changed, taken.unchanged) == (0, 0, 5), [row.text for row in taken.rows]
