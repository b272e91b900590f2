"""Result files of nmap: 65,000 hosts into observations against bare expat callbacks, and the memory that needs.

Each reading runs in a process of its own (`python -m tests.bench.xml ours|bare FILE`), whose CPU time and own peak count.
"""

from __future__ import annotations

import json
import runpy
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from xml.parsers import expat

from tests.bench.row import Row, missing
from tests.shared import SHARED

HOSTS = 65_000
TIMES = 3
MOST_RATIO, MOST_MIB = 3.0, 60.0
WORK = f"nmap-XML von {HOSTS:,} Hosts → Beobachtungen".replace(",", ".")
BUDGET = "≤ 3 × expat, ≤ 60 MiB"


def measure() -> list[Row]:
    """One row: the median of the CPU seconds and the largest peak."""
    if SHARED is None:
        return [missing(WORK, BUDGET, "../shared fehlt (schreibt die Datei)")]
    with tempfile.TemporaryDirectory(prefix="odw-bench-") as folder:
        path = Path(folder, "scan.xml")
        runpy.run_path(str(SHARED / "bench" / "nmap_xml.py"))["write"](path, HOSTS)
        runs: dict[str, list[dict[str, Any]]] = {"bare": [], "ours": []}
        for _ in range(TIMES):
            for name, done in runs.items():
                done.append(_child(name, path))
    ours, bare = (statistics.median(one["cpu"] for one in runs[name]) for name in ("ours", "bare"))
    peak = max(one["mib"] for one in runs["ours"])
    whole = all(one["hosts"] == HOSTS for name in runs for one in runs[name])
    figure = f"{ours:.2f} s / {bare:.2f} s CPU, Spitze {peak:.0f} MiB"
    held = whole and ours / bare <= MOST_RATIO and peak <= MOST_MIB
    return [Row(WORK, figure, BUDGET, ours / bare, held, "" if whole else "es fehlten Hosts")]


def _child(name: str, path: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.bench.xml", name, str(path)]
    done: dict[str, Any] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return done


def bare(path: Path) -> int:
    """Callbacks that only count: the least that expat can cost."""
    count = 0

    def start(tag: str, _attributes: dict[str, str]) -> None:
        nonlocal count
        if tag == "host":
            count += 1

    def end(tag: str) -> None:
        pass

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = start, end
    with path.open("rb") as file:
        parser.ParseFile(file)
    return count


def ours(path: Path) -> int:
    """The product's reader, one observation after the other."""
    from scanners.sources import nmap

    with path.open("rb") as file:
        return sum(1 for _ in nmap.iter_hosts(file, path.name))


def _peak_mib() -> float:
    """Of this program alone; `ru_maxrss` would also remember the parent that started it."""
    status = Path("/proc/self/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1024


def main(name: str, path: Path) -> None:
    """The child: read once, tell what it took."""
    work = {"ours": ours, "bare": bare}[name]
    if name == "ours":
        from scanners.sources import nmap  # noqa: F401  # importing is not reading
    cpu = time.process_time()
    hosts = work(path)
    print(json.dumps({"hosts": hosts, "cpu": time.process_time() - cpu, "mib": _peak_mib()}))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
