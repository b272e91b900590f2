"""Incidents as people use them, over HTTP and a real database."""

from __future__ import annotations

from datetime import timedelta

import pytest

from isms.incidents.pages.editor import EditForm
from isms.incidents.pages.frame import typed
from service.auth.roles import READ_INCIDENTS, ROLES
from service.settings import now

BASE = "/towns/erbach/incidents"
SAID = {"what": "Anhang geöffnet, Dateien heißen jetzt anders.", "place": "Bürgerbüro", "contact": "Durchwahl 12"}


async def report(visitor, **more) -> str:
    """Report and answer the incident's address."""
    made = await visitor.send_form(f"{BASE}/new", SAID | more)
    assert made.status_code == 303, made.text
    return str(made.headers["location"]).removesuffix("/receipt")


def assessed(**more) -> dict[str, str]:
    known = {"title": "Schadprogramm", "aware_at": typed(now() - timedelta(minutes=1)), "towns": "1", "impact_reach": "3"}
    return known | {"lessons": "Anhänge filtern", "cause": "Anhang"} | more


async def version(visitor, url) -> str:
    page = (await visitor.get(f"{url}/edit")).text
    return page.split('name="version" value="')[1].split('"')[0]


@pytest.mark.parametrize("role", sorted(ROLES.keys() - {"group_admin"}))
async def test_everybody_reports_and_sees_number_and_what_happens_next(role, log_in, towns) -> None:
    visitor = await log_in(role, "erbach")
    assert (await visitor.get(f"{BASE}/new")).status_code == 200
    url = await report(visitor)
    page = (await visitor.get(f"{url}/receipt")).text
    assert "V-001" in page
    assert "Wie es weitergeht" in page
    assert "V-001" in (await visitor.get(BASE)).text
    assert (await visitor.get(url)).status_code == (200 if role in READ_INCIDENTS else 403)


async def test_a_reporter_sees_only_what_he_reported_and_no_other_town_anything(log_in, towns) -> None:
    url = await report(await log_in("employee", "erbach"))
    colleague, stranger = await log_in("hr_training", "erbach"), await log_in("isb", "michelstadt")
    assert "V-001" not in (await colleague.get(BASE)).text
    assert (await colleague.get(f"{url}/receipt")).status_code == 404
    other = url.replace("erbach", "michelstadt")
    for address in (url, other, f"{other}/receipt", f"{other}/edit", f"{other}/report", f"{other}/affected"):
        assert (await stranger.get(address)).status_code == 404, address
    assert "V-001" not in (await stranger.get("/towns/michelstadt/incidents")).text
    assert "V-001" not in (await stranger.get("/group/incidents")).text


async def test_the_isb_sees_all_her_towns_on_one_page(log_in, towns) -> None:
    await report(await log_in("employee", "erbach"))
    officer = await log_in("isb", "erbach", "michelstadt")
    page = (await officer.get("/group/incidents")).text
    assert "Anhang geöffnet" in page
    assert "noch 71 Std." in page


async def test_nothing_said_is_sent_back_and_kept(log_in, towns) -> None:
    visitor = await log_in("employee", "erbach")
    for change, text in (
        ({"what": " "}, "was geschehen ist"),
        ({"since": "gestern"}, "nicht lesbar"),
        ({"since": "2040-01-01T10:00"}, "Zukunft"),
    ):
        refused = await visitor.send_form(f"{BASE}/new", SAID | change)
        assert refused.status_code == 422
        assert text in refused.text
        assert "Bürgerbüro" in refused.text


