"""Import of awkward lists through the pages: sheets of their own, the file of errors, reasons, pieces, character sets."""

from __future__ import annotations

import io
import re

import openpyxl
import pytest

from service.jobs.queue import TASKS
from service.worker import imports
from tests.inventory.test_pages_imports import columns, devices, hand_in, worked


@pytest.fixture(autouse=True)
def tasks() -> None:
    TASKS.update(imports.TASKS)


def two_sheets(*monitors: list[object]) -> bytes:
    """Two sheets with other columns, and a third that is no list."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    pcs = ["Inventarnummer", "Gerät", "Hersteller", "Modell", "Seriennummer", "Kaufdatum", "Preis"]
    for title, lines in {
        "PCs": [pcs, ["RV-011", "PC", "Dell", "OptiPlex 7010", "RVSER011", "31.12.2022", "1.234,56 €"]],
        "Monitore": [["Nr.", "Inv.-Nr.", "Zoll", "Bildschirm", "SN", "Amt"], *monitors],
        "Urlaub": [["Wer", "Tage"], ["Muster", 30]],
    }.items():
        sheet = book.create_sheet(title)
        for line in lines:
            sheet.append(line)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


EIZO = ([1, "RV-012", 24, "Eizo EV2456", "RVSER012", "Bauamt"], [2, "RV-013", 27, "Eizo EV2795", "RVSER013", "Bauamt"])


async def test_each_sheet_is_mapped_by_its_own_or_left_out_and_that_is_remembered(log_in, towns) -> None:
    town, visitor = towns["erbach"], await log_in("it_admin")
    here = (await hand_in(visitor, two_sheets(*EIZO), "liste.xlsx")).headers["location"]
    page = (await visitor.get(here)).text
    assert "Blatt „Monitore“" in page
    assert "Blatt „Urlaub“" in page
    shown = columns(page)
    assert (shown["column-0"], shown["1-column-1"], shown["1-column-4"]) == ("inventory_no", "inventory_no", "serial")
    told = {"take": "yes", "1-take": "yes", "2-take": "no", **shown, "1-column-3": "vendor_model", "1-column-6": "kind"}
    run = await worked(town, await visitor.send_form(f"{here}/check", told))
    assert run.text.startswith("3 neu, 0 geändert, 0 gleich"), run.error
    page = (await visitor.get(here)).text
    assert "Das Blatt ist auf Ihren Wunsch ausgelassen (2 Zeilen)" in page
    assert "Blatt Monitore, Zeile 3" in page
    await worked(town, await visitor.send_form(f"{here}/take"))
    found = await devices(town)
    assert sorted(found.values()) == ["monitor", "monitor", "workstation"]
    again = (
        await hand_in(visitor, two_sheets(*EIZO, [3, "RV-014", 27, "Eizo EV2795", "RVSER014", "Bauamt"]), "neu.xlsx")
    ).headers["location"]
    page = (await visitor.get(again)).text
    assert columns(page)["1-column-3"] == "vendor_model"
    assert re.findall(r'name="2-take" value="(\w+)"[^>]*checked', page) == ["no"]
    run = await worked(town, await visitor.send_form(f"{again}/check", columns(page)))
    assert run.text.startswith("1 neu, 0 geändert, 3 gleich")


async def test_a_sheet_that_was_left_out_can_be_taken_later_out_of_the_same_file(log_in, towns) -> None:
    town, visitor = towns["erbach"], await log_in("it_admin")
    for take, said in (("no", "1 neu, 0 geändert, 0 gleich"), ("yes", "2 neu, 0 geändert, 1 gleich")):
        here = (await hand_in(visitor, two_sheets(*EIZO), "liste.xlsx")).headers["location"]
        shown = columns((await visitor.get(here)).text) | {"1-take": take, "2-take": "no"}
        run = await worked(town, await visitor.send_form(f"{here}/check", shown))
        assert run.text.startswith(said)
        await worked(town, await visitor.send_form(f"{here}/take"))
    assert len(await devices(town)) == 3


async def test_the_error_file_of_several_sheets_can_be_mended_and_handed_in_again(log_in, towns) -> None:
    town, visitor = towns["erbach"], await log_in("it_admin")
    heads = ["Inventarnummer", "Gerät", "MAC-Adresse", "Kaufdatum"]
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, line in {"Rathaus": ["R-1", "PC", "54:e1", "gestern"], "Bauhof": ["B-1", "PC", "", "1.2.2020"]}.items():
        sheet = book.create_sheet(title)
        sheet.append(heads)
        sheet.append(line)
    target = io.BytesIO()
    book.save(target)
    here = (await hand_in(visitor, target.getvalue(), "liste.xlsx")).headers["location"]
    await worked(town, await visitor.send_form(f"{here}/check", {}))
    await worked(town, await visitor.send_form(f"{here}/take"))
    content = (await visitor.get(f"{here}/errors.xlsx")).content
    found = openpyxl.load_workbook(io.BytesIO(content))
    lines = [[cell.value for cell in line] for line in found.active.iter_rows()]
    assert lines[0] == ["Zeile", "Problem", *heads, "Tabellenblatt"]
    assert len(lines) == 2
    assert lines[1][0] == "Blatt Rathaus, Zeile 2"
    assert "MAC-Adresse: " in lines[1][1]
    assert "Kaufdatum: " in lines[1][1]
    assert lines[1][2:] == ["R-1", "PC", "54:e1", "gestern", "Rathaus"]
    found.active["E2"], found.active["F2"] = "54:e1:ad:00:00:01", "3.4.2021"
    target = io.BytesIO()
    found.save(target)
    here = (await hand_in(visitor, target.getvalue(), "fehlerzeilen.xlsx")).headers["location"]
    page = (await visitor.get(here)).text
    assert "Spalte „Problem“" not in page
    run = await worked(town, await visitor.send_form(f"{here}/check", {}))
    assert run.text.startswith("0 neu, 1 geändert, 0 gleich. "), run.text


async def test_each_row_says_which_device_it_is_and_why(log_in, towns) -> None:
    town, visitor = towns["erbach"], await log_in("it_admin")
    head = "Inventarnummer;Gerät;Seriennummer;Raum\n"
    first = (head + "I-1;PC;SERAA0001;1\nI-2;PC;;2\n").encode()
    second = (head + "I-1;PC;SERAA0001;9\nI-2;PC;;2\nI-3;PC;SERAA0003;3\n").encode()
    for content, words in (
        (first, ["kein bekanntes Gerät hat diese Merkmale"]),
        (
            second,
            ["gleiche Seriennummer und Inventarnummer", "gleiche Inventarnummer", "kein bekanntes Gerät hat diese Merkmale"],
        ),
        (second, ["gleiche Seriennummer und Inventarnummer", "gleiche Inventarnummer", "aus diesem Eintrag entstanden"]),
    ):
        here = (await hand_in(visitor, content, "liste.csv")).headers["location"]
        await worked(town, await visitor.send_form(f"{here}/check", {}))
        page = (await visitor.get(here)).text
        assert [word for word in words if word not in page] == []
        assert ">unbekannt<" not in page.partition("Jede Zeile ansehen")[2].partition("</table>")[0]
        await worked(town, await visitor.send_form(f"{here}/take"))


async def test_a_number_of_pieces_makes_devices_once(log_in, towns) -> None:
    town, visitor = towns["erbach"], await log_in("it_admin")
    content = "Gerät;Hersteller;Modell;Anzahl\nMonitor;Dell;U2419H;12\n"
    for name, text in (
        ("a.csv", content),
        ("b.csv", content + "Headset;Jabra;Evolve;1\n"),
        ("c.csv", content.replace("12", "14")),
    ):
        here = (await hand_in(visitor, text.encode(), name)).headers["location"]
        await worked(town, await visitor.send_form(f"{here}/check", {}))
        run = await worked(town, await visitor.send_form(f"{here}/take"))
        said = {
            "a.csv": "12 neu, 0 geändert, 0 gleich",
            "b.csv": "1 neu, 0 geändert, 12 gleich",
            "c.csv": "2 neu, 0 geändert, 12 gleich",
        }
        assert run.text.startswith(said[name])


async def test_a_chosen_encoding_shows_the_columns_anew_and_holds(log_in, towns) -> None:
    town, visitor = towns["erbach"], await log_in("it_admin")
    data = "Inventarnummer;Modell\nI-1;Citroën\n".encode("mac_roman")
    here = (await hand_in(visitor, data, "liste.csv")).headers["location"]
    assert "Der Zeichensatz ist nicht sicher zu erkennen" in (await visitor.get(here)).text
    answer = await visitor.send_form(f"{here}/check", {"encoding": "mac_roman"})
    assert answer.headers["location"] == here
    page = (await visitor.get(here)).text
    assert "Citroën" in page
    assert "nicht sicher" not in page
    run = await worked(town, await visitor.send_form(f"{here}/check", {"encoding": "mac_roman"}))
    assert run.text.startswith("1 neu, 0 geändert, 0 gleich")
    assert "Citroën" in (await visitor.get(here)).text
