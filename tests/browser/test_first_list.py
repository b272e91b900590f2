"""A new user's first list: from the log-in to a merged estate of 500 rows, in clicks and seconds."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, expect

from service.auth import totp
from tests.browser import gate
from tests.browser.conftest import Site
from tests.browser.visits import PASSWORD, TOTP

pytestmark = pytest.mark.system("chromium")

ROWS, TWICE = 500, 7
CLICKS, MINUTES = 10, 10


def clerks_list() -> bytes:
    """A list as a clerk keeps it: Windows encoding, a sum, devices that stand in it twice."""
    kinds = (
        ("PC", "Fujitsu", "ESPRIMO P758"),
        ("Notebook", "Lenovo", "ThinkPad L14"),
        ("Drucker", "Kyocera", "ECOSYS M5526cdw"),
        ("Bildschirm", "EIZO", "EV2451"),
    )
    lines = ["Inventarnr.;Bezeichnung;Hersteller;Typ;Seriennummer;Standort;Anschaffungsdatum;Preis"]
    for number in range(ROWS):
        one = number if number < ROWS - TWICE else number - 20
        what, maker, model = kinds[one % 4]
        lines.append(f"B-{one:04d};{what};{maker};{model};ZZBSP{one:05d};Rathaus;0{one % 9 + 1}.03.2022;{one % 7 + 3}49,90 €")
    return "\r\n".join([*lines, "Summe;;;;;;;9.999,00 €"]).encode("cp1252")


class Counted:
    """Clicks and key presses of a person who looks at what each page offers."""

    def __init__(self) -> None:
        self.clicks = 0

    async def click(self, where: Locator) -> None:
        self.clicks += 1
        await where.click()


async def test_from_the_log_in_to_a_merged_list(working_site: Site, browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "bestand.csv"
    file.write_bytes(clerks_list())
    visitor = await working_site.visitor(browser, None, gate.Dress())
    page, person, begun = await visitor.new_page(), Counted(), time.monotonic()
    await page.goto(working_site.url("/"))
    await page.get_by_label("E-Mail-Adresse").fill("lea@beispielheim.example")
    await page.get_by_label("Passwort").fill(PASSWORD)
    await person.click(page.get_by_role("button", name="Weiter"))
    await page.get_by_label("Sechsstelliger Code").fill(totp.code(TOTP, datetime.now(UTC)))
    await person.click(page.get_by_role("button", name="Anmelden", exact=True))
    await expect(page.locator("h1")).to_have_text("Mein Netz")
    await person.click(page.get_by_role("link", name="Import").first)
    await page.get_by_label("Datei", exact=True).set_input_files(file)
    await person.click(page.get_by_role("button", name="Datei prüfen"))
    await person.click(page.get_by_role("button", name="Probelauf starten"))
    await person.click(page.locator("main a.kern-btn--primary"))
    await expect(page.locator("main")).to_contain_text("Die Zeile ist eine Summe")
    await person.click(page.get_by_role("button", name="Übernehmen"))
    await person.click(page.locator("main a.kern-btn--primary"))
    await person.click(page.get_by_role("link", name="Geräte ansehen"))
    await expect(page.locator("#devices-table")).to_contain_text("Geräte, 50 angezeigt")
    seconds = time.monotonic() - begun
    await page.goto(f"{page.url}?q=ZZBSP")
    await expect(page.locator("#devices-table")).to_contain_text(f"{ROWS - TWICE} Geräte")
    print(f"\nerste Liste: {ROWS} Zeilen, {person.clicks} Klicks, {seconds:.0f} s")
    assert person.clicks <= CLICKS
    assert seconds <= MINUTES * 60
    await visitor.close()
