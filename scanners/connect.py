"""Looking without nmap: plain TCP connections to the usual ports, and the names that the name server knows.

Finds less than nmap (no MAC addresses, no products, no silent devices) and says so. The scope was admitted by
`policy`, its packet rate is kept: one connection counts as `PACKETS` packets.
"""

from __future__ import annotations

import asyncio
import ipaddress
import time
from collections.abc import Sequence
from datetime import datetime, timedelta

from scanners import reverse_dns
from scanners.nmap.plan import EXTRA_PORTS, FRAGILE_PORTS
from scanners.observation import Collection, Name, Observation, Origin, Problem, Progress, Report, Service, Source
from scanners.policy import Scope

DOORS = (443, 80, 22, 445, 3389, 135, 139, 53)
"""Ports that tell whether somebody is there: an answer of any kind, a refusal too, is a sign of life."""
PORTS = tuple(sorted(EXTRA_PORTS - FRAGILE_PORTS - set(DOORS)))
TIMEOUT = 1.0
"""Seconds for one connection."""
PACKETS = 5
"""Of one connection, from SYN to RST."""
AT_ONCE = 200
NAMES = {
    21: "ftp",
    22: "ssh",
    23: "telnet",
    25: "smtp",
    53: "domain",
    80: "http",
    443: "https",
    445: "microsoft-ds",
    3389: "ms-wbt-server",
}
"""Only where the number leaves no doubt."""


class Look:
    """One look while it runs; what it found is never emptied."""

    def __init__(self, scope: Scope, started_at: datetime, report: Report | None) -> None:
        self.open: dict[str, set[int]] = {}
        self.names: dict[str, str] = {}
        self.seen: dict[str, datetime] = {}
        self._scope, self._report, self._started_at = scope, report, started_at
        self._begun, self._told, self._next = time.monotonic(), 0.0, 0.0
        self._pause = PACKETS / scope.packets_per_second
        self._slots = asyncio.Semaphore(AT_ONCE)

    def now(self) -> datetime:
        """The caller's start plus the time that passed."""
        return self._started_at + timedelta(seconds=time.monotonic() - self._begun)

    async def all(self) -> None:
        """Who is there, what is open, what is it called."""
        addresses = [str(address) for address in self._scope.addresses()]
        await self._knock([(address, port) for address in addresses for port in DOORS], 0, 60, "Wer ist da?")
        living = sorted(self.seen, key=ipaddress.ip_address)
        await self._knock([(address, port) for address in living for port in PORTS], 60, 95, "Was ist offen?")
        await reverse_dns.names(living, self.names.__setitem__)

    async def _knock(self, doors: Sequence[tuple[str, int]], first: int, last: int, text: str) -> None:
        done = 0

        async def one(address: str, port: int) -> None:
            nonlocal done
            try:
                if await _answers(address, port):
                    self.open.setdefault(address, set()).add(port)
                self.seen[address] = self.now()
            except (TimeoutError, OSError):
                pass  # nobody there, or a filter: the same from here
            finally:
                self._slots.release()
                done += 1

        async with asyncio.TaskGroup() as group:
            for address, port in doors:
                await self._slots.acquire()
                await self._wait_for_turn()
                await self._tell(first + (last - first) * done // max(1, len(doors)), text)
                group.create_task(one(address, port))

    async def _wait_for_turn(self) -> None:
        self._next = max(self._next + self._pause, time.monotonic())
        await asyncio.sleep(max(0.0, self._next - time.monotonic()))

    async def _tell(self, percent: int, text: str) -> None:
        if self._report and time.monotonic() - self._told >= 0.5:
            self._told = time.monotonic()
            await self._report(Progress(percent, 100, f"{text} {len(self.seen)} Geräte bisher (ohne nmap)"))

    def observations(self) -> tuple[Observation, ...]:
        """What is known so far, in the order of addresses."""
        return tuple(
            Observation(
                Source.NMAP,
                address,
                observed_at=self.seen[address],
                ips=(address,),
                names=(Name(self.names[address], Origin.PTR),) if address in self.names else (),
                services=tuple(Service("tcp", port, NAMES.get(port)) for port in sorted(self.open.get(address, ()))),
            )
            for address in sorted(self.seen, key=lambda ip: (":" in ip, ipaddress.ip_address(ip).packed))
        )


async def _answers(address: str, port: int) -> bool:
    """Whether the port is open; False when it refuses. Raises `OSError` where nobody answers."""
    try:
        async with asyncio.timeout(TIMEOUT):
            _, writer = await asyncio.open_connection(address, port)
    except ConnectionRefusedError:
        return False
    writer.transport.abort()  # nothing is said and nothing is waited for
    return True


async def scan(scope: Scope, why: str, started_at: datetime, report: Report | None = None) -> Collection:
    """Look at an admitted scope; `why` is the sentence about nmap. Never complete: silence proves nothing here.

    Cancelling keeps what was found.
    """
    look = Look(scope, started_at, report)
    problems = [
        Problem(
            str(scope), f"{why} Es wurde nur mit TCP-Verbindungen gesucht: ohne MAC-Adressen, ohne Produkte, ohne stille Geräte."
        )
    ]
    try:
        await look.all()
    except asyncio.CancelledError:
        problems.append(Problem(str(scope), "Der Scan wurde abgebrochen. Was bis dahin gefunden wurde, ist übernommen."))
        if task := asyncio.current_task():
            task.uncancel()
    return Collection(
        Source.NMAP,
        look.observations(),
        tuple(problems),
        scope=str(scope),
        started_at=started_at,
        finished_at=look.now(),
        complete=False,
        full=False,
    )
