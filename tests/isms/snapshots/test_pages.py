"""The pages „Prüfstände“ in a real application, the worker's task, the command, and who may do what."""

from __future__ import annotations

import io
import subprocess
from dataclasses import replace

import openpyxl
import pikepdf
import pytest

from isms.sheet import Sheet
from isms.snapshots import work
from isms.snapshots.gathered import Gathered
from isms.snapshots.pages import documents
from isms.snapshots.pages.drawing import Drawings
from isms.snapshots.parts import Part
from isms.snapshots.render import csv_file, document
from isms.snapshots.store import states
from isms.snapshots.verify import check
from isms.store import sheets
from service.audit.chain import Actor
from service.auth import towns as towns_of
from service.auth.people import TownRef
from service.cli import main, reference
from service.db import town_tx
from service.demo import snapshots
from service.demo.people import ALL
from service.errors import Wrong
from service.jobs.queue import Job
from service.pdf import render
from service.settings import now
from service.worker.snapshots import freeze
from tests.isms import stock

BASE = "/towns/michelstadt/snapshots"
ISB = Actor("Mira Sanddorn <isb@erbach.example>")


@pytest.fixture
async def town(towns):
    number = towns["michelstadt"]
    async with town_tx({number, 0}, number) as tx:
        await sheets.take_over(tx, number, ISB, now())
        await stock.network(tx, number, "10.62.20.0/24", "client")
        await stock.device(tx, number, "nb-1", "notebook", "10.62.20.11")
    return number


async def frozen(town: int) -> states.State:
    return await states.freeze(town, "Prüfung", ISB, now())


async def test_a_state_is_asked_for_frozen_by_the_worker_and_shown_with_its_documents(log_in, town) -> None:
    visitor = await log_in("isb", "michelstadt")
    assert "Noch kein Prüfstand festgehalten." in (await visitor.get(BASE)).text
    answer = await visitor.send_form(BASE, {"occasion": "Prüfung  im Frühjahr"})
    assert answer.status_code == 303
    async with town_tx({town}) as tx:
        run = await tx.connection.fetchrow("select id, args from run where town_id = $1 and task = 'snapshot.freeze'", town)
    assert str(run["id"]) in answer.headers["location"]
    job = Job(town, run["id"], {"occasion": "Prüfung im Frühjahr"}, ISB.name)
    result = await freeze(job)
    page = (await visitor.get(result.values["url"])).text
    assert f"Prüfstand MIC-{now().year}-001" in page
    assert "Alle Dokumente wurden eben nachgerechnet" in page
    for key in ("A.0", "A.3", "A.6"):
        shown = await visitor.get(f"{result.values['url']}/{key}")
        assert shown.status_code == 200, key
        assert f"MIC-{now().year}-001" in shown.text
    assert "Prüfung im Frühjahr" in (await visitor.get(BASE)).text


async def test_the_mayor_releases_once_and_nobody_else_may(log_in, town) -> None:
    state = await frozen(town)
    url = f"{BASE}/{state.id}"
    isb, mayor, auditor = [await log_in(x, "michelstadt") for x in ("isb", "mayor", "auditor")]
    assert f"{url}/release" not in (await isb.get(url)).text
    assert (await isb.get(f"{url}/release")).status_code == 403
    assert (await auditor.get(url)).status_code == 200
    assert (await auditor.send_form(BASE, {"occasion": ""})).status_code == 403
    assert f"{url}/release" in (await mayor.get(url)).text
    assert f'href="{url}/release"' in (await mayor.get("/towns/michelstadt")).text
    assert "lässt sich nicht zurücknehmen" in (await mayor.get(f"{url}/release")).text
    assert (await mayor.send_form(f"{url}/release", {"remark": "Gelesen."})).status_code == 303
    assert "Gelesen." in (await auditor.get(url)).text
    assert "/release" not in (await mayor.get("/towns/michelstadt")).text
    again = await mayor.send_form(f"{url}/release", {"remark": ""})
    assert again.status_code == 422
    assert (await mayor.get(f"{url}/release")).status_code == 404


