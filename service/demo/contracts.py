"""Enters the demonstration's contracts, registered certificates, staff with mobile work, telephone systems and reminders.

Everything goes through the stores, as the named people; partners and numbers are invented.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from service.audit.chain import Actor
from service.auth.people import TownRef
from service.contracts.certificates import Certificate
from service.contracts.phones import PhoneSystem
from service.contracts.store import certificates, contracts, phones
from service.contracts.terms import Contract, add_months
from service.db import SafeTransaction, town_tx, uuid7
from service.deadlines.store import dates, reminders
from service.demo.people import ALL
from service.demo.sites import BY_SLUG
from service.inventory.store import sites as site_store
from service.software.store import entries

_SHARE: Final = {"erbach": 10, "michelstadt": 11, "oberzent": 7, "brombachtal": 3}
_OFFICES: Final = ("Hauptamt", "Bauamt", "Kämmerei", "Ordnungsamt", "Bürgerbüro", "Personalamt", "Wasserwerk", "Jugendpflege")
_VPN: Final = {"erbach": (44, 38, 2), "michelstadt": (42, 35, 7), "oberzent": (24, 15, 0), "brombachtal": (8, 8, 0)}
"""Staff with mobile work, certificates assigned to them, and how many of these end in 21 days."""
_DEVICES: Final = """select id from asset where town_id = $1 and kind = any($2) and gone_at is null and merged_into is null
and lent_from is null order by sort_name, id limit $3"""


async def fill(known: Mapping[str, TownRef], people: Mapping[str, Actor], now: datetime) -> int:
    """Enter what is missing; answers the number of contracts."""
    made = 0
    for slug in ALL:
        town, admin = known[slug].id, people[f"it_{slug}"]
        async with town_tx({town, 0}, town) as tx:
            if not await contracts.contracts(tx, town):
                agreed = await _contracts(tx, slug, town, admin, now)
                await _phones(tx, slug, town, agreed, admin, now)
                await _certificates(tx, slug, town, admin, now)
                await reminders.make(tx, town, await dates.deadlines(tx, town, slug, now), now)
                made += len(agreed)
    return made


def _plans(slug: str, today: date) -> Sequence[tuple[str, dict[str, Any]]]:
    """(Key, fields) of each contract; days are told from today, so that something is always due."""
    share, code = _SHARE[slug], BY_SLUG[slug].code

    def day(number: int) -> date:
        return today + timedelta(days=number)

    def end_of_year(years: int) -> date:
        return date(today.year + years, 12, 31)

    return (
        ("printers", {"kind": "maintenance", "title": "Wartung Drucker und Kopierer", "partner": "Bürokreis Service GmbH",
                      "number": f"{code}-W-{share}7", "starts_on": date(today.year - 2, 1, 1), "ends_on": end_of_year(0),
                      "notice_count": 6, "notice_unit": "week", "renews_months": 12, "cost_yearly": share * 62_000,
                      "responsible": "Hauptamt"}),
        ("uplink", {"kind": "line", "title": "Internetanschluss Rathaus", "partner": "Talnetz eG", "number": f"TN-{share}4410",
                    "line": f"TN-{code}-1", "technology": "fibre", "down_mbit": 1000, "up_mbit": 500,
                    "starts_on": date(today.year - 3, 4, 1), "ends_on": date(today.year + 1, 3, 31),
                    "notice_count": 3, "renews_months": 12, "cost_yearly": 478_800, "responsible": "IT-Abteilung"}),
        ("mobile", {"kind": "line", "title": "Mobilfunk der Verwaltung", "partner": "Funkwerk Süd", "number": f"FS-{share}208",
                    "line": f"{share * 3} Karten", "technology": "mobile",
                    "starts_on": add_months(today, -22), "ends_on": day(70),
                    "notice_count": 1, "renews_months": 1, "cost_yearly": share * 36_000, "responsible": "IT-Abteilung"}),
        ("servers", {"kind": "warranty", "title": "Garantieverlängerung Server", "partner": "Ahornblatt IT",
                     "number": f"AB-G-{share}1", "starts_on": add_months(today, -14), "ends_on": add_months(today, 22),
                     "cost_yearly": share * 19_000, "responsible": "IT-Abteilung"}),
        ("centre", {"kind": "service", "title": "Betrieb im Rechenzentrum", "partner": "Regionaler Netzdienstleister",
                    "number": f"RZ-{code}-2", "starts_on": date(today.year - 4, 1, 1), "ends_on": end_of_year(1),
                    "notice_count": 12, "renews_months": 24, "cost_yearly": share * 480_000, "responsible": "IT-Abteilung"}),
        ("cyber", {"kind": "insurance", "title": "Cyberversicherung", "partner": "Haftpflichtverband der Gemeinden",
                   "number": f"CV-{share}93", "starts_on": date(today.year - 1, 3, 1), "ends_on": add_months(day(95), 0),
                   "notice_count": 3, "renews_months": 12, "cost_yearly": share * 54_000, "responsible": "Kämmerei"}),
        ("paper", {"kind": "processing", "title": "Auftragsverarbeitung Aktenvernichtung", "partner": "Schredderhof GmbH",
                   "number": f"AV-{code}", "starts_on": date(today.year - 5, 6, 1), "notice_count": 4, "notice_unit": "week",
                   "cost_yearly": share * 8_000, "responsible": "Hauptamt"}),
        ("phones", {"kind": "maintenance", "title": "Wartung Telefonanlage", "partner": "Rufwerk Technik",
                    "number": f"RW-{share}5", "starts_on": date(today.year - 6, 10, 1), "ends_on": end_of_year(0),
                    "notice_count": 3, "renews_months": 12, "cost_yearly": share * 21_000, "responsible": "IT-Abteilung",
                    **({"cancelled_on": add_months(today, -3)} if slug == "oberzent" else {})}),
        ("lease", {"kind": "lease", "title": "Leasing Multifunktionsgeräte", "partner": "Bürokreis Leasing GmbH",
                   "number": f"{code}-L-3", "starts_on": add_months(today, -62), "ends_on": add_months(today, -2),
                   "cost_yearly": share * 41_000, "responsible": "Hauptamt"}),
    )  # fmt: skip


async def _contracts(tx: SafeTransaction, slug: str, town: int, admin: Actor, now: datetime) -> dict[str, UUID]:
    """The contracts with what they are about; answers their ids."""
    made: dict[str, UUID] = {}
    for key, told in _plans(slug, now.date()):
        made[key] = await contracts.save(tx, town, Contract(uuid7(), **told), admin, now - timedelta(days=25))
    sites = {x.name: x.id for x in await site_store.sites(tx, town)}
    products = {x.name: x.id for x in await entries.entries(tx, town)}
    about = [
        ("printers", "asset", await _devices(tx, town, ("printer",), 20)),
        ("servers", "asset", await _devices(tx, town, ("server", "storage", "hypervisor"), 8)),
        ("uplink", "site", [sites["Rathaus"]]),
        ("centre", "product", [products[name] for name in ("Meldekreis", "Kassenkompass") if name in products]),
        ("phones", "site", [sites["Rathaus"]]),
    ]
    for key, kind, targets in about:
        if targets:
            await contracts.link(tx, town, made[key], kind, targets, admin, now - timedelta(days=25))
    return made


async def _devices(tx: SafeTransaction, town: int, kinds: Sequence[str], most: int) -> list[UUID]:
    return [row["id"] for row in await tx.connection.fetch(_DEVICES, town, list(kinds), most)]


async def _phones(tx: SafeTransaction, slug: str, town: int, agreed: Mapping[str, UUID], admin: Actor, now: datetime) -> None:
    """The town hall's system, old lines of the fire brigade, cloud telephony where the story has it."""
    number = ALL.index(slug) + 1
    for site in await site_store.sites(tx, town):
        block = f"069 90009 {number}{len(site.name) % 10}0 bis {number}{len(site.name) % 10}9"
        told: dict[str, Any] | None = None
        if site.kind == "Rathaus":
            old, cloud = slug == "oberzent", slug == "brombachtal"
            told = {
                "kind": "cloud" if cloud else "isdn" if old else "sip", "maker": "Rufkreis" if cloud else "Tischlein",
                "model": "Cloud" if cloud else "T 150" if old else "T 500 IP", "provider": "Talnetz eG",
                "line": f"SIP {number}00", "contract": agreed["phones"],
                "support_ends": now.date() + timedelta(days=45 if old else 700),
                "emergency_calls": "yes", "without_power": "no" if cloud else "yes",
            }  # fmt: skip
        elif site.kind in ("Feuerwehr", "Bauhof"):
            told = {"kind": "isdn", "maker": "Tischlein", "model": "T 3", "provider": "Talnetz eG", "without_power": "no",
                    "emergency_calls": "yes" if site.kind == "Feuerwehr" else "unknown"}  # fmt: skip
        elif site.kind == "Kita":
            told = {"kind": "sip", "maker": "Tischlein", "model": "T 20 IP", "provider": "Talnetz eG"}
        if told:
            item = PhoneSystem(uuid7(), site.id, numbers=block, version=0, **told)
            await phones.save(tx, town, item, admin, now - timedelta(days=18))


