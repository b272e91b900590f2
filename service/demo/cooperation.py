"""Enters the demonstration's offers of help, answers and templates. Everything goes through the stores, as the named people."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from service.audit.chain import Actor
from service.auth.people import TownRef
from service.cooperation.rules import Offer, Template
from service.cooperation.store import door, offers, templates
from service.db import uuid7
from service.settings import BERLIN

_IT = "IT-Administration"
_OFFERS = (
    ("erbach", "device", "Zwei Beamer für Sitzungen", "Abholung nach Absprache.", 90, _IT),
    ("michelstadt", "training", "Vier Plätze in der Schulung „Phishing erkennen“", "Im Sitzungssaal.", 45, "Hauptamt"),
    ("michelstadt", "deputy", "Vertretung der IT an Brückentagen", "Rufbereitschaft bis 16 Uhr.", 150, _IT),
    ("oberzent", "knowledge", "Alarmierung der Kläranlage", "Zwei Wege, ein Jahr erprobt.", 200, "Kläranlage"),
)  # fmt: skip
_ANSWERS = (
    ("brombachtal", "Zwei Beamer für Sitzungen", "Für die Bürgerversammlung im Dezember.", "Hauptamt"),
    ("oberzent", "Vier Plätze in der Schulung „Phishing erkennen“", "Zwei Plätze genügen uns.", "Personalamt"),
    ("erbach", "Vier Plätze in der Schulung „Phishing erkennen“", "Gern alle vier.", "Personalamt"),
)
_TEMPLATES = (
    ("michelstadt", "policy", "Richtlinie für Passwörter und zweiten Faktor", True,
     "Jede Anmeldung braucht zwei Faktoren.\n\nPasswörter haben mindestens zwölf Zeichen."),
    ("erbach", "instruction", "Dienstanweisung mobiles Arbeiten", True,
     "Unterlagen verlassen das Rathaus nur auf verschlüsselten Geräten.\n\nEin verlorenes Gerät melden Sie sofort."),
    ("oberzent", "guide", "Anleitung: Was tun, wenn der Bildschirm eine Erpressung zeigt", True,
     "Netzkabel ziehen, Gerät eingeschaltet lassen, anrufen.\n\nNichts löschen und nichts bezahlen."),
    ("brombachtal", "tender", "Leistungsbeschreibung für Notebooks", False, "Entwurf, noch nicht abgestimmt."),
)  # fmt: skip


async def fill(known: Mapping[str, TownRef], people: Mapping[str, Actor], now: datetime) -> int:
    """Make them once; answers how many offers and templates there are."""
    today = now.astimezone(BERLIN).date()
    made = {}
    for slug, kind, title, text, days, contact in _OFFERS:
        town = known[slug].id
        async with door(town, write=True) as tx:
            item = Offer(uuid7(), kind, title, text, today + timedelta(days=days), contact)
            made[title] = await offers.save(tx, town, item, people[f"it_{slug}"], now - timedelta(days=9), today)
    for slug, title, note, contact in _ANSWERS:
        town = known[slug].id
        async with door(town, write=True) as tx:
            await offers.reply(tx, town, made[title], note, contact, people[f"it_{slug}"], now - timedelta(days=3), today)
    given = known["michelstadt"].id
    async with door(given, write=True) as tx:
        (training, *_rest) = [one.id for one in await offers.own(tx, given) if one.kind == "training"]
        await offers.give(tx, given, training, known["oberzent"].id, people["it_michelstadt"], now - timedelta(days=1))
    for slug, kind, title, shared, text in _TEMPLATES:
        town = known[slug].id
        async with door(town, write=True) as tx:
            key = await templates.save(
                tx, town, Template(uuid7(), kind, title, text), None, people[f"it_{slug}"], now - timedelta(days=20)
            )
            await templates.share(tx, town, key, people[f"it_{slug}"], now - timedelta(days=19), shared=shared)
    async with door(known["erbach"].id, write=True) as tx:
        policy = next(one for one in await templates.others(tx, known["erbach"].id) if one.kind == "policy")
        await templates.adopt(tx, known["erbach"].id, policy.id, people["it_erbach"], now - timedelta(days=5))
    return len(_OFFERS) + len(_TEMPLATES)
