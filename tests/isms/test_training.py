"""Quotas from numbers: validity, renewals, small units, the leadership's line; and training as people use it."""

from __future__ import annotations

import html
from datetime import date, timedelta
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isms.training import store
from isms.training.quota import SMALLEST, Count, Line, Unit, circle, ends, quota, valid
from service.audit.chain import Actor
from service.auth.people import TownRef
from service.db import town_tx
from service.deadlines.store import dates, reminders
from service.demo import training as demo
from service.demo.people import ALL, BY_KEY
from service.settings import now
from tests.software.test_pages import rows

DAY = date(2026, 11, 16)
TOWN = "/towns/erbach"
BASE = f"{TOWN}/training"
A, B, C, D = (UUID(int=i) for i in range(1, 5))


def unit(key: UUID, others: int, parent: UUID | None = None, leadership: int = 0) -> Unit:
    return Unit(key, f"E{key.int}", parent, {"others": others, "leadership": leadership})


def lines(*units: Unit, counts: tuple[Count, ...] = ()) -> list[tuple[str, int, int]]:
    found = quota(units, counts, "all", 24, DAY, "übrige")
    return [(x.name, x.done, x.persons) for x in found.units]


def test_a_completion_is_valid_for_its_months_to_the_day() -> None:
    assert ends(date(2024, 2, 29), 12) == date(2025, 2, 28)
    assert ends(date(2025, 1, 31), 1) == date(2025, 2, 28)
    one = Count(A, "others", date(2024, 11, 16), 7)
    assert valid([one], 24, DAY) == 0
    assert valid([one], 24, DAY - timedelta(days=1)) == 7


def test_who_renews_is_counted_once_and_stays_valid_longer() -> None:
    old, new = Count(A, "others", date(2025, 3, 1), 10), Count(A, "others", date(2026, 6, 1), 4, renewed=4)
    assert valid([new, old], 24, DAY) == 10
    assert valid([new, old], 24, date(2027, 4, 1)) == 4
    assert valid([old, Count(A, "others", date(2026, 6, 1), 4)], 24, DAY) == 14


def test_small_units_stand_in_the_next_larger_one() -> None:
    assert lines(unit(A, 10), unit(B, 3, A), unit(C, 5, A)) == [("E1: übrige", 0, 13), ("E3", 0, 5)]
    assert lines(unit(A, 0), unit(B, 3, A), unit(C, 2, A)) == [("E1", 0, 5)]


def test_what_is_left_cannot_be_computed_from_the_total() -> None:
    assert lines(unit(A, 20), unit(B, 7), unit(C, 3)) == [("E1", 0, 20), ("E2, übrige", 0, 10)]
    assert lines(unit(A, 4)) == []
    assert quota([unit(A, 4)], (), "all", 24, DAY, "übrige").total is None


def test_leadership_has_its_own_line_unless_too_few() -> None:
    counts = (Count(A, "leadership", DAY, 3), Count(A, "others", DAY, 5))
    found = quota([unit(A, 10, leadership=6)], counts, "all", 24, DAY, "übrige")
    assert found.leadership == Line("", 3, 6)
    assert found.total is not None
    assert found.total.share == Fraction(1, 2)
    assert quota([unit(A, 10, leadership=4)], counts, "all", 24, DAY, "übrige").leadership is None
    assert quota([unit(A, 3, leadership=6)], counts, "all", 24, DAY, "übrige").leadership is None, "the rest would be three"


UNITS = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 7), st.integers(0, 12)), min_size=1, max_size=8)


@settings(deadline=None)
@given(UNITS)
def test_no_line_and_no_difference_speaks_of_fewer_than_five(told: list[tuple[int, int, int]]) -> None:
    units = [
        Unit(UUID(int=i + 1), f"E{i}", UUID(int=parent) if 0 < parent <= i else None, {"others": persons})
        for i, (persons, parent, _done) in enumerate(told)
    ]
    counts = [Count(UUID(int=i + 1), "others", DAY, min(done, persons)) for i, (persons, _p, done) in enumerate(told) if done]
    found = quota(units, counts, "all", 24, DAY, "übrige")
    assert all(x.persons >= SMALLEST and 0 <= x.done <= x.persons for x in found.units)
    if found.total:
        assert sum(x.persons for x in found.units) == found.total.persons, "the lines are the town, nothing is left over"
        assert sum(x.done for x in found.units) == found.total.done
    else:
        assert found.units == ()


def test_a_unit_is_never_above_itself() -> None:
    units = [unit(A, 5), unit(B, 5, A), unit(C, 5, B)]
    assert circle(units, A, C)
    assert circle(units, A, A)
    assert not circle(units, C, A)


@pytest.fixture
async def staff(towns, log_in) -> Any:
    return await log_in("hr_training")


async def entered(staff: Any) -> tuple[str, str]:
    """A unit of twelve and a course for all; answers their addresses."""
    persons = {"leadership": "5", "it": "0", "kita": "0", "new_staff": "0", "others": "7"}
    assert (await staff.send_form(f"{BASE}/units/new", {"name": "Hauptamt"} | persons)).status_code == 303
    answer = await staff.send_form(f"{BASE}/new", {"title": "Grundschulung", "test": "true"})
    assert answer.status_code == 303, answer.text
    (key,) = [x for x in (await staff.get(f"{BASE}/units")).text.split('"') if x.endswith("/edit")]
    return str(answer.headers["location"]), key