async def test_from_notice_to_closing_with_clocks_notices_and_a_measure(log_in, towns) -> None:
    officer, dpo, mayor = await log_in("isb", "erbach"), await log_in("dpo", "erbach"), await log_in("mayor", "erbach")
    url = await report(officer)
    assert "noch 71 Std. 59 Min." in (await dpo.get(url)).text
    saved = await officer.send_form(f"{url}/edit", assessed(personal_data="yes", persons="340", version="1"))
    assert saved.status_code == 303, saved.text
    page = (await officer.get(url)).text
    assert "Reichweite hoch" in page
    assert "Betroffene Personen, ungefähr: 340" in page
    for step in ("bewertet", "in_bearbeitung", "eingedaemmt", "behoben", "ausgewertet"):
        done = await officer.send_form(f"{url}/state", {"state": step, "version": await version(officer, url)})
        assert done.status_code == 303, done.text
    early = await officer.send_form(f"{url}/state", {"state": "abgeschlossen", "version": await version(officer, url)})
    assert early.status_code == 422
    assert "fehlt noch die Entscheidung" in early.text
    nothing = await dpo.send_form(f"{url}/duty", {"duty": "persons", "notify": "no", "reason": ""})
    assert nothing.status_code == 422
    assert (
        await dpo.send_form(f"{url}/duty", {"duty": "persons", "notify": "no", "reason": "geringes Risiko"})
    ).status_code == 303
    assert "Eine zweite Person" in (await officer.get(url)).text
    assert (
        await mayor.send_form(f"{url}/duty", {"duty": "persons", "notify": "no", "reason": "einverstanden"})
    ).status_code == 303
    assert (
        await mayor.send_form(f"{url}/duty", {"duty": "authority", "notify": "yes", "reason": "340 Menschen"})
    ).status_code == 303
    offered = (await officer.get(f"{url}/notices/new?kind=authority")).text
    assert "Art. 33 DSGVO" in offered
    draft = {"kind": "authority", "recipient": "Aufsicht", "subject": "Meldung", "text": "Der ganze Text", "version": "0"}
    notice = (await officer.send_form(f"{url}/notices/new", draft)).headers["location"]
    paper = await officer.get(f"{notice}/pdf")
    assert paper.content.startswith(b"%PDF")
    late = await officer.send_form(f"{notice}/sent", {"sent_to": "HBDI", "sent_at": typed(now() + timedelta(days=1))})
    assert late.status_code == 422
    sent = await officer.send_form(f"{notice}/sent", {"sent_to": "HBDI", "sent_at": typed(now())})
    assert sent.status_code == 303, sent.text
    copy = (await dpo.get(notice)).text
    assert "Der ganze Text" in copy
    assert "nicht mehr ändern" in copy
    assert (await officer.send_form(f"{url}/learn")).status_code == 303
    assert "Lehre aus V-001" in (await officer.get("/towns/erbach/measures")).text
    closed = await officer.send_form(f"{url}/state", {"state": "abgeschlossen", "version": await version(officer, url)})
    assert closed.status_code == 303, closed.text
    report_page = (await mayor.get(f"{url}/report")).text
    for part in ("Zusammenfassung", "Der ganze Text", "Abgeschlossen von", "Protokoll", "340 Menschen"):
        assert part in report_page
    short = (await mayor.get(f"{url}/report?short=1")).text
    assert "Der ganze Text" not in short
    assert (await mayor.get(f"{url}/report/pdf?short=1")).content.startswith(b"%PDF")


async def test_the_log_is_corrected_by_a_new_entry(log_in, towns) -> None:
    officer = await log_in("isb", "erbach")
    url = await report(officer)
    assert (await officer.send_form(f"{url}/note", {"text": "Um 9 Uhr getrennt"})).status_code == 303
    assert (await officer.send_form(f"{url}/note", {"text": "Um 8 Uhr getrennt", "corrects": "2"})).status_code == 303
    page = (await officer.get(url)).text
    assert "Um 9 Uhr getrennt" in page
    assert "berichtigt durch Eintrag 3" in page
    assert "Prüfsummen stimmen" in page
    assert (await officer.send_form(f"{url}/note", {"text": "x", "corrects": "77"})).status_code == 422


async def test_the_security_officer_proposes_and_the_mayor_declares(log_in, towns) -> None:
    officer, mayor = await log_in("isb", "erbach"), await log_in("mayor", "erbach")
    url = await report(officer)
    assert (
        await officer.send_form(f"{url}/edit", assessed(critical_down="true", plan_fits="no", version="1"))
    ).status_code == 303
    assert "Krise feststellen?" in (await mayor.get(url)).text
    assert (await officer.send_form(f"{url}/level", {"level": "3", "reason": "kein Plan"})).status_code == 303
    assert "Der Leitung vorgeschlagen: Krise" in (await mayor.get(url)).text
    assert (await mayor.send_form(f"{url}/level", {"level": "2", "reason": "reicht"})).status_code == 303
    assert "V-001 · Notfall" in (await officer.get(url)).text
    assert (await mayor.send_form(f"{url}/level", {"level": "9", "reason": "x"})).status_code == 422


