"""The demonstration's estate as files: four towns, their scans and their lists, written from one seed."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

from service.demo.manifest import write
from tests.bench.row import Row, median

MOST_SECONDS = 10.0
DAY = date(2026, 11, 16)


def measure() -> list[Row]:
    """One row: the median of three runs."""
    with tempfile.TemporaryDirectory(prefix="odw-bench-") as folder:
        count = iter(range(100))
        seconds = median(lambda: write(Path(folder, str(next(count))), DAY), 3)
    return [Row("Vorführung: Bestand von vier Städten als Dateien", f"{seconds:.1f} s", "< 10 s", held=seconds < MOST_SECONDS)]
