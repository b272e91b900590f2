"""Threats at objects and hazards at sites over HTTP and a real database: decide, undo, clash, cover by a risk, export."""

from __future__ import annotations

import re
from io import BytesIO
from uuid import UUID

import pytest
from openpyxl import load_workbook

from isms.threats.relevance import State
from isms.threats.store.lines import of_objects, of_sites
from service.audit.chain import Actor
from service.db import town_tx
from service.inventory.store import sites
from service.objects import store as objects
from service.settings import now
from tests.visitor import Visitor

BASE = "/towns/erbach"
RISKS = f"{BASE}/risks"
BY = Actor("Test")


@pytest.fixture
async def room(towns) -> UUID:
    """The server room of the standard structure."""
    async with town_tx({towns["erbach"]}, towns["erbach"]) as tx:
        await objects.add_standard(tx, towns["erbach"], BY, now())
        return next(x.id for x in await objects.targets(tx, towns["erbach"]) if x.name == "Serverraum")


@pytest.fixture
async def hall(towns) -> UUID:
    """A town hall in the flood zone with its server room in the cellar."""
    facts = {"server_room": "Keller", "hazards": ["flood", "cellar"], "emergency_power": "none"}
    async with town_tx({towns["erbach"]}, towns["erbach"]) as tx:
        return await sites.put(tx, towns["erbach"], "Rathaus", by=BY, now=now(), kind="Rathaus", facts=facts)


def picks(page: str) -> dict[str, str]:
    """Key → what the checkbox of that line sends."""
    found = re.findall(r'name="id" value="([^"]+)"', page)
    return {x.split("|")[1]: x for x in found}


async def states(town: int, room: UUID) -> dict[str, State]:
    async with town_tx({town}) as tx:
        return next({x.key: x.state for x in lines} for item, lines in await of_objects(tx, town) if item.id == room)


async def decide(visitor: Visitor, url: str, ids: list[str], act: str, reason: str = "") -> tuple[int, str]:
    answer = await visitor.send_form(url, {"id": ids, "act": act, "reason": reason})
    return answer.status_code, answer.text


async def test_threats_are_decided_together_taken_back_and_kept_in_the_history(log_in, towns, room) -> None:
    visitor, url = await log_in("isb", "erbach"), f"{RISKS}/threats/{room}"
    page = (await visitor.get(url)).text
    assert "Kategorie „Serverräume“" in page
    assert "Art „Raum“" in page
    assert "G 0.39" not in page
    assert "G 0.39" in (await visitor.get(f"{url}?show=all")).text
    mine = picks(page)
    status, text = await decide(visitor, url, [mine["G 0.3"]], "no")
    assert status == 422
    assert "begründen" in text
    assert (await decide(visitor, url, [mine["G 0.1"], mine["G 0.3"]], "yes"))[0] == 303
    assert (await states(towns["erbach"], room))["G 0.3"] is State.UNCOVERED
    again = picks((await visitor.get(url)).text)
    done = await visitor.send_form(url, {"id": [again["G 0.3"]], "act": "no", "reason": "Zweiter Stock"})
    assert (await states(towns["erbach"], room))["G 0.3"] is State.IRRELEVANT
    assert done.status_code == 303
    undo = re.search(r'action="(/towns/erbach/risks/threats/[^"]+/undo/[^"]+)"', (await visitor.get(url)).text)
    assert undo
    assert (await visitor.send_form(undo[1], {})).status_code == 303
    assert (await states(towns["erbach"], room))["G 0.3"] is State.UNCOVERED
    page = (await visitor.get(url)).text
    assert "Zweiter Stock" in page, "the history keeps what was taken back"
    assert (await visitor.send_form(undo[1], {})).status_code == 404


async def test_whoever_decides_on_an_old_page_sees_both_and_nothing_is_kept(log_in, towns, room) -> None:
    visitor, url = await log_in("isb", "erbach"), f"{RISKS}/threats/{room}"
    old = picks((await visitor.get(url)).text)
    assert (await decide(visitor, url, [old["G 0.1"]], "yes"))[0] == 303
    status, text = await decide(visitor, url, [old["G 0.2"], old["G 0.1"]], "no", "Doch nicht")
    assert status == 409
    assert "Jemand war schneller" in text
    assert "Doch nicht" in text
    found = await states(towns["erbach"], room)
    assert (found["G 0.1"], found["G 0.2"]) == (State.UNCOVERED, State.OPEN)


