"""The pages of the risks as people use them, over HTTP and a real database."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from isms.store import catalogues, risks
from isms.store.risks import Entered
from service.audit.chain import Actor
from service.auth import sessions, totp
from service.auth import store as auth
from service.db import service_tx, town_tx
from service.settings import now, real_now

MIC = "/towns/michelstadt"
ISB = Actor("Test")
RISKS = f"{MIC}/risks"
FIELDS = {
    "cost": "14.000",
    "title": "Ransomware",
    "kind": "digital",
    "threats": ["G 0.39", "G 0.45"],
    "frequency": "mittel",
    "damage": "existenzbedrohend",
    "frequency_net": "selten",
    "damage_net": "beträchtlich",
    "treatment": "reduzieren",
    "priority_set": "0",
    "version": "0",
}


async def test_a_risk_from_form_to_both_matrices(log_in, towns) -> None:
    visitor = await log_in("isb", "michelstadt")
    assert "Noch keine Risiken erfasst." in (await visitor.get(RISKS)).text
    assert (await visitor.get(f"{RISKS}/new")).status_code == 200
    made = await visitor.send_form(f"{RISKS}/new", FIELDS)
    assert made.status_code == 303
    page = (await visitor.get(made.headers["location"])).text
    assert "mittel × existenzbedrohend" in page
    assert "G 0.39 Schadprogramme" in page
    assert "14.000" in page
    listed = (await visitor.get(RISKS)).text
    assert 'aria-label="existenzbedrohend, mittel: 1 hoch"' in listed
    assert 'aria-label="kritisch, mittel: 1 hoch"' in listed
    assert "R-001" in (await visitor.get(f"{RISKS}?damage=existenzbedrohend&frequency=mittel")).text
    assert "Kein Risiko passt" in (await visitor.get(f"{RISKS}?damage=begrenzt")).text
    assert (await visitor.get(f"{made.headers['location']}/edit")).status_code == 200


async def test_the_requirements_of_a_risk_stay_when_it_is_saved_again(log_in, towns) -> None:
    visitor = await log_in("isb", "michelstadt")
    await visitor.send_form("/towns/michelstadt/controls/structure", {})
    async with town_tx({2}) as tx:
        asked = (await catalogues.requirements(tx))[0]
    made = await visitor.send_form(f"{RISKS}/new", FIELDS | {"controls": [asked.key]})
    address = f"{made.headers['location']}/edit"
    form = (await visitor.get(address)).text
    assert re.search(rf'value="{re.escape(asked.key)}"[^>]*checked', form)
    again = await visitor.send_form(address, FIELDS | {"controls": [asked.key], "version": "1", "owner": "IT-Leitung"})
    assert again.status_code == 303
    async with town_tx({2}) as tx:
        assert [x.controls for x in await risks.risks(tx, 2)] == [(asked.key,)]


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"title": ""}, "Titel"),
        ({"frequency": "nie"}, "Häufigkeit"),
        ({"threats": ["G 0.99"]}, "Gefährdungen"),
        ({"priority_set": "4"}, "begründen"),
        ({"damage_net": ""}, "zusammen"),
        ({"due": "31.12.2026"}, "nicht lesbar"),
        ({"cost": "14.0"}, "nicht lesbar"),
        ({"cost": "14,5"}, "ganze Zahl"),
        ({"category": "gering"}, "nicht lesbar"),
    ],
)
async def test_a_risk_that_cannot_be_is_sent_back_with_the_reason(change, text, log_in, towns) -> None:
    visitor = await log_in("isb", "michelstadt")
    refused = await visitor.send_form(f"{RISKS}/new", FIELDS | change)
    assert refused.status_code == 422
    assert text in refused.text


async def test_the_officer_asks_and_only_the_mayor_of_the_town_takes_the_risk_over(log_in, towns) -> None:
    officer, mayor = await log_in("isb", "michelstadt"), await log_in("mayor", "michelstadt")
    stranger = await log_in("mayor", "erbach")
    url = (await officer.send_form(f"{RISKS}/new", FIELDS)).headers["location"]
    until = (now() + timedelta(days=300)).date().isoformat()
    assert (await officer.send_form(f"{url}/request", {"reason": "Rest tragbar", "until": until})).status_code == 303
    assert "wartet auf die Entscheidung" in (await mayor.get(RISKS)).text
    assert (await officer.send_form(f"{url}/decide", {"decision": "accept"})).status_code == 403
    assert (await stranger.get(url)).status_code == 404
    assert (await stranger.send_form(f"{url}/decide", {"decision": "accept"})).status_code == 404
    assert (await mayor.send_form(f"{url}/decide", {"decision": "reject"})).status_code == 422
    assert (await mayor.send_form(f"{url}/decide", {"decision": "accept", "until": until})).status_code == 303
    assert "Übernommen von Test mayor" in (await mayor.get(url)).text
    assert (await mayor.send_form(f"{RISKS}/new", FIELDS)).status_code == 403


async def test_hazards_are_chosen_from_the_starter_register(log_in, towns) -> None:
    visitor = await log_in("isb", "michelstadt")
    assert "Flusshochwasser" in (await visitor.get(f"{RISKS}/hazards")).text
    assert (await visitor.send_form(f"{RISKS}/hazards", {"chosen": ["0", "3"]})).status_code == 303
    async with town_tx({towns["michelstadt"]}) as tx:
        assert len(await risks.risks(tx, towns["michelstadt"])) == 2
    assert "Flusshochwasser" not in (await visitor.get(f"{RISKS}/hazards")).text


async def test_shared_risks_of_other_towns_are_shown_to_their_common_officer_only(log_in, towns) -> None:
    async with town_tx({towns["erbach"]}, towns["erbach"]) as tx:
        await risks.save(tx, towns["erbach"], Entered("Ausfall des Netzdienstleisters", shared=True), ISB, now())
        await risks.save(tx, towns["erbach"], Entered("Eigenes Risiko"), ISB, now())
    both, one, mayor = (
        await log_in("isb", "michelstadt", "erbach"),
        await log_in("isb", "michelstadt"),
        await log_in("mayor", "michelstadt"),
    )
    page = (await both.get(RISKS)).text
    assert "Erbach: R-001 Ausfall des Netzdienstleisters" in page
    assert "Eigenes Risiko" not in page
    for visitor in (one, mayor):
        assert "Netzdienstleister" not in (await visitor.get(RISKS)).text


async def test_a_closed_risk_says_why(log_in, towns) -> None:
    visitor = await log_in("isb", "michelstadt")
    url = (await visitor.send_form(f"{RISKS}/new", FIELDS)).headers["location"]
    assert (await visitor.send_form(f"{url}/close", {"closed_reason": ""})).status_code == 422
    assert (await visitor.send_form(f"{url}/close", {"closed_reason": "Verfahren abgeschaltet"})).status_code == 303
    assert "Verfahren abgeschaltet" in (await visitor.get(url)).text
    assert "Ransomware" not in (await visitor.get(RISKS)).text
    for query in ("state=closed", "state=", "q=R-001"):
        assert "Ransomware" in (await visitor.get(f"{RISKS}?{query}")).text
    export = (await visitor.get(f"{RISKS}/export?format=csv")).content.decode("utf-8-sig")
    assert "R-001" in export
    assert "Verfahren abgeschaltet" in export
    assert (await visitor.get(f"{RISKS}/export")).content[:2] == b"PK"
    assert (await visitor.send_form(f"{url}/edit", FIELDS | {"version": "2"})).status_code == 422
    assert (await visitor.send_form(f"{url}/reopen", {"reopen_reason": " "})).status_code == 422
    assert (await visitor.send_form(f"{url}/reopen", {"reopen_reason": "Doch noch in Betrieb"})).status_code == 303
    assert "Doch noch in Betrieb" in (await visitor.get(url)).text
    assert "Ransomware" in (await visitor.get(RISKS)).text


async def test_closing_withdraws_what_waits_for_the_mayor(log_in, towns) -> None:
    officer, mayor = await log_in("isb", "michelstadt"), await log_in("mayor", "michelstadt")
    url = (await officer.send_form(f"{RISKS}/new", FIELDS)).headers["location"]
    until = (now() + timedelta(days=200)).date().isoformat()
    assert (await officer.send_form(f"{url}/request", {"reason": "Rest tragbar", "until": until})).status_code == 303
    assert "Risiko übernehmen oder ablehnen: Ransomware" in (await mayor.get(MIC)).text
    assert (await officer.send_form(f"{url}/close", {"closed_reason": "abgeschaltet"})).status_code == 303
    assert "Risiko übernehmen oder ablehnen: Ransomware" not in (await mayor.get(MIC)).text
    refused = await mayor.send_form(f"{url}/decide", {"decision": "reject", "reason": "nein"})
    assert refused.status_code == 422
    assert "geschlossen" in refused.text


async def test_a_rating_has_a_history_and_the_newest_change_is_taken_back(log_in, towns) -> None:
    visitor = await log_in("isb", "michelstadt")
    url = (await visitor.send_form(f"{RISKS}/new", FIELDS)).headers["location"]
    other = FIELDS | {"damage": "begrenzt", "damage_net": "begrenzt", "version": "1"}
    assert (await visitor.send_form(f"{url}/edit", other)).status_code == 303
    page = (await visitor.get(url)).text
    assert "<del>existenzbedrohend</del> → <ins>begrenzt</ins>" in page
    assert "mittel × begrenzt" in page
    (undo,) = re.findall(r'/risks/[^"]+/undo/[0-9]+', page)
    address = undo if undo.startswith(MIC) else f"{MIC}{undo}"
    assert (await visitor.send_form(address, {})).status_code == 303
    page = (await visitor.get(url)).text
    assert "mittel × existenzbedrohend" in page
    assert "G 0.39 Schadprogramme" in page
    again = await visitor.send_form(address, {})
    assert again.status_code == 422
    assert "weiter geändert" in again.text


async def test_the_mayor_signs_with_a_second_factor_of_the_last_five_minutes_and_loses_nothing_typed(log_in, towns, db) -> None:
    """The session's code is old: the form comes back with all that was typed, asks once, and goes on with the right code."""
    officer, mayor = await log_in("isb", "michelstadt"), await log_in("mayor", "michelstadt")
    url = (await officer.send_form(f"{RISKS}/new", FIELDS)).headers["location"]
    until = (now() + timedelta(days=200)).date().isoformat()
    await officer.send_form(f"{url}/request", {"reason": "Rest tragbar", "until": until})
    secret = totp.new_secret()
    async with service_tx() as tx:
        found = await auth.account_by_mail(tx, "mayor-michelstadt@test.example")
        assert found is not None
        await auth.start_totp(tx, found[0].id, secret)
        await auth.confirm_totp(tx, found[0].id)
        old = real_now() - timedelta(minutes=5, seconds=1)
        await tx.connection.execute("update session set stepped_up_at = $2 where account = $1", found[0].id, old)
    sessions.forget()
    assert 'name="code"' in (await mayor.get(url)).text
    typed = {"decision": "accept", "until": until, "reason": "Nach Gespräch mit der IT"}
    for code in ("", "000000"):
        asked = await mayor.send_form(f"{url}/decide", typed | {"code": code})
        assert asked.status_code == 422
        assert "Nach Gespräch mit der IT" in asked.text
        assert f'value="{until}"' in asked.text
        async with town_tx({towns["michelstadt"]}) as tx:
            assert [x.state for x in await risks.acceptances(tx, towns["michelstadt"])] == ["requested"]
    async with service_tx() as tx:
        await auth.succeeded(tx, ["stepup:mayor-michelstadt@test.example"])
    assert (await mayor.send_form(f"{url}/decide", typed | {"code": totp.code(secret, real_now())})).status_code == 303
    assert 'name="code"' not in (await mayor.get(url)).text
    async with town_tx({towns["michelstadt"]}) as tx:
        assert [x.state for x in await risks.acceptances(tx, towns["michelstadt"])] == ["accepted"]


