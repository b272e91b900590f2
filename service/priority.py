"""What first: impact × urgency → priority (Auswirkung × Dringlichkeit → Priorität), domain chapter 5.

Pure. The matrix is a table that the towns may change; `refusals` says in German why a changed one is not accepted.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass


class Level(enum.IntEnum):
    """The four-step scale of the whole product."""

    NIEDRIG = 1
    MITTEL = 2
    HOCH = 3
    KRITISCH = 4

    @property
    def word(self) -> str:
        return self.name.lower()

    @classmethod
    def of(cls, word: str) -> Level:
        """The level with this German word; ValueError otherwise."""
        try:
            return cls[word.upper()]
        except KeyError:
            raise ValueError(f"„{word}“ ist keine Stufe. Erlaubt: niedrig, mittel, hoch, kritisch.") from None


Matrix = tuple[tuple[Level, ...], ...]
"""Rows = impact niedrig…kritisch, columns = urgency niedrig…kritisch."""

_N, _M, _H, _K = Level

DEFAULT_MATRIX: Matrix = ((_N, _N, _M, _M), (_N, _M, _M, _H), (_M, _H, _H, _K), (_H, _H, _K, _K))
"""Domain 5.4."""

URGENCY_HOURS: tuple[tuple[float, Level], ...] = ((4, _K), (24, _H), (168, _M))
"""Remaining hours up to which an urgency holds (domain 5.3); above the last one it is niedrig."""


@dataclass(frozen=True, slots=True)
class Urgency:
    """How soon it becomes intolerable; `overdue` = the tolerable outage has passed ("MTPD überschritten")."""

    level: Level
    remaining_hours: float | None
    overdue: bool = False
    unchecked: bool = False
    """No business impact analysis stands behind it ("ungeprüft")."""


def urgency(remaining_hours: float | None, *, spreading: bool = False) -> Urgency:
    """Urgency from the hours left. None = no basis known: mittel, marked as unchecked. Spreading harm is kritisch."""
    if remaining_hours is None:
        return Urgency(_K if spreading else _M, None, unchecked=True)
    if remaining_hours <= 0:
        return Urgency(_K, remaining_hours, overdue=True)
    level = next((level for limit, level in URGENCY_HOURS if remaining_hours <= limit), _N)
    return Urgency(_K if spreading else level, remaining_hours)


def remaining(outages: Sequence[tuple[float, float, bool]]) -> float | None:
    """`min(MTPD − elapsed)` in hours over failed nodes `(mtpd, elapsed, has working alternative)`; None if none counts."""
    return min((mtpd - elapsed for mtpd, elapsed, alternative in outages if not alternative), default=None)


def priority(impact: Level, urgency: Level, matrix: Matrix = DEFAULT_MATRIX) -> Level:
    return matrix[impact - 1][urgency - 1]


def refusals(matrix: Matrix) -> tuple[str, ...]:
    """Why this matrix is not accepted (guard G4): wrong shape, wrong corners, or a step down. Empty = accepted."""
    if len(matrix) != len(Level) or any(len(row) != len(Level) for row in matrix):
        return ("Die Matrix hat vier Zeilen und vier Spalten.",)
    found = []
    if matrix[0][0] is not _N:
        found.append("Niedrige Auswirkung mit niedriger Dringlichkeit ergibt immer niedrig.")
    if matrix[-1][-1] is not _K:
        found.append("Kritische Auswirkung mit kritischer Dringlichkeit ergibt immer kritisch.")
    for impact in Level:
        for column in Level:
            here = matrix[impact - 1][column - 1]
            if column < _K and matrix[impact - 1][column] < here:
                found.append(
                    f"Bei Auswirkung {impact.word} sinkt die Priorität, wenn die Dringlichkeit über {column.word} steigt."
                )
            if impact < _K and matrix[impact][column - 1] < here:
                found.append(
                    f"Bei Dringlichkeit {column.word} sinkt die Priorität, wenn die Auswirkung über {impact.word} steigt."
                )
    return tuple(found)
