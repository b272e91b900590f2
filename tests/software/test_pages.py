"""Pages of the software on a real estate: names from agents become products, installations are counted, everything is undone."""

from __future__ import annotations

import html
import io
import json
import re
from datetime import timedelta
from typing import Any

import pytest
from openpyxl import load_workbook

from service.db import town_tx
from service.settings import now
from tests.inventory.estate import take

BASE = "/towns/erbach/software"


def agent(number: int, *softwares: tuple[str, str, str]) -> bytes:
    """A GLPI file of one notebook."""
    content = {
        "bios": {"smanufacturer": "LENOVO", "smodel": "21HD", "ssn": f"PF4SOFT{number}"},
        "hardware": {
            "name": f"ERB-SW{number}",
            "uuid": f"7f1dd6b6-50a6-4c0c-9d5b-0000000000{number:02}",
            "chassis_type": "Notebook",
        },
        "operatingsystem": {"full_name": "Microsoft Windows 11 Pro", "version": "25H2", "kernel_name": "MSWin32"},
        "networks": [{"description": "Ethernet", "mac": f"54:e1:ad:00:77:{number:02x}", "type": "ethernet"}],
        "softwares": [
            {"name": name, "version": version, "publisher": maker, "from": "registry"} for name, version, maker in softwares
        ],
    }
    return json.dumps({"action": "inventory", "deviceid": f"d{number}", "itemtype": "Computer", "content": content}).encode()


ZIP_NEW, ZIP_OLD = ("7-Zip 25.01 (x64)", "25.01", "Igor Pavlov"), ("7-Zip 24.09", "24.09", "Igor Pavlov")
READER = ("Meldekreis 7.4", "7.4", "Findling Software GmbH")
DRIVER = ("Realtek Audio Driver", "6.0", "Realtek Semiconductor Corp.")


@pytest.fixture
async def erbach(towns) -> int:
    town = towns["erbach"]
    await take(town, agent(1, ZIP_NEW, READER, DRIVER), "a1.json", now() - timedelta(hours=3))
    await take(town, agent(2, ZIP_OLD, ZIP_NEW, DRIVER), "a2.json", now() - timedelta(hours=2))
    await take(town, agent(3, ZIP_NEW), "a3.json", now() - timedelta(hours=1))
    return town


def rows(page: str, table: str) -> list[list[str]]:
    """Texts of the cells of a table."""
    part = page[page.index(f'id="{table}-table"') :]
    part = part[: part.index("</table>")]
    found = re.findall(r"<tr[^>]*data-row>(.*?)</tr>", part, re.DOTALL)
    cells = [re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.DOTALL) for row in found]
    return [[" ".join(html.unescape(re.sub(r"<[^>]+>", " ", cell)).split()) for cell in row] for row in cells]


def keys(page: str) -> dict[str, str]:
    found = re.findall(r'name="id" value="([^"]+)"[^>]*aria-label="Auswählen: ([^"]+)"', page)
    return {html.unescape(name): html.unescape(key) for key, name in found}


async def decide(visitor: Any, *names: str, **fields: str) -> str:
    there = keys((await visitor.get(f"{BASE}/found?state=")).text)
    answer = await visitor.send_form(f"{BASE}/found", {"id": [there[name] for name in names]} | fields)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


async def enter(visitor: Any, **fields: Any) -> str:
    """A product by its form; answers its id."""
    answer = await visitor.send_form(f"{BASE}/new", fields)
    assert answer.status_code == 303, answer.text
    return re.findall(r"/products/([0-9a-f-]{36})/edit", (await visitor.get(answer.headers["location"])).text)[0]


async def test_names_without_version_stand_once_with_their_installations(log_in, erbach) -> None:
    page = (await (await log_in("isb")).get(f"{BASE}/found")).text
    found = {row[0]: row for row in rows(page, "found")}
    assert found["7-Zip 25.01 (x64) 2 Schreibweisen"][2] == "4"
    assert found["Realtek Audio Driver"][3].startswith("Vorschlag: ignorieren")
    assert "Vorschläge bestätigen" not in page


