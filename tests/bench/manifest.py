"""`import --manifest`: two sets of townsim into real databases; is it fast enough, and linear in the records?"""

from __future__ import annotations

import asyncio
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from scanners import registry
from service import postgres
from service.audit.chain import Actor
from service.inventory.store import manifest
from service.settings import now
from tests.bench import database
from tests.bench.row import Row, missing
from tests.shared import SHARED

SMALL, LARGE = 312, 2500
"""Devices a town, four towns, four weeks, hard: some 15,000 and 120,000 records."""
MOST_RATIO, LEAST_RATE = 1.3, 2000.0
RATE, LINEAR = "import --manifest, townsim hard, 120.000 Datensätze", "… Zeit je Datensatz gegenüber 15.000"
BUDGETS = {RATE: f"≥ {LEAST_RATE:.0f} Datensätze/s", LINEAR: f"≤ {MOST_RATIO} ×"}


@dataclass(frozen=True, slots=True)
class Run:
    """An import: records, seconds by the clock, CPU seconds of our processes and the database's."""

    records: int
    seconds: float
    cpu: float


def measure() -> list[Row]:
    """Two rows: records a second of the large set, and its time per record over that of the small one.

    The ratio is of CPU time, which other work on the machine hardly touches; the rate is by the clock.
    """
    if SHARED is None:
        return [missing(work, budget, "../shared fehlt (townsim)") for work, budget in BUDGETS.items()]
    with tempfile.TemporaryDirectory(prefix="odw-bench-") as folder:
        small, large = (_generate(Path(folder, str(devices)), devices) for devices in (SMALL, LARGE))
        first = [_take_in(small) for _ in range(2)]
        whole = _take_in(large)
        first.append(_take_in(small))  # before and after: the machine has other work, too
    return rows(first, whole)


def rows(first: list[Run], whole: Run) -> list[Row]:
    """What the runs mean."""
    each = statistics.median(run.cpu / run.records for run in first)
    rate, ratio = whole.records / whole.seconds, whole.cpu / whole.records / each
    return [
        Row(
            RATE,
            f"{rate:.0f}/s, {whole.records} in {whole.seconds:.0f} s",
            BUDGETS[RATE],
            held=rate >= LEAST_RATE,
            note=f"{whole.cpu:.0f} s CPU mit Datenbank, Last {os.getloadavg()[0]:.1f}",
        ),
        Row(
            LINEAR,
            f"{1e6 * ratio * each:.0f} µs / {1e6 * each:.0f} µs CPU ({first[0].records})",
            BUDGETS[LINEAR],
            ratio,
            ratio <= MOST_RATIO,
        ),
    ]


def _generate(folder: Path, devices: int) -> Path:
    """Write a set; answers its manifest."""
    subprocess.run(
        [
            *(sys.executable, "-m", "townsim", "generate", "--seed", "1", "--weeks", "4", "--family", "hard"),
            *("--devices-per-town", str(devices), "--out", str(folder)),
        ],
        env={"PYTHONPATH": str(SHARED), "PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"},
        check=True,
        capture_output=True,
    )
    return folder / "manifest.json"


def _take_in(path: Path) -> Run:
    """Into a database of its own, as the command line does it."""
    with database.fresh() as server:
        cpu = _cpu(server)
        work = manifest.run(path, read=registry.parse_bytes, by=Actor("Messung"), now=now(), key=b"k" * 32)
        done = asyncio.run(work)
        run = Run(done.records, done.seconds, _cpu(server) - cpu)
    sys.stderr.write(f"  {run.records} Datensätze in {run.seconds:.1f} s, {run.cpu:.1f} s CPU\n")
    return run


def _cpu(server: postgres.Server) -> float:
    """CPU seconds so far: ours with those of ended children, the database's with those of ended sessions."""
    spent = sum(
        used.ru_utime + used.ru_stime for used in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )
    main = (server.home / postgres.VERSION / "postmaster.pid").read_text().split()[0]
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it ended meanwhile
        if status.parent.name == main:
            spent += sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
        elif fields[1] == main:
            spent += sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")
    return spent
