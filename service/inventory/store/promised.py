"""Warranties beside those of the devices' own sources, for instance by contract; who knows of some takes part here."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from service.db import SafeTransaction


@dataclass(frozen=True, slots=True)
class Promise:
    """The last day of the warranty, what promises it, and the address of that below the town's."""

    until: date
    title: str
    url: str


Loader = Callable[[SafeTransaction, int, date], Awaitable[Mapping[UUID, Promise]]]
LOADERS: list[Loader] = []


async def promises(tx: SafeTransaction, town: int, today: date) -> Mapping[UUID, Promise]:
    """Device → its longest warranty of this kind that has not ended."""
    found: dict[UUID, Promise] = {}
    for loader in LOADERS:
        for key, one in (await loader(tx, town, today)).items():
            if one.until >= today and (key not in found or one.until > found[key].until):
                found[key] = one
    return found


async def until(tx: SafeTransaction, town: int, today: date, soon: date) -> tuple[Sequence[UUID], Sequence[UUID]]:
    """The devices whose promised warranty holds on `soon` and longer, and those whose ends before."""
    found = await promises(tx, town, today)
    return [key for key, one in found.items() if one.until >= soon], [key for key, one in found.items() if one.until < soon]
