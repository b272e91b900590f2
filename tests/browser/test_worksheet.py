"""The security officer answers the Grundschutz-Check of a town by keyboard: one key press a requirement, no mouse."""

import statistics
from collections import Counter
from itertools import cycle, islice

import asyncpg
import pytest
from playwright.async_api import Browser, Request

from tests.browser import gate
from tests.browser.conftest import Site

pytestmark = pytest.mark.system("chromium")

BASE = "/towns/beispielheim/controls"
CLAIMS = {"1": "ja", "2": "teilweise", "3": "nein"}
READ = "select set_config('app.towns', (select '{' || id || '}' from town where slug = 'beispielheim'), true)"
ANSWERS = "select target_id, control, claim from assessment where superseded_at is null and origin = 'own'"


@pytest.mark.parametrize("number", [40, pytest.param(250, marks=pytest.mark.full)])
async def test_u07_each_key_press_answers_a_requirement(site: Site, browser: Browser, number: int) -> None:
    visitor = await site.visitor(browser, "isb", gate.Dress())
    page = await visitor.new_page()
    await page.goto(site.url(BASE))
    connection = await asyncpg.connect(site.database)
    before = await _answers(connection)
    times: list[float] = []
    seen: list[str] = []

    def saved(request: Request) -> None:
        if request.method == "POST":
            seen.append(request.url)
            times.append(request.timing["responseStart"] - request.timing["requestStart"])

    page.on("requestfinished", saved)
    async with page.expect_navigation():
        await page.keyboard.press("n")
    keys = list(islice(cycle(CLAIMS), number))
    for key in keys:
        async with page.expect_navigation():
            await page.keyboard.press(key)
        assert "gespeichert" in await page.locator("#messages").inner_text()
    after = await _answers(connection)
    new = {spot: claim for spot, claim in after.items() if before.get(spot) != claim or spot not in before}
    assert len(seen) == len(set(seen)) == len(new) == number
    assert Counter(new.values()) == Counter(CLAIMS[key] for key in keys)
    assert [new[spot] for spot in map(_spot, seen)] == [CLAIMS[key] for key in keys]
    last = _spot(seen[-1])
    async with page.expect_navigation():
        await page.keyboard.press("u")
    assert await _answers(connection) == {spot: claim for spot, claim in after.items() if spot != last}
    print(
        f"{number} answers, server: median {statistics.median(times):.0f} ms, p95 {statistics.quantiles(times, n=20)[18]:.0f} ms"
    )
    await page.goto(seen[0])
    await page.fill("#f-reason", "Geprüft am Gerät.")
    async with page.expect_navigation():
        await page.locator("button[data-key='1']").click()
    await page.goto(seen[0])
    await page.keyboard.press("4")
    await page.keyboard.type("Kein WLAN im Haus.")
    async with page.expect_navigation():
        await page.keyboard.press("Control+Enter")
    assert (await _answers(connection))[_spot(seen[0])] == "entbehrlich"
    await page.goto(seen[0])
    assert await page.input_value("#f-reason") == "Kein WLAN im Haus."
    await connection.close()
    await visitor.close()


def _spot(url: str) -> tuple[str, str]:
    target, control = url.rstrip("/").rsplit("/", 2)[-2:]
    return target, control


async def _answers(connection: asyncpg.Connection) -> dict[tuple[str, str], str]:
    """Object and requirement → what the town says there, read as the application's own role."""
    async with connection.transaction():
        await connection.execute(READ)
        return {(str(x["target_id"]), x["control"]): x["claim"] for x in await connection.fetch(ANSWERS)}
