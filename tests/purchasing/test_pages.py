"""Buying together as people do it in the browser: needs, release, lots, prices, invoice, replacement list, programme."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from openpyxl import load_workbook

from service.db import town_tx
from service.purchasing.store import group, needs
from service.purchasing.store.group import GROUP
from service.settings import now
from tests.inventory.estate import take
from tests.purchasing.town import QUARTER, add_class, need, release, worked_example

ERBACH = "/towns/erbach/purchasing"
ESTATE = (
    "Inventarnummer;Geräteart;Hersteller;Modell;Seriennummer;Hostname;Betriebssystem;Kaufdatum;Garantie bis\r\n"
    "E-1;Arbeitsplatz-PC;Dell;OptiPlex 3060;SERAB0001;pc-alt;Windows 7;01.02.2015;01.02.2018\r\n"
    "E-2;Arbeitsplatz-PC;Dell;OptiPlex 7020;SERAB0002;pc-neu;Windows 11;01.02.2026;01.02.2030\r\n"
    "E-3;Notebook;Lenovo;ThinkPad T14;SERAB0003;nb-1;Windows 11;01.03.2026;\r\n"
    "E-4;Notebook;Lenovo;ThinkPad T14;SERAB0004;nb-2;Windows 11;;\r\n"
).encode("cp1252")


@pytest.fixture
async def estate(towns) -> int:
    await take(towns["erbach"], ESTATE, "bestand.csv", now() - timedelta(days=3))
    return towns["erbach"]


async def lead(visitor, url: str, town: int) -> None:
    """The town takes the lead of the lot."""
    assert (await visitor.send_form(f"{url}/consent", {"act": "lead", "town": str(town)})).status_code == 303


def ids(text: str, name: str) -> str:
    """The id of the row with this name in a table with boxes."""
    return re.search(rf'value="([0-9a-f-]{{36}})"[^>]*aria-label="Auswählen: {name}"', text).group(1)


async def test_a_need_is_entered_released_and_becomes_a_lot(log_in, towns) -> None:
    notebook = await add_class("Notebook 14 Zoll")
    await release(towns["michelstadt"], await need(towns["michelstadt"], notebook, 14, "2027-Q2", note="geheim"))
    visitor = await log_in("it_admin", "erbach")
    fields = {"class_id": str(notebook), "quantity": "12", "quarter": "2027-Q2", "reason": "new", "cost_centre": "1110"}
    assert (await visitor.send_form(f"{ERBACH}/needs/new", fields)).status_code == 303
    page = (await visitor.get(f"{ERBACH}/needs")).text
    assert "nur für uns" in page
    assert "Michelstadt (14): gleicher Bedarf ist freigegeben." in page
    assert "geheim" not in page
    key = re.search(r"needs/([0-9a-f-]{36})/share", page).group(1)
    assert (await visitor.send_form(f"{ERBACH}/needs/{key}/share", {"version": "1"})).status_code == 303
    assert "Los mit 2 Kommunen" in (await visitor.get(f"{ERBACH}/needs")).text
    other = await log_in("it_admin", "michelstadt")
    seen = (await other.get("/towns/michelstadt/purchasing")).text
    assert "Erbach (12), Michelstadt (14)" in seen
    assert "1110" not in seen
    assert (await other.get(f"/towns/michelstadt/purchasing/needs/{key}/edit")).status_code == 404
    assert (await visitor.send_form(f"{ERBACH}/needs/{key}/withdraw", {"version": "2"})).status_code == 303
    assert "Erbach" not in (await other.get("/towns/michelstadt/purchasing")).text


async def test_a_mistake_stands_at_its_field_and_nothing_typed_is_lost(log_in, towns) -> None:
    monitor = await add_class("Monitor")
    visitor = await log_in("it_admin", "erbach")
    fields = {"class_id": str(monitor), "quantity": "zwölf", "quarter": "2027-Q1", "reason": "new", "note": "für das Bauamt"}
    answer = await visitor.send_form(f"{ERBACH}/needs/new", fields)
    assert answer.status_code == 422
    assert "„zwölf“ ist keine ganze Zahl." in answer.text
    assert "für das Bauamt" in answer.text


async def test_two_people_change_a_need_and_the_slower_one_sees_both(log_in, towns) -> None:
    monitor = await add_class("Monitor")
    key = await need(towns["erbach"], monitor, 7)
    visitor = await log_in("it_admin", "erbach")
    fields = {"class_id": str(monitor), "quantity": "8", "quarter": QUARTER, "reason": "new", "version": "1"}
    assert (await visitor.send_form(f"{ERBACH}/needs/{key}/edit", fields)).status_code == 303
    answer = await visitor.send_form(f"{ERBACH}/needs/{key}/edit", {**fields, "quantity": "9"})
    assert answer.status_code == 409
    assert "Jemand war schneller" in answer.text
    assert re.search(r">Stückzahl<.*?>\s*8\s*<.*?>\s*9\s*<", answer.text, re.DOTALL)
    assert 'value="9"' in answer.text


async def test_prices_saving_shares_and_invoice_of_the_worked_example(log_in, towns) -> None:
    notebook = await worked_example(towns)
    visitor = await log_in("it_admin", "erbach")
    url = f"{ERBACH}/lots/{notebook}/{QUARTER}"
    page = (await visitor.get(url)).text
    assert "unbekannt" in page
    assert "Preise speichern" not in page
    await lead(visitor, url, towns["erbach"])
    tiers = {"least_1": "1", "price_1": "1.049,00 €", "least_2": "10", "price_2": "979", "least_3": "25", "price_3": "919,00"}
    assert (await visitor.send_form(f"{url}/terms", {**tiers, "key": "quantity", "version": "0"})).status_code == 303
    page = (await visitor.get(url)).text.replace("\xa0", " ")
    for text in ("38.042,00 €", "34.922,00 €", "3.120,00 €", "8,2 %", "11.028,00 €"):
        assert text in page
    stale = await visitor.send_form(f"{url}/terms", {**tiers, "price_1": "1.000", "key": "quantity", "version": "0"})
    assert stale.status_code == 409
    clash = stale.text.replace("\xa0", " ")
    assert re.search(r"Staffel 1: Preis je Stück in Euro.*?1\.049,00 €.*?1\.000,00 €", clash, re.DOTALL)
    assert "hat diesen Eintrag am" in clash
    assert 'value="1.000"' in clash
    wrong = await visitor.send_form(f"{url}/invoice", {"invoice": "viel", "on": "2027-02-01", "version": "1"})
    assert wrong.status_code == 422
    assert "„viel“ ist kein Betrag." in wrong.text
    paid = {"invoice": "34.000,01", "on": "2027-02-01", "version": "1"}
    assert (await visitor.send_form(f"{url}/invoice", paid)).status_code == 303
    page = (await visitor.get(url)).text.replace("\xa0", " ")
    assert "4.041,99 €" in page
    assert "abgerechnet" in page
    assert (await visitor.send_form(f"{url}/invoice/undo", {"version": "2"})).status_code == 303
    assert "Rechnung eintragen" in (await visitor.get(url)).text


async def test_the_file_for_the_procurement_office_has_a_sheet_a_lot(log_in, towns) -> None:
    notebook = await worked_example(towns)
    phone = await add_class("Telefon: IP/Tisch")
    for slug in ("erbach", "oberzent"):
        await release(towns[slug], await need(towns[slug], phone, 5))
    visitor = await log_in("mayor", "oberzent")
    answer = await visitor.get("/towns/oberzent/purchasing/export")
    book = load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames[0] == "Übersicht"
    assert sorted(book.sheetnames[1:]) == ["Notebook 14 Zoll, 1-2027", "Telefon- IP-Tisch, 1-2027"]
    rows = list(book["Notebook 14 Zoll, 1-2027"].iter_rows(values_only=True))
    assert [row[:2] for row in rows[1:]] == [
        ("Brombachtal", 3),
        ("Erbach", 12),
        ("Michelstadt", 14),
        ("Oberzent", 9),
        ("Summe", 38),
    ]
    assert [row[2:4] for row in rows[1:]] == [("unbekannt", "unbekannt")] * 5
    admin = await log_in("group_admin", "verbund")
    prices = {"least_1": "1", "price_1": "1.049,50", "key": "inhabitants", "version": "0"}
    assert (await admin.send_form(f"/towns/verbund/purchasing/lots/{notebook}/{QUARTER}/terms", prices)).status_code == 303
    book = load_workbook(io.BytesIO((await visitor.get("/towns/oberzent/purchasing/export")).content))
    erbach = next(row for row in book["Notebook 14 Zoll, 1-2027"].iter_rows() if row[0].value == "Erbach")
    assert [cell.value for cell in erbach[1:4]] == [12, 1049.5, 12594]
    assert erbach[4].value == pytest.approx(0.3219, abs=1e-4)
    assert [cell.data_type for cell in erbach[1:]] == ["n"] * 5
    assert not any("geheim" in str(row) for row in rows)


async def test_a_mayor_reads_the_lots_but_neither_needs_nor_prices_to_change(log_in, towns) -> None:
    notebook = await worked_example(towns)
    visitor = await log_in("mayor", "erbach")
    page = (await visitor.get(f"{ERBACH}/lots/{notebook}/{QUARTER}")).text
    assert "Wer wie viel zahlt" in page
    assert "Preise speichern" not in page
    assert (await visitor.get(f"{ERBACH}/needs")).status_code == 403
    assert (await visitor.send_form(f"{ERBACH}/lots/{notebook}/{QUARTER}/terms", {"key": "quantity"})).status_code == 403


async def test_the_replacement_list_names_reasons_and_makes_a_need_of_the_ticked(log_in, towns, estate) -> None:
    await add_class("Notebook 14 Zoll")
    visitor = await log_in("it_admin", "erbach")
    page = (await visitor.get(f"{ERBACH}/replacement")).text
    assert "pc-alt" in page
    assert "pc-neu" not in page[page.index('id="replacement-table"') :]
    assert "Altersgrenze von 5 Jahren am 01.02.2020 überschritten" in page
    assert "Garantie endete am 01.02.2018" in page
    assert "Bei 1 Gerät ist kein Kaufdatum bekannt" in page
    key = ids(page, "pc-alt")
    form = await visitor.send_form(f"{ERBACH}/needs/from", {"id": key})
    assert form.status_code == 200
    assert "pc-alt" in form.text
    async with town_tx({GROUP}) as tx:
        (item,) = await group.classes(tx)
    fields = {"class_id": str(item.id), "quantity": "1", "quarter": QUARTER, "reason": "replacement", "assets": key}
    assert (await visitor.send_form(f"{ERBACH}/needs/new", fields)).status_code == 303
    assert "Bedarf angelegt" in (await visitor.get(f"{ERBACH}/replacement?plan=planned")).text
    assert "Kein Gerät passt" in (await visitor.get(f"{ERBACH}/replacement?plan=open")).text
    async with town_tx({estate, GROUP}) as tx:
        (row,) = await needs.demands(tx, estate)
    assert [str(one) for one in row.draft.assets] == [key]


async def test_the_file_of_the_replacement_list_follows_the_filter(log_in, towns, estate) -> None:
    visitor = await log_in("auditor", "erbach")
    full = (await visitor.get(f"{ERBACH}/replacement/export?format=csv")).content.decode("utf-8-sig")
    assert "pc-alt" in full
    assert "Garantie endete am 01.02.2018" in full
    empty = (await visitor.get(f"{ERBACH}/replacement/export?format=csv&kind=printer")).content.decode("utf-8-sig")
    assert len(empty.splitlines()) == 1


async def test_limits_of_age_change_the_list(log_in, towns, estate) -> None:
    visitor = await log_in("it_admin", "erbach")
    refused = await visitor.send_form(f"{ERBACH}/replacement/limits", {"workstation": "99"})
    assert refused.status_code == 422
    assert 'value="99"' in refused.text
    assert (await visitor.send_form(f"{ERBACH}/replacement/limits", {"workstation": "20", "notebook": "5"})).status_code == 303
    assert (
        "Altersgrenze"
        not in (await visitor.get(f"{ERBACH}/replacement?q=pc-alt")).text.split('id="replacement-table"')[1].split("</table>")[0]
    )


async def test_progress_counts_and_an_exemption_needs_a_reason(log_in, towns, estate) -> None:
    visitor = await log_in("it_admin", "erbach")
    page = (await visitor.get(f"{ERBACH}/notebooks")).text.replace("\xa0", " ")
    assert "50,0 % (2 von 4)" in page
    key = ids(page, "pc-alt")
    refused = await visitor.send_form(f"{ERBACH}/notebooks/{key}/exempt", {"reason": "other", "note": " "})
    assert refused.status_code == 422
    assert (await visitor.send_form(f"{ERBACH}/notebooks/{key}/exempt", {"reason": "cad", "note": "Bauamt"})).status_code == 303
    page = (await visitor.get(f"{ERBACH}/notebooks")).text.replace("\xa0", " ")
    assert "66,7 % (2 von 3)" in page
    assert "CAD-Arbeitsplatz: Bauamt" in page
    assert (await visitor.send_form(f"{ERBACH}/notebooks/{key}/include")).status_code == 303
    assert "50,0" in (await visitor.get(f"{ERBACH}/notebooks")).text


async def test_the_shared_officer_sees_the_progress_of_all_towns_and_an_admin_only_the_own(log_in, towns, estate) -> None:
    await take(towns["oberzent"], ESTATE.replace(b"SERAB", b"SEROB").replace(b"E-", b"O-"), "bestand.csv", now())
    officer = await log_in("isb", "erbach", "oberzent")
    page = (await officer.get(f"{ERBACH}/notebooks")).text.replace("\xa0", " ")
    assert "50,0 % (4 von 8)" in page
    admin = await log_in("it_admin", "erbach")
    assert "Oberzent" not in (await admin.get(f"{ERBACH}/notebooks")).text


async def test_the_group_keeps_classes_inhabitants_and_thresholds(log_in, towns) -> None:
    visitor = await log_in("group_admin", "verbund")
    url = "/group/purchasing"
    assert (await visitor.send_form(f"{url}/classes/new", {"name": "Notebook", "description": "14 Zoll"})).status_code == 303
    assert "gibt es schon" in (await visitor.send_form(f"{url}/classes/new", {"name": "notebook"})).text
    page = (await visitor.get(url)).text
    key = re.search(r"classes/([0-9a-f-]{36})/edit", page).group(1)
    change = {"name": "Notebook 14", "description": "neu", "retired": "true", "version": "1"}
    assert (await visitor.send_form(f"{url}/classes/{key}/edit", change)).status_code == 303
    assert (await visitor.send_form(f"{url}/classes/{key}/edit", change)).status_code == 409
    assert (await visitor.send_form(f"{url}/inhabitants", {"erbach": "14.099", "oberzent": ""})).status_code == 303
    refused = await visitor.send_form(f"{url}/inhabitants", {"erbach": "0"})
    assert refused.status_code == 422
    threshold = {"name": "Ab hier drei Angebote", "cents": "1.000,00", "hint": "Drei Angebote einholen."}
    assert (await visitor.send_form(f"{url}/thresholds", threshold)).status_code == 303
    page = (await visitor.get(url)).text.replace("\xa0", " ")
    for text in ("stillgelegt", 'value="14.099"', "1.000,00 €", "Drei Angebote einholen."):
        assert text in page
    key = re.search(r"thresholds/([0-9a-f-]{36})/remove", page).group(1)
    assert (await visitor.send_form(f"{url}/thresholds/{key}/remove")).status_code == 303
    assert (await (await log_in("it_admin", "erbach")).get(url)).status_code == 403


async def test_a_threshold_is_shown_at_the_lot_that_reaches_it(log_in, towns) -> None:
    notebook = await worked_example(towns)
    admin = await log_in("group_admin", "verbund")
    threshold = {"name": "Beispielschwelle", "cents": "25.000", "hint": "Vergabestelle fragen."}
    await admin.send_form("/group/purchasing/thresholds", threshold)
    url = f"/towns/verbund/purchasing/lots/{notebook}/{QUARTER}"
    assert "Beispielschwelle" not in (await admin.get(url)).text
    await admin.send_form(f"{url}/terms", {"least_1": "1", "price_1": "919", "key": "inhabitants", "version": "0"})
    page = (await admin.get(url)).text.replace("\xa0", " ")
    assert "Schwelle „Beispielschwelle“ (ab 25.000,00 €) ist erreicht" in page
    assert "32,19 %" in page
    assert (await admin.get("/towns/verbund/purchasing")).status_code == 200


async def test_a_need_is_noted_as_bought_and_opened_again(log_in, towns) -> None:
    key = await need(towns["erbach"], await add_class("Monitor"), 7)
    await release(towns["erbach"], key)
    visitor = await log_in("it_admin", "erbach")
    assert (await visitor.send_form(f"{ERBACH}/needs/{key}/done", {"version": "2"})).status_code == 303
    assert "beschafft am" in (await visitor.get(f"{ERBACH}/needs?done=1")).text
    assert "Monitor" not in (await visitor.get(ERBACH)).text
    assert (await visitor.send_form(f"{ERBACH}/needs/{key}/open", {"version": "3"})).status_code == 303
    assert "Monitor" in (await visitor.get(ERBACH)).text


async def test_a_deleted_need_is_gone_for_all_and_can_be_had_back_as_it_was(log_in, towns) -> None:
    monitor = await add_class("Monitor")
    key = await need(towns["erbach"], monitor, 7)
    await release(towns["erbach"], key)
    visitor = await log_in("it_admin", "erbach")
    url = f"{ERBACH}/needs"
    assert (await visitor.send_form(f"{url}/{key}/delete", {"version": "1"})).status_code == 409
    assert (await visitor.send_form(f"{url}/{key}/delete", {"version": "2"})).status_code == 303
    page = (await visitor.get(url)).text
    assert f'action="{url}/{key}/restore"' in page
    assert "Noch kein Bedarf." in page
    assert "Monitor" not in (await visitor.get(ERBACH)).text
    assert (await visitor.get(f"{url}/{key}/edit")).status_code == 404
    assert (await visitor.send_form(f"{url}/{key}/restore")).status_code == 303
    assert "Monitor" in (await visitor.get(ERBACH)).text
    assert "freigegeben" in (await visitor.get(url)).text
    assert (await visitor.send_form(f"{url}/{key}/restore")).status_code == 404


async def test_a_need_of_a_lot_that_is_paid_comes_back_to_its_town_alone(log_in, towns) -> None:
    monitor = await add_class("Monitor")
    key = await need(towns["erbach"], monitor, 7)
    await release(towns["erbach"], key)
    await release(towns["michelstadt"], await need(towns["michelstadt"], monitor, 3))
    visitor = await log_in("it_admin", "erbach")
    lot = f"{ERBACH}/lots/{monitor}/{QUARTER}"
    await lead(visitor, lot, towns["erbach"])
    await visitor.send_form(f"{lot}/terms", {"least_1": "1", "price_1": "100", "key": "quantity", "version": "0"})
    paid = {"invoice": "1.000", "on": "2027-02-01", "version": "1"}
    assert (await visitor.send_form(f"{lot}/invoice", paid)).status_code == 303
    late = await visitor.send_form(f"{lot}/invoice", paid)
    assert late.status_code == 409
    assert "Das Los ist jetzt abgerechnet" in late.text
    url = f"{ERBACH}/needs"
    assert (await visitor.send_form(f"{url}/{key}/delete", {"version": "2"})).status_code == 303
    assert (await visitor.send_form(f"{url}/{key}/restore")).status_code == 303
    page = (await visitor.get(url)).text
    assert "ohne Freigabe" in page
    assert "nur für uns" in page
