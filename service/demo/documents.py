"""Enters the demonstration's documents register: policies with editions and releases, and what the strategy still asks for.

Everything goes through the stores, as the security officer; policies are released by each town's mayor.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from isms.documents.lifecycle import Act, Document, Edition
from isms.documents.store import documents, editions, links
from service.audit.chain import Actor
from service.auth.people import TownRef
from service.db import SafeTransaction, town_tx, uuid7
from service.demo.people import ALL

_PAPERS: Final = (
    # number, title, kind, owner, confidentiality, days since the release, days to the review
    ("L-01", "Leitlinie zur Informationssicherheit", "policy", "Institutionsleitung", "public", 400, 330),
    ("R-01", "Richtlinie für Passwörter und zweiten Faktor", "guideline", "ISB", "internal", 310, 420),
    ("R-02", "Richtlinie für Datensicherung", "guideline", "IT-Abteilung", "internal", 250, 115),
    ("K-01", "Konzept für das Netz", "concept", "IT-Abteilung", "confidential", 500, 40),
    ("P-01", "Notfallplan der IT", "plan", "IT-Abteilung", "strict", 380, -14),
    ("N-01", "Nachweis der Wiederherstellung", "evidence", "IT-Abteilung", "internal", 90, 90),
)
_PLANNED: Final = (
    ("D-01", "Dienstvereinbarung mobiles Arbeiten", "works_agreement", "Personalamt", date(2025, 12, 31)),
    ("S-01", "Cloud-Strategie", "concept", "Hauptamt", date(2026, 12, 31)),
)
_LEFT_OUT: Final = {"oberzent": {"N-01"}, "brombachtal": {"K-01", "N-01"}}
"""What smaller towns do not have yet."""
_TEXT = "Fassung {label} von „{title}“.\n\nVorführung: erfundener Inhalt.\n"


async def fill(known: Mapping[str, TownRef], people: Mapping[str, Actor], now: datetime) -> int:
    """Enter what is missing; answers how many documents."""
    made = 0
    for slug in ALL:
        town = known[slug].id
        async with town_tx({town, 0}, town) as tx:
            if not await documents.entries(tx, town):
                made += await _town(tx, slug, town, people["isb"], people[f"mayor_{slug}"], now)
    return made


async def _town(tx: SafeTransaction, slug: str, town: int, isb: Actor, mayor: Actor, now: datetime) -> int:
    papers = [x for x in _PAPERS if x[0] not in _LEFT_OUT.get(slug, ())]
    for number, title, kind, owner, secrecy, ago, ahead in papers:
        at = now - timedelta(days=ago)
        key = await documents.save(tx, town, Document(uuid7(), number, title, kind, owner, secrecy), isb, at)
        due = (now + timedelta(days=ahead)).date()
        await _edition(tx, town, key, title, "1.0", at, due, isb, mayor if kind != "evidence" else isb)
        if number == "L-01" and slug in ("erbach", "michelstadt"):
            again = now - timedelta(days=35)
            await _edition(tx, town, key, title, "2.0", again, due, isb, mayor, "Mobiles Arbeiten aufgenommen.")
        if number == "R-01" and slug == "michelstadt":  # waits for the mayor
            draft = Edition(uuid7(), key, "2.0", changes="Zweiter Faktor für alle.", place="Ordner „Entwürfe“")
            waiting = await editions.save(tx, town, draft, None, isb, now - timedelta(days=6))
            await editions.act(tx, town, key, waiting, Act.SUBMIT, isb, now - timedelta(days=5))
        if number == "R-02":
            await _rests(tx, town, key, isb, now)
    for number, title, kind, owner, until in _PLANNED:
        item = Document(uuid7(), number, title, kind, owner, planned_by=until, note="Auftrag der gemeinsamen Strategie.")
        key = await documents.save(tx, town, item, isb, now - timedelta(days=300))
        if slug == "erbach" and kind == "works_agreement":
            text = "Entwurf liegt beim Personalrat."
            await editions.save(tx, town, Edition(uuid7(), key, "0.1", changes=text), None, isb, now - timedelta(days=20))
    return len(papers) + len(_PLANNED)


async def _edition(
    tx: SafeTransaction, town: int, key: UUID, title: str, label: str, at: datetime, due: date, isb: Actor, mayor: Actor,
    changes: str = "",
) -> None:  # fmt: skip
    """One edition on its whole way."""
    item = Edition(uuid7(), key, label, changes=changes, valid_from=at.date(), review_due=due)
    content = _TEXT.format(label=label, title=title).encode()
    made = await editions.save(tx, town, item, (f"{title} {label}.txt", "text", content), isb, at - timedelta(days=7))
    await editions.act(tx, town, item.document, made, Act.SUBMIT, isb, at - timedelta(days=6))
    await editions.act(tx, town, item.document, made, Act.RELEASE, mayor, at)


async def _rests(tx: SafeTransaction, town: int, key: UUID, isb: Actor, now: datetime) -> None:
    """Answers about backups rest on the rule about backups."""
    found = await tx.connection.fetch(
        "select distinct a.target_id, a.control from assessment a join control c on c.key = a.control where a.town_id = $1"
        " and a.superseded_at is null and c.title ilike '%sicherung%' order by 1, 2 limit 3",
        town,
    )
    for row in found:
        await links.link(tx, town, key, row["target_id"], row["control"], isb, now - timedelta(days=30))
