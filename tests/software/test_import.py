"""A list of Fachverfahren as people take it in: columns, dry run, take over, undo; and what the export says, comes back."""

from __future__ import annotations

import io
import random
import re
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from openpyxl import Workbook, load_workbook

from scanners.lists import table
from service import exports, i18n
from service.db import town_tx
from service.inventory import registers
from service.settings import now
from service.software import compare, values, words
from service.software.pages import importing, matrix
from service.software.store.picture import Picture

BASE = "/towns/erbach/software/import"
TODAY = date(2026, 11, 16)
LIST = """Fachverfahren der Stadtverwaltung;;;;;
Fachverfahren;Anbieter;Fachamt;Vertrag bis;Kosten p. a.;AVV;Betrieb;Bemerkung
Grabweg;Steinlicht;Friedhofsamt;31.12.2027;2.900,00 €;ja;Rechenzentrum;läuft gut
Meldekreis 7.4;Findling;Bürgerbüro;31.02.2027;1.234,50;vielleicht;SaaS;
;;;;;;;nur eine Bemerkung
grabweg;;;;;;;doppelt
Fachverfahren;Anbieter;Fachamt;Vertrag bis;Kosten p. a.;AVV;Betrieb;Bemerkung
Total Commander;;Frau Öder;;;;bei der ekom21;
Summe;;;;4.134,50;;;
Stand: 1.1.2026;;;;;;;
"""


async def hand_in(visitor: Any, content: bytes, name: str = "verfahren.csv", base: str = BASE) -> str:
    answer = await visitor.send_form(f"{base}/", files={"file": (name, content)})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def columns(page: str) -> dict[str, str]:
    """Name of each select and what is chosen in it."""
    found = {}
    for name, body in re.findall(r'<select[^>]*name="(column-\d+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', body)
        found[name] = chosen[1] if chosen else ""
    return found


async def check(visitor: Any, there: str, **change: str) -> str:
    """The dry run under the shown columns."""
    page = (await visitor.get(there)).text
    answer = await visitor.send_form(f"{there}/check", {**columns(page), **change})
    assert answer.status_code == 303, answer.text
    return str((await visitor.get(there)).text)


async def products(town: int) -> dict[str, tuple[Any, ...]]:
    async with town_tx({town}) as tx:
        rows = await tx.connection.fetch(
            "select p.name, p.maker, p.note, u.contact, u.contract_end, u.cost_yearly, u.processing_contract, u.hosting, u.facets"
            " from product p join product_use u on u.town_id = p.town_id and u.product_id = p.id where p.town_id = $1", town
        )  # fmt: skip
    return {row["name"]: tuple(row)[1:] for row in rows}


async def test_a_list_goes_all_the_way_a_second_time_without_duplicates_and_back(log_in: Any, towns: dict[str, int]) -> None:
    visitor = await log_in("it_admin")
    there = await hand_in(visitor, LIST.encode("cp1252"))
    page = await check(visitor, there)
    assert not await products(towns["erbach"]), "a dry run writes nothing"
    assert "„31.02.2027“ ist kein Tag im Kalender" in page
    assert "In der Zeile fehlt „Produkt“." in page
    assert "Dasselbe Produkt steht schon: Zeile 3." in page
    assert "„Frau Öder“ sieht nach einer Person aus" in page
    for said in ("die wiederholte Kopfzeile (Zeile 7", "eine Summe (Zeile 9", "ein Vermerk (Zeile 10 „Stand: 1.1.2026“)"):
        assert said in page, said
    answer = await visitor.send_form(f"{there}/take")
    assert answer.status_code == 303
    found = await products(towns["erbach"])
    assert found["Grabweg"] == ("Steinlicht", "läuft gut", "Friedhofsamt", date(2027, 12, 31), 290_000, "yes", "data_centre", [])
    assert found["Total Commander"][6] == "ekom21"
    assert len(found) == 3, "neither a header in between nor a footer is a product"
    assert found["Meldekreis 7.4"] == ("Findling", "", "Bürgerbüro", None, 123_400, "unknown", "cloud", [])
    assert (await visitor.send_form(f"{there}/take")).status_code == 422, "once"
    again = await hand_in(visitor, LIST.replace("läuft gut", "läuft").encode("cp1252"))
    page = await check(visitor, again)
    assert "läuft gut → läuft" in page
    assert (await visitor.send_form(f"{again}/take")).status_code == 303
    assert len(await products(towns["erbach"])) == 3
    assert (await visitor.send_form(f"{again}/undo")).status_code == 303
    assert (await products(towns["erbach"]))["Grabweg"][1] == "läuft gut"
    assert (await visitor.send_form(f"{there}/undo")).status_code == 303
    left = await products(towns["erbach"])
    assert list(left) == ["Grabweg"], "what was changed since by a person or another list stays"
    assert (await visitor.send_form(f"{there}/undo")).status_code == 422