async def test_the_data_protection_officer_sees_what_may_concern_persons(log_in, towns) -> None:
    officer, dpo = await log_in("isb", "erbach"), await log_in("dpo", "erbach")
    url = await report(officer)
    assert "V-001" in (await dpo.get(BASE)).text
    assert (
        await officer.send_form(f"{url}/edit", assessed(personal_data="no", reason="Nur Gerätedaten", version="1"))
    ).status_code == 303
    assert "V-001" not in (await dpo.get(BASE)).text
    for address in (url, f"{url}/report", f"{url}/report/pdf"):
        assert (await dpo.get(address)).status_code == 404
    assert (await dpo.send_form(f"{url}/note", {"text": "x"})).status_code == 404


async def test_two_who_assess_at_once_see_both_versions(log_in, towns) -> None:
    officer = await log_in("isb", "erbach")
    url = await report(officer)
    assert (await officer.send_form(f"{url}/edit", assessed(version="1"))).status_code == 303
    clash = await officer.send_form(f"{url}/edit", assessed(cause="Stick", version="1"))
    assert clash.status_code == 409
    assert "Stick" in clash.text
    assert "Anhang" in clash.text


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"title": ""}, "Titel"),
        ({"aware_at": ""}, "bekannt wurde"),
        ({"aware_at": "2040-01-01T00:00"}, "spätestens dann"),
        ({"aware_at": "2020-01-01T00:00", "since": "2020-01-02T00:00"}, "vor „Beginn“"),
        ({"personal_data": "no"}, "Mit dieser Angabe entfällt"),
        ({"persons": "-1"}, "negativ"),
        ({"towns": "0"}, "Mindestens eine Stadt"),
        ({"impact_reach": "7"}, "Stufe"),
        ({"tolerable_until": "bald"}, "nicht lesbar"),
    ],
)
async def test_an_assessment_that_cannot_be_says_why(change, text, log_in, towns) -> None:
    officer = await log_in("isb", "erbach")
    url = await report(officer)
    refused = await officer.send_form(f"{url}/edit", assessed(version="1") | change)
    assert refused.status_code == 422
    assert text in refused.text


async def test_saving_an_untouched_form_changes_nothing(log_in, towns) -> None:
    officer = await log_in("isb", "erbach")
    url = await report(officer)
    page = (await officer.get(f"{url}/edit")).text
    aware = page.split('name="aware_at"')[1].split('value="')[1].split('"')[0]
    same = {"title": SAID["what"], "place": SAID["place"], "contact": SAID["contact"], "aware_at": aware, "version": "1"}
    assert (await officer.send_form(f"{url}/edit", same)).status_code == 303
    assert await version(officer, url) == "1"
    assert set(same) <= set(EditForm.__struct_fields__)


async def test_affected_devices_are_found_by_name(log_in, towns) -> None:
    officer = await log_in("isb", "erbach")
    url = await report(officer)
    assert (await officer.get(f"{url}/affected")).status_code == 200
    assert "Kein weiteres Gerät" in (await officer.get(f"{url}/affected?q=gibtesnicht")).text
    assert (await officer.send_form(f"{url}/affected", {"field": "assets"})).status_code == 422


async def test_the_list_is_filtered_and_exported(log_in, towns) -> None:
    officer = await log_in("isb", "erbach")
    await report(officer)
    assert "V-001" in (await officer.get(f"{BASE}?state=gemeldet&open=yes&q=anhang")).text
    assert "Kein Vorfall passt" in (await officer.get(f"{BASE}?state=behoben")).text
    table = await officer.get(f"{BASE}/export?format=csv")
    assert "V-001" in table.content.decode("utf-8-sig")
    assert (await officer.get(f"{BASE}/export")).content[:2] == b"PK"
    assert (await (await log_in("employee", "erbach")).get(f"{BASE}/export")).status_code == 403