async def test_files_are_the_sealed_bytes_and_stay_the_same(log_in, town) -> None:
    state = await frozen(town)
    visitor = await log_in("auditor", "michelstadt")
    async with town_tx({town}) as tx:
        files = await states.contents(tx, town, state.id)
    assert (await visitor.get(f"{BASE}/{state.id}/A.1/files/json")).content == files["A.1"]
    for name in ("A.1/pdf", "A.4/files/csv", "files/package"):
        first, second = [(await visitor.get(f"{BASE}/{state.id}/{name}")).content for _ in range(2)]
        assert first == second
        assert first
    assert (await visitor.get(f"{BASE}/{state.id}/A.9")).status_code == 404


async def test_a_large_paper_answers_at_once_and_comes_when_it_is_drawn(log_in, town, monkeypatch) -> None:
    state = await frozen(town)
    visitor = await log_in("auditor", "michelstadt")
    url = f"{BASE}/{state.id}/A.4/pdf"
    monkeypatch.setattr(documents, "DRAWINGS", Drawings(patience=0.0))
    first = await visitor.get(url)
    assert (first.status_code, first.headers["refresh"]) == (202, "3")
    assert "Das PDF wird gezeichnet" in first.text
    monkeypatch.setattr(documents.DRAWINGS, "patience", 60.0)
    assert (await visitor.get(url)).content.startswith(b"%PDF")
    monkeypatch.setattr(documents.DRAWINGS, "patience", 0.0)
    assert (await visitor.get(url)).status_code == 200, "drawn once, kept"


async def test_two_states_are_compared_on_a_page_and_in_a_file(log_in, town) -> None:
    first = await frozen(town)
    async with town_tx({town}, town) as tx:
        await stock.device(tx, town, "nb-neu", "notebook", "10.62.20.12")
    second = await frozen(town)
    visitor = await log_in("isb", "michelstadt")
    query = f"before={first.id}&after={second.id}"
    page = (await visitor.get(f"{BASE}/compare?{query}")).text
    assert "nb-neu" in page
    assert "1 neu, 0 weggefallen" in page
    data = (await visitor.get(f"{BASE}/compare/export?{query}")).content
    rows = list(openpyxl.load_workbook(io.BytesIO(data)).active.values)
    assert any("nb-neu" in str(x) for row in rows[1:] for x in row)
    assert "Keine Unterschiede" in (await visitor.get(f"{BASE}/compare?before={first.id}&after={first.id}")).text
    assert (await visitor.get(f"{BASE}/compare?before=x&after=y")).status_code == 404


async def test_another_town_finds_no_state_of_this_one(log_in, town) -> None:
    state = await frozen(town)
    other = await log_in("isb", "erbach")
    for name in ("", "/A.1", "/files/package", "/A.1/pdf"):
        assert (await other.get(f"/towns/erbach/snapshots/{state.id}{name}")).status_code == 404
    assert state.number not in (await other.get("/towns/erbach/snapshots")).text


async def test_the_command_names_the_first_document_that_differs(town, tmp_path, capsys) -> None:
    state = await frozen(town)
    async with town_tx({town}) as tx:
        files = await states.contents(tx, town, state.id)
    good, bad = tmp_path / "gut.zip", tmp_path / "schlecht.zip"
    good.write_bytes(states.bundle(state, files))
    changed = files | {"A.2": files["A.2"] + b" ", "A.5": b"{}"}
    bad.write_bytes(states.bundle(state, changed))
    assert check("gut", good.read_bytes()).good
    assert main(["snapshot", "verify", str(good)]) == 0
    assert state.seal in capsys.readouterr().out
    assert main(["snapshot", "verify", str(good), str(bad)]) == 1
    assert "A.2.json" in capsys.readouterr().err


