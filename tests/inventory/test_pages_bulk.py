"""Many devices in one step: chosen, previewed, done, undone; what is left out says why."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from uuid import UUID

import pytest

from service.db import town_tx
from service.inventory import store
from service.settings import BERLIN, now
from tests.inventory.estate import LIST, nmap_file, take

BASE = "/towns/erbach/assets"
UNDO = "/towns/erbach/review/undo"


@pytest.fixture
async def erbach(towns) -> int:
    town = towns["erbach"]
    await take(town, LIST, "bestand.csv", now() - timedelta(days=60))
    return town


async def rows(town: int) -> dict:
    async with town_tx({town}) as tx:
        return {row.name: row for row in (await store.assets(tx, town, now=now())).rows}


def fields(page: str, action: str) -> dict[str, str | list[str]]:
    """What the form with this action would send as it stands."""
    form = page[page.index(f'action="{action}"') :]
    form = form[: form.index("</form>")]
    found: dict[str, str | list[str]] = {}
    for tag in re.findall(r"<input [^>]*>", form):
        name = re.findall(r' name="([^"]*)"', tag)
        if name and ('type="checkbox"' not in tag or " checked" in tag):
            text = html.unescape(dict([("v", ""), *re.findall(r' (v)alue="([^"]*)"', tag)])["v"])
            found[name[0]] = [*found[name[0]], text] if isinstance(found.get(name[0]), list) else text
    return found


async def previewed(visitor, wish: dict, ids: list[UUID] | None = None, query: str = ""):
    if ids is None:
        form = await visitor.get(f"{BASE}/bulk?{query}")
    else:
        form = await visitor.send_form(f"{BASE}/bulk", {"id": [str(one) for one in ids]})
    assert form.status_code == 200
    return await visitor.send_form(f"{BASE}/bulk/preview", fields(form.text, f"{BASE}/bulk/preview") | wish)


async def test_the_ticked_devices_move_together_and_come_back_together(log_in, erbach) -> None:
    visitor = await log_in("it_admin")
    known = await rows(erbach)
    ids = [known["prn-ordnung"].id, known["nb-öztürk"].id]
    preview = await previewed(visitor, {"room": "3.14", "unit": "Bauamt", "reason": "Umzug"}, ids)
    assert preview.status_code == 200
    assert "2 Geräte ändern" in preview.text
    for text in ("1.07", "2.01", "3.14", "Bauamt", "Es wurde noch nichts geändert"):
        assert text in preview.text
    assert (await rows(erbach))["prn-ordnung"].room == "1.07"
    done = await visitor.send_form(f"{BASE}/bulk/apply", fields(preview.text, f"{BASE}/bulk/apply"))
    assert done.status_code == 303, done.text
    now_known = await rows(erbach)
    assert {now_known[name].room for name in ("prn-ordnung", "nb-öztürk")} == {"3.14"}
    assert now_known["Dell P2422H (ERB-0003)"].room == "2.01"
    async with town_tx({erbach}) as tx:
        entries = await tx.connection.fetch("select action from audit_detail where action like 'asset.%'")
    assert [row["action"] for row in entries] == ["asset.bulk"]
    assert (await visitor.send_form(UNDO)).status_code == 303
    assert {name: row.room for name, row in (await rows(erbach)).items()} == {name: row.room for name, row in known.items()}


async def test_all_that_the_filter_shows_is_the_choice(log_in, erbach) -> None:
    visitor = await log_in("it_admin")
    preview = await previewed(visitor, {"warranty_until": "2029-01-31", "reason": "Vertrag"}, query="kind=monitor")
    done = await visitor.send_form(f"{BASE}/bulk/apply", fields(preview.text, f"{BASE}/bulk/apply"))
    assert done.headers["location"] == f"{BASE}?kind=monitor"
    assert [name for name, row in (await rows(erbach)).items() if row.warranty_until] == ["Dell P2422H (ERB-0003)"]


async def test_what_stays_says_why_and_a_hand_s_value_gives_way_only_if_asked(log_in, erbach) -> None:
    visitor = await log_in("it_admin")
    known = await rows(erbach)
    ids = [row.id for row in known.values()]
    await visitor.send_form(f"{BASE}/{known['prn-ordnung'].id}/edit", {"room": "9.99", "reason": "abgelesen"})
    wish = {"room": "2.01", "reason": "Inventur"}
    preview = await previewed(visitor, wish, ids)
    left = preview.text[preview.text.index('id="left-table"') :]
    assert left.count("ist schon so") == 2
    assert "von Hand gesetzt von Test it_admin" in left
    assert "Kein Gerät ändert sich." in preview.text
    await visitor.send_form(f"{BASE}/bulk/apply", fields(preview.text, f"{BASE}/bulk/apply"))
    assert (await rows(erbach))["prn-ordnung"].room == "9.99"
    preview = await previewed(visitor, wish | {"also_held": "true"}, ids)
    await visitor.send_form(f"{BASE}/bulk/apply", fields(preview.text, f"{BASE}/bulk/apply"))
    assert (await rows(erbach))["prn-ordnung"].room == "2.01"
    await visitor.send_form(UNDO)
    assert (await rows(erbach))["prn-ordnung"].room == "9.99"  # the first hand's value holds again


async def test_a_state_changes_only_where_it_may(log_in, erbach) -> None:
    visitor = await log_in("it_admin")
    known = await rows(erbach)
    day = now().astimezone(BERLIN).date().isoformat()
    retire = {"to": "retired", "on": day, "reason": "ersetzt"}
    preview = await previewed(visitor, retire, [row.id for row in known.values()])
    await visitor.send_form(f"{BASE}/bulk/apply", fields(preview.text, f"{BASE}/bulk/apply"))
    assert {row.status for row in (await rows(erbach)).values()} == {"retired"}
    gone = {"to": "disposed", "on": day, "reason": "Wertstoffhof"}
    preview = await previewed(visitor, gone, [row.id for row in known.values()])
    assert preview.text.count("braucht für „entsorgt“ einen Nachweis der Datenlöschung") == 2
    await visitor.send_form(f"{BASE}/bulk/apply", fields(preview.text, f"{BASE}/bulk/apply"))
    assert {name: row.status for name, row in (await rows(erbach)).items()} == {
        "prn-ordnung": "retired", "nb-öztürk": "retired", "Dell P2422H (ERB-0003)": "disposed",
    }  # fmt: skip
    page = (await visitor.get(f"{BASE}/{known['Dell P2422H (ERB-0003)'].id}")).text
    assert "Wertstoffhof" in page[page.index('id="life-table"') :]


async def test_a_device_that_changed_meanwhile_brings_the_preview_again(log_in, erbach) -> None:
    visitor = await log_in("it_admin")
    known = await rows(erbach)
    preview = await previewed(visitor, {"room": "3.14", "reason": "Umzug"}, [known["nb-öztürk"].id])
    await take(erbach, LIST.replace(b"2.01", b"2.22"), "neu.csv", now())
    sent = fields(preview.text, f"{BASE}/bulk/apply")
    again = await visitor.send_form(f"{BASE}/bulk/apply", sent)
    assert again.status_code == 409
    assert "Geräte wurden geändert, während Sie die Vorschau sahen." in again.text
    assert "2.22" in again.text
    assert (await rows(erbach))["nb-öztürk"].room == "2.22"
    assert (await visitor.send_form(f"{BASE}/bulk/apply", fields(again.text, f"{BASE}/bulk/apply"))).status_code == 303
    assert (await rows(erbach))["nb-öztürk"].room == "3.14"


@pytest.mark.parametrize(
    ("wish", "text"),
    [
        ({"reason": "x"}, "Wählen Sie, was sich ändern soll."),
        ({"room": "1"}, "Bitte nennen Sie einen Grund"),
        ({"purchase_date": "gestern", "reason": "x"}, "ist kein Datum"),
        ({"room": "1", "clear": "room", "reason": "x"}, "Entweder leeren oder einen Wert eintragen."),
        ({"to": "retired", "on": "2999-01-01", "reason": "x"}, "Dieses Datum kann nicht stimmen."),
    ],
)
async def test_a_mistake_is_named_and_what_was_typed_stays(log_in, erbach, wish, text) -> None:
    visitor = await log_in("it_admin")
    answer = await previewed(visitor, {"unit": "", **wish}, [row.id for row in (await rows(erbach)).values()])
    assert answer.status_code == 422
    assert text in answer.text
    assert "3 Geräte" in answer.text


async def test_a_field_can_be_emptied_for_all(log_in, erbach) -> None:
    visitor = await log_in("it_admin")
    preview = await previewed(visitor, {"clear": "room", "reason": "unbekannt verzogen"}, query="kind=notebook")
    await visitor.send_form(f"{BASE}/bulk/apply", fields(preview.text, f"{BASE}/bulk/apply"))
    assert not (await rows(erbach))["nb-öztürk"].room


async def test_nothing_ticked_and_devices_of_another_town_change_nothing(log_in, erbach, towns) -> None:
    visitor = await log_in("it_admin")
    nothing = await visitor.send_form(f"{BASE}/bulk", {"query": "kind=monitor"})
    assert (nothing.status_code, nothing.headers["location"]) == (303, f"{BASE}?kind=monitor")
    await take(towns["michelstadt"], nmap_file(now()), "scan.xml")
    foreign = [row.id for row in (await rows(towns["michelstadt"])).values()]
    preview = await previewed(visitor, {"room": "geheim", "reason": "x"}, foreign)
    assert "prn-ordnung" not in preview.text
    assert "Kein Gerät ändert sich." in preview.text


async def test_readers_see_no_boxes_and_may_not_send_the_form(log_in, erbach) -> None:
    reader = await log_in("isb")
    page = (await reader.get(BASE)).text
    assert 'form="bulk"' not in page
    assert (await reader.get(f"{BASE}/bulk")).status_code in (403, 404)


async def test_kind_remark_cost_centre_price_and_supplier_change_together_too(log_in, erbach) -> None:
    visitor = await log_in("it_admin")
    known = await rows(erbach)
    ids = [known["prn-ordnung"].id, known["nb-öztürk"].id]
    wish = {"kind": "notebook", "note": "Leihgerät", "cost_center": "1110.01", "price": "1.049,50 €", "supplier": "Muster GmbH"}
    preview = await previewed(visitor, {**wish, "reason": "Liste berichtigt"}, ids)
    assert preview.status_code == 200
    for text in ("Kostenstelle", "1110.01", "Leihgerät", "Muster GmbH", "Notebook"):
        assert text in preview.text
    done = await visitor.send_form(f"{BASE}/bulk/apply", fields(preview.text, f"{BASE}/bulk/apply"))
    assert done.status_code == 303
    for one in ids:
        async with town_tx({erbach}) as tx:
            found = await store.asset(tx, erbach, one)
            told = {
                row["field"]: row["value"]
                for row in await tx.connection.fetch("select field, value from value where asset_id = $1 and visible", one)
            }
        assert (found.row.kind, found.note) == ("notebook", "Leihgerät")
        assert (told["cost_center"], told["price"], told["supplier"]) == ("1110.01", "1049.50", "Muster GmbH")


async def test_a_price_that_is_none_and_a_kind_that_is_none_stay_in_the_form(log_in, erbach) -> None:
    visitor = await log_in("it_admin")
    ids = [one.id for one in (await rows(erbach)).values()]
    refused = await previewed(visitor, {"price": "teuer", "kind": "toaster", "reason": "x", "clear": "kind"}, ids)
    assert refused.status_code == 422
    assert "„teuer“ ist kein Betrag." in refused.text
    assert "Die Geräteart „toaster“ gibt es nicht." in refused.text
