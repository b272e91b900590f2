"""One line of the bench: what was measured, against what, and whether the budget holds."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """A measurement. `ratio` is ours ÷ reference; None where there is no reference and `figure` speaks alone."""

    work: str
    figure: str
    budget: str
    ratio: float | None = None
    held: bool | None = None
    """None: could not be measured here; `note` says why."""
    note: str = ""


def missing(work: str, budget: str, why: str) -> Row:
    """A row that this machine cannot measure."""
    return Row(work, "–", budget, note=why)


def median(work: Callable[[], object], times: int = 5) -> float:
    """Median seconds of some calls, after one that warms up."""
    work()
    found = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        found.append(time.perf_counter() - begun)
    return statistics.median(found)
