"""Editions of a document: written, submitted, released; a release replaces the edition that held until then."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from uuid import UUID

from isms.documents import lifecycle
from isms.documents.lifecycle import Act, Edition, State
from isms.documents.store import documents
from service.audit.chain import Actor
from service.audit.store import record as audit
from service.contracts.store.rows import plain
from service.db import SafeTransaction, uuid7
from service.errors import Missing, Outdated, Wrong
from service.i18n import gettext as _
from service.settings import local_day

File = tuple[str, str, bytes]
"""Name, kind and bytes."""
_TOLD = ("label", "changes", "valid_from", "review_due", "place", "file_name", "sha256")


async def save(
    tx: SafeTransaction, town: int, item: Edition, file: File | None, actor: Actor, now: datetime, *, fresh: bool = True
) -> UUID:
    """Write a draft, a new one or one that is there; `file` replaces the one before.

    Raises:
        Wrong: another edition is in work, the label is taken, or the edition is no draft any more.
        Missing: no such document or edition.
        Outdated: another version is stored.
    """
    entry = await documents.entry(tx, town, item.document)
    await _lock(tx, town, item.document)
    if any(x.label.casefold() == item.label.casefold() and x.id != item.id for x in entry.editions):
        raise Wrong(_("Diese Fassung gibt es schon."), "label", _("Wählen Sie eine neue Bezeichnung."))
    if fresh:
        lifecycle.check_new([x.state for x in entry.editions])
        made = await _insert(tx, town, item, file, actor, now)
        told = {x: getattr(item, x) for x in _TOLD if getattr(item, x)}
        await audit(tx, actor, "document.edition", f"managed_document/{item.document}", after=plain(told))
        return made
    before = next((x for x in entry.editions if x.id == item.id), None)
    if before is None:
        raise Missing
    if before.version != item.version:
        raise Outdated
    if before.state is not State.DRAFT:
        raise Wrong(_("Nur ein Entwurf kann geändert werden."), "label", _("Geben Sie die Fassung erst zurück."))
    await tx.connection.execute(
        "update document_edition set label = $3, changes = $4, valid_from = $5, review_due = $6, place = $7,"
        " version = version + 1 where town_id = $1 and id = $2",
        town, item.id, item.label, item.changes, item.valid_from, item.review_due, item.place,
    )  # fmt: skip
    if file:
        await _put(tx, town, item.id, file)
    (after,) = [x for x in (await documents.entry(tx, town, item.document)).editions if x.id == item.id]
    await audit(
        tx, actor, "document.redraft", f"managed_document/{item.document}",
        before=plain({x: getattr(before, x) for x in _TOLD}), after=plain({x: getattr(after, x) for x in _TOLD}),
    )  # fmt: skip
    return item.id


async def act(tx: SafeTransaction, town: int, document: UUID, key: UUID, step: Act, actor: Actor, now: datetime) -> None:
    """Submit, give back, release or withdraw an edition; who may is asked before (`lifecycle.may_release`).

    Raises:
        Wrong: the step does not fit the state, or the edition says too little.
        Missing: no such document or edition.
    """
    await _lock(tx, town, document)
    entry = await documents.entry(tx, town, document)
    states = {x.id: x.state for x in entry.editions}
    after = lifecycle.moved(states, key, step)
    (item,) = [x for x in entry.editions if x.id == key]
    if step in (Act.SUBMIT, Act.RELEASE):
        lifecycle.check_ready(item)
    # The old edition goes first: the database holds one released edition only.
    for one in sorted((x for x in states if states[x] is not after[x]), key=lambda x: x == key):
        await tx.connection.execute(
            "update document_edition set state = $3::text, version = version + 1,"
            " replaced_at = case when $3::text = 'replaced' then $4::timestamptz else replaced_at end"
            " where town_id = $1 and id = $2",
            town, one, after[one].value, now,
        )  # fmt: skip
    if step is Act.SUBMIT:
        sets = "submitted_by = $3, submitted_at = $4"
    elif step is Act.RELEASE:
        sets = "released_by = $3, released_at = $4, valid_from = coalesce(valid_from, $5::date)"
    else:
        sets = ""
    if sets:
        given: list[str | datetime | date] = [actor.name[:200], now]
        if step is Act.RELEASE:
            given.append(local_day(now))
        query = f"update document_edition set {sets} where town_id = $1 and id = $2"  # noqa: S608 one of two above
        await tx.connection.execute(query, town, key, *given)
    told = {"label": item.label, "state": after[key].value, "sha256": item.sha256}
    await audit(tx, actor, f"document.{step}", f"managed_document/{document}", after=told)


async def content(tx: SafeTransaction, town: int, document: UUID, key: UUID) -> File:
    """The file of an edition; raises `Missing`."""
    row = await tx.connection.fetchrow(
        "select file_name, file_kind, content from document_edition where town_id = $1 and document_id = $2 and id = $3"
        " and content is not null",
        town,
        document,
        key,
    )
    if row is None:
        raise Missing
    return row["file_name"], row["file_kind"], row["content"]


async def _lock(tx: SafeTransaction, town: int, document: UUID) -> None:
    """One writer a document: two releases at once come one after the other."""
    await tx.connection.execute("select from managed_document where town_id = $1 and id = $2 for update", town, document)


async def _insert(tx: SafeTransaction, town: int, item: Edition, file: File | None, actor: Actor, now: datetime) -> UUID:
    made = uuid7()
    await tx.connection.execute(
        "insert into document_edition (town_id, id, document_id, label, changes, valid_from, review_due, place, made_by, made_at)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        town, made, item.document, item.label, item.changes, item.valid_from, item.review_due, item.place, actor.name[:200], now,
    )  # fmt: skip
    if file:
        await _put(tx, town, made, file)
    return made


async def _put(tx: SafeTransaction, town: int, key: UUID, file: File) -> None:
    name, kind, bytes_ = file
    await tx.connection.execute(
        "update document_edition set file_name = $3, file_kind = $4, size = $5, sha256 = $6, content = $7"
        " where town_id = $1 and id = $2",
        town, key, name, kind, len(bytes_), hashlib.sha256(bytes_).hexdigest(), bytes_,
    )  # fmt: skip
