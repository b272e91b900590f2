"""One real PostgreSQL for all tests: started by pytest's first process, migrated once, cloned for each worker.

Each test that asks for `db` owns a transaction of one connection that stands in for the pool; every `town_tx` becomes a
savepoint in it and all is rolled back at the end. Tests that must really commit take `fresh_database`.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from service import postgres
from service.db import DB
from service.migrate import migrate
from tests import system
from tests.visitor import Visitor

HOME = "ODENWACHT_TEST_HOME"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--all", action="store_true", help="full grids and numbers")
    parser.addoption("--update-goldens", action="store_true", help="write what is, instead of comparing with what was")


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Content is named by its argument: a file made at collection holds the time, and every worker would know other tests."""
    return argname if isinstance(val, bytes) or (isinstance(val, str) and len(val) > 80) else None


def pytest_configure(config: pytest.Config) -> None:
    """The controlling process starts the server and migrates the template, before any worker asks."""
    if hasattr(config, "workerinput") or os.environ.get(HOME):
        return
    home = Path(tempfile.mkdtemp(prefix="odw-test-"))
    home.chmod(0o755)
    os.environ[HOME] = str(home)
    os.environ["ODENWACHT_HOME"] = str(home)
    config.add_cleanup(lambda: _remove(home))
    server = postgres.start(home, fast_and_unsafe=True)
    asyncio.run(_template(server))


def _remove(home: Path) -> None:
    with contextlib.suppress(Exception):
        postgres.stop(home)
    shutil.rmtree(home, ignore_errors=True)
    os.environ.pop(HOME, None)


async def _template(server: postgres.Server) -> None:
    """Migrated, and with the shipped catalogue, which every service has from its first structure on."""
    from isms.store.catalogues import ensure_starter
    from service.db import service_tx
    from service.settings import now

    await migrate(server.dsn("odw_owner"))
    DB.use(server.dsn("odw_app"))
    async with service_tx() as tx:
        await ensure_starter(tx, now())
    connection = await asyncpg.connect(server.dsn("odw_super", "postgres"))
    await connection.execute("alter database odenwacht rename to template_odw")
    await connection.close()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is only for --all, and name what the machine lacks; with ODENWACHT_REQUIRE_ALL lacking is failing."""
    full = pytest.mark.skip(reason="only with --all")
    for item in items:
        if item.get_closest_marker("full") and not config.getoption("--all"):
            item.add_marker(full)
        for marker in item.iter_markers("system"):
            if lacking := [name for name in marker.args if not system.has(name)]:
                reason = f"missing: {', '.join(lacking)}"
                if os.environ.get("ODENWACHT_REQUIRE_ALL"):
                    item.add_marker(pytest.mark.xfail(reason=reason, run=False, strict=True))
                    item.fixturenames[:] = ["left_out"]  # type: ignore[attr-defined]  # all items of ours are functions
                else:
                    item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture
def left_out() -> None:
    pytest.fail("this machine lacks a program that this test needs")


@pytest.fixture(scope="session")
def server() -> postgres.Server:
    """The running server, as the test's own process sees it."""
    return postgres.start(Path(os.environ[HOME]), fast_and_unsafe=True)


class Cloned:
    """A database of its own, made from the migrated template."""

    def __init__(self, server: postgres.Server, name: str) -> None:
        self.server, self.name = server, name

    @property
    def app(self) -> str:
        return self.server.dsn("odw_app", self.name)

    @property
    def owner(self) -> str:
        return self.server.dsn("odw_owner", self.name)

    @property
    def superuser(self) -> str:
        return self.server.dsn("odw_super", self.name)


async def clone(server: postgres.Server, name: str) -> Cloned:
    connection = await asyncpg.connect(server.dsn("odw_super", "postgres"))
    try:
        await connection.execute(f'drop database if exists "{name}" with (force)')
        for attempt in range(20):
            try:
                await connection.execute(f'create database "{name}" template template_odw owner odw_owner')
                break
            except asyncpg.ObjectInUseError:
                if attempt == 19:
                    raise
                await asyncio.sleep(0.2)
        await connection.execute(f'grant connect on database "{name}" to odw_app')
    finally:
        await connection.close()
    return Cloned(server, name)


@pytest.fixture(scope="session")
async def database(server: postgres.Server) -> Cloned:
    """The worker's database; tests leave it as it was."""
    return await clone(server, f"odw_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}")