async def test_a_duty_taken_back_needs_a_reason_and_stays_shown_to_the_data_protection_officer(log_in, towns) -> None:
    officer, dpo = await log_in("isb", "erbach"), await log_in("dpo", "erbach")
    url = await report(officer)
    assert (await officer.send_form(f"{url}/edit", assessed(personal_data="yes", version="1"))).status_code == 303
    back = assessed(personal_data="no", version="2")
    refused = await officer.send_form(f"{url}/edit", back)
    assert refused.status_code == 422
    assert "Art. 33 DSGVO" in refused.text
    assert "Es fehlt die Entscheidung" in (await dpo.get(url)).text
    assert (await officer.send_form(f"{url}/edit", back | {"reason": "Der Rechner war leer"})).status_code == 303
    page = (await dpo.get(url)).text
    assert page.count("Der Rechner war leer Eine zweite Person oder die Leitung bestätigt das.") == 2
    assert page.count("Es fehlt die Entscheidung") == 2
    said = {"duty": "authority", "notify": "no", "reason": "Stimmt, er war leer"}
    assert (await officer.send_form(f"{url}/duty", said)).status_code == 303
    assert (await dpo.get(url)).text.count("Es fehlt die Entscheidung") == 2
    assert (await dpo.send_form(f"{url}/duty", said)).status_code == 303
    page = (await dpo.get(url)).text
    assert page.count("Es fehlt die Entscheidung") == 1
    assert "nicht meldepflichtig. Stimmt, er war leer" in page
    again = await officer.send_form(f"{url}/edit", assessed(personal_data="yes", version=await version(officer, url)))
    assert again.status_code == 303
    assert (await dpo.get(url)).text.count("Es fehlt die Entscheidung") == 2


async def test_a_first_assessment_rules_a_duty_out_and_the_reason_stays(log_in, towns) -> None:
    officer = await log_in("isb", "erbach")
    url = await report(officer)
    none = assessed(personal_data="no", reason="Der Rechner war leer", version="1")
    assert (await officer.send_form(f"{url}/edit", none)).status_code == 303
    page = (await officer.get(url)).text
    assert page.count("Entfallen: Der Rechner war leer") == 2
    assert "entfallen: Der Rechner war leer" in (await officer.get(f"{url}/report")).text
    assert "Es fehlt die Entscheidung" not in page


async def test_a_mistyped_moment_of_becoming_aware_is_put_right_with_a_reason(log_in, towns) -> None:
    officer = await log_in("isb", "erbach")
    url = await report(officer)
    known = (await officer.get(f"{url}/edit")).text.split('name="aware_at"')[1].split('value="')[1].split('"')[0]
    wrong = assessed(aware_at="2020-01-01T08:00", version="1")
    assert (await officer.send_form(f"{url}/edit", wrong)).status_code == 303
    assert "abgelaufen" in (await officer.get(url)).text
    right = assessed(aware_at=known, version="2")
    refused = await officer.send_form(f"{url}/edit", right)
    assert refused.status_code == 422
    assert "enden gesetzliche Fristen später" in refused.text
    assert (await officer.send_form(f"{url}/edit", right | {"reason": "Im Jahr vertippt"})).status_code == 303
    page = (await officer.get(url)).text
    assert "abgelaufen" not in page
    assert "von 01.01.2020, 08:00" in page
    assert "Im Jahr vertippt" in page


async def test_the_data_protection_officer_of_several_towns_starts_with_running_clocks(log_in, towns) -> None:
    officer, dpo = await log_in("isb", "erbach"), await log_in("dpo", "erbach", "michelstadt")
    shown, hidden = await report(officer), await report(officer, what="Ein Netzteil ist defekt.")
    none = assessed(title="Netzteil", personal_data="no", reason="Gerät ohne Daten", version="1")
    assert (await officer.send_form(f"{hidden}/edit", none)).status_code == 303
    for address in ("/", "/group/incidents", "/towns/erbach"):
        page = (await dpo.get(address)).text
        assert shown in page, address
        assert "noch 71 Std. 59 Min." in page, address
        assert hidden not in page, address
    stranger = await log_in("dpo", "michelstadt", "oberzent")
    assert shown not in (await stranger.get("/")).text
    assert shown not in (await stranger.get("/group/incidents")).text