async def test_an_acceptance_is_void_when_the_text_of_its_requirement_changes(db, towns) -> None:
    town, officer = towns["michelstadt"], Actor("ISB")
    async with town_tx({town}, town) as tx:
        await catalogues.ensure_starter(tx, now())
        control = (await catalogues.requirements(tx))[0].key
        key = await risks.save(tx, town, Entered("Telnet", damage="begrenzt", controls=(control,)), officer, now())
        await risks.request(tx, town, key, "Gering", now().date() + timedelta(days=90), officer, now())
        item, steps = await risks.risk(tx, town, key), await risks.acceptances(tx, town, key)
    assert item.holds(steps, now().date()) == (steps[0], "")
    changed = replace(item, catalogue_text="anders")
    assert "Katalogtext" in changed.holds(steps, now().date())[1]
    assert "Objekte" in replace(item, targets=(key,)).holds(steps, now().date())[1]
    assert "Häufigkeit" in replace(item, damage="existenzbedrohend").holds(steps, now().date())[1]


async def test_the_net_matrix_leads_to_its_risks_and_a_risk_to_a_measure_against_it(log_in, towns) -> None:
    visitor = await log_in("isb", "michelstadt")
    url = (await visitor.send_form(f"{RISKS}/new", FIELDS)).headers["location"]
    listed = (await visitor.get(RISKS)).text
    link = f"{RISKS}?damage=betr%C3%A4chtlich&amp;frequency=selten&amp;net=1"
    assert link in listed
    assert "R-001" in (await visitor.get(link.replace("&amp;", "&"))).text
    assert "Kein Risiko passt" in (await visitor.get(f"{RISKS}?damage=existenzbedrohend&net=1")).text
    key = url.rpartition("/")[2]
    form = (await visitor.get(f"{MIC}/measures/new?risk={key}")).text
    assert "Gegen das Risiko: Ransomware" in form
    fields = {"title": "Kopie außer Haus", "mode": "lokal", "risks": [key], "origin": f"risk/{key}", "priority": "3"}
    made = await visitor.send_form(f"{MIC}/measures/new", fields)
    assert made.status_code == 303
    assert "M-001 Kopie außer Haus" in (await visitor.get(url)).text
    assert "R-001 Ransomware" in (await visitor.get(made.headers["location"])).text
    assert "Kopie außer Haus" in (await visitor.get(f"{MIC}/measures/board")).text


