"""What the newest frozen structure analysis covers; the checks hold the network against it."""

from __future__ import annotations

from uuid import UUID

from isms.facts import StructureFacts
from service.db import SafeTransaction

_NEWEST = """select s.serial, s.taken_at, array(
  select (row ->> 'id')::uuid from jsonb_array_elements(d.content::jsonb -> 'sections') part,
    jsonb_array_elements(part -> 'rows') row
  where part ->> 'key' in ('devices', 'excluded')) as assets
  from snapshot s join snapshot_document d on d.town_id = s.town_id and d.snapshot_id = s.id and d.document = 'A.1'
  where s.town_id = $1 order by s.serial desc limit 1"""


async def newest(tx: SafeTransaction, town: int) -> StructureFacts | None:
    """Devices of the newest frozen structure analysis, with those left out by reason; None before the first one."""
    row = await tx.connection.fetchrow(_NEWEST, town)
    if row is None:
        return None
    return StructureFacts(row["serial"], row["taken_at"], frozenset(UUID(str(x)) for x in row["assets"]))
