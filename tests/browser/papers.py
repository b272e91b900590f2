"""A documents register for the browser: a policy that waits for its release, a draft, a planned strategy, an answer that rests on one."""

from datetime import timedelta

from isms.documents.lifecycle import Act, Document, Edition
from isms.documents.store import documents, editions, links
from service.audit.chain import Actor
from service.db import town_tx, uuid7
from service.settings import now

BY = Actor("Test")


async def papers(town: int) -> None:
    """Enter them."""
    at, today = now(), now().date()
    told = (("L-1", "Leitlinie zur Informationssicherheit", "policy"), ("R-1", "Richtlinie Passwörter", "guideline"))
    async with town_tx({town, 0}, town) as tx:
        for number, title, kind in told:
            key = await documents.save(tx, town, Document(uuid7(), number, title, kind, "ISB"), BY, at)
            first = Edition(uuid7(), key, "1.0", place="Ordner 3", review_due=today + timedelta(days=300))
            made = await editions.save(tx, town, first, ("Fassung.pdf", "pdf", b"%PDF-1.7"), BY, at)
            for step in (Act.SUBMIT, Act.RELEASE):
                await editions.act(tx, town, key, made, step, BY, at)
            second = await editions.save(tx, town, Edition(uuid7(), key, "2.0", place="Ordner 3"), None, BY, at)
            if kind == "policy":
                await editions.act(tx, town, key, second, Act.SUBMIT, BY, at)
            row = await tx.connection.fetchrow(
                "select target_id, control from assessment where town_id = $1 and superseded_at is null limit 1", town
            )
            if row:
                await links.link(tx, town, key, row["target_id"], row["control"], BY, at)
        planned = Document(uuid7(), "S-1", "Cloud-Strategie", "concept", "Hauptamt", planned_by=today - timedelta(days=3))
        await documents.save(tx, town, planned, BY, at)
