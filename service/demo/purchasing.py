"""What the towns of the demonstration want to buy: the worked example of `domain.md` 2.13, with fictional prices.

Thirty-eight notebooks of four towns are one lot at three tiers; a joint software for all is split by inhabitants; monitors
of Erbach stay its own. All through the stores, as the named people.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID, uuid4

from service.audit.chain import Actor
from service.auth.people import TownRef
from service.db import SafeTransaction, town_tx
from service.purchasing import quarters
from service.purchasing.consent import Party
from service.purchasing.lots import Key, Tier
from service.purchasing.replacement import Urgency, plan
from service.purchasing.store import agreeing, estate, group, needs
from service.purchasing.store.group import GROUP
from service.purchasing.thresholds import Threshold
from service.purchasing.views import Draft, SpecClass
from service.settings import BERLIN

CLASSES = {
    "notebook": (
        "Notebook 14 Zoll",
        "14 Zoll, 16 GB Arbeitsspeicher, 512 GB Speicher, Dockinganschluss USB-C, fünf Jahre Garantie vor Ort.",
    ),
    "monitor": ("Monitor 27 Zoll", "27 Zoll, höhenverstellbar, USB-C mit Stromversorgung für das Notebook."),
    "training": ("Schulungsplattform Informationssicherheit", "Jahreslizenz für alle Beschäftigten des Verbunds."),
}
NOTEBOOKS = {"erbach": 12, "michelstadt": 14, "oberzent": 9, "brombachtal": 3}
NOTEBOOK_TIERS = (Tier(1, 104_900), Tier(10, 97_900), Tier(25, 91_900))
PLATFORM_TIERS = (Tier(1, 280_000), Tier(4, 250_000))
THRESHOLDS = (
    (
        "Beispielwert: drei Angebote",
        100_000,
        "Beispiel der Vorführung, keine Rechtsauskunft: drei Angebote einholen und vermerken.",
    ),
    (
        "Beispielwert: Vergabestelle",
        2_500_000,
        "Beispiel der Vorführung, keine Rechtsauskunft: die Vergabestelle führt das Verfahren.",
    ),
)


async def shop(known: Mapping[str, TownRef], people: Mapping[str, Actor], now: datetime) -> int:
    """Classes, thresholds, needs, releases and prices; answers the number of needs."""
    first, second = quarters.following(now.astimezone(BERLIN).date(), 3)[1:]
    classes = await _group(people["isb"], now)
    wishes = [(slug, "notebook", number, "end_of_support", first, True) for slug, number in NOTEBOOKS.items()]
    wishes += [(slug, "training", 1, "new", second, True) for slug in NOTEBOOKS]
    wishes += [("erbach", "monitor", 20, "replacement", second, False), ("oberzent", "monitor", 8, "new", second, True)]
    for slug, name, quantity, reason, quarter, shared in wishes:
        town, admin = known[slug].id, people[f"it_{slug}"]
        async with town_tx({town, GROUP}, town) as tx:
            devices = await _unsupported(tx, town, now) if reason == "end_of_support" else ()
            draft = Draft(classes[name], quantity, quarter, reason, cost_centre="1110.01", assets=devices[:quantity])
            key = await needs.save(tx, town, draft, admin, now)
            if shared:
                await needs.share(tx, town, key, admin, now, shared=True, version=1)
        async with town_tx({town, GROUP}, GROUP) as tx:
            await needs.publish(tx, town)
    lead = people["it_michelstadt"]
    async with town_tx({GROUP}, GROUP) as tx:
        notebooks = await group.lot(tx, classes["notebook"], first)
        party = Party(known["michelstadt"].id)
        for lot in (notebooks, await group.lot(tx, classes["training"], second)):
            await agreeing.set_lead(tx, lot, party.town, party, lead, now)
        await group.agree(tx, notebooks, NOTEBOOK_TIERS, Key.QUANTITY, 0, party, lead, now)
        platform = await group.lot(tx, classes["training"], second)
        await group.agree(tx, platform, PLATFORM_TIERS, Key.INHABITANTS, 0, party, lead, now)
    return len(wishes)


async def _unsupported(tx: SafeTransaction, town: int, now: datetime) -> tuple[UUID, ...]:
    """The town's desktops and notebooks without their maker's support: what the new notebooks replace."""
    today = now.astimezone(BERLIN).date()
    due = plan(await estate.devices(tx, town, today), await estate.limits(tx, town), today)
    return tuple(
        line.device.id for line in due if line.urgency is Urgency.GAP and line.device.kind in ("workstation", "notebook")
    )


async def _group(by: Actor, now: datetime) -> dict[str, UUID]:
    async with town_tx({GROUP}, GROUP) as tx:
        for name, cents, hint in THRESHOLDS:
            await group.set_threshold(tx, Threshold(uuid4(), name, cents, hint), by, now)
        return {
            key: await group.save_class(tx, SpecClass(uuid4(), name, text, retired=False, version=0), by, now)
            for key, (name, text) in CLASSES.items()
        }
