"""What the store answers and pages show: classes, needs, and the devices behind them. Values only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from service.purchasing.lots import Lot

REASONS: Final = ("replacement", "end_of_support", "new")
MOST: Final = 10_000
"""Pieces of one need; more is a slip of the hand."""


@dataclass(frozen=True, slots=True)
class SpecClass:
    """Spezifikationsklasse of the group."""

    id: UUID
    name: str
    description: str
    retired: bool
    version: int


@dataclass(frozen=True, slots=True)
class Draft:
    """A need as a person wants it."""

    class_id: UUID
    quantity: int
    quarter: str
    reason: str
    cost_centre: str = ""
    contract: str = ""
    note: str = ""
    assets: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Demand:
    """A stored need; `released` is what the group's list holds of it, None where nothing."""

    id: UUID
    draft: Draft
    class_name: str
    shared_by: str | None
    shared_at: datetime | None
    done_at: datetime | None
    released: tuple[UUID, str, int] | None
    version: int
    changed_by: str
    changed_at: datetime

    @property
    def to_release(self) -> tuple[UUID, str, int] | None:
        """What the group's list should hold."""
        if self.shared_at is None or self.done_at is not None:
            return None
        return (self.draft.class_id, self.draft.quarter, self.draft.quantity)

    @property
    def in_step(self) -> bool:
        """Whether the others see exactly what this town released."""
        return self.released == self.to_release


@dataclass(frozen=True, slots=True)
class Linked:
    """A device of a need."""

    id: UUID
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Desktop:
    """A desktop in use, with its exemption from the programme where it has one."""

    id: UUID
    name: str
    site: str | None
    unit: str | None
    purchased: object
    reason: str | None
    note: str
    by: str | None


def lot_of(lots: Iterable[Lot], class_id: UUID, quarter: str) -> Lot | None:
    """The lot of a class in a quarter."""
    return next((lot for lot in lots if (lot.class_id, lot.quarter) == (class_id, quarter)), None)
