"""The pages about catalogues, as the security officer and others meet them."""

from __future__ import annotations

import re

import pytest

from isms.editions.store import editions, parameters
from isms.measures import Claim
from service.db import town_tx
from service.jobs.queue import Job
from service.worker.catalogues import place as place_everywhere
from tests.isms.editions.files import oscal, rules, wiba, xlsx
from tests.isms.editions.test_store import adopt, prepared, say, start, take_in

BASE = "/towns/erbach/catalogues"


async def upload(visitor, *files, **fields):
    data = {**fields, "_csrf_token": await visitor.token()}
    sent = [("file", (x.name, x.data)) for x in files]
    return await visitor.post(BASE, data=data, files=sent, headers={"x-csrftoken": data["_csrf_token"]})


async def test_a_file_is_taken_in_and_its_edition_shown(db, towns, log_in) -> None:
    isb = await log_in("isb", "erbach")
    answer = await upload(isb, rules(("H-1", "Schlüssel", "Wird quittiert.")), version="2026")
    assert answer.status_code == 303
    page = await isb.get(answer.headers["location"])
    assert "Hausregeln" in page.text
    assert ">2026<" in page.text.replace("\n", "") or "2026" in page.text
    listed = await isb.get(BASE)
    assert "Hausregeln" in listed.text
    assert "Hinzunehmen" in listed.text


async def test_a_wrong_file_is_refused_in_the_form(db, towns, log_in) -> None:
    isb = await log_in("isb", "erbach")
    answer = await upload(isb, wiba(("Unbekannt", "1", "Frage?")))
    assert answer.status_code == 422
    assert "Zeile 2, Spalte „Checkliste WiBA“" in answer.text
    assert (await upload(isb)).status_code == 422


async def test_the_update_is_looked_at_taken_over_and_placed_in_every_town(db, towns, log_in) -> None:
    town = towns["erbach"]
    for one in ("erbach", "michelstadt"):
        await start(towns[one])
    await take_in(town, oscal("Haus", "1", [("k1", "A.1", "Eins", "Alles MUSS stehen."), ("k2", "A.2", "Zwei", "Bleibt.")]))
    for one in ("erbach", "michelstadt"):
        await adopt(towns[one], "haus")
    await say(town, "k1", Claim.JA, "steht")
    second = await take_in(
        town, oscal("Haus", "2", [("k1", "A.2", "Eins", "Alles SOLLTE stehen."), ("k3", "A.3", "Drei", "Neu.")])
    )
    isb = await log_in("isb", "erbach")
    url = f"{BASE}/editions/{second.edition}"
    page = (await isb.get(url)).text
    assert "<del>MUSS</del>" in page
    assert "<ins>SOLLTE</ins>" in page
    assert "A.2 ist jetzt: Eins" in page
    assert "Ab sofort gilt diese Fassung" in (await isb.get(f"{url}/take")).text
    answer = await isb.send_form(f"{url}/take")
    assert (answer.status_code, "/runs/" in answer.headers["location"]) == (303, True)
    run = answer.headers["location"].rpartition("/")[2]
    await place_everywhere(Job(town, run, {}, "Test"))
    for one in ("erbach", "michelstadt"):
        async with town_tx({towns[one]}) as tx:
            rows = await tx.connection.fetch("select control from modelling where town_id = $1 and control like 'k_'", towns[one])
        assert sorted(x["control"] for x in rows) == ["k1", "k3"]
    listed = (await isb.get(f"{BASE}/recheck")).text
    assert "<del>MUSS</del>" in listed
    assert "steht" in listed
    async with town_tx({town, 0}) as tx:
        target = await tx.connection.fetchval("select target_id from assessment where town_id = $1 and control = 'k1'", town)
    controls = BASE.replace("catalogues", "controls")
    spot = f"{controls}/objects/{target}/k1"
    for url_ in (f"{controls}/requirements?state=neu", f"{controls}/objects/{target}?state=neu"):
        marked = (await isb.get(url_)).text
        assert re.findall(r'href="[^"]+/objects/[^"/]+/(\w+)"', marked) == ["k1"], url_
        assert "neu prüfen</" in marked
    assert (await isb.get(f"{controls}/requirements/export?state=neu&format=csv")).text.count("Eins") == 1
    sheet = (await isb.get(spot)).text
    assert "<del>MUSS</del>" in sheet
    assert (await isb.send_form(f"{spot}/still", {"version": "1"})).status_code == 303
    renewed = (await isb.get(spot)).text
    assert "gilt weiter nach Änderung des Satzes" in renewed
    assert "<del>" not in renewed
    back = re.search(r'action="([^"]+/undo/\d+)"', renewed)
    assert back
    assert (await isb.send_form(back[1])).status_code == 303
    assert "<del>MUSS</del>" in (await isb.get(spot)).text
    answer = await isb.send_form(f"{BASE}/recheck", {"id": f"{target}|k1|3"})
    assert answer.status_code == 303
    assert "Nichts neu zu prüfen." in (await isb.get(f"{BASE}/recheck")).text
    assert "neu prüfen</span>" not in (await isb.get(f"{controls}/requirements?q=Eins")).text
    assert (await isb.send_form(f"{url}/take")).status_code == 422


