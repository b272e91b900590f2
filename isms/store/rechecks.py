"""Which answers were given to a sentence that says something else since a catalogue was updated (Neu prüfen).

Derived, nothing is stored: an answer remembers the text it was given to. `isms.editions.store.recheck` shows both texts.
"""

from __future__ import annotations

from uuid import UUID

from isms.editions.diff import texts_differ
from service.db import SafeTransaction

_ANSWERS = """select a.target_id, a.control, o.id as old, o.statement as before, n.statement as after from assessment a
join control o on o.key = a.control
join catalogue_version v on v.id = o.edition and not v.current join catalogue k on k.id = v.catalogue
join control n on n.key = a.control and n.statement <> o.statement
join catalogue_version w on w.id = n.edition and w.current
where a.town_id = $1 and a.superseded_at is null and a.origin <> 'prepared'
  and (o.id = a.control_id or a.control_id is null and k.title || ' ' || v.version = a.edition)"""


async def spots(tx: SafeTransaction, town: int) -> frozenset[tuple[UUID, str]]:
    """Object and control of every answer to look at again."""
    rows = await tx.connection.fetch(_ANSWERS, town)
    texts = {x["old"]: (x["before"], x["after"]) for x in rows}
    changed = {old for old, (before, after) in texts.items() if texts_differ(before, after)}
    return frozenset((x["target_id"], x["control"]) for x in rows if x["old"] in changed)
