"""The OSCAL documents of a town, on a real database and through its pages."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta

import pytest

from isms.catalogue import read
from isms.contradiction import State
from isms.measures import Claim
from isms.oscal import package, store
from isms.oscal.profile import RESOLVED, source
from isms.sheet import Given as Answer
from isms.store import contradictions, evidence, risks, sheets
from isms.store.risks import Entered
from service.audit.chain import Actor
from service.db import town_tx
from service.settings import now
from tests.isms import stock
from tests.isms.oscal.valid import check, references

ISB = Actor("Mira Sanddorn <isb@erbach.example>")
BASE = "/towns/michelstadt/oscal"


@pytest.fixture
async def town(towns):
    """Michelstadt with a switch that answers telnet though somebody says nothing does, answers of all kinds, a risk."""
    number, at = towns["michelstadt"], now()
    async with town_tx({number, 0}, number) as tx:
        await sheets.take_over(tx, number, ISB, at)
        await stock.network(tx, number, "10.62.70.0/24", "management")
        switch = await stock.device(tx, number, "sw-1", "switch", "10.62.70.11", at=at)
        await stock.port(tx, number, switch, "10.62.70.11", 23, at)
        for entry in (await sheets.load(tx, number, at.date())).entries:
            if entry.requirement.label == "OW-NET-09" and entry.target_name == "Switches und Router":
                await sheets.answer(tx, number, entry.target, entry.requirement.key, said(Claim.JA, "Nur SSH."), ISB)
        open_ = [x for x in (await sheets.load(tx, number, at.date())).entries if x.answer is None]
        for entry, claim in zip(open_, (Claim.NEIN, Claim.TEILWEISE, Claim.ENTBEHRLICH, Claim.JA), strict=False):
            await sheets.answer(tx, number, entry.target, entry.requirement.key, said(claim, f"Weil {claim}.\nSeit März."), ISB)
        await sheets.remove(tx, number, open_[5].target, open_[5].requirement.key, "Gibt es hier nicht.", ISB, at)
        entered = Entered("Überschwemmung im Keller", damage="beträchtlich", threats=("G 0.3",), treatment="reduzieren")
        await risks.save(tx, number, entered, ISB, at)
        await evidence.run_checks(tx, number, at, ISB)
    return number


def said(claim: Claim, reason: str) -> Answer:
    return Answer(claim, reason, "IT der Stadt", now().date() + timedelta(days=30), "Akte 7", "own", 0, ISB.name, now())


async def files(town: int, later: timedelta = timedelta()) -> dict[str, bytes]:
    async with town_tx({town, 0}, still=True) as tx:
        return package.files(await store.given(tx, town, "michelstadt", now() + later))


async def test_every_document_of_a_town_is_valid_and_its_references_meet(town) -> None:
    made = await files(town)
    found = {name: check(data) for name, data in made.items()}
    assert set(found) == {
        "catalogue-grundcheck-kommune.json", "profile.json", "resolved-catalogue.json", "system-security-plan.json",
        "assessment-plan.json", "assessment-results.json",
    }  # fmt: skip
    assert {name: references(x) for name, x in found.items() if name.endswith("plan.json") or "results" in name} == {
        "system-security-plan.json": set(), "assessment-plan.json": set(), "assessment-results.json": set(),
    }  # fmt: skip
    plan, results = found["system-security-plan.json"], found["assessment-results.json"]["results"][0]
    components = {x["uuid"] for x in plan["system-implementation"]["components"]}
    said_at = {
        x["uuid"]: (r["control-id"], x)
        for r in plan["control-implementation"]["implemented-requirements"]
        for x in r["by-components"]
    }
    assert {x["component-uuid"] for _c, x in said_at.values()} <= components
    observations = {x["uuid"] for x in results["observations"]}
    assert {s["subject-uuid"] for x in results["observations"] for s in x["subjects"]} <= components
    for one in results["findings"]:
        assert one["implementation-statement-uuid"] in said_at
        assert {x["observation-uuid"] for x in one.get("related-observations", ())} <= observations
    everything = [x for content in found.values() for x in _uuids(content)]
    assert len(everything) > 500


def _uuids(value) -> list[str]:
    if isinstance(value, dict):
        return [one for key, one in value.items() if key == "uuid"] + [x for one in value.values() for x in _uuids(one)]
    return [x for one in value for x in _uuids(one)] if isinstance(value, list) else []


async def test_what_is_said_keeps_its_status_and_a_contradiction_makes_the_finding_unsatisfied(town) -> None:
    made = {name: json.loads(data) for name, data in (await files(town)).items()}
    plan = made["system-security-plan.json"]["system-security-plan"]
    results = made["assessment-results.json"]["assessment-results"]["results"][0]
    said_by = {
        r["control-id"]: r["by-components"] for r in plan["control-implementation"]["implemented-requirements"]
    }  # fmt: skip
    (telnet,) = [x for x in said_by["OW-NET-09"] if "implementation-status" in x]
    assert telnet["description"] == "Nur SSH."
    assert telnet["implementation-status"] == {"state": "implemented", "remarks": "ja – Widerspruch"}
    (finding,) = [x for x in results["findings"] if x["implementation-statement-uuid"] == telnet["uuid"]]
    assert finding["target"]["status"]["state"] == "not-satisfied"
    assert finding["target"]["target-id"] == "OW-NET-09_stm"
    seen = {x["uuid"]: x for x in results["observations"]}
    texts = [seen[x["observation-uuid"]]["description"] for x in finding["related-observations"]]
    assert any("10.62.70.11:23" in x and "Telnet" in x for x in texts), texts
    states = [x.get("implementation-status", {}).get("state") for one in said_by.values() for x in one]
    counted = {x: states.count(x) for x in ("not-implemented", "partial", "not-applicable")}
    assert counted == {"not-implemented": 1, "partial": 1, "not-applicable": 2}
    assert states.count("implemented") == 2
    assert states.count(None) > 100
    assert len(results["findings"]) == 4
    assert [x["target"]["status"]["state"] for x in results["findings"]].count("satisfied") == 1
    (risk,) = results["risks"]
    assert (risk["status"], risk["threat-ids"][0]["id"][-4:]) == ("remediating", "G0.3")
    assert "Mira" not in json.dumps(made)


async def test_equal_state_gives_equal_bytes_and_a_change_shows_where_it_belongs(town) -> None:
    before = await files(town)
    assert await files(town, timedelta(hours=3)) == before
    async with town_tx({town, 0}, town) as tx:
        sheet = await sheets.load(tx, town, now().date())
        (case,) = [x for x in await contradictions.cases(tx, town, sheet) if x.check_id == "W01"]
        until = now().date() + timedelta(days=30)
        await contradictions.decide(tx, town, case.id, State.DISMISSED, ISB, now(), reason="Wird getauscht.", until=until)
    after = await files(town)
    unchanged = [source("grundcheck-kommune")]
    assert [name for name in before if before[name] == after[name]] == unchanged
    results = json.loads(after["assessment-results.json"])["assessment-results"]["results"][0]
    assert "Wird getauscht." in [x.get("remarks") for x in results["observations"]]
    assert all(x["target"]["status"]["state"] == "satisfied" for x in results["findings"] if "OW-NET-09" in x["title"])


async def test_our_reader_reads_the_catalogues_back(town) -> None:
    made = await files(town)
    async with town_tx({town, 0}, still=True) as tx:
        given = await store.given(tx, town, "michelstadt", now())
    (whole,) = given.catalogues
    again = read(made[source(whole.key)])
    assert again.controls == whole.controls
    assert again.groups == whole.groups
    chosen = read(made[RESOLVED])
    assert {x.key for x in chosen.controls} == given.chosen
    assert {x.key: x.statement for x in chosen.controls} == {x.key: x.statement for x in whole.controls}


async def test_security_officer_and_auditor_take_the_files_along_and_nobody_else_does(log_in, town) -> None:
    auditor = await log_in("auditor", "michelstadt")
    page = (await auditor.get(BASE)).text
    assert "system-security-plan.json" in page
    packed = await auditor.get(f"{BASE}/files/package")
    with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
        inside = {x: archive.read(x) for x in archive.namelist()}
    assert inside == await files(town)
    one = await auditor.get(f"{BASE}/files/assessment-results.json")
    assert one.content == inside["assessment-results.json"]
    assert one.headers["content-type"] == "application/oscal+json"
    assert (await auditor.get(f"{BASE}/files/fremd.json")).status_code == 404
    assert f'href="{BASE}"' in (await auditor.get("/towns/michelstadt/snapshots")).text
    for role in ("it_admin", "mayor", "bc_officer", "dpo"):
        visitor = await log_in(role, "michelstadt")
        assert (await visitor.get(BASE)).status_code == 403, role
        assert (await visitor.get(f"{BASE}/files/package")).status_code == 403, role
    assert f'href="{BASE}"' not in (await (await log_in("mayor", "michelstadt")).get("/towns/michelstadt/snapshots")).text


async def test_a_town_sees_only_its_own_documents(log_in, town, towns) -> None:
    other = await log_in("isb", "erbach")
    assert (await other.get(f"{BASE}/files/package")).status_code == 404
    page = (await other.get("/towns/erbach/oscal")).text
    assert "Noch kein Grundschutz-Check." in page
    assert (await other.get("/towns/erbach/oscal/files/package")).status_code == 422
    async with town_tx({towns["erbach"], 0}, towns["erbach"]) as tx:
        await sheets.take_over(tx, towns["erbach"], ISB, now())
    packed = (await other.get("/towns/erbach/oscal/files/package")).content
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        text = b"".join(archive.read(x) for x in archive.namelist())
    assert b"sw-1" not in text
    assert b"Nur SSH." not in text
