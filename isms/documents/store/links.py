"""Answers of the Grundschutz-Check that rest on documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from isms.documents.store import documents
from service.audit.chain import Actor
from service.audit.store import record as audit
from service.db import SafeTransaction, uuid7
from service.errors import Missing, Wrong
from service.i18n import gettext as _


@dataclass(frozen=True, slots=True)
class Linked:
    """A requirement at an object whose answer rests on a document."""

    id: UUID
    target: UUID
    target_name: str
    control: str
    label: str
    title: str


async def linked(tx: SafeTransaction, town: int, document: UUID) -> Sequence[Linked]:
    """By object and requirement; label and title are those of the newest edition of the catalogue."""
    found = await tx.connection.fetch(
        "select l.id, l.target_id as target, t.name as target_name, l.control, coalesce(c.label, l.control) as label,"
        " coalesce(c.title, '') as title from document_link l"
        " join target_object t on t.town_id = l.town_id and t.id = l.target_id"
        " left join lateral (select label, title from control c where c.key = l.control order by c.id desc limit 1) c on true"
        " where l.town_id = $1 and l.document_id = $2 order by app.din5007(t.name), 5, l.id",
        town,
        document,
    )
    return [Linked(**dict(row)) for row in found]


async def of_answers(tx: SafeTransaction, town: int) -> Mapping[tuple[UUID, str], Sequence[tuple[UUID, str]]]:
    """(object, requirement) → documents as (id, number and title) that the answer rests on."""
    found: dict[tuple[UUID, str], list[tuple[UUID, str]]] = {}
    for row in await tx.connection.fetch(
        "select l.target_id, l.control, d.id, d.number || ' ' || d.title as name from document_link l"
        " join managed_document d on d.town_id = l.town_id and d.id = l.document_id and d.removed_at is null"
        " where l.town_id = $1 order by d.number",
        town,
    ):
        found.setdefault((row["target_id"], row["control"]), []).append((row["id"], row["name"]))
    return found


@dataclass(frozen=True, slots=True)
class Ground:
    """A document that an answer rests on, with the id of the link between them."""

    link: UUID
    id: UUID
    name: str


async def of_answer(tx: SafeTransaction, town: int, target: UUID, control: str) -> Sequence[Ground]:
    """What one answer rests on (Nachweise), by number."""
    found = await tx.connection.fetch(
        "select l.id as link, d.id, d.number || ' ' || d.title as name from document_link l"
        " join managed_document d on d.town_id = l.town_id and d.id = l.document_id and d.removed_at is null"
        " where l.town_id = $1 and l.target_id = $2 and l.control = $3 order by d.number",
        town, target, control,
    )  # fmt: skip
    return [Ground(**dict(row)) for row in found]


async def answered(tx: SafeTransaction, town: int) -> Sequence[tuple[UUID, str]]:
    """Objects with answers, as (id, name)."""
    found = await tx.connection.fetch(
        "select id, name from target_object t where town_id = $1 and exists (select from assessment a where a.town_id = t.town_id"
        " and a.target_id = t.id and a.superseded_at is null) order by app.din5007(name), id",
        town,
    )
    return [(row["id"], row["name"]) for row in found]


async def link(tx: SafeTransaction, town: int, document: UUID, target: UUID, said: str, actor: Actor, now: datetime) -> None:
    """Let the answer to a requirement rest on a document; `said` is its label or key.

    Raises:
        Wrong: the object has no answer to such a requirement.
        Missing: no such document.
    """
    entry = await documents.entry(tx, town, document)
    control = await tx.connection.fetchval(
        "select a.control from assessment a where a.town_id = $1 and a.target_id = $2 and a.superseded_at is null"
        " and (a.control = $3 or exists (select from control c where c.key = a.control and lower(c.label) = lower($3)))"
        " order by a.control limit 1",
        town,
        target,
        said.strip(),
    )
    if control is None:
        raise Wrong(
            _("Zu „%(said)s“ gibt es an diesem Zielobjekt keine Antwort.", said=said.strip()[:60]),
            "control",
            _("Nennen Sie die Kennung, wie sie im Grundschutz-Check steht."),
        )
    made = await tx.connection.fetchval(
        "insert into document_link (town_id, id, document_id, target_id, control, added_by, added_at)"
        " values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing returning id",
        town, uuid7(), document, target, control, actor.name[:200], now,
    )  # fmt: skip
    if made:
        told = {"title": entry.document.title, "control": control}
        await audit(tx, actor, "document.link", f"managed_document/{document}", after=told)


async def unlink(tx: SafeTransaction, town: int, document: UUID, key: UUID, actor: Actor) -> tuple[UUID, str]:
    """Take one off; answers object and requirement, by which it can be had back. Raises `Missing`."""
    row = await tx.connection.fetchrow(
        "delete from document_link where town_id = $1 and document_id = $2 and id = $3 returning target_id, control",
        town, document, key,
    )  # fmt: skip
    if row is None:
        raise Missing
    await audit(tx, actor, "document.unlink", f"managed_document/{document}", before={"control": row["control"]})
    return row["target_id"], row["control"]
