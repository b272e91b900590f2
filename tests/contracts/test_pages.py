"""Pages of contracts, registered certificates, VPN demand and telephone systems on a real estate."""

from __future__ import annotations

import html
import io
import re
from datetime import date, timedelta
from typing import Any

import pytest
from openpyxl import load_workbook

from service.contracts.store import contracts, files
from service.db import town_tx
from service.inventory.labels import WARRANTY
from service.inventory.store import sites as site_store
from service.settings import local_today, now
from tests.inventory.estate import BY, take
from tests.software.test_pages import rows

TOWN = "/towns/erbach"
BASE = f"{TOWN}/contracts"
LISTED = b"Name;Inventarnummer;Seriennummer;Garantie bis\r\nERB-N1;I-1;SNVER1;31.01.2027\r\nERB-N2;I-2;SNVER2;\r\n"
AHEAD = timedelta(days=400)


@pytest.fixture
async def admin(towns, log_in) -> Any:
    await take(towns["erbach"], LISTED, "bestand.csv", now() - timedelta(days=2))
    async with town_tx({towns["erbach"]}, towns["erbach"]) as tx:
        told = {"name": "Rathaus", "kind": "Rathaus", "address": "", "facts": {}}
        await site_store.save(tx, towns["erbach"], None, told, since=None, by=BY, now=now())
    return await log_in("it_admin")


async def enter(visitor: Any, base: str = BASE, **fields: Any) -> str:
    """A contract by its form; answers its address."""
    answer = await visitor.send_form(f"{base}/new", {"title": "Wartung Drucker"} | fields)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


async def asset(town: int, name: str) -> str:
    async with town_tx({town}) as tx:
        return str(await tx.connection.fetchval("select id from asset where name = $1", name))


async def test_a_contract_says_by_when_to_give_notice_and_stands_in_the_calendar(admin) -> None:
    ends = date(now().year + 1, 12, 31)
    url = await enter(
        admin, partner="Talmühle", number="V-1", ends_on=ends.isoformat(), notice_count="3", renews_months="12", cost_yearly="1200",
        responsible="IT-Abteilung",
    )  # fmt: skip
    page = (await admin.get(url)).text
    assert f"30.09.{ends.year}" in page
    (row,) = rows((await admin.get(BASE)).text, "contracts")
    assert row[0] == "Wartung Drucker Talmühle, V-1"
    assert row[3].startswith(f"bis 31.12.{ends.year}")
    assert row[5] == "1.200 €"
    assert "Wartung Drucker" in (await admin.get(f"{TOWN}/calendar?kind=notice")).text
    sheet = load_workbook(io.BytesIO((await admin.get(f"{BASE}/export")).content)).active
    assert [cell.value for cell in sheet[2]][:4] == ["Wartung Drucker", "Wartung", "Talmühle", "V-1"]
    assert "Wartung Drucker" in (await admin.get(f"{TOWN}/search?q=talm")).text


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"title": ""}, "eine Bezeichnung"),
        ({"kind": "mond"}, "Diese Auswahl gibt es nicht."),
        ({"renews_months": "12"}, "verlängert sich nichts"),
        ({"renews_months": "0", "ends_on": "2027-01-01"}, "kann nicht stimmen"),
        ({"cost_yearly": "-1"}, "kann nicht stimmen"),
        ({"starts_on": "2027-01-02", "ends_on": "2027-01-01"}, "vor dem Beginn"),
        ({"starts_on": "2027-01-02", "cancelled_on": "2027-01-01"}, "vor dem Beginn"),
        ({"ends_on": "3027-01-01"}, "Dieses Datum kann nicht stimmen."),
        ({"partner": "x" * 201}, "Der Text ist zu lang"),
    ],
)
async def test_what_cannot_be_meant_is_said_and_nothing_typed_is_lost(admin, fields, text: str) -> None:
    answer = await admin.send_form(f"{BASE}/new", {"title": "A", "note": "Bleibt stehen"} | fields)
    assert answer.status_code == 422
    assert text in answer.text
    assert "Bleibt stehen" in answer.text


