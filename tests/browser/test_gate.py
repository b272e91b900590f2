"""The frame's own pages and macros pass the accessibility gate; the gate itself finds what it should."""

import pytest
from playwright.async_api import Browser

from tests.browser import gate, reviewed
from tests.browser.sample_app import ROUTES

pytestmark = pytest.mark.system("chromium")


EVERY_DAY = (*gate.EVERYDAY, gate.Dress("dark", forced=True))
DRESSES = [pytest.param(dress, marks=() if dress in EVERY_DAY else pytest.mark.full, id=str(dress)) for dress in gate.GRID]


@pytest.mark.parametrize("path", ROUTES)
@pytest.mark.parametrize("dress", DRESSES)
async def test_u01_every_macro_passes_in_every_dress(browser: Browser, gallery: str, path: str, dress: gate.Dress) -> None:
    visitor = await gate.context(browser, dress)
    problems = await gate.look(await visitor.new_page(), gallery + path, dress)
    await visitor.close()
    assert problems == []


async def test_a_review_that_is_not_needed_any_more_is_an_error(browser: Browser, gallery: str) -> None:
    visitor = await gate.context(browser, gate.Dress())
    for path in ROUTES:
        await gate.look(await visitor.new_page(), gallery + path, gate.Dress(), keyboard=False)
    await visitor.close()
    assert {entry.selector for entry in reviewed.REVIEWED} - gate.used == set()


BAD = {
    "Kontrast": "<p style='color:#aaa;background:#fff'>zu blass</p>",
    "Seite": "<div style='width:2000px'>zu breit</div>",
    "Liste": "<div class='table' style='overflow-x:auto'><div style='width:2000px'>zu breit</div></div>",
    "Ragt aus der Zelle": (
        "<table><tr><td style='width:60px;max-width:60px'><div style='display:flex;justify-content:flex-end'>"
        "<p style='flex:none'>ein Satz, der nicht passt</p></div></td></tr></table>"
    ),
    "Ziel": "<button style='width:10px;height:10px;padding:0;border:0'>x</button>",
    "Ohne Namen": "<button><svg width=30 height=30></svg></button>",
    "Gleicher Name": "<a href='/a'>mehr</a> <a href='/b'>mehr</a>",
    "Abgeschnitten": "<div style='width:50px;overflow:hidden;white-space:nowrap'>ein langer Text ohne Platz</div>",
    "Übereinander": "<a href='/a'>eins eins eins</a><a href='/b' style='margin-left:-60px'>zwei zwei</a>",
    "Fokus unsichtbar": "<a href='/a' style='outline:none'>ohne Ring</a>",
    "Kennung doppelt": "<p id='x'>a</p><p id='x'>b</p>",
    "axe": "<img src='data:,'>",
}


@pytest.mark.parametrize("fault", BAD)
async def test_the_gate_finds_a_planted_fault(browser: Browser, fault: str) -> None:
    visitor = await gate.context(browser, gate.Dress())
    page = await visitor.new_page()
    await page.set_content(f"<!doctype html><html lang=de><title>t</title><main><h1>t</h1>{BAD[fault]}</main>")
    problems = await gate.look_at(page, gate.Dress())
    await visitor.close()
    assert any(problem.startswith(fault) for problem in problems), problems


async def test_the_gate_finds_an_icon_that_vanishes_in_forced_colours(browser: Browser) -> None:
    dress = gate.Dress(forced=True)
    visitor = await gate.context(browser, dress)
    page = await visitor.new_page()
    icon = "<svg class=icon width=30 height=30><path d='M0 0h30v30H0z' style='forced-color-adjust:none;fill:#fff'/></svg>"
    await page.set_content(f"<!doctype html><html lang=de><title>t</title><main><h1>t</h1>{icon}</main>")
    problems = await gate.look_at(page, dress)
    await visitor.close()
    assert any("erzwungenen Farben" in problem for problem in problems), problems
