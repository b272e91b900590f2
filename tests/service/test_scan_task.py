"""The scan as a town hall runs it: asked for on the page, done by the worker, real nmap and real SNMP, up to the device's page."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from service.audit.chain import Actor
from service.auth import sessions, store
from service.db import DB, service_tx, town_tx
from service.inventory import store as inventory
from service.inventory.store import access, places
from service.jobs import store as jobs
from service.settings import now, real_now
from tests import netns, packets
from tests.visitor import Visitor

ROOT = Path(__file__).resolve().parents[2]
NEAR = "10.99.0.0/24"
pytestmark = [pytest.mark.system(*netns.PROGRAMS, "nmap", "root"), pytest.mark.xdist_group("netns")]


@pytest.fixture(scope="module")
def rathaus() -> Iterator[netns.Town]:
    with netns.town() as built:
        yield built


@pytest.fixture
async def town(fresh_database) -> AsyncIterator[int]:
    """A town in a database of its own; its network is released by two and agreed to, and it has SNMP access."""
    DB.use(fresh_database.app)
    await DB.start_connection_pool(min_size=1, max_size=4)
    sessions.forget()
    async with service_tx() as tx:
        key = (await store.add_town(tx, "erbach", "Erbach", None, now())).id
    async with town_tx({key}, key) as tx:
        admin = Actor("Pia Eberesche")
        net = await places.put_network(tx, key, NEAR, by=admin, now=now(), name="Rathaus", rate_cap=5000)
        await places.release(tx, key, net, by=Actor("Jo Linde"), now=now())
        await places.release(tx, key, net, by=Actor("Kim Ulme"), now=now(), agreed=True)
        snmp = await access.set_access(tx, key, "Rathaus", "2c", {"community": "public"}, actor=admin, now=now())
        await access.grant(tx, key, snmp, [net], actor=admin)
    yield key
    await DB.close_connection_pool()


@pytest.fixture
def worker(fresh_database, rathaus, town) -> Iterator[subprocess.Popen[bytes]]:
    """The real worker, sitting in the town's network."""
    command = rathaus.command(sys.executable, "-m", "service", "worker")
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | {"ODENWACHT_DATABASE_URL": fresh_database.app})
    yield process
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


async def person(app: Any, town: int, role: str) -> Visitor:
    visitor = Visitor(app)
    async with service_tx() as tx:
        account = await store.add_account(tx, f"{role}@test.example", f"Test {role}", "-", real_now())
        await store.grant(tx, account, role, town)
        token = await store.open_session(tx, account, 2, "test", real_now())
    visitor.cookies.set(sessions.COOKIE, token, domain="localhost.local", path="/")
    return visitor


async def scan(visitor: Visitor, town: int) -> UUID:
    """Press „Jetzt scannen“."""
    async with town_tx({town}) as tx:
        (net,) = await places.networks(tx, town)
    answer = await visitor.send_form(f"/towns/erbach/networks/{net.id}/scan")
    assert answer.status_code == 303, answer.text
    return UUID(answer.headers["location"].rpartition("/")[2])


async def until(town: int, key: UUID, condition: Any, seconds: float = 240) -> jobs.RunView:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        async with town_tx({town}) as tx:
            run = await jobs.run(tx, town, key)
        if run is not None and condition(run):
            return run
        await asyncio.sleep(0.2)
    pytest.fail(f"not reached in {seconds} s: {run}")


async def devices(town: int) -> dict[str, Any]:
    async with town_tx({town}) as tx:
        page = await inventory.assets(tx, town, now=now(), size=200)
        found = [await inventory.asset(tx, town, row.id) for row in page.rows]
    return {device.macs[0] if device.macs else device.row.name: device for device in found}


