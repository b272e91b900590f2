"""Answering many requirements, going on to the next open one, taking back: over HTTP and a real database."""

from __future__ import annotations

import re
from uuid import UUID

import pytest

from isms.measures import Claim
from isms.store import sheets
from service.audit.chain import Actor
from service.db import town_tx
from service.settings import now

BASE = "/towns/michelstadt/controls"
LIST = f"{BASE}/requirements"


@pytest.fixture
async def town(towns) -> int:
    async with town_tx({towns["michelstadt"]}, towns["michelstadt"]) as tx:
        await sheets.take_over(tx, towns["michelstadt"], Actor("Test"), now())
    return towns["michelstadt"]


async def claims(town: int, ids: list[str]) -> list[tuple[str, str]]:
    async with town_tx({town, 0}) as tx:
        sheet = await sheets.load(tx, town, now().date())
    found = {f"{x.target}|{x.requirement.key}": x for x in sheet.entries}
    entries = [found[one.rpartition("|")[0]] for one in ids]
    return [(str(x.state.claim), x.answer.responsible if x.answer else "") for x in entries]


def ticks(page: str) -> list[str]:
    return re.findall(r'type="checkbox" name="id" value="([^"]+)"', page)


def undo_of(page: str) -> str:
    found = re.search(r'action="([^"]+/undo/\d+)"', page)
    assert found
    return found[1]


async def test_many_are_answered_after_a_preview_and_taken_back_at_once(log_in, town) -> None:
    visitor = await log_in("isb", "michelstadt")
    ids = ticks((await visitor.get(f"{LIST}?state=unbearbeitet&q=Telnet")).text) or ticks((await visitor.get(LIST)).text)
    ids = ids[:5]
    form = {"id": ids, "back": "state=unbearbeitet"}
    assert "Vorschau zeigen" in (await visitor.send_form(f"{LIST}/bulk", form)).text
    empty = await visitor.send_form(f"{LIST}/bulk", form | {"step": "look"})
    assert (empty.status_code, "Bitte geben Sie an" in empty.text) == (422, True)
    bare = await visitor.send_form(f"{LIST}/bulk", form | {"step": "look", "claim": "entbehrlich", "responsible": "Bauhof"})
    assert bare.status_code == 422
    assert "Bitte begründen Sie" in bare.text
    assert 'value="Bauhof"' in bare.text
    said = form | {"claim": "teilweise", "responsible": "Bauhof", "due": "2027-03-31"}
    look = await visitor.send_form(f"{LIST}/bulk", said | {"step": "look"})
    assert f"{len(ids)} Antworten speichern" in look.text
    assert await claims(town, ids) == [("unbearbeitet", "")] * len(ids)
    saved = await visitor.send_form(f"{LIST}/bulk", said | {"step": "save"})
    assert (saved.status_code, saved.headers["location"]) == (303, f"{LIST}?state=unbearbeitet")
    assert await claims(town, ids) == [("teilweise", "Bauhof")] * len(ids)
    again = await visitor.send_form(f"{LIST}/bulk", said | {"step": "save"})
    assert again.status_code == 303
    assert "Es wurde nichts gespeichert" in (await visitor.get(LIST)).text
    await visitor.send_form(
        f"{LIST}/bulk",
        {**said, "id": ticks((await visitor.get(f"{LIST}?responsible=Bauhof")).text), "claim": "ja", "step": "save"},
    )
    assert await claims(town, ids) == [("ja", "Bauhof")] * len(ids)
    back = undo_of((await visitor.get(LIST)).text)
    stranger = await log_in("isb", "erbach")
    assert (await stranger.send_form(back)).status_code in (403, 404)
    assert (await visitor.send_form(back)).status_code == 303
    assert await claims(town, ids) == [("teilweise", "Bauhof")] * len(ids)


