"""The plan of measures: sums by year, board, bars over months with what comes first, the export; a cycle is found."""

from __future__ import annotations

import dataclasses
import re
from datetime import date
from io import BytesIO
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from isms.measures import MEASURE_STATES
from isms.realisation import MONTHS_SHOWN, PlanFilter, PlanLine, board, cycle, money, plan
from service.charts import Rect
from service.priority import Level

TODAY = date(2026, 11, 16)
patient = settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])  # the machine is shared
PLAIN = PlanLine(
    UUID(int=1), 1, "M-001", "Türschloss", "baulich", "lokal", "beschlossen", "", 3, "Bauhof", "", 100_00, 20_00, 2, 2027, True, "",
    None, date(2027, 2, 1), (), (), (), 1,
)  # fmt: skip

cents = st.none() | st.integers(0, 10**9)
lines = st.builds(
    dataclasses.replace,
    st.just(PLAIN),
    id=st.uuids(),
    state=st.sampled_from(MEASURE_STATES),
    priority=st.sampled_from([int(x) for x in Level]),
    cost_once=cents,
    cost_yearly=cents,
    person_days=st.none() | st.integers(0, 500),
    budget_year=st.none() | st.integers(2025, 2030),
    budget_secured=st.none() | st.booleans(),
    due=st.none() | st.dates(date(2020, 1, 1), date(2040, 1, 1)),
    start_on=st.none() | st.dates(date(2020, 1, 1), date(2040, 1, 1)),
)


@patient
@given(st.lists(lines, max_size=30, unique_by=lambda x: x.id))
def test_no_cent_is_lost_or_counted_twice(found: list[PlanLine]) -> None:
    kept = [x for x in found if x.state != "verworfen"]
    sums = money(found)
    years = [x.year for x in sums]
    assert years == sorted(set(years), key=lambda x: (x is None, x or 0))
    assert sum(x.measures for x in sums) == len(kept)
    assert sum(x.once for x in sums) == sum(x.cost_once or 0 for x in kept)
    assert sum(x.yearly for x in sums) == sum(x.cost_yearly or 0 for x in kept)
    assert sum(x.person_days for x in sums) == sum(x.person_days or 0 for x in kept)
    assert all(0 <= x.unsecured <= x.once + x.yearly for x in sums)


@patient
@given(st.lists(lines, max_size=30, unique_by=lambda x: x.id))
def test_every_measure_stands_once_on_the_board_most_urgent_first(found: list[PlanLine]) -> None:
    columns = board(found)
    assert [state for state, _lines in columns] == list(MEASURE_STATES)
    assert sorted(x.id for _state, inside in columns for x in inside) == sorted(x.id for x in found)
    for state, inside in columns:
        assert all(x.state == state for x in inside)
        assert [x.priority for x in inside] == sorted((x.priority for x in inside), reverse=True)


@patient
@given(st.lists(lines, max_size=12, unique_by=lambda x: x.id))
def test_the_drawing_holds_every_open_measure_with_a_day_and_no_bar_leaves_it(found: list[PlanLine]) -> None:
    drawn = [x for x in found if x.open and x.due]
    drawing = plan(found, TODAY)
    if not drawn:
        assert drawing is None
        return
    assert drawing is not None
    assert len(drawing.data) == len(drawn) + 1
    bars = [x for x in drawing.shapes if isinstance(x, Rect)]
    assert all(x.x >= 0 and x.width >= 0 and x.x + x.width <= drawing.width for x in bars)
    assert drawing.width <= 210 + MONTHS_SHOWN * 56 + 170


def test_a_measure_that_would_wait_for_itself_is_found() -> None:
    a, b, c = (UUID(int=x) for x in (1, 2, 3))
    assert cycle({a: [b], b: [c], c: [a]}, a)
    assert not cycle({a: [b, c], b: [c], c: []}, a)


def test_the_filter_knows_open_and_late_ones() -> None:
    late = dataclasses.replace(PLAIN, due=date(2026, 11, 15))
    assert PlanFilter(state="late").fits(late, TODAY)
    assert not PlanFilter(state="late").fits(PLAIN, TODAY)
    assert not PlanFilter(state="open").fits(dataclasses.replace(late, state="umgesetzt"), TODAY)
    assert PlanFilter(q="türschloss", year="2027").fits(PLAIN, TODAY)


async def test_list_board_plan_costs_and_export_tell_the_same(log_in, towns) -> None:
    visitor, base = await log_in("isb", "erbach"), "/towns/erbach/measures"
    fields = {
        "mode": "lokal",
        "priority": "3",
        "due": "2027-02-01",
        "budget_year": "2027",
        "budget": "no",
        "state": "beschlossen",
    }
    for title, once in (("Türschloss", "1200"), ("Einweisung", "300")):
        made = await visitor.send_form(f"{base}/new", fields | {"title": title, "cost_once": once, "person_days": "2"})
        assert made.status_code == 303
    for path in ("", "/board", "/plan"):
        page = (await visitor.get(base + path)).text
        assert "Türschloss" in page, path
        assert "Einweisung" not in (await visitor.get(f"{base}{path}?q=Türschloss")).text, path
    costs = re.sub(r"<[^>]+>|\s+", " ", (await visitor.get(f"{base}/costs")).text)
    assert re.search(r"2027\s+2\s+1\.500\s*€\s+0\s*€\s+4\s+1\.500\s*€\s+0", costs), costs
    book = load_workbook(BytesIO((await visitor.get(f"{base}/export")).content), read_only=True)
    head, *rows = [[x.value for x in row] for row in book.worksheets[0].iter_rows()]
    found = [dict(zip(head, row, strict=True)) for row in rows]
    assert {(x["title"], x["cost_once_euro"], x["budget_year"]) for x in found} == {
        ("Türschloss", 1200, 2027),
        ("Einweisung", 300, 2027),
    }
    assert (await visitor.get(f"{base}/export?format=csv&q=Einweisung")).text.count("Einweisung") == 1
