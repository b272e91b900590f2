"""Columns of one's own, filters under a name: private, shared, renamed, deleted, taken back; the export follows the filter."""

from __future__ import annotations

import html
import io
import re
from datetime import timedelta

import pytest
from openpyxl import load_workbook

from service.db import town_tx
from service.inventory.pages.estate import kept
from service.inventory.saved import columns
from service.settings import now
from tests.inventory.estate import LIST, nmap_file, take

BASE = "/towns/erbach/assets"


@pytest.fixture
async def erbach(towns) -> int:
    town = towns["erbach"]
    await take(town, LIST, "bestand.csv", now() - timedelta(days=60))
    await take(town, nmap_file(now() - timedelta(hours=1)), "scan.xml")
    return town


def heads(page: str) -> list[str]:
    table = page[page.index('id="devices-table"') :]
    found = [re.sub(r"<[^>]+>", "", one).strip() for one in re.findall(r'scope="col"[^>]*>(.*?)</th>', table, re.DOTALL)]
    return [one for one in found if one != "Auswahl"]


async def test_a_person_chooses_columns_and_nobody_else_sees_them_change(log_in, erbach) -> None:
    mine, other = await log_in("it_admin"), await log_in("isb")
    usual = heads((await mine.get(BASE)).text)
    assert usual == ["Gerät", "Art", "IP-Adresse", "Hersteller und Modell", "Standort und Raum", "Gesehen", "Zustand"]
    done = await mine.send_form(
        f"{BASE}/columns", {"column": ["status", "serial", "price", "gibtesnicht"], "query": "kind=monitor"}
    )
    assert (done.status_code, done.headers["location"]) == (303, f"{BASE}?kind=monitor")
    page = (await mine.get(BASE)).text
    assert heads(page) == ["Gerät", "Seriennummer", "Preis in Euro", "Zustand"]
    assert "1.234,56" in page
    assert heads((await other.get(BASE)).text) == usual
    assert (await mine.send_form(f"{BASE}/columns", {"usual": "1"})).status_code == 303
    assert heads((await mine.get(BASE)).text) == usual


@pytest.mark.parametrize("key", columns.CHOICES)
async def test_every_column_can_stand_alone(log_in, erbach, key: str) -> None:
    page = await (await log_in("isb")).get(f"{BASE}?columns={key}")
    assert page.status_code == 200
    assert heads(page.text) == ["Gerät", str(columns.CHOICES[key].label)]


async def saved(visitor, **fields: str) -> None:
    answer = await visitor.send_form(f"{BASE}/filters", {"query": "kind=printer", "columns": "serial,ip"} | fields)
    assert answer.status_code == 303, answer.text


async def test_a_saved_filter_leads_back_to_its_devices_and_columns(log_in, erbach) -> None:
    visitor = await log_in("it_admin")
    await saved(visitor, name="Drucker", query="kind=printer&page=7&sort=-name&unsinn=1")
    page = (await visitor.get(BASE)).text
    address = html.unescape(re.findall(r'href="([^"]+)"[^>]*>Drucker<', page)[0])
    assert address == f"{BASE}?kind=printer&sort=-name&columns=ip%2Cserial"
    found = (await visitor.get(address)).text
    assert "prn-ordnung" in found
    assert "P2422H" not in found
    assert heads(found) == ["Gerät", "IP-Adresse", "Seriennummer"]
    assert f'href="{html.escape(address)}" aria-current="page"' in found


async def test_a_private_filter_is_its_owners_alone_and_a_shared_one_names_its_owner(log_in, erbach) -> None:
    owner, reader = await log_in("it_admin"), await log_in("isb")
    await saved(owner, name="Nur meiner")
    await saved(owner, name="Unsere Drucker", shared="true")
    page = (await reader.get(BASE)).text
    assert "Nur meiner" not in page
    assert "Unsere Drucker" in page
    assert "Unsere Drucker (von Test it_admin)" in page
    own = (await reader.get(f"{BASE}/filters")).text
    assert "Unsere Drucker" in own
    assert "Umbenennen" not in own
    await saved(reader, name="Vom Leser", shared="true")  # a reader's filter stays private whatever the form says
    assert "Vom Leser" not in (await owner.get(BASE)).text
    await saved(owner, name="Unsere Drucker")  # saved anew without the tick it stays what the town relies on
    assert "Unsere Drucker" in (await reader.get(BASE)).text


async def test_only_the_owner_renames_shares_and_deletes_and_a_deletion_is_taken_back(log_in, erbach) -> None:
    owner, reader = await log_in("it_admin"), await log_in("isb")
    await saved(owner, name="Drucker", shared="true")
    await saved(owner, name="Andere")
    async with town_tx({erbach}) as tx:
        key = await tx.connection.fetchval("select id from saved_filter where name = 'Drucker'")
    for action in ("", "/delete", "/restore"):
        assert (await reader.send_form(f"{BASE}/filters/{key}{action}", {"name": "Meins"})).status_code == 404
    doubled = await owner.send_form(f"{BASE}/filters/{key}", {"name": "Andere"})
    assert doubled.status_code == 422
    assert "haben Sie schon" in doubled.text
    nameless = await owner.send_form(f"{BASE}/filters/{key}", {"name": "  "})
    assert "braucht einen Namen" in nameless.text
    assert (await owner.send_form(f"{BASE}/filters/{key}", {"name": "Alle Drucker"})).status_code == 303
    assert "Alle Drucker" in (await owner.get(BASE)).text
    assert "Alle Drucker" not in (await reader.get(BASE)).text  # no longer shared
    assert (await owner.send_form(f"{BASE}/filters/{key}/delete")).status_code == 303
    assert "Alle Drucker" not in (await owner.get(BASE)).text.replace("„Alle Drucker“", "")
    await saved(owner, name="Alle Drucker")
    assert (await owner.send_form(f"{BASE}/filters/{key}/restore")).status_code == 303
    assert "Alle Drucker (2)" in (await owner.get(BASE)).text


async def test_a_filter_saved_again_under_its_name_is_replaced(log_in, erbach) -> None:
    visitor = await log_in("it_admin")
    await saved(visitor, name="Mein Filter")
    await saved(visitor, name="Mein Filter", query="kind=monitor")
    page = (await visitor.get(BASE)).text
    assert page.count(">Mein Filter<") == 1
    assert "kind=monitor&amp;columns" in page


async def test_the_file_holds_exactly_what_the_list_shows(log_in, erbach) -> None:
    visitor = await log_in("it_admin")
    page = (await visitor.get(f"{BASE}?kind=printer&columns=serial")).text
    address = html.unescape(re.findall(r'href="([^"]*/export\?kind[^"]*)"', page)[0])
    book = load_workbook(io.BytesIO((await visitor.get(address)).content))
    rows = list(book.active.values)
    assert [row[rows[0].index("Hostname")] for row in rows[1:]] == ["prn-ordnung"]


def test_what_is_kept_of_an_address_is_what_narrows_and_sorts() -> None:
    assert kept("page=3&q=dell%201.07&q=zwei&evil=%3Cscript%3E&drift=1&kind=&sort=ip") == "q=zwei&drift=1&sort=ip"
    assert kept("q=" + "x" * 5000) == "q=" + "x" * 100
