"""The matrix as pages and reports need it: own uses fully, others' as far as they share them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from service.db import SafeTransaction
from service.software import compare, values
from service.software.store import entries


@dataclass(frozen=True, slots=True)
class Picture:
    """The matrix with the names of its towns, one's own first."""

    rows: tuple[compare.Row, ...]
    towns: tuple[values.Town, ...]
    own: Mapping[str, values.Entry]
    standards: Sequence[values.Standard]

    @property
    def names(self) -> Mapping[int, str]:
        """Name of a town by its id."""
        return {town.id: town.name for town in self.towns}


async def picture(tx: SafeTransaction, town: int) -> Picture:
    """Own uses fully, others as shared. Products that are only known from scans, and uses that ended, are left out."""
    mine = [x for x in await entries.entries(tx, town) if x.used and not x.ended]
    others, standards, known = await entries.shared(tx, town), await entries.standards(tx), await entries.towns(tx)
    ids = ([town] if town else []) + sorted({x.of_town for x in others}, key=lambda x: known[x].name)
    rows = compare.matrix([*(values.shown(x, town) for x in mine), *others], standards)
    return Picture(rows, tuple(known[x] for x in ids), {x.key: x for x in mine}, standards)
