"""Reminders in the database and on pages: each once, settled, put off, gone with their date."""

from __future__ import annotations

import html
import re
from datetime import date, timedelta
from typing import Any

import pytest

from service.db import town_tx
from service.deadlines.calendar import Deadline
from service.deadlines.store import reminders
from service.jobs import clock, store
from service.jobs.queue import perform
from service.settings import now
from service.worker import TASKS

BASE = "/towns/erbach/calendar"


def ends(day: date, ref: str = "contract/1", kind: str = "certificate") -> Deadline:
    return Deadline(day, kind, "A", "/a", ref=ref)


async def made(town: int, *known: Deadline, days: int = 0) -> list[str]:
    """Titles of what is new after so many days."""
    async with town_tx({town, 0}, town) as tx:
        return [x.ref for _key, x in await reminders.make(tx, town, known, now() + timedelta(days=days))]


async def rows(town: int) -> list[tuple[int, bool]]:
    async with town_tx({town}) as tx:
        found = await tx.connection.fetch("select step, done_at is null as open from reminder order by made_at, step")
    return [(row["step"], row["open"]) for row in found]


async def test_a_reminder_is_made_once_however_often_the_task_runs(towns) -> None:
    town, day = towns["erbach"], now().date() + timedelta(days=25)
    assert await made(town, ends(day)) == ["contract/1"]
    assert await made(town, ends(day)) == []
    assert await made(town, ends(day), days=1) == []
    assert await rows(town) == [(30, True)]


async def test_a_later_step_takes_the_place_of_the_earlier_and_a_stop_makes_no_flood(towns) -> None:
    town, day = towns["erbach"], now().date() + timedelta(days=59)
    await made(town, ends(day))
    assert await made(town, ends(day), days=55) == ["contract/1"]
    assert await rows(town) == [(60, False), (7, True)]


async def test_what_was_settled_for_a_date_stays_settled_and_a_new_date_begins_anew(towns, log_in) -> None:
    town, day = towns["erbach"], now().date() + timedelta(days=59)
    await made(town, ends(day))
    async with town_tx({town}, town) as tx:
        await tx.connection.execute("update reminder set done_at = now(), done_by = 'Test'")
    assert await made(town, ends(day), days=45) == []
    assert await made(town, ends(day + timedelta(days=20)), days=45) == ["contract/1"]


async def test_a_date_that_went_away_takes_its_reminder_along(towns) -> None:
    town, day = towns["erbach"], now().date() + timedelta(days=10)
    await made(town, ends(day), ends(day, "contract/2"))
    await made(town, ends(day, "contract/2"))
    async with town_tx({town}) as tx:
        left = await tx.connection.fetch("select object from reminder where done_at is null")
    assert [row["object"] for row in left] == ["contract/2"]


async def test_towns_have_their_own_reminders(towns) -> None:
    day = now().date() + timedelta(days=10)
    for slug in ("erbach", "michelstadt"):
        assert await made(towns[slug], ends(day)) == ["contract/1"]
    assert len(await rows(towns["erbach"])) == 1


@pytest.fixture
async def contract(towns, log_in) -> Any:
    """A visitor, and a contract that must be cancelled within five days; the morning task has run."""
    visitor = await log_in("it_admin")
    term = (now() + timedelta(days=19)).date()
    data = {"title": "Leitung Rathaus", "kind": "line", "ends_on": term.isoformat(), "renews_months": "12",
            "notice_count": "14", "notice_unit": "day"}  # fmt: skip
    assert (await visitor.send_form("/towns/erbach/contracts/new", data)).status_code == 303
    await morning(towns["erbach"])
    return visitor


async def morning(town: int) -> str:
    task = "reminders.run"
    assert task in TASKS
    async with town_tx({town}, town) as tx:
        key = await store.enqueue(tx, task, town, clock.STANDING[task][1], "Zeitplan", now())
    await perform(task, town, key)
    async with town_tx({town}) as tx:
        run = await store.run(tx, town, key)
    assert run is not None
    assert run.state == "done", run.error
    return run.text


def part(page: str) -> str:
    """What stands under „Fällige Erinnerungen“."""
    if "Fällige Erinnerungen" not in page:
        return ""
    text = page[page.index("Fällige Erinnerungen") :]
    return html.unescape(text[: text.index("</section>")])


async def test_a_reminder_stands_on_the_start_page_and_under_dates_and_is_settled_with_a_way_back(contract, towns) -> None:
    assert await morning(towns["erbach"]) == "0 neue Erinnerungen."
    assert "Leitung Rathaus" in part((await contract.get("/towns/erbach")).text)
    page = part((await contract.get(BASE)).text)
    assert "Kündigung spätestens" in page
    assert "in 5 Tagen" in page
    url = re.findall(r'action="([^"]+/done)"', page)[0]
    assert (await contract.send_form(url)).status_code == 303
    assert part((await contract.get(BASE)).text) == ""
    assert part((await contract.get("/towns/erbach")).text) == ""
    assert (await contract.send_form(url.replace("/done", "/reopen"))).status_code == 303
    assert "Leitung Rathaus" in part((await contract.get(BASE)).text)


async def test_a_reminder_is_put_off_until_a_day(contract, towns) -> None:
    url = re.findall(r'href="([^"]+/reminders/[^"]+)"', part((await contract.get(BASE)).text))[0]
    assert "Wieder erinnern am" in (await contract.get(url)).text
    for said in ("", now().date().isoformat(), "3027-01-01"):
        assert (await contract.send_form(f"{url}/later", {"until": said})).status_code == 422, said
    day = now().date() + timedelta(days=3)
    assert (await contract.send_form(f"{url}/later", {"until": day.isoformat()})).status_code == 303
    assert part((await contract.get(BASE)).text) == ""
    async with town_tx({towns["erbach"], 0}) as tx:
        later = await reminders.shown(tx, towns["erbach"], "erbach", now() + timedelta(days=3))
    assert [x.deadline.title for x in later] == ["Leitung Rathaus"]


async def test_giving_notice_ends_the_reminder_at_once(contract, towns) -> None:
    async with town_tx({towns["erbach"]}, towns["erbach"]) as tx:
        await tx.connection.execute("update contract set cancelled_on = $1", now().date())
    assert part((await contract.get("/towns/erbach")).text) == ""


async def test_only_the_roles_that_own_a_kind_settle_it(contract, log_in) -> None:
    page = part((await contract.get(BASE)).text)
    url = re.findall(r'action="([^"]+/done)"', page)[0]
    officer = await log_in("isb")
    assert "Erledigt" not in part((await officer.get(BASE)).text)
    assert part((await officer.get("/towns/erbach")).text) == ""
    assert (await officer.send_form(url)).status_code == 404
    other = await log_in("it_admin", "michelstadt")
    assert (await other.send_form(url.replace("erbach", "michelstadt"))).status_code == 404
    assert (await other.send_form(url)).status_code == 404
    assert (await (await log_in("auditor")).send_form(url)).status_code == 403


async def test_a_day_without_a_clock_is_made_up_for_once(towns) -> None:
    for _ in range(2):
        await clock.make_up("reminders.run", "An Termine erinnern")
    for town in towns.values():
        async with town_tx({town}) as tx:
            assert len(await store.runs(tx, town, task="reminders.run")) == 1
