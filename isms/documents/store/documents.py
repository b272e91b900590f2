"""Documents of a town with their editions; what the reference document A.0 and the calendar take from them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from isms.documents.lifecycle import Document, Edition, Entry, State
from service.audit.chain import Actor
from service.contracts.store import rows
from service.db import SafeTransaction
from service.errors import Missing, Wrong
from service.i18n import gettext as _

KEPT = rows.Kept("managed_document", "document", ("number", "title", "kind", "owner", "confidentiality", "planned_by", "note"))
EDITION = """id, document_id as document, label, state, changes, valid_from, review_due, place, file_name, size, sha256,
  submitted_by, submitted_at, released_by, released_at, replaced_at, version"""
_COLUMNS = ", ".join(("id", *KEPT.columns, "version"))


async def entries(tx: SafeTransaction, town: int) -> Sequence[Entry]:
    """The whole register by number; editions the newest first."""
    found = await tx.connection.fetch(
        f"select {_COLUMNS} from managed_document where town_id = $1 and removed_at is null"  # noqa: S608 our names
        " order by app.din5007(number), id",
        town,
    )
    editions: dict[UUID, list[Edition]] = {}
    for row in await tx.connection.fetch(
        f"select {EDITION} from document_edition where town_id = $1 order by made_at desc, id desc",  # noqa: S608 our names
        town,
    ):
        one = read(dict(row))
        editions.setdefault(one.document, []).append(one)
    return [Entry(Document(**dict(row)), tuple(editions.get(row["id"], ()))) for row in found]


async def entry(tx: SafeTransaction, town: int, key: UUID) -> Entry:
    """One of them; raises `Missing`."""
    row = await tx.connection.fetchrow(
        f"select {_COLUMNS} from managed_document where town_id = $1 and id = $2 and removed_at is null",  # noqa: S608 our names
        town,
        key,
    )
    if row is None:
        raise Missing
    found = await tx.connection.fetch(
        f"select {EDITION} from document_edition where town_id = $1 and document_id = $2"  # noqa: S608 our names
        " order by made_at desc, id desc",
        town,
        key,
    )
    return Entry(Document(**dict(row)), tuple(read(dict(one)) for one in found))


async def save(tx: SafeTransaction, town: int, item: Document, actor: Actor, now: datetime) -> UUID:
    """Add (version 0) or change; raises `Wrong` for a number that is taken, `Missing`, `Outdated`."""
    taken = await tx.connection.fetchval(
        "select title from managed_document where town_id = $1 and lower(number) = lower($2) and id <> $3",
        town,
        item.number,
        item.id,
    )
    if taken is not None:
        raise Wrong(
            _("Dieses Kennzeichen hat schon „%(title)s“.", title=taken),
            "number",
            _("Wählen Sie ein anderes; auch gelöschte zählen."),
        )
    values = {name: getattr(item, name) for name in KEPT.columns}
    return await rows.save(tx, KEPT, town, item.id if item.version else None, item.version, values, actor, now)


async def next_number(tx: SafeTransaction, town: int) -> str:
    """The next free sign of the form D-001."""
    newest = await tx.connection.fetchval(
        "select max(substring(number from 3)::int) from managed_document where town_id = $1 and number ~ '^D-[0-9]{1,6}$'", town
    )
    return f"D-{(newest or 0) + 1:03d}"


async def released(tx: SafeTransaction, town: int) -> Sequence[Entry]:
    """Documents with an edition that holds: what A.0 (Richtlinien) lists, with place or checksum."""
    return [x for x in await entries(tx, town) if x.released]


async def asked(tx: SafeTransaction, town: int) -> Sequence[tuple[Document, Edition]]:
    """Documents with the edition that waits for the mayor's release, the longest waiting first."""
    found = [(x.document, x.asked) for x in await entries(tx, town) if x.asked]
    return sorted(found, key=lambda x: (x[1].submitted_at is None, x[1].submitted_at))


async def due(tx: SafeTransaction, town: int) -> Sequence[tuple[date, Document]]:
    """When a review or a first release is due; for calendar and reminders."""
    return [(x.due, x.document) for x in await entries(tx, town) if x.due]


def read(row: dict[str, object]) -> Edition:
    """An edition from its row."""
    return Edition(**row | {"state": State(str(row["state"]))})  # type: ignore[arg-type]  # columns are the fields
