"""The report of lots reads as agreed, and goes to those who may read lots."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

from service.blocks import Asked
from service.plain import as_text
from service.purchasing.lots import Invoice, Key, Part, Terms, Tier, Town, pool
from service.purchasing.thresholds import Threshold
from service.reports import lots, registry
from tests.purchasing.test_lots import NEEDS, NOTEBOOK, TIERS, TOWNS
from tests.purchasing.town import worked_example
from tests.service.test_reports import golden

PLATFORM = UUID(int=7)
PARTS = tuple(Part(town, 1) for town in TOWNS)
PAID = Terms((Tier(1, 280_000), Tier(4, 250_000)), Key.INHABITANTS, Invoice(1_000_000, date(2027, 3, 1), 1_120_000), PARTS, 2)
AGREED = {(NOTEBOOK, "2027-Q1"): Terms(TIERS), (PLATFORM, "2027-Q2"): PAID}
JOINT = lots.Joint(
    pool(NEEDS, TOWNS, AGREED), {NOTEBOOK: "Notebook 14 Zoll", PLATFORM: "Schulungsplattform"}, {NOTEBOOK: "14 Zoll, 16 GB."},
    (Threshold(UUID(int=9), "Beispielschwelle", 2_500_000, "Vergabestelle fragen."),),
)  # fmt: skip


def test_the_report_of_lots_reads_as_agreed(update_goldens: bool) -> None:
    golden("lots", as_text(lots.compose(JOINT)), update_goldens)
    golden("lots_empty", as_text(lots.compose(lots.Joint((), {}, {}, ()))), update_goldens)


def test_a_town_without_inhabitants_is_unknown_in_the_report() -> None:
    towns = (*TOWNS[:3], Town(4, "brombachtal", "Brombachtal", None))
    found = pool(NEEDS, towns, {(NOTEBOOK, "2027-Q1"): Terms(TIERS, Key.INHABITANTS)})
    assert "unbekannt" in as_text(lots.compose(lots.Joint(found, {NOTEBOOK: "Notebook"}, {}, ())))


async def test_a_mayor_reads_the_report_of_the_stored_lots(log_in, towns) -> None:
    await worked_example(towns)
    visitor = await log_in("mayor", "oberzent")
    page = (await visitor.get("/towns/oberzent/reports/lots")).text
    assert "Notebook 14 Zoll, 1/2027" in page
    assert "geheim" not in page
    asked = Asked(towns["oberzent"], "oberzent", "Oberzent", 10_100, datetime(2026, 11, 16, 9, tzinfo=UTC))
    assert len((await registry.make(registry.find("lots"), asked)).blocks) > 2
