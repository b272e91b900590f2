"""Common sheets of labels, and what stands on a label. Pure; `service.pdf` draws them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

MOST: Final = 240
"""Labels in one file: ten full sheets of 24; a code costs some 17 ms to make."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of labels; all lengths in millimetres."""

    page: tuple[float, float]
    columns: int
    rows: int
    width: float
    height: float
    left: float = 0.0
    top: float = 0.0
    gap_x: float = 0.0
    gap_y: float = 0.0

    @property
    def places(self) -> int:
        """Labels on one sheet."""
        return self.columns * self.rows


@dataclass(frozen=True, slots=True)
class Label:
    """One label: the address in its code, the lines that people read, and what a screen reader says for the code."""

    address: str
    lines: tuple[str, ...]
    spoken: str


A4: Final = (210.0, 297.0)
SHEETS: Final[Mapping[str, Sheet]] = {
    "3x8": Sheet(A4, 3, 8, 70.0, 37.0, 0.0, 0.5),
    "4x10": Sheet(A4, 4, 10, 48.5, 25.4, 8.0, 21.5),
    "2x7": Sheet(A4, 2, 7, 99.1, 38.1, 4.65, 15.15, 2.5),
    "62x29": Sheet((62.0, 29.0), 1, 1, 62.0, 29.0),
}
"""Sheets of 24, 40 and 14 labels as shops sell them, and the single label of a label printer."""
