"""Who may write prices, key and invoice of a lot that several towns share, and what the others may do."""

from __future__ import annotations

import re

from service.db import town_tx
from service.purchasing.store import needs
from service.purchasing.store.group import GROUP
from tests.purchasing.test_pages import lead
from tests.purchasing.town import QUARTER, worked_example

TIERS = {"least_1": "1", "price_1": "1.049", "least_2": "10", "price_2": "979", "least_3": "25", "price_3": "919"}


async def lot(log_in, towns, *slugs: str):
    """The worked example; its address and a visitor of each town. Michelstadt leads."""
    notebook = await worked_example(towns)
    there = {slug: (await log_in("it_admin", slug), f"/towns/{slug}/purchasing/lots/{notebook}/{QUARTER}") for slug in slugs}
    await lead(*there["michelstadt"], towns["michelstadt"])
    return there


async def test_one_town_alone_rewrites_nothing_that_others_pay(log_in, towns) -> None:
    there = await lot(log_in, towns, "michelstadt", "erbach")
    visitor, url = there["erbach"]
    for path, data in (
        ("terms", {**TIERS, "key": "quantity", "version": "0"}),
        ("invoice", {"invoice": "1,00", "on": "2026-02-01", "version": "0"}),
        ("invoice/undo", {"version": "0"}),
        ("consent", {"act": "lead", "town": str(towns["erbach"])}),
        ("consent", {"act": "fix", "version": "0"}),
    ):
        answer = await visitor.send_form(f"{url}/{path}", data)
        assert answer.status_code in (403, 422), path
    page = (await visitor.get(url)).text
    assert "Michelstadt" in re.search(r"Federführung</dt>.*?</dd>", page, re.DOTALL)[0]
    assert "Preise speichern" not in page
    assert "Rechnung eintragen" not in page
    assert "Vorschlag senden" in page
    assert "1,00" not in page


async def test_a_proposal_is_taken_over_by_the_lead_and_stands_fast_when_all_agreed(log_in, towns) -> None:
    there = await lot(log_in, towns, "michelstadt", "erbach", "oberzent", "brombachtal")
    (erbach, url), (michelstadt, home) = there["erbach"], there["michelstadt"]
    assert (await erbach.send_form(f"{url}/propose", {**TIERS, "key": "quantity", "version": "0"})).status_code == 303
    page = (await michelstadt.get(home)).text.replace("\xa0", " ")
    assert "ab 25: 919,00 €" in page
    assert "Vorschlag übernehmen" in page
    assert "Vorschlag übernehmen" not in (await erbach.get(url)).text
    adopt = {"act": "adopt", "town": str(towns["erbach"]), "version": "0"}
    assert (await erbach.send_form(f"{url}/consent", adopt)).status_code == 403
    assert (await michelstadt.send_form(f"{home}/consent", adopt)).status_code == 303
    for slug in ("oberzent", "brombachtal"):
        visitor, address = there[slug]
        assert "stehen fest" not in (await visitor.get(address)).text
        assert (await visitor.send_form(f"{address}/consent", {"act": "agree", "version": "1"})).status_code == 303
    page = (await michelstadt.get(home)).text
    assert "stehen fest, alle Kommunen haben zugestimmt" in page
    assert "Preise speichern" not in page
    changed = await michelstadt.send_form(f"{home}/terms", {**TIERS, "price_3": "500", "key": "quantity", "version": "1"})
    assert changed.status_code == 422
    assert (await michelstadt.send_form(f"{home}/consent", {"act": "reopen"})).status_code == 403


async def test_what_the_lead_lays_down_alone_it_opens_again_and_consent_is_lost_with_new_prices(log_in, towns) -> None:
    there = await lot(log_in, towns, "michelstadt", "erbach")
    (erbach, url), (michelstadt, home) = there["erbach"], there["michelstadt"]
    assert (await michelstadt.send_form(f"{home}/terms", {**TIERS, "key": "quantity", "version": "0"})).status_code == 303
    assert (await erbach.send_form(f"{url}/consent", {"act": "agree", "version": "1"})).status_code == 303
    assert "Erbach, Michelstadt" in (await erbach.get(url)).text
    assert (await michelstadt.send_form(f"{home}/consent", {"act": "fix", "version": "1"})).status_code == 303
    assert "stehen fest, festgelegt von" in (await erbach.get(url)).text
    assert (await michelstadt.send_form(f"{home}/consent", {"act": "reopen"})).status_code == 303
    new = {**TIERS, "price_3": "900", "key": "quantity", "version": "1"}
    assert (await michelstadt.send_form(f"{home}/terms", new)).status_code == 303
    agreed = re.search(r"Zugestimmt haben</dt>.*?</dd>", (await erbach.get(url)).text, re.DOTALL)[0]
    assert "Michelstadt" in agreed
    assert "Erbach" not in agreed
    stale = await erbach.send_form(f"{url}/consent", {"act": "agree", "version": "1"})
    assert stale.status_code == 409


