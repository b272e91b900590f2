"""Commands that run the service or its parts: up, serve, worker, migrate, doctor, openapi."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from typing import Any

from service.cli import database
from service.errors import Wrong
from service.settings import settings


def add(commands: Any) -> None:
    """Register the sub-commands."""
    up = commands.add_parser("up", help="Datenbank, Migrationen, Web und Worker zusammen: die kleine Installation")
    for command in (up, serve := commands.add_parser("serve", help="nur Web")):
        command.add_argument("--host", default=None)
        command.add_argument("--port", type=int, default=None)
    up.set_defaults(run=run_up)
    serve.set_defaults(run=run_serve)
    commands.add_parser("worker", help="nur Worker").set_defaults(run=run_worker)
    commands.add_parser("migrate", help="Datenbank auf den Stand des Programms bringen").set_defaults(run=run_migrate)
    commands.add_parser("doctor", help="was auf dieser Maschine fehlt, und wie man es behebt").set_defaults(run=run_doctor)
    commands.add_parser("openapi", help="Beschreibung der Schnittstelle als JSON").set_defaults(run=run_openapi)


def run_migrate(_args: argparse.Namespace) -> int:
    """Run pending migrations as the owner."""
    from service.migrate import migrate

    _app, owner = database.find()
    count = asyncio.run(migrate(owner))
    sys.stderr.write(f"{count} Migrationen ausgeführt.\n" if count else "Die Datenbank ist auf dem Stand des Programms.\n")
    return 0


def run_serve(args: argparse.Namespace) -> int:
    """Web processes on uvicorn."""
    import uvicorn

    from service.migrate import pending

    app, _owner = database.find()
    if asyncio.run(pending(app)):
        raise Wrong("Die Datenbank ist nicht auf dem Stand des Programms.", todo="Führen Sie zuerst aus: odenwacht migrate")
    from service.vendor_files import up_to_date

    if not up_to_date():
        sys.stderr.write("Die Gestaltungsdateien fehlen; die Seiten erscheinen einfacher. Einrichten: python3 run.py setup\n")
    conf = settings()
    uvicorn.run(
        "service.app:create",
        factory=True,
        host=args.host or conf.host,
        port=args.port or conf.port,
        workers=conf.web_processes,
        loop="asyncio",
        proxy_headers=bool(conf.trusted_proxy),
        forwarded_allow_ips=conf.trusted_proxy or None,
        server_header=False,
        access_log=False,
        timeout_graceful_shutdown=3,
        log_level="warning",
    )
    return 0


def run_worker(_args: argparse.Namespace) -> int:
    """Queue and clock."""
    from service import worker
    from service.db import DB
    from service.migrate import pending

    app, _owner = database.find()
    if asyncio.run(pending(app)):
        raise Wrong("Die Datenbank ist nicht auf dem Stand des Programms.", todo="Führen Sie zuerst aus: odenwacht migrate")
    DB.use(app)
    asyncio.run(worker.main())
    return 0


def run_up(args: argparse.Namespace, *, embedded: bool | None = None) -> int:
    """Everything at once; Ctrl-C ends all of it, an embedded database last."""
    if embedded is None:
        embedded = not os.environ.get("ODENWACHT_DATABASE_URL")
    run_migrate(args)
    conf = settings()
    host, port = args.host or conf.host, args.port or conf.port
    os.environ.setdefault("ODENWACHT_TODAY_SINCE", str(time.time()))
    command = [sys.executable, "-m", "service"]
    children = [
        subprocess.Popen([*command, "serve", "--host", host, "--port", str(port)], start_new_session=True),
        subprocess.Popen([*command, "worker"], start_new_session=True),
    ]
    stopping = False

    def stop(_number: int, _frame: object) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    try:
        if _answers(host, port, lambda: stopping or any(child.poll() is not None for child in children)):
            sys.stderr.write(
                f"Odenwacht läuft: {conf.public_url if not args.port else f'http://{host}:{port}'}  (Ende mit Strg+C)\n"
            )
        while not stopping and all(child.poll() is None for child in children):
            time.sleep(0.2)
    finally:
        for child in children:
            if child.poll() is None:
                child.terminate()
        for child in children:
            try:
                child.wait(8)
            except subprocess.TimeoutExpired:
                child.kill()
        if embedded:
            from service import postgres

            postgres.stop(conf.home)
    if not stopping:
        raise Wrong(
            "Ein Teil des Dienstes hat sich beendet.", todo="Die Ursache steht darüber; „odenwacht doctor“ prüft die Maschine."
        )
    return 0


def _answers(host: str, port: int, give_up: Any) -> bool:
    """Wait until the web answers or `give_up` says that it never will."""
    import http.client

    while not give_up():
        connection = http.client.HTTPConnection("127.0.0.1" if host == "0.0.0.0" else host, port, timeout=2)  # noqa: S104  # compares
        try:
            connection.request("GET", "/health/ready", headers={"Host": f"localhost:{port}"})
            if connection.getresponse().status == 200:
                return True
        except (OSError, http.client.HTTPException):
            pass  # not yet
        finally:
            connection.close()
        time.sleep(0.2)
    return False


def run_openapi(_args: argparse.Namespace) -> int:
    """Print the API description."""
    from service.app import create

    sys.stdout.write(json.dumps(create().openapi_schema.to_schema(), ensure_ascii=False, indent=1) + "\n")
    return 0


def _database() -> list[tuple[bool, str, str]]:
    """What is to be said of a database that runs."""
    from service.migrate import pending

    try:
        app, _owner = database.find()
        waiting = asyncio.run(pending(app))
    except (Wrong, OSError, RuntimeError) as error:
        return [(False, "Datenbank erreichbar", str(error))]
    stand = f"Datenbank auf dem Stand des Programms ({len(waiting)} offen)"
    return [(True, "Datenbank erreichbar", ""), (not waiting, stand, "odenwacht migrate")]


def run_doctor(_args: argparse.Namespace) -> int:
    """Look at what the service needs; exit code 1 if something is missing."""
    findings: list[tuple[bool, str, str]] = []
    findings.append((sys.version_info >= (3, 11), "Python 3.11 oder neuer", "Installieren Sie ein neueres Python."))
    for program, purpose, package in (("nmap", "Netze durchsuchen", "nmap"), ("qpdf", "PDF prüfen (nur Tests)", "qpdf")):
        findings.append((shutil.which(program) is not None, f"{program}: {purpose}", f"apt-get install {package}"))
    from service.vendor_files import up_to_date

    findings.append((up_to_date(), "Gestaltungsdateien der Oberfläche", "python3 run.py setup"))
    database.demo_where_nothing_else_is()
    findings.extend([(True, database.asleep(), "")] if database.asleep() else _database())
    key = settings().master_key_file
    readable = key.exists() and key.stat().st_mode & 0o077 == 0
    findings.append((readable or not key.exists(), f"Hauptschlüssel nur für den Dienst lesbar ({key.name})", f"chmod 600 {key}"))
    for good, what, remedy in findings:
        sys.stdout.write(f"{'gut  ' if good else 'FEHLT'}  {what}{'' if good else f'  →  {remedy}'}\n")
    return 0 if all(good for good, _what, _remedy in findings) else 1
