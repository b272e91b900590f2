"""The page „Datensicherung“ and what the checks make of it."""

from __future__ import annotations

from datetime import timedelta

from isms.store import contradictions, evidence
from service.db import town_tx
from service.settings import now
from tests.isms import stock
from tests.isms.test_pages import BASE, michelstadt  # noqa: F401  # a fixture

PAGE = f"{BASE}/backups"


async def test_a_backup_that_is_overdue_contradicts_and_one_without_dates_is_unknown(log_in, michelstadt) -> None:  # noqa: F811
    town, visitor = michelstadt, await log_in("it_admin", "michelstadt")
    async with town_tx({town}, town) as tx:
        await stock.device(tx, town, "srv-fs01", "server", "10.62.10.5", at=now())
    old = (now() - timedelta(days=5)).strftime("%Y-%m-%dT%H:%M")
    tested = (now() - timedelta(days=400)).date().isoformat()
    fields = {"name": "Dateiablage", "devices": "SRV-FS01", "interval_hours": "24", "last_good": old, "copy": "no"}
    made = await visitor.send_form(f"{PAGE}/new", fields | {"last_restore_test": tested, "version": "0"})
    assert made.status_code == 303
    assert (await visitor.send_form(f"{PAGE}/new", {"name": "Fachverfahren", "version": "0"})).status_code == 303
    listed = (await visitor.get(PAGE)).text
    assert "srv-fs01" in listed
    async with town_tx({town, 0}, town) as tx:
        rows = await tx.connection.fetch(
            "select check_id, place, result, asset_id from finding where town_id = $1 and check_id in ('W11', 'W12', 'W55')", town
        )
        cases = await contradictions.cases(tx, town, now().date())
        again = await evidence.run_checks(tx, town, now())
    found = {(x["check_id"], x["place"]): x["result"] for x in rows if x["asset_id"] is None}
    for rule in ("W11", "W12", "W55"):
        assert found[rule, "Dateiablage"] == "not_satisfied"
        assert found[rule, "Fachverfahren"] == "unknown"
        assert [x.asset_id for x in cases if x.check_id == rule] == [None]
    assert again.opened == 0
    page = await visitor.get(f"{BASE}/contradictions/{next(x.id for x in cases if x.check_id == 'W12')}")
    assert page.status_code == 200
    assert "Worum es geht" in page.text


async def test_unreadable_input_is_answered_with_what_to_do(log_in, michelstadt) -> None:  # noqa: F811
    visitor = await log_in("it_admin", "michelstadt")
    for fields, said in (
        ({"name": ""}, "Bitte geben Sie der Sicherung einen Namen."),
        ({"name": "x", "devices": "srv-nirgends"}, "Kein Gerät der Stadt heißt"),
        ({"name": "x", "last_good": "gestern"}, "ist kein Zeitpunkt"),
        ({"name": "x", "interval_hours": "0"}, "Möglich sind 1 bis"),
        ({"name": "x", "last_restore_test": (now() + timedelta(days=2)).date().isoformat()}, "liegt in der Zukunft"),
    ):
        answer = await visitor.send_form(f"{PAGE}/new", fields | {"version": "0"})
        assert answer.status_code == 422, fields
        assert said in answer.text
    assert "Noch keine Sicherung" in (await visitor.get(PAGE)).text


async def test_a_backup_is_changed_once_taken_out_and_read_by_auditors_only(log_in, michelstadt) -> None:  # noqa: F811
    visitor, auditor = await log_in("it_admin", "michelstadt"), await log_in("auditor", "michelstadt")
    await visitor.send_form(f"{PAGE}/new", {"name": "Mail", "version": "0"})
    async with town_tx({michelstadt}) as tx:
        key = await tx.connection.fetchval("select id from backup")
    url = f"{PAGE}/{key}"
    assert (await visitor.send_form(url, {"name": "Mail neu", "version": "1"})).status_code == 303
    assert (await visitor.send_form(url, {"name": "Mail alt", "version": "1"})).status_code == 409
    assert 'method="post" action="/towns' not in (await auditor.get(url)).text
    assert (await auditor.send_form(url, {"name": "x", "version": "2"})).status_code == 403
    assert (await auditor.get(f"{PAGE}/export")).status_code == 200
    assert (await visitor.send_form(f"{url}/remove")).status_code == 303
    assert (await visitor.get(url)).status_code == 404


async def test_a_cause_is_decided_for_all_cases_of_its_rule_at_once_and_exported(log_in, michelstadt) -> None:  # noqa: F811
    town = michelstadt
    async with town_tx({town}, town) as tx:
        for number in range(60):
            asset = await stock.device(tx, town, f"sw-{number}", "switch", f"10.62.70.{number + 20}", at=now())
            await stock.port(tx, town, asset, f"10.62.70.{number + 20}", 23, now())
        await stock.port(tx, town, asset, "10.62.70.79", 21, now())
        await evidence.run_checks(tx, town, now())
    visitor = await log_in("isb", "michelstadt")
    grouped = (await visitor.get(f"{BASE}/contradictions?against=all")).text
    assert "Befunde nach Regel" in grouped
    listed = await visitor.get(f"{BASE}/contradictions/export?format=csv&check=W01&against=all")
    assert listed.text.count("W01") == 61
    fields = {"check": "W01", "whole": "true", "against": "all", "decision": "false_alarm"}
    assert (await visitor.send_form(f"{BASE}/contradictions/bulk", fields)).status_code == 422
    reason = fields | {"reason": "Gegenstelle ist ein Messgerät des Dienstleisters"}
    assert (await visitor.send_form(f"{BASE}/contradictions/bulk", reason)).status_code == 303
    assert "Kein Widerspruch" in (await visitor.get(f"{BASE}/contradictions?check=W01&against=all")).text
    async with town_tx({town}) as tx:
        rows = await tx.connection.fetch("select state, until from contradiction where town_id = $1 and check_id = 'W01'", town)
    assert {x["state"] for x in rows} == {"false_alarm"}
    assert {x["until"] for x in rows} == {now().date() + timedelta(days=180)}
