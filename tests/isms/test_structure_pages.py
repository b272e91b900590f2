"""The structure analysis as people use it: objects by rule, needs, protection needs, modelling, 0 dangling."""

from __future__ import annotations

import io
import re
from uuid import UUID

import openpyxl
import pytest

from isms.store import sheets
from service.audit.chain import Actor
from service.db import town_tx, uuid7
from service.objects import store as objects
from service.objects.store import needs as links
from service.objects.store.needs import Need
from service.settings import now
from tests.isms import stock

MIC = "/towns/michelstadt"
BASE = f"{MIC}/structure"
ISB = Actor("Test")


@pytest.fixture
async def michelstadt(towns):
    """A town with its standard structure, two notebooks, a server and something nobody knows."""
    town, at = towns["michelstadt"], now()
    async with town_tx({town}, town) as tx:
        await sheets.take_over(tx, town, ISB, at)
        await stock.network(tx, town, "10.62.20.0/24", "client")
        await stock.device(tx, town, "nb-haupt-1", "notebook", "10.62.20.11", os="Windows 11")
        await stock.device(tx, town, "nb-bau-1", "notebook", "10.62.20.12", os="Ubuntu 24.04")
        await stock.device(tx, town, "srv-1", "server", "10.62.20.13", os="Windows Server 2022")
        await stock.device(tx, town, "kiste-7", "unknown", "10.62.20.14")
        await stock.device(tx, town, "ntp-1", "time_server", "10.62.20.15")
    return town


async def add(town: int, name: str, kind: str) -> UUID:
    async with town_tx({town}, town) as tx:
        return await objects.add(tx, town, objects.Target(uuid7(), name, kind, ()), ISB, now())


async def needs(town: int, consumer: UUID, provider: UUID) -> None:
    async with town_tx({town}, town) as tx:
        await links.add(tx, town, Need(uuid7(), consumer, provider), ISB, now())


def version(text: str, name: str = "version") -> str:
    found = re.search(rf'name="{name}" value="(\d+)"', text)
    return found[1] if found else "0"


async def test_a_group_by_rule_shows_its_members_before_it_is_saved_and_grows_afterwards(log_in, michelstadt) -> None:
    visitor = await log_in("isb", "michelstadt")
    fields = {"name": "Windows-Notebooks", "kind": "it_system", "kinds": "notebook", "os": "windows", "version": "0"}
    preview = await visitor.send_form(f"{BASE}/new/preview", fields)
    assert "1 Gerät passt jetzt." in preview.text
    assert "nb-haupt-1" in preview.text
    made = await visitor.send_form(f"{BASE}/new", fields)
    page = (await visitor.get(made.headers["location"])).text
    assert "nb-haupt-1" in page
    assert "nb-bau-1" not in page
    async with town_tx({michelstadt}, michelstadt) as tx:
        await stock.device(tx, michelstadt, "nb-haupt-2", "notebook", "10.62.20.21", os="Windows 11")
    assert "nb-haupt-2" in (await visitor.get(made.headers["location"])).text


async def test_an_object_goes_with_a_reason_and_comes_back(log_in, michelstadt) -> None:
    visitor = await log_in("isb", "michelstadt")
    target = await add(michelstadt, "Altes Archiv", "room")
    url = f"{BASE}/objects/{target}"
    refused = await visitor.send_form(f"{url}/retire", {"reason": ""})
    assert refused.status_code == 422
    assert "Bitte begründen Sie" in refused.text
    assert (await visitor.send_form(f"{url}/retire", {"reason": "verkauft"})).status_code == 303
    assert (await visitor.get(url)).status_code == 404
    assert "verkauft" in (await visitor.get(BASE)).text
    assert (await visitor.send_form(f"{url}/restore")).status_code == 303
    assert (await visitor.get(url)).status_code == 200


async def test_devices_without_a_place_are_named_and_one_click_puts_them_right(log_in, michelstadt) -> None:
    visitor = await log_in("isb", "michelstadt")
    page = (await visitor.get(f"{BASE}/devices")).text
    assert "kiste-7" in page
    assert "ntp-1" in page
    assert "nb-bau-1" not in page.split("</header>")[-1]
    ids = dict(re.findall(r'value="([0-9a-f-]{36})"[^>]*aria-label="Auswählen: ([^"]+)"', page))
    box = next(key for key, name in ids.items() if name == "kiste-7")
    refused = await visitor.send_form(f"{BASE}/devices", {"id": box, "act": "exclude"})
    assert refused.status_code == 422
    assert (await visitor.send_form(f"{BASE}/devices", {"id": box, "act": "exclude", "reason": "Leihgerät"})).status_code == 303
    assert (await visitor.send_form(f"{BASE}/devices/suggested")).status_code == 303
    page = (await visitor.get(f"{BASE}/devices")).text
    assert "0 Geräte ohne Platz" in page
    assert "Leihgerät" in page
    assert "Zeitserver" in (await visitor.get(BASE)).text


