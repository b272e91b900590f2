"""The accessibility gate of a page (WCAG 2.2 AA): what axe finds, and what it does not look for.

`look()` opens an address in one dress (theme, width) and returns sentences
about everything that is wrong; an empty list is a pass.
"""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from PIL import Image
from playwright.async_api import Browser, BrowserContext, Page

from tests.browser.reviewed import REVIEWED

ROOT: Final = Path(__file__).resolve().parents[2]
AXE: Final = ROOT / "templates" / "node_modules" / "axe-core" / "axe.min.js"
PROBES: Final = Path(__file__).with_name("probes.js")
ARGUMENTS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    # One drawn frame follows another at once: the Tab key waits for two of them at every stop.
    "--disable-frame-rate-limit",
)
TAGS: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDE: Final = 1280
NARROW: Final = 320
MOST_TABS: Final = 60
"""Stops of the Tab key from the top of a page; header and navigation take about half of them."""
used: Final[set[str]] = set()


@dataclass(frozen=True, slots=True)
class Dress:
    """How the person sees the page."""

    scheme: str = "light"
    width: int = WIDE
    forced: bool = False

    def __str__(self) -> str:
        return f"{'forced-' if self.forced else ''}{self.scheme}-{self.width}"


EVERYDAY: Final = (Dress(), Dress("dark", NARROW))
GRID: Final = tuple(
    Dress(scheme, width, forced) for width in (WIDE, NARROW) for forced in (False, True) for scheme in ("light", "dark")
)


async def context(browser: Browser, dress: Dress, **more: Any) -> BrowserContext:
    """A fresh visitor in this dress."""
    return await browser.new_context(
        viewport={"width": dress.width, "height": 900},
        color_scheme="dark" if dress.scheme == "dark" else "light",
        forced_colors="active" if dress.forced else "none",
        reduced_motion="reduce",
        **{"locale": "de-DE", **more},
    )


async def look(page: Page, url: str, dress: Dress, *, keyboard: bool = True, whole: bool = True) -> list[str]:
    """Everything that is wrong with the page at this address; `whole`: the Tab key walks header and navigation too."""
    problems: list[str] = []
    page.on("console", lambda message: problems.append(f"Konsole: {message.text}") if message.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(f"Skript: {error}"))
    answer = await page.goto(url)
    if answer is None or answer.status != 200:
        return [f"Antwort {answer.status if answer else 'fehlt'}"]
    problems += await look_at(page, dress, keyboard=keyboard, whole=whole)
    return [f"{dress} {url}: {problem}" for problem in dict.fromkeys(problems)]


async def look_again(page: Page, dress: Dress) -> list[str]:
    """What `look` found well in one dress, in another one without loading anew: our own questions, not axe's."""
    await page.emulate_media(color_scheme="dark" if dress.scheme == "dark" else "light")
    await page.set_viewport_size({"width": dress.width, "height": 900})
    await page.evaluate("() => { window.scrollTo(0, 0); return gate.painted(); }")
    problems = await look_at(page, dress, keyboard=False, rules=False)
    return [f"{dress} {page.url}: {problem}" for problem in dict.fromkeys(problems)]


async def look_at(page: Page, dress: Dress, *, keyboard: bool = True, whole: bool = True, rules: bool = True) -> list[str]:
    """The same for a page that is already open; `rules`: with those of axe."""
    problems = []
    if rules:
        await page.evaluate(AXE.read_text(encoding="utf-8"))
        await page.evaluate(PROBES.read_text(encoding="utf-8"))
        problems += await axe(page, forced=dress.forced)
    problems += await page.evaluate(
        "() => [...gate.sideways(), ...gate.lists(), ...gate.cells(), ...gate.clipped(), ...gate.overlap(), ...gate.names()]"
    )
    if dress.forced:
        problems += await visible_in_forced_colours(page)
    else:
        problems += await page.evaluate("() => [...gate.contrast(), ...gate.targets()]")
        problems += [f"bei Textabstand: {text}" for text in await page.evaluate("() => gate.spacing()")]
        if dress.width == WIDE:
            problems += [f"bei 200 %: {text}" for text in await page.evaluate("() => gate.doubled()")]
    if keyboard:
        problems += await tab_through(page, whole=whole)
    return problems


async def axe(page: Page, *, forced: bool = False) -> list[str]:
    """Violations of axe, and its undecided contrasts that nobody has reviewed."""
    found = await page.evaluate("tags => axe.run(document, {runOnly: tags, resultTypes: ['violations', 'incomplete']})", TAGS)
    problems = [
        f"axe {rule['id']}: {node['target']} {node['failureSummary'].splitlines()[1:2]}"
        for rule in found["violations"]
        # Forced colours are the person's own choice; axe still computes the page's.
        if not (forced and rule["id"] == "color-contrast")
        for node in rule["nodes"][:3]
    ]
    undecided = [node for rule in found["incomplete"] if rule["id"] == "color-contrast" for node in rule["nodes"]]
    for node in undecided if not forced else ():
        known = next((entry for entry in REVIEWED if await_matches(entry.selector, node)), None)
        if known is None:
            problems.append(f"axe unentschieden: {node['target']} {node['html'][:90]}")
        else:
            used.add(known.selector)
    return problems


def await_matches(selector: str, node: dict[str, Any]) -> bool:
    """Whether a reviewed entry names this element: by a part of its path or of its markup."""
    return any(selector in str(part) for part in node["target"]) or selector in node["html"]


async def visible_in_forced_colours(page: Page) -> list[str]:
    """Icons, progress bars, badges and the current entry paint something else than the background."""
    problems = []
    for selector in ("main svg.icon", "progress", ".kern-badge", "nav a[aria-current]", ".lamp"):
        for element in (await page.locator(f"{selector}:visible").all())[:6]:
            if not await element.is_visible():
                continue
            image = Image.open(BytesIO(await element.screenshot())).convert("L")
            low, high = image.getextrema()
            if high - low < 60:  # type: ignore[operator]  # "L" images give two numbers
                problems.append(
                    f"In erzwungenen Farben unsichtbar: {selector} {await element.evaluate('e => e.outerHTML.slice(0, 80)')}"
                )
    return problems


async def tab_through(page: Page, *, whole: bool) -> list[str]:
    """Every stop of the Tab key shows where it is and is not covered; from the top, or from where the skip link leads."""
    problems: list[str] = []
    await page.evaluate("() => { document.activeElement?.blur(); window.scrollTo(0, 0); }")
    if not whole:
        await page.evaluate("() => document.getElementById('main')?.focus()")
    for _ in range(MOST_TABS if whole else MOST_TABS // 2):
        await page.keyboard.press("Tab")
        state = await page.evaluate("async () => { await gate.painted(); return gate.focus(); }")
        if state["end"]:
            break
        problems += state["problems"]
    return problems
