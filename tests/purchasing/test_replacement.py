"""The replacement list and the programme desktop → notebook: reasons, urgency, and the figures of `domain.md` 2.16."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from service.inventory.support import Product
from service.purchasing.programme import Progress, together
from service.purchasing.replacement import YEARS, Device, Urgency, Why, anniversary, judge, plan

TODAY = date(2026, 11, 16)


def device(
    kind: str = "notebook", os: str | None = None, bought: date | None = None, warranty: date | None = None, n: int = 1
) -> Device:
    return Device(UUID(int=n), f"pc-{n}", kind, Product(os=os), None, None, None, bought, warranty)


def test_a_device_is_due_when_its_kind_is_old_enough() -> None:
    line = judge(device(bought=date(2021, 11, 15)), YEARS, TODAY)
    assert line is not None
    assert [(x.why, x.due, x.years) for x in line.reasons] == [(Why.AGE, date(2026, 11, 15), 5)]
    assert line.urgency is Urgency.DUE


def test_on_the_day_itself_it_is_not_overdue_yet() -> None:
    line = judge(device(bought=date(2021, 11, 16)), YEARS, TODAY)
    assert line is not None
    assert line.urgency is Urgency.LATER


def test_a_town_may_use_its_switches_longer() -> None:
    bought = date(2018, 1, 1)
    assert judge(device("switch", bought=bought), YEARS, TODAY) is not None
    assert judge(device("switch", bought=bought), {**YEARS, "switch": 12}, TODAY) is None


def test_what_is_due_in_more_than_a_year_waits() -> None:
    assert judge(device(warranty=date(2027, 11, 17)), YEARS, TODAY) is None
    assert judge(device(warranty=date(2027, 11, 16)), YEARS, TODAY) is not None


def test_a_warranty_by_contract_counts_where_it_is_the_longer_one() -> None:
    own = device(warranty=date(2026, 12, 1))
    longer = replace(own, covered=date(2029, 1, 31), contract="Garantie plus")
    assert judge(own, YEARS, TODAY) is not None
    assert judge(longer, YEARS, TODAY) is None
    line = judge(replace(own, covered=date(2026, 11, 30), contract="x"), YEARS, TODAY)
    assert line is not None
    assert (line.first, line.reasons[0].contract) == (date(2026, 12, 1), "")


def test_an_ended_system_weighs_more_than_age() -> None:
    lines = plan(
        (device(bought=date(2010, 1, 1), n=1), device(os="Windows 7", n=2), device(warranty=date(2027, 1, 1), n=3)), YEARS, TODAY
    )
    assert [(x.device.name, x.urgency) for x in lines] == [
        ("pc-2", Urgency.GAP), ("pc-1", Urgency.DUE), ("pc-3", Urgency.LATER),
    ]  # fmt: skip


def test_what_nobody_knows_is_no_reason_and_a_virtual_machine_is_not_bought() -> None:
    assert judge(device(), YEARS, TODAY) is None
    assert judge(device("vm", os="Windows 7"), YEARS, TODAY) is None


def test_a_leap_day_has_its_anniversary() -> None:
    assert anniversary(date(2020, 2, 29), 5) == date(2025, 2, 28)
    assert anniversary(date(2020, 2, 29), 4) == date(2024, 2, 29)


FIGURES = (("ERB", 62, 34, 64.6), ("MIC", 70, 40, 63.6), ("OBZ", 48, 30, 61.5), ("BRO", 15, 12, 55.6))


@pytest.mark.parametrize(("town", "notebooks", "desktops", "percent"), FIGURES)
def test_progress_of_each_town(town: str, notebooks: int, desktops: int, percent: float) -> None:
    progress = Progress(town, notebooks, desktops)
    assert progress.share is not None
    assert round(float(progress.share) * 100, 1) == percent


def test_progress_of_all_and_what_remains() -> None:
    found = together("alle", (Progress(*row[:3]) for row in FIGURES))
    assert (found.notebooks, found.total, found.remaining) == (195, 311, 116)
    assert round(float(found.share or 0) * 100, 1) == 62.7
    assert found.overdue(TODAY)
    assert not found.overdue(date(2025, 12, 31))


def test_exempt_desktops_do_not_count_and_nothing_to_count_is_unknown() -> None:
    assert Progress("x", 6, 4, 2).share == Progress("x", 6, 2).share
    assert Progress("x", 0, 3, 3).share is None
