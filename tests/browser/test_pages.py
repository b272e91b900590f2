"""Every page of the application passes the accessibility gate, and every page is visited."""

from typing import Any

import pytest
from playwright.async_api import Browser

from tests.browser import gate
from tests.browser.conftest import Site
from tests.browser.visits import TOWN, VISITS, Visit

pytestmark = pytest.mark.system("chromium")


LONG = {f"{TOWN}/assets", f"{TOWN}/assets/[id]", f"{TOWN}/controls/objects/[id]/[control]", f"{TOWN}/risks/[id]/edit", "/login"}


async def gone_through(
    site: Site,
    browser: Browser,
    visit: Visit,
    dress: gate.Dress,
    *also: gate.Dress,
    keyboard: bool = True,
    **more: Any,
) -> list[str]:
    visitor = await site.visitor(browser, visit.role, dress, **more)
    page = await visitor.new_page()
    address = site.url(visit.path)
    for selector in visit.follow:
        await page.goto(address)
        link = page.locator(selector).first
        address = site.address + str(await link.get_attribute("href"))
    # Header and navigation are the same on every page of a role: the start pages are walked from the top, the others from main.
    problems = await gate.look(page, address, dress, keyboard=keyboard, whole=visit.path in (TOWN, "/login"))
    for other in also:
        problems += await gate.look_again(page, other)
    await visitor.close()
    return problems


FIRST_VISITS = {visit.reaches: visit for visit in reversed(VISITS)}


def _first(visit: Visit) -> Any:
    """Every page once, the start page of every role; the same page for further roles only with --all."""
    every_day = visit.path == TOWN or FIRST_VISITS[visit.reaches] is visit
    return pytest.param(visit, marks=() if every_day else pytest.mark.full, id=str(visit))


@pytest.mark.parametrize("visit", [_first(visit) for visit in VISITS])
async def test_u01_a_page_passes_the_gate(site: Site, browser: Browser, visit: Visit) -> None:
    """In both everyday dresses; axe judges the first, and every dress with --all."""
    assert await gone_through(site, browser, visit, *gate.EVERYDAY) == []


@pytest.mark.full
@pytest.mark.parametrize("dress", [dress for dress in gate.GRID if dress != gate.EVERYDAY[0]], ids=str)
@pytest.mark.parametrize("visit", VISITS, ids=str)
async def test_u01_a_page_passes_the_gate_in_every_dress(site: Site, browser: Browser, visit: Visit, dress: gate.Dress) -> None:
    assert await gone_through(site, browser, visit, dress) == []


def _long(visit: Visit) -> Any:
    return pytest.param(visit, marks=() if visit.reaches in LONG else pytest.mark.full, id=str(visit))


@pytest.mark.parametrize("visit", [_long(visit) for visit in VISITS])
async def test_texts_that_are_40_percent_longer_still_fit(site: Site, browser: Browser, visit: Visit) -> None:
    """English readers of the test town get the pseudo-locale (`tests.pseudo`)."""
    narrow = gate.Dress(width=gate.NARROW)
    assert await gone_through(site, browser, visit, narrow, keyboard=False, locale="en-US") == []
