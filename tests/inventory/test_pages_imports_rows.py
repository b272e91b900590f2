"""What the dry run says of rows of lists: corrected kinds and serials, numbers given twice, words that do not hold."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from scanners.lists import table
from service.db import town_tx
from service.inventory import store
from service.inventory.store import uploads
from service.jobs.queue import TASKS
from service.settings import now
from service.worker import imports
from tests.inventory.estate import BY
from tests.inventory.test_pages_imports import columns, devices, hand_in, worked


@pytest.fixture(autouse=True)
def tasks() -> None:
    TASKS.update(imports.TASKS)


HEAD = "Inventarnummer;Gerät;Hersteller;Modell;Seriennummer;Hostname\n"


async def checked(visitor, towns, lines: str, *, take: bool = True, head: str = HEAD) -> tuple[dict[str, Any], str]:
    """Result of a list's dry run and its page; then it is taken over."""
    at = (await hand_in(visitor, (head + lines).encode("utf-8-sig"), f"liste-{abs(hash(lines))}.csv")).headers["location"]
    page = await visitor.get(at)
    await worked(towns["erbach"], await visitor.send_form(f"{at}/check", columns(page.text)))
    page = await visitor.get(at)
    async with town_tx({towns["erbach"]}) as tx:
        result = (await uploads.get(tx, towns["erbach"], UUID(at.rpartition("/")[2]))).result
    if take:
        await worked(towns["erbach"], await visitor.send_form(f"{at}/take"))
    return result, page.text


async def devices_by_id(town: int) -> list[UUID]:
    async with town_tx({town}) as tx:
        return [row.id for row in (await store.assets(tx, town, now=now())).rows]


def hints(result: dict[str, Any]) -> list[str]:
    return [f"{item['where']}: {item['text']}" for item in result["problems"]]


async def test_a_corrected_kind_changes_the_device_and_never_loses_it(log_in, towns) -> None:
    visitor = await log_in("it_admin")
    await checked(visitor, towns, "QX-1;Monitor;Dell;P2419;QXSER0001;\n")
    result, _page = await checked(visitor, towns, "QX-1;Drucker;Dell;P2419;QXSER0001;\n")
    assert (result["new"], result["changed"], result["unassigned"], result["rows"][0]["text"]) == (
        0, 1, 0, "Geräteart: Monitor → Drucker",
    )  # fmt: skip
    assert list((await devices(towns["erbach"])).values()) == ["printer"]


async def test_a_desk_set_is_three_devices_and_the_dry_run_says_so(log_in, towns) -> None:
    visitor = await log_in("it_admin")
    result, page = await checked(
        visitor, towns, "S-1;Monitor;Dell;P2419;;\nS-1;Dockingstation;Dell;WD19;;\nS-1;Headset;Jabra;Evolve;;\n"
    )
    assert (result["new"], result["unassigned"]) == (3, 0)
    (hint,) = hints(result)
    assert hint.startswith(
        "Zeilen 2, 3, 4: Dieselbe Inventarnummer „S-1“ steht bei verschiedenen Geräten (Monitor, Dockingstation, Headset)."
    )
    assert "Dieselbe Inventarnummer" in page
    assert sorted((await devices(towns["erbach"])).values()) == ["dock", "headset", "monitor"]


async def test_the_dry_run_names_numbers_given_twice_and_placeholders(log_in, towns) -> None:
    visitor = await log_in("it_admin")
    result, _page = await checked(
        visitor, towns,
        "RV-102;PC;HP;EliteDesk;CZC1234567;\nRV-102;Notebook;Lenovo;T14;PF3ABCDE;\nRV-103;Notebook;Lenovo;T14;PF3ABCDO;\n"
        "RV-104;Notebook;Lenovo;T14;PF3ABCD0;\nRV-105;Notebook;Lenovo;T14;To be filled by O.E.M.;\n",
    )  # fmt: skip
    told = hints(result)
    assert result["new"] == 5
    assert any(one.startswith("Zeilen 2, 3: Dieselbe Inventarnummer „RV-102“") for one in told)
    assert any(one.startswith("Zeilen 4, 5: Dieselbe Seriennummer „PF3ABCDO“ und „PF3ABCD0“") for one in told)
    assert any("„To be filled by O.E.M.“ ist ein Platzhalter" in one for one in told)


async def test_a_corrected_serial_is_the_same_device(log_in, towns) -> None:
    visitor = await log_in("it_admin")
    await checked(visitor, towns, "KX-1;PC;Dell;OptiPlex;AAA111222;kx-pc1\n")
    result, _page = await checked(visitor, towns, "KX-1;PC;Dell;OptiPlex;BBB333444;kx-pc1\n")
    assert (result["new"], result["changed"], result["rows"][0]["text"]) == (0, 1, "Seriennummer: AAA111222 → BBB333444")
    assert len(await devices(towns["erbach"])) == 1


