"""Contrasts that axe cannot decide and a person has: selector, reason, date. An entry that is not needed any more fails."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Reviewed:
    """One element whose contrast our own test computes."""

    selector: str
    reason: str
    date: str


REVIEWED: Final = (
    Reviewed("<text", "text of a chart over its own shapes; gate.contrast computes it from both fills", "2026-11-21"),
    Reviewed(
        "lamp-cell__shape", "a symbol beside its word, which axe takes for no text; gate.contrast computes it", "2026-11-21"
    ),
)
