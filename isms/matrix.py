"""Versions of the risk matrix: what may be changed, what differs, and which risks would be rated otherwise. Pure.

A risk keeps the version it was rated with until somebody rates it again (`domain.md` 3.7: editable per group, versioned).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from isms.register import RiskView
from isms.risk import CATEGORIES, DAMAGES, FIRST, FREQUENCIES, Scheme, level_of
from service.i18n import gettext as _

__all__ = ["FIRST", "Difference", "Moved", "Scheme", "current", "differences", "fault", "grid", "moved"]


def current(versions: Iterable[Scheme], today: date) -> Scheme:
    """The version that holds on a day: the newest that has begun; the shipped one before all others."""
    begun = [x for x in versions if x.valid_from is None or x.valid_from <= today]
    return max(begun, key=lambda x: x.number, default=FIRST)


def grid(words: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
    """Sixteen categories, row by row from the highest damage, each from selten on; raises `ValueError`."""
    rows = tuple(reversed(DAMAGES))
    if len(words) != len(rows) * len(FREQUENCIES) or not set(words) <= set(CATEGORIES):
        raise ValueError("a matrix has 16 cells with known categories")
    width = len(FREQUENCIES)
    return {damage: tuple(words[i * width : (i + 1) * width]) for i, damage in enumerate(rows)}


def fault(cells: Mapping[str, tuple[str, ...]]) -> str | None:
    """Why this cannot be a risk matrix, as a German sentence; None = it can.

    More damage or more often never means a lower category; the corners are gering and sehr hoch.
    """
    for damage in DAMAGES:
        for (left, low), (right, high) in pairwise(zip(FREQUENCIES, cells[damage], strict=True)):
            if level_of(high) < level_of(low):
                return _(
                    "Bei Schaden „%(damage)s“ ist „%(right)s“ mit „%(high)s“ niedriger bewertet als „%(left)s“ mit „%(low)s“.",
                    damage=damage,
                    right=right,
                    high=high,
                    left=left,
                    low=low,
                )
    for less, more in pairwise(DAMAGES):
        for frequency, low, high in zip(FREQUENCIES, cells[less], cells[more], strict=True):
            if level_of(high) < level_of(low):
                return _(
                    "Bei „%(frequency)s“ ist Schaden „%(more)s“ mit „%(high)s“ niedriger bewertet als „%(less)s“ mit „%(low)s“.",
                    frequency=frequency,
                    more=more,
                    high=high,
                    less=less,
                    low=low,
                )
    if cells[DAMAGES[0]][0] != CATEGORIES[0] or cells[DAMAGES[-1]][-1] != CATEGORIES[-1]:
        return _("Die kleinste Ecke muss „gering“ sein und die größte „sehr hoch“.")
    return None


@dataclass(frozen=True, slots=True)
class Difference:
    """A cell that two versions rate differently."""

    damage: str
    frequency: str
    before: str
    after: str


def differences(before: Scheme, after: Mapping[str, tuple[str, ...]]) -> tuple[Difference, ...]:
    """The cells that differ, from the highest damage on."""
    return tuple(
        Difference(damage, frequency, old, new)
        for damage in reversed(DAMAGES)
        for frequency, old, new in zip(FREQUENCIES, before.cells[damage], after[damage], strict=True)
        if old != new
    )


@dataclass(frozen=True, slots=True)
class Moved:
    """A risk that another version would rate differently: what remains of it now and then."""

    risk: RiskView
    before: str
    after: str
    gross: bool
    """Only the category without measures changes; what remains stays."""

    @property
    def rises(self) -> bool:
        return level_of(self.after) > level_of(self.before)


def moved(risks: Iterable[RiskView], scheme: Scheme) -> tuple[Moved, ...]:
    """Open risks whose category changes once they are rated again with this version."""
    found = []
    for x in risks:
        gross = scheme.category(x.frequency, x.damage)
        net = scheme.category(x.frequency_net, x.damage_net) if x.frequency_net and x.damage_net else None
        if (gross, net) != (x.category, x.category_net) and x.open:
            after = net or gross
            same = after == x.remaining
            found.append(Moved(x, x.category if same else x.remaining, gross if same else after, same))
    return tuple(found)