class Lease:
    """Piccolo uses `acquire()` both as an awaitable and as a context manager."""

    def __init__(self, one: OneConnection) -> None:
        self.one = one

    def __await__(self) -> Any:
        return self._take().__await__()

    async def _take(self) -> asyncpg.Connection[Any]:
        await self.one.lock.acquire()
        return self.one.connection

    async def __aenter__(self) -> asyncpg.Connection[Any]:
        return await self._take()

    async def __aexit__(self, *error: object) -> None:
        await self.one.release(self.one.connection)


class OneConnection:
    """Stands in for the pool: all of a test's transactions are savepoints of one."""

    def __init__(self, connection: asyncpg.Connection[Any]) -> None:
        self.connection, self.lock = connection, asyncio.Lock()

    def acquire(self) -> Lease:
        return Lease(self)

    async def release(self, connection: asyncpg.Connection[Any]) -> None:
        try:  # transaction-local settings outlive a released savepoint
            await connection.execute(
                "set constraints all immediate; set constraints all deferred;"
                " select set_config('app.towns', '', true), set_config('app.write_town', '', true)"
            )
        finally:
            self.lock.release()


class Standing:
    """The connection that a worker's tests use one after the other; a fresh one would read the catalogue of tables anew each time."""

    def __init__(self, dsn: str) -> None:
        self.dsn = dsn
        self.connection: asyncpg.Connection[Any] | None = None

    async def ready(self) -> asyncpg.Connection[Any]:
        if self.connection is None or self.connection.is_closed():
            self.connection = await asyncpg.connect(self.dsn)
        return self.connection

    async def close(self) -> None:
        if self.connection is not None:
            await self.connection.close()


@pytest.fixture(scope="session")
async def standing(database: Cloned) -> AsyncIterator[Standing]:
    one = Standing(database.app)
    yield one
    await one.close()


@pytest.fixture
async def db(database: Cloned, standing: Standing) -> AsyncIterator[asyncpg.Connection[Any]]:
    """The database of this test, as the application's role; what it did is gone at its end."""
    connection = await standing.ready()
    outer = connection.transaction()
    await outer.start()
    DB.use(database.app)
    DB.pool = OneConnection(connection)
    try:
        yield connection
    finally:
        DB.pool = None
        await outer.rollback()


@pytest.fixture
async def towns(db: asyncpg.Connection[Any]) -> dict[str, int]:
    """Four towns by slug."""
    from service.auth import store
    from service.db import service_tx
    from service.settings import now

    names = {"erbach": "Erbach", "michelstadt": "Michelstadt", "oberzent": "Oberzent", "brombachtal": "Brombachtal"}
    async with service_tx() as tx:
        return {slug: (await store.add_town(tx, slug, name, None, now())).id for slug, name in names.items()}


@pytest.fixture
async def fresh_database(server: postgres.Server) -> AsyncIterator[Cloned]:
    """A database where things really commit; dropped afterwards."""
    made = await clone(server, f"odw_fresh_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.urandom(3).hex()}")
    yield made
    connection = await asyncpg.connect(server.dsn("odw_super", "postgres"))
    await connection.execute(f'drop database if exists "{made.name}" with (force)')
    await connection.close()


@pytest.fixture
def update_goldens(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--update-goldens"))


# --- the application and people who use it


@pytest.fixture(scope="session")
def app(server: postgres.Server) -> Any:
    """The application, built once a process; it finds the test's database through the engine."""
    from service.app import create

    return create()


@pytest.fixture
def visitor(app: Any, db: asyncpg.Connection[Any]) -> Visitor:
    """Somebody who is not logged in."""
    return Visitor(app)


LogInAs = Callable[..., Awaitable[Visitor]]


@pytest.fixture
async def log_in(app: Any, towns: dict[str, int]) -> LogInAs:
    """`await log_in("it_admin", "erbach")`: a visitor with that role in those towns, both factors given."""
    from service.auth import sessions, store
    from service.db import service_tx
    from service.settings import real_now

    sessions.forget()

    async def enter(role: str, *slugs: str, valid_until: Any = None) -> Visitor:
        slugs = slugs or ("erbach",)
        visitor = Visitor(app)
        async with service_tx() as tx:
            mail = f"{role}-{'-'.join(slugs)}@test.example"
            known = await store.account_by_mail(tx, mail)
            key = known[0].id if known else await store.add_account(tx, mail, f"Test {role}", "-", real_now())
            for slug in slugs:
                town = 0 if slug == "verbund" else towns[slug]
                await store.grant(tx, key, role, town, valid_until=valid_until)
            token = await store.open_session(tx, key, 2, "test", real_now())
        visitor.cookies.set(sessions.COOKIE, token, domain="localhost.local", path="/")
        return visitor

    return enter
