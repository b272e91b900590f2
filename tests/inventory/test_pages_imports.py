"""Import as people go through it: file, columns, dry run, take over, undo; nothing is written before the last step."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from scanners import formats, registry
from scanners.lists import table
from service.db import town_tx
from service.inventory import store
from service.jobs import store as jobs
from service.jobs.queue import TASKS, perform
from service.settings import now
from service.worker import imports
from tests.inventory.estate import LIST, nmap_file

BASE = "/towns/erbach/import"
DATA = Path(__file__).resolve().parents[1] / "scanners" / "data"
NMAP = nmap_file(now() - timedelta(hours=2))
WALK = (DATA / "snmprec" / "printer" / "input.snmprec").read_bytes()
AGENT = (DATA / "glpi" / "notebook" / "input.json").read_bytes()


@pytest.fixture(autouse=True)
def tasks() -> None:
    TASKS.update(imports.TASKS)


async def hand_in(visitor, content: bytes, name: str) -> Any:
    return await visitor.send_form(f"{BASE}/", files={"file": (name, content)})


async def worked(town: int, answer) -> jobs.RunView:
    """The worker's part of what the page asked for."""
    assert answer.status_code == 303, answer.text
    key = UUID(answer.headers["location"].rpartition("/")[2])
    async with town_tx({town}) as tx:
        run = await jobs.run(tx, town, key)
    await perform(run.task, town, key)
    async with town_tx({town}) as tx:
        return await jobs.run(tx, town, key)


async def devices(town: int) -> dict[str, str]:
    async with town_tx({town}) as tx:
        page = await store.assets(tx, town, now=now(), size=500)
    return {row.name: row.kind for row in page.rows}


async def counts(town: int) -> tuple[int, ...]:
    async with town_tx({town}) as tx:
        return tuple([await tx.connection.fetchval(f"select count(*) from {one}") for one in ("asset", "record", "collection")])


def columns(page: str) -> dict[str, str]:
    """Name of each select and what is chosen in it."""
    found = {}
    for name, body in re.findall(r'<select[^>]*name="((?:\d-)?column-\d+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', body)
        found[name] = chosen[1] if chosen else ""
    return found


async def test_a_windows_list_goes_all_the_way_and_back(log_in, towns) -> None:
    town, visitor = towns["erbach"], await log_in("it_admin")
    answer = await hand_in(visitor, LIST, "C:\\Listen\\bestand.csv")
    assert answer.status_code == 303
    here = answer.headers["location"]
    page = (await visitor.get(here)).text
    assert "bestand.csv" in page
    assert "C:\\" not in page
    shown = columns(page)
    assert list(shown.values())[:6] == ["inventory_no", "kind", "vendor", "model", "serial", "mac"]
    assert shown["column-11"] == ""
    assert "Beispiel: ERB-0001" in page
    assert "unbekannte Spalte" in page
    shown["column-11"] = "note"
    run = await worked(town, await visitor.send_form(f"{here}/check", shown))
    assert run.text.startswith("3 neu, 0 geändert, 0 gleich")
    assert await counts(town) == (0, 0, 0)
    page = (await visitor.get(here)).text
    assert "Probelauf" in page
    assert "nb-öztürk" in page
    run = await worked(town, await visitor.send_form(f"{here}/take"))
    assert (run.state, run.text) == ("done", "3 neu, 0 geändert, 0 gleich.")
    assert await devices(town) == {"prn-ordnung": "printer", "nb-öztürk": "notebook", "Dell P2422H (ERB-0003)": "monitor"}
    async with town_tx({town}) as tx:
        (row,) = await store.candidates(tx, town, "prn-ordnung")
        device = await store.asset(tx, town, row.id)
    assert (device.price, device.note, str(device.purchase_date)) == ("1234.56", "x", "2022-02-03")
    assert (await visitor.send_form(f"{here}/take")).status_code == 422
    start = (await visitor.get(BASE)).text
    (undo,) = re.findall(r'action="([^"]*/undo)"', start)
    assert (await visitor.send_form(undo)).status_code == 303
    assert await devices(town) == {}
    assert "zurückgenommen" in (await visitor.get(BASE)).text


async def test_corrected_columns_are_remembered_for_the_next_list_with_this_head(log_in, towns) -> None:
    town, visitor = towns["erbach"], await log_in("it_admin")
    here = (await hand_in(visitor, LIST, "bestand.csv")).headers["location"]
    shown = columns((await visitor.get(here)).text) | {"column-11": "supplier", "column-7": ""}
    await worked(town, await visitor.send_form(f"{here}/check", shown))
    await worked(town, await visitor.send_form(f"{here}/take"))
    again = (await hand_in(visitor, LIST.replace(b"ERB-0003", b"ERB-0004"), "neu.csv")).headers["location"]
    found = columns((await visitor.get(again)).text)
    assert (found["column-11"], found["column-7"], found["column-4"]) == ("supplier", "", "serial")


