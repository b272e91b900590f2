"""Content is kept for its time and no longer; the trace of it stays."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from scanners import registry
from scanners.observation import Collection
from service.audit.chain import Actor
from service.db import town_tx
from service.inventory import store
from service.inventory.store import access, places, retention
from service.inventory.store.access import Trial
from service.jobs import clock
from service.jobs import store as jobs
from service.jobs.queue import perform
from service.settings import now
from service.worker import TASKS
from tests.inventory.estate import BY, LIST
from tests.probe.at_centre import batch

NIGHT = Actor("Zeitplan")


async def take(tx, town: int, raw: bytes, file: str):
    if file.endswith(".json"):
        found = msgspec.json.decode(raw, type=Collection)
    else:
        found = registry.parse_bytes(raw, file, "auto", now())
    return await store.take_in(tx, town, found, by=BY, raw=raw, file=file, now=now())


async def test_files_go_after_90_days_and_what_is_known_of_devices_stays(towns) -> None:
    town = towns["erbach"]
    async with town_tx({town}, town) as tx:
        await take(tx, town, LIST, "liste.csv")
        before = await store.assets(tx, town, now=now())
        early = await retention.apply(tx, town, by=NIGHT, now=now() + timedelta(days=89))
        assert early.total == 0
        done = await retention.apply(tx, town, by=NIGHT, now=now() + timedelta(days=91))
        assert (done.files, done.strays) == (1, 0)
        assert await tx.connection.fetchval("select count(*) from collection where raw is not null") == 0
        assert await tx.connection.fetchval("select raw_size from collection") > 0
        assert (await store.assets(tx, town, now=now())).rows == before.rows
        assert await tx.connection.fetchval("select count(*) from record where observation is not null") == 3
        assert (await retention.apply(tx, town, by=NIGHT, now=now() + timedelta(days=91))).total == 0
        logged = await tx.connection.fetch("select after from audit_detail where action = 'retention.run'")
    assert len(logged) == 1


async def test_what_belongs_to_no_device_loses_its_content_after_30_days_and_keeps_its_row(towns) -> None:
    town = towns["erbach"]
    async with town_tx({town}, town) as tx:
        raw = batch("10.99.0.7").replace(b'"macs":["00:11:32:00:00:07"]', b'"macs":[]')
        await take(tx, town, raw, "nmap.json")
        assert await tx.connection.fetchval("select decision from sighting") == "unassigned"
        assert (await retention.apply(tx, town, by=NIGHT, now=now() + timedelta(days=29))).total == 0
        done = await retention.apply(tx, town, by=NIGHT, now=now() + timedelta(days=31))
        assert (done.files, done.strays) == (0, 1)
        row = await tx.connection.fetchrow("select key, observation from record")
    assert (row["key"], row["observation"]) == ("10.99.0.7", None)


async def test_the_log_of_scans_and_the_memory_of_credentials_go_after_a_year(towns) -> None:
    town = towns["erbach"]
    async with town_tx({town}, town) as tx:
        net = await places.put_network(tx, town, "10.1.1.0/24", by=BY, now=now())
        key = await access.set_access(tx, town, "a", "2c", {"community": "c"}, actor=BY, now=now())
        await access.keep_trials(tx, town, [Trial(key, net, "10.1.1.5", now(), None, now().date(), 1)])
        done_run = await jobs.add_run(tx, "scan.run", town, "Scan", "Test", now())
        await jobs.finished(tx, town, done_run, "done", now())
        await jobs.add_run(tx, "scan.run", town, "wartet noch", "Test", now())
        await jobs.add_run(tx, "import.take", town, "kein Scan", "Test", now())
        assert (await retention.apply(tx, town, by=NIGHT, now=now() + timedelta(days=360))).total == 0
        done = await retention.apply(tx, town, by=NIGHT, now=now() + timedelta(days=370))
        assert (done.scans, done.trials) == (1, 1)
        assert {run.title for run in await jobs.runs(tx, town)} == {"wartet noch", "kein Scan"}


async def test_every_town_is_visited_each_night_and_nobody_can_switch_that_off(towns) -> None:
    task = "retention.run"
    cron, title = clock.STANDING[task]
    assert task in TASKS
    assert next(clock.times(cron, now())) - now() <= timedelta(days=1, hours=1)
    await clock.enqueue_everywhere(task, title)
    for town in towns.values():
        async with town_tx({town}, town) as tx:
            (run,) = await jobs.runs(tx, town, task=task)
            assert await jobs.schedules(tx) == []
        await perform(task, town, run.id)
        async with town_tx({town}, town) as tx:
            (run,) = await jobs.runs(tx, town, task=task)
        assert (run.state, run.text) == ("done", "Nichts war fällig.")


@pytest.mark.parametrize("town", ["erbach", "michelstadt"])
async def test_a_towns_night_touches_no_other_town(towns, town) -> None:
    for key in towns.values():
        async with town_tx({key}, key) as tx:
            await take(tx, key, LIST, "liste.csv")
    async with town_tx({towns[town]}, towns[town]) as tx:
        assert (await retention.apply(tx, towns[town], by=NIGHT, now=now() + timedelta(days=100))).files == 1
    async with town_tx(set(towns.values())) as tx:
        assert await tx.connection.fetchval("select count(*) from collection where raw is not null") == 3
