"""Enters the demonstration's structure analysis: processes with their protection needs, and what they need down to the site.

Everything goes through the stores, as the security officer. Processes and their levels: `domain.md` 9, fictional.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from isms.protection import Goal, Need, Reasoning
from isms.store.measures import GROUP
from isms.structure.store import protection
from service.audit.chain import Actor
from service.auth.people import TownRef
from service.db import SafeTransaction, town_tx, uuid7
from service.demo.people import ALL
from service.objects import store as objects
from service.objects.standard import TargetKind
from service.objects.store import devices, needs
from service.objects.store import proposals as inventory
from service.software.store import entries

_MAIL, _FILES, _NAMES = "E-Mail", "Dateiablage", "Verzeichnisdienst und Namensauflösung"
_PHONES, _SERVERS, _HOSTS = "Telefone und Telefonanlage", "Server und Speicher", "Virtualisierung"
_NETS, _LINE, _SWITCHES = "Interne Netze", "Internetzugang und VPN", "Switches und Router"
_TOWNS = {"E": "erbach", "M": "michelstadt", "O": "oberzent", "B": "brombachtal"}


@dataclass(frozen=True, slots=True)
class Process:
    """A process: levels of C, I, A (n h s), towns, purposes of the products it uses, further objects."""

    name: str
    office: str
    levels: str
    towns: str
    purposes: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()


def _process(line: str) -> Process:
    name, office, levels, towns, purposes, uses = line.split("|")
    return Process(name, office, levels, towns, tuple(filter(None, purposes.split(";"))), tuple(filter(None, uses.split(";"))))


PROCESSES = tuple(
    _process(line)
    for line in f"""\