async def test_two_people_see_both_versions_and_the_history_names_every_change(admin) -> None:
    url = await enter(admin)
    assert (await admin.send_form(f"{url}/edit", {"title": "Wartung", "partner": "Neu", "version": "1"})).status_code == 303
    late = await admin.send_form(f"{url}/edit", {"title": "Wartung", "partner": "Andere", "version": "1"})
    assert late.status_code == 409
    assert "Neu" in late.text
    assert 'value="Andere"' in late.text
    page = html.unescape((await admin.get(url)).text)
    assert "Vertrag geändert" in page
    assert "Wartung Drucker" in page[page.index("Verlauf") :]


async def test_a_deleted_contract_leaves_list_and_calendar_and_comes_back(admin) -> None:
    url = await enter(admin, ends_on=(now() + AHEAD).date().isoformat())
    assert (await admin.send_form(f"{url}/delete")).status_code == 303
    assert (await admin.get(url)).status_code == 404
    assert "Noch kein Vertrag" in (await admin.get(BASE)).text
    assert "Wartung Drucker" not in (await admin.get(f"{TOWN}/calendar")).text
    assert (await admin.send_form(f"{url}/restore")).status_code == 303
    assert (await admin.get(url)).status_code == 200


async def test_a_warranty_contract_lengthens_what_the_device_shows_and_says_so(admin, towns) -> None:
    until = (now() + AHEAD).date()
    url = await enter(admin, title="Garantie plus", kind="warranty", ends_on=until.isoformat())
    first = await asset(towns["erbach"], "ERB-N1")
    assert "31.01.2027" in (await admin.get(f"{TOWN}/assets/{first}")).text
    wrong = await admin.send_form(f"{url}/links", {"kind": "asset", "devices": "ERB-N1\nGibtsnicht"})
    assert wrong.status_code == 422
    assert "Gibtsnicht" in wrong.text
    answer = await admin.send_form(f"{url}/links", {"kind": "asset", "devices": "ERB-N1\nSNVER2"})
    assert answer.status_code == 303
    for name in ("ERB-N1", "ERB-N2"):
        page = html.unescape((await admin.get(f"{TOWN}/assets/{await asset(towns['erbach'], name)}")).text)
        assert f"{until:%d.%m.%Y}" in page, name
        assert "aus dem Vertrag" in page
    assert "ohne ihn bis 31.01.2027" in html.unescape((await admin.get(f"{TOWN}/assets/{first}")).text)
    assert "ERB-N1" not in (await admin.get(f"{TOWN}/calendar?kind=warranty")).text
    assert "Garantie plus" in (await admin.get(f"{TOWN}/calendar?kind=contract")).text
    remove = re.findall(r'action="([^"]+/links/[^"]+/remove)"', (await admin.get(url)).text)[0]
    gone = await admin.send_form(remove)
    assert gone.status_code == 303
    page = (await admin.get(f"{TOWN}/assets/{first}")).text
    assert "aus dem Vertrag" not in page
    assert (await admin.send_form(f"{url}/links/asset/{first}/restore")).status_code == 303
    assert "aus dem Vertrag" in (await admin.get(f"{TOWN}/assets/{first}")).text


async def test_the_list_and_the_replacement_list_count_the_warranty_by_contract(admin, towns) -> None:
    soon, until = local_today() + timedelta(days=30), local_today() + timedelta(days=200)
    line = f"Name;Inventarnummer;Seriennummer;Garantie bis\r\nERB-N3;I-3;SNVER3;{soon:%d.%m.%Y}\r\n"
    await take(towns["erbach"], line.encode(), "neu.csv", now() - timedelta(days=1))

    async def listed(name: str) -> dict[str, str]:
        """State of the warranty → what the column shows, of the states whose filter shows the device."""
        pages = {x: (await admin.get(f"{TOWN}/assets?columns=warranty&q={name}&warranty={x}")).text for x in WARRANTY}
        return {x: rows(page, "devices")[0][-1] for x, page in pages.items() if 'id="devices-table"' in page}

    assert (await listed("ERB-N3"), await listed("ERB-N2")) == ({"soon": f"{soon:%d.%m.%Y}"}, {"unknown": "– unbekannt"})
    replacement = f"{TOWN}/purchasing/replacement?q=ERB-N3"
    assert f"Garantie endet am {soon:%d.%m.%Y}" in (await admin.get(replacement)).text
    url = await enter(admin, title="Garantie plus", kind="warranty", ends_on=until.isoformat())
    assert (await admin.send_form(f"{url}/links", {"kind": "asset", "devices": "ERB-N2\nERB-N3"})).status_code == 303
    shown = {"running": f"{until:%d.%m.%Y} Garantie plus"}
    assert (await listed("ERB-N3"), await listed("ERB-N2")) == (shown, shown)
    page = html.unescape((await admin.get(replacement)).text)
    assert f"Garantie aus dem Vertrag „Garantie plus“ endet am {until:%d.%m.%Y}" in page
    assert "Garantie endet am" not in page


