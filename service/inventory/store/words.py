"""The device's own words in the records that told a value, for the reasons on its page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

import msgspec

from service.db import SafeTransaction

_FACTS = ("sys_object_id", "sys_descr", "os_guess", "os_guess_percent")
_FIELDS = {"vendor": "manufacturer"}


async def words_of(tx: SafeTransaction, town: int, records: Iterable[UUID]) -> Mapping[UUID, Mapping[str, str]]:
    """By record: what was said about each field and the general facts behind it; nothing of records past their time."""
    rows = await tx.connection.fetch(
        "select id, observation -> 'facts' as facts from record"
        " where town_id = $1 and id = any($2::uuid[]) and observation -> 'facts' is not null",
        town,
        list(dict.fromkeys(records)),
    )
    found: dict[UUID, dict[str, str]] = {}
    for row in rows:
        facts = msgspec.json.decode(row["facts"])
        reasons = facts.get("reasons") or {}
        found[row["id"]] = {key: str(facts[key]) for key in _FACTS if facts.get(key) is not None} | {
            _FIELDS.get(field, field): str(text) for field, text in reasons.items()
        }
    return found