async def test_odd_choices_are_refused_with_a_sentence(log_in, town) -> None:
    visitor = await log_in("isb", "michelstadt")
    assert (await visitor.send_form(f"{LIST}/bulk", {"step": "look", "claim": "ja"})).status_code == 422
    for odd in ("x", "x|y|z", "019a0000-0000-7000-8000-000000000000|OW|1", "019a0000-0000-7000-8000-000000000000|OW|99999999999"):
        assert (await visitor.send_form(f"{LIST}/bulk", {"id": odd, "step": "look", "claim": "ja"})).status_code == 404, odd
    for step in ("0", "1763800000000000", str(10**30)):
        assert (await visitor.send_form(f"{LIST}/undo/{step}")).status_code == 404
    one = ticks((await visitor.get(LIST)).text)[0]
    saved = await visitor.send_form(
        f"{LIST}/bulk", {"id": one, "step": "save", "claim": "ja", "back": "//elsewhere.example/?q=a b"}
    )
    assert saved.headers["location"].startswith(f"{LIST}?")
    assert (await visitor.get(f"{LIST}?target=odd")).status_code == 404


async def test_an_answer_is_taken_back_with_its_message_and_both_stay_in_the_history(log_in, town) -> None:
    visitor = await log_in("isb", "michelstadt")
    (target, control, _version) = ticks((await visitor.get(LIST)).text)[0].split("|")
    url = f"{BASE}/objects/{target}/{control}"
    for version, claim in (("0", "nein"), ("1", "ja")):
        await visitor.send_form(url, {"claim": claim, "version": version, "then": "stay", "reason": f"Grund {claim}"})
    page = (await visitor.get(url)).text
    assert 'data-key="u"' in page
    assert "Grund nein" in page
    done = await visitor.send_form(undo_of(page))
    assert done.headers.get("location") == url, (undo_of(page), re.sub("<[^>]+>", " ", done.text)[-900:])
    after = (await visitor.get(url)).text
    assert await claims(town, [f"{target}|{control}|0"]) == [("nein", "")]
    assert 'name="version" value="3"' in after
    assert "Grund ja" in after


async def test_behind_the_last_requirement_of_an_object_comes_the_next_open_one_anywhere(log_in, town) -> None:
    visitor = await log_in("isb", "michelstadt")
    async with town_tx({town, 0}) as tx:
        sheet = await sheets.load(tx, town, now().date())
    first, second = (x[0] for x in [x for x in sheet.objects if sheet.at(x[0])][:2])
    last = sheet.at(first)[-1].requirement.key
    url = f"{BASE}/objects/{first}/{last}"
    saved = await visitor.send_form(url, {"claim": str(Claim.JA), "version": "0", "then": "next"})
    assert saved.headers["location"] == f"{BASE}/objects/{second}/{sheet.at(second)[0].requirement.key}"
    jump = await visitor.get(f"{LIST}/next?after={first}|{last}")
    assert jump.headers["location"] == saved.headers["location"]


async def test_the_it_answers_many_as_proposals_and_a_reader_answers_nothing(log_in, town) -> None:
    it, auditor = await log_in("it_admin", "michelstadt"), await log_in("auditor", "michelstadt")
    ids = ticks((await it.get(LIST)).text)[:3]
    assert (await it.send_form(f"{LIST}/bulk", {"id": ids, "claim": "ja", "step": "save"})).status_code == 303
    assert await claims(town, ids) == [("unbearbeitet", "")] * 3
    page = await auditor.get(LIST)
    assert page.status_code == 200
    assert ticks(page.text) == []
    assert (await auditor.send_form(f"{LIST}/bulk", {"id": ids, "claim": "ja", "step": "save"})).status_code == 403


async def test_my_requirements_are_those_of_my_function_and_the_list_loads_as_a_file(log_in, town) -> None:
    visitor = await log_in("it_admin", "michelstadt")
    isb = await log_in("isb", "michelstadt")
    ids = ticks((await isb.get(LIST)).text)[:2]
    form = {"claim": "nein", "step": "save"}
    await isb.send_form(f"{LIST}/bulk", form | {"id": ids[0], "responsible": "IT-Administration"})
    await isb.send_form(f"{LIST}/bulk", form | {"id": ids[1], "responsible": "Bauhof"})
    mine = ticks((await visitor.get(f"{LIST}?mine=1")).text)
    assert [x.rpartition("|")[0] for x in mine] == [ids[0].rpartition("|")[0]]
    file = await visitor.get(f"{LIST}/export?responsible=Bauhof&format=csv")
    assert file.status_code == 200
    assert file.text.count("Bauhof") == 1


