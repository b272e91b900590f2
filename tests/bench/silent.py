"""A routed /20 in which nobody lives, through our pipeline, against nmap alone under the same cap of packets a second.

The worst case of a scan: every address is asked twice and waited for, and nothing tells nmap to hurry. By hand means one
nmap that asks each address as often as we do, as fast as the cap allows.
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

from scanners.nmap import program
from scanners.policy import Released
from scanners.sources import nmap
from tests import netns, system
from tests.bench.row import Row, missing

NETWORK, RATE, TIMES, MOST = "10.96.0.0/20", 1000, 3, 1.2
WORK, BUDGET = f"Scan eines stummen /20 hinter einem Router, {RATE} Pakete/s", f"≤ {MOST:.2f} × nmap allein"


def measure() -> list[Row]:
    """One row: median seconds of both."""
    lacking = [name for name in ("root", "nmap", "ip") if not system.has(name)]
    if lacking:
        return [missing(WORK, BUDGET, f"es fehlt: {', '.join(lacking)}")]
    runs: dict[str, list[float]] = {"hand": [], "ours": []}
    with netns.town(()) as town:
        town.inside("rt", "ip", "route", "add", "blackhole", NETWORK)
        for _ in range(TIMES):
            for name, seconds in runs.items():
                seconds.append(json.loads(town.python("-m", "tests.bench.silent", name).stdout))
    ours, hand = (statistics.median(runs[name]) for name in ("ours", "hand"))
    return [Row(WORK, f"{ours:.1f} s / {hand:.1f} s", BUDGET, ours / hand, ours / hand <= MOST)]


async def ours() -> None:
    """The product, with a listener for progress as every real caller has one."""

    async def report(_progress: object) -> None:
        pass

    released = (Released(ipaddress.ip_network(NETWORK), packets_per_second=RATE),)
    done = await nmap.scan([NETWORK], released, started_at=datetime(2026, 1, 5, tzinfo=UTC), report=report)
    assert not done.observations, done.observations


def by_hand() -> None:
    """nmap alone: one echo request and one retry for each address."""
    found = program.find()
    pace = ("--min-rate", str(RATE), "--max-rate", str(RATE), "--max-retries", "1")
    command = [found.path, "-n", "-sn", "-PE", "-T4", *pace, "-oX", "-", NETWORK]
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True, env=found.environment())


def main(name: str) -> None:
    """The child: scan once, tell the seconds."""
    begun = time.perf_counter()
    if name == "ours":
        asyncio.run(ours())
    else:
        by_hand()
    print(json.dumps(time.perf_counter() - begun))


if __name__ == "__main__":
    main(sys.argv[1])
