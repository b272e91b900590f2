"""Register of lines: contracts with their sites, and what only sites know."""

from __future__ import annotations

import html
import io
from datetime import date
from uuid import UUID

from openpyxl import load_workbook

from service.contracts.lines import Place, register
from service.contracts.terms import Contract
from tests.contracts.test_pages import BASE, TOWN, admin, enter
from tests.software.test_pages import rows

__all__ = ["admin"]
TODAY = date(2026, 11, 22)
HALL = Place(UUID(int=1), "Rathaus", {"uplink_mbit": 250, "uplink_up_mbit": 50, "fibre": "active", "phone_line": "SIP 1"})
BARN = Place(
    UUID(int=2), "Bauhof", {"uplink_mbit": 16, "fibre": "ordered", "phone_line": "ISDN", "phone_contract_end": "2027-01-31"}
)


def test_a_line_takes_from_its_one_site_what_nobody_entered_and_a_site_without_contract_stands_for_itself() -> None:
    bare = Contract(UUID(int=5), "line", "Internet", line="TN-1", ends_on=date(2027, 3, 31))
    other = Contract(UUID(int=6), "maintenance", "Wartung")
    own, *known = register([bare, other], {bare.id: [HALL.id]}, [HALL, BARN], TODAY)
    assert (own.technology, own.down, own.up, own.ends, own.from_site) == ("fibre", 250, 50, date(2027, 3, 31), True)
    assert [(x.sites, x.technology, x.number, x.down, x.ends) for x in known] == [
        ("Bauhof", "", "", 16, None), ("Bauhof", "phone", "ISDN", None, date(2027, 1, 31)),
    ]  # fmt: skip


def test_what_the_contract_says_is_not_mixed_with_what_the_site_says() -> None:
    told = Contract(UUID(int=5), "line", "Internet", technology="mpls", down_mbit=100)
    (line,) = register([told], {told.id: [HALL.id]}, [HALL], TODAY)
    assert (line.technology, line.down, line.up, line.from_site) == ("mpls", 100, None, False)


async def test_lines_are_entered_listed_filtered_and_exported(admin) -> None:
    refused = await admin.send_form(f"{BASE}/new", {"title": "Wartung", "technology": "fibre"})
    assert refused.status_code == 422
    assert "gehören zu einer Leitung" in html.unescape(refused.text)
    fields = {
        "kind": "line",
        "technology": "fibre",
        "down_mbit": "1000",
        "up_mbit": "500",
        "partner": "Talnetz",
        "cost_yearly": "1200",
    }
    url = await enter(admin, title="Internet Rathaus", line="TN-1", **fields)
    await enter(admin, title="Funkkarten", kind="line", technology="mobile")
    assert "Glasfaser" in (await admin.get(url)).text
    assert f"{BASE}/lines" in (await admin.get(BASE)).text
    (row,) = rows((await admin.get(f"{BASE}/lines?technology=fibre")).text, "lines")
    assert row == ["Internet Rathaus TN-1", "–", "Glasfaser", "1.000 / 500 Mbit/s", "Talnetz", "ohne Ende", "1.200 €"]
    assert "Noch keine" not in (await admin.get(f"{BASE}/lines?q=gibtsnicht")).text
    sheet = load_workbook(io.BytesIO((await admin.get(f"{BASE}/lines/export?q=talnetz")).content)).active
    assert [[cell.value for cell in line][:7] for line in sheet.iter_rows(min_row=2)] == [
        ["Internet Rathaus", "TN-1", None, "Glasfaser", 1000, 500, "Talnetz"]
    ]
    assert (await admin.get(f"{TOWN}/contracts/lines?contract=without")).status_code == 200
