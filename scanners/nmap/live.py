"""A scan in three phases, each working on what the one before found.

Knows neither database nor clock: the moment of the start comes from the caller, the rest is counted from there.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from scanners import reverse_dns
from scanners.nmap import plan
from scanners.nmap.observe import observation
from scanners.nmap.plan import Phase
from scanners.nmap.program import Program, top_ports
from scanners.nmap.progress import Course
from scanners.nmap.run import Ran, run
from scanners.nmap.xml import Host
from scanners.observation import Collection, Observation, Problem, Report, Source
from scanners.policy import Address, Scope

BEAT = 0.5
"""Seconds between two reports."""


class Scan:
    """One scan while it runs; `hosts` grows and is never emptied."""

    def __init__(self, program: Program, scope: Scope, started_at: datetime, ran: Callable[[Ran], None] | None) -> None:
        self.hosts: dict[str, Host] = {}
        self.problems: list[Problem] = []
        self.whole = True
        self.course = Course()
        self.program, self._scope, self._ran = program, scope, ran or (lambda _: None)
        self._started_at, self._begun = started_at, time.monotonic()
        self._seen: dict[str, datetime] = {}

    def now(self) -> datetime:
        """The caller's start plus the time that passed."""
        return self._started_at + timedelta(seconds=time.monotonic() - self._begun)

    async def phases(self) -> None:
        """All three, one after the other."""
        await self._all(plan.who_is_there(self.program, self._scope))
        living = [ipaddress.ip_address(ip) for ip in self.hosts]
        if not living:
            return
        naming = asyncio.create_task(reverse_dns.names(list(self.hosts), self._named))
        try:
            await self._ports_and_products(living)
            await asyncio.wait({naming})
            if naming.exception():  # names are an extra: without them the scan is still a scan
                self.problems.append(
                    Problem(str(self._scope), "Die Namen der Geräte ließen sich nicht beim Nameserver erfragen.")
                )
        finally:
            naming.cancel()

    async def _ports_and_products(self, living: list[Address]) -> None:
        ports = await asyncio.to_thread(top_ports, self.program, plan.TOP) | plan.EXTRA_PORTS
        await self._all(plan.what_is_open(self.program, self._scope, living, ports))
        found = {ipaddress.ip_address(ip): _tcp_ports(host) for ip, host in self.hosts.items()}
        await self._all(plan.what_is_it(self.program, self._scope, found))

    def _named(self, address: str, name: str) -> None:
        self.hosts[address].names.append({"name": name, "type": "PTR"})

    async def _all(self, phases: Sequence[Phase]) -> None:
        for phase in phases:
            self.course.enter(phase, phases)
            try:
                done = await run(self.program, phase.command, phase.targets, self._take, self.course.task)
            except asyncio.CancelledError:
                self._ran(Ran(phase.command, len(phase.targets), None, complete=False, complaint="abgebrochen"))
                raise
            self._ran(done)
            if not done.complete:
                said = f" nmap sagt: {done.complaint.splitlines()[-1]}" if done.complaint else ""
                text = f"Phase {phase.number} ({phase.text}) wurde nicht vollständig.{said}"
                self.problems.append(Problem(str(self._scope), text))
                self.whole = False

    def _take(self, host: Host) -> None:
        """A host as one phase saw it: new, or more about one that we know."""
        self.course.host()
        address = next((one["addr"] for one in host.addresses if one.get("addrtype") in ("ipv4", "ipv6") and "addr" in one), None)
        if address is None or host.state == "down":
            return
        known = self.hosts.get(address)
        if known is None:
            self.hosts[address] = host
            self.course.found = len(self.hosts)
        else:
            _add(known, host)
        self._seen[address] = self.now()

    def observations(self) -> tuple[Observation, ...]:
        """What is known so far, in the order of addresses."""
        order = sorted(self.hosts, key=lambda ip: (":" in ip, ipaddress.ip_address(ip).packed))
        seen = (observation(self.hosts[ip], "", self._seen[ip]) for ip in order)
        return tuple(one for one in seen if one)


def _tcp_ports(host: Host) -> frozenset[int]:
    return frozenset(
        int(port.number) for port in host.ports if port.protocol == "tcp" and port.state == "open" and port.number.isdecimal()
    )


def _add(known: Host, more: Host) -> None:
    """What a later phase adds; what it does not mention stays."""
    kinds = {address.get("addrtype") for address in known.addresses}
    known.addresses += [address for address in more.addresses if address.get("addrtype") not in kinds]
    known.names = known.names or more.names
    known.scripts += more.scripts
    known.os_match, known.os_classes = more.os_match or known.os_match, more.os_classes or known.os_classes
    ports = {(port.protocol, port.number): port for port in known.ports}
    ports.update({(port.protocol, port.number): port for port in more.ports})
    known.ports = [ports[key] for key in sorted(ports, key=lambda key: (key[0], int(key[1]) if key[1].isdecimal() else 0))]


async def scan(
    program: Program,
    scope: Scope,
    started_at: datetime,
    report: Report | None = None,
    ran: Callable[[Ran], None] | None = None,
) -> Collection:
    """Scan an admitted scope. Cancelling keeps what was found: the collection is then not complete."""
    work = Scan(program, scope, started_at, ran)
    beat = asyncio.create_task(_beats(work, report)) if report else None
    complete = True
    try:
        await work.phases()
    except asyncio.CancelledError:
        # the caller's wish: the question is answered with what there is, so it is no longer open
        complete = False
        work.problems.append(Problem(str(scope), "Der Scan wurde abgebrochen. Was bis dahin gefunden wurde, ist übernommen."))
        if task := asyncio.current_task():
            task.uncancel()
    finally:
        if beat:
            beat.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await beat
    if report:
        await report(work.course.end(cancelled=not complete))
    return _collection(work, scope, started_at, complete=complete and work.whole)


def _collection(work: Scan, scope: Scope, started_at: datetime, *, complete: bool) -> Collection:
    if not work.program.privileged:
        work.problems.append(
            Problem(
                str(scope),
                "nmap darf hier keine rohen Pakete senden: MAC-Adressen fehlen, stille Geräte können unentdeckt bleiben.",
            )
        )
    return Collection(
        Source.NMAP,
        work.observations(),
        tuple(work.problems),
        scope=str(scope),
        started_at=started_at,
        finished_at=work.now(),
        complete=complete,
        full=complete,
    )


async def _beats(work: Scan, report: Report) -> None:
    while True:
        await report(work.course.now())
        await asyncio.sleep(BEAT)
