"""Audits as people use them: plan, sample, checklist with its reasons, findings, measure, re-check, report, dates."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from isms.assess import Claim
from isms.audits import plan
from isms.audits.store import audits as store
from isms.sheet import Given
from isms.store import measures, sheets
from service.audit.chain import Actor
from service.db import town_tx
from service.inventory.store import sites
from service.settings import now
from tests.software.test_pages import rows

TOWN = "/towns/erbach"
BASE = f"{TOWN}/audits"
ISB = Actor("Test")


def day(ahead: int) -> str:
    return (now() + timedelta(days=ahead)).date().isoformat()


@pytest.fixture
async def isb(towns, log_in) -> Any:
    return await log_in("isb")


async def audit(visitor: Any, **fields: Any) -> str:
    """An audit by its form; answers its address."""
    given = {"title": "Internes Audit Netz", "kind": "internal", "planned_on": day(10), "lead": "ISB"} | fields
    answer = await visitor.send_form(f"{BASE}/new", given)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


async def finding(visitor: Any, url: str, **fields: Any) -> str:
    """A finding by its form; answers its address."""
    given = {"weight": "severe", "title": "Sicherung nie geprüft", "due": day(30), "responsible": "IT-Abteilung"} | fields
    answer = await visitor.send_form(f"{url}/findings/new", given)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


async def checked(town: int) -> Any:
    """Two answered requirements (one entbehrlich) and one that was taken away; answers the entries."""
    async with town_tx({town, 0}, town) as tx:
        await sheets.take_over(tx, town, ISB, now())
        yes, waived, gone = (await sheets.load(tx, town, now().date())).entries[:3]
        for entry, claim, reason in ((yes, Claim.JA, "Ordner 3"), (waived, Claim.ENTBEHRLICH, "Gibt es hier nicht.")):
            given = Given(claim, reason, "", None, "", "own", 0, "Test", now())
            await sheets.answer(tx, town, entry.target, entry.requirement.key, given, ISB)
        await sheets.remove(tx, town, gone.target, gone.requirement.key, "Ohne Belang", ISB, now())
    return yes, waived, gone


async def test_a_sample_is_drawn_recorded_and_may_be_chosen_by_hand_with_a_reason(isb, towns, log_in) -> None:
    town = towns["erbach"]
    async with town_tx({town}, town) as tx:
        for number in range(17):
            await sites.put(tx, town, f"Standort {number}", by=ISB, now=now())
    url = await audit(isb)
    assert "Als Stichprobe genügen 5 Standorte" in html.unescape((await isb.get(url)).text)
    auditor = await log_in("auditor")
    assert (await auditor.send_form(f"{url}/sample")).status_code == 303
    key = UUID(url.rpartition("/")[2])
    async with town_tx({town}) as tx:
        (drawn,) = await store.samples(tx, town, key)
    assert len(drawn.population) == 17
    assert drawn.chosen == set(plan.draw((x for x, _name in drawn.population), drawn.seed))
    page = html.unescape((await isb.get(url)).text)
    assert drawn.seed in page
    assert all(f"<li>{name}</li>" in page for name in drawn.names)
    one = str(drawn.population[0][0])
    bare = await isb.send_form(f"{url}/sample/hand", {"sites": one})
    assert bare.status_code == 422
    assert "Bitte begründen Sie, warum Sie die Standorte selbst wählen." in html.unescape(bare.text)
    assert f'value="{one}" checked' in bare.text
    assert (await isb.send_form(f"{url}/sample/hand", {"sites": one, "reason": "Umbau der anderen"})).status_code == 303
    async with town_tx({town}) as tx:
        hand, before = await store.samples(tx, town, key)
    assert (len(hand.chosen), hand.reason, before) == (1, "Umbau der anderen", drawn)


async def test_the_checklist_has_reasons_as_lists_and_keeps_what_was_seen(isb, towns, log_in) -> None:
    yes, waived, gone = await checked(towns["erbach"])
    url = await audit(isb)
    for name, entry, reason in (("waived", waived, "Gibt es hier nicht."), ("removed", gone, "Ohne Belang")):
        (row,) = rows((await isb.get(f"{url}/checklist?list={name}")).text, "checklist")
        assert entry.requirement.label in " ".join(row)
        assert reason in " ".join(row)
    auditor = await log_in("auditor")
    line = f"{yes.target}:{yes.requirement.key}"
    assert (
        await auditor.send_form(f"{url}/checklist", {"id": line, "result": "differs", "note": "Ordner leer"})
    ).status_code == 303
    (row,) = rows((await auditor.get(f"{url}/checklist?list=differs")).text, "checklist")
    assert "stimmt nicht" in row[-1]
    assert "Ordner leer" in row[-1]
    sheet = (await isb.get(f"{url}/checklist/export?format=csv&list=waived")).content.decode("utf-8-sig").splitlines()
    assert len(sheet) == 2
    assert "Gibt es hier nicht." in sheet[1]
    assert (await auditor.send_form(f"{url}/checklist", {"id": line, "result": ""})).status_code == 303
    assert "In dieser Liste steht keine Anforderung." in (await auditor.get(f"{url}/checklist?list=differs")).text
    strange = await auditor.send_form(f"{url}/checklist", {"id": f"{yes.target}:gibtesnicht", "result": "agrees"})
    assert strange.status_code == 422
    limited = await audit(isb, scope_objects=str(yes.target))
    targets = {row[2] for row in rows((await isb.get(f"{limited}/checklist")).text, "checklist")}
    assert targets == {yes.target_name}


async def test_a_finding_becomes_a_measure_and_is_closed_by_its_recheck(isb, towns, log_in) -> None:
    yes, _waived, _gone = await checked(towns["erbach"])
    url = await audit(isb)
    auditor = await log_in("auditor")
    page = (await auditor.get(f"{url}/findings/new?line={yes.target}:{yes.requirement.key}")).text
    assert f'value="{yes.requirement.key}"' in page
    control = {"target": str(yes.target), "control": yes.requirement.label, "recheck_on": day(40)}
    one = await finding(auditor, url, **control)
    assert (await auditor.send_form(f"{one}/measure")).status_code == 403, "measures are the security officer's"
    assert (await isb.send_form(f"{one}/measure")).status_code == 303
    assert (await isb.send_form(f"{one}/measure")).status_code == 422, "one is enough"
    async with town_tx({towns["erbach"]}) as tx:
        (made,) = await measures.measures(tx, towns["erbach"])
    assert made.title == "Beheben: Sicherung nie geprüft"
    assert (made.controls, made.owner, made.due and made.due.isoformat()) == ((yes.requirement.key,), "IT-Abteilung", day(30))
    calendar = html.unescape((await isb.get(f"{TOWN}/calendar")).text)
    assert "PR-001/1 Sicherung nie geprüft" in calendar
    assert "PR-001 Internes Audit Netz" in calendar
    bare = await auditor.send_form(f"{one}/recheck", {"version": "2", "result": "partly", "note": "Erst ein Server"})
    assert bare.status_code == 422
    assert "Erst ein Server" in bare.text
    again = {"version": "2", "result": "partly", "note": "Erst ein Server", "again": day(60)}
    assert (await auditor.send_form(f"{one}/recheck", again)).status_code == 303
    assert (await auditor.send_form(f"{one}/recheck", again)).status_code == 409, "somebody was faster"
    done = {"version": "3", "result": "fixed", "note": "Protokoll gesehen"}
    assert (await auditor.send_form(f"{one}/recheck", done)).status_code == 303
    (row,) = rows((await isb.get(url)).text, "findings")
    assert row[-1] == "erledigt"
    assert "nachgeprüft" in (await isb.get(one)).text
    assert "PR-001/1" not in (await isb.get(f"{TOWN}/calendar")).text


async def test_an_audit_is_finished_with_a_result_and_its_findings_stand_fast(isb, log_in) -> None:
    url = await audit(isb)
    one = await finding(isb, url)

    async def step(name: str, version: int) -> Any:
        return await isb.send_form(f"{url}/steps/{name}", {"version": str(version)})

    assert (await step("begin", 1)).status_code == 303
    refused = await step("finish", 2)
    assert refused.status_code == 422
    assert "Zum Abschluss fehlt das Ergebnis in Kürze." in refused.text
    told = {"title": "Internes Audit Netz", "kind": "internal", "planned_on": day(10), "result": "Eine Lücke.", "version": "2"}
    assert (await isb.send_form(f"{url}/edit", told)).status_code == 303
    assert (await isb.send_form(f"{url}/edit", told)).status_code == 409
    assert (await step("finish", 3)).status_code == 303
    values = {"weight": "severe", "title": "Sicherung nie geprüft", "due": day(50), "responsible": "IT-Abteilung", "version": "1"}
    softened = await isb.send_form(f"{one}/edit", values | {"weight": "minor"})
    assert softened.status_code == 422
    assert "Was festgestellt wurde, steht fest." in softened.text
    assert (await isb.send_form(f"{one}/edit", values)).status_code == 303, "a new day is fine"
    assert (await isb.send_form(f"{url}/findings/new", values)).status_code == 422
    assert (await isb.send_form(f"{one}/delete")).status_code == 422
    mayor = await log_in("mayor")
    report = html.unescape((await mayor.get(f"{url}/report")).text)
    assert "Eine Lücke." in report
    assert "1. Sicherung nie geprüft" in report
    assert (await mayor.get(f"{url}/report/pdf")).content.startswith(b"%PDF")
    assert (await mayor.get(f"{url}/checklist")).status_code == 403


async def test_one_plan_for_several_towns_and_the_list_of_all(log_in) -> None:
    isb = await log_in("isb", "erbach", "michelstadt")
    await audit(isb, towns="michelstadt")
    found = rows((await isb.get("/group/audits")).text, "audits")
    assert sorted(row[1] for row in found) == ["Erbach", "Michelstadt"]
    assert (await isb.send_form(f"{BASE}/new", {"title": "A", "planned_on": day(1), "towns": "anderswo"})).status_code == 422


async def test_list_filter_export_delete_and_what_cannot_be_meant(isb) -> None:
    late = await audit(isb, title="WiBA-Durchsicht", kind="wiba", planned_on=day(-5))
    await audit(isb)
    page = (await isb.get(f"{BASE}?kind=wiba")).text
    (row,) = rows(page, "audits")
    assert "überfällig" in row[2]
    sheet = (await isb.get(f"{BASE}/export?format=csv&kind=wiba")).content.decode("utf-8-sig").splitlines()
    assert [line.split(";")[1] for line in sheet] == ["Titel", "WiBA-Durchsicht"]
    await finding(isb, late)
    sheet = (await isb.get(f"{BASE}/export?format=csv&what=findings")).content.decode("utf-8-sig").splitlines()
    assert sheet[1].startswith("PR-001;1;schwerwiegend;Sicherung nie geprüft")
    assert (await isb.send_form(f"{late}/delete")).status_code == 422, "it has a finding"
    (address,) = re.findall(rf'href="({BASE}/[0-9a-f-]{{36}})"[^>]*>Internes', (await isb.get(BASE)).text)
    assert (await isb.send_form(f"{address}/delete")).status_code == 303
    assert (await isb.get(address)).status_code == 404
    assert (await isb.send_form(f"{address}/restore")).status_code == 303
    for fields, text in (
        ({"title": ""}, "einen Titel"), ({"planned_on": ""}, "wann das Audit beginnt"), ({"ends_on": day(1)}, "Ende liegt vor"),
    ):  # fmt: skip
        answer = await isb.send_form(f"{BASE}/new", {"title": "A", "planned_on": day(9), "scope_note": "Bleibt stehen"} | fields)
        assert answer.status_code == 422
        assert text in html.unescape(answer.text)
        assert "Bleibt stehen" in answer.text
