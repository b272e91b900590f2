"""What people come for, by keyboard and without JavaScript (U3, U7, U10), on the real application."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime

import pytest
from playwright.async_api import Browser, Page, expect

from service.auth import totp
from tests.browser import gate
from tests.browser.conftest import Site
from tests.browser.visits import PASSWORD, TOTP, TOWN

pytestmark = pytest.mark.system("chromium")

OpenAs = Callable[[str | None, str], Awaitable[Page]]


@pytest.fixture(params=[True, False], ids=["with-javascript", "without-javascript"])
async def open_as(request: pytest.FixtureRequest, site: Site, browser: Browser) -> AsyncIterator[OpenAs]:
    """`await open_as(role, path)`: a page as somebody sees it, with and without JavaScript."""
    contexts = []

    async def enter(role: str | None, path: str) -> Page:
        contexts.append(await site.visitor(browser, role, gate.Dress(), java_script_enabled=request.param))
        page = await contexts[-1].new_page()
        await page.goto(site.url(path))
        return page

    yield enter
    for one in contexts:
        await one.close()


async def press_through(page: Page, name: str) -> None:
    """Tab until the control with this label has the focus, as somebody without a mouse does."""
    wanted = page.get_by_label(name, exact=True).or_(page.get_by_role("button", name=name, exact=True)).first
    for _ in range(80):
        await page.keyboard.press("Tab")
        if await wanted.evaluate("one => one === document.activeElement"):
            return
    pytest.fail(f"no way to „{name}“ by keyboard")


async def test_u03_a_person_logs_in_by_keyboard_with_two_factors(site: Site, browser: Browser) -> None:
    visitor = await site.visitor(browser, None, gate.Dress())
    page = await visitor.new_page()
    await page.goto(site.url(f"{TOWN}/risks"))
    assert "/login?next=" in page.url
    await press_through(page, "E-Mail-Adresse")
    await page.keyboard.type("kim@musterstadt.example")
    await press_through(page, "Passwort")
    await page.keyboard.type(PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/login/code**")
    await press_through(page, "Sechsstelliger Code")
    await page.keyboard.type(totp.code(TOTP, datetime.now(UTC)))
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"**{TOWN}/risks")
    await expect(page.locator("h1")).to_have_text("Risiken")
    await visitor.close()


async def test_u07_a_wrong_password_is_told_without_saying_which_part_was_wrong(open_as: OpenAs) -> None:
    page = await open_as(None, "/login")
    await page.get_by_label("E-Mail-Adresse").fill("nobody@musterstadt.example")
    await page.get_by_label("Passwort").fill("wrong wrong wrong")
    await page.keyboard.press("Enter")
    await expect(page.locator("#errors")).to_contain_text("Adresse oder Passwort stimmen nicht.")


async def test_u07_the_list_is_filtered_and_a_device_opened(open_as: OpenAs) -> None:
    page = await open_as("it_admin", f"{TOWN}/assets")
    name = await page.locator("main [data-open]").first.inner_text()
    await page.locator("#q-q").fill(name)
    await page.get_by_role("button", name="Filtern").click()
    await page.wait_for_url("**q=**")
    await page.locator("main [data-open]", has_text=name).first.click()
    await expect(page.locator("h1")).to_contain_text(name)


async def test_u07_a_value_set_by_hand_asks_for_a_reason_and_is_kept(open_as: OpenAs) -> None:
    page = await open_as("it_admin", f"{TOWN}/assets")
    await page.locator("main [data-open]").first.click()
    await page.locator("main a[href$='/edit']").first.click()
    department = f"Amt {datetime.now(UTC):%f}"
    await page.get_by_label("Abteilung").fill(department)
    await page.get_by_label("Grund der Änderung").fill("umgezogen")
    await page.get_by_role("button", name="Speichern").click()
    await expect(page.locator("#messages")).to_contain_text("gespeichert")
    await expect(page.locator("main")).to_contain_text(department)


async def test_u07_several_devices_are_changed_at_once_after_a_look_at_the_preview(open_as: OpenAs) -> None:
    page = await open_as("it_admin", f"{TOWN}/assets?kind=switch")
    for box in await page.locator("main input.pick[name=id]").all():
        if await box.is_visible():
            await box.check()
    await page.get_by_role("button", name="Auswahl ändern").click()
    room = f"U.{datetime.now(UTC):%H%M%S%f}"
    await page.get_by_label("Raum", exact=False).first.fill(room)
    await page.get_by_label("Auch ändern, was schon jemand von Hand gesetzt hat").check()
    await page.get_by_label("Grund der Änderung").fill("Technikraum umgezogen")
    await page.get_by_role("button", name="Vorschau zeigen").click()
    await expect(page.locator("#changes-table")).to_contain_text(room)
    await page.get_by_role("button", name="Geräte ändern").click()
    await expect(page.locator("#messages")).to_contain_text("Geräte geändert")
    assert "kind=switch" in page.url
    await expect(page.locator("#devices-table")).to_contain_text(room)
    await page.locator("#messages").get_by_role("button", name="Rückgängig").click()
    await expect(page.locator("main")).not_to_contain_text(room)


async def test_u07_a_label_is_read_in_the_store_room_and_the_device_put_on_the_shelf(open_as: OpenAs) -> None:
    page = await open_as("it_admin", f"{TOWN}/scan-label")
    await page.set_viewport_size({"width": 320, "height": 640})
    await page.get_by_label("Inventarnummer, Seriennummer oder gescannte Adresse").fill("FCW191CAKERN")
    await page.keyboard.press("Enter")
    await expect(page.locator("h1")).to_contain_text("sw-kern")
    for name in ("Lager", "im Einsatz"):
        await page.get_by_role("button", name=name, exact=True).click()
        await expect(page.locator("h1")).to_contain_text(name)
    shelf = f"Regal {datetime.now(UTC):%H%M%S%f}"
    await page.get_by_label("Raum", exact=False).first.fill(shelf)
    await page.get_by_role("button", name="Ort speichern").click()
    await expect(page.get_by_label("Raum", exact=False).first).to_have_value(shelf)
    await page.get_by_role("link", name="Nächstes Etikett").click()
    await expect(page.locator("h1")).to_have_text("Etikett lesen")


@pytest.mark.parametrize("dress", gate.EVERYDAY, ids=str)
async def test_u01_the_preview_of_a_bulk_change_passes_the_gate(site: Site, browser: Browser, dress: gate.Dress) -> None:
    page = await (await site.visitor(browser, "it_admin", dress)).new_page()
    await page.goto(site.url(f"{TOWN}/assets/bulk?kind=switch"))
    await page.get_by_label("Raum", exact=False).first.fill("U.01")
    await page.get_by_label("Grund der Änderung").fill("Technikraum umgezogen")
    await page.get_by_role("button", name="Vorschau zeigen").click()
    await expect(page.locator("#changes-table")).to_contain_text("U.01")
    assert await gate.look_at(page, dress, keyboard=dress.width == gate.WIDE) == []
    await page.context.close()


async def test_u07_a_requirement_is_answered(open_as: OpenAs) -> None:
    page = await open_as("isb", f"{TOWN}/controls")
    await page.locator(f"main a[href*='{TOWN}/controls/objects/']").first.click()
    await page.locator(f"main .table a[href*='{TOWN}/controls/objects/']").first.click()
    await page.get_by_label("Begründung oder Stand").fill("Im Oktober geprüft.")
    await page.locator("#f-then").select_option("stay")
    await page.locator("button[name=claim][value=teilweise]").click()
    await expect(page.locator("h1")).to_contain_text("teilweise")
    await expect(page.locator("main")).to_contain_text("Im Oktober geprüft.")


async def test_u10_a_mayor_reads_the_report_three_clicks_from_home(open_as: OpenAs) -> None:
    page = await open_as("mayor", "/")
    await page.get_by_role("link", name="Bericht ansehen").click()
    await expect(page.locator("h1")).to_contain_text("Bericht zur Informationssicherheit")
    await expect(page.get_by_role("link", name="Als PDF")).to_be_visible()


async def test_a_foreign_town_looks_as_if_it_did_not_exist(open_as: OpenAs) -> None:
    foreign = await open_as("it_admin", "/towns/beispielheim/assets")
    nowhere = await open_as("it_admin", "/towns/gibtesnicht/assets")
    assert await foreign.locator("main").inner_text() == await nowhere.locator("main").inner_text()
    await expect(foreign.locator("h1")).to_have_text("Seite nicht gefunden")


async def test_keys_lead_to_the_search_of_the_town_and_to_the_list_of_keys_from_a_list_with_filters(
    site: Site, browser: Browser
) -> None:  # fmt: skip
    visitor = await site.visitor(browser, "it_admin", gate.Dress())
    page = await visitor.new_page()
    await page.goto(site.url(f"{TOWN}/assets"))
    await page.keyboard.press("/")
    assert await page.evaluate("document.activeElement.id") == "find"
    await page.locator("h1").click()
    await page.evaluate("document.activeElement.blur()")
    await page.keyboard.press("?")
    await page.wait_for_url("**/accessibility#keys")
    assert await page.locator("#keys").is_visible()
    await visitor.close()


async def test_a_search_for_one_long_word_fits_a_phone(site: Site, browser: Browser) -> None:
    visitor = await site.visitor(browser, "it_admin", gate.Dress(width=390))
    page = await visitor.new_page()
    await page.goto(site.url(f"{TOWN}/search?q={'Donaudampfschifffahrt' * 6}"))
    assert await page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    await visitor.close()
