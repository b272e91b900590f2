"""Enters the demonstration's products: who uses what and shares which facts, standards of the group, rules for names, licences.

Everything goes through the stores, as the named people. Makers and names of procedures are invented (`products`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from service.audit.chain import Actor
from service.auth.people import TownRef
from service.db import SafeTransaction, uuid7
from service.demo.people import ALL
from service.demo.products import PRODUCTS, Product
from service.software import licences as counting
from service.software import rules, values, words
from service.software.store import GROUP, door, entries, found
from service.software.store import licences as store

_CATEGORIES = {
    "Fachverfahren": "procedure", "Fernwirken": "control", "DMS": "dms", "Portal": "portal", "Zusammenarbeit": "teamwork",
    "Telefonie": "telephony", "Sicherheit": "security", "Datensicherung": "operation", "Betrieb": "operation",
    "Grundausstattung": "office",
}  # fmt: skip
_HOSTING = {"lokal": "local", "Rechenzentrum": "data_centre", "Cloud": "cloud"}
_OFFICES = {
    "Friedhof": "Friedhofsverwaltung", "Kasse und Haushalt": "Kämmerei", "Steuern und Abgaben": "Kämmerei", "Bauamt": "Bauamt",
    "Geoinformation": "Bauamt", "Liegenschaften": "Bauamt", "Melde- und Passwesen": "Bürgerbüro", "Standesamt": "Bürgerbüro",
    "Gewerbe": "Ordnungsamt", "Ordnungswidrigkeiten": "Ordnungsamt", "Lohn und Gehalt": "Personalamt",
    "Zeiterfassung": "Personalamt", "Sitzungsdienst": "Hauptamt", "Wahlen": "Hauptamt", "Trinkwasser": "Wasserwerk",
    "Abwasser": "Kläranlage", "Bauhof und Winterdienst": "Bauhof",
}  # fmt: skip
_SOLVED = {
    ("erbach", "Grabweg"): "Grabkarten sind eingescannt und mit den Feldern verknüpft.",
    ("michelstadt", "Ruheplan"): "Umzug aus der alten Kartei in sechs Wochen; Ablauf liegt als Liste vor.",
    ("michelstadt", "Aktenkreis eAkte"): "Aktenplan für alle Ämter, als Vorlage zu haben.",
    ("oberzent", "Klärwart"): "Alarme gehen nachts an zwei Telefone.",
    ("brombachtal", "Rufkreis Cloud"): "Rufumleitung bei Ausfall der Leitung ist erprobt.",
}
_STAFF = {"erbach": 96, "michelstadt": 110, "oberzent": 78, "brombachtal": 27}
_TIDY = ("erbach", "michelstadt")
"""Towns whose IT has confirmed what found names mean; the others still have that before them."""
_LICENSED = (("Office-Paket", -6), ("Wächter Endpunkt", 12), ("Sicherungsagent", 4))
"""Product, and licences above or below what is installed."""


async def fill(known: Mapping[str, TownRef], people: Mapping[str, Actor], now: datetime) -> int:
    """Enter what is missing; answers the number of uses."""
    made = 0
    for slug in ALL:
        town, admin = known[slug].id, people[f"it_{slug}"]
        async with door(town, write=True) as tx:
            there = {x.name for x in await entries.entries(tx, town)}
            for product in PRODUCTS:
                if slug in product.uses and product.name not in there:
                    await entries.save(tx, town, _entry(product, slug, now), admin, now - timedelta(days=40))
                    made += 1
            if slug in _TIDY:
                await _confirm(tx, town, admin, now)
            await _license(tx, town, admin, now)
    async with door(GROUP, write=True) as tx:
        for product in PRODUCTS:
            if product.standard and product.category != "Grundausstattung":
                await entries.set_standard(tx, product.name, product.purpose, people["isb"], now - timedelta(days=30))
    return made


def _entry(product: Product, slug: str, now: datetime) -> values.Entry:
    release, cost, days = product.uses[slug]
    ends = (now + timedelta(days=days)).date() if cost else None
    everybody = product.category in ("Grundausstattung", "Sicherheit", "Zusammenarbeit", "Telefonie", "DMS")
    shared = [x for x in words.USUAL if product.category not in ("Sicherheit", "Datensicherung") or x != "release"]
    if slug != "oberzent":
        shared.append("contract_end")
    if slug == "erbach" or product.purpose == "Friedhof":
        shared.append("cost_yearly")
    return values.Entry(
        id=uuid7(), key="", name=product.name, maker=product.maker, category=_CATEGORIES[product.category], release=release,
        users=_STAFF[slug] if everybody else 2 + len(product.name) * _STAFF[slug] // 200, hosting=_HOSTING[product.hosting],
        purpose=product.purpose, contract_end=ends, notice_on=ends - timedelta(days=91) if ends else None, cost_yearly=cost * 100,
        contact=_OFFICES.get(product.purpose, "IT-Abteilung"), processing_contract=_processing(product, slug),
        dms_interface="yes" if product.standard and product.category == "Fachverfahren" else "unknown",
        exit_plan="Export als CSV, zuletzt im Frühjahr geprobt." if product.personal_data and slug == "michelstadt" else "",
        solved=_SOLVED.get((slug, product.name), ""), facets=tuple(x for x in words.FACETS if x in shared),
    )  # fmt: skip


def _processing(product: Product, slug: str) -> str:
    if not product.personal_data or product.hosting == "lokal":
        return "no" if product.hosting == "lokal" else "unknown"
    return "unknown" if slug == "brombachtal" else "yes"


async def _confirm(tx: SafeTransaction, town: int, admin: Actor, now: datetime) -> None:
    """The IT confirms the suggestions that name a product of the town."""
    book = rules.Book(await found.rules(tx, town))
    products = {x.key: x.id for x in await entries.entries(tx, town)}
    groups = rules.groups(await found.names(tx, town), book, products, {})
    wanted = [(x.value, x.maker, x.suggestion.product) for x in groups if x.suggestion and x.suggestion.product]
    if wanted:
        await found.decide(tx, town, wanted, admin, now - timedelta(days=20))


async def _license(tx: SafeTransaction, town: int, admin: Actor, now: datetime) -> None:
    """Licences beside what is installed, as far as that is known; else beside the number of users."""
    if await store.licences(tx, town):
        return
    products = {x.name: x for x in await entries.entries(tx, town)}
    book = rules.Book(await found.rules(tx, town))
    keys = {x.key: x.id for x in products.values()}
    assigned = rules.assigned(rules.groups(await found.names(tx, town), book, keys, {}))
    counted = await found.installed(tx, town, assigned)
    for name, more in _LICENSED:
        if name in products:
            mine = products[name]
            number = max(1, counted.get(mine.id, mine.users or 1) + more)
            ends = mine.contract_end
            item = counting.Licence(uuid7(), mine.id, "device", number, f"Rahmenvertrag {now.year - 1}/{number}", ends)
            await store.save(tx, town, item, admin, now - timedelta(days=15))
    if "Aktenkreis eAkte" in products:
        mine = products["Aktenkreis eAkte"]
        item = counting.Licence(uuid7(), mine.id, "user", mine.users, "Beitritt zum Vertrag des Verbunds", mine.contract_end)
        await store.save(tx, town, item, admin, now - timedelta(days=15))
    if "LibreOffice" in products:
        item = counting.Licence(uuid7(), products["LibreOffice"].id, "unlimited", None, "freie Lizenz")
        await store.save(tx, town, item, admin, now - timedelta(days=15))
