"""Offers and templates here and in the other town, with an answer, a file and a copy that is behind its origin."""

import dataclasses
from datetime import timedelta

from service.audit.chain import Actor
from service.auth import store
from service.cooperation.rules import Offer, Template
from service.cooperation.store import door, offers, templates
from service.db import service_tx, uuid7
from service.settings import now

BY = Actor("Test")


async def helps(town: int) -> None:
    """Both directions, so that every page has something to show."""
    async with service_tx() as tx:
        found = await store.town(tx, "beispielheim")
    assert found is not None
    today = now().date()
    keys = {}
    for where, title in ((town, "Beamer für Sitzungen"), (found.id, "Zwei Plätze in der Erstschulung")):
        async with door(where, write=True) as tx:
            text = "Liegt im Rathaus.\n\nAbholung nach Absprache."
            item = Offer(uuid7(), "device", title, text, today + timedelta(days=60), "IT-Administration")
            keys[where] = await offers.save(tx, where, item, BY, now(), today)
            guide = Template(uuid7(), "guide", f"Anleitung: {title}", text)
            made = await templates.save(tx, where, guide, ("anleitung.pdf", "pdf", b"%PDF-1.7"), BY, now())
            await templates.share(tx, where, made, BY, now(), shared=True)
    async with door(found.id, write=True) as tx:
        await offers.reply(tx, found.id, keys[town], "Für die Sitzung im Januar", "Hauptamt", BY, now(), today)
    async with door(town, write=True) as tx:
        (theirs,) = await templates.others(tx, town)
        await templates.adopt(tx, town, theirs.id, BY, now())
    async with door(found.id, write=True) as tx:
        (mine,) = await templates.own(tx, found.id)
        await templates.save(tx, found.id, dataclasses.replace(mine, text="Neu gefasst."), None, BY, now())