async def test_a_date_after_the_day_to_act_by_is_said(log_in, towns) -> None:
    visitor = await log_in("isb", "michelstadt")
    days = {"act_by": str(now().date() + timedelta(days=30)), "due": str(now().date() + timedelta(days=60))}
    made = await visitor.send_form(f"{RISKS}/new", FIELDS | days)
    assert "zu spät geplant" in (await visitor.get(made.headers["location"])).text
    made = await visitor.send_form(f"{RISKS}/new", FIELDS | days | {"title": "Brand", "due": days["act_by"]})
    assert "zu spät geplant" not in (await visitor.get(made.headers["location"])).text


async def test_shared_risks_stand_together_on_one_page_that_only_the_common_officer_sees(log_in, towns) -> None:
    for slug in ("erbach", "oberzent"):
        async with town_tx({towns[slug]}, towns[slug]) as tx:
            await risks.save(tx, towns[slug], Entered("Ausfall des Netzdienstleisters", shared=True), ISB, now())
            await risks.save(tx, towns[slug], Entered("Eigenes Risiko"), ISB, now())
    both, one = await log_in("isb", "michelstadt", "erbach", "oberzent"), await log_in("isb", "michelstadt")
    page = (await both.get("/group/risks")).text
    assert "2 von 3 Städten" in page
    assert re.search(r"(ist|sind) hoch oder sehr hoch \(von 1\)", page)
    assert "Eigenes Risiko" not in page
    assert "Netzdienstleister" not in (await one.get("/group/risks")).text
    for role in ("mayor", "it_admin", "auditor"):
        assert (await (await log_in(role, "erbach")).get("/group/risks")).status_code == 403
        assert (await (await log_in(role, "erbach")).get("/group/measures")).status_code == 403