Gefahrenabwehr im Ordnungsamt|Ordnungsamt|hhs|EMOB|Ordnungswidrigkeiten|{_NAMES};{_PHONES}
Stab und Krisenkommunikation|Hauptamt|nhs|EMOB||{_MAIL};{_PHONES}
Telefonische Erreichbarkeit|Hauptamt|nnh|EMOB|Telefonanlage|{_PHONES}
Trinkwasser überwachen|Wasserwerk|nss|EMOB|Trinkwasser|Fernwirktechnik Wasser und Abwasser
Kläranlage betreiben|Kläranlage|nsh|O|Abwasser|Fernwirktechnik Wasser und Abwasser
Feuerwehr alarmieren und verwalten|Feuerwehr|hhs|EMOB|Feuerwehr|Notebooks
Winterdienst|Bauhof|nnh|EMO|Bauhof und Winterdienst|Tablets und Smartphones
IT-Kerndienste|IT-Abteilung|hhh|EMOB||{_NAMES};{_NETS}
Kita-Betrieb und Notfallkontakte|Kita-Verwaltung|hhh|EMOB|Kita-Verwaltung|Tablets und Smartphones
E-Mail und fristwahrende Post|Hauptamt|hhh|EMOB|Schutz der E-Mail|{_MAIL}
Sterbefälle beurkunden|Standesamt|hhh|EMO|Standesamt|{_NAMES}
Daten sichern und wiederherstellen|IT-Abteilung|hhh|EMOB|Sicherung der Server;Sicherung auf NAS|{_SERVERS}
Wahlen|Hauptamt|nsh|EMOB|Wahlen|{_NAMES}
Lohn und Gehalt|Personalamt|hhn|EMOB|Lohn und Gehalt|{_FILES}
Kasse und Zahlungsverkehr|Kämmerei|hhn|EMOB|Kasse und Haushalt|{_NAMES}
Melde- und Passwesen|Bürgerbüro|hhn|EMOB|Melde- und Passwesen|{_NAMES}
Posteingang und Akten|Hauptamt|hhn|EMO|Dokumentenverwaltung;Posteingang|{_FILES}
Friedhof|Friedhofsverwaltung|nhn|EMO|Friedhof|{_FILES}
Bad mit Chlortechnik|Bäderbetrieb|nhh|EM|Bad|Gebäudetechnik und Kameras
Sitzungsdienst|Hauptamt|nnn|EMOB|Sitzungsdienst|{_MAIL}
Steuern und Abgaben|Kämmerei|hhn|EMO|Steuern und Abgaben|{_FILES}
Gewerbe|Ordnungsamt|nnn|EMOB|Gewerbe|Arbeitsplatz-PCs
Bauanträge und Geodaten|Bauamt|nhn|EMO|Bauamt;Geoinformation|{_FILES}
Bücherei|Bücherei|nnn|EM|Bücherei|Arbeitsplatz-PCs
""".splitlines()
)

_CHAIN = (
    (_MAIL, _SERVERS), (_FILES, _SERVERS), (_NAMES, _SERVERS), (_SERVERS, _HOSTS), (_SERVERS, _NETS), (_HOSTS, _NETS),
    (_PHONES, _NETS), (_NETS, _SWITCHES), (_MAIL, _LINE), (_LINE, "Firewalls"), (_LINE, "Regionaler IT- und Netzdienstleister"),
    (_HOSTS, "Serverraum"), (_SWITCHES, "Serverraum"), ("Serverraum", "Unterbrechungsfreie Stromversorgung"),
    ("Serverraum", "Rathaus"), ("Arbeitsplatz-PCs", _NETS), ("Notebooks", _LINE), ("Tablets und Smartphones", "WLAN"),
    ("WLAN", _SWITCHES), ("Fernwirktechnik Wasser und Abwasser", _SWITCHES), ("Gebäudetechnik und Kameras", _SWITCHES),
    ("Büroprogramme und Webbrowser", "Arbeitsplatz-PCs"), ("Webauftritt und Onlinedienste", _LINE),
)  # fmt: skip
_LEVELS = {"n": Need.NORMAL, "h": Need.HOCH, "s": Need.SEHR_HOCH}
_WANTED = frozenset({TargetKind.PROCEDURE, TargetKind.PROVIDER, TargetKind.NETWORK})


async def fill(known: Mapping[str, TownRef], people: Mapping[str, Actor], now: datetime) -> int:
    """Enter what is missing; answers the number of processes."""
    made = 0
    for slug in ALL:
        town = known[slug].id
        async with town_tx({town, GROUP}, town) as tx:
            if not any(x.kind == TargetKind.PROCESS for x in await objects.targets(tx, town)):
                made += await _town(tx, slug, town, people["isb"], now - timedelta(days=120))
    return made


async def _town(tx: SafeTransaction, slug: str, town: int, isb: Actor, now: datetime) -> int:
    # Requirements of single procedures and networks stand at the groups of the standard structure: no categories here.
    for one in await inventory.objects(tx, town):
        if one.kind in _WANTED:
            item = objects.Target(uuid7(), one.name, str(one.kind), (), one.rule, source=one.source)
            await objects.add(tx, town, item, isb, now)
    by_purpose: dict[str, list[str]] = {}
    for product in await entries.entries(tx, town):
        by_purpose.setdefault(product.purpose, []).append(product.name)
    mine = [x for x in PROCESSES if slug in {_TOWNS[letter] for letter in x.towns}]
    for process in mine:
        await objects.add(
            tx, town, objects.Target(uuid7(), process.name, TargetKind.PROCESS, (), responsible=process.office), isb, now
        )
    ids = {x.name: x.id for x in await objects.targets(tx, town)}
    local = {x.name for x in await entries.entries(tx, town) if x.hosting == "local"}
    kinds = {x.name: x.kind for x in await objects.targets(tx, town)}
    pairs = [*_CHAIN]
    pairs += [(name, _SERVERS if name in local else _LINE) for name, kind in kinds.items() if kind == TargetKind.PROCEDURE]
    for process in mine:
        pairs += [(process.name, name) for purpose in process.purposes for name in by_purpose.get(purpose, ())]
        pairs += [(process.name, name) for name in process.uses]
    await _link(tx, town, ids, pairs, isb, now)
    await inventory.take_needs(tx, town, None, isb, now)
    for process in mine:
        for goal, letter in zip(Goal, process.levels, strict=True):
            await protection.put(tx, town, ids[process.name], goal, (_LEVELS[letter], None, ""), isb, now)
    await _overrides(tx, slug, town, ids, isb, now)
    return len(mine)


async def _link(
    tx: SafeTransaction, town: int, ids: Mapping[str, UUID], pairs: list[tuple[str, str]], isb: Actor, now: datetime
) -> None:
    for consumer, provider in dict.fromkeys(pairs):
        if consumer in ids and provider in ids:
            item = needs.Need(uuid7(), ids[consumer], ids[provider])
            if consumer == "Gefahrenabwehr im Ordnungsamt":
                item = replace(item, required_hours=4, note="Papier und Telefon überbrücken die ersten Stunden")
            await needs.add(tx, town, item, isb, now)


async def _overrides(tx: SafeTransaction, slug: str, town: int, ids: Mapping[str, UUID], isb: Actor, now: datetime) -> None:
    """Shared load of the hosts in the larger towns, many normal needs on the office programs, and one to look at again."""
    if slug in ("erbach", "michelstadt"):
        why = (Need.HOCH, Reasoning.VERTEILUNG, "Drei Hosts, zwei tragen alle virtuellen Server.")
        await protection.put(tx, town, ids[_HOSTS], Goal.AVAILABILITY, why, isb, now)
    if slug == "oberzent":
        target, later = ids["Webauftritt und Onlinedienste"], now + timedelta(days=60)
        line = await protection.line(tx, town, ids["Sitzungsdienst"])
        await needs.add(tx, town, needs.Need(uuid7(), line.id, target), isb, now)
        why = (Need.HOCH, Reasoning.KUMULATION, "Viele Ämter veröffentlichen über dieselbe Seite.")
        await protection.put(tx, town, target, Goal.AVAILABILITY, why, isb, now)
        await needs.add(tx, town, needs.Need(uuid7(), ids["Stab und Krisenkommunikation"], target), isb, later)
    if slug == "brombachtal":
        estate = await devices.estate(tx, town)
        left = estate.dangling((x.kind, x.rule) for x in await objects.targets(tx, town))
        await devices.exclude(tx, town, estate.these(left)[:1], "Leihgerät, geht zum Monatsende zurück", isb, now)