async def test_completions_are_numbers_and_only_those_who_enter_them_see_small_ones(staff, log_in) -> None:
    url, unit_url = await entered(staff)
    key = unit_url.split("/")[-2]
    given = {"unit": key, "group": "others", "day": now().date().isoformat(), "persons": "6", "renewed": "0"}
    assert (await staff.send_form(f"{url}/counts", given)).status_code == 303
    for fields, text in (
        ({"persons": "8"}, "So viele Personen dieser Gruppe hat die Einheit nicht."),
        ({"renewed": "7"}, "nicht mehr sein, als teilgenommen haben"),
        ({"day": (now() + timedelta(days=2)).date().isoformat()}, "liegt in der Zukunft"),
        ({"day": ""}, "Bitte geben Sie den Tag an."),
        ({"unit": "mond"}, "Bitte wählen Sie aus der Liste."),
    ):
        refused = await staff.send_form(f"{url}/counts", given | fields)
        assert refused.status_code == 422, text
        assert text in html.unescape(refused.text)
    (row,) = rows((await staff.get(BASE)).text, "courses")
    assert row[2].startswith("50")
    assert row[4] == "6"
    mayor = await log_in("mayor")
    page = (await mayor.get(url)).text
    assert rows(page, "quota")[0][1:4] == ["12", "6", "6"]
    assert 'id="counts' not in page
    assert (await mayor.get(f"{BASE}/units")).status_code == 403
    (row,) = rows((await staff.get(url)).text, "counts")
    (remove,) = {x for x in (await staff.get(url)).text.split('"') if "/counts/" in x and x.endswith("/delete")}
    assert (await staff.send_form(remove)).status_code == 303
    assert rows((await mayor.get(url)).text, "quota")[0][2] == "0"
    assert (await staff.send_form(remove.replace("/delete", "/restore"))).status_code == 303
    assert "6" in (await mayor.get(url)).text


async def test_the_start_page_of_the_training_office_names_days_and_settles_reminders(staff, log_in, towns) -> None:
    url, _unit = await entered(staff)
    assert "Noch kein Termin eingetragen." in (await staff.get(TOWN)).text
    day = (now() + timedelta(days=9)).date()
    assert (await staff.send_form(f"{url}/dates", {"held_on": day.isoformat(), "place": "Rathaus"})).status_code == 303
    town = towns["erbach"]
    async with town_tx({town, 0}, town) as tx:
        ((key, _date),) = await reminders.make(tx, town, await dates.deadlines(tx, town, "erbach", now()), now())
    page = (await staff.get(TOWN)).text
    assert f'<a href="{url}">Grundschulung</a>' in page[page.index("Nächste Schulungen") :]
    assert rows(page, "reminders-table")[0][:2] == ["Grundschulung", f"{day:%d.%m.%Y}"]
    assert (await staff.get(f"{TOWN}/calendar")).status_code == 403, "the other dates are not theirs"
    assert "Übersicht" in (await staff.get(f"{TOWN}/calendar/reminders/{key}")).text
    done = await staff.send_form(f"{TOWN}/calendar/reminders/{key}/done")
    assert (done.status_code, done.headers["location"]) == (303, TOWN)
    assert "reminders-table" not in (await staff.get(TOWN)).text


async def test_dates_exercise_record_conflict_and_undo(staff, log_in) -> None:
    url, unit_url = await entered(staff)
    day = (now() + timedelta(days=9)).date().isoformat()
    assert (await staff.send_form(f"{url}/dates", {"held_on": day, "place": "Rathaus"})).status_code == 303
    isb = await log_in("isb")
    assert "Grundschulung" in (await isb.get(f"{TOWN}/calendar?kind=training")).text
    exercise = {"title": "Paketbote", "held_on": now().date().isoformat(), "sent": "50", "clicked": "5", "reported": "20"}
    assert (await staff.send_form(f"{BASE}/phishing/new", exercise | {"clicked": "51"})).status_code == 422
    assert (await staff.send_form(f"{BASE}/phishing/new", exercise)).status_code == 303
    report = html.unescape((await isb.get(f"{BASE}/report")).text)
    assert "Paketbote" in report
    assert (await isb.get(f"{BASE}/report/pdf")).content.startswith(b"%PDF")
    sheet = (await isb.get(f"{BASE}/export?format=csv")).content.decode("utf-8-sig").splitlines()
    assert sheet[1] == "Grundschulung;alle Beschäftigten;Gesamt;12;0;12"
    course = {"title": "Neu", "version": "1", "validity_months": "12"}
    assert (await staff.send_form(f"{url}/edit", course)).status_code == 303
    assert (await staff.send_form(f"{url}/edit", course | {"title": "Andere"})).status_code == 409
    assert (
        await staff.send_form(f"{unit_url}", {"name": "Hauptamt", "parent": unit_url.split("/")[-2], "version": "1"})
    ).status_code == 422
    assert (await staff.send_form(f"{BASE}/new", {"title": "A", "link": "http://a.example"})).status_code == 422
    assert (await staff.send_form(f"{url}/delete")).status_code == 303
    assert (await staff.get(url)).status_code == 404
    assert (await staff.send_form(f"{url}/restore")).status_code == 303


async def test_the_demonstration_has_the_quotas_of_the_story(towns) -> None:
    known = {slug: TownRef(towns[slug], slug, slug.title()) for slug in ALL}
    people = {key: Actor(person.name) for key, person in BY_KEY.items()}
    assert await demo.fill(known, people, now()) == 12
    assert await demo.fill(known, people, now()) == 0
    found = {}
    for slug in ALL:
        async with town_tx({towns[slug]}) as tx:
            for course, one in await store.quotas(tx, towns[slug], now().date(), "übrige"):
                if course.target == "all" and one.total:
                    found[slug] = one.total.share
    assert found == {slug: Fraction(share, 100) for slug, share in zip(ALL, (61, 78, 44, 90), strict=True)}
