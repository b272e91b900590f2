"""The documents register as people use it: draft, review, release by the mayor, files, answers, dates, conflict, undo."""

from __future__ import annotations

import hashlib
import html
import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from isms.assess import Claim
from isms.documents.lifecycle import Act, Edition
from isms.documents.store import documents, editions, links
from isms.sheet import Given
from isms.store import sheets
from service.audit.chain import Actor
from service.db import town_tx, uuid7
from service.settings import now
from tests.software.test_pages import rows

TOWN = "/towns/erbach"
BASE = f"{TOWN}/documents"
ISB = Actor("Test")
PDF = b"%PDF-1.7 Leitlinie"


@pytest.fixture
async def isb(towns, log_in) -> Any:
    return await log_in("isb")


async def enter(visitor: Any, **fields: Any) -> str:
    """A document by its form; answers its address."""
    given = {"number": "L-1", "title": "Leitlinie zur Informationssicherheit", "kind": "policy"} | fields
    answer = await visitor.send_form(f"{BASE}/new", given)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


async def draft(visitor: Any, url: str, **fields: Any) -> str:
    """An edition by its form; answers its address."""
    answer = await visitor.send_form(f"{url}/editions/new", {"label": "1.0", "place": "Ordner 3"} | fields)
    assert answer.status_code == 303, answer.text
    return re.findall(r'href="([^"]+/editions/[0-9a-f-]{36})/edit"', (await visitor.get(url)).text)[0]


async def test_the_mayor_releases_and_the_old_edition_is_replaced(isb, log_in) -> None:
    url = await enter(isb)
    review = (now() + timedelta(days=300)).date()
    first = await draft(isb, url, review_due=review.isoformat())
    mayor = await log_in("mayor")
    assert (await mayor.send_form(f"{first}/release")).status_code == 422, "not handed in yet"
    assert url not in (await mayor.get(TOWN)).text
    assert (await isb.send_form(f"{first}/submit")).status_code == 303
    assert (await isb.send_form(f"{first}/release")).status_code == 403, "a policy is the mayor's"
    assert "Die Freigabe steht mit Ihrem Namen" in (await mayor.get(f"{first}/release")).text
    assert (await mayor.send_form(f"{first}/release")).status_code == 303
    (row,) = rows((await isb.get(BASE)).text, "documents")
    assert row[3].startswith("1.0 gilt ab")
    assert row[4] == f"{review:%d.%m.%Y}"
    assert "L-1 Leitlinie" in (await isb.get(f"{TOWN}/calendar?kind=document")).text
    second = await draft(isb, url, label="2.0", changes="Mobiles Arbeiten")
    assert (await isb.send_form(f"{url}/editions/new", {"label": "3.0"})).status_code == 422, "one edition in work"
    assert (await isb.send_form(f"{second}/submit")).status_code == 303
    assert (await mayor.send_form(f"{second}/release")).status_code == 303
    page = (await mayor.get(url)).text
    assert [one[0].split()[0] for one in rows(page, "editions")] == ["2.0", "1.0"]
    assert [one[5] for one in rows(page, "editions")] == ["freigegeben", "ersetzt"]
    assert "Fassung freigegeben" in page
    assert (await mayor.send_form(f"{second}/withdraw")).status_code == 303
    assert rows((await isb.get(BASE)).text, "documents")[0][5] == "ersetzt"


async def test_what_waits_for_the_mayor_stands_on_the_start_page_and_what_holds_is_found(isb, log_in) -> None:
    url, record = await enter(isb), await enter(isb, number="N-1", title="Niederschrift Leitlinie", kind="minutes")
    for one in (url, record):
        await isb.send_form(f"{await draft(isb, one)}/submit")
    mayor, staff = await log_in("mayor"), await log_in("hr_training")
    page = html.unescape((await mayor.get(TOWN)).text)
    assert f'<a href="{url}">Dokument freigeben oder zurückgeben: Leitlinie zur Informationssicherheit, Fassung 1.0</a>' in page
    assert "Entscheidung: 1 Punkt braucht Ihre Antwort." in page
    assert "Zu entscheiden (1)" in page, "the record waits for the security officer"
    search = f"{TOWN}/search?q=leitlinie"
    assert "Nichts gefunden." in (await staff.get(search)).text, "not released yet"
    (edition,) = re.findall(r'href="([^"]+/editions/[0-9a-f-]{36})/release"', (await mayor.get(url)).text)
    assert (await mayor.send_form(f"{edition}/release")).status_code == 303
    assert url not in (await mayor.get(TOWN)).text
    for visitor in (mayor, staff, isb):
        page = (await visitor.get(search)).text.split("<main")[1]
        assert f'href="{url}">L-1 Leitlinie zur Informationssicherheit (Leitlinie, Fassung 1.0)' in page
        assert f'href="{record}"' not in page
    assert url not in (await (await log_in("isb", "michelstadt")).get("/towns/michelstadt/search?q=leitlinie")).text
    assert (await (await log_in("staff_council")).get(search)).status_code == 403


