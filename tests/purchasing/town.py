"""Four towns with inhabitants, two classes, and short ways to write needs and to release them."""

from __future__ import annotations

from uuid import UUID, uuid4

from service.audit.chain import Actor
from service.auth import store as auth
from service.db import town_tx
from service.purchasing.store import group, needs
from service.purchasing.store.group import GROUP
from service.purchasing.views import Draft, SpecClass
from service.settings import now

BY = Actor("Test")
INHABITANTS = {"erbach": 14_099, "michelstadt": 16_097, "oberzent": 10_100, "brombachtal": 3_500}
QUARTER = "2027-Q1"


async def add_class(name: str) -> UUID:
    async with town_tx({GROUP}, GROUP) as tx:
        return await group.save_class(tx, SpecClass(uuid4(), name, "", False, 0), BY, now())


async def count_people(towns: dict[str, int]) -> None:
    async with town_tx({GROUP}, GROUP) as tx:
        for slug, number in INHABITANTS.items():
            await auth.set_inhabitants(tx, towns[slug], number)


async def need(town: int, class_id: UUID, quantity: int, quarter: str = QUARTER, **more: object) -> UUID:
    async with town_tx({town, GROUP}, town) as tx:
        return await needs.save(tx, town, Draft(class_id, quantity, quarter, "replacement", **more), BY, now())  # type: ignore[arg-type]


async def release(town: int, key: UUID, *, shared: bool = True) -> None:
    async with town_tx({town, GROUP}, town) as tx:
        found = await needs.demand(tx, town, key)
        await needs.share(tx, town, key, BY, now(), shared=shared, version=found.version)
    async with town_tx({town, GROUP}, GROUP) as tx:
        await needs.publish(tx, town)


async def worked_example(towns: dict[str, int]) -> UUID:
    """38 notebooks of four towns (`domain.md` 2.13), released."""
    await count_people(towns)
    notebook = await add_class("Notebook 14 Zoll")
    for slug, quantity in (("erbach", 12), ("michelstadt", 14), ("oberzent", 9), ("brombachtal", 3)):
        await release(towns[slug], await need(towns[slug], notebook, quantity, cost_centre=f"KST-{slug}", note=f"geheim-{slug}"))
    return notebook