async def test_the_same_file_a_second_time_changes_nothing_and_says_so(log_in, towns) -> None:
    town, visitor = towns["erbach"], await log_in("it_admin")
    for name in ("bestand.csv", "bestand.csv"):
        here = (await hand_in(visitor, LIST, name)).headers["location"]
        await worked(town, await visitor.send_form(f"{here}/check", {}))
        page = (await visitor.get(here)).text
        run = await worked(town, await visitor.send_form(f"{here}/take"))
    assert "schon aufgenommen" in page
    assert run.text == "0 neu, 0 geändert, 3 gleich."
    assert len(await devices(town)) == 3


@pytest.mark.parametrize(
    ("content", "name", "said", "device"),
    [
        (NMAP, "scan.xml", "nmap-Scans", "prn-ordnung.stadt.example"),
        (WALK, "drucker.snmprec", "über SNMP", ""),
        (AGENT, "notebook.json", "GLPI-Agenten", ""),
    ],
    ids=["nmap", "snmp", "agent"],
)
async def test_scans_walks_and_agent_files_go_the_same_way(log_in, towns, content, name, said, device) -> None:
    town, visitor = towns["erbach"], await log_in("it_admin")
    here = (await hand_in(visitor, content, name)).headers["location"]
    assert said in (await visitor.get(here)).text
    run = await worked(town, await visitor.send_form(f"{here}/check"))
    assert "Noch ist nichts übernommen" in run.text
    assert await counts(town) == (0, 0, 0)
    run = await worked(town, await visitor.send_form(f"{here}/take"))
    assert run.state.startswith("done"), run.error
    found = await devices(town)
    assert found
    assert device in found or not device
    assert "Rückgängig" in (await visitor.get(here)).text


async def test_an_agents_file_leaves_nothing_about_people_in_the_database(log_in, towns) -> None:
    town, visitor = towns["erbach"], await log_in("it_admin")
    here = (await hand_in(visitor, AGENT, "notebook.json")).headers["location"]
    await worked(town, await visitor.send_form(f"{here}/check"))
    await worked(town, await visitor.send_form(f"{here}/take"))
    async with town_tx({town}) as tx:
        kept = "".join([row["observation"] for row in await tx.connection.fetch("select observation from record")])
    assert "lastloggeduser" not in kept
    assert "winprodkey" not in kept