async def test_a_confirmed_rule_is_remembered_for_names_that_come_later(log_in, erbach) -> None:
    visitor = await log_in("it_admin")
    await decide(visitor, "7-Zip 25.01 (x64)", act="assign", product="new")
    await decide(visitor, "Realtek Audio Driver", act="accept")
    await take(erbach, agent(4, ("7-Zip 26.00 (arm64)", "26.00", "Igor Pavlov"), DRIVER), "a4.json", now())
    page = (await visitor.get(f"{BASE}/found?state=assigned")).text
    (row,) = rows(page, "found")
    assert row[1:] == ["7-Zip 25.01 (x64) 3 Schreibweisen", "Igor Pavlov", "5", "7-Zip"]
    assert "Realtek" in (await visitor.get(f"{BASE}/found?state=ignored")).text
    assert (
        "7-Zip"
        not in (await visitor.get(f"{BASE}/found")).text.split("Regel mit Platzhalter")[0].split('id="list"')[1].split("bulk")[0]
    )


async def test_suggestions_are_confirmed_at_once_and_taken_back_at_once(log_in, erbach) -> None:
    visitor = await log_in("it_admin")
    await enter(visitor, name="Meldekreis", maker="Findling Software")
    page = (await visitor.get(f"{BASE}/found")).text
    assert "Vorschlag: Meldekreis" in page
    there = keys(page)
    answer = await visitor.send_form(f"{BASE}/found", {"id": list(there.values()), "act": "accept"})
    assert answer.status_code == 303
    after = (await visitor.get(f"{BASE}/found")).text
    assert list(keys(after)) == ["7-Zip 25.01 (x64)"]
    async with town_tx({erbach}) as tx:
        (batch,) = {row["batch"] for row in await tx.connection.fetch("select batch from product_rule")}
    assert (await visitor.send_form(f"{BASE}/found/undo/{batch}")).status_code == 303
    assert keys((await visitor.get(f"{BASE}/found")).text) == there
    assert (await visitor.send_form(f"{BASE}/found/undo/{batch}")).status_code == 404


async def test_undoing_a_second_decision_brings_the_first_one_back(log_in, erbach) -> None:
    visitor = await log_in("it_admin")
    await decide(visitor, "Meldekreis 7.4", act="ignore")
    await decide(visitor, "Meldekreis 7.4", act="assign", product="new")
    assert "Meldekreis" in (await visitor.get(f"{BASE}/found?state=assigned")).text.split('id="list"')[1]
    async with town_tx({erbach}) as tx:
        batch = await tx.connection.fetchval("select batch from product_rule where product_id is not null")
    await visitor.send_form(f"{BASE}/found/undo/{batch}")
    (row,) = rows((await visitor.get(f"{BASE}/found?state=ignored")).text, "found")
    assert row[1] == "Meldekreis 7.4"


async def test_a_pattern_catches_many_names_and_none_that_is_too_wide(log_in, erbach) -> None:
    visitor = await log_in("it_admin")
    for wrong in ("realtek", "*", "a*b"):
        answer = await visitor.send_form(f"{BASE}/found/pattern", {"pattern": wrong, "product": "ignore"})
        assert answer.status_code == 422, wrong
    assert (await visitor.send_form(f"{BASE}/found/pattern", {"pattern": "Realtek *", "product": "ignore"})).status_code == 303
    page = (await visitor.get(f"{BASE}/found?state=ignored")).text
    assert [row[1] for row in rows(page, "found")] == ["Realtek Audio Driver"]
    rule = re.findall(r'action="([^"]+/rules/[^"]+/end)"', page)[0]
    assert (await visitor.send_form(rule)).status_code == 303
    assert "Realtek Audio Driver" in keys((await visitor.get(f"{BASE}/found")).text)


