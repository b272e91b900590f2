"""The pages of the ISMS as people use them, over HTTP and a real database."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from isms.checks import all_checks
from isms.contradiction import State
from isms.store import contradictions, evidence, risks, sheets
from isms.store.risks import Entered
from service.audit.chain import Actor
from service.db import town_tx
from service.i18n import format_date
from service.settings import now
from tests.isms import stock

MIC = "/towns/michelstadt"
BASE = f"{MIC}/controls"
ISB = Actor("Test")


@pytest.fixture
async def michelstadt(towns):
    """A town with its structure, a switch with telnet and a claim that all is encrypted."""
    town, at = towns["michelstadt"], now()
    async with town_tx({town}, town) as tx:
        await sheets.take_over(tx, town, ISB, at)
        await stock.network(tx, town, "10.62.70.0/24", "management")
        asset = await stock.device(tx, town, "sw-rathaus", "switch", "10.62.70.11", at=at)
        await stock.port(tx, town, asset, "10.62.70.11", 23, at)
    return town


async def place(town: int, label: str, target: str) -> str:
    async with town_tx({town, 0}) as tx:
        sheet = await sheets.load(tx, town, now().date())
    entry = next(x for x in sheet.entries if x.requirement.label == label and x.target_name == target)
    return f"{BASE}/objects/{entry.target}/{entry.requirement.key}"


async def answer(visitor, url: str, claim: str, **more: str):
    page = await visitor.get(url)
    version = re.search(r'name="version" value="(\d+)"', page.text)
    return await visitor.send_form(url, {"claim": claim, "version": version[1] if version else "0", "then": "stay", **more})


async def test_an_empty_town_says_what_to_do_and_one_click_does_it(log_in, towns) -> None:
    visitor = await log_in("isb", "michelstadt")
    assert "Standardstruktur übernehmen" in (await visitor.get(BASE)).text
    assert (await visitor.send_form(f"{BASE}/structure")).status_code == 303
    page = (await visitor.get(BASE)).text
    assert "Switches und Router" in page
    assert "Noch keine Zielobjekte" not in page


async def test_the_whole_way_from_claim_to_contradiction_to_decision(log_in, michelstadt) -> None:
    visitor = await log_in("isb", "michelstadt")
    url = await place(michelstadt, "OW-NET-09", "Switches und Router")
    assert (await answer(visitor, url, "ja")).status_code == 303
    assert (await visitor.send_form(f"{BASE}/check")).status_code == 303
    sheet = (await visitor.get(url)).text
    assert "ja – Widerspruch" in sheet
    assert "10.62.70.11:23" in sheet
    assert "Regel W01, Fassung 1." in sheet
    listed = (await visitor.get(f"{BASE}/contradictions?check=W01&against=all")).text
    case = re.search(rf'href="({BASE}/contradictions/[0-9a-f-]{{36}})"', listed)
    assert case
    version = re.search(r'name="version" value="(\d+)"', (await visitor.get(case[1])).text)
    assert version
    refused = await visitor.send_form(case[1], {"decision": "dismissed", "version": version[1]})
    assert refused.status_code == 422
    assert "Bitte begründen Sie" in refused.text
    until = (now() + timedelta(days=90)).date().isoformat()
    fields = {"decision": "dismissed", "reason": "Ersatz bestellt", "until": until, "version": version[1]}
    assert (await visitor.send_form(case[1], fields)).status_code == 303
    assert "ja – Widerspruch" not in (await visitor.get(url)).text.split("</header>")[1]
    assert (await visitor.send_form(case[1], fields)).status_code == 409


async def test_every_page_counts_the_same_contradictions_and_overdue_things(log_in, michelstadt) -> None:
    visitor = await log_in("isb", "michelstadt")
    await answer(visitor, await place(michelstadt, "OW-NET-09", "Switches und Router"), "ja")
    late = (now() - timedelta(days=3)).date().isoformat()
    await answer(
        visitor, await place(michelstadt, "OW-SIC-02", "Server und Speicher"), "teilweise", due=late, responsible="Ute Uhu"
    )
    await visitor.send_form(
        f"{MIC}/measures/new", {"title": "Telnet abschalten", "mode": "lokal", "state": "beschlossen", "due": late}
    )
    async with town_tx({michelstadt}, michelstadt) as tx:
        asset = await stock.device(tx, michelstadt, "Drucker", "printer", "10.62.70.13", at=now())
        await stock.port(tx, michelstadt, asset, "10.62.70.13", 23, now())
        await evidence.run_checks(tx, michelstadt, now())
    async with town_tx({michelstadt, 0}) as tx:
        found = await contradictions.cases(tx, michelstadt, now().date())
    against = sum(x.claims > 0 for x in found)
    assert 0 < against < len(found)
    for url in (MIC, BASE):
        page = (await visitor.get(url)).text
        assert f'href="{BASE}/contradictions">{against}<span' in page, url
    listed = (await visitor.get(f"{BASE}/contradictions")).text
    assert f"{against} Befund" in listed
    assert f"{len(found) - against} Befund" in listed
    assert f'href="{BASE}/overdue">2<span' in (await visitor.get(MIC)).text
    overdue = (await visitor.get(f"{BASE}/overdue")).text
    assert "2 Einträge" in overdue
    assert all(words in overdue for words in ("Telnet abschalten", "OW-SIC-02", "Ute Uhu", "3 Tagen"))


async def test_the_worksheet_leads_on_with_one_key_and_says_who_is_next(log_in, michelstadt) -> None:
    visitor = await log_in("isb", "michelstadt")
    url = await place(michelstadt, "OW-NET-09", "Switches und Router")
    page = (await visitor.get(url)).text
    for key in ("1", "2", "3", "4", "j", "k"):
        assert f'data-key="{key}"' in page
    saved = await visitor.send_form(url, {"claim": "nein", "version": "0", "then": "next"})
    assert saved.headers["location"] != url
    assert saved.headers["location"].startswith(url.rpartition("/")[0])


async def test_entbehrlich_without_reason_keeps_what_was_typed_and_says_what_is_missing(log_in, michelstadt) -> None:
    visitor = await log_in("isb", "michelstadt")
    url = await place(michelstadt, "OW-NET-09", "Switches und Router")
    refused = await answer(visitor, url, "entbehrlich", responsible="Pia Eberesche")
    assert refused.status_code == 422
    assert "Bitte begründen Sie" in refused.text
    assert "Pia Eberesche" in refused.text


async def test_two_people_on_one_requirement_are_told(log_in, michelstadt) -> None:
    visitor = await log_in("isb", "michelstadt")
    url = await place(michelstadt, "OW-NET-09", "Switches und Router")
    assert (await visitor.send_form(url, {"claim": "ja", "version": "0", "reason": "SSH an allen"})).status_code == 303
    late = await visitor.send_form(url, {"claim": "nein", "version": "0", "reason": "Telnet am Bauhof"})
    assert late.status_code == 409
    for text in (
        "Jemand war schneller",
        "SSH an allen",
        "Telnet am Bauhof",
        "Jetzt gespeichert",
        "Ihre Eingabe",
        format_date(now()),
    ):
        assert text in late.text
    version = re.search(r'name="version" value="(\d+)"', late.text)[1]
    assert (await visitor.send_form(url, {"claim": "nein", "version": version})).status_code == 303


@pytest.mark.parametrize(
    ("path", "first", "second"),
    [
        ("risks", {"title": "Sturm", "frequency": "selten", "damage": "begrenzt"}, {"cause": "Orkan"}),
        ("measures", {"title": "Notstrom", "kind": "baulich", "mode": "lokal"}, {"text": "Aggregat"}),
        ("structure", {"name": "Archiv", "kind": "room", "categories": "Räume"}, {"note": "Keller"}),
    ],
)
async def test_a_form_that_somebody_else_overtook_shows_both_versions(log_in, michelstadt, path, first, second) -> None:
    visitor = await log_in("isb", "michelstadt")
    if path == "structure":
        page = (await visitor.get(f"{MIC}/{path}/new")).text
        first["kind"] = re.search(r'name="kind"[^>]*>\s*<option value="(\w+)"', page)[1]
        first["categories"] = re.search(r'name="categories" value="([^"]+)"', page)[1]
    made = (await visitor.send_form(f"{MIC}/{path}/new", first)).headers["location"].rpartition("/")[2]
    url = f"{MIC}/{path}/objects/{made}/edit" if path == "structure" else f"{MIC}/{path}/{made}/edit"
    version = re.search(r'name="version" value="(\d+)"', (await visitor.get(url)).text)[1]
    name = "name" if "name" in first else "title"
    assert (await visitor.send_form(url, first | {name: "Neu benannt", "version": version})).status_code == 303
    late = await visitor.send_form(url, first | second | {"version": version})
    assert late.status_code == 409
    for text in ("Jemand war schneller", "Neu benannt", first[name], *second.values()):
        assert text in late.text
    version = re.search(r'name="version" value="(\d+)"', late.text)[1]
    assert (await visitor.send_form(url, first | second | {"version": version})).status_code == 303


async def test_a_nul_in_a_field_is_told_and_nothing_is_written(log_in, michelstadt) -> None:
    visitor = await log_in("isb", "michelstadt")
    fields = {"title": "a\x00b", "frequency": "selten", "damage": "begrenzt"}
    answers = [await visitor.send_form(f"{MIC}/risks/new", fields)]
    answers += [await visitor.get(f"{MIC}/{page}?q=%00") for page in ("assets", "search", "certificates")]
    for refused in answers:
        assert refused.status_code == 422
        assert "Steuerzeichen" in refused.text


async def test_the_it_prepares_and_the_officer_confirms(log_in, michelstadt) -> None:
    admin, officer = await log_in("it_admin", "michelstadt"), await log_in("isb", "michelstadt")
    url = await place(michelstadt, "OW-UPD-03", "Server und Speicher")
    assert (await answer(admin, url, "ja")).status_code == 303
    page = (await officer.get(url)).text
    assert "Vorschlag der IT: ja" in page
    assert (await officer.send_form(f"{url}/confirm")).status_code == 303
    assert "Vorschlag der IT" not in (await officer.get(url)).text
    assert (await admin.send_form(f"{url}/confirm")).status_code == 403


async def test_s25_a_field_that_is_not_on_the_form_is_refused(log_in, michelstadt) -> None:
    visitor = await log_in("isb", "michelstadt")
    url = await place(michelstadt, "OW-NET-09", "Switches und Router")
    for extra in ("town_id", "answered_by", "origin"):
        refused = await visitor.send_form(url, {"claim": "ja", "version": "0", extra: "1"})
        assert refused.status_code == 422
    assert "unbearbeitet" in (await visitor.get(url)).text


async def test_a_removed_requirement_shows_its_reason_and_comes_back(log_in, michelstadt) -> None:
    visitor = await log_in("isb", "michelstadt")
    url = await place(michelstadt, "OW-NET-15", "Fax")
    assert (await visitor.send_form(f"{url}/remove", {"reason": ""})).status_code == 422
    assert (await visitor.send_form(f"{url}/remove", {"reason": "kein Faxgerät"})).status_code == 303
    assert "kein Faxgerät" in (await visitor.get(url.rpartition("/")[0])).text
    assert (await visitor.send_form(f"{url}/restore")).status_code == 303
    assert "kein Faxgerät" not in (await visitor.get(url.rpartition("/")[0])).text


async def test_every_page_of_the_check_answers_the_auditor_who_may_change_nothing(log_in, michelstadt) -> None:
    async with town_tx({michelstadt}, michelstadt) as tx:
        await evidence.run_checks(tx, michelstadt, now())
        (case, *_rest) = await contradictions.cases(tx, michelstadt, now().date())
    auditor = await log_in("auditor", "michelstadt")
    url = await place(michelstadt, "OW-NET-09", "Switches und Router")
    for path in (
        BASE,
        f"{BASE}/rules",
        url.rpartition("/")[0],
        url,
        f"{BASE}/contradictions",
        f"{BASE}/contradictions/{case.id}",
    ):
        page = await auditor.get(path)
        assert page.status_code == 200, path
        assert 'method="post" action="/towns' not in page.text, path
    for path in (f"{BASE}/check", f"{BASE}/structure", url, f"{BASE}/contradictions/{case.id}"):
        assert (await auditor.send_form(path)).status_code == 403, path


async def test_several_findings_are_decided_at_once_or_not_at_all(log_in, michelstadt) -> None:
    async with town_tx({michelstadt}, michelstadt) as tx:
        for number in (21, 22):
            asset = await stock.device(tx, michelstadt, f"sw-{number}", "switch", f"10.62.70.{number}", at=now())
            await stock.port(tx, michelstadt, asset, f"10.62.70.{number}", 23, now())
        await evidence.run_checks(tx, michelstadt, now())
    visitor = await log_in("isb", "michelstadt")
    listed = (await visitor.get(f"{BASE}/contradictions?check=W01&against=all")).text
    keys = re.findall(r'name="id" value="([0-9a-f-]{36})"', listed)
    assert len(keys) == 3
    fields = {"id": keys, "decision": "dismissed", "reason": "Austausch bestellt"}
    assert (await visitor.send_form(f"{BASE}/contradictions/bulk", fields)).status_code == 422
    assert "3 Befunde" in (await visitor.get(f"{BASE}/contradictions?check=W01&against=all")).text
    until = (now() + timedelta(days=30)).date().isoformat()
    assert (await visitor.send_form(f"{BASE}/contradictions/bulk", fields | {"until": until})).status_code == 303
    assert "Kein Widerspruch" in (await visitor.get(f"{BASE}/contradictions?check=W01&against=all")).text


async def test_the_list_of_rules_names_every_check(log_in, michelstadt) -> None:
    visitor = await log_in("isb", "michelstadt")
    page = (await visitor.get(f"{BASE}/rules")).text
    for check in all_checks():
        assert check.title.replace("&", "&amp;") in page


async def test_a_new_object_gets_its_requirements_at_once(log_in, michelstadt) -> None:
    visitor = await log_in("isb", "michelstadt")
    url = f"{MIC}/structure/new"
    assert (await visitor.get(url)).status_code == 200
    assert (await visitor.send_form(url, {"name": "Wasserwerk", "kind": "tower"})).status_code == 422
    fields = {"name": "Wasserwerk", "kind": "industrial", "categories": ["Fernwirktechnik"], "kinds": ["plc"], "version": "0"}
    made = await visitor.send_form(url, fields)
    assert made.status_code == 303
    key = made.headers["location"].rpartition("/")[2]
    assert "OW-NET-16" in (await visitor.get(f"{BASE}/objects/{key}")).text
    form = (await visitor.get(f"{MIC}/structure/objects/{key}/edit")).text
    assert 'value="Wasserwerk"' in form
    changed = await visitor.send_form(f"{MIC}/structure/objects/{key}/edit", fields | {"name": "Wasserwerk Nord", "version": "1"})
    assert changed.status_code == 303
    assert (await visitor.send_form(f"{MIC}/structure/objects/{key}/edit", fields | {"version": "1"})).status_code == 409


async def test_a_device_name_full_of_markup_stays_text(log_in, michelstadt) -> None:
    async with town_tx({michelstadt}, michelstadt) as tx:
        asset = await stock.device(tx, michelstadt, "<script>x</script>", "switch", "10.62.70.12", at=now())
        await stock.port(tx, michelstadt, asset, "10.62.70.12", 23, now())
        await evidence.run_checks(tx, michelstadt, now())
    visitor = await log_in("isb", "michelstadt")
    page = (await visitor.get(f"{BASE}/contradictions?against=all")).text
    assert "<script>x</script>" not in page
    assert "&lt;script&gt;x&lt;/script&gt;" in page


MEASURES = f"{MIC}/measures"


async def test_a_measure_of_the_town_and_one_of_the_group_taken_over_by_the_mayor(log_in, michelstadt) -> None:
    officer, mayor = await log_in("isb", "michelstadt", "verbund"), await log_in("mayor", "michelstadt")
    own = await officer.send_form(
        f"{MEASURES}/new",
        {"title": "Telnet abschalten", "kind": "technisch", "mode": "lokal", "state": "beschlossen", "cost_once": "1400"},
    )
    assert own.status_code == 303
    assert "1.400" in (await officer.get(own.headers["location"])).text
    assert (await officer.get(f"{own.headers['location']}/edit")).status_code == 200
    assert (await officer.send_form(f"{MEASURES}/new", {"title": "x", "mode": "zentral"})).status_code == 422
    control = (await place(michelstadt, "OW-SIC-02", "Server und Speicher")).rpartition("/")[2]
    group = await officer.send_form(
        "/towns/verbund/measures/new",
        {"title": "Zentrale Datensicherung", "mode": "zentral", "state": "umgesetzt", "controls": [control]},
    )
    assert group.status_code == 303
    key = group.headers["location"].rpartition("/")[2]
    assert "Zentrale Datensicherung" not in (await mayor.get(MEASURES)).text
    offered = await officer.send_form(f"{group.headers['location']}/offer", {"offer": "all", "version": "1"})
    assert offered.status_code == 303
    assert "Zentrale Datensicherung" in (await mayor.get(MEASURES)).text
    assert (await officer.send_form(f"{MEASURES}/{key}/accept", {"decision": "accept"})).status_code == 403
    assert (await mayor.send_form(f"{MEASURES}/{key}/accept", {"decision": "accept"})).status_code == 303
    sheet = (await officer.get(await place(michelstadt, "OW-SIC-02", "Server und Speicher"))).text
    assert "über Maßnahme M-001 des Verbunds" in sheet


async def test_the_mayor_decides_about_a_measure_and_its_money_and_is_not_asked_again(log_in, michelstadt) -> None:
    officer, mayor = await log_in("isb", "michelstadt"), await log_in("mayor", "michelstadt")
    fields = {"kind": "technisch", "mode": "lokal", "state": "vorgeschlagen", "budget": "no", "priority": "4", "cost_once": "900"}
    fields["owner"] = "Ute Uhu"
    made = [
        (await officer.send_form(f"{MEASURES}/new", fields | {"title": title})).headers["location"]
        for title in ("Neue USV", "Turmuhr")
    ]
    home = (await mayor.get(MIC)).text
    assert all(f'href="{url}"' in home for url in made)
    version = re.search(r'name="version" value="(\d+)"', (await mayor.get(made[0])).text)[1]
    assert (await officer.send_form(f"{made[0]}/decide", {"decision": "yes", "version": version})).status_code == 403
    assert (await mayor.send_form(f"{made[0]}/decide", {"decision": "yes", "version": version})).status_code == 303
    assert (await mayor.send_form(f"{made[1]}/decide", {"decision": "no", "version": version})).status_code == 422
    fields = {"decision": "no", "reason": "kein Bedarf", "version": version}
    assert (await mayor.send_form(f"{made[1]}/decide", fields)).status_code == 303
    shown = (await officer.get(made[0])).text
    assert "beschlossen" in shown
    assert "verworfen" in (await officer.get(made[1])).text
    assert (await mayor.send_form(f"{made[0]}/decide", {"decision": "yes", "version": "2"})).status_code == 422
    home = (await mayor.get(MIC)).text
    assert not any(f'href="{url}"' in home for url in made)


async def test_s05_no_page_of_another_town_shows_its_words(log_in, michelstadt, towns) -> None:
    async with town_tx({michelstadt}, michelstadt) as tx:
        await risks.save(tx, michelstadt, Entered("Kanarienvogel"), ISB, now())
        await evidence.run_checks(tx, michelstadt, now())
    async with town_tx({towns["erbach"]}, towns["erbach"]) as tx:
        await sheets.take_over(tx, towns["erbach"], ISB, now())
    visitor = await log_in("isb", "erbach")
    for path in ("controls", "controls/contradictions?state=all", "controls/rules", "risks", "measures"):
        page = (await visitor.get(f"/towns/erbach/{path}")).text
        assert "Kanarienvogel" not in page
        assert "sw-rathaus" not in page


def test_every_state_of_a_contradiction_has_its_word() -> None:
    from isms.pages.words import CASES

    assert set(CASES) == set(State)
