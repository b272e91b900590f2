"""What a list says anew and is not shown, because a better source or a person's word stands against it. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from scanners.observation import Source
from service.inventory.fields import differ
from service.inventory.reconcile import Reconciled

TOLD = frozenset({"kind", "hostname", "serial", "inventory_no", "status"})
"""Fields worth a word; any field counts where a person holds it."""


@dataclass(frozen=True, slots=True)
class Overruled:
    """`record` says `told` for `field`; shown stays `shown` by `source` (`locked`: a person's word)."""

    record: UUID
    field: str
    told: str
    shown: str
    source: Source
    locked: bool


def overruled(found: Reconciled, records: Collection[UUID]) -> list[Overruled]:
    """Values that these records are the first to say, and that do not hold."""
    shown = {said.field: said for said in found.said if said.visible}
    out = []
    for said in found.said:
        holds = shown.get(said.field)
        if (
            said.visible
            or said.record is None
            or said.record not in records
            or said.first != said.last
            or holds is None
            or holds.record in records
        ):
            continue
        locked = holds.lock is not None
        if (locked or said.field in TOLD) and differ(said.field, said.value, holds.value):
            out.append(Overruled(said.record, said.field, said.value, holds.value, holds.source, locked))
    return out