async def test_a_contract_of_a_product_or_line_takes_the_place_of_what_is_typed_there(admin, towns) -> None:
    ends = (now() + timedelta(days=50)).date().isoformat()
    assert (await admin.send_form(f"{TOWN}/software/new", {"name": "Grabweg", "contract_end": ends})).status_code == 303
    assert "Grabweg" in (await admin.get(f"{TOWN}/calendar?kind=contract")).text.split('id="list"')[1]
    url = await enter(admin, title="Pflege Friedhof", ends_on=ends)
    page = (await admin.get(url)).text
    product = re.findall(r'<option value="([0-9a-f-]{36})"[^>]*>Grabweg', page)[0]
    site = re.findall(r'<option value="([0-9a-f-]{36})"[^>]*>Rathaus', page)[0]
    for kind, key in (("product", product), ("site", site)):
        assert (await admin.send_form(f"{url}/links", {"kind": kind, kind: key})).status_code == 303
    listed = (await admin.get(f"{TOWN}/calendar?kind=contract")).text.split('id="list"')[1]
    assert "Pflege Friedhof" in listed
    assert "Grabweg" not in listed
    removed = await admin.send_form(f"{TOWN}/sites/{site}/remove")
    assert removed.status_code == 422
    assert "Ein Vertrag oder eine Telefonanlage" in removed.text


async def test_a_file_is_filed_loaded_deleted_and_had_back_and_gone_after_30_days(admin, towns) -> None:
    url = await enter(admin)
    town = towns["erbach"]
    key = url.rpartition("/")[2]
    async with town_tx({town}, town) as tx:
        made = await files.attach(tx, town, key, "Vertrag.pdf", b"%PDF-1.7", BY, now())
    answer = await admin.get(f"{url}/files/{made}")
    assert answer.content == b"%PDF-1.7"
    assert "attachment" in answer.headers["content-disposition"]
    assert (await admin.send_form(f"{url}/files/{made}/delete")).status_code == 303
    assert (await admin.get(f"{url}/files/{made}")).status_code == 404
    assert (await admin.send_form(f"{url}/files/{made}/restore")).status_code == 303
    assert (await admin.send_form(f"{url}/files/{made}/delete")).status_code == 303
    async with town_tx({town}, town) as tx:
        assert await files.empty(tx, town, now() + timedelta(days=29)) == 0
        assert await files.empty(tx, town, now() + timedelta(days=31)) == 1


async def certificate(visitor: Any, **fields: Any) -> Any:
    told = {"subject": "vpn-017", "purpose": "vpn_user", "holder": "Bauamt", "not_after": (now() + AHEAD).date().isoformat()}
    return await visitor.send_form(f"{TOWN}/certificates/registered/new", told | fields)


