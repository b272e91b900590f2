"""Settings from the environment, read in one place; and the only clock.

Every variable stands in the README's table; a test compares.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parents[1]
BERLIN = ZoneInfo("Europe/Berlin")


@dataclass(frozen=True, slots=True)
class Settings:
    """What an installation can choose. Paths are absolute, durations say their unit."""

    home: Path
    """Data folder: database, keys, archived reports."""
    database_url: str
    """Server to use; empty means the embedded one in the data folder."""
    host: str
    port: int
    public_url: str
    """Address under which people reach the service; decides on HTTPS demands and links in reports."""
    trusted_proxy: str
    """Address of the reverse proxy whose forwarding headers are believed; empty means none."""
    web_processes: int
    master_key_file: Path
    """File with the master key that wraps the towns' data keys; kept outside database and backup."""
    log_level: str
    metrics_port: int
    """Port of the metrics endpoint; 0 switches it off."""
    never_scan: tuple[str, ...]
    """Networks (CIDR) that this installation never sends a packet to, whatever a town released."""
    demo: bool
    """The data are made up; every page says so."""
    today: str
    today_since: str
    """When and since when the demonstration's clock runs; empty: the machine's clock."""


VARIABLES = {
    "ODENWACHT_HOME": "Datenordner",
    "ODENWACHT_DATABASE_URL": "PostgreSQL-Server, leer: eingebetteter Server",
    "ODENWACHT_HOST": "Adresse, auf der der Dienst hört",
    "ODENWACHT_PORT": "Port, auf dem der Dienst hört",
    "ODENWACHT_PUBLIC_URL": "Adresse, unter der Menschen den Dienst erreichen",
    "ODENWACHT_TRUSTED_PROXY": "Adresse des Reverse-Proxys, dessen Forwarded-Angaben gelten",
    "ODENWACHT_WEB_PROCESSES": "Zahl der Web-Prozesse",
    "ODENWACHT_MASTER_KEY_FILE": "Datei mit dem Hauptschlüssel",
    "ODENWACHT_LOG_LEVEL": "Ausführlichkeit des Protokolls",
    "ODENWACHT_METRICS_PORT": "Port der Kennzahlen, 0: aus",
    "ODENWACHT_OWNER_DATABASE_URL": "Verbindung des Eigentümers, nur für Migrationen",
    "ODENWACHT_NEVER_SCAN": "Netze (CIDR, mit Komma), in die diese Installation nie Pakete sendet",
    "ODENWACHT_PROBE_HOME": "Ordner einer Sonde: Schlüssel, Aufträge, Zwischenlager",
    "ODENWACHT_PROBE_SCOPE": "Scanbereich einer Sonde (TOML), den nur die Administration ändert",
    "ODENWACHT_DEMO": "Die Daten sind erfunden; jede Seite sagt es",
    "ODENWACHT_TODAY_SINCE": "Nur für Vorführung und Tests: seit wann (Unixzeit) diese Uhr läuft",
    "ODENWACHT_TODAY": "Nur für Vorführung und Tests: Datum und Uhrzeit, zu der die Uhr beginnt",
}


ENVIRONMENT_FILE = "odenwacht.env"


@cache
def settings() -> Settings:
    """The settings of this process, read once: the environment, then `odenwacht.env` in the data folder."""
    home = Path(os.environ.get("ODENWACHT_HOME") or _default_home()).absolute()
    kept = _kept(home / ENVIRONMENT_FILE)

    def env(name: str) -> str | None:
        return os.environ.get(name, kept.get(name))

    port = int(env("ODENWACHT_PORT") or 8440)
    host = env("ODENWACHT_HOST") or "127.0.0.1"
    return Settings(
        home=home,
        database_url=env("ODENWACHT_DATABASE_URL") or "",
        host=host,
        port=port,
        public_url=(env("ODENWACHT_PUBLIC_URL") or f"http://{host}:{port}").rstrip("/"),
        trusted_proxy=env("ODENWACHT_TRUSTED_PROXY") or "",
        web_processes=int(env("ODENWACHT_WEB_PROCESSES") or 2),
        master_key_file=Path(env("ODENWACHT_MASTER_KEY_FILE") or home / "master.key").absolute(),
        log_level=env("ODENWACHT_LOG_LEVEL") or "INFO",
        metrics_port=int(env("ODENWACHT_METRICS_PORT") or 0),
        never_scan=tuple(part.strip() for part in (env("ODENWACHT_NEVER_SCAN") or "").split(",") if part.strip()),
        demo=bool(env("ODENWACHT_DEMO")),
        today=env("ODENWACHT_TODAY") or "",
        today_since=env("ODENWACHT_TODAY_SINCE") or "",
    )


def _kept(file: Path) -> dict[str, str]:
    """Lines `NAME=value` of a file with settings; other lines count as remarks, no file as an empty one."""
    try:
        pairs = [line.split("=", 1) for line in file.read_text(encoding="utf-8").splitlines() if "=" in line]
    except OSError:
        return {}
    return {name.strip(): value.strip() for name, value in pairs if name.strip() in VARIABLES}


def _default_home() -> Path:
    """`./var` in the checkout; as root in a clone closed to the database's account, a folder under /var/lib."""
    home = ROOT / "var"
    if os.geteuid() == 0 and not _reachable(ROOT):
        return Path("/var/lib") / f"odenwacht-{hashlib.sha256(str(ROOT).encode()).hexdigest()[:8]}"
    return home


def _reachable(folder: Path) -> bool:
    """Whether an account other than the owner can walk down to this folder."""
    return all(part.stat().st_mode & 0o001 for part in [folder, *folder.parents])


def sockets_folder(home: Path) -> Path:
    """Folder of the database's socket. A socket path may have 107 bytes, so a deep data folder gets one elsewhere."""
    inside = home / "run"
    if len(str(inside / ".s.PGSQL.5432").encode()) <= 100:
        return inside
    runtime = Path(os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir())
    return runtime / f"odenwacht-{hashlib.sha256(str(home).encode()).hexdigest()[:12]}"


def now() -> datetime:
    """The current time, aware, in UTC. The demo starts its clock at `ODENWACHT_TODAY` and lets it run from there."""
    return datetime.now(UTC) + _shift()


def local_day(at: datetime) -> date:
    """The day in Germany on which a moment falls; it begins one or two hours before that of UTC."""
    return at.astimezone(BERLIN).date()


def local_today() -> date:
    """The day that it is in Germany."""
    return local_day(now())


@cache
def _shift() -> timedelta:
    """Distance of the demo's clock from the real one; zero without a demo."""
    text = os.environ.get("ODENWACHT_TODAY") or settings().today
    if not text:
        return timedelta(0)
    start = datetime.fromisoformat(text)
    if start.tzinfo is None:
        start = start.replace(hour=start.hour or 10, tzinfo=BERLIN)
    since = os.environ.get("ODENWACHT_TODAY_SINCE") or settings().today_since
    return start - (datetime.fromtimestamp(float(since), UTC) if since else datetime.now(UTC))


def real_now() -> datetime:
    """The machine's own clock, for sessions and one-time codes: those live in real time, also in a demo."""
    return datetime.now(UTC)
