"""Many files of many towns in one go: complete, repeatable, safe against being killed, linked across towns."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from scanners import registry
from service.audit.chain import Actor
from service.db import service_tx, town_tx
from service.demo.manifest import write
from service.errors import Wrong
from service.inventory import store
from service.inventory.store import manifest
from tests.conftest import Cloned

NOW = datetime(2026, 11, 16, 9, tzinfo=UTC)
LIST = "Inventarnummer;Gerät;Hersteller;Modell;Seriennummer;MAC;Hostname\n{rows}"
HOST = (
    '<host><status state="up"/><address addr="{ip}" addrtype="ipv4"/><address addr="{mac}" addrtype="mac"/>'
    '<ports><port protocol="tcp" portid="22"><state state="open"/><service name="ssh"/></port></ports></host>'
)


def _scan(*hosts: tuple[str, str]) -> str:
    inside = "".join(HOST.format(ip=ip, mac=mac) for ip, mac in hosts)
    return f'<?xml version="1.0"?><nmaprun scanner="nmap">{inside}<runstats><finished exit="success"/></runstats></nmaprun>'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two towns; a notebook of the first is seen in the second; one file is no list at all."""
    files = {
        "erbach/liste.csv": LIST.format(
            rows="E-1;Notebook;Lenovo;T14;PF3ABCDE;54:e1:ad:00:00:01;ERB-NB007\nE-2;Monitor;Dell;P2422H;CN0ABC123;;\n"
        ),
        "erbach/scan.xml": _scan(("10.61.20.34", "54:e1:ad:00:00:01"), ("10.61.20.99", "8c:ec:4b:00:00:02")),
        "michelstadt/scan.xml": _scan(("10.62.20.5", "54:e1:ad:00:00:01"), ("10.62.20.6", "d8:9e:f3:00:00:03")),
        "michelstadt/kaputt.csv": "nur Text ohne Kopf\n",
    }
    inputs = []
    for number, (name, text) in enumerate(files.items(), 1):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        kind = "nmap" if name.endswith(".xml") else "manual"
        at = f"2026-11-{number:02}T10:00:00+01:00"
        inputs.append({"seq": number, "town": name.split("/")[0], "kind": kind, "file": name, "observed_at": at})
    towns = [
        {"slug": "erbach", "name": "Erbach", "networks": ["10.61.20.0/24"]},
        {"slug": "michelstadt", "name": "Michelstadt", "networks": ["10.62.20.0/24"]},
    ]
    (tmp_path / "MANIFEST.json").write_text(json.dumps({"version": 1, "towns": towns, "inputs": inputs}))
    return tmp_path


async def run(path: Path) -> manifest.Done:
    return await manifest.run(path / "MANIFEST.json", read=registry.parse_bytes, by=Actor("Test"), now=NOW, key=b"k" * 32, jobs=0)


async def export(what: str) -> list[dict[str, Any]]:
    async with service_tx() as tx:
        towns = [row["id"] for row in await tx.connection.fetch("select id from town where id > 0 order by id")]
    async with town_tx(towns) as tx:
        return [one async for one in store.rows(tx, what, towns)]


async def test_every_file_is_taken_in_and_an_unreadable_one_is_named(db: Any, folder: Path) -> None:
    done = await run(folder)
    assert (done.files, done.skipped, done.records) == (4, 0, 6)
    assert [text.partition(":")[0] for text in done.problems] == ["michelstadt/kaputt.csv"]
    keys = {(line["file"], line["key"]) for line in await export("records")}
    assert len(keys) == 6
    assert ("erbach/liste.csv", "row:2") in keys


async def test_a_device_seen_in_another_town_stays_its_owners(db: Any, folder: Path) -> None:
    assert (await run(folder)).loans == 2
    lines = {(line["file"], line["key"]): line for line in await export("records")}
    notebook = lines["erbach/liste.csv", "row:1"]["asset_id"]
    guest = lines["michelstadt/scan.xml", "10.62.20.5"]
    assert (guest["asset_id"], guest["town"]) == (notebook, "michelstadt")
    assets = await export("assets")
    assert {asset["asset_id"]: asset["town"] for asset in assets}[notebook] == "erbach"
    assert {asset["status"] for asset in assets if asset["asset_id"] == notebook} == {"lent"}
    assert {line["asset_id"] for line in lines.values()} <= {asset["asset_id"] for asset in assets}


