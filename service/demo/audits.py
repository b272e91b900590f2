"""Enters the demonstration's audits: what was done, what runs and what is planned, with samples, findings and re-checks.

Everything goes through the stores, as the security officer and the auditor; only one town has a finding that is overdue.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from isms.audits.plan import Act, Audit, Finding
from isms.audits.store import audits, checks, findings
from service.audit.chain import Actor
from service.auth.people import TownRef
from service.db import SafeTransaction, town_tx, uuid7
from service.demo.people import ALL

ISB, KDLZ = "Informationssicherheitsbeauftragte", "KDLZ-CS"


@dataclass(frozen=True, slots=True)
class Told:
    """A finding of the demonstration; days count from today."""

    weight: str
    title: str
    text: str
    word: str
    """Occurs in the title of the requirement it is about."""
    due: int
    measure: bool = False
    recheck: str = ""


_RESTORE: Final = Told(
    "severe", "Die Wiederherstellung wurde nie geprüft", "Kein Protokoll vorhanden.", "sicherung", -20, measure=True
)
_KEYS: Final = Told("minor", "Schlüsselbuch des Serverraums unvollständig", "Zwei Ausgaben fehlen.", "zutritt", 35)
_SIGNS: Final = Told("recommendation", "Netzplan im Serverraum aushängen", "Liegt nur als Datei vor.", "netz", 90)
_ACCOUNTS: Final = Told(
    "minor",
    "Konten ausgeschiedener Personen bestehen",
    "Drei Konten im Verzeichnis.",
    "konten",
    -60,
    recheck="Alle drei gesperrt.",
)
_FOUND: Final = {
    "erbach": (_KEYS, _ACCOUNTS),
    "michelstadt": (_SIGNS, _ACCOUNTS),
    "oberzent": (_RESTORE, _KEYS),
    "brombachtal": (_KEYS, _SIGNS),
}


async def fill(known: Mapping[str, TownRef], people: Mapping[str, Actor], now: datetime) -> int:
    """Enter what is missing; answers how many audits."""
    made = 0
    for slug in ALL:
        town = known[slug].id
        async with town_tx({town, 0}, town) as tx:
            if not await audits.entries(tx, [town]):
                made += await _town(tx, slug, town, people["isb"], people["auditor"], now)
    return made


async def _town(tx: SafeTransaction, slug: str, town: int, isb: Actor, auditor: Actor, now: datetime) -> int:
    day = now.date()
    done = Audit(uuid7(), "WiBA-Durchsicht", "wiba", day - timedelta(days=120), day - timedelta(days=110), ISB)
    key = await audits.save(tx, town, done, isb, now - timedelta(days=200))
    await audits.act(tx, town, key, Act.BEGIN, 1, isb, now - timedelta(days=120))
    if await audits.population(tx, town, done):
        await audits.draw(tx, town, key, f"{slug}-{day.year}", auditor, now - timedelta(days=119))
    await _seen(tx, town, key, auditor, now - timedelta(days=115))
    for told in _FOUND[slug]:
        await _found(tx, town, key, told, isb, auditor, now)
    finished = replace(done, id=key, result="Grundlagen vorhanden, Nachweise lückenhaft.", version=2)
    await audits.save(tx, town, finished, isb, now - timedelta(days=110))
    await audits.act(tx, town, key, Act.FINISH, 3, isb, now - timedelta(days=110))
    running = Audit(
        uuid7(), "Internes Audit der Datensicherung", "internal", day - timedelta(days=7), day + timedelta(days=14), ISB
    )
    key = await audits.save(tx, town, running, isb, now - timedelta(days=90))
    await audits.act(tx, town, key, Act.BEGIN, 1, isb, now - timedelta(days=7))
    planned = (
        Audit(uuid7(), "Reifegrad der Cybersicherheit", "kdlz", day + timedelta(days=75), None, KDLZ),
        Audit(uuid7(), "Datenschutz im Bürgerbüro", "privacy", day + timedelta(days=140), None, "Datenschutzbeauftragte"),
    )
    for item in planned:
        await audits.save(tx, town, item, isb, now - timedelta(days=90))
    return 2 + len(planned)


async def _seen(tx: SafeTransaction, town: int, key: UUID, auditor: Actor, at: datetime) -> None:
    """The auditor looked at some of what is said to be done or needless."""
    (item,) = [x.audit for x in await audits.entries(tx, [town]) if x.audit.id == key]
    lines = await checks.checklist(tx, town, item, at.date())
    answered = [x for x in lines if x.entry.answer and not x.removed]
    for result, chosen in (("agrees", answered[:12]), ("differs", answered[12:14])):
        keys = {(x.entry.target, x.entry.requirement.key) for x in chosen}
        if keys:
            await checks.mark(tx, town, item, keys, result, "" if result == "agrees" else "Kein Nachweis", auditor, at)


async def _found(tx: SafeTransaction, town: int, key: UUID, told: Told, isb: Actor, auditor: Actor, now: datetime) -> None:
    row = await tx.connection.fetchrow(
        "select m.target_id, m.control from modelling m join control c on c.key = m.control where m.town_id = $1"
        " and m.removed_at is null and c.title ilike '%' || $2 || '%' order by c.key, m.target_id limit 1",
        town, told.word,
    )  # fmt: skip
    due = (now + timedelta(days=told.due)).date()
    target, control = (row["target_id"], row["control"]) if row else (None, "")
    item = Finding(
        uuid7(), key, told.weight, told.title, told.text, target, control, "IT-Abteilung", due, due + timedelta(days=30)
    )
    made = await findings.save(tx, town, item, auditor, now - timedelta(days=112))
    if told.measure:
        await findings.measure(tx, town, item.audit, made, isb, now - timedelta(days=105))
    if told.recheck:
        await findings.recheck(tx, town, item.audit, made, 1, "fixed", told.recheck, None, auditor, now - timedelta(days=30))