async def test_the_report_command_writes_a_document_of_a_state_by_its_number_and_the_newest_without_one(town) -> None:
    first = await frozen(town)
    async with town_tx({town}, town) as tx:
        await towns_of.set_settings(tx, town, short="MI")
        await stock.device(tx, town, "nb-neu", "notebook", "10.62.20.12")
    second = await frozen(town)
    assert second.number == f"MI-{now().year}-001"
    async with town_tx({town}) as tx:
        files = [await states.contents(tx, town, x.id) for x in (first, second)]
    part = reference.part_of("a1")
    for asked, content in ((first.number.lower(), files[0]), (str(first.id), files[0]), (None, files[1])):
        paper, one, data = await reference.gather("michelstadt", part, asked)
        assert data == content["A.1"]
        assert paper.title == "A.1 Strukturanalyse"
        assert reference.written(".json", one, data) == data
        assert reference.written(".csv", one, data) == csv_file(one)
        assert reference.written(".pdf", one, data) is None
    with pytest.raises(Wrong, match="Es gibt A0 Leit"):
        reference.part_of("B1")
    with pytest.raises(Wrong, match=first.number):
        await reference.gather("michelstadt", part, "MIC-1999-001")


async def test_the_demonstration_holds_a_released_state_and_a_newer_one_in_each_town(towns) -> None:
    actors = {key: Actor(name) for key, name in (("isb", "Mira Sanddorn"), *((f"mayor_{x}", x) for x in ALL))}
    known = {slug: TownRef(towns[slug], slug, slug.title()) for slug in ALL}
    assert await snapshots.fill(known, actors, now()) == 8
    for slug in ALL:
        async with town_tx({towns[slug]}) as tx:
            found = await states.states(tx, towns[slug])
        assert [(x.serial, x.release is not None) for x in found] == [(2, False), (1, True)]


@pytest.mark.system("pdftotext")
def test_paper_breaks_no_day_and_no_amount_and_tells_what_stands_behind_a_line() -> None:
    """Every word with a digit of a wide table stands whole in its cell, whatever else is long."""
    plan = {
        "id": 1, "number": "M-005 des Verbunds", "title": "Wiederherstellungsdokumentation " * 3, "state": "vorgeschlagen",
        "priority": "kritisch", "owner": "IT-Administration", "due": "2027-02-20", "once": "13492,00", "yearly": "3492,00",
        "days": 12, "budget": "2027 nicht gesichert", "acceptance": "zurückgezogen", "scope": "alle Zielobjekte",
        "until": "2027-03-21", "withdrawn": "2026-11-20: Fehler", "controls": "OW-ORG-01, OW-ORG-09",
    }  # fmt: skip
    answer = {
        "id": 1, "object": "Sicherheitsrichtlinien", "control": "ARCH.2.2.3", "title": "Protokollierungsdaten", "state": "ja",
        "origin": "Maßnahme M-005 des Verbunds", "due": "2027-02-20", "answered": "2026-11-21", "reason": "Seit März.",
        "document": "Akte 7", "edition": "Grundcheck", "responsible": "Informationssicherheitsbeauftragte",
    }  # fmt: skip
    danger = {"id": 1, "place": "Rathaus", "key": "G 0.3", "title": "Wasser", "state": "trifft nicht zu", "reason": "im 2. Stock"}
    given = Gathered("Erbach", now(), Sheet(()))
    for part, rows, told in (
        (work.plan(given), {"measures": plan}, ("20.02.2027", "13.492,00", "21.03.2027", "OW-ORG-09", "20.11.2026:")),
        (work.check(given), {"answers": answer}, ("20.02.2027", "21.11.2026", "ARCH.2.2.3", "Seit März.", "Akte 7")),
        (work.risks(given), {"threats": danger, "hazards": danger}, ("trifft nicht zu", "im 2. Stock")),
    ):
        full = Part(part.key, tuple(replace(x, rows=(rows[x.key],)) if x.key in rows else x for x in part.sections))
        drawn = render(document(full, number="ERB-2026-001", town="Erbach", at=now(), seal="a" * 64, digest="b" * 64))
        with pikepdf.open(io.BytesIO(drawn)) as file:
            left, low, right, top = file.pages[0].mediabox
            assert right - left > top - low
        words = subprocess.run(["pdftotext", "-layout", "-", "-"], input=drawn, capture_output=True, check=True).stdout.decode()
        for text in told:
            assert text in words, (part.key, text)
