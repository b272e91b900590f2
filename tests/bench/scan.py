"""A /24 of network namespaces through our pipeline, against the same nmap phases run by hand.

Both run where the town's scanner sits (`python -m tests.bench.scan ours|hand`), in turns; the clock counts, because a scan
mostly waits. By hand means: the same command lines from `scanners.nmap.plan`, one after the other, nothing but addresses
and open ports taken out of the answers.
"""

from __future__ import annotations

import asyncio
import ipaddress
import json
import statistics
import subprocess
import sys
import time
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree as ET

from scanners import policy
from scanners.nmap import plan, program
from scanners.policy import Address, Released
from scanners.sources import nmap
from tests import netns, system
from tests.bench.row import Row, missing

HOSTS, TIMES, MOST = 30, 3, 1.10
NETWORK = f"{netns.NEAR}.0/24"
WORK, BUDGET = f"Scan eines /24 mit {HOSTS} Geräten, drei Phasen", f"≤ {MOST:.2f} × nmap von Hand"
KINDS = (
    ("22:ssh", "80:web"),
    ("80:printer", "9100:silent"),
    ("22:ssh", "443:web+tls"),
    ("23:telnet", "80:switch"),
    ("21:ftp", "445:silent"),
    (),
)
RELEASED = (Released(ipaddress.ip_network(NETWORK)),)


def measure() -> list[Row]:
    """One row: median seconds of both."""
    lacking = [name for name in ("root", "nmap", "ip", "openssl") if not system.has(name)]
    if lacking:
        return [missing(WORK, BUDGET, f"es fehlt: {', '.join(lacking)}")]
    hosts = [
        netns.Host(f"h{n}", f"{netns.NEAR}.{20 + n}", f"48:2a:e3:00:00:{n:02x}", KINDS[n % len(KINDS)]) for n in range(HOSTS)
    ]
    runs: dict[str, list[dict[str, Any]]] = {"hand": [], "ours": []}
    with netns.town(hosts) as town:
        for _ in range(TIMES):
            for name, done in runs.items():
                done.append(json.loads(town.python("-m", "tests.bench.scan", name).stdout))
    ours, hand = (statistics.median(one["seconds"] for one in runs[name]) for name in ("ours", "hand"))
    found = {one["hosts"] for name in runs for one in runs[name]}
    whole = found == {HOSTS + 2}  # router and scanner answer, too
    figure = f"{ours:.1f} s / {hand:.1f} s"
    return [Row(WORK, figure, BUDGET, ours / hand, whole and ours / hand <= MOST, "" if whole else f"gefundene Hosts: {found}")]


async def ours() -> int:
    """The product, with a listener for progress as every real caller has one."""

    async def report(_progress: object) -> None:
        pass

    done = await nmap.scan([NETWORK], RELEASED, started_at=datetime(2026, 1, 5, tzinfo=UTC), report=report)
    return len(done.observations)


def by_hand() -> int:
    """The same phases by `subprocess`."""
    found = program.find()
    scope = policy.admit([NETWORK], RELEASED)
    living = [host for phase in plan.who_is_there(found, scope) for host in _run(found, phase)]
    ports = program.top_ports(found, plan.TOP) | plan.EXTRA_PORTS
    opened: dict[Address, frozenset[int]] = {}
    for phase in plan.what_is_open(found, scope, living, ports):
        opened |= _run(found, phase)
    for phase in plan.what_is_it(found, scope, opened):
        _run(found, phase)
    return len(living)


def _run(found: program.Program, phase: plan.Phase) -> dict[Address, frozenset[int]]:
    """Living hosts with their open ports."""
    targets = "".join(f"{address}\n" for address in phase.targets)
    done = subprocess.run(phase.command, input=targets, text=True, stdout=subprocess.PIPE, check=True, env=found.environment())
    out = {}
    for host in ET.fromstring(done.stdout).iter("host"):
        state, address = host.find("status"), host.find("address")
        if state is not None and state.get("state") == "up" and address is not None:
            ports = [
                port for port in host.iter("port") if (said := port.find("state")) is not None and said.get("state") == "open"
            ]
            out[ipaddress.ip_address(address.get("addr", ""))] = frozenset(int(port.get("portid", "0")) for port in ports)
    return out


def main(name: str) -> None:
    """The child: scan once, tell the seconds."""
    begun = time.perf_counter()
    hosts = asyncio.run(ours()) if name == "ours" else by_hand()
    print(json.dumps({"hosts": hosts, "seconds": time.perf_counter() - begun}))


if __name__ == "__main__":
    main(sys.argv[1])