BAD = {
    "leer.csv": (b"", "nicht leer"),
    "bild.png": (b"\x89PNG\r\n\x1a\n" + bytes(200), "nicht"),
    "brief.txt": (b"Sehr geehrte Damen und Herren,\r\nanbei die Liste.\r\n", "Spaltenüberschriften"),
    "kaputt.xlsx": (b"PK\x03\x04" + bytes(400), "Excel"),
    "anderes.xml": (b"<?xml version='1.0'?><rss></rss>", "nmap"),
    "bombe.xml": (b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><nmaprun>&b;</nmaprun>', ""),
    "abgeschnitten.json": (AGENT[: len(AGENT) // 2], "JSON"),
}


@pytest.mark.parametrize("name", BAD)
async def test_a_file_that_is_none_gets_a_german_sentence_and_writes_nothing(log_in, towns, name) -> None:
    town, visitor = towns["erbach"], await log_in("it_admin")
    content, said = BAD[name]
    answer = await hand_in(visitor, content, name)
    if answer.status_code == 303:
        here = answer.headers["location"]
        page = await visitor.get(here)
        assert page.status_code == 200
        text = page.text
        answer = await visitor.send_form(f"{here}/check")
        if answer.status_code == 303:
            run = await worked(town, answer)
            assert run.state == "failed"
            text = run.error
        assert answer.status_code in (303, 422)
    else:
        assert answer.status_code == 422
        text = answer.text
    assert "Nr." not in text or "Das hat nicht geklappt" not in text
    assert said in text
    assert await counts(town) == (0, 0, 0)


async def test_error_rows_are_named_and_can_be_loaded(log_in, towns) -> None:
    town, visitor = towns["erbach"], await log_in("it_admin")
    broken = LIST.replace(b"00:C0:EE:11:22:33", b"00:C0:EE:11:22").replace(b"28.4.2023", b"31.2.2023")
    here = (await hand_in(visitor, broken, "bestand.csv")).headers["location"]
    run = await worked(town, await visitor.send_form(f"{here}/check", {}))
    assert run.state == "done_with_notes"
    page = (await visitor.get(here)).text
    assert "Zeile 2, Spalte MAC-Adresse" in page
    assert "ist kein Tag im Kalender" in page
    file = await visitor.get(f"{here}/errors.xlsx")
    sheet = table.read(file.content)
    assert sheet.rows[0][:4] == ["Zeile", "Problem", "Inventarnummer", "Geräteart"]
    assert [row[0] for row in sheet.rows[1:]] == ["Zeile 2", "Zeile 3"]
    assert sheet.title == "Liste"
    assert "VCF1234567" in sheet.rows[1]


async def test_an_unreadable_upload_does_not_end_in_a_take_over_without_a_dry_run(log_in, towns) -> None:
    town, visitor = towns["erbach"], await log_in("it_admin")
    here = (await hand_in(visitor, LIST, "bestand.csv")).headers["location"]
    assert (await visitor.send_form(f"{here}/take")).status_code == 422
    assert await counts(town) == (0, 0, 0)


async def test_a_failed_dry_run_leaves_a_trace_and_a_way_back(log_in, towns) -> None:
    town, visitor = towns["erbach"], await log_in("it_admin")
    broken, name = BAD["anderes.xml"][0], "anderes.xml"
    here = (await hand_in(visitor, broken, name)).headers["location"]
    assert "noch nicht geprüft" in (await visitor.get(f"{BASE}/")).text
    run = await worked(town, await visitor.send_form(f"{here}/check"))
    listed = (await visitor.get(f"{BASE}/")).text
    assert "Probelauf fehlgeschlagen" in listed
    assert f'href="{here}"' in listed
    shown = (await visitor.get(f"/towns/erbach/runs/{run.id}")).text
    assert f'href="{here}"' in shown
    assert "Erneut versuchen" in shown


async def test_an_import_older_than_a_day_is_not_taken_back_as_a_whole(log_in, towns) -> None:
    town, visitor = towns["erbach"], await log_in("it_admin")
    collection = registry.parse_bytes(LIST, "bestand.csv")
    async with town_tx({town}, town) as tx:
        from tests.inventory.estate import BY

        old = now() - timedelta(hours=25)
        taken = await store.take_in(tx, town, collection, by=BY, raw=LIST, file="bestand.csv", now=old)
    assert "/undo" not in (await visitor.get(BASE)).text
    refused = await visitor.send_form(f"{BASE}/collections/{taken.collection}/undo")
    assert refused.status_code == 422
    assert "24 Stunden" in refused.text
    assert len(await devices(town)) == 3


async def test_only_the_it_administration_of_this_town_imports(log_in, towns) -> None:
    here = (await hand_in(await log_in("it_admin"), LIST, "bestand.csv")).headers["location"]
    assert (await (await log_in("isb")).get(here)).status_code == 403
    stranger = await log_in("it_admin", "michelstadt")
    assert (await stranger.get(here)).status_code == 404
    assert (await stranger.get(here.replace("erbach", "michelstadt"))).status_code == 404


OWN = b"Kennung;Was ist es;Wo steht es\nZZ-1;Drucker;Rathaus\nZZ-2;Notebook;Bauhof\n"


async def test_a_list_whose_headers_nobody_knows_is_mapped_by_hand_and_taken_over(log_in, towns) -> None:
    town, visitor = towns["erbach"], await log_in("it_admin")
    here = (await hand_in(visitor, OWN, "liste.csv")).headers["location"]
    page = (await visitor.get(here)).text
    assert "Sagen Sie, was die Spalten bedeuten" in page
    assert "Als Kopfzeile dient Zeile 1." in page
    assert "Beispiel: ZZ-1 · ZZ-2" in page
    assert columns(page) == {"column-0": "", "column-1": "", "column-2": ""}
    told = {"header": "0", "column-0": "inventory_no", "column-1": "kind", "column-2": ""}
    run = await worked(town, await visitor.send_form(f"{here}/check", told))
    assert run.text.startswith("2 neu, 0 geändert, 0 gleich"), run.error
    page = (await visitor.get(here)).text
    assert "Sagen Sie" not in page
    assert columns(page)["column-0"] == "inventory_no"
    assert "Zeile 3" in page
    run = await worked(town, await visitor.send_form(f"{here}/take"))
    assert set((await devices(town)).values()) == {"printer", "notebook"}
    again = (await hand_in(visitor, OWN.replace(b"ZZ-2", b"ZZ-3"), "neu.csv")).headers["location"]
    assert columns((await visitor.get(again)).text) == {"column-0": "inventory_no", "column-1": "kind", "column-2": ""}


async def test_another_row_can_be_the_header_and_columns_without_a_device_lead_back(log_in, towns) -> None:
    town, visitor = towns["erbach"], await log_in("it_admin")
    here = (await hand_in(visitor, b"Stand;2026\n" + OWN, "liste.csv")).headers["location"]
    page = (await visitor.get(here)).text
    assert "Als Kopfzeile dient Zeile 1." in page
    assert f'href="{here}?header=1"' in page
    page = (await visitor.get(f"{here}?header=1")).text
    assert "Spalte „Kennung“" in page
    assert 'name="header" value="1"' in page
    answer = await visitor.send_form(f"{here}/check", {"header": "1", "column-2": "site"})
    assert answer.headers["location"] == here
    page = (await visitor.get(here)).text
    assert "Keine Spalte sagt, um welches Gerät es geht" in page
    assert columns(page) == {"column-0": "", "column-1": "", "column-2": "site"}
    told = {"header": "1", "column-0": "inventory_no", "column-1": "kind", "column-2": "site"}
    run = await worked(town, await visitor.send_form(f"{here}/check", told))
    assert run.text.startswith("2 neu")


async def test_two_rows_of_one_device_are_one_new_device_and_said_so(log_in, towns) -> None:
    town, visitor = towns["erbach"], await log_in("it_admin")
    second = b"erb-0001;Drucker;Kyocera;ECOSYS P3055dn;VCF1234567;;prn-ordnung;2.22;;;;\r\n"
    here = (await hand_in(visitor, LIST + second, "bestand.csv")).headers["location"]
    run = await worked(town, await visitor.send_form(f"{here}/check", {}))
    assert run.text.startswith("3 neu, 1 geändert, 0 gleich, 1 Hinweis.")
    said = "Zeile 5 und Zeile 2 sind dasselbe Gerät (Inventarnummer erb-0001). Verschieden ausgefüllt: Raum;"
    assert said in run.result["hints"][0]
    page = (await visitor.get(here)).text
    assert page.count(said) == 2
    run = await worked(town, await visitor.send_form(f"{here}/take"))
    assert run.text.startswith("3 neu, 1 geändert")
    assert said in run.result["hints"][0]
    assert len(await devices(town)) == 3


async def test_a_row_that_belongs_to_no_device_is_shown_with_the_reason(log_in, towns) -> None:
    town, visitor = towns["erbach"], await log_in("it_admin")
    bare = NMAP.replace(b'<address addr="3C:22:FB:9F:3A:01" addrtype="mac" vendor="Apple"/>', b"")
    here = (await hand_in(visitor, bare, "scan.xml")).headers["location"]
    run = await worked(town, await visitor.send_form(f"{here}/check"))
    assert "1 ohne Zuordnung" in run.text
    page = (await visitor.get(here)).text
    assert page.index("10.20.3.77") < page.index("nicht zugeordnet", page.index("10.20.3.77")) < page.index("10.20.3.20")
    assert "Es fehlt ein Merkmal, an dem ein Gerät sicher zu erkennen ist" in page


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (WALK + b"Unsinn\nnoch mehr\n", "drucker.snmprec", "2 Zeilen waren nicht lesbar"),
        (re.sub(rb'"uuid": ?"[^"]*"', b'"uuid": "keine"', AGENT), "notebook.json", "ist keine UUID"),
    ],
)
async def test_a_problem_of_a_file_with_one_device_is_told_once(log_in, towns, content, name, said) -> None:
    town, visitor = towns["erbach"], await log_in("it_admin")
    here = (await hand_in(visitor, content, name)).headers["location"]
    run = await worked(town, await visitor.send_form(f"{here}/check"))
    assert sum(said in hint for hint in run.result["hints"]) == 1
    assert (await visitor.get(here)).text.count(said) == 1


async def test_a_file_that_is_not_what_its_name_says_is_told_both(log_in, towns) -> None:
    town, visitor = towns["erbach"], await log_in("it_admin")
    here = (await hand_in(visitor, b'{"a":', "drucker.snmprec")).headers["location"]
    run = await worked(town, await visitor.send_form(f"{here}/check"))
    both = "Dem Namen nach ist die Datei „SNMP-Aufzeichnung“, ihr Inhalt sieht aus wie „GLPI-Inventar (JSON)“."
    assert both in run.error
    assert "kein vollständiges JSON" in run.error
    here = (await hand_in(visitor, b"\xd0\xcf\x11\xe0" + bytes(500), "alt.xlsx")).headers["location"]
    assert "Dem Namen nach ist die Datei „Liste (Excel)“" in (await visitor.get(here)).text


def test_formats_are_called_as_their_sources_call_them() -> None:
    assert {name: scanner.title for name, scanner in registry.scanners().items()} == formats.TITLES


@pytest.mark.parametrize("much", [11 * 1024 * 1024, 10 * 1024 * 1024 + 10])
async def test_a_file_that_is_too_large_is_refused_with_its_size_and_the_limit(log_in, towns, much) -> None:
    visitor = await log_in("it_admin")
    answer = await hand_in(visitor, b"x" * much, "bestand.csv")
    size = "11" if much > 11_000_000 else "10,1"
    assert answer.status_code == 413
    assert f"Die Datei ist zu groß ({size} MB). Erlaubt sind 10 MB. Teilen Sie die Tabelle in mehrere Dateien." in answer.text