async def test_the_page_says_who_changed_what(log_in, towns) -> None:
    (michelstadt, home) = (await lot(log_in, towns, "michelstadt"))["michelstadt"]
    await michelstadt.send_form(f"{home}/terms", {**TIERS, "key": "quantity", "version": "0"})
    await michelstadt.send_form(f"{home}/terms", {**TIERS, "price_3": "500", "key": "inhabitants", "version": "1"})
    page = (await michelstadt.get(home)).text.replace("\xa0", " ")
    story = page[page.index('class="history"') :]
    assert re.search(r"<del>[^<]*ab 25: 919,00 €</del> → <ins>[^<]*ab 25: 500,00 €</ins>", story)
    assert "Test it_admin" in story
    assert "<del>nach Stückzahl</del> → <ins>nach Einwohnern</ins>" in story
    assert "Federführung eines Loses vergeben" in story


async def test_an_invoice_far_from_the_offer_is_confirmed_first(log_in, towns) -> None:
    (visitor, url) = (await lot(log_in, towns, "michelstadt"))["michelstadt"]
    await visitor.send_form(f"{url}/terms", {**TIERS, "key": "quantity", "version": "0"})
    paid = {"invoice": "1,00", "on": "2026-02-01", "version": "1"}
    warned = await visitor.send_form(f"{url}/invoice", paid)
    assert warned.status_code == 422
    assert "Die Rechnung weicht um 100" in warned.text
    assert 'name="confirmed"' in warned.text
    assert 'value="1,00"' in warned.text
    assert "abgerechnet" not in (await visitor.get(url)).text
    assert (await visitor.send_form(f"{url}/invoice", {**paid, "confirmed": "on"})).status_code == 303
    assert "abgerechnet" in (await visitor.get(url)).text


async def test_the_groups_administration_decides_without_a_lead(log_in, towns) -> None:
    notebook = await worked_example(towns)
    visitor = await log_in("group_admin", "verbund")
    url = f"/towns/verbund/purchasing/lots/{notebook}/{QUARTER}"
    assert (await visitor.send_form(f"{url}/terms", {**TIERS, "key": "quantity", "version": "0"})).status_code == 303
    named = {"act": "lead", "town": str(towns["oberzent"])}
    assert (await visitor.send_form(f"{url}/consent", named)).status_code == 303
    assert "Oberzent" in re.search(r"Federführung</dt>.*?</dd>", (await visitor.get(url)).text, re.DOTALL)[0]


async def test_what_stands_fast_changes_by_no_town_alone(log_in, towns) -> None:
    there = await lot(log_in, towns, "michelstadt", "erbach")
    (erbach, url), (michelstadt, home) = there["erbach"], there["michelstadt"]
    await michelstadt.send_form(f"{home}/terms", {**TIERS, "key": "quantity", "version": "0"})
    assert (await michelstadt.send_form(f"{home}/consent", {"act": "fix", "version": "1"})).status_code == 303
    assert "Quelle: None" not in (await erbach.get(url)).text
    town = towns["erbach"]
    async with town_tx({town, GROUP}) as tx:
        (mine,) = await needs.demands(tx, town)
    form = f"/towns/erbach/purchasing/needs/{mine.id}"
    fewer = {
        "class_id": str(mine.draft.class_id), "quantity": "1", "quarter": QUARTER, "reason": "replacement",
        "version": str(mine.version),
    }  # fmt: skip
    answer = await erbach.send_form(f"{form}/edit", fewer)
    assert answer.status_code == 422
    assert "stehen Preise und Schlüssel fest" in answer.text
    assert "öffnet sie auf der Seite des Loses wieder" in answer.text
    for what in ("withdraw", "delete"):
        assert (await erbach.send_form(f"{form}/{what}", {"version": str(mine.version)})).status_code == 422, what
    assert (await erbach.send_form(f"{form}/edit", fewer | {"quantity": "12", "note": "eilt"})).status_code == 303
    assert (await michelstadt.send_form(f"{home}/consent", {"act": "reopen"})).status_code == 303
    late = fewer | {"version": str(mine.version + 1)}
    assert (await erbach.send_form(f"{form}/edit", late)).status_code == 303
