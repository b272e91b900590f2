"""A town joins by clicks alone: the wizard, left and taken up again; the invited person's way in; what is open then."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from playwright.async_api import Browser, expect

from service.auth import totp
from tests.browser import gate
from tests.browser.conftest import Site

pytestmark = pytest.mark.system("chromium")

PASSWORD = "veilchen ulme distel olive"


async def test_a_town_joins_by_clicks_alone(working_site: Site, browser: Browser) -> None:
    group = await working_site.visitor(browser, "group_admin", gate.Dress())
    page = await group.new_page()
    await page.goto(working_site.url("/"))
    await page.get_by_role("link", name="Städte", exact=True).first.click()
    await page.get_by_role("link", name="Stadt aufnehmen").click()
    await page.get_by_label("Name der Stadt").fill("Lindenfeld")
    await page.get_by_label("Amtlicher Gemeindeschlüssel").fill("6437")
    await page.get_by_label("Standorte").fill("Rathaus\nBauhof")
    await page.get_by_role("button", name="Stadt anlegen und weiter").click()
    await expect(page.locator("#errors")).to_contain_text("kein Gemeindeschlüssel")
    await expect(page.get_by_label("Standorte")).to_have_value("Rathaus\nBauhof")
    await page.get_by_label("Amtlicher Gemeindeschlüssel").fill("06 437 098")
    await page.get_by_role("button", name="Stadt anlegen und weiter").click()
    await expect(page.locator("h1")).to_have_text("Personen")
    await page.get_by_label("Name", exact=True).fill("Kim Linde")
    await page.get_by_label("E-Mail-Adresse").fill("kim@lindenfeld.example")
    await page.get_by_role("button", name="Einladen").click()
    link = await page.locator("main code").first.inner_text()
    assert "/invitation/" in link

    invited = await gate.context(browser, gate.Dress())
    other = await invited.new_page()
    await other.goto(link)
    await other.get_by_label("Neues Passwort").fill(PASSWORD)
    await other.get_by_label("Passwort wiederholen").fill(PASSWORD)
    await other.get_by_role("button", name="Passwort festlegen").click()
    await other.get_by_label("E-Mail-Adresse").fill("kim@lindenfeld.example")
    await other.get_by_label("Passwort").fill(PASSWORD)
    await other.get_by_role("button", name="Weiter").click()
    secret = await other.locator("main code").first.inner_text()
    await other.get_by_label("Sechsstelliger Code").fill(totp.code(secret.strip(), datetime.now(UTC)))
    await other.get_by_role("button", name="Bestätigen").click()
    await expect(other.locator("h1")).to_have_text("Mein Netz")

    # Left, and taken up again from the list of towns.
    await page.goto(working_site.url("/group/towns"))
    row = page.locator("#towns-table tr", has_text="Lindenfeld")
    await row.get_by_role("link", name="Fortsetzen").click()
    await expect(page.locator("#people-table")).to_contain_text("angemeldet")
    await page.get_by_role("link", name="Weiter").click()
    await page.get_by_label("Name", exact=True).fill("Rathaus")
    await page.get_by_label("Adressbereich").fill("10.97.4.0/24")
    await page.get_by_role("button", name="Netz eintragen").click()
    await expect(page.locator("#networks-table")).to_contain_text("10.97.4.0/24")
    await page.get_by_role("link", name="Weiter").click()
    await expect(page.locator("h1")).to_have_text("Erste Liste")
    await page.get_by_role("link", name="Weiter").click()
    await expect(page.locator("main input:checked")).to_have_count(0)
    await page.get_by_label("dass wir es nutzen, mit Hersteller und Zweck").check()
    await page.get_by_role("button", name="Speichern und weiter").click()
    await expect(page.locator("#joining-table tr", has_text="Über Freigaben entschieden")).to_contain_text("erledigt")
    await page.locator(".stepper").get_by_role("link", name="Stadt", exact=True).click()
    await expect(page.get_by_label("Amtlicher Gemeindeschlüssel")).to_have_value("06437098")
    await page.goto(working_site.url("/group/towns/lindenfeld/done"))
    await page.get_by_role("button", name="Beitritt abschließen").click()
    await expect(page.locator("main")).to_contain_text("Beitritt am")

    await other.get_by_role("link", name="Beitritt", exact=True).click()
    lines = other.locator("#joining-table")
    await expect(lines.locator("tr", has_text="Standorte eingetragen")).to_contain_text("erledigt")
    await expect(lines.locator("tr", has_text="ISB hat die Netze freigegeben")).to_contain_text("offen")
    await lines.locator("tr", has_text="Erste Bestandsliste eingelesen").get_by_role("link").click()
    await expect(other.locator("h1")).to_have_text("Import")
    await group.close()
    await invited.close()