async def _certificates(tx: SafeTransaction, slug: str, town: int, admin: Actor, now: datetime) -> None:
    """Certificates for VPN as the story counts them, and a few others; the number of people with mobile work."""
    staff, assigned, short = _VPN[slug]
    code, today, at = BY_SLUG[slug].code.lower(), now.date(), now - timedelta(days=12)
    notebooks = await _devices(tx, town, ("notebook",), assigned)
    for index in range(assigned):
        ends = today + timedelta(days=21 if index < short else 120 + index * 9)
        holder = _OFFICES[index % len(_OFFICES)]
        asset = notebooks[index] if index < len(notebooks) else None
        item = Certificate(uuid7(), "vpn_user", f"vpn-{code}-{index + 1:03d}", ends, asset, holder, True, "Odenwald VPN CA")
        await certificates.save(tx, town, item, admin, at)
    for purpose, subject, holder, days in (
        ("vpn_device", f"vpn-{code}-bauhof", "Außenstelle Bauhof", 260),
        ("mail", f"poststelle@{slug}.example", "Poststelle", 140),
        ("code", f"{BY_SLUG[slug].name}: Makros der Kämmerei", "Kämmerei", 25),
    ):
        item = Certificate(uuid7(), purpose, subject, today + timedelta(days=days), holder=holder, issuer="Odenwald CA")
        await certificates.save(tx, town, item, admin, at)
    for number, days in ((staff - 3, 190), (staff, 12)):
        await certificates.count_staff(tx, town, number, today - timedelta(days=days), admin, at)