async def test_from_the_button_to_the_device_page_and_a_device_that_moves_stays_one(app, town, rathaus, worker) -> None:
    visitor = await person(app, town, "it_admin")
    key = await scan(visitor, town)
    moving = await until(town, key, lambda run: run.text.startswith("Phase") and run.done > 0)
    assert moving.total == 100
    assert "Phase" in (await visitor.get(f"/towns/erbach/runs/{key}")).text
    run = await until(town, key, lambda run: not run.open)
    assert run.state in ("done", "done_with_notes"), run.error
    assert run.result["url"] == "/towns/erbach/assets?seen=today"
    found = await devices(town)
    for host in netns.RATHAUS:
        if host.ip.startswith(netns.NEAR):
            assert host.ip in found[host.mac].ips, host.name
    server, switch = found["d0:67:26:00:00:12"], found["94:b4:0f:00:00:11"]
    assert {22, 80, 443} <= {service.port for service in server.services if service.open}
    assert server.row.hostname == "srv-rathaus-1.stadt.example"  # sysName and certificate agree; the full name is shown
    assert {"nmap", "snmp"} <= set(switch.row.sources)
    page = (await visitor.get(f"/towns/erbach/assets/{server.row.id}/services")).text
    assert "OpenSSH" in page
    assert "srv-rathaus-1" in page
    assert "Quelle: SNMP" in (await visitor.get(f"/towns/erbach/assets/{switch.row.id}")).text
    assert "10.99.0.12" in (await visitor.get(run.result["url"])).text

    rathaus.move("srv-rathaus-1", "10.99.0.77")
    try:
        run = await until(town, await scan(visitor, town), lambda run: not run.open)
    finally:
        rathaus.move("srv-rathaus-1", "10.99.0.12")
    assert run.state in ("done", "done_with_notes"), run.error
    later = await devices(town)
    assert len(later) == len(found)
    moved = later["d0:67:26:00:00:12"]
    assert moved.row.id == server.row.id
    assert moved.row.primary_ip == "10.99.0.77"
    async with town_tx({town}) as tx:
        log = await tx.connection.fetchval("select count(*) from audit_detail where action = 'scan.run'")
        (snmp,) = await access.accesses(tx, town)
    assert log == 2
    assert snmp.working >= 3  # the server at both its addresses, and the switch
    assert run.result["networks"] == [f"Rathaus ({NEAR})"]
    assert run.result["purpose"].startswith("Bestandsaufnahme")


async def test_a_cancelled_scan_keeps_what_it_found(app, town, rathaus, worker) -> None:
    async with town_tx({town}, town) as tx:
        await tx.connection.execute("update network set rate_cap = 200")
    visitor = await person(app, town, "it_admin")
    key = await scan(visitor, town)
    await until(town, key, lambda run: "Phase 2" in run.text)
    assert (await visitor.send_form(f"/towns/erbach/runs/{key}/cancel")).status_code == 303
    run = await until(town, key, lambda run: not run.open, 60)
    assert run.state == "cancelled"
    assert run.text.startswith("Abgebrochen.")
    assert "übernommen" in run.text
    found = await devices(town)
    assert {host.mac for host in netns.RATHAUS if host.ip.startswith(netns.NEAR)} <= set(found)


@pytest.mark.system("nft")
async def test_s22_a_scheduled_scan_sends_nothing_to_what_is_closed_and_scans_the_rest(app, town, rathaus, worker) -> None:
    admin = Actor("Pia Eberesche")
    async with town_tx({town}, town) as tx:
        (net,) = await places.networks(tx, town)
        await places.set_manners(
            tx, town, net.id, by=admin, now=now(), purpose="other", mode="active", rate_cap=5000, snmp_rate=20,
            scan_window="", excluded="10.99.0.12",
        )  # fmt: skip
        await places.put_network(tx, town, "10.99.0.14/31", by=admin, now=now(), name="OT2", purpose="plc")
        await places.put_network(tx, town, "10.99.0.13/32", by=admin, now=now(), name="Gast2", purpose="guest")
        await tx.connection.execute(  # entered before such networks were refused
            "insert into network (town_id, id, name, cidr, changed_at, requested_by, released_by, released_at, agreed_by, agreed_at)"
            " values ($1, gen_random_uuid(), 'IPv6', 'fd99::/64', now(), 'a', 'b', now(), 'c', now())",
            town,
        )
        packets.watch(rathaus, "10.99.0.11", "10.99.0.12", "10.99.0.13", "10.99.0.14", "10.99.0.15")
        args = {"all": True}
        key = await jobs.enqueue(tx, "scan.run", town, "Scan aller freigegebenen Netze", "Plan", now(), args=args)
    try:
        run = await until(town, key, lambda run: not run.open)
        counted = packets.sent(rathaus)
    finally:
        packets.unwatch(rathaus)
    assert run.state == "done_with_notes", run.error
    hints = run.result["hints"]
    assert any("IPv6" in hint and "zu groß" in hint for hint in hints), hints
    assert counted.pop("10.99.0.11") > 0
    assert not any(counted.values()), counted
    assert "94:b4:0f:00:00:11" in await devices(town)


async def test_s21_a_release_withdrawn_after_the_click_stops_the_scan_before_the_first_packet(app, town, rathaus) -> None:
    from service.errors import Wrong
    from service.jobs.queue import Job
    from service.worker import scan as task

    visitor = await person(app, town, "it_admin")
    key = await scan(visitor, town)
    async with town_tx({town}, town) as tx:
        (net,) = await places.networks(tx, town)
        await places.withdraw_release(tx, town, net.id, by=Actor("Kim Ulme"))
        run = await jobs.run(tx, town, key)
    with pytest.raises(Wrong, match="freigegeben"):
        await task.run(Job(town, key, run.args, "Test"))
    assert await devices(town) == {}
