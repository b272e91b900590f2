"""A database server of one's own for a measurement: durable as in production, migrated, gone afterwards."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from service import postgres
from service.db import DB
from service.migrate import migrate
from service.settings import sockets_folder


@contextmanager
def fresh() -> Iterator[postgres.Server]:
    """Start, migrate, point our own engine at it; stop and delete at the end."""
    home = Path(tempfile.mkdtemp(prefix="odw-bench-"))
    home.chmod(0o755)  # as root the server runs under another account
    try:
        server = postgres.start(home)
        asyncio.run(migrate(server.dsn("odw_owner")))
        DB.use(server.dsn("odw_app"))
        yield server
    finally:
        postgres.stop(home)
        shutil.rmtree(sockets_folder(home), ignore_errors=True)
        shutil.rmtree(home, ignore_errors=True)
