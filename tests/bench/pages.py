"""The list of devices under load: 50 of 50,000 devices, the real application, two web processes, 20 people at once.

Each person has an account, a role and a session; nobody waits between two requests. Row security is on: the service connects
as its own role. There is no reference, so the row prints the plain figure; the frame prints the machine.
"""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import asyncpg
import httpx

from service import postgres
from service.audit.chain import Actor
from service.audit.store import record
from service.auth import sessions, store
from service.db import service_tx, town_tx
from service.settings import ROOT, now, real_now
from tests.bench import database
from tests.bench.row import Row, missing

DEVICES, OTHERS = 50_000, 10_000
"""Of the town whose list is read, and of a neighbour whose rows nobody may see."""
USERS, REQUESTS, WARM_UP = 20, 1200, 200
MOST_MS = 150.0
WORK = f"Geräteliste, 50 von {DEVICES} Geräten, {USERS} Menschen zugleich"
BUDGET = f"p95 < {MOST_MS:.0f} ms"
SEED = """
insert into asset (town_id, id, kind, name, sort_name, manufacturer, model, serial, hostname, primary_ip, status, site_id, site_name,
  room, macs, ips, sources, record_count, first_seen, last_seen, scanned_at, search, anchor, drift)
select $1, gen_random_uuid(), kind, name, left(app.din5007(name), 400), maker, 'Modell ' || n % 40, 'SN' || lpad(n::text, 8, '0'),
  lower(name), ip, 'in_use', $3, 'Rathaus', 'Raum ' || n % 300, array[mac], array[host(ip)], array['nmap', 'snmp'], 20,
  $4::timestamptz - interval '300 days', $4 - n % 1000 * interval '1 hour', $4 - n % 1000 * interval '1 hour',
  lower(concat_ws(' ', name, maker, host(ip), mac)), gen_random_uuid(), (n % 25 = 0)::int
from (
  select n, (array['workstation', 'notebook', 'printer', 'switch', 'server', 'phone'])[n % 6 + 1] as kind,
    (array['PC', 'NB', 'DR', 'SW', 'SRV', 'TEL'])[n % 6 + 1] || '-Rathaus-' || n as name,
    (array['Fujitsu', 'Lenovo', 'Kyocera', 'Cisco', 'HPE', 'snom'])[n % 6 + 1] as maker,
    '10.0.0.0'::inet + n as ip, '48:2a:e3:' || substr(lpad(to_hex(n), 6, '0'), 1, 2) || ':' || substr(lpad(to_hex(n), 6, '0'), 3, 2)
    || ':' || substr(lpad(to_hex(n), 6, '0'), 5, 2) as mac
  from generate_series(1, $2::int) as n
) as made
"""


def measure() -> list[Row]:
    """One row: the 95th percentile of the times to the last byte, as the client sees them."""
    with database.fresh() as server:
        cookies = asyncio.run(_seed(server))
        with serving(server) as base:
            seconds, throughput, state = asyncio.run(_visit(base, cookies))
    if state:
        return [missing(WORK, BUDGET, state)]
    p95 = 1000 * statistics.quantiles(seconds, n=20)[18]
    figure = f"p95 {p95:.0f} ms, Median {1000 * statistics.median(seconds):.0f} ms, {throughput:.0f} Seiten/s"
    return [Row(WORK, figure, BUDGET, held=p95 < MOST_MS, note=f"Last zu Beginn {os.getloadavg()[0]:.1f}")]


async def _seed(server: postgres.Server) -> list[str]:
    """Two towns full of devices; one session for each person, as cookie."""
    async with service_tx() as tx:
        towns = [(await store.add_town(tx, slug, slug.title(), 9000, now())).id for slug in ("erbach", "michelstadt")]
        cookies = []
        for number in range(USERS):
            account = await store.add_account(tx, f"mensch{number}@erbach.example", f"Kim {number}", "-", now())
            await store.grant(tx, account, "it_admin", towns[0])
            cookies.append(f"{sessions.COOKIE}={await store.open_session(tx, account, 2, 'Messung', real_now())}")
    for town, devices in zip(towns, (DEVICES, OTHERS), strict=True):
        async with town_tx([town], town) as tx:
            site = await tx.connection.fetchval(
                "insert into site (town_id, id, name, changed_at) values ($1, gen_random_uuid(), 'Rathaus', $2) returning id",
                town,
                now(),
            )
            for number in range(12):
                await tx.connection.execute(
                    "insert into network (town_id, id, name, cidr, purpose, site_id, changed_at)"
                    " values ($1, gen_random_uuid(), $2, ('10.' || $3::int || '.0.0/16')::cidr, 'clients', $4, $5)",
                    town,
                    f"Netz {number}",
                    number,
                    site,
                    now(),
                )
            await tx.connection.execute(SEED, town, devices, site, now())
            await record(tx, Actor("Messung"), "asset.made", "asset/*", after={"devices": devices})
    connection = await asyncpg.connect(server.dsn("odw_super"))
    try:
        await connection.execute("vacuum analyze")  # what the server itself does within a minute
    finally:
        await connection.close()
    return cookies