async def test_a_template_of_another_town_becomes_a_draft_that_names_its_source(isb, log_in) -> None:
    there = await log_in("it_admin", "michelstadt")
    given = {"kind": "policy", "title": "Mobiles Arbeiten: Regeln", "text": "Nur mit VPN.", "version": "0"}
    theirs = (await there.send_form("/towns/michelstadt/templates/new", given, files={"x": ("", b"")})).headers["location"]
    key = theirs.rpartition("/")[2]
    url = f"{BASE}/from-template/{key}"
    assert (await isb.get(url)).status_code == 404, "not shared"
    await there.send_form(f"{theirs}/share")
    assert f'href="{url}"' in (await isb.get(f"{TOWN}/templates/others/{key}")).text
    assert url not in (await (await log_in("mayor")).get(f"{TOWN}/templates/others/{key}")).text
    source = "Übernommen aus der Vorlage „Mobiles Arbeiten: Regeln“ (Michelstadt, Fassung 1)."
    form = html.unescape((await isb.get(url)).text)
    assert source in form
    assert 'value="Mobiles Arbeiten: Regeln"' in form
    fields = {"number": "", "title": "Mobiles Arbeiten", "kind": "guideline", "note": "Bleibt stehen"}
    refused = await isb.send_form(url, fields)
    assert refused.status_code == 422
    assert "Bleibt stehen" in refused.text
    assert f'action="{url}"' in refused.text
    made = (await isb.send_form(url, fields | {"number": "R-7"})).headers["location"]
    await there.send_form(f"{theirs}/unshare")
    page = html.unescape((await isb.get(made)).text)
    (row,) = rows(page, "editions")
    assert row[0].endswith(source)
    assert row[5] == "Entwurf"
    assert "Vorlage als Entwurf übernommen" in page
    (file,) = re.findall(r'href="([^"]+/file)">Mobiles Arbeiten_ Regeln.txt<', page)
    assert (await isb.get(file)).text == "Nur mit VPN."


async def test_a_file_has_its_checksum_and_confidential_ones_open_to_few(isb, log_in, towns) -> None:
    url = await enter(isb, confidentiality="confidential")
    town, key = towns["erbach"], UUID(url.rpartition("/")[2])
    async with town_tx({town}, town) as tx:
        made = await editions.save(tx, town, Edition(uuid7(), key, "1.0"), ("Leitlinie.pdf", "pdf", PDF), ISB, now())
    assert hashlib.sha256(PDF).hexdigest() in (await isb.get(url)).text
    answer = await isb.get(f"{url}/editions/{made}/file")
    assert answer.content == PDF
    assert "attachment" in answer.headers["content-disposition"]
    admin = await log_in("it_admin")
    assert (await admin.get(f"{url}/editions/{made}/file")).status_code == 403
    assert "Leitlinie.pdf" not in (await admin.get(url)).text


