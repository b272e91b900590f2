"""Find or start the database for a command, and run its work in one event loop."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

from service.auth.people import TownRef
from service.errors import Wrong
from service.settings import ENVIRONMENT_FILE, settings

T = TypeVar("T")
OWNER = "ODENWACHT_OWNER_DATABASE_URL"


def find() -> tuple[str, str]:
    """Connection strings of application and owner; starts the embedded server where no other is named."""
    url = os.environ.get("ODENWACHT_DATABASE_URL")
    if url:
        return url, os.environ.get(OWNER, url)
    from service import postgres

    home = settings().home
    if str(home).startswith("/var/lib/odenwacht-"):
        sys.stderr.write(f"Der Ordner des Programms ist für die Datenbank nicht erreichbar; die Daten liegen in {home}.\n")
    try:
        server = postgres.start(home)
    except RuntimeError as error:
        raise Wrong("Die eingebettete Datenbank startet nicht.", str(home), str(error)) from error
    os.environ["ODENWACHT_DATABASE_URL"], os.environ[OWNER] = server.dsn(), server.dsn("odw_owner")
    return server.dsn(), server.dsn("odw_owner")


def run(work: Callable[[], Awaitable[T]], *, migrated: bool = True) -> T:
    """Run `work` with an open pool; a database that lacks migrations is one clear sentence."""
    demo_where_nothing_else_is()
    app, _owner = find()

    async def inner() -> T:
        from service.db import DB
        from service.migrate import pending

        if migrated and await pending(app):
            raise Wrong("Die Datenbank ist nicht auf dem Stand des Programms.", todo="Führen Sie zuerst aus: odenwacht migrate")
        DB.use(app)
        await DB.start_connection_pool(min_size=1, max_size=4)
        try:
            return await work()
        finally:
            await DB.close_connection_pool()

    try:
        return asyncio.run(inner())
    except OSError as error:
        if isinstance(error, FileNotFoundError | PermissionError) and error.filename and Path(error.filename).suffix:
            raise
        raise Wrong("Die Datenbank ist nicht erreichbar.", todo=f"Prüfen Sie ODENWACHT_DATABASE_URL. ({error})") from error


def asleep() -> str:
    """Why there is no database to ask without starting one, in German; empty where there is one. Starts nothing."""
    if os.environ.get("ODENWACHT_DATABASE_URL"):
        return ""
    from service import postgres

    match postgres.running(settings().home):
        case None:
            return "Datenbank: noch keine; der erste Start des Dienstes legt sie an"
        case False:
            return "Datenbank: läuft nicht; sie startet mit dem Dienst"
    return ""


def demo_where_nothing_else_is() -> None:
    """Who only tried the demonstration means it: its data folder lies inside the real one."""
    home = settings().home
    if os.environ.get("ODENWACHT_DATABASE_URL") or (home / "postgres.secret").exists():
        return
    if (home / "demo" / ENVIRONMENT_FILE).exists():
        sys.stderr.write("Vorführung\n")
        os.environ["ODENWACHT_HOME"] = str(home / "demo")
        settings.cache_clear()


async def town(slug: str) -> TownRef:
    """The town with this slug; raises `Wrong` with the known ones."""
    from service.auth import store
    from service.db import service_tx

    async with service_tx() as tx:
        found = await store.town(tx, slug)
        if found is None:
            known = ", ".join(item.slug for item in await store.towns(tx) if item.id) or "noch keine"
            raise Wrong("Diese Stadt gibt es nicht.", slug, f"Bekannt sind: {known}. Anlegen: odenwacht town add")
    return found