async def test_undoing_takes_new_products_away_and_what_they_shared(log_in: Any, towns: dict[str, int]) -> None:
    visitor = await log_in("it_admin")
    shared = "Produkt;Version;Andere Städte dürfen sehen\nGrabweg;5.0;dass wir es nutzen, mit Hersteller und Zweck; Version\n"
    there = await hand_in(visitor, shared.replace("Zweck; Version", 'Zweck; Version"').replace("dass", '"dass').encode())
    await check(visitor, there)
    await visitor.send_form(f"{there}/take")
    other = await log_in("isb", "michelstadt")
    assert "Grabweg" in (await other.get("/towns/michelstadt/software")).text
    await visitor.send_form(f"{there}/undo")
    assert "Grabweg" not in (await other.get("/towns/michelstadt/software")).text
    rows = "".join(f"Verfahren {n};Michelstadt\n" for n in range(120))
    page = await check(visitor, await hand_in(visitor, f"Produkt;Stadt\n{rows}".encode()))
    assert re.search(r"120 Zeilen</strong>: von Michelstadt; übernommen wird nur", page)
    assert page.count("von Michelstadt;") == 1, "said once, not row by row"
    assert not await products(towns["erbach"])


async def test_what_changed_between_dry_run_and_take_over_is_shown_first(log_in: Any, towns: dict[str, int]) -> None:
    visitor = await log_in("it_admin")
    there = await hand_in(visitor, b"Produkt;Version\nGrabweg;5.0\n")
    await check(visitor, there)
    assert (await visitor.send_form("/towns/erbach/software/new", {"name": "Grabweg", "release": "4.0"})).status_code == 303
    refused = await visitor.send_form(f"{there}/take")
    assert refused.status_code == 409
    assert "4.0 → 5.0" in refused.text
    assert (await visitor.send_form(f"{there}/take")).status_code == 303


async def test_corrected_columns_are_remembered_and_errors_come_as_a_file(log_in: Any, towns: dict[str, int]) -> None:
    visitor = await log_in("it_admin")
    odd = b"Was;Wer;Wieviel\nGrabweg;Steinlicht;4\nRuheplan;Steinlicht;vier\n"
    there = await hand_in(visitor, odd)
    refused = await visitor.send_form(f"{there}/check", {"column-0": "", "column-1": "maker", "column-2": "users"})
    assert refused.status_code == 422
    assert "Keine Spalte ist „Produkt“" in refused.text
    twice = await visitor.send_form(f"{there}/check", {"column-0": "name", "column-1": "name", "column-2": "users"})
    assert "Mehrere Spalten stehen für dasselbe" in twice.text
    await check(visitor, there, **{"column-0": "name", "column-1": "maker", "column-2": "users"})
    sheet = load_workbook(io.BytesIO((await visitor.get(f"{there}/errors.xlsx")).content)).active
    assert [cell.value for cell in sheet[2]][2:] == ["Ruheplan", "Steinlicht", "vier"]
    await visitor.send_form(f"{there}/take")
    again = await hand_in(visitor, odd)
    assert list(columns((await visitor.get(again)).text).values()) == ["name", "maker", "users"]


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "nicht leer"), (b"<xml/>", "Das ist keine Tabelle"), (b"{}", "Das ist keine Tabelle")],
)
async def test_what_is_no_list_is_refused(log_in: Any, towns: dict[str, int], content: bytes, said: str) -> None:
    visitor = await log_in("it_admin")
    answer = await visitor.send_form(f"{BASE}/", files={"file": ("x.csv", content)})
    assert answer.status_code == 422
    assert said in answer.text


async def test_a_list_is_seen_by_its_town_alone_and_not_among_those_of_devices(log_in: Any, towns: dict[str, int]) -> None:
    visitor, other = await log_in("it_admin"), await log_in("it_admin", "michelstadt")
    there = await hand_in(visitor, b"Produkt;Version\nGrabweg;5.0\n", "nur-hier.csv")
    assert (await other.get(there.replace("erbach", "michelstadt"))).status_code == 404
    assert (await visitor.get(there.replace("/software/import", "/import"))).status_code == 404
    assert "nur-hier.csv" not in (await visitor.get("/towns/erbach/import")).text
    assert "nur-hier.csv" in (await visitor.get(BASE)).text
    assert (await (await log_in("isb")).get(BASE)).status_code == 403