async def test_the_catalogue_is_read_by_search_and_control(db, towns, log_in) -> None:
    taken = await take_in(
        towns["erbach"], oscal("Haus", "1", [("k1", "A.1", "Eins", "Alles MUSS stehen."), ("k2", "A.2", "Zwei", "x")])
    )
    auditor = await log_in("auditor", "erbach")
    url = f"{BASE}/editions/{taken.edition}/controls"
    found = (await auditor.get(f"{url}?q=stehen")).text
    assert "A.1 Eins" in found
    assert "A.2 Zwei" not in found
    one = (await auditor.get(f"{url}/k1")).text
    assert "Alles MUSS stehen." in one
    assert "Eindeutige Kennung" in one
    assert (await auditor.get(f"{url}/gibtesnicht")).status_code == 404


async def test_proposals_are_confirmed_all_at_once_only_if_they_are_those_that_were_seen(db, towns, log_in) -> None:
    town = towns["erbach"]
    await prepared(town)
    for control in ("wiba:3.1", "wiba:3.2"):
        await say(town, control, Claim.JA)
    isb = await log_in("isb", "erbach")
    assert "CON.3.A2" in (await isb.get(f"{BASE}/proposals")).text
    assert (await isb.send_form(f"{BASE}/proposals", {"everything": "1", "seen": "2"})).status_code == 422
    assert (await isb.send_form(f"{BASE}/proposals", {"everything": "1", "seen": "1"})).status_code == 303
    assert "Keine Vorschläge." in (await isb.get(f"{BASE}/proposals")).text


async def test_a_parameter_is_set_for_all_and_shown_in_the_worksheet(db, towns, log_in) -> None:
    town = towns["erbach"]
    given = oscal("Haus", "1", [("k1", "A.1", "Frist", "Nach {{ insert: param, a.1-prm1 }} sperren.")])
    data = given.data.replace(b'"title": "Frist"', b'"title": "Frist", "params": [{"id": "a.1-prm1", "label": "x Tagen"}]')
    await take_in(town, type(given)("k.json", data))
    await start(town)
    await adopt(town, "haus")
    isb = await log_in("isb", "erbach")
    assert "x Tagen" in (await isb.get(f"{BASE}/parameters")).text
    url = f"{BASE}/parameters/k1!prm1"
    assert (await isb.get(url)).status_code == 200
    answer = await isb.send_form(url, {"scope": "central", "value": "14 Tagen", "version": "0"})
    assert answer.status_code == 303
    async with town_tx({town, 0}) as tx:
        target = await tx.connection.fetchval(
            "select target_id from modelling where town_id = $1 and control = 'k1' limit 1", town
        )
        assert (await parameters.parameters(tx, town))[0].shown == "14 Tagen"
    sheet = (await isb.get(f"/towns/erbach/controls/objects/{target}/k1")).text
    assert "Nach 14 Tagen sperren." in sheet
    assert (await isb.send_form(url, {"scope": "central", "value": "9", "version": "0"})).status_code == 409


