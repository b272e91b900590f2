"""What other parts of the service know about a device; they add their loaders, the device page asks them all."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from service.db import SafeTransaction


@dataclass(frozen=True, slots=True)
class Beside:
    """One thing: `url` below the town's address; `warranty` is the last day of the warranty that it promises, None for none."""

    title: str
    url: str
    kind: str
    sub: str = ""
    warranty: date | None = None


Loader = Callable[[SafeTransaction, int, UUID, date], Awaitable[Sequence[Beside]]]
LOADERS: list[Loader] = []


async def load(tx: SafeTransaction, town: int, asset: UUID, today: date) -> tuple[Beside, ...]:
    """All that is known, in the order of the loaders."""
    return tuple([one for loader in LOADERS for one in await loader(tx, town, asset, today)])


def longest_warranty(found: Sequence[Beside], own: str) -> Beside | None:
    """What promises a longer warranty than the device's own (an ISO date, '' for none); None where nothing does."""
    promises = [one for one in found if one.warranty and one.warranty.isoformat() > own]
    return max(promises, key=lambda one: one.warranty or date.min, default=None)
