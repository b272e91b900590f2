"""What the three lists of this package share: save with a version, take away and have back, their history, devices by name."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from service.audit.chain import Actor
from service.audit.store import lines
from service.audit.store import record as audit
from service.db import SafeTransaction, uuid7
from service.errors import Missing, Outdated, Wrong
from service.i18n import gettext as _
from service.inventory.store import search
from service.names import shown_name

EVENTS: Final = 200
"""So many entries a history shows."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A table of this package: `columns` are those a form fills, `noun` names it in the audit log."""

    table: str
    noun: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of the history; `changes` are (column, before, after)."""

    action: str
    at: datetime
    who: str
    changes: tuple[tuple[str, str, str], ...]


async def save(
    tx: SafeTransaction, kept: Kept, town: int, key: UUID | None, version: int, values: Mapping[str, Any], actor: Actor,
    now: datetime,
) -> UUID:  # fmt: skip
    """Add (no key) or change; raises `Missing`, and `Outdated` where another version is stored."""
    given = [values[name] for name in kept.columns]
    if key is None:
        key = uuid7()
        places = ", ".join(f"${i + 4}" for i in range(len(given)))
        await tx.connection.execute(
            f"insert into {kept.table} (town_id, id, created_at, changed_at, {', '.join(kept.columns)})"  # noqa: S608 our names
            f" values ($1, $2, $3, $3, {places})",
            town, key, now, *given,
        )  # fmt: skip
        await audit(tx, actor, f"{kept.noun}.add", f"{kept.table}/{key}", after=plain(values))
        return key
    before = await tx.connection.fetchrow(
        f"select {', '.join(kept.columns)} from {kept.table} where town_id = $1 and id = $2 and removed_at is null",  # noqa: S608
        town,
        key,
    )
    if before is None:
        raise Missing
    sets = ", ".join(f"{name} = ${i + 5}" for i, name in enumerate(kept.columns))
    done = await tx.connection.fetchval(
        f"update {kept.table} set changed_at = $3, version = version + 1, {sets}"  # noqa: S608
        " where town_id = $1 and id = $2 and version = $4 returning id",
        town, key, now, version, *given,
    )  # fmt: skip
    if done is None:
        raise Outdated
    await audit(tx, actor, f"{kept.noun}.change", f"{kept.table}/{key}", before=plain(before), after=plain(values))
    return key


async def remove(tx: SafeTransaction, kept: Kept, town: int, key: UUID, actor: Actor, now: datetime, *, removed: bool) -> None:
    """Take a row off the list, or have it back; raises `Missing`."""
    done = await tx.connection.fetchval(
        f"update {kept.table} set removed_at = $3, changed_at = $4 where town_id = $1 and id = $2"  # noqa: S608
        " and (removed_at is null) = $5 returning id",
        town, key, now if removed else None, now, removed,
    )  # fmt: skip
    if done is None:
        raise Missing
    await audit(tx, actor, f"{kept.noun}.{'remove' if removed else 'restore'}", f"{kept.table}/{key}")


async def purge(tx: SafeTransaction, town: int, before: datetime) -> None:
    """Nothing of what was taken off the lists before that moment holds a site or device any more."""
    await tx.connection.execute("delete from phone_system where town_id = $1 and removed_at <= $2", town, before)
    await tx.connection.execute(
        "delete from contract_link l using contract c where l.town_id = $1 and c.town_id = $1 and c.id = l.contract_id"
        " and c.removed_at <= $2",
        town,
        before,
    )


async def history(tx: SafeTransaction, kept: Kept, town: int, key: UUID) -> tuple[Event, ...]:
    """What the audit log says of it, the newest first."""
    events = []
    for line in await lines(tx, town, obj=f"{kept.table}/{key}", limit=EVENTS):
        before, after = (json.loads(text) if text else {} for text in (line.before, line.after))
        changed = tuple((x, before.get(x, ""), after[x]) for x in after if before.get(x, "") != after[x]) if before else ()
        events.append(Event(line.action, line.at, shown_name(line.actor), changed))
    return tuple(events)


def plain(values: Mapping[str, Any]) -> dict[str, str]:
    """Values as the log keeps them."""
    return {name: _text(value) for name, value in values.items()}


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else str(value)


async def device(tx: SafeTransaction, town: int, said: str, where: str) -> UUID | None:
    """The one device of this name, inventory number, serial or address; None for nothing said. Raises `Wrong`."""
    if not said.strip():
        return None
    found = await search.exact(tx, town, said)
    if found is None:
        raise Wrong(
            _("Zu „%(said)s“ gibt es kein Gerät oder mehrere.", said=said.strip()[:60]),
            where,
            _("Nennen Sie Name, Inventarnummer oder Seriennummer genau."),
        )
    return found


async def spoken(tx: SafeTransaction, town: int, asset: UUID | None) -> str:
    """A device as `device` finds it again: its name where that is enough, else its id."""
    if asset is None:
        return ""
    row = await tx.connection.fetchrow(
        "select a.id, a.name from asset a join asset o on o.town_id = a.town_id and a.id = coalesce(o.merged_into, o.id)"
        " where o.town_id = $1 and o.id = $2",
        town,
        asset,
    )
    if row is None:
        return ""
    return row["name"] if row["name"] and await search.exact(tx, town, row["name"]) == row["id"] else str(row["id"])


async def names(tx: SafeTransaction, town: int, assets: Sequence[UUID]) -> Mapping[UUID | None, str]:
    """Device → its name; one that became part of another has that one's."""
    found = await tx.connection.fetch(
        "select o.id, a.name from asset o join asset a on a.town_id = o.town_id and a.id = coalesce(o.merged_into, o.id)"
        " where o.town_id = $1 and o.id = any($2)",
        town,
        list(assets),
    )
    return {row["id"]: row["name"] for row in found}