async def test_a_circle_is_refused_in_a_sentence_that_names_the_way(log_in, michelstadt) -> None:
    visitor = await log_in("isb", "michelstadt")
    lohn, files, power = [await add(michelstadt, name, "application") for name in ("Lohn", "Dateien", "Strom")]
    for a, b in ((lohn, files), (files, power)):
        assert (await visitor.send_form(f"{BASE}/needs", {"consumer": str(a), "provider": str(b)})).status_code == 303
    refused = await visitor.send_form(f"{BASE}/needs", {"consumer": str(power), "provider": str(lohn)})
    assert refused.status_code == 422
    assert "„Strom“ → „Lohn“ → „Dateien“ → „Strom“" in refused.text
    page = (await visitor.get(f"{BASE}/needs?at={files}")).text
    assert "<svg" in page
    link = re.search(rf"{BASE}/needs/([0-9a-f-]{{36}})/edit", page)[1]
    form = (await visitor.get(f"{BASE}/needs/{link}/edit")).text
    fields = {"required_hours": "24", "degraded_ok": "true", "version": version(form)}
    assert (await visitor.send_form(f"{BASE}/needs/{link}/edit", fields)).status_code == 303
    late = await visitor.send_form(f"{BASE}/needs/{link}/edit", fields | {"required_hours": "48"})
    assert late.status_code == 409
    assert "Jemand war schneller" in late.text
    assert (await visitor.send_form(f"{BASE}/needs/{link}/remove")).status_code == 303
    assert (await visitor.send_form(f"{BASE}/needs/{link}/restore")).status_code == 303
    assert "24 Stunden" in (await visitor.get(f"{BASE}/needs")).text


async def test_protection_needs_come_down_from_the_processes_and_say_why(log_in, michelstadt) -> None:
    visitor = await log_in("isb", "michelstadt")
    pay, app, host = [
        await add(michelstadt, name, kind)
        for name, kind in (("Lohn", "process"), ("Lohnprogramm", "procedure"), ("Host", "it_system"))
    ]
    await needs(michelstadt, pay, app)
    await needs(michelstadt, app, host)
    assert (await visitor.send_form(f"{BASE}/protection/{pay}", {"c": "2", "i": "2", "a": "1"})).status_code == 303
    page = (await visitor.get(f"{BASE}/protection?q=host")).text
    assert "weil es gebraucht wird von: Lohnprogramm" in page
    url = f"{BASE}/protection/{host}"
    refused = await visitor.send_form(url, {"a": "1", "a_reasoning": "kumulation", "a_reason": "viele"})
    assert refused.status_code == 422
    assert "Kumulation erhöht den Schutzbedarf" in refused.text
    assert (
        await visitor.send_form(url, {"a": "2", "a_reasoning": "kumulation", "a_reason": "zwölf Programme"})
    ).status_code == 303
    assert "Kumulation: zwölf Programme (vererbt: normal)" in (await visitor.get(f"{BASE}/protection?q=host")).text
    late = await visitor.send_form(url, {"a": "3", "a_reasoning": "begruendet", "a_reason": "neu", "a_version": "0"})
    assert late.status_code == 409
    stored = version((await visitor.get(f"{BASE}/protection/{pay}")).text, "a_version")
    fields = {"c": "2", "c_version": "1", "i": "2", "i_version": "1", "a": "3", "a_version": stored}
    assert (await visitor.send_form(f"{BASE}/protection/{pay}", fields)).status_code == 303
    listed = (await visitor.get(f"{BASE}/protection?state=review")).text
    assert "Host" in listed
    book = openpyxl.load_workbook(io.BytesIO((await visitor.get(f"{BASE}/protection/export?q=lohnprogramm")).content))
    rows = list(book.active.values)
    assert rows[1][0] == "Lohnprogramm"
    assert rows[1][rows[0].index("Verfügbarkeit")] == "sehr hoch"
    assert rows[1][rows[0].index("Verfügbarkeit, Grundschutz++")] == "hoch"


async def test_only_the_officer_may_set_begruendet(log_in, michelstadt) -> None:
    host = await add(michelstadt, "Host", "it_system")
    fields = {"c": "2", "c_reasoning": "begruendet", "c_reason": "Personalakten"}
    admin = await log_in("it_admin", "michelstadt")
    refused = await admin.send_form(f"{BASE}/protection/{host}", fields)
    assert refused.status_code == 422
    assert "darf nur die/der ISB setzen" in refused.text
    officer = await log_in("isb", "michelstadt")
    assert (await officer.send_form(f"{BASE}/protection/{host}", fields)).status_code == 303


async def test_definitions_are_worded_once_for_all_towns(log_in, michelstadt, towns) -> None:
    visitor = await log_in("isb", "michelstadt")
    url = f"{BASE}/protection/definitions"
    fields = {"scenario": "tasks", "need": "1", "text": "Zwei Tage Ausfall sind hinnehmbar.", "version": "0"}
    assert (await visitor.send_form(url, fields)).status_code == 303
    late = await visitor.send_form(url, fields | {"text": "Drei Tage."})
    assert late.status_code == 409
    assert "Drei Tage." in late.text
    other = await log_in("auditor", "erbach")
    page = (await other.get("/towns/erbach/structure/protection/definitions")).text
    assert "Zwei Tage Ausfall sind hinnehmbar." in page
    assert "Für alle Städte speichern" not in page


