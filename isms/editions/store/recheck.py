"""Answers to look at again after an update: their text changed, or their requirement is gone.

Derived: an answer remembers the text it was given to. It stands on the list until a person answers anew or says
that the answer still holds, which is an answer to the new text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from isms.editions.diff import texts_differ
from isms.editions.views import Recheck
from isms.measures import Claim
from isms.sheet import Given
from isms.store import sheets
from isms.store.catalogues import requirements
from service.audit.chain import Actor
from service.db import SafeTransaction
from service.errors import Missing

_ANSWERS = """select a.target_id as target, t.name as target_name, a.control, a.claim, a.reason, a.responsible, a.due, a.document,
  a.version, a.answered_by as by, a.answered_at as at, o.label as old_label, o.title as old_title, o.statement as old_text,
  a.edition as old_edition, n.id is not null as there, n.label, n.title, n.statement as new_text, n.edition as new_edition
from assessment a
join target_object t on t.town_id = a.town_id and t.id = a.target_id
join lateral (select c.id, c.label, c.title, c.statement from control c join catalogue_version v on v.id = c.edition
  join catalogue k on k.id = v.catalogue where c.key = a.control
  and (c.id = a.control_id or a.control_id is null and k.title || ' ' || v.version = a.edition) limit 1) o on true
left join lateral (select c.id, c.label, c.title, c.statement, k.title || ' ' || v.version as edition from control c
  join catalogue_version v on v.id = c.edition join catalogue k on k.id = v.catalogue
  where c.key = a.control and v.current limit 1) n on true
where a.town_id = $1 and a.superseded_at is null and a.origin <> 'prepared' and n.id is distinct from o.id
order by n.label nulls last, o.label, app.din5007(t.name), a.id"""


async def _differing(tx: SafeTransaction, town: int) -> Sequence[Mapping[str, Any]]:
    rows: Sequence[Mapping[str, Any]] = await tx.connection.fetch(_ANSWERS, town)
    return rows


async def changed(tx: SafeTransaction, town: int) -> tuple[Recheck, ...]:
    """Answers whose sentence says something else now; only requirements the town works with."""
    mine = {x.key for x in await requirements(tx, town)}
    rows = [x for x in await _differing(tx, town) if x["there"] and x["control"] in mine]
    return tuple(_recheck(x) for x in rows if texts_differ(x["old_text"], x["new_text"]))


async def at(tx: SafeTransaction, town: int, target: UUID, control: str) -> Recheck | None:
    """The answer at this requirement with both texts; None where it need not be looked at again."""
    return next((x for x in await changed(tx, town) if (x.target, x.control) == (target, control)), None)


async def gone(tx: SafeTransaction, town: int) -> tuple[Recheck, ...]:
    """Answers to requirements that the edition that holds does not know: readable, no longer counted."""
    return tuple(_recheck(x) for x in await _differing(tx, town) if not x["there"])


def _recheck(row: Mapping[str, Any]) -> Recheck:
    there = row["there"]
    same = ("target", "target_name", "control", "reason", "responsible", "due", "document", "version", "by", "at")
    return Recheck(
        **{name: row[name] for name in (*same, "old_edition", "old_text")},
        label=row["label"] if there else row["old_label"],
        title=row["title"] if there else row["old_title"],
        claim=Claim(row["claim"]),
        new_edition=row["new_edition"] or "",
        new_text=row["new_text"] if there else None,
    )


async def still_holds(
    tx: SafeTransaction, town: int, wanted: Sequence[tuple[UUID, str, int]], actor: Actor, name: str, now: datetime
) -> int:
    """These answers (object, control, version) hold for the new text too, which the history says; answers how many.

    Raises `Missing` where one is not on the list (any more), `Outdated` where somebody answered since.
    """
    listed = {(x.target, x.control): x for x in await changed(tx, town)}
    for target, control, version in wanted:
        found = listed.get((target, control))
        if found is None:
            raise Missing
        value = Given(found.claim, found.reason, found.responsible, found.due, found.document, "renewed", 0, name, now)
        await sheets.answer(tx, town, target, control, value, actor, expected=version)
    return len(wanted)
