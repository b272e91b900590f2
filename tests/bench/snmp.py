"""200 SNMP agents read into observations, against gufo-snmp reading the same columns and throwing them away.

Each reading runs in a process of its own (`python -m tests.bench.snmp ours|bare VERSION COLUMNS`). CPU seconds of the
reader count: the agents share the machine. The columns are those that our collector asked the first agent for.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scanners.snmp.client import Community, Credential, Engine, Manners, Snmp, User, Value
from scanners.snmp.engines import best_engine
from scanners.sources import snmp
from tests.bench.row import Row, missing
from tests.shared import SHARED

AGENTS, PORT, BASE, TIMES = 200, 21161, "127.51", 3
MOST = 1.5
BUDGET = f"≤ {MOST} × gufo-snmp"
MANNERS = Manners(timeout=10.0, retries=3)
ACCESS: dict[str, Credential] = {
    "2c": Community("public"),
    "3": User("u256", "SHA-256", "authpass256", "AES", "privpass256"),
}
AT = datetime(2026, 1, 5, tzinfo=UTC)
Asked = list[tuple[str, list[str]]]
"""What was asked in order: `get` with instances, `column` with one root."""


def measure() -> list[Row]:
    """A row for v2c and one for v3."""
    works = {version: f"SNMP v{version}: {AGENTS} Geräte zu 5.000 Werten → Beobachtungen" for version in ACCESS}
    if why := _lacking():
        return [missing(work, BUDGET, why) for work in works.values()]
    with tempfile.TemporaryDirectory(prefix="odw-bench-") as folder, _farm(Path(folder)):
        return [_row(work, version, Path(folder)) for version, work in works.items()]


def _lacking() -> str:
    if SHARED is None:
        return "../shared fehlt (agent_farm)"
    if not shutil.which("cc") or not shutil.which("net-snmp-config"):
        return "es fehlt ein Übersetzer oder libsnmp-dev: apt-get install gcc libsnmp-dev"
    if best_engine().name != "gufo":  # type: ignore[attr-defined]  # both engines have a name, the protocol does not ask for it
        return "gufo-snmp ist auf dieser Maschine nicht installiert"
    return ""


@contextlib.contextmanager
def _farm(folder: Path) -> Iterator[None]:
    """Compile the agents, start them, end them; they know no other network than the loopback."""
    assert SHARED is not None
    source, program = SHARED / "bench" / "agent_farm.c", folder / "agent_farm"
    libraries = subprocess.run(["net-snmp-config", "--agent-libs"], check=True, capture_output=True, text=True).stdout.split()
    subprocess.run(["cc", "-O2", "-w", "-o", str(program), str(source), *libraries], check=True, capture_output=True)
    recording = folder / "switch.snmprec"
    with recording.open("w") as file:
        subprocess.run([sys.executable, str(SHARED / "bench" / "make_recording.py")], check=True, stdout=file)
    command = [program, "-n", AGENTS, "-p", PORT, "-b", BASE, "-s", folder / "state", recording]
    farm = subprocess.Popen(
        [str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, start_new_session=True
    )
    try:
        assert farm.stdout is not None
        if not any(line.startswith("up ") for line in farm.stdout):
            raise RuntimeError("agent_farm did not start")
        time.sleep(3)  # „up“ comes when all are forked; two hundred agents open their sockets a little later
        yield
    finally:
        farm.terminate()  # ends its agents and waits for them
        farm.wait()
        if farm.stdout:
            farm.stdout.close()


def addresses() -> list[str]:
    """Where the agents are."""
    return [f"{BASE}.{i // 250}.{i % 250 + 1}" for i in range(AGENTS)]


def _row(work: str, version: str, folder: Path) -> Row:
    columns = folder / f"asked-{version}.json"
    columns.write_text(json.dumps(asyncio.run(_asked(version))))
    runs: dict[str, list[dict[str, Any]]] = {"bare": [], "ours": []}
    for _ in range(TIMES):
        for name, done in runs.items():
            done.append(_child(name, version, columns))
    ours, bare = (statistics.median(one["cpu"] for one in runs[name]) for name in ("ours", "bare"))
    walls = [statistics.median(one["wall"] for one in runs[name]) for name in ("ours", "bare")]
    whole = all(one["devices"] == AGENTS for name in runs for one in runs[name])
    figure = f"{ours:.1f} s / {bare:.1f} s CPU, {walls[0]:.0f} s / {walls[1]:.0f} s"
    note = f"{runs['bare'][0]['values'] // AGENTS} Werte je Gerät gelesen" if whole else "nicht alle Geräte antworteten"
    return Row(work, figure, BUDGET, ours / bare, whole and ours / bare <= MOST, note)


def _child(name: str, version: str, columns: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.bench.snmp", name, version, str(columns)]
    done: dict[str, Any] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return done


class _Listening:
    """Our engine, noting what it is asked."""

    def __init__(self, engine: Engine, asked: Asked) -> None:
        self.engine, self.asked = engine, asked

    @contextlib.asynccontextmanager
    async def session(
        self, address: str, credential: Credential, *, port: int = 161, manners: Manners | None = None
    ) -> AsyncIterator[Snmp]:
        async with self.engine.session(address, credential, port=port, manners=manners) as inner:
            yield _Noting(inner, self.asked)

    def close(self) -> None:
        self.engine.close()


class _Noting:
    def __init__(self, inner: Snmp, asked: Asked) -> None:
        self.inner, self.asked = inner, asked

    async def get(self, *oids: str) -> dict[str, Value]:
        self.asked.append(("get", list(oids)))
        return await self.inner.get(*oids)

    def walk(self, root: str) -> AsyncIterator[tuple[str, Value]]:
        self.asked.append(("column", [root]))
        return self.inner.walk(root)

    async def column(self, root: str) -> dict[str, Value]:
        self.asked.append(("column", [root]))
        return await self.inner.column(root)


async def _asked(version: str) -> Asked:
    """What the collector asks one of these devices for."""
    asked: Asked = []
    engine = _Listening(best_engine(), asked)
    await _scan(addresses()[:1], version, engine)
    return asked


async def _scan(where: list[str], version: str, engine: Engine | None = None) -> int:
    """Observations made; the collection itself stays here, as a caller would keep it."""
    done = await snmp.scan(where, [ACCESS[version]], started_at=AT, port=PORT, manners=MANNERS, engine=engine)
    return len(done.observations)


async def ours(version: str, _asked: Asked) -> tuple[int, int]:
    """The product: devices with an observation."""
    return await _scan(addresses(), version), 0


async def bare(version: str, asked: Asked) -> tuple[int, int]:
    """gufo-snmp as its documentation shows it: as many devices at once as we read, values counted and dropped."""
    from gufo.snmp import Aes128Key, Sha256Key
    from gufo.snmp import User as GufoUser
    from gufo.snmp.aio import SnmpSession

    user = GufoUser("u256", auth_key=Sha256Key(b"authpass256"), priv_key=Aes128Key(b"privpass256"))
    who = {"user": user} if version == "3" else {"community": "public"}
    at_once = asyncio.Semaphore(snmp.AT_ONCE)

    async def device(address: str) -> int:
        values = 0
        async with at_once, SnmpSession(addr=address, port=PORT, timeout=10, max_repetitions=25, **who) as session:
            for what, oids in asked:
                if what == "get":
                    found = await session.get_many(oids)
                    values += len(found)
                else:
                    async for _ in session.getbulk(oids[0]):
                        values += 1
        return values

    read = await asyncio.gather(*(device(address) for address in addresses()))
    return len(read), sum(read)


def main(name: str, version: str, columns: Path) -> None:
    """The child: read all agents once, tell what it took."""
    work = {"ours": ours, "bare": bare}[name]
    wall, cpu = time.perf_counter(), time.process_time()
    devices, values = asyncio.run(work(version, json.loads(columns.read_text())))
    spent = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
    print(json.dumps({"devices": devices, "values": values, **spent}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