async def test_a_second_run_changes_nothing(db: Any, folder: Path) -> None:
    await run(folder)
    before = await export("assets"), await export("records")
    done = await run(folder)
    assert (done.skipped, done.records, done.loans) == (3, 0, 0)
    assert all(not counts for counts in done.steps.values())
    assert (await export("assets"), await export("records")) == before


async def test_the_networks_it_names_are_released(db: Any, folder: Path) -> None:
    await run(folder)
    async with service_tx() as tx:
        town = await tx.connection.fetchval("select id from town where slug = 'erbach'")
    async with town_tx([town]) as tx:
        (network,) = await store.networks(tx, town)
    assert (network.cidr, network.released_at, network.assets) == ("10.61.20.0/24", NOW, 2)


async def test_a_broken_manifest_is_named_and_changes_nothing(db: Any, folder: Path) -> None:
    (folder / "MANIFEST.json").write_text('{"towns": [')
    with pytest.raises(Wrong, match="nicht lesbar"):
        await run(folder)
    assert await export("records") == []


PROGRAM = """
import asyncio, sys
from datetime import datetime
from pathlib import Path
if __name__ == "__main__":
    from scanners import registry
    from service.audit.chain import Actor
    from service.db import DB
    from service.inventory.store import manifest
    manifest.CHUNK_FILES = 20
    DB.use(sys.argv[1])
    now = datetime.fromisoformat("2026-11-16T09:00:00+00:00")
    asyncio.run(manifest.run(Path(sys.argv[2]), read=registry.parse_bytes, by=Actor("Test"), now=now, key=b"k" * 32, jobs=2))
"""


def _start(program: Path, database: Cloned, path: Path) -> subprocess.Popen[bytes]:
    """The import as a process group of its own."""
    root = str(Path(__file__).resolve().parents[2])
    env = {**os.environ, "PYTHONPATH": root, "PYTHONWARNINGS": "ignore"}
    return subprocess.Popen([sys.executable, str(program), database.app, str(path)], env=env, cwd=root, start_new_session=True)


async def _content(database: Cloned) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    connection = await asyncpg.connect(database.superuser)
    try:
        assets = await connection.fetch(
            "select town_id, id, kind, name, serial, status, macs::text, ips::text, last_seen from asset order by town_id, id"
        )
        records = await connection.fetch("select town_id, id, asset_id, decision, reason from sighting order by town_id, id")
    finally:
        await connection.close()
    return [tuple(row) for row in assets], [tuple(row) for row in records]


async def _records(database: Cloned) -> int:
    connection = await asyncpg.connect(database.superuser)
    try:
        return int(await connection.fetchval("select count(*) from record"))
    finally:
        await connection.close()


def _one_town(folder: Path) -> Path:
    """The files of the demonstration's smallest town: enough to be killed in their middle."""
    path = write(folder, date(2026, 11, 16))
    told = json.loads(path.read_text())
    slugs = ("brombachtal",)
    told["towns"] = [town for town in told["towns"] if town["slug"] in slugs]
    told["inputs"] = [one for one in told["inputs"] if one["town"] in slugs]
    path.write_text(json.dumps(told))
    return path


async def test_killed_in_the_middle_a_second_run_ends_in_the_same_estate(server: Any, tmp_path: Path) -> None:
    from tests.conftest import clone

    path = await asyncio.to_thread(_one_town, tmp_path / "demo")
    program = tmp_path / "take.py"
    program.write_text(PROGRAM)
    whole, broken = [await clone(server, f"odw_manifest_{name}_{os.urandom(3).hex()}") for name in ("whole", "broken")]
    assert await asyncio.to_thread(_start(program, whole, path).wait, 300) == 0
    total = await _records(whole)
    process = _start(program, broken, path)
    until = time.monotonic() + 200
    while await _records(broken) < total // 3 and process.poll() is None and time.monotonic() < until:  # noqa: ASYNC110 - another process fills the table
        await asyncio.sleep(0.05)
    os.killpg(process.pid, signal.SIGKILL)
    await asyncio.to_thread(process.wait)
    assert 0 < await _records(broken) < total
    assert await asyncio.to_thread(_start(program, broken, path).wait, 300) == 0
    assert await _content(broken) == await _content(whole)
    connection = await asyncpg.connect(server.dsn("odw_super", "postgres"))
    for made in (whole, broken):
        await connection.execute(f'drop database if exists "{made.name}" with (force)')
    await connection.close()
