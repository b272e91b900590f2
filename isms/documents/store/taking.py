"""Takes a template over as a document with its first draft. The transaction reads what towns share (town 0)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from isms.documents.lifecycle import Document, Edition
from isms.documents.store import documents, editions
from isms.documents.taking import Source
from service.audit.chain import Actor
from service.audit.store import record as audit
from service.cooperation.store import templates
from service.db import SafeTransaction, uuid7
from service.errors import Missing

FIRST = "1.0"
"""Label of the draft."""


async def source(tx: SafeTransaction, town: int, name: str, key: UUID) -> tuple[Source, editions.File]:
    """A template of the town (called `name`) or one that another town shares, and the file that becomes the draft.

    Raises `Missing`, also once it is shared no more.
    """
    try:
        mine = await templates.template(tx, town, key)
    except Missing:
        theirs = await templates.other(tx, town, key)
        found = Source(theirs.title, theirs.kind, theirs.text, theirs.town, theirs.edition, theirs.file_name)
        return found, await templates.content(tx, town, key, shared=True) if found.file_name else found.written
    origin, edition = mine.origin_name or name, mine.origin_edition or mine.edition
    found = Source(mine.title, mine.kind, mine.text, origin, edition, mine.file_name)
    return found, await templates.content(tx, town, key) if found.file_name else found.written


async def take(
    tx: SafeTransaction, town: int, item: Document, found: Source, file: editions.File, actor: Actor, now: datetime
) -> UUID:  # fmt: skip
    """Enter the document with a draft that names its source; raises `Wrong` for a number that is taken."""
    made = await documents.save(tx, town, item, actor, now)
    await editions.save(tx, town, Edition(uuid7(), made, FIRST, changes=found.named), file, actor, now)
    told = {"title": found.title, "town": found.town, "edition": found.edition}
    await audit(tx, actor, "document.take", f"managed_document/{made}", after=told)
    return made
