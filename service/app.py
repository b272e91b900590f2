"""Builds the web application: every controller stands here, and the frame that each request runs in."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import hashlib
import logging
import secrets
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from litestar import Litestar, Request, Response, get
from litestar.di import Provide
from litestar.enums import MediaType, ScopeType
from litestar.openapi.config import OpenAPIConfig
from litestar.types import ASGIApp, Receive, Scope, Send

import isms.audits.pages
import isms.copying.pages
import isms.documents.pages
import isms.editions.pages
import isms.incidents.pages
import isms.oscal.pages
import isms.pages
import isms.snapshots.pages
import isms.structure.pages
import isms.threats.pages
import isms.training.pages
from service import i18n, web
from service.auth import guards, sessions
from service.auth.pages import AccountPages, AuditPages, InvitationPages, LogInPages
from service.contracts import pages as contracts
from service.cooperation import pages as cooperation
from service.db import DB, service_tx
from service.deadlines import pages as deadlines
from service.home import pages as home
from service.inventory import pages as inventory
from service.jobs.pages import RunPages, SchedulePages
from service.joining import pages as joining
from service.probes import pages as probes
from service.purchasing import pages as purchasing
from service.reports import pages as reports
from service.settings import now, settings
from service.software import pages as software
from service.vault import master_key

_logger = logging.getLogger("service.app")
BODY_LIMIT = 1024 * 1024


@get("/health/live", opt={"access": "public"}, media_type=MediaType.TEXT, include_in_schema=False)
async def live() -> str:
    """The process answers."""
    return "ok"


@get("/health/ready", opt={"access": "public"}, media_type=MediaType.TEXT, include_in_schema=False)
async def ready() -> Response[str]:
    """The database answers too."""
    try:
        async with service_tx() as tx:
            await tx.connection.fetchval("select 1")
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return Response("database", status_code=503, media_type=MediaType.TEXT)
    return Response("ok", media_type=MediaType.TEXT)


class RequestId:
    """Gives each request a number that the log and the audit entry share, and the person's language."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Set both, then go on."""
        if scope["type"] == ScopeType.HTTP:
            scope.setdefault("state", {})["request_id"] = secrets.token_hex(6)
            login = scope.get("auth")
            if login is not None and login.account.locale:
                i18n.set_locale(login.account.locale)
        await self.app(scope, receive, send)


async def remember_here(request: Request[Any, Any, Any]) -> None:
    """Error pages keep navigation: they find the person at `request.state.here`."""
    with contextlib.suppress(Exception):
        request.state.here = await guards.provide_here(request)


@asynccontextmanager
async def lifespan(app: Litestar) -> AsyncIterator[None]:
    """Pool, listener for ended sessions, and streams that end with the service."""
    pooled = DB.pool is None
    if pooled:
        await DB.start_connection_pool(min_size=2, max_size=10)
    for number in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(ValueError):  # not the main thread
            _also_stop_streams(number)
    listener = asyncio.create_task(_listen()) if pooled else None
    # What was built at start lives as long as the process: no request has to look through it for garbage.
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        if listener:
            listener.cancel()
        if pooled:
            await DB.close_connection_pool()


def _also_stop_streams(number: int) -> None:
    """The web server waits for open streams before the lifespan ends, so the signal itself must end them."""
    old, loop = signal.getsignal(number), asyncio.get_running_loop()

    def handler(received: int, frame: Any) -> None:
        loop.call_soon_threadsafe(web.stop_streams)
        if callable(old):
            old(received, frame)

    signal.signal(number, handler)


async def _listen() -> None:
    """An ended session empties the cache of every web process."""
    while True:
        with contextlib.suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            connection = await DB.connect()
            await connection.add_listener("odw_sessions", lambda *_: sessions.forget())
            while not connection.is_closed():  # noqa: ASYNC110  # asyncpg tells of a lost connection only when asked
                await asyncio.sleep(0.5)
        await asyncio.sleep(1)


def controllers() -> Sequence[Any]:
    """Every page and API of the service."""
    frame = (live, ready, LogInPages, InvitationPages, AccountPages, AuditPages, RunPages, SchedulePages)
    return [
        *frame,
        *inventory.CONTROLLERS,
        *software.CONTROLLERS,
        *contracts.CONTROLLERS,
        *probes.CONTROLLERS,
        *purchasing.CONTROLLERS,
        *cooperation.CONTROLLERS,
        *isms.pages.CONTROLLERS,
        *isms.structure.pages.CONTROLLERS,
        *isms.threats.pages.CONTROLLERS,
        *isms.editions.pages.CONTROLLERS,
        *isms.snapshots.pages.CONTROLLERS,
        isms.oscal.pages.OscalPages,
        *isms.incidents.pages.CONTROLLERS,
        isms.copying.pages.CopyingPages,
        *isms.documents.pages.CONTROLLERS,
        *isms.audits.pages.CONTROLLERS,
        *isms.training.pages.CONTROLLERS,
        *reports.CONTROLLERS,
        *joining.CONTROLLERS,
        *home.CONTROLLERS,
        *deadlines.CONTROLLERS,
    ]


def create() -> Litestar:
    """The application; refuses to be built with a route that declares no access rule."""
    conf = settings()
    secret = hashlib.sha256(b"csrf|" + master_key(conf.master_key_file)).hexdigest()
    frame = web.configure(
        secret=secret,
        now=now,
        demo=conf.demo,
        idle=int(sessions.IDLE.total_seconds()),
        unavailable=(OSError, asyncpg.PostgresConnectionError, asyncpg.CannotConnectNowError, asyncpg.InterfaceError),
    )
    app = Litestar(
        [*controllers(), *frame.route_handlers],
        guards=[guards.guard],
        dependencies={"here": Provide(guards.provide_here)},
        before_request=remember_here,
        middleware=[*frame.middleware, sessions.Sessions, RequestId],
        before_send=[*frame.before_send],
        exception_handlers=frame.exception_handlers,
        template_config=frame.template_config,
        csrf_config=frame.csrf_config,
        compression_config=frame.compression_config,
        request_max_body_size=BODY_LIMIT,
        lifespan=[lifespan],
        openapi_config=OpenAPIConfig(title="Odenwacht", version="1", path="/api/schema", render_plugins=[]),
        logging_config=None,
        debug=False,
    )
    for route in app.routes:
        for handler in getattr(route, "route_handlers", [getattr(route, "route_handler", None)]):
            if handler is not None and not str(route.path).startswith("/api/schema"):
                guards.rule(handler)
    return app
