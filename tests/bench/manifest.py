"""`import --manifest`: two sets of townsim into real databases; is it fast enough, and linear in the records?"""

from __future__ import annotations

import asyncio
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from scanners import registry
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


def measure() -> list[Row]:
    """Two rows: records a second of the large set, and its time per record over that of the small one."""
    if SHARED is None:
        return [missing(work, budget, "../shared fehlt (townsim)") for work, budget in BUDGETS.items()]
    with tempfile.TemporaryDirectory(prefix="odw-bench-") as folder:
        small, large = (_generate(Path(folder, str(devices)), devices) for devices in (SMALL, LARGE))
        first = [_take_in(small) for _ in range(2)]
        whole = _take_in(large)
        first.append(_take_in(small))  # before and after: the machine has other work, too
    each = statistics.median(done.seconds / done.records for done in first)
    rate, ratio = whole.records / whole.seconds, whole.seconds / whole.records / each
    return [
        Row(RATE, f"{rate:.0f}/s, {whole.records} in {whole.seconds:.0f} s", BUDGETS[RATE], held=rate >= LEAST_RATE),
        Row(
            LINEAR,
            f"{1e6 * ratio * each:.0f} µs / {1e6 * each:.0f} µs ({first[0].records} Datensätze)",
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


def _take_in(path: Path) -> manifest.Done:
    """Into a database of its own, as the command line does it."""
    with database.fresh():
        work = manifest.run(path, read=registry.parse_bytes, by=Actor("Messung"), now=now(), key=b"k" * 32)
        done = asyncio.run(work)
    sys.stderr.write(f"  {done.records} Datensätze in {done.seconds:.1f} s\n")
    return done
