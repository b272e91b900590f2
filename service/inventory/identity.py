"""Which records are the same device? The doors of the merge: `clues`, `link`, `traces`, `loans`, `explain`.

Pure: the same records and decisions give the same answer in any order, and importing one by one ends where importing
all at once ends, because `link` always sees all records of its town (rules: `domain.md` 2.2-2.7).
"""

from __future__ import annotations

from collections.abc import Sequence

from service.inventory.asset import Decision
from service.inventory.clues import Clues, clues
from service.inventory.linking import Join, Linking

__all__ = ["Clues", "clues", "explain", "link"]


def link(town: Sequence[Clues], decisions: Sequence[Decision] = ()) -> Linking:
    """All records of one town and its people's decisions, made into devices."""
    raise NotImplementedError


def explain(join: Join) -> str:
    """The reason in German, as a person reads it beside a record."""
    raise NotImplementedError