async def test_the_worksheet_offers_the_words_of_the_catalogue(db, towns, log_in) -> None:
    town = towns["erbach"]
    await take_in(town, wiba(("Backup", "1", "Gibt es ein Konzept?")))
    await start(town)
    await adopt(town, "wiba")
    isb = await log_in("isb", "erbach")
    async with town_tx({town, 0}) as tx:
        target = await tx.connection.fetchval(
            "select target_id from modelling where town_id = $1 and control = 'wiba:3.1' limit 1", town
        )
    url = f"/towns/erbach/controls/objects/{target}/wiba:3.1"
    page = (await isb.get(url)).text
    assert 'value="teilweise"' not in page
    assert 'value="ja"' in page
    assert (await isb.send_form(url, {"claim": "teilweise", "version": "0"})).status_code == 422
    assert (await isb.send_form(url, {"claim": "ja", "version": "0"})).status_code == 303


async def test_a_profile_is_corrected_and_put_back(db, towns, log_in) -> None:
    isb = await log_in("isb", "erbach")
    assert "Basis-Absicherung Kommunalverwaltung" in (await isb.get(f"{BASE}/profiles")).text
    url = f"{BASE}/profiles/basis-kommunalverwaltung"
    fields = {"title": "Basis", "ids": "SYS.1.1\nNET.3.2", "levels": "Basis", "version": "0"}
    assert (await isb.send_form(url, fields)).status_code == 303
    assert "angepasst" in (await isb.get(url)).text
    assert (await isb.send_form(url, fields)).status_code == 409
    assert (await isb.send_form(f"{url}/reset")).status_code == 303
    assert "wie ausgeliefert" in (await isb.get(url)).text


@pytest.mark.parametrize("path", ["", "/recheck", "/proposals", "/parameters", "/profiles"])
async def test_the_it_reads_and_only_the_security_officer_decides(db, towns, log_in, path) -> None:
    await prepared(towns["erbach"])
    it = await log_in("it_admin", "erbach")
    page = await it.get(f"{BASE}{path}")
    assert page.status_code == 200
    assert "Hinzunehmen" not in page.text
    assert (await it.send_form(f"{BASE}/adopt", {"choice": "wiba|"})).status_code == 403
    async with town_tx({towns["erbach"], 0}) as tx:
        assert await editions.editions(tx, "wiba")


async def test_a_catalogue_that_places_nothing_says_why_and_leads_to_the_modelling(db, towns, log_in) -> None:
    town = towns["erbach"]
    await start(town)
    index = xlsx(("Baustein", "Anforderung", "Titel", "Stufe"), ("CON.3", "CON.3.A1", "Einflussfaktoren", "B"))
    await take_in(town, index)
    isb = await log_in("isb", "erbach")
    answer = await isb.send_form(f"{BASE}/adopt", {"choice": "kompendium|"})
    assert answer.headers["location"] == "/towns/erbach/structure/modelling"
    assert "Noch kein Zielobjekt hat eine Kategorie oder einen Baustein" in (await isb.get(answer.headers["location"])).text
    listed = (await isb.get(BASE)).text
    assert "zählt nicht mit" in listed
    assert (await isb.send_form(f"{BASE}/count", {"choice": "kompendium|", "counts": "1"})).status_code == 303
    assert "zählt nicht mit" not in (await isb.get(BASE)).text
    assert (await isb.send_form(f"{BASE}/count", {"choice": "nichts|", "counts": "1"})).status_code == 404
    for page in ("", "?catalogue=grundcheck-kommune", "/requirements?catalogue=kompendium"):
        assert (await isb.get(f"/towns/erbach/controls{page}")).status_code == 200
