"""Hand-overs of the demonstration: one device offered from town to town, one accepted. Through the store, as the named people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from service.audit.chain import Actor
from service.auth.people import TownRef
from service.db import town_tx
from service.inventory.handover import USUAL, Offer
from service.inventory.store import handover as handing
from service.settings import BERLIN

_DEVICE: Final = """select id from asset where town_id = $1 and kind = $2 and status in ('in_use', 'in_stock')
and serial is not null and gone_at is null and lent_from is null order by sort_name, id limit 1"""


@dataclass(frozen=True, slots=True)
class _Told:
    """One hand-over; days are counted from the demonstration's today. `accepted` is None while nobody has answered."""

    giver: str
    receiver: str
    kind: str
    reason: str
    offered: int
    planned: int
    accepted: int | None = None


STORY: Final = (
    _Told("erbach", "brombachtal", "projector", "für die Bürgerversammlung im Dezember, hier liegt ein zweiter", -6, -2, -2),
    _Told("michelstadt", "oberzent", "scanner", "das Archiv ist fertig eingescannt", -1, 12),
)


async def fill(known: Mapping[str, TownRef], people: Mapping[str, Actor], now: datetime) -> int:
    """Make what is missing; answers the number of hand-overs made."""
    made = 0
    for told in STORY:
        giver, receiver = known[told.giver].id, known[told.receiver].id
        at = now + timedelta(days=told.offered)
        on = (now + timedelta(days=told.planned)).astimezone(BERLIN).date()
        wish = Offer(told.receiver, on.isoformat(), told.reason, USUAL)
        async with town_tx([giver], giver) as tx:
            device = await tx.connection.fetchval(_DEVICE, giver, told.kind)
            if device is None or any(one.role == "giver" for one in await handing.handovers(tx, giver)):
                continue
            key = await handing.offer(tx, giver, device, wish, by=people[f"it_{told.giver}"], now=at)
        await handing.tell(giver, key, now=at)
        made += 1
        if told.accepted is not None:
            answered = now + timedelta(days=told.accepted)
            await handing.accept(giver, receiver, key, by=people[f"it_{told.receiver}"], now=answered)
    return made