async def test_registered_certificates_have_a_holder_an_end_and_a_successor(admin, towns) -> None:
    assert (await certificate(admin, device="ERB-N1", fingerprint="AB:" * 31 + "AB")).status_code == 303
    base = f"{TOWN}/certificates/registered"
    (row,) = rows((await admin.get(base)).text, "registered")
    assert row[1:3] == ["VPN, Person", "ERB-N1 , Bauamt"]
    again = await certificate(admin, fingerprint="ab" * 32)
    assert again.status_code == 422
    assert "steht schon in der Liste" in again.text
    for wrong, text in (
        ({"subject": ""}, "ausgestellt ist"),
        ({"not_after": ""}, "den letzten Tag"),
        ({"fingerprint": "abc"}, "kein Fingerabdruck"),
        ({"device": "Gibtsnicht"}, "kein Gerät"),
        ({"mobile_work": "true", "purpose": "mail"}, "nur Zertifikate für VPN"),
        ({"mobile_work": "true", "holder": ""}, "braucht ein Gerät"),
        ({"successor": "x"}, "Diese Auswahl"),
    ):
        answer = await certificate(admin, **wrong)
        assert answer.status_code == 422, wrong
        assert text in answer.text
    url = re.findall(r'href="([^"]+/registered/[0-9a-f-]{36}/edit)"', (await admin.get(base)).text)[0]
    form = (await admin.get(url)).text
    assert 'value="ERB-N1"' in form
    key = url.split("/")[-2]
    own = await admin.send_form(url, {"subject": "A", "not_after": "2028-01-01", "successor": key, "version": "1"})
    assert own.status_code == 422
    assert (await admin.send_form(url, {"subject": "A", "not_after": "2028-01-01", "version": "1"})).status_code == 303
    assert (await admin.send_form(url, {"subject": "B", "not_after": "2028-01-01", "version": "1"})).status_code == 409
    device = await asset(towns["erbach"], "ERB-N1")
    assert (await admin.get(f"{TOWN}/assets/{device}")).status_code == 200
    sheet = (await admin.get(f"{base}/export?format=csv")).content.decode("utf-8-sig").splitlines()
    assert sheet[1].startswith("A;")
    delete = url.replace("/edit", "/delete")
    assert (await admin.send_form(delete)).status_code == 303
    assert "Noch kein Zertifikat" in (await admin.get(base)).text
    assert (await certificate(admin, subject="A2")).status_code == 303
    assert (await admin.send_form(delete.replace("/delete", "/restore"))).status_code == 303
    assert len(rows((await admin.get(base)).text, "registered")) == 2


async def test_certificates_of_the_own_list_stand_in_the_calendar_until_a_successor_is_there(admin) -> None:
    soon = (now() + timedelta(days=21)).date()
    for name in ("vpn-1", "vpn-2"):
        assert (await certificate(admin, subject=name, not_after=soon.isoformat())).status_code == 303
    page = (await admin.get(f"{TOWN}/calendar?kind=certificate")).text
    assert "vpn-1, vpn-2" in page
    assert "2 Zertifikate" in page
    assert (await certificate(admin, subject="vpn-1 neu")).status_code == 303
    base = f"{TOWN}/certificates/registered"
    form = (await admin.get(f"{base}/new")).text
    new = re.findall(r'<option value="([0-9a-f-]{36})"[^>]*>vpn-1 neu', form)[0]
    old = re.findall(r'<option value="([0-9a-f-]{36})"[^>]*>vpn-1 \(', form)[0]
    data = {"subject": "vpn-1", "not_after": soon.isoformat(), "successor": new, "version": "1"}
    assert (await admin.send_form(f"{base}/{old}/edit", data)).status_code == 303
    listed = (await admin.get(f"{TOWN}/calendar?kind=certificate")).text.split('id="list"')[1]
    assert "vpn-1," not in listed
    assert "vpn-2" in listed


async def test_the_vpn_demand_is_shown_with_its_parts_and_grey_without_a_figure(admin) -> None:
    url = f"{TOWN}/certificates/vpn"
    assert "erst mit der Zahl der Beschäftigten" in (await admin.get(url)).text
    for number in range(5):
        ends = (now() + timedelta(days=21 if number < 2 else 200)).date().isoformat()
        assert (await certificate(admin, subject=f"vpn-{number}", mobile_work="true", not_after=ends)).status_code == 303
    tomorrow = (now() + timedelta(days=2)).date().isoformat()
    for wrong in ({}, {"staff": "-1"}, {"staff": "4", "as_of": tomorrow}):
        assert (await admin.send_form(url, wrong)).status_code == 422, wrong
    assert (await admin.send_form(url, {"staff": "6", "as_of": now().date().isoformat()})).status_code == 303
    page = html.unescape((await admin.get(url)).text)
    assert "6 − (5 − 2)" in page
    assert [row[4] for row in rows(page, "counted-table")] == ["zu kurz", "zu kurz", "zählt", "zählt", "zählt"]


