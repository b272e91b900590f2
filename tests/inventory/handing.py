"""Two towns that hand devices over to each other: what the tests of it do and ask."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from service.audit.chain import Actor
from service.db import SafeTransaction, town_tx
from service.inventory import handover as rules
from service.inventory import store
from service.inventory.handover import Offer
from service.inventory.store import handover
from service.inventory.views import AssetFilter
from service.settings import BERLIN, now
from tests.inventory.estate import LIST, take

GIVER, RECEIVER = (Actor(f"Test it_admin <it_admin-{slug}@test.example>") for slug in ("erbach", "michelstadt"))
NOTEBOOK = "nb-öztürk"
SECRETS = ("Öztürk", "Zimmer 201", "ERB-0002", "nb-öztürk", "vertraulich")
"""What stays at home: person, room, number, name, and a remark that was not released."""


async def fill(town: int) -> int:
    """A list with a notebook that a person has, with things that are nobody else's business."""
    await take(
        town,
        LIST.replace(b";Ramm", b";Bemerkung").replace(b"989,00;", b"989,00;vertraulich").replace(b"2.01", b"Zimmer 201"),
        "bestand.csv",
        now() - timedelta(days=60),
    )
    return town


@pytest.fixture(name="erbach")
async def filled(towns) -> int:
    """Erbach with that list; the answer is its id."""
    return await fill(towns["erbach"])


async def asset(town: int, name: str) -> UUID:
    async with town_tx({town}) as tx:
        return await asset_in(tx, town, name)


async def asset_in(tx: SafeTransaction, town: int, name: str) -> UUID:
    (row,) = await store.candidates(tx, town, name)
    return row.id


async def detail(town: int, key: UUID):
    async with town_tx({town}) as tx:
        return await store.asset(tx, town, key)


async def rows(town: int):
    async with town_tx({town}) as tx:
        return await handover.handovers(tx, town)


async def devices(town: int):
    async with town_tx({town}) as tx:
        return (await store.assets(tx, town, AssetFilter(), now=now())).rows


def today(ago: int = 0) -> str:
    return (now() - timedelta(days=ago)).astimezone(BERLIN).date().isoformat()


async def offered(town: int, key: UUID, *, to: str = "michelstadt", fields=rules.USUAL, by: Actor = GIVER) -> UUID:
    async with town_tx({town}, town) as tx:
        made = await handover.offer(
            tx, town, key, Offer(to, today(2), "wird im Bauhof gebraucht", tuple(fields)), by=by, now=now()
        )
    await handover.tell(town, made, now=now())
    return made


async def actions(town: int) -> list[str]:
    async with town_tx({town}) as tx:
        found = await tx.connection.fetch("select action from audit_detail where town_id = $1 order by seq", town)
    return [row["action"] for row in found]
