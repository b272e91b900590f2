"""The frame in a real browser: keys, menus, lists that swap, messages; and all of it without JavaScript."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser import gate

pytestmark = pytest.mark.system("chromium")
TOWN = "/towns/musterstadt"


@pytest.fixture
async def page(browser: Browser) -> AsyncIterator[Page]:
    visitor = await gate.context(browser, gate.Dress())
    yield await visitor.new_page()
    await visitor.close()


@pytest.fixture
async def plain(browser: Browser) -> AsyncIterator[Page]:
    """A visitor whose browser runs no JavaScript, on a small screen."""
    visitor = await gate.context(browser, gate.Dress(width=gate.NARROW), java_script_enabled=False)
    yield await visitor.new_page()
    await visitor.close()


async def test_the_first_tab_stop_leads_to_the_content(page: Page, gallery: str) -> None:
    await page.goto(gallery + TOWN)
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    assert await page.evaluate("document.activeElement.id") == "main"


async def test_slash_jumps_to_the_search_but_not_while_typing(page: Page, gallery: str) -> None:
    await page.goto(gallery + TOWN + "/assets")
    await page.keyboard.press("/")
    await expect(page.locator("#find")).to_be_focused()
    await page.locator("#q-q").focus()
    await page.keyboard.type("10.0.0.0/24")
    await expect(page.locator("#q-q")).to_have_value("10.0.0.0/24")


async def test_j_and_k_go_through_the_rows(page: Page, gallery: str) -> None:
    await page.goto(gallery + TOWN + "/assets")
    for key, name in (("j", "srv-fs01"), ("j", "sw-rathaus-2"), ("k", "srv-fs01")):
        await page.keyboard.press(key)
        assert await page.evaluate("document.activeElement.textContent") == name


async def test_x_ticks_the_row_and_a_question_mark_shows_the_keys(page: Page, gallery: str) -> None:
    await page.goto(gallery + TOWN + "/assets")
    await page.keyboard.press("x")  # no row has the focus: nothing happens
    await expect(page.locator("input.pick:checked")).to_have_count(0)
    await page.keyboard.press("j")
    await page.keyboard.press("x")
    await expect(page.get_by_label("Auswählen: srv-fs01")).to_be_checked()
    await page.keyboard.press("x")
    await expect(page.locator("input.pick:checked")).to_have_count(0)
    await page.locator("#q-q").focus()
    await page.keyboard.type("x?")
    await expect(page.locator("#q-q")).to_have_value("x?")
    await page.locator("#q-q").evaluate("field => field.blur()")
    await page.keyboard.press("?")
    await page.wait_for_url("**/accessibility#keys")
    await page.goto(gallery + TOWN + "/assets")
    await page.evaluate("document.documentElement.dataset.shortcuts = 'off'")
    await page.keyboard.press("j")
    await page.keyboard.press("x")
    await page.keyboard.press("?")
    await expect(page.locator("input.pick:checked")).to_have_count(0)
    assert page.url.endswith("/assets")


async def test_escape_closes_a_menu_and_gives_the_focus_back(page: Page, gallery: str) -> None:
    await page.goto(gallery + TOWN)
    summary = page.locator(".where summary")
    await summary.press("Enter")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Escape")
    await expect(page.locator(".where details")).not_to_have_attribute("open", "")
    await expect(summary).to_be_focused()


async def test_a_menu_closes_when_the_focus_leaves_it(page: Page, gallery: str) -> None:
    await page.goto(gallery + TOWN)
    await page.locator(".where summary").press("Enter")
    await page.locator("#find").focus()
    await expect(page.locator(".where details")).not_to_have_attribute("open", "")


async def test_select_all_ticks_the_rows_and_counts_them(page: Page, gallery: str) -> None:
    await page.goto(gallery + TOWN + "/assets")
    every = page.get_by_role("checkbox", name="Alle auf dieser Seite auswählen")
    await every.check()
    assert await page.locator("input.pick[name=id]:checked").count() == 3
    await expect(page.locator("[data-count-of=bulk]")).to_have_text("(3)")
    await page.get_by_role("checkbox", name="Auswählen: srv-fs01").uncheck()
    assert await every.evaluate("box => box.indeterminate")


async def test_a_filter_swaps_the_list_keeps_the_focus_and_says_the_result(page: Page, gallery: str) -> None:
    await page.goto(gallery + TOWN + "/assets")
    await page.evaluate("window.stayed = true")
    await page.locator("#q-kind").focus()
    await page.locator("#q-kind").select_option("server")
    await page.wait_for_url("**/assets?**kind=server**")
    await expect(page.locator("#announce")).to_contain_text("1.284 Geräte")
    await expect(page.locator("#q-kind")).to_be_focused()
    assert await page.evaluate("window.stayed")


async def test_htmx_sends_the_token_with_a_change(page: Page, gallery: str) -> None:
    await page.goto(gallery + TOWN)
    async with page.expect_request("**/save") as request:
        await page.evaluate("htmx.ajax('POST', '/save', {target: '#messages', source: document.body})")
    headers = (await request.value).headers
    assert len(headers["x-csrftoken"]) == 128
    answer = await (await request.value).response()
    assert answer
    assert answer.status == 303


async def test_a_failure_of_a_part_is_told_in_the_page(page: Page, gallery: str) -> None:
    await page.goto(gallery + TOWN)
    await page.evaluate("htmx.ajax('GET', '/fail/500', {target: 'main'})")
    await expect(page.locator("#messages [role=alert]")).to_contain_text("Es wurde nichts geändert.")
    await expect(page.locator("h1")).to_contain_text("Guten Morgen")


async def test_after_an_error_the_focus_is_on_the_summary_and_its_link_leads_to_the_field(page: Page, gallery: str) -> None:
    await page.goto(gallery + TOWN + "/form")
    await expect(page.locator("#errors")).to_be_focused()
    await page.locator("#errors a").click()
    await expect(page.locator("#f-ip")).to_be_focused()
    described = await page.locator("#f-ip").get_attribute("aria-describedby")
    assert described == "f-ip-hint f-ip-error"


async def test_two_minutes_before_the_end_of_the_session_the_page_offers_to_go_on(browser: Browser, gallery: str) -> None:
    visitor = await gate.context(browser, gate.Dress())
    page = await visitor.new_page()
    await page.clock.install()
    await page.goto(gallery + TOWN)
    await page.clock.fast_forward((1800 - 120 - 5) * 1000)
    await expect(page.locator("#idle")).to_be_hidden()
    await page.clock.fast_forward(10_000)
    await expect(page.locator("#idle")).to_be_visible()
    await expect(page.get_by_role("button", name="Weiterarbeiten")).to_be_focused()
    await visitor.close()


async def test_the_page_prints_black_on_white_without_navigation(page: Page, gallery: str) -> None:
    await page.goto(gallery + TOWN + "/assets")
    await page.emulate_media(media="print", color_scheme="light")
    for selector in ("header.top", "nav.side", ".filter", ".pager"):
        await expect(page.locator(selector).first).to_be_hidden()
    await expect(page.locator("h1")).to_be_visible()


async def test_u07_the_menu_opens_without_javascript(plain: Page, gallery: str) -> None:
    await plain.goto(gallery + TOWN)
    entry = plain.locator("nav.side a", has_text="Geräte")
    await expect(entry).to_be_hidden()
    await plain.locator("a.top__nav").click()
    await expect(entry).to_be_visible()
    await entry.click()
    await expect(plain.locator("h1")).to_have_text("Geräte")


async def test_u07_theme_and_language_change_without_javascript(plain: Page, gallery: str) -> None:
    await plain.goto(gallery + "/login")
    await plain.locator("summary", has_text="Darstellung und Sprache").click()
    await plain.get_by_role("button", name="dunkel").click()
    await expect(plain.locator("html")).to_have_attribute("data-kern-theme", "dark")
    await plain.locator("summary", has_text="Darstellung und Sprache").click()
    await plain.get_by_role("button", name="English").click()
    await expect(plain.locator("html")).to_have_attribute("lang", "en")


async def test_u07_a_filter_and_a_change_work_without_javascript(plain: Page, gallery: str) -> None:
    await plain.goto(gallery + TOWN + "/assets")
    await plain.locator("#q-kind").select_option("server")
    await plain.get_by_role("button", name="Filtern").click()
    assert "kind=server" in plain.url
    await plain.get_by_role("button", name="Ausmustern").click()
    await expect(plain.locator("#messages")).to_contain_text("Gespeichert.")


async def test_u06_nothing_is_told_by_colour_alone(page: Page, gallery: str) -> None:
    await page.goto(gallery + TOWN + "/states")
    for element in await page.locator(".kern-badge, .lamp").all():
        assert (await element.inner_text()).strip()
        assert await element.locator("svg").count() == 1
