"""The header's search: one device opens, devices show their list, everything else stands in groups of what the role may read."""

from __future__ import annotations

import pytest

from service.blocks import Asked
from tests.conftest import LogInAs
from tests.purchasing.town import add_class, need
from tests.service.test_reports import filled

__all__ = ["filled"]
SEARCH = "/towns/erbach/search"


async def test_a_requirement_is_found_by_its_own_and_by_its_official_id(filled: Asked, log_in: LogInAs) -> None:
    visitor = await log_in("isb")
    for text in ("OW-SIC-02", "ow-sic-02", "CON.3"):
        page = (await visitor.get(SEARCH, params={"q": text})).text
        assert "OW-SIC-02" in page.split("<main")[1], text
        assert "/towns/erbach/controls/objects/" in page


async def test_risks_and_measures_are_found_by_words(filled: Asked, log_in: LogInAs) -> None:
    page = (await (await log_in("isb")).get(SEARCH, params={"q": "R-001"})).text
    assert 'href="/towns/erbach/risks/' in page
    page = (await (await log_in("isb")).get(SEARCH, params={"q": "M-001"})).text
    assert 'href="/towns/erbach/measures/' in page


async def test_a_mayor_finds_risks_and_no_devices(filled: Asked, log_in: LogInAs) -> None:
    visitor = await log_in("mayor")
    page = await visitor.get(SEARCH, params={"q": "R-001"})
    assert 'href="/towns/erbach/risks/' in page.text
    everything = (await visitor.get(SEARCH, params={"q": "e"})).text
    assert "/assets" not in everything
    assert "/controls" not in everything


@pytest.mark.parametrize("text", ["", "gibt-es-nirgends"])
async def test_nothing_found_says_what_else_to_try(filled: Asked, log_in: LogInAs, text: str) -> None:
    page = await (await log_in("it_admin")).get(SEARCH, params={"q": text})
    assert page.status_code == 200
    assert "Seriennummer" in page.text.split("<main")[1]


async def test_who_may_read_nothing_of_it_is_not_offered_the_search(filled: Asked, log_in: LogInAs) -> None:
    visitor = await log_in("employee")
    assert SEARCH not in (await visitor.get("/towns/erbach")).text
    assert (await visitor.get(SEARCH, params={"q": "e"})).status_code == 403


async def test_products_and_needs_are_found_and_lead_where_the_role_may_go(towns: dict[str, int], log_in: LogInAs) -> None:
    monitor = await add_class("Monitor 27 Zoll")
    key = await need(towns["erbach"], monitor, 7, cost_centre="Bauamt")
    await need(towns["michelstadt"], monitor, 3, cost_centre="Bauamt")
    admin = await log_in("it_admin")
    neighbour = await log_in("it_admin", "michelstadt")
    for visitor, slug, name in ((admin, "erbach", "Friedhof Plus"), (neighbour, "michelstadt", "Friedhof Digital")):
        form = {"name": name, "category": "procedure", "facets": ["use"]}
        assert (await visitor.send_form(f"/towns/{slug}/software/new", form)).status_code == 303
    page = (await admin.get(SEARCH, params={"q": "friedhof"})).text.split("<main")[1]
    assert "Fachverfahren (2)" in page
    assert 'href="/towns/erbach/software/product?key=friedhof+plus"' in page
    assert "Friedhof Digital (in anderen Städten)" in page
    assert (await admin.get("/towns/erbach/software/product?key=friedhof+digital")).status_code == 200
    page = (await admin.get(SEARCH, params={"q": "bauamt"})).text.split("<main")[1]
    assert "Bedarf (1)" in page
    assert f'href="/towns/erbach/purchasing/needs/{key}/edit"' in page
    reader = (await (await log_in("isb")).get(SEARCH, params={"q": "bauamt"})).text.split("<main")[1]
    assert 'href="/towns/erbach/purchasing/needs"' in reader
    for text in ("friedhof", "bauamt"):
        assert "Nichts gefunden." in (await (await log_in("mayor")).get(SEARCH, params={"q": text})).text