async def test_each_device_counts_once_against_the_licence_and_stands_behind_the_figure(log_in, erbach) -> None:
    visitor = await log_in("it_admin")
    product = await enter(visitor, name="7-Zip", maker="Igor Pavlov", category="office")
    await visitor.send_form(f"{BASE}/licences/new", {"product": product, "metric": "device", "quantity": "2", "reference": "R-1"})
    (row,) = rows((await visitor.get(f"{BASE}/licences")).text, "balance")
    assert row[1].startswith("unbekannt kein gefundener Name")
    await decide(visitor, "7-Zip 25.01 (x64)", act="accept")
    page = (await visitor.get(f"{BASE}/licences")).text
    (row,) = rows(page, "balance")
    assert (row[1].split(" nach")[0], row[2], row[3].split()[0], row[4]) == ("zu wenige Lizenzen", "2", "3", "1")
    devices = (await visitor.get(f"{BASE}/products/{product}/devices")).text
    assert [(x[0], x[3]) for x in rows(devices, "devices")] == [
        ("ERB-SW1", "25.01"),
        ("ERB-SW2", "24.09, 25.01"),
        ("ERB-SW3", "25.01"),
    ]
    edit = re.findall(r'href="([^"]+/licences/[^"]+/edit)"', page)[0]
    data = {"product": product, "metric": "device", "quantity": "3", "version": "1"}
    assert (await visitor.send_form(edit, data)).status_code == 303
    (row,) = rows((await visitor.get(f"{BASE}/licences")).text, "balance")
    assert row[1].startswith("reicht")
    late = await visitor.send_form(edit, data | {"quantity": "9"})
    assert late.status_code == 409
    assert 'value="9"' in late.text
    sheet = load_workbook(io.BytesIO((await visitor.get(f"{BASE}/licences/export")).content)).active
    assert [cell.value for cell in sheet[2]][:5] == ["7-Zip", "je Gerät", 3, 3, 0]
    delete = edit.replace("/edit", "/delete")
    assert (await visitor.send_form(delete)).status_code == 303
    assert "Noch keine Lizenz" in (await visitor.get(f"{BASE}/licences")).text
    assert (await visitor.send_form(delete.replace("/delete", "/restore"))).status_code == 303
    assert len(rows((await visitor.get(f"{BASE}/licences")).text, "balance")) == 1


async def test_a_retired_device_needs_no_licence(log_in, erbach) -> None:
    visitor = await log_in("it_admin")
    product = await enter(visitor, name="7-Zip")
    await decide(visitor, "7-Zip 25.01 (x64)", act="accept")
    async with town_tx({erbach}, erbach) as tx:
        await tx.connection.execute("update asset set status = 'retired' where name = 'ERB-SW3'")
    devices = (await visitor.get(f"{BASE}/products/{product}/devices")).text
    assert [x[0] for x in rows(devices, "devices")] == ["ERB-SW1", "ERB-SW2"]


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({}, "Bitte geben Sie dem Produkt einen Namen."),
        ({"name": "X", "users": "-1"}, "darf nicht negativ sein"),
        ({"name": "X", "users": "viele"}, "fehlt oder ist nicht lesbar"),
        ({"name": "X", "contract_end": "2027-01-01", "notice_on": "2027-02-01"}, "vor dem Vertragsende"),
        ({"name": "X", "hosting": "mond"}, "Diese Auswahl gibt es nicht."),
        ({"name": "X" * 201}, "Der Text ist zu lang"),
        ({"name": "X", "release": "1" * 101}, "Der Text ist zu lang"),
        ({"name": "X", "contract_end": "3027-01-01"}, "Dieses Datum kann nicht stimmen."),
    ],
)
async def test_what_cannot_be_meant_is_said_and_nothing_typed_is_lost(log_in, towns, fields, text: str) -> None:
    visitor = await log_in("it_admin")
    answer = await visitor.send_form(f"{BASE}/new", {"solved": "Bleibt stehen"} | fields)
    assert answer.status_code == 422
    assert text in answer.text
    assert "Bleibt stehen" in answer.text


async def test_a_name_stands_once_in_a_town_and_two_people_see_both_versions(log_in, towns) -> None:
    visitor = await log_in("it_admin")
    product = await enter(visitor, name="Meldekreis", purpose="Meldewesen")
    again = await visitor.send_form(f"{BASE}/new", {"name": "MELDEKREIS 7.4"})
    assert again.status_code == 422
    assert "gibt es schon" in again.text
    url = f"{BASE}/products/{product}/edit"
    assert (await visitor.send_form(url, {"name": "Meldekreis", "release": "7.5", "version": "1"})).status_code == 303
    late = await visitor.send_form(url, {"name": "Meldekreis", "release": "7.6", "version": "1"})
    assert late.status_code == 409
    assert "7.5" in late.text
    assert "7.6" in late.text
    assert (await visitor.send_form(url, {"name": "Meldekreis", "release": "7.6", "version": "2"})).status_code == 303


