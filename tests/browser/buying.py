"""What two towns buy together, for the browser: a lot with prices, needs that wait, thresholds, an exempt desktop."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

from service.db import service_tx, town_tx
from service.purchasing.consent import Party
from service.purchasing.lots import Key, Tier
from service.purchasing.store import estate, group
from service.purchasing.store.group import GROUP
from service.purchasing.thresholds import Threshold
from service.settings import now
from tests.purchasing.town import BY, QUARTER, add_class, need, release

TIERS = (Tier(1, 104_900), Tier(10, 97_900), Tier(25, 91_900))


async def buying(town: int) -> None:
    """Musterstadt and the other town of the officer."""
    async with service_tx() as tx:
        other = await tx.connection.fetchval("select id from town where slug = 'beispielheim'")
    notebook, monitor = await add_class("Notebook 14 Zoll"), await add_class("Monitor 27 Zoll")
    for of_town, class_id, quantity in ((town, notebook, 12), (other, notebook, 14), (other, monitor, 5)):
        await release(of_town, await need(of_town, class_id, quantity))
    await need(town, monitor, 7, cost_centre="1110", contract="Rahmenvertrag Bildschirme")
    async with town_tx({GROUP}, GROUP) as tx:
        await group.set_threshold(tx, Threshold(uuid4(), "Beispielschwelle", 1_000_000, "Vergabestelle fragen."), BY, now())
        lot = await group.lot(tx, notebook, QUARTER)
        await group.agree(tx, lot, TIERS, Key.QUANTITY, 0, Party(0, group=True), BY, now())
    async with town_tx({town}, town) as tx:
        old = date(2015, 3, 1)
        await tx.connection.execute("update asset set purchase_date = $2 where town_id = $1 and kind = 'workstation'", town, old)
        for one in (await estate.desktops(tx, town))[:1]:
            await estate.exempt(tx, town, one.id, "cad", "Bauamt", BY, now())