async def test_the_auditors_list_holds_every_removed_and_needless_requirement_with_its_reason(log_in, michelstadt) -> None:
    visitor = await log_in("isb", "michelstadt")
    async with town_tx({michelstadt}) as tx:
        fax = next(x for x in await objects.targets(tx, michelstadt) if x.name == "Fax")
    url = f"{BASE}/modelling/{fax.id}"
    page = (await visitor.get(url)).text
    assert "NET.4.3" in page
    control = re.search(r'name="id" value="([^"]+)" form="pick"', page)[1]
    assert (await visitor.send_form(f"{url}/remove", {"id": control, "reason": ""})).status_code == 422
    assert (await visitor.send_form(f"{url}/remove", {"id": control, "reason": "Das Faxgerät ist abgebaut."})).status_code == 303
    auditor = await log_in("auditor", "michelstadt")
    assert "Das Faxgerät ist abgebaut." in (await auditor.get(f"{BASE}/modelling/reasons")).text
    text = (await auditor.get(f"{BASE}/modelling/reasons/export?format=csv")).content.decode()
    assert "Das Faxgerät ist abgebaut." in text
    assert (await visitor.send_form(f"{url}/restore", {"id": control})).status_code == 303
    assert "Das Faxgerät" not in (await auditor.get(f"{BASE}/modelling/reasons")).text


async def test_modules_are_suggested_by_kind_and_kept(log_in, michelstadt) -> None:
    visitor = await log_in("isb", "michelstadt")
    async with town_tx({michelstadt}) as tx:
        servers = next(x for x in await objects.targets(tx, michelstadt) if x.name == "Server und Speicher")
    url = f"{BASE}/modelling/{servers.id}"
    page = (await visitor.get(url)).text
    assert "SYS.1.1 Allgemeiner Server" in page
    assert "SYS.1.2.3 Windows Server" in page
    sent = {"modules": ["SYS.1.1", "SYS.1.2.3"], "version": version(page)}
    assert (await visitor.send_form(f"{url}/modules", sent)).status_code == 303
    async with town_tx({michelstadt}) as tx:
        assert (await objects.target(tx, michelstadt, servers.id)).modules == ("SYS.1.1", "SYS.1.2.3")


async def test_the_inventory_suggests_objects_and_needs_and_one_click_takes_them(log_in, michelstadt) -> None:
    visitor = await log_in("isb", "michelstadt")
    async with town_tx({michelstadt}, michelstadt) as tx:
        site = uuid7()
        await tx.connection.execute(
            "insert into site (town_id, id, name, facts, changed_at) values ($1, $2, 'Bürgerhaus', '{\"server_room\": \"Keller\"}', $3)",
            michelstadt, site, now(),
        )  # fmt: skip
        net = await tx.connection.fetchval(
            "update network set site_id = $2, name = 'Büronetz' where town_id = $1 returning id", michelstadt, site
        )
        await tx.connection.execute("update asset set network_ids = array[$2::uuid] where town_id = $1", michelstadt, net)
    page = (await visitor.get(f"{BASE}/proposals")).text
    for name in ("Bürgerhaus", "Serverraum Bürgerhaus", "Büronetz"):
        assert name in page
    assert (await visitor.send_form(f"{BASE}/proposals/all")).status_code == 303
    assert "Alles aus dem Bestand" in (await visitor.get(f"{BASE}/proposals")).text
    page = (await visitor.get(f"{BASE}/needs/proposals")).text
    assert "2 Geräte stehen in diesem Netz" in page
    assert (await visitor.send_form(f"{BASE}/needs/proposals/all")).status_code == 303
    page = (await visitor.get(f"{BASE}/needs")).text
    assert "Das Netz liegt an diesem Standort." in page
    plan = (await visitor.get(f"{BASE}/plan")).text
    assert "Notebooks: 2" in plan
    assert "Büronetz" in plan


@pytest.mark.parametrize("name", ["", "needs", "plan", "protection", "modelling", "modelling/reasons", "devices"])
async def test_every_list_can_be_taken_along_and_readers_change_nothing(log_in, michelstadt, name) -> None:
    visitor = await log_in("auditor", "michelstadt")
    url = f"{BASE}/{name}".rstrip("/")
    page = await visitor.get(url)
    assert page.status_code == 200
    assert "<h1" in page.text
    main = page.text.split("<main")[1]
    assert 'method="post"' not in main
    for form in ("csv", "xlsx"):
        found = await visitor.get(f"{url}/export?format={form}")
        assert found.status_code == 200
        assert f".{form}" in found.headers["content-disposition"]


async def test_an_empty_town_says_what_to_do_on_every_page(log_in, towns) -> None:
    visitor = await log_in("isb", "erbach")
    assert "Standardstruktur übernehmen" in (await visitor.get("/towns/erbach/structure")).text
    for name in ("needs", "plan", "protection", "modelling", "devices", "proposals", "needs/proposals", "modelling/reasons"):
        assert (await visitor.get(f"/towns/erbach/structure/{name}")).status_code == 200