async def test_the_matrix_shows_towns_side_by_side_and_the_file_follows_the_filter(log_in, towns) -> None:
    await enter(await log_in("it_admin"), name="Grabweg", purpose="Friedhof", release="5.0", hosting="local", users="3")
    other = await log_in("it_admin", "michelstadt")
    url = "/towns/michelstadt/software/new"
    await other.send_form(
        url, {"name": "Ruheplan", "purpose": "Friedhof", "release": "2026.2", "hosting": "cloud", "facets": ["use", "release"]}
    )
    await other.send_form(url, {"name": "Lohnwerk", "purpose": "Lohn", "facets": ["use"]})
    visitor = await log_in("isb")
    page = (await visitor.get(BASE)).text
    assert rows(page, "matrix") == [
        ["Grabweg", "Friedhof", "5.0 lokal", "– keine Angabe"],
        ["Ruheplan", "Friedhof", "– keine Angabe", "2026.2"],
        ["Lohnwerk", "Lohn", "– keine Angabe", "im Einsatz"],
    ]
    assert [row[0] for row in rows((await visitor.get(f"{BASE}?q=friedhof&scope=others")).text, "matrix")] == ["Ruheplan"]
    table = (await visitor.get(f"{BASE}/export?format=csv&q=friedhof")).content.decode("utf-8-sig").splitlines()
    assert [line.split(";")[0] for line in table] == ["Produkt", "Grabweg", "Ruheplan"]
    compared = (await visitor.get(f"{BASE}/compare")).text
    assert rows(compared, "same")[0][:2] == ["Friedhof", "Grabweg: Erbach Ruheplan: Michelstadt"]


async def test_end_of_support_is_shown_with_its_date_or_as_not_contained_and_only_for_the_own_town(log_in, towns) -> None:
    visitor = await log_in("it_admin")
    await enter(visitor, name="Windows Server 2012 R2", facets=["use", "release"])
    await enter(visitor, name="Meldekreis", release="7.4")
    assert (
        "10.10.2023" in (await visitor.get(f"{BASE}/product?key=windows+server+2012+r2")).text
        or "10.10.2023" in (await visitor.get(f"{BASE}/product?key=windows+server+2012")).text
    )
    assert "nicht enthalten" in (await visitor.get(f"{BASE}/product?key=meldekreis")).text
    assert "ohne Pflege seit" in (await visitor.get(BASE)).text
    other = await log_in("it_admin", "michelstadt")
    assert "Windows Server 2012" in (await other.get("/towns/michelstadt/software")).text
    assert "ohne Pflege" not in (await other.get("/towns/michelstadt/software")).text


async def test_only_the_security_officer_of_the_group_sets_standards_and_towns_see_who_deviates(log_in, towns) -> None:
    visitor = await log_in("it_admin")
    await enter(visitor, name="Grabweg", purpose="Friedhof", facets=["use"])
    group = await log_in("isb", "verbund", "erbach")
    data = {"name": "Ruheplan", "purpose": "friedhof"}
    assert (await visitor.send_form(f"{BASE}/standards", data)).status_code == 403
    assert (await group.send_form(f"{BASE}/standards", data)).status_code == 404
    assert (await group.send_form("/towns/verbund/software/standards", data)).status_code == 303
    page = (await visitor.get(f"{BASE}/compare")).text
    assert rows(page, "deviations") == [["Erbach", "Grabweg", "Ruheplan", "friedhof"]]
    assert (await group.send_form("/towns/verbund/software/standards", {"name": ""})).status_code == 422
    assert (await group.get("/towns/verbund/software/found")).status_code == 200
    assert (await group.send_form("/towns/verbund/software/standards/end", {"key": "ruheplan"})).status_code == 303
    assert "noch keinen Standard" in (await visitor.get(f"{BASE}/compare")).text


async def test_every_step_is_in_the_audit_log_in_words(log_in, erbach) -> None:
    visitor = await log_in("it_admin")
    product = await enter(visitor, name="7-Zip", facets=["use"])
    await decide(visitor, "7-Zip 25.01 (x64)", act="accept")
    await visitor.send_form(f"{BASE}/licences/new", {"product": product, "metric": "unlimited"})
    await visitor.send_form(f"{BASE}/products/{product}/end")
    page = (await visitor.get("/towns/erbach/audit")).text
    for words in ("Produkt gespeichert", "Gefundene Software zugeordnet", "Lizenz angelegt", "Produkt nicht mehr im Einsatz"):
        assert words in page
