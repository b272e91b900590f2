"""Editions of catalogues and tables of references in the database, shared by all towns; taking over one changes all of them.

Every transaction that writes here writes the group (town 0) or a town, because each change leaves an audit entry.
"""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from isms.catalogue import Catalogue, Control, Group
from isms.editions import reading, settle
from isms.editions.diff import Diff, diff
from isms.editions.lists import Offer
from isms.editions.once import Relation
from isms.editions.reading import Found, Given
from isms.editions.views import EditionView, ReferenceView
from isms.store import catalogues
from service.audit.chain import Actor
from service.audit.store import record
from service.db import SafeTransaction, uuid7
from service.errors import Missing, Wrong
from service.i18n import gettext as _

_EDITIONS = """select v.id, k.key as catalogue, k.title, k.scale, v.version, v.sha256, v.counts, v.notices, v.imported_by,
  v.imported_at, v.current, v.taken_at from catalogue_version v join catalogue k on k.id = v.catalogue """
LOCK = "select pg_advisory_xact_lock(4716, 0)"
"""Imports and take-overs wait for each other."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a file: an edition (`known` if it was there already), or a table of references."""

    found: Found
    edition: UUID | None = None
    known: bool = False
    current: bool = False


async def read(tx: SafeTransaction, files: Sequence[Given], version: str) -> Found:
    """What these files hold. Raises `Wrong` with what, where and what to do."""
    index = await newest(tx, "kompendium")
    try:
        return await asyncio.to_thread(reading.read, files, version, lambda: index)
    except ValueError as error:
        raise Wrong(str(error), "file") from error


async def editions(tx: SafeTransaction, catalogue: str = "") -> tuple[EditionView, ...]:
    """All editions, or those of one catalogue; by title, the newest first."""
    rows = await tx.connection.fetch(
        _EDITIONS + "where $1 = '' or k.key = $1 order by app.din5007(k.title), k.key, v.imported_at desc", catalogue
    )
    return tuple(_edition(row) for row in rows)


def _edition(row: Mapping[str, Any]) -> EditionView:
    return EditionView(**(dict(row) | {"counts": msgspec.json.decode(row["counts"]), "notices": tuple(row["notices"])}))


async def edition(tx: SafeTransaction, key: UUID) -> EditionView:
    """One of them. Raises `Missing`."""
    row = await tx.connection.fetchrow(_EDITIONS + "where v.id = $1", key)
    if row is None:
        raise Missing
    return _edition(row)


async def content(tx: SafeTransaction, key: UUID) -> Catalogue:
    """Everything that an edition says, as it was read. Raises `Missing`."""
    head = await tx.connection.fetchrow(
        "select k.key, k.title, v.version, v.metadata, v.back_matter, v.notices from catalogue_version v"
        " join catalogue k on k.id = v.catalogue where v.id = $1",
        key,
    )
    if head is None:
        raise Missing
    groups = await tx.connection.fetch("select body from control_group where edition = $1 order by position", key)
    controls = await tx.connection.fetch("select body::text as body from control where edition = $1 order by position", key)
    return Catalogue(
        head["key"],
        head["title"],
        head["version"],
        tuple(msgspec.json.decode(x["body"], type=Group) for x in groups),
        tuple(msgspec.json.decode(x["body"], type=Control) for x in controls),
        msgspec.json.decode(head["metadata"]),
        msgspec.json.decode(head["back_matter"]),
        tuple(head["notices"]),
    )


async def current(tx: SafeTransaction, catalogue: str) -> EditionView | None:
    """The edition that holds."""
    return next((x for x in await editions(tx, catalogue) if x.current), None)


async def newest(tx: SafeTransaction, catalogue: str) -> Catalogue | None:
    """The content of the edition that holds; None where the catalogue is not there."""
    found = await current(tx, catalogue)
    return await content(tx, found.id) if found else None


async def take_in(tx: SafeTransaction, found: Found, actor: Actor, now: datetime) -> Taken:
    """Keep what a file holds. The first edition of a catalogue holds at once, later ones wait beside it for a person.

    The same file twice changes nothing.
    """
    await tx.connection.execute(LOCK)
    if found.catalogue is None:
        return await _references(tx, found, actor, now)
    known = await tx.connection.fetchrow("select id, current from catalogue_version where sha256 = $1", found.sha256)
    if known is not None:
        return Taken(found, known["id"], known=True, current=known["current"])
    old = await newest(tx, found.key)
    used = await tx.connection.fetch(
        "select distinct c.key from control c join catalogue_version v on v.id = c.edition"
        " join catalogue k on k.id = v.catalogue where k.key = $1",
        found.key,
    )
    settled = settle.settled(found.catalogue, old, {x["key"] for x in used})
    key = await catalogues.keep(tx, found.key, found.title, found.scale, settled, found.sha256, now, actor.name)
    if old is None:
        await catalogues.make_current(tx, key, now)
    after = {"catalogue": found.key, "version": settled.version, "sha256": found.sha256, "controls": len(settled.controls)}
    await record(tx, actor, "catalogue.import", f"catalogue/{found.key}", after=after)
    return Taken(dataclasses.replace(found, catalogue=settled), key, current=old is None)


