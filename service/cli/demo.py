"""`odenwacht demo`: build the demonstration through the real pipeline, write sample PDFs, then serve it."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import fcntl
import os
import sys
import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from service.auth import totp
from service.cli import database, running
from service.errors import Wrong
from service.settings import BERLIN, ENVIRONMENT_FILE, real_now, settings

SAMPLES = (("mayor", "erbach"), ("mayor", "michelstadt"), ("inventory", "erbach"), ("risk-register", "michelstadt"))
"""Reports that are written for a look: name and town."""


def add(commands: Any) -> None:
    """Register `demo`."""
    parser = commands.add_parser("demo", help="Vorführung mit erfundenen Daten aufbauen und starten")
    parser.add_argument("--today", type=_day, metavar="DATE", help="Tag, auf den sich die Daten beziehen; die Uhr beginnt dort")
    parser.add_argument("--fresh", action="store_true", help="die vorhandene Vorführung zuerst verwerfen")
    parser.add_argument("--no-serve", action="store_true", help="nur aufbauen")
    parser.add_argument("--host", default=None)
    parser.add_argument("--port", type=int, default=None)
    parser.set_defaults(run=run)


def _day(text: str) -> date:
    return date.fromisoformat(text)


def run(args: argparse.Namespace) -> int:
    """Build what is missing, print where everything is, serve."""
    home = _home()
    os.environ["ODENWACHT_HOME"] = str(home)
    settings.cache_clear()
    if args.fresh:
        _throw_away(home)
    remembered = home / "demo-today"
    today = args.today or (date.fromisoformat(remembered.read_text()) if remembered.exists() else None)
    if args.today and remembered.exists() and date.fromisoformat(remembered.read_text()) != args.today:
        raise Wrong(
            f"Die Vorführung bezieht sich auf den {remembered.read_text()}.",
            "demo",
            "Mit --fresh wird sie für einen anderen Tag neu gebaut.",
        )
    moved = args.today is not None or (home / "demo-moved").exists()
    if today is None:
        # The data end at ten o'clock of their day, which must lie behind us.
        here = datetime.now(BERLIN)
        today = here.date() if here.hour >= 10 else here.date() - timedelta(days=1)
    home.mkdir(parents=True, exist_ok=True)
    remembered.write_text(today.isoformat())
    if moved:
        (home / "demo-moved").touch()
        os.environ["ODENWACHT_TODAY"] = f"{today.isoformat()}T10:00"
        os.environ["ODENWACHT_TODAY_SINCE"] = str(time.time())
    os.environ["ODENWACHT_DEMO"] = "1"
    # The towns' networks are made up; at the place of the demonstration they may belong to somebody.
    os.environ.setdefault("ODENWACHT_NEVER_SCAN", ",".join(f"10.{number}.0.0/16" for number in range(61, 65)) + ",192.168.1.0/24")
    _remember(home)
    settings.cache_clear()
    embedded = not os.environ.get("ODENWACHT_DATABASE_URL")
    _app, owner = database.find()
    from service.migrate import migrate

    with _alone(home):
        asyncio.run(migrate(owner))
        people, folder = _build(today, home)
    _tell(args, people, folder)
    if args.no_serve:
        if embedded:
            from service import postgres

            postgres.stop(home)
        return 0
    return running.run_up(args, embedded=embedded)


def _remember(home: Path) -> None:
    """Other commands on this data folder must know the same: `scan`, `export`, `user totp`."""
    names = ("ODENWACHT_DEMO", "ODENWACHT_NEVER_SCAN", "ODENWACHT_TODAY", "ODENWACHT_TODAY_SINCE")
    lines = [f"{name}={os.environ[name]}" for name in names if os.environ.get(name)]
    (home / ENVIRONMENT_FILE).write_text("# Geschrieben von „odenwacht demo“.\n" + "\n".join(lines) + "\n", encoding="utf-8")


@contextlib.contextmanager
def _alone(home: Path) -> Iterator[None]:
    """Two starts at once must not found the same towns twice: the second waits."""
    with (home / "demo.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _say("Die Vorführung wird gerade schon aufgebaut; es wird gewartet …")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _home() -> Path:
    """The demonstration has a data folder of its own beside the real one."""
    return settings().home / "demo"


def _throw_away(home: Path) -> None:
    import shutil

    from service import postgres

    postgres.stop(home)
    for name in ("pg18", "demo", "samples"):
        shutil.rmtree(home / name, ignore_errors=True)
    for name in ("demo-today", "demo-moved", "demo-logins.json", "postgres.secret", "master.key", ENVIRONMENT_FILE):
        (home / name).unlink(missing_ok=True)


def _build(today: date, home: Path) -> tuple[list[Any], Path]:
    """The data, and the sample reports."""
    folder = home / "samples"

    from service.cli.reports import document
    from service.demo.build import build, clock
    from service.pdf import render

    async def work() -> list[Any]:
        people = await build(today, _say, home=home)
        for name, slug in SAMPLES:
            path = folder / f"{name}-{slug}.pdf"
            if not path.exists():
                _say(f"Bericht {path.name} …")
                folder.mkdir(parents=True, exist_ok=True)
                path.write_bytes(await asyncio.to_thread(render, await document(name, slug, clock(today))))
        return people

    return database.run(work), folder


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def _tell(args: argparse.Namespace, people: list[Any], folder: Path) -> None:
    """Address, log-ins, samples."""
    conf = settings()
    address = f"http://localhost:{args.port or conf.port}"
    lines = ["", f"Adresse       {address}", f"Beispiel-PDF  {folder}", ""]
    lines.append("Anmeldungen (der Code gilt eine halbe Minute; der nächste: .venv/bin/odenwacht user totp ADRESSE)")
    for login in people:
        roles = ", ".join(sorted({role for role, _town in login.person.memberships}))
        towns = ", ".join(dict.fromkeys(town for _role, town in login.person.memberships))
        code = totp.code(login.secret, real_now()) if login.secret else ""
        lines.append(f"  {login.person.mail:36} {login.password:34} {code:8} {roles:22} {towns}")
    sys.stdout.write("\n".join(lines) + "\n\n")
    sys.stdout.flush()