async def test_the_officer_finds_measures_of_all_towns_by_town_and_loads_them(log_in, towns) -> None:
    fields = {"mode": "lokal", "priority": "3"}
    officer = await log_in("isb", "erbach", "oberzent")
    for slug in ("erbach", "oberzent"):
        await officer.send_form(f"/towns/{slug}/measures/new", fields | {"title": f"Türschloss {slug}"})
    await (await log_in("isb", "michelstadt")).send_form(f"{MIC}/measures/new", fields | {"title": "Türschloss fremd"})
    page = (await officer.get("/group/measures")).text
    assert "Türschloss erbach" in page
    assert "Türschloss oberzent" in page
    assert "fremd" not in page
    page = (await officer.get("/group/measures?town=oberzent")).text
    assert "Türschloss oberzent" in page
    assert "Türschloss erbach" not in page
    assert "Keine Maßnahme passt" in (await officer.get("/group/measures?town=oberzent&state=umgesetzt")).text
    table = (await officer.get("/group/measures/export?town=erbach&format=csv")).text
    assert "Türschloss erbach" in table
    assert "oberzent" not in table


async def test_requirements_of_a_measure_are_searched_and_what_is_ticked_stays(log_in, towns) -> None:
    async with town_tx({towns["michelstadt"]}, towns["michelstadt"]) as tx:
        first, second = [x for x in await catalogues.requirements(tx) if x.label.startswith("OW-NET")][:2]
    visitor = await log_in("isb", "michelstadt")
    url, fields = f"{MIC}/measures/new", {"title": "Telnet abschalten", "mode": "lokal", "priority": "3"}
    assert (await visitor.get(url)).text.count('name="controls"') == 0
    page = await visitor.send_form(url, fields | {"step": "find", "find": first.label})
    assert (page.status_code, page.text.count('name="controls"'), "1 Anforderung gefunden" in page.text) == (200, 1, True)
    page = await visitor.send_form(url, fields | {"step": "find", "find": "ow-net", "controls": [first.key]})
    assert re.search(rf'value="{first.key}"[^>]*checked', page.text)
    assert f'value="{second.key}"' in page.text
    assert "Telnet abschalten" not in (await visitor.get(f"{MIC}/measures")).text
    made = await visitor.send_form(url, fields | {"step": "find", "controls": [first.key, second.key]})
    assert made.status_code == 303
    page = (await visitor.get(made.headers["location"])).text
    assert first.label in page
    assert second.label in page