async def test_telephone_systems_stand_by_site_with_contract_and_support(admin) -> None:
    url = f"{TOWN}/phones"
    contract = (await enter(admin, title="Anschluss Rathaus", kind="line")).rpartition("/")[2]
    page = (await admin.get(f"{url}/new")).text
    site = re.findall(r'<option value="([0-9a-f-]{36})"[^>]*>Rathaus', page)[0]
    ends = (now() + timedelta(days=100)).date()
    data = {"site": site, "kind": "isdn", "maker": "Tischlein", "model": "T 3", "numbers": "06062 99000-0 bis -99", "contract": contract,
            "support_ends": ends.isoformat(), "emergency_calls": "yes", "without_power": "no"}  # fmt: skip
    for wrong in ({"site": ""}, {"kind": "rauch"}, {"contract": "x"}, {"device": "Gibtsnicht"}):
        assert (await admin.send_form(f"{url}/new", data | wrong)).status_code == 422, wrong
    assert (await admin.send_form(f"{url}/new", data)).status_code == 303
    (row,) = rows((await admin.get(url)).text, "phones")
    assert row[0] == "Rathaus"
    assert row[1] == "Tischlein T 3 ISDN-Rest"
    assert row[3].startswith("Anschluss Rathaus")
    assert row[5:] == ["ja", "nein"]
    assert "Tischlein T 3 (Rathaus)" in (await admin.get(f"{TOWN}/calendar?kind=support")).text
    assert "Tischlein" in (await admin.get(f"{TOWN}/search?q=06062")).text
    edit = re.findall(r'href="([^"]+/phones/[^"]+/edit)"', (await admin.get(url)).text)[0]
    assert (await admin.send_form(edit, data | {"version": "1", "model": "T 4"})).status_code == 303
    late = await admin.send_form(edit, data | {"version": "1", "model": "T 5"})
    assert late.status_code == 409
    assert "T 4" in late.text
    sheet = (await admin.get(f"{url}/export?format=csv")).content.decode("utf-8-sig").splitlines()
    assert sheet[1].startswith("Rathaus;ISDN-Rest;Tischlein;T 4")
    assert (await admin.send_form(edit.replace("/edit", "/delete"))).status_code == 303
    assert "Noch keine Telefonanlage" in (await admin.get(url)).text
    assert (await admin.send_form(edit.replace("/edit", "/restore"))).status_code == 303


async def test_no_town_sees_or_uses_what_another_has(admin, log_in, towns) -> None:
    url = await enter(admin)
    first = await asset(towns["erbach"], "ERB-N1")
    other = await log_in("it_admin", "michelstadt")
    assert (await other.get(url)).status_code == 404
    assert (await other.get(url.replace("erbach", "michelstadt"))).status_code == 404
    assert "Wartung Drucker" not in (await other.get("/towns/michelstadt/contracts")).text
    own = await enter(other, "/towns/michelstadt/contracts", title="Eigener")
    assert (await other.send_form(f"{own}/links/asset/{first}/restore")).status_code == 404
    assert (await other.send_form(f"{own}/links", {"kind": "asset", "devices": first})).status_code == 422
    async with town_tx({towns["michelstadt"]}) as tx:
        assert [x.title for x in await contracts.contracts(tx, towns["erbach"])] == []


async def test_readers_see_and_do_not_change(admin, log_in) -> None:
    url = await enter(admin)
    reader = await log_in("auditor")
    page = (await reader.get(url)).text
    assert "Löschen" not in page
    assert (await reader.send_form(f"{url}/delete")).status_code == 403
    for path in ("/phones", "/certificates/registered", "/certificates/vpn", "/contracts"):
        assert (await reader.get(TOWN + path)).status_code == 200
    assert (await (await log_in("mayor")).get(BASE)).status_code == 403
