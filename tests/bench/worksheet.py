"""The Grundschutz-Check of a large town: 12,500 devices, 400 target objects with 200 requirements each, half of them answered.

One security officer answers requirement after requirement over HTTP, as a key press does: send the form, see the next page. Beside
it the pages that look at the whole town. Plain figures; the frame prints the machine.
"""

from __future__ import annotations

import asyncio
import os
import re
import statistics
import time

import asyncpg
import httpx

from isms.store import sheets
from service import postgres
from service.audit.chain import Actor
from service.auth import sessions, store
from service.db import service_tx, town_tx
from service.settings import now, real_now
from tests.bench import database
from tests.bench.pages import SEED, serving
from tests.bench.row import Row

DEVICES, OBJECTS, EACH = 12_500, 400, 200
ANSWERS, WARM_UP = 250, 10
MOST_MS = 100.0
BUDGET = f"p95 < {MOST_MS:.0f} ms"
WHOLE = (
    ("Überblick des Checks", "/controls"),
    ("Anforderungen, Seite 1", "/controls/requirements?state=offen"),
    ("Modellierung", "/structure/modelling"),
    ("Widersprüche", "/controls/contradictions"),
)
OBJECTS_SQL = """
insert into target_object (town_id, id, name, kind, categories, rule, note, position, version, created_at)
select $1, gen_random_uuid(), 'Fachverfahren ' || n, 'application', array['Anwendungen'], jsonb_build_object('name', 'PC-Rathaus-' || n || '*'), '', 1000 + n, 1, $3
from generate_series(1, $2::int) n"""
PLACES_SQL = """
insert into modelling (town_id, id, target_id, control, category)
select $1, gen_random_uuid(), t.id, c.key, 'Anwendungen' from target_object t
cross join (select c.key from control c join catalogue_version v on v.id = c.edition where v.current order by c.position limit $2) c
where t.town_id = $1 on conflict do nothing"""
ANSWERS_SQL = """
insert into assessment (town_id, id, target_id, control, claim, reason, responsible, edition, origin, version, answered_by, answered_at)
select $1, gen_random_uuid(), target_id, control, (array['ja', 'teilweise', 'nein'])[1 + n % 3], 'gemessen', 'IT-Leitung', '', 'own', 1,
  'Messung', $2 from (select target_id, control, row_number() over () as n from modelling where town_id = $1) m where n % 2 = 0"""


def measure() -> list[Row]:
    """One row for answering by keyboard, one for each page of the whole town."""
    with database.fresh() as server:
        cookie, target = asyncio.run(_seed(server))
        with serving(server) as base:
            answered = asyncio.run(_answer(base, cookie, target))
            whole = asyncio.run(_look(base, cookie))
    load = f"Last zu Beginn {os.getloadavg()[0]:.1f}"
    rows = [_row(f"Antwort auf Tastendruck, {OBJECTS} Objekte × {EACH} Anforderungen", answered, MOST_MS, load)]
    return rows + [_row(f"{name}, {DEVICES} Geräte, {OBJECTS} Objekte", seconds, None, load) for name, seconds in whole]


def _row(work: str, seconds: list[float], most: float | None, note: str) -> Row:
    p95 = 1000 * statistics.quantiles(seconds, n=20)[18]
    figure = f"p95 {p95:.0f} ms, Median {1000 * statistics.median(seconds):.0f} ms"
    return Row(work, figure, BUDGET if most else "–", held=p95 < most if most else True, note=note)


async def _seed(server: postgres.Server) -> tuple[str, str]:
    """A town; the cookie of its security officer and the object whose requirements nobody answered."""
    async with service_tx() as tx:
        town = (await store.add_town(tx, "erbach", "Erbach", 9000, now())).id
        account = await store.add_account(tx, "isb@erbach.example", "Kim Sanddorn", "-", now())
        await store.grant(tx, account, "isb", town)
        cookie = f"{sessions.COOKIE}={await store.open_session(tx, account, 2, 'Messung', real_now())}"
    async with town_tx([town], town) as tx:
        await sheets.take_over(tx, town, Actor("Messung"), now())
        site = await tx.connection.fetchval(
            "insert into site (town_id, id, name, changed_at) values ($1, gen_random_uuid(), 'Rathaus', $2) returning id",
            town,
            now(),
        )
        await tx.connection.execute(SEED, town, DEVICES, site, now())
        there = await tx.connection.fetchval("select count(*) from target_object where town_id = $1", town)
        await tx.connection.execute(OBJECTS_SQL, town, OBJECTS - there, now())
        await tx.connection.execute(PLACES_SQL, town, EACH)
        await tx.connection.execute(ANSWERS_SQL, town, now())
        target = await tx.connection.fetchval(
            "select id from target_object where town_id = $1 order by position desc limit 1", town
        )
    connection = await asyncpg.connect(server.dsn("odw_super"))
    try:
        await connection.execute("vacuum analyze")  # what the server itself does within a minute
    finally:
        await connection.close()
    return cookie, str(target)


class Person:
    """Somebody before a browser: keeps cookies, also those that are for secure places, for localhost counts as one."""

    def __init__(self, client: httpx.AsyncClient, cookie: str) -> None:
        self.client = client
        self.cookies = dict([cookie.split("=", 1)])

    async def ask(self, method: str, url: str, data: dict[str, str] | None = None) -> httpx.Response:
        """One page; redirects are followed."""
        head = {"cookie": "; ".join(f"{key}={value}" for key, value in self.cookies.items()), "sec-fetch-site": "same-origin"}
        page = await self.client.request(method, url, data=data, headers=head)
        for one in page.headers.get_list("set-cookie"):
            name, _equals, rest = one.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        return await self.ask("GET", page.headers["location"]) if page.status_code == 303 else page


async def _answer(base: str, cookie: str, target: str) -> list[float]:
    """Seconds from the key press to the next page, both requests of it together."""
    seconds = []
    async with httpx.AsyncClient(base_url=base, timeout=60) as client:
        person = Person(client, cookie)
        page = await person.ask("GET", f"/towns/erbach/controls/objects/{target}")
        url = re.search(rf"/towns/erbach/controls/objects/{target}/[^\"?]+", page.text)
        if url is None:
            raise RuntimeError(f"no requirement at the object: {page.status_code}")
        page = await person.ask("GET", url[0])
        for number in range(ANSWERS + WARM_UP):
            token = re.search(r'name="_csrf_token" value="([^"]+)"', page.text)
            version = re.search(r'name="version" value="(\d+)"', page.text)
            if token is None or version is None:
                raise RuntimeError(f"no form at {page.url}: {page.status_code}")
            form = {"_csrf_token": token[1], "version": version[1], "claim": "ja", "then": "next"}
            begun = time.perf_counter()
            page = await person.ask("POST", str(page.url), form)
            if number >= WARM_UP:
                seconds.append(time.perf_counter() - begun)
            if page.status_code != 200 or "gespeichert" not in page.text:
                raise RuntimeError(f"{page.url} answered {page.status_code}")
    return seconds


async def _look(base: str, cookie: str) -> list[tuple[str, list[float]]]:
    found = []
    async with httpx.AsyncClient(base_url=base, timeout=60) as client:
        person = Person(client, cookie)
        for name, path in WHOLE:
            seconds = []
            for _number in range(22):
                begun = time.perf_counter()
                page = await person.ask("GET", f"/towns/erbach{path}")
                seconds.append(time.perf_counter() - begun)
                if page.status_code != 200:
                    raise RuntimeError(f"{path} answered {page.status_code}")
            found.append((name, seconds[2:]))
    return found