async def test_the_database_itself_holds_one_released_edition(towns) -> None:
    town = towns["erbach"]
    async with town_tx({town}, town) as tx:
        key = await documents.save(tx, town, documents.Document(uuid7(), "D-1", "Plan", "plan"), ISB, now())
        for label in ("1.0", "2.0"):
            made = await editions.save(tx, town, Edition(uuid7(), key, label, place="Ordner"), None, ISB, now())
            for step in (Act.SUBMIT, Act.RELEASE):
                await editions.act(tx, town, key, made, step, ISB, now())
        (entry,) = await documents.released(tx, town)
        assert entry.released is not None
        assert entry.released.label == "2.0"
        with pytest.raises(asyncpg.UniqueViolationError):
            async with tx.connection.transaction():
                await tx.connection.execute("update document_edition set state = 'released' where document_id = $1", key)


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"number": ""}, "ein Kennzeichen"),
        ({"number": "x" * 41}, "höchstens 40 Zeichen"),
        ({"title": ""}, "einen Titel"),
        ({"kind": "mond"}, "Diese Auswahl gibt es nicht."),
        ({"number": "l-1"}, "Dieses Kennzeichen hat schon"),
    ],
)
async def test_what_cannot_be_meant_is_said_and_nothing_typed_is_lost(isb, fields, text: str) -> None:
    await enter(isb)
    given = {"number": "L-2", "title": "A", "kind": "plan", "note": "Bleibt stehen"} | fields
    answer = await isb.send_form(f"{BASE}/new", given)
    assert answer.status_code == 422
    assert text in html.unescape(answer.text)
    assert "Bleibt stehen" in answer.text


async def test_two_people_see_both_versions_and_a_deleted_document_comes_back(isb) -> None:
    url = await enter(isb)
    given = {"number": "L-1", "title": "Neu", "kind": "policy", "version": "1"}
    assert (await isb.send_form(f"{url}/edit", given)).status_code == 303
    late = await isb.send_form(f"{url}/edit", given | {"title": "Andere"})
    assert late.status_code == 409
    assert "Neu" in late.text
    assert 'value="Andere"' in late.text
    edition = await draft(isb, url)
    assert (await isb.send_form(f"{edition}/edit", {"label": "1.1", "version": "1"})).status_code == 303
    assert (await isb.send_form(f"{edition}/edit", {"label": "1.2", "version": "1"})).status_code == 409
    assert (await isb.send_form(f"{url}/delete")).status_code == 303
    assert (await isb.get(url)).status_code == 404
    assert (await isb.send_form(f"{url}/restore")).status_code == 303
    page = html.unescape((await isb.get(url)).text)
    assert "Entwurf geändert" in page
    assert "Leitlinie zur Informationssicherheit" in page[page.index("Verlauf") :]


async def test_a_planned_document_is_overdue_after_its_day(isb) -> None:
    await enter(
        isb, number="S-1", title="Cloud-Strategie", kind="concept", planned_by=(now() - timedelta(days=3)).date().isoformat()
    )
    await enter(isb)
    page = (await isb.get(f"{BASE}?late=1")).text
    assert [row[0] for row in rows(page, "documents")] == ["Cloud-Strategie S-1"]
    assert "1 Dokument ist überfällig." in page
    sheet = (await isb.get(f"{BASE}/export?format=csv&late=1")).content.decode("utf-8-sig").splitlines()
    assert len(sheet) == 2
    assert sheet[1].startswith("S-1;Cloud-Strategie;Konzept;")


async def test_an_answer_rests_on_a_document_and_the_link_comes_back(isb, towns) -> None:
    url, town = await enter(isb), towns["erbach"]
    async with town_tx({town, 0}, town) as tx:
        await sheets.take_over(tx, town, ISB, now())
        where = (await sheets.load(tx, town, now().date())).entries[0]
        answer = Given(Claim.JA, "Ordner 3", "", None, "", "own", 0, "Test", now())
        await sheets.answer(tx, town, where.target, where.requirement.key, answer, ISB)
    wrong = await isb.send_form(f"{url}/links", {"target": str(where.target), "control": "gibt es nicht"})
    assert wrong.status_code == 422
    assert "gibt es an diesem Zielobjekt keine Antwort" in html.unescape(wrong.text)
    assert 'value="gibt es nicht"' in wrong.text
    given = {"target": str(where.target), "control": where.requirement.label}
    assert (await isb.send_form(f"{url}/links", given)).status_code == 303
    (row,) = rows((await isb.get(url)).text, "links")
    assert row[1] == where.target_name
    async with town_tx({town}, town) as tx:
        assert list(await links.of_answers(tx, town)) == [(where.target, where.requirement.key)]
        (one,) = await links.linked(tx, town, UUID(url.rpartition("/")[2]))
    assert (await isb.send_form(f"{url}/links/{one.id}/remove")).status_code == 303
    assert "Noch keine." in (await isb.get(url)).text
    back = f"{url}/links/{where.target}/restore?control={where.requirement.key}"
    assert (await isb.send_form(back)).status_code == 303
    assert len(rows((await isb.get(url)).text, "links")) == 1
