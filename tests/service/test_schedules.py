"""The page of a schedule: what it says, what it refuses, and two people at once."""

from __future__ import annotations

import pytest

from service.db import town_tx
from service.jobs import store
from service.settings import now

BASE = "/towns/erbach/schedules"


@pytest.fixture
async def nightly(towns) -> str:
    """The address of a schedule of Erbach."""
    town = towns["erbach"]
    async with town_tx({town}, town) as tx:
        await store.add_schedule(tx, town, task="scan.run", title="Wochenscan", cron="0 10 * * mon", by="Probe", now=now())
        (plan,) = await store.schedules(tx)
    return f"{BASE}/{plan.id}"


async def test_a_schedule_says_its_time_in_words_and_takes_a_new_one(log_in, nightly) -> None:
    admin = await log_in("it_admin")
    assert "montags um 10:00 Uhr" in (await admin.get(nightly)).text
    saved = await admin.send_form(nightly, {"cron": "30 14 * * tue", "enabled": "true", "version": "1"})
    assert saved.status_code == 303
    page = (await admin.get(BASE)).text
    assert "dienstags um 14:30 Uhr" in page


async def test_a_line_that_is_no_time_is_shown_again(log_in, nightly) -> None:
    admin = await log_in("it_admin")
    answer = await admin.send_form(nightly, {"cron": "morgens", "version": "1"})
    assert answer.status_code == 422
    assert 'value="morgens"' in answer.text
    assert "montags um 10:00 Uhr" in (await admin.get(BASE)).text


async def test_who_comes_second_sees_both_versions_and_loses_nothing(log_in, nightly) -> None:
    admin = await log_in("it_admin")
    await admin.send_form(nightly, {"cron": "30 14 * * tue", "enabled": "true", "version": "1"})
    late = await admin.send_form(nightly, {"cron": "0 6 * * sun", "version": "1"})
    assert late.status_code == 409
    for shown in ("Jemand war schneller", "30 14 * * tue", "0 6 * * sun"):
        assert shown in late.text
    assert "dienstags um 14:30 Uhr" in (await admin.get(BASE)).text
    again = await admin.send_form(nightly, {"cron": "0 6 * * sun", "version": "2"})
    assert again.status_code == 303
    assert "ausgeschaltet" in (await admin.get(BASE)).text.lower()