async def test_an_answer_rests_on_a_file_or_a_document_and_the_link_is_taken_off_and_had_back(log_in, town) -> None:
    visitor, reader = await log_in("isb", "michelstadt"), await log_in("auditor", "michelstadt")
    spot = ticks((await visitor.get(LIST)).text)[0].split("|")
    url = f"{BASE}/objects/{spot[0]}/{spot[1]}"
    file = {"file": ("protokoll.pdf", b"%PDF-1.7 Protokoll", "application/pdf")}
    early = await visitor.send_form(f"{url}/documents/new", {"title": "Protokoll"}, files=file)
    assert (early.status_code, "keine Antwort" in early.text) == (422, True), "a record needs an answer to rest under"
    assert (await visitor.send_form(url, {"claim": "ja", "version": "0"})).status_code == 303
    assert "Nachweis hinzufügen" in (await visitor.get(url)).text
    assert (await visitor.send_form(f"{url}/documents/new", {"title": "Leer"})).status_code == 422
    assert (await visitor.send_form(f"{url}/documents/new", {"title": "Protokoll <Mai>"}, files=file)).status_code == 303
    page = (await reader.get(url)).text
    assert "D-001 Protokoll &lt;Mai&gt;" in page
    assert "Nachweis hinzufügen" not in page
    register = (await visitor.get("/towns/michelstadt/documents")).text
    assert "Protokoll &lt;Mai&gt;" in register
    assert "freigegeben" in register
    off = re.search(r'action="([^"]+/documents/[0-9a-f-]{36}/[0-9a-f-]{36}/remove)"', (await visitor.get(url)).text)
    assert off
    assert (await reader.send_form(off[1])).status_code == 403
    assert (await visitor.send_form(off[1])).status_code == 303
    page = (await visitor.get(url)).text
    back = re.search(r'action="([^"]+/documents\?evidence=[0-9a-f-]{36})"', page)
    assert back
    assert f'<option value="{back[1].rpartition("=")[2]}"' in page
    assert (await visitor.send_form(back[1])).status_code == 303
    assert 'remove"' in (await visitor.get(url)).text
    assert (await visitor.send_form(f"{url}/documents", {"evidence": "x"})).status_code == 422


async def test_a_reason_goes_with_its_claim_and_not_to_entbehrlich(log_in, town) -> None:
    visitor = await log_in("isb", "michelstadt")
    (first, second) = ticks((await visitor.get(LIST)).text)[:2]
    target, control, _version = first.split("|")
    url = f"{BASE}/objects/{target}/{control}"
    said = {"claim": "ja", "reason": "Geprüft am Gerät.", "then": "stay"}
    await visitor.send_form(url, said | {"version": "0"})
    assert "data-stale" in (await visitor.get(url)).text
    refused = await visitor.send_form(url, said | {"claim": "entbehrlich", "version": "1"})
    assert refused.status_code == 422
    assert "gehört noch zur bisherigen Antwort" in refused.text
    assert await claims(town, [first]) == [("ja", "")]
    own = said | {"claim": "entbehrlich", "reason": "Kein WLAN im Haus.", "version": "1"}
    assert (await visitor.send_form(url, own)).status_code == 303
    page = (await visitor.get(url)).text
    assert "data-stale" not in page
    await visitor.send_form(url, own | {"claim": "ja", "version": "2"})
    target, control, _version = second.split("|")
    await visitor.send_form(f"{BASE}/objects/{target}/{control}", said | {"version": "0"})
    bulk = {"id": f"{target}|{control}|1", "step": "save", "claim": "nein"}
    assert (await visitor.send_form(f"{LIST}/bulk", bulk)).status_code == 303
    async with town_tx({town, 0}) as tx:
        sheet = await sheets.load(tx, town, now().date())
    given = [sheet.entry(UUID(x.split("|")[0]), x.split("|")[1]) for x in (first, second)]
    assert [(x.answer.claim, x.answer.reason) for x in given if x and x.answer] == [("ja", ""), ("nein", "")]
