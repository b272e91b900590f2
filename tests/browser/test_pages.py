"""Every page of the application passes the accessibility gate, and every page is visited."""

import pytest
from playwright.async_api import Browser

from tests.browser import gate
from tests.browser.conftest import Site
from tests.browser.visits import VISITS, Visit

pytestmark = pytest.mark.system("chromium")


async def gone_through(site: Site, browser: Browser, visit: Visit, dress: gate.Dress) -> list[str]:
    visitor = await site.visitor(browser, visit.role, dress)
    page = await visitor.new_page()
    address = site.url(visit.path)
    for selector in visit.follow:
        await page.goto(address)
        link = page.locator(selector).first
        address = site.address + str(await link.get_attribute("href"))
    problems = await gate.look(page, address, dress)
    await visitor.close()
    return problems


@pytest.mark.parametrize("visit", VISITS, ids=str)
async def test_u01_a_page_passes_the_gate(site: Site, browser: Browser, visit: Visit) -> None:
    assert [problem for dress in gate.EVERYDAY for problem in await gone_through(site, browser, visit, dress)] == []


@pytest.mark.full
@pytest.mark.parametrize("dress", [dress for dress in gate.GRID if dress not in gate.EVERYDAY], ids=str)
@pytest.mark.parametrize("visit", VISITS, ids=str)
async def test_u01_a_page_passes_the_gate_in_every_dress(site: Site, browser: Browser, visit: Visit, dress: gate.Dress) -> None:
    assert await gone_through(site, browser, visit, dress) == []
