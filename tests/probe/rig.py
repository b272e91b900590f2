"""A centre and a probe as real processes, and a line between them that cuts, repeats and reorders.

The probe (`python -m tests.probe.rig HOME COUNT PAUSE`) finds COUNT collections, one each PAUSE seconds, instead of scanning, and
delivers them by the real runner; all can be killed at any moment.
"""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from scanners.observation import Collection, Name, Observation, Origin, Source
from scanners.probe.home import Home
from scanners.probe.run import Runner, alone
from scanners.spool import Full, Spool, write

ROOT = Path(__file__).resolve().parents[2]
AT = datetime(2026, 11, 21, 6, tzinfo=UTC)
HOSTS = 12


def finding(number: int) -> Collection:
    """What the probe finds at its turn `number`: three of the hosts, some with another name or address than before."""
    at, hosts = AT + timedelta(minutes=number), []
    for place in range(3):
        host = (number * 5 + place * 7) % HOSTS
        name = f"pc-{host:02d}" if (number + host) % 4 else f"pc-{host:02d}-neu"
        address = f"10.99.0.{10 + host if (number // HOSTS + host) % 3 else 100 + host}"
        hosts.append(
            Observation(
                Source.NMAP, address, observed_at=at, ips=(address,), macs=(f"00:11:32:00:01:{host:02x}",),
                names=(Name(name, Origin.SYS_NAME),),
            )
        )  # fmt: skip
    return Collection(Source.NMAP, tuple(hosts), scope="10.99.0.0/24", started_at=at, finished_at=at)


async def probe(folder: Path, count: int, pause: float) -> None:
    """Find and deliver until killed; where it was killed while finding, it finds the same once more."""
    home = Home(folder, folder / "scope.toml")
    with alone(home):
        runner = Runner(home, "0.1.0", lambda text: print(text, flush=True), every=0.1)
        runner.stop.clear()
        finder = asyncio.create_task(find(runner.spool, folder / "found", count, pause))
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, runner.stop.set)
        await runner.run()
        finder.cancel()


async def find(spool: Spool, note: Path, count: int, pause: float) -> None:
    number = noted(note)
    while number < count:
        with contextlib.suppress(Full):
            spool.put(msgspec.json.encode(finding(number)))
            number += 1
            write(note, str(number).encode())
        await asyncio.sleep(pause)


def noted(note: Path) -> int:
    """How many were found so far."""
    return int(note.read_text()) if note.exists() else 0


class Process:
    """A process of ours that is started, killed without mercy and started again."""

    def __init__(self, *command: str, environment: dict[str, str], log: Path) -> None:
        self.command, self.environment, self.log = command, environment, log
        self.running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.running = subprocess.Popen(
                [sys.executable, *self.command], cwd=ROOT, env=os.environ | self.environment, stdout=log, stderr=log,
                stdin=subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip

    def kill(self) -> None:
        if self.running:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.running.pid, signal.SIGKILL)
            self.running.wait()
            self.running = None

    @property
    def alive(self) -> bool:
        return self.running is not None and self.running.poll() is None


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def ready(port: int, seconds: float = 60) -> None:
    """Until the web answers."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
        try:
            connection.request("GET", "/health/ready")
            if connection.getresponse().status == 200:
                return
        except (OSError, http.client.HTTPException):
            time.sleep(0.05)
        finally:
            connection.close()
    raise RuntimeError("the web did not start")


class Line:
    """A proxy on loopback: cuts after some bytes while `cuts` is set, and keeps deliveries to send them again."""

    def __init__(self, target: int, seed: int) -> None:
        self.target, self.dice = target, random.Random(seed)
        self.cuts = 0
        self.heard: list[bytes] = []
        self.open: set[asyncio.StreamWriter] = set()
        self.server: asyncio.Server | None = None

    async def start(self) -> int:
        self.server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return int(self.server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        if self.server:
            self.server.close()
            self.cut()
            await self.server.wait_closed()

    def cut(self) -> None:
        """Every connection that is open now."""
        for writer in list(self.open):
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        budget = None
        if self.cuts:
            self.cuts -= 1
            budget = self.dice.randrange(0, 3000)
        try:
            there, away = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.transport.abort()
            return
        self.open |= {writer, away}
        said, left = bytearray(), budget

        async def pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter, keep: bytearray | None) -> None:
            nonlocal left
            with contextlib.suppress(OSError):
                while piece := await source.read(512):
                    if left is not None:
                        left -= len(piece)
                        if left < 0:
                            writer.transport.abort()
                            away.transport.abort()
                            return
                    if keep is not None:
                        keep += piece
                    sink.write(piece)
                    await sink.drain()
                sink.close()

        await asyncio.gather(pump(reader, away, said), pump(there, writer, None))
        for end in (writer, away):
            self.open.discard(end)
            end.close()
        if said.startswith(b"POST /api/v1/probe/batches"):
            self.heard.append(bytes(said))

    async def repeat(self, count: int) -> list[int]:
        """Send old deliveries again, in any order; the states of the answers."""
        states = []
        for said in self.dice.sample(self.heard, min(count, len(self.heard))):
            with contextlib.suppress(OSError, ValueError, asyncio.IncompleteReadError):
                reader, writer = await asyncio.open_connection("127.0.0.1", self.target)
                writer.write(said)
                await writer.drain()
                line = await asyncio.wait_for(reader.readline(), 10)
                states.append(int(line.split()[1]))
                writer.close()
        return states


def receipts(spool: Spool) -> Sequence[dict[str, str]]:
    """All that the probe was signed for."""
    lines = []
    for path in (spool.receipts.with_suffix(".old"), spool.receipts):
        if path.exists():
            lines += [line for line in path.read_bytes().splitlines() if line]
    return [msgspec.json.decode(msgspec.json.decode(line)["receipt"]) for line in lines]


if __name__ == "__main__":
    asyncio.run(probe(Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))