async def test_a_risk_made_from_a_threat_covers_it(log_in, towns, room) -> None:
    visitor, url = await log_in("isb", "erbach"), f"{RISKS}/threats/{room}"
    page = (await visitor.get(url)).text
    link = re.search(r'href="([^"]+threat=G%200\.3)"', page)
    assert link
    form = (await visitor.get(link[1].replace("&amp;", "&"))).text
    assert 'value="Wasser: Serverraum"' in form
    assert re.search(rf'value="{room}"[^>]*checked', form)
    fields = {
        "title": "Wasser: Serverraum", "kind": "analog", "threats": ["G 0.3"], "targets": [str(room)], "frequency": "selten",
        "damage": "begrenzt", "priority_set": "0", "version": "0",
    }  # fmt: skip
    assert (await visitor.send_form(f"{RISKS}/new", fields)).status_code == 303
    assert (await states(towns["erbach"], room))["G 0.3"] is State.COVERED
    mine = picks((await visitor.get(url)).text)
    assert (await decide(visitor, url, [mine["G 0.3"]], "no", "Kein Wasser"))[0] == 303
    assert (await states(towns["erbach"], room))["G 0.3"] is State.CLASHING
    book = load_workbook(BytesIO((await visitor.get(f"{RISKS}/threats/export")).content), read_only=True)
    rows = [[x.value for x in row] for row in book.worksheets[0].iter_rows()]
    assert any(row[0] == "Serverraum" and row[1] == "G 0.3" and "R-001" in str(row[6]) for row in rows)


async def test_hazards_of_a_site_become_risks_with_everything_known(log_in, towns, hall) -> None:
    visitor, url = await log_in("isb", "erbach"), f"{RISKS}/sites"
    page = (await visitor.get(url)).text
    assert "Hochwasserzone" in page
    assert "kein Notstrom" in page
    mine = picks(page)
    assert {"river_flood", "power_long", "hardware"} <= set(mine)
    assert (await decide(visitor, f"{url}?kind=analog", [mine["fire"]], "no", "Neue Brandmeldeanlage"))[0] == 303
    form = (await visitor.get(f"{RISKS}/new?site={hall}&hazard=river_flood")).text
    assert 'value="Flusshochwasser: Rathaus"' in form
    fields = {
        "title": "Flusshochwasser: Rathaus", "kind": "analog", "threats": ["G 0.3"], "sites": [str(hall)],
        "hazard": "river_flood", "frequency": "mittel", "damage": "beträchtlich", "priority_set": "0", "version": "0",
    }  # fmt: skip
    made = await visitor.send_form(f"{RISKS}/new", fields)
    assert "Rathaus" in (await visitor.get(made.headers["location"])).text
    assert (await visitor.send_form(f"{RISKS}/new", fields | {"hazard": "gibtesnicht"})).status_code == 422
    assert (await visitor.send_form(f"{RISKS}/new", fields | {"sites": [str(UUID(int=7))]})).status_code == 422
    async with town_tx({towns["erbach"]}) as tx:
        found = {x.key: x.state for x in await of_sites(tx, towns["erbach"])}
    assert found["river_flood"] is State.COVERED
    assert found["fire"] is State.IRRELEVANT
    assert found["power_long"] is State.OPEN
    assert "river_flood" not in picks((await visitor.get(f"{url}?state=open")).text)
    assert (await visitor.get(f"{url}/export?format=csv")).text.count("\r\nRathaus;") == len(found)


async def test_only_the_officer_decides_and_only_about_what_is_there(log_in, towns, room, hall) -> None:
    officer, mayor = await log_in("isb", "erbach"), await log_in("mayor", "erbach")
    page = (await mayor.get(f"{RISKS}/threats/{room}")).text
    assert 'name="act"' not in page
    assert (await mayor.send_form(f"{RISKS}/sites", {"act": "yes"})).status_code == 403
    assert (await officer.send_form(f"{RISKS}/threats/{room}", {"id": [f"{hall}|G 0.1|"], "act": "yes"})).status_code == 404
    assert (await officer.send_form(f"{RISKS}/sites", {"id": [f"{hall}|ransomware|"], "act": "yes"})).status_code == 404
    assert (await officer.send_form(f"{RISKS}/sites", {"id": ["Unsinn"], "act": "yes"})).status_code == 404
    assert (await officer.send_form(f"{RISKS}/sites", {"act": "yes"})).status_code == 422