async def test_a_word_that_is_no_kind_is_named_once_with_its_rows(log_in, towns) -> None:
    visitor = await log_in("it_admin")
    result, _page = await checked(visitor, towns, "UK-1;Quatsch;Dell;O7;;\nUK-2;Quatsch;Dell;O7;;\nUK-3;PC;Dell;O7;;\n")
    (hint,) = [one for one in hints(result) if "Geräteart" in one]
    assert hint.startswith("Zeilen 2, 3: „Quatsch“ ist keine bekannte Geräteart.")


async def test_a_word_that_does_not_hold_is_named(log_in, towns) -> None:
    visitor = await log_in("it_admin")
    await checked(visitor, towns, "KX-1;PC;Dell;OptiPlex;AAA111222;kx-pc1\n")
    async with town_tx({towns["erbach"]}, towns["erbach"]) as tx:
        (found,) = (await store.assets(tx, towns["erbach"], now=now())).rows
        await store.lock(tx, towns["erbach"], found.id, {"hostname": "von-hand"}, reason="Schild", by=BY, now=now())
    result, _page = await checked(visitor, towns, "KX-1;PC;Dell;OptiPlex;AAA111222;umbenannt-01\n")
    assert hints(result) == [
        "Zeile 2: Rechnername „umbenannt-01“ wird aufgehoben, aber nicht angezeigt: „von-hand“ ist von Hand gesetzt."
    ]


async def test_exchanged_serials_are_said_before_and_leave_both_devices(log_in, towns) -> None:
    visitor = await log_in("it_admin")
    right = "ZY-1;PC;Dell;O7;ZYSER0001;\nZY-2;PC;Dell;O7;ZYSER0002;\n"
    await checked(visitor, towns, right)
    before = set(await devices(towns["erbach"]))
    wrong, page = await checked(visitor, towns, "ZY-1;PC;Dell;O7;ZYSER0002;\nZY-2;PC;Dell;O7;ZYSER0001;\n")
    (hint,) = hints(wrong)
    assert hint.startswith(
        "Zeile 2: Die Seriennummern von ZY-1 und ZY-2 sind gegenüber dem Bestand vertauscht. Jede Zeile bleibt"
    )
    assert "gegenüber dem Bestand vertauscht" in page
    assert set(await devices(towns["erbach"])) == before
    back, _page = await checked(visitor, towns, right + "\n")
    assert [row["text"] for row in back["rows"]] == [
        "Seriennummer: ZYSER0002 → ZYSER0001", "Seriennummer: ZYSER0001 → ZYSER0002",
    ]  # fmt: skip
    assert set(await devices(towns["erbach"])) == before


async def test_a_strangers_serial_is_a_hint_before_and_a_question_that_names_both(log_in, towns) -> None:
    visitor = await log_in("it_admin")
    await checked(visitor, towns, "YA-1;PC;Dell;O7;YASER0001;\nYA-2;PC;Dell;O7;YASER0002;\n")
    before = set(await devices(towns["erbach"]))
    result, _page = await checked(visitor, towns, "YA-1;PC;Dell;O7;YASER0002;\n")
    (hint,) = hints(result)
    assert hint.startswith("Zeile 2: Die Seriennummer YASER0002 gehört im Bestand zu YA-2, in der Liste steht sie bei YA-1.")
    assert set(await devices(towns["erbach"])) == before
    inbox = await visitor.get("/towns/erbach/review")
    assert "Die Liste gibt YA-1 die Seriennummer YASER0002; die gehört zu YA-2" in inbox.text


async def test_a_number_used_again_is_said_to_make_a_device_of_its_own(log_in, towns) -> None:
    visitor = await log_in("it_admin")
    await checked(visitor, towns, "RX-1;PC;Dell;OptiPlex 3010;RXOLD0001;\n")
    result, _page = await checked(visitor, towns, "RX-1;Notebook;Lenovo;ThinkPad T14;QNEW998877;\n")
    assert result["new"] == 1
    assert hints(result)[0].startswith("Zeile 2: Die Inventarnummer RX-1 gibt es schon an einem Gerät mit anderer Seriennummer.")
    assert sorted((await devices(towns["erbach"])).values()) == ["notebook", "workstation"]


