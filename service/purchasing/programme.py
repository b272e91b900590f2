"""Desktop → notebook programme: how far a town is (`domain.md` 2.16). Pure."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

TARGET: Final = date(2025, 12, 31)
"""The strategy wanted it by then; what remains is overdue."""
IN_USE: Final = ("in_use", "lent", "new")
"""States in which a device counts as in use: a new one works already, only nobody has looked at its record."""


class Exemption(enum.StrEnum):
    """Why a desktop stays one."""

    CAD = "cad"
    KIOSK = "kiosk"
    CONTROL_ROOM = "control_room"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Progress:
    """Notebooks and desktops in use; `exempt` desktops do not count."""

    town: str
    notebooks: int
    desktops: int
    exempt: int = 0

    @property
    def remaining(self) -> int:
        """Desktops that are still to be replaced."""
        return self.desktops - self.exempt

    @property
    def total(self) -> int:
        return self.notebooks + self.remaining

    @property
    def share(self) -> Fraction | None:
        """Notebooks of all that count; None where there is nothing to count: unknown, not zero."""
        return Fraction(self.notebooks, self.total) if self.total else None

    def overdue(self, today: date) -> bool:
        """Whether desktops remain after the target."""
        return self.remaining > 0 and today > TARGET


def together(town: str, towns: Iterable[Progress]) -> Progress:
    """All of them as one."""
    found = tuple(towns)
    return Progress(
        town, sum(x.notebooks for x in found), sum(x.desktops for x in found), sum(x.exempt for x in found)
    )  # fmt: skip