@contextlib.contextmanager
def serving(server: postgres.Server) -> Iterator[str]:
    """The web part as its command starts it, on a free port of the loopback; answers its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    surroundings = {
        "ODENWACHT_HOME": str(server.home),
        "ODENWACHT_DATABASE_URL": server.dsn("odw_app"),
        "ODENWACHT_PUBLIC_URL": f"http://localhost:{port}",
        "ODENWACHT_WEB_PROCESSES": "2",
        "ODENWACHT_METRICS_PORT": "0",
    }
    command = [sys.executable, "-m", "service", "serve", "--host", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | surroundings, start_new_session=True)
    try:
        base = f"http://localhost:{port}"
        for _ in range(300):
            with contextlib.suppress(httpx.TransportError):
                if httpx.get(f"{base}/health/ready").status_code == 200:
                    break
            if process.poll() is not None:
                raise RuntimeError("the service ended")
            time.sleep(0.2)
        yield base
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            process.wait()


async def _visit(base: str, cookies: list[str]) -> tuple[list[float], float, str]:
    """Seconds of each request, pages a second, and a sentence if the page cannot be had."""
    seconds: list[float] = []
    left = REQUESTS + WARM_UP
    begun = 0.0

    async def person(number: int, cookie: str) -> None:
        nonlocal left, begun
        async with _connected(base, cookie) as ask:
            page = number
            while left > 0:
                left -= 1
                measured = left < REQUESTS
                begun = begun or (time.perf_counter() if measured else 0.0)
                page = page % 20 + 1
                start = time.perf_counter()
                status, body = await ask(f"/towns/erbach/assets?page={page}" if page > 1 else "/towns/erbach/assets")
                spent = time.perf_counter() - start
                if status != 200 or body.count(b"-Rathaus-") < 50:
                    raise RuntimeError(f"page {page} answered {status} with {len(body)} characters")
                if measured:
                    seconds.append(spent)

    async with httpx.AsyncClient(base_url=base, headers={"cookie": cookies[0]}, timeout=30) as client:
        if (await client.get("/towns/erbach/assets")).status_code == 404:
            return [], 0.0, "die Anwendung hat keine Geräteliste"
    async with asyncio.TaskGroup() as group:
        for number, cookie in enumerate(cookies):
            group.create_task(person(number, cookie))
            await asyncio.sleep(0.1)  # people come one after the other, which lets both processes have their share
    return seconds, len(seconds) / (time.perf_counter() - begun), ""


@contextlib.asynccontextmanager
async def _connected(base: str, cookie: str) -> AsyncIterator[Callable[[str], Awaitable[tuple[int, bytes]]]]:
    """A connection that stays open, as a browser's. By hand: a client as slow as the service would measure itself."""
    where = httpx.URL(base)
    reader, writer = await asyncio.open_connection(where.host, where.port)

    async def ask(path: str) -> tuple[int, bytes]:
        lines = (f"GET {path} HTTP/1.1", f"host: {where.netloc.decode()}", f"cookie: {cookie}", "accept-encoding: gzip", "", "")
        writer.write("\r\n".join(lines).encode())
        head, *fields = (await reader.readuntil(b"\r\n\r\n")).lower().decode().splitlines()
        told = dict(field.split(": ", 1) for field in fields if field)
        if "content-length" in told:
            body = await reader.readexactly(int(told["content-length"]))
        else:
            parts = []
            while size := int(await reader.readline(), 16):
                parts.append((await reader.readexactly(size + 2))[:-2])
            await reader.readline()
            body = b"".join(parts)
        return int(head.split()[1]), gzip.decompress(body) if told.get("content-encoding") == "gzip" else body

    try:
        yield ask
    finally:
        writer.close()