async def test_sheets_with_dates_and_numbers_are_read_and_only_the_one_with_the_list(log_in: Any, towns: dict[str, int]) -> None:
    book = Workbook()
    book.active.append(["Inhalt"])
    sheet = book.create_sheet("Verfahren")
    for row in (["Verfahren", "Vertragsende", "Anzahl Nutzer", "Jahreskosten"], ["Grabweg", date(2028, 1, 31), 25, 990.0]):
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    visitor = await log_in("it_admin")
    there = await hand_in(visitor, out.getvalue(), "v.xlsx")
    await check(visitor, there)
    await visitor.send_form(f"{there}/take")
    assert (await products(towns["erbach"]))["Grabweg"][3:5] == (date(2028, 1, 31), 99_000)


async def test_after_a_day_a_list_is_not_taken_back_any_more(log_in: Any, towns: dict[str, int]) -> None:
    visitor = await log_in("it_admin")
    there = await hand_in(visitor, b"Produkt;Version\nGrabweg;5.0\n")
    await check(visitor, there)
    await visitor.send_form(f"{there}/take")
    async with town_tx({towns["erbach"]}, towns["erbach"]) as tx:
        late = (now() - timedelta(hours=25)).isoformat()
        await tx.connection.execute("update upload set result = jsonb_set(result, '{taken_at}', to_jsonb($1::text))", late)
    assert (await visitor.send_form(f"{there}/undo")).status_code == 422
    assert "Grabweg" in await products(towns["erbach"])


TEXTS = (
    "Öffentliche Ordnung",
    "=1+1",
    "-",
    "'x",
    'sagt "nein"',
    "a;b",
    "a,b",
    "zwei\nZeilen",
    "+49 6062 1",
    "1.5",
    "007",
    "日本 😀",
    "n/a",
    "x" * 90,
)


def some(dice: random.Random, number: int) -> values.Entry:
    """A product as somebody may have entered it."""

    def text(*, lines: bool = False) -> str:
        said = dice.choice(("", *TEXTS)).strip()
        return said if lines else " ".join(said.split())

    name = f"{text()} {number}".strip()
    ends = dice.choice((None, TODAY + timedelta(days=dice.randrange(-900, 900))))
    facets = tuple(x for x in words.FACETS if x == "use" or dice.random() < 0.5) if dice.random() < 0.7 else ()
    return values.Entry(
        uuid4(), importing.fold(name), name, text(), dice.choice(list(words.CATEGORIES)),
        text(lines=True), release=text(), users=dice.choice((None, 0, 14_000)), hosting=dice.choice(("", *words.HOSTING)),
        purpose=text(), contract_end=ends, notice_on=ends, cost_yearly=dice.choice((None, 0, 290_000, 123_456)), contact=text(),
        processing_contract=dice.choice(list(words.ANSWERS)), dms_interface=dice.choice(list(words.ANSWERS)),
        exit_plan=text(lines=True), solved=text(lines=True), facets=facets, version=1,
    )  # fmt: skip


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("language", i18n.LOCALES)
def test_the_export_comes_back_and_changes_nothing(form: str, language: str) -> None:
    dice = random.Random(f"{form} {language}")
    known = {x.key: x for x in (some(dice, n) for n in range(120))}
    town = values.Town(1, "Erbach")
    told = compare.matrix([values.shown(x, 1) for x in known.values()], [])
    seen = Picture(told, (town,), known, [])
    with i18n.use(language):
        lines = [line for row in told for line in matrix.lines(row, seen)]
        (data,) = exports.write(lines, list(lines[0]), form)
        sheet = table.read(data)
        layout = registers.layout(sheet, importing.REGISTER)
        assert set(layout.fields.values()) == set(importing.FIELDS), "every column of the export is known"
        rows = registers.rows(sheet, layout, importing.REGISTER)
        plan = registers.plan(importing.REGISTER, rows, importing.Products(known.values(), "Erbach"), TODAY)
        fresh = registers.plan(importing.REGISTER, rows, importing.Products((), "Erbach"), TODAY)
    assert [(x.name, x.outcome, x.changes, x.hints) for x in plan if x.outcome != "unchanged" or x.hints] == []
    assert len(plan) == len(known)
    assert {x.outcome for x in fresh} == {"new"}, "an empty town takes all of them"