async def test_what_was_bought_how_is_shown_from_the_dry_run_to_the_export_and_an_emptied_cell_is_named(log_in, towns) -> None:
    visitor, base = await log_in("it_admin"), "/towns/erbach/assets"
    head = HEAD.strip() + ";Kostenstelle;Lieferant;Bestellnummer;Rufnummer;IMEI\n"
    lines = "KX-1;PC;Dell;OptiPlex;AAA111222;kx-pc1;{};Bürohaus;B-4711;{};\n"

    async def listed(content: bytes, name: str, *, take: bool = True) -> tuple[dict[str, Any], str]:
        at = (await hand_in(visitor, content, name)).headers["location"]
        await worked(towns["erbach"], await visitor.send_form(f"{at}/check", columns((await visitor.get(at)).text)))
        async with town_tx({towns["erbach"]}) as tx:
            result = (await uploads.get(tx, towns["erbach"], UUID(at.rpartition("/")[2]))).result
        if take:
            await worked(towns["erbach"], await visitor.send_form(f"{at}/take"))
        return result, at

    await listed((head + lines.format("KST 7", "")).encode(), "eins.csv")
    result, _at = await listed((head + lines.format("KST 8", "06062-1")).encode(), "zwei.csv")
    assert (result["changed"], result["rows"][0]["text"]) == (1, "Kostenstelle: KST 7 → KST 8, Rufnummer: – → 06062-1")
    (key,) = await devices_by_id(towns["erbach"])
    for tab, said in (("", "B-4711"), ("/history", "KST 7"), ("/edit", 'value="Bürohaus"')):
        assert said in (await visitor.get(f"{base}/{key}{tab}")).text, tab
    assert "KST 8" in (await visitor.get(f"{base}?q=b-4711&columns=cost_center,supplier")).text
    told = (await visitor.get(f"{base}/export?format=csv")).content
    result, _at = await listed(told, "export.csv", take=False)
    assert (result["unchanged"], hints(result)) == (1, [])
    result, _at = await listed(told.replace(b"KST 8", b""), "geleert.csv", take=False)
    (hint,) = hints(result)
    assert hint.startswith("Zeile 2: Leer ist „Kostenstelle“, der Bestand hat dort eine Angabe.")


async def test_the_file_of_errors_holds_the_rows_with_one_number(log_in, towns) -> None:
    visitor = await log_in("it_admin")
    rows = HEAD + "RV-1;PC;HP;EliteDesk;CZC1234567;\nRV-1;Notebook;Lenovo;T14;PF3ABCDE;\n"
    at = (await hand_in(visitor, rows.encode(), "doppelt.csv")).headers["location"]
    await worked(towns["erbach"], await visitor.send_form(f"{at}/check", columns((await visitor.get(at)).text)))
    sheet = table.read((await visitor.get(f"{at}/errors.xlsx")).content)
    assert [row[0] for row in sheet.rows] == ["Zeile", "Zeile 2", "Zeile 3"]
    assert all("Dieselbe Inventarnummer „RV-1“" in row[1] for row in sheet.rows[1:])


async def test_a_part_of_equal_things_in_another_room_is_said(log_in, towns) -> None:
    visitor = await log_in("it_admin")
    head = "Gerät;Hersteller;Modell;Raum;Anzahl\n"
    await checked(visitor, towns, "Monitor;Eizo;EVX1;EG 1;7\n", head=head)
    same, _page = await checked(visitor, towns, "Monitor;Eizo;EVX1;EG 1;7\n\n", head=head, take=False)
    assert not any("gleiche Geräte (" in one for one in hints(same))
    result, _page = await checked(visitor, towns, "Monitor;Eizo;EVX1;EG 1;3\nMonitor;Eizo;EVX1;OG 2;4\n", head=head)
    (hint,) = [one for one in hints(result) if "gleiche Geräte (" in one]
    assert hint.startswith(
        "Zeile 2: 4 gleiche Geräte (Monitor EIZO EVX1 EG 1) stehen nicht mehr in der Liste und bleiben im Bestand."
    )


async def test_an_older_list_that_comes_again_is_what_holds(log_in, towns) -> None:
    visitor = await log_in("it_admin")
    head = "Inventarnummer;Gerät;Hersteller;Modell;Seriennummer;Raum\n"
    old, new = "AB-1;PC;Dell;O7;ABSER0001;EG 1\n", "AB-1;PC;Dell;O7;ABSER0001;EG 99\n"
    await checked(visitor, towns, old, head=head)
    await checked(visitor, towns, new, head=head)
    result, _page = await checked(visitor, towns, old, head=head)
    assert (result["repeated"], result["rows"][0]["text"]) == (False, "Raum: EG 99 → EG 1")
    result, page = await checked(visitor, towns, old, head=head, take=False)
    assert result["repeated"]
    assert "Diese Datei wurde schon aufgenommen" in page
    result, _page = await checked(visitor, towns, new, head=head)
    assert result["rows"][0]["text"] == "Raum: EG 1 → EG 99"
    assert len(await devices_by_id(towns["erbach"])) == 1