async def _references(tx: SafeTransaction, found: Found, actor: Actor, now: datetime) -> Taken:
    """The newest table of its kind holds; older ones stay to be seen."""
    known = await tx.connection.fetchval("select 1 from reference_set where sha256 = $1", found.sha256)
    if known:
        return Taken(found, known=True, current=True)
    await tx.connection.execute(
        "update reference_set set replaced_at = $2 where kind = $1 and replaced_at is null", found.kind, now
    )
    key = uuid7()
    await tx.connection.execute(
        "insert into reference_set (id, kind, title, sha256, entries, imported_by, imported_at) values ($1,$2,$3,$4,$5,$6,$7)",
        key, found.kind, found.title, found.sha256, len(found.relations), actor.name, now,
    )  # fmt: skip
    await tx.connection.executemany(
        "insert into reference (id, reference_set, source, part, relation, target) values ($1, $2, $3, $4, $5, $6)",
        [(uuid7(), key, x.source, x.part, x.relation, x.target) for x in found.relations],
    )
    after = {"kind": found.kind, "entries": len(found.relations), "sha256": found.sha256}
    await record(tx, actor, "references.import", f"references/{found.kind}", after=after)
    return Taken(found, current=True)


async def reference_sets(tx: SafeTransaction) -> tuple[ReferenceView, ...]:
    """All tables of references, the newest first."""
    rows = await tx.connection.fetch(
        "select id, kind, title, entries, sha256, imported_by, imported_at, replaced_at is null as current from reference_set"
        " order by imported_at desc"
    )
    return tuple(ReferenceView(**dict(row)) for row in rows)


async def relations(tx: SafeTransaction, kind: str) -> tuple[Relation, ...]:
    """The references of one kind that hold."""
    rows = await tx.connection.fetch(
        "select r.source, r.relation, r.target, r.part from reference r join reference_set s on s.id = r.reference_set"
        " where s.kind = $1 and s.replaced_at is null order by r.id",
        kind,
    )
    return tuple(Relation(**dict(row)) for row in rows)


async def offer(tx: SafeTransaction, town: int, offers: Sequence[Offer], file: str, actor: Actor, now: datetime) -> None:
    """Keep answers that a file brought along, for a person of the town to confirm."""
    await tx.connection.executemany(
        "insert into offered_answer (town_id, id, control, claim, note, file, offered_by, offered_at)"
        " values ($1,$2,$3,$4,$5,$6,$7,$8) on conflict (town_id, control) do update"
        " set claim = $4, note = $5, file = $6, offered_by = $7, offered_at = $8",
        [(town, uuid7(), x.control, str(x.claim), x.note, file[:300], actor.name, now) for x in offers],
    )
    await record(tx, actor, "answers.offer", "answers", after={"file": file, "number": len(offers)})


async def compared(tx: SafeTransaction, view: EditionView) -> tuple[EditionView | None, Diff | None, tuple[settle.Match, ...]]:
    """The edition that holds, what this one changes against it, and which controls a person may match."""
    old = await current(tx, view.catalogue)
    if old is None or old.id == view.id:
        return old, None, ()
    before, after = await content(tx, old.id), await content(tx, view.id)
    return old, diff(before, after), settle.matches(after, before) if view.waits else ()


async def match(tx: SafeTransaction, view: EditionView, pairs: Sequence[tuple[str, str]], actor: Actor) -> None:
    """A person says: this new control is that old one. Raises `Wrong` where that cannot be or the edition holds already."""
    old = await newest(tx, view.catalogue)
    if old is None or not view.waits:
        raise Wrong(_("Diese Fassung ist schon übernommen."), "match", _("Zuordnen lässt sich nur vor der Übernahme."))
    after = await content(tx, view.id)
    try:
        await _rekey(tx, view.id, after, settle.confirmed(after, old, pairs))
    except ValueError as error:
        raise Wrong(str(error), "match") from error
    await record(tx, actor, "catalogue.match", f"catalogue/{view.catalogue}", after={"pairs": [list(x) for x in pairs]})


async def unmatch(tx: SafeTransaction, view: EditionView, control: str, actor: Actor) -> None:
    """Take a match back: the control gets a key of its own again. Raises `Wrong`, `Missing`."""
    if not view.waits:
        raise Wrong(_("Diese Fassung ist schon übernommen."), "match", _("Zuordnen lässt sich nur vor der Übernahme."))
    after = await content(tx, view.id)
    found = next((x for x in after.controls if x.key == control and not settle.has_identity(x)), None)
    if found is None:
        raise Missing
    taken = {x["key"] for x in await tx.connection.fetch("select key from control")}
    name = settle.fresh(f"{view.catalogue}:{found.id}", taken)
    await _rekey(tx, view.id, after, settle.renamed(after, {control: name}))
    await record(tx, actor, "catalogue.unmatch", f"catalogue/{view.catalogue}", after={"control": control, "now": name})


async def _rekey(tx: SafeTransaction, edition: UUID, before: Catalogue, after: Catalogue) -> None:
    changed = [(edition, old.key, new.key, msgspec.json.encode(dataclasses.asdict(new)).decode())
               for old, new in zip(before.controls, after.controls, strict=True) if old != new]  # fmt: skip
    await tx.connection.executemany("update control set key = $3, body = $4 where edition = $1 and key = $2", changed)


async def take_over(tx: SafeTransaction, view: EditionView, actor: Actor, now: datetime) -> None:
    """Make a waiting edition the one that holds for all towns. Raises `Wrong` where it no longer waits.

    Answers need no move: they hang on keys. Each town is then to be modelled anew (`sheets.remodel`).
    """
    await tx.connection.execute(LOCK)
    if not (await edition(tx, view.id)).waits:
        raise Wrong(_("Diese Fassung ist schon übernommen."), "edition", _("Laden Sie die Seite neu."))
    old = await current(tx, view.catalogue)
    await catalogues.make_current(tx, view.id, now)
    before = {"version": old.version} if old else None
    await record(tx, actor, "catalogue.take", f"catalogue/{view.catalogue}", before=before, after={"version": view.version})
