"""Vergabeschwellen: amounts that the group enters with a hint; none stands in the code, because law and rules change. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Threshold:
    """From this value on (in cents) the hint holds."""

    id: UUID
    name: str
    cents: int
    hint: str


def reached(thresholds: Iterable[Threshold], cents: int | None) -> Threshold | None:
    """The highest threshold that a value reaches; None where it reaches none or is not known."""
    fitting = [one for one in thresholds if cents is not None and one.cents <= cents]
    return max(fitting, key=lambda one: one.cents) if fitting else None
