"""Absurd values in the forms of the ISMS: refused in German at their field, and nothing that was typed is lost."""

from __future__ import annotations

import html

import pytest

from isms.store import sheets
from service.audit.chain import Actor
from service.db import town_tx
from service.settings import now

MIC = "/towns/michelstadt"


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("title", "x" * 100_000, "Der Text ist zu lang: 100.000 Zeichen. Erlaubt sind 300 Zeichen."),
        ("scenario", "x" * 4001, "Der Text ist zu lang: 4.001 Zeichen. Erlaubt sind 4.000 Zeichen."),
        ("owner", "x" * 201, "Erlaubt sind 200 Zeichen."),
        ("due", "9999-12-31", "Dieses Datum kann nicht stimmen. Erlaubt ist 01.01.1950 bis "),
        ("review_on", "0001-01-01", "Dieses Datum kann nicht stimmen."),
        ("due", "morgen", "Diese Angabe fehlt oder ist nicht lesbar."),
        ("cost", "viel", "Diese Angabe fehlt oder ist nicht lesbar."),
    ],
)
async def test_a_risk_with_an_absurd_value_is_refused_and_the_rest_is_kept(log_in, towns, field, value, said) -> None:
    visitor = await log_in("isb", "michelstadt")
    typed = {"title": "Sturm am Turm", "cause": "Wind aus Westen", "cost": "1400", field: value}
    answer = await visitor.send_form(f"{MIC}/risks/new", typed)
    assert answer.status_code == 422
    page = html.unescape(answer.text)
    assert said in page
    assert "Wind aus Westen" in page
    assert field == "title" or 'value="Sturm am Turm"' in page
    assert field == "cost" or 'value="1400"' in page
    assert field in ("due", "review_on", "cost") or value in page


async def test_a_measure_and_an_answer_keep_to_the_limits(log_in, towns) -> None:
    town = towns["michelstadt"]
    async with town_tx({town}, town) as tx:
        await sheets.take_over(tx, town, Actor("Test"), now())
        entry = (await sheets.load(tx, town, now().date())).entries[0]
    visitor = await log_in("isb", "michelstadt")
    answer = await visitor.send_form(f"{MIC}/measures/new", {"title": "y" * 301, "text": "Beschreibung"})
    assert answer.status_code == 422
    assert "Erlaubt sind 300 Zeichen." in answer.text
    assert "Beschreibung" in answer.text
    url = f"{MIC}/controls/objects/{entry.target}/{entry.requirement.key}"
    answer = await visitor.send_form(url, {"claim": "ja", "reason": "läuft", "responsible": "z" * 201, "version": "0"})
    assert answer.status_code == 422
    assert "Erlaubt sind 200 Zeichen." in answer.text
    assert "läuft" in answer.text
