"""S29: nothing that was acknowledged is lost, nothing is torn, and the estate is the one of an undisturbed run."""

from __future__ import annotations

import asyncio
import hashlib
import os
import random
import signal
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from scanners import wire
from scanners.probe.home import Home, Identity
from service import postgres
from service.audit.chain import Actor
from service.db import DB, town_tx
from service.inventory.store import intake, places
from service.jobs import store as jobs
from service.jobs.queue import perform
from service.migrate import migrate
from service.probes import store
from service.probes.pages.machine import centre_key
from service.settings import now, real_now
from service.worker import TASKS
from tests.probe import BY
from tests.probe.rig import Line, Process, finding, free_port, noted, ready, receipts

pytestmark = pytest.mark.xdist_group("probe")
BATCHES = 40


class Town:
    """A centre of its own: database, web, worker; a probe enrolled; the line between them."""

    def __init__(self, folder: Path, batches: int) -> None:
        self.folder, self.batches = folder, batches
        self.data = folder / "data"
        self.home = Home(folder / "probe", folder / "probe" / "scope.toml")
        self.pid = 0

    async def build(self) -> None:
        self.server = await asyncio.to_thread(postgres.start, self.data)
        await migrate(self.server.dsn("odw_owner"))
        DB.use(self.server.dsn())
        await DB.start_connection_pool(min_size=1, max_size=4)
        self.port = free_port()
        environment = {
            "ODENWACHT_DATABASE_URL": self.server.dsn(), "ODENWACHT_HOME": str(self.data), "ODENWACHT_WEB_PROCESSES": "1",
            "ODENWACHT_OWNER_DATABASE_URL": self.server.dsn("odw_owner"),
        }  # fmt: skip
        from service.settings import settings

        environment["ODENWACHT_MASTER_KEY_FILE"] = str(settings().master_key_file)
        self.web = Process(
            "-m", "service", "serve", "--port", str(self.port), environment=environment, log=self.folder / "web.log"
        )
        self.worker = Process("-m", "service", "worker", environment=environment, log=self.folder / "worker.log")
        self.probe = Process(
            "-m",
            "tests.probe.rig",
            str(self.home.folder),
            str(self.batches),
            "0.7" if self.batches > BATCHES else "0.2",
            environment={},
            log=self.folder / "probe.log",
        )
        self.line = Line(self.port, seed=29)
        async with town_tx(()) as tx:
            await tx.connection.execute(
                "insert into town (id, slug, name, created_at) values (1, 'erbach', 'Erbach', now()), (2, 'oberzent', 'Oberzent', now())"
            )
        for town in (1, 2):
            async with town_tx({town}, town) as tx:
                key = await places.put_network(tx, town, "10.99.0.0/24", by=BY, now=now())
                await places.release(tx, town, key, by=Actor("ISB"), now=now())
                await places.release(tx, town, key, by=Actor("DSB"), now=now(), agreed=True)
        mine, centre = wire.new_key(), wire.public(centre_key())
        async with town_tx({1}, 1) as tx:
            _id, code = await store.invite(tx, 1, "Rathaus", None, centre, by=BY, now=real_now())
            who = await store.enrol(tx, code, wire.public(mine), "0.1.0", by=BY, now=real_now())
            await store.approve(tx, 1, who.id, by=BY, now=real_now())
        url = f"http://127.0.0.1:{await self.line.start()}"
        self.home.make()
        secret, public = wire.text(wire.raw_private(mine)), wire.text(centre)
        self.home.keep(Identity(url, 1, "Erbach", who.id, "Rathaus", secret, public))
        self.web.start()
        await asyncio.to_thread(ready, self.port)

    async def down(self) -> None:
        for process in (self.probe, self.worker, self.web):
            process.kill()
        await self.line.stop()
        await DB.close_connection_pool()
        await asyncio.to_thread(postgres.stop, self.data)

    def break_database(self) -> None:
        """Kill the server's first process, as the machine would when memory is short; the others end by themselves."""
        mark = self.data / postgres.VERSION / "postmaster.pid"
        os.kill(int(mark.read_text().split()[0]), signal.SIGKILL)
        for attempt in range(100):
            try:
                postgres.start(self.data)
                return
            except (RuntimeError, subprocess.SubprocessError, OSError):
                assert attempt < 99
                time.sleep(0.2)

    async def undisturbed(self) -> None:
        """The same findings, in order, in the other town."""
        for number in range(self.batches):
            async with town_tx({2}, 2) as tx:
                body = msgspec.json.encode(finding(number))
                await intake.take_in(tx, 2, finding(number), by=BY, raw=body, file=f"{number}.json", now=now())

    async def take(self) -> None:
        """What the worker would do next."""
        assert "probe.take" in TASKS
        async with town_tx({1}, 1) as tx:
            key = await jobs.add_run(tx, "probe.take", 1, "Rest", "Test", now())
        await perform("probe.take", 1, key)

    async def estate(self, town: int) -> list[tuple[Any, ...]]:
        async with town_tx({town}) as tx:
            rows = await tx.connection.fetch(
                "select name, hostname, primary_ip::text, kind, manufacturer, status, first_seen, last_seen from asset"
                " where town_id = $1 and gone_at is null order by 1, 2, 3, 7, 8",
                town,
            )
            marks = await tx.connection.fetch(
                "select kind, value, count(*) from identifier where town_id = $1 group by 1, 2 order by 1, 2", town
            )
        return [tuple(row) for row in rows] + [tuple(row) for row in marks]


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder of its own: another pytest on this machine closes the shared one to the database's account."""
    with tempfile.TemporaryDirectory(prefix="odw-faults-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture
async def town(folder, request) -> AsyncIterator[Town]:
    built = Town(folder, 400 if request.config.getoption("--all") else BATCHES)
    await built.build()
    yield built
    await built.down()


async def fault(town: Town, dice: random.Random, *, everything: bool) -> str:
    """One misfortune."""
    kinds = (
        ["probe"] * 4
        + ["cut"] * 5
        + ["abort"] * 3
        + ["repeat"] * 5
        + ["web"] * 2
        + (["worker", "database"] if everything else [])
    )
    kind = dice.choice(kinds)
    if kind == "probe":
        town.probe.kill()
        town.probe.start()
    elif kind == "cut":
        town.line.cuts += dice.randrange(1, 4)
    elif kind == "abort":
        town.line.cut()
    elif kind == "repeat":
        assert set(await town.line.repeat(dice.randrange(1, 6))) <= {200, 503}
    elif kind == "web":
        town.web.kill()
        town.web.start()
        if dice.random() < 0.7:
            await asyncio.to_thread(ready, town.port)
    elif kind == "worker":
        town.worker.kill()
        town.worker.start()
    else:
        await asyncio.to_thread(town.break_database)
    return kind


async def until(condition: Any, seconds: float) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "the probe did not finish"
        await asyncio.sleep(0.1)


async def test_s29_no_acknowledged_batch_is_lost_in_random_faults(town, request) -> None:
    everything = request.config.getoption("--all")
    many = int(os.environ.get("FAULTS", "500")) if everything else 25
    dice, happened = random.Random(2929), dict[str, int]()
    town.probe.start()
    if everything:
        town.worker.start()
    for _ in range(many):
        await asyncio.sleep(dice.random() * 0.4)
        kind = await fault(town, dice, everything=everything)
        happened[kind] = happened.get(kind, 0) + 1
        if not town.probe.alive:
            town.probe.start()
    town.line.cuts = 0
    spool, note = town.home.spool(), town.home.folder / "found"
    await asyncio.to_thread(ready, town.port)
    await until(lambda: noted(note) == town.batches and not spool.entries(), 180)
    town.probe.running.terminate()
    await asyncio.to_thread(town.probe.running.wait, 20)
    town.worker.kill()
    await town.line.repeat(20)
    await town.take()

    async with town_tx({1}) as tx:
        rows = await tx.connection.fetch("select batch::text, sha256, taken_at from probe_batch where town_id = 1")
    there = {row["batch"]: row["sha256"] for row in rows}
    acknowledged = receipts(spool)
    assert len(acknowledged) >= town.batches
    assert [one for one in acknowledged if there.get(one["batch"]) != one["sha256"]] == []
    assert {hashlib.sha256(msgspec.json.encode(finding(number))).hexdigest() for number in range(town.batches)} == set(
        there.values()
    )
    assert [row for row in rows if row["taken_at"] is None] == []
    assert [path.name for path in town.home.folder.rglob("*") if path.suffix == ".part" or path.parent.name == "refused"] == []
    await town.undisturbed()
    assert await town.estate(1) == await town.estate(2)
    assert len(happened) >= 4
    print(f"{sum(happened.values())} faults {happened}: {len(acknowledged)} acknowledged, {len(there)} kept")
