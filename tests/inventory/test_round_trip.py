"""Property: what an export says, an import takes back without changing anything, whatever people wrote into the cells."""

from __future__ import annotations

import random
from typing import Any

import pytest

from scanners.lists import columns
from service.db import town_tx
from service.inventory.store import exporting
from service.settings import now
from tests.inventory.estate import nmap_file, take

BASE = "/towns/erbach/assets"
SEEDS = [*range(4), *(pytest.param(seed, marks=pytest.mark.full) for seed in range(4, 40))]

WORDS = (
    "Öffentliche Ordnung", "2. OG 05", "007", "=SUMME(A1)", "+49 6062 123", "-", "@home", "'Hochkomma", 'sagt "nein"', "a;b", "a,b", "a\tb",
    "zwei\nZeilen", "  Leerzeichen  ", "1.234,56", "12345678901234567890", "1E5", "TRUE", "ja", "nein", "01.02.03", "Straße", "ﬁ-Ligatur", "日本", "😀",
    "\u202everkehrt", "Null", "n/a", "#NV", "Summe", "Gesamt 5", "Erdgeschoss", "0", "00123", "1,5", "http://a.example/?b=c&d=e", "x" * 300,
)  # fmt: skip
KINDS = ("PC", "Notebook", "Drucker", "Monitor", "Dockingstation", "Headset", "Switch", "Telefon", "Beamer", "unklar")


def clerks_list(dice: random.Random) -> bytes:
    """Thirty rows of anything under headings that are known."""
    heads = [
        "Inventarnummer",
        "Geräteart",
        "Hersteller",
        "Modell",
        "Seriennummer",
        "MAC-Adresse",
        "Hostname",
        "Raum",
        "Nutzer",
        "Kaufdatum",
        "Preis",
    ]
    heads += ["Garantie bis", "Bemerkung", "Kostenstelle", "Lieferant", "Abteilung", "Eigenes Feld"]

    def cell(head: str, number: int) -> str:
        if dice.random() < 0.25:
            return ""
        match head:
            case "Inventarnummer":
                return dice.choice((f"ERB-{number:04d}", f"{number:05d}", f"A/{number} b"))
            case "Geräteart":
                return dice.choice(KINDS)
            case "Seriennummer":
                return f"{dice.choice(('ZZ', '00', 'S/N: '))}{dice.getrandbits(32):08X}{number}"
            case "MAC-Adresse":
                return ":".join(f"{part:02x}" for part in (0x54, 0xE1, 0xAD, number, dice.randrange(256), dice.randrange(256)))
            case "Hostname":
                return f"{dice.choice(('pc', 'ÄRGER', 'x.y'))}-{number}"
            case "Kaufdatum" | "Garantie bis":
                return dice.choice(("03.02.2022", "2021-12-31", "28.4.23"))
            case "Preis":
                return dice.choice(("1.234,56 €", "99", "0,99", "12.000", "989,00"))
        return dice.choice(WORDS)

    def quoted(said: str) -> str:
        return '"' + said.replace('"', '""') + '"'

    lines = [[cell(head, number) for head in heads] for number in range(1, 31)]
    return "\r\n".join(";".join(map(quoted, line)) for line in (heads, *lines)).encode("utf-8-sig")


async def estate(town: int) -> dict[Any, dict[str, Any]]:
    """Everything that the export knows of each device, its sightings apart."""
    async with town_tx({town}) as tx:
        rows = [row async for row in exporting.rows(tx, "assets", [town])]
    ages = {"first_seen", "last_seen", "provenance", "identifiers"}
    return {row["asset_id"]: {name: value for name, value in row.items() if name not in ages} for row in rows}


@pytest.mark.parametrize("form", ["xlsx", "csv"])
@pytest.mark.parametrize("seed", SEEDS)
async def test_an_export_of_anything_comes_back_unchanged(log_in, towns, seed: int, form: str) -> None:
    town, dice, visitor = towns["erbach"], random.Random(seed), await log_in("it_admin")
    await take(town, clerks_list(dice), "bestand.csv", now())
    await take(town, nmap_file(now()), "scan.xml", now())
    before = await estate(town)
    for key in dice.sample(sorted(before), 5):
        await visitor.send_form(f"{BASE}/{key}/edit", {"room": dice.choice(WORDS), "note": dice.choice(WORDS), "reason": "Test"})
    before = await estate(town)
    content = (await visitor.get(f"{BASE}/export?format={form}")).content
    for name in (f"geraete.{form}", f"noch-einmal.{form}"):
        taken = await take(town, content, name, now())
        assert (taken.new, taken.changed, taken.unassigned) == (0, 0, 0), changes(before, await estate(town))
        assert changes(before, await estate(town)) == []


def changes(before: dict[Any, dict[str, Any]], after: dict[Any, dict[str, Any]]) -> list[tuple[str, Any, Any]]:
    """What differs, field by field; devices that came or went as a whole."""
    both = before.keys() & after.keys()
    moved = [("device", before.get(key), after.get(key)) for key in before.keys() ^ after.keys()]
    return moved + [
        (name, before[key][name], after[key][name])
        for key in both
        for name in before[key]
        if before[key][name] != after[key][name]
    ]


def test_the_headings_of_this_test_are_known() -> None:
    heads = clerks_list(random.Random(0)).decode("utf-8-sig").splitlines()[0].replace('"', "").split(";")
    assert columns.known(heads) == len(heads) - 1
