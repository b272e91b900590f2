"""The needs of a town's objects: read, add, change, take away; a need that closes a circle is refused with its way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from service.audit.chain import Actor
from service.audit.store import record
from service.db import SafeTransaction
from service.errors import Missing, Outdated, Wrong
from service.i18n import gettext as _
from service.objects import graph, store

MOST_HOURS = 24 * 365


@dataclass(frozen=True, slots=True)
class Need:
    """Abhängigkeit; see `tables.Need`."""

    id: UUID
    consumer: UUID
    provider: UUID
    alternatives: int = 0
    required_hours: int | None = None
    degraded_ok: bool = False
    note: str = ""
    version: int = 0


_SELECT = """select n.id, n.consumer_id as consumer, n.provider_id as provider, n.alternatives, n.required_hours, n.degraded_ok,
  n.note, n.version from need n
  join target_object c on c.town_id = n.town_id and c.id = n.consumer_id and c.retired_at is null
  join target_object p on p.town_id = n.town_id and p.id = n.provider_id and p.retired_at is null
  where n.town_id = $1 """


async def needs(tx: SafeTransaction, town: int) -> Sequence[Need]:
    """All needs between objects in use, in the order of the objects."""
    rows = await tx.connection.fetch(
        _SELECT + "and n.removed_at is null order by c.position, c.id, n.alternatives, p.position, p.id", town
    )
    return [Need(**dict(row)) for row in rows]


async def need(tx: SafeTransaction, town: int, ident: UUID) -> Need:
    """One need; raises `Missing`."""
    row = await tx.connection.fetchrow(_SELECT + "and n.removed_at is null and n.id = $2", town, ident)
    if row is None:
        raise Missing
    return Need(**dict(row))


async def add(tx: SafeTransaction, town: int, item: Need, actor: Actor, now: datetime) -> UUID:
    """A new need; raises `Wrong` for one that is there already, that closes a circle, or whose objects are not in use."""
    await _fits(tx, town, item)
    await tx.connection.execute(
        "insert into need (town_id, id, consumer_id, provider_id, alternatives, required_hours, degraded_ok, note, version,"
        " created_by, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9, $10)",
        town,
        item.id,
        item.consumer,
        item.provider,
        item.alternatives,
        item.required_hours,
        item.degraded_ok,
        item.note,
        actor.name,
        now,
    )
    await record(tx, actor, "need.add", f"need/{item.id}", after=_plain(item))
    return item.id


async def change(tx: SafeTransaction, town: int, item: Need, actor: Actor) -> None:
    """Save what is said about a need; its two objects stay. Raises `Outdated` if somebody was faster."""
    before = await need(tx, town, item.id)
    _in_bounds(item)
    done = await tx.connection.fetchval(
        "update need set alternatives = $4, required_hours = $5, degraded_ok = $6, note = $7, version = version + 1"
        " where town_id = $1 and id = $2 and version = $3 and removed_at is null returning id",
        town,
        item.id,
        item.version,
        item.alternatives,
        item.required_hours,
        item.degraded_ok,
        item.note,
    )
    if done is None:
        raise Outdated
    after = _plain(replace(item, consumer=before.consumer, provider=before.provider))
    await record(tx, actor, "need.change", f"need/{item.id}", before=_plain(before), after=after)


async def remove(tx: SafeTransaction, town: int, ident: UUID, actor: Actor, now: datetime) -> None:
    """Take a need away; `restore` brings it back. Raises `Missing`."""
    before = await need(tx, town, ident)
    await tx.connection.execute("update need set removed_at = $3 where town_id = $1 and id = $2", town, ident, now)
    await record(tx, actor, "need.remove", f"need/{ident}", before=_plain(before))


async def restore(tx: SafeTransaction, town: int, ident: UUID, actor: Actor) -> None:
    """Bring a need back, where it still closes no circle. Raises `Missing`, `Wrong`."""
    row = await tx.connection.fetchrow(_SELECT + "and n.removed_at is not null and n.id = $2", town, ident)
    if row is None:
        raise Missing
    await _fits(tx, town, Need(**dict(row)))
    await tx.connection.execute("update need set removed_at = null where town_id = $1 and id = $2", town, ident)
    await record(tx, actor, "need.restore", f"need/{ident}")


async def _fits(tx: SafeTransaction, town: int, item: Need) -> None:
    _in_bounds(item)
    await tx.connection.execute("select pg_advisory_xact_lock(4714, $1)", town)  # two people could close a circle together
    names = {x.id: x.name for x in await store.targets(tx, town)}
    if item.consumer not in names:
        raise Wrong(_("Bitte wählen Sie, was etwas braucht."), "consumer")
    if item.provider not in names:
        raise Wrong(_("Bitte wählen Sie, was gebraucht wird."), "provider")
    known = await needs(tx, town)
    if any((x.consumer, x.provider) == (item.consumer, item.provider) for x in known):
        raise Wrong(_("Diese Abhängigkeit gibt es schon."), "provider", _("Sie können sie in der Liste ändern."))
    found = graph.circle([(x.consumer, x.provider) for x in known], item.consumer, item.provider)
    if found is not None:
        raise Wrong(
            circle_sentence([names[x] for x in found]), "provider", _("Nehmen Sie zuerst eine dieser Abhängigkeiten weg.")
        )


def circle_sentence(names: Sequence[str]) -> str:
    """A circle in words; `names` begins and ends with the same object."""
    if len(names) == 2:
        return _("Ein Zielobjekt kann sich nicht selbst brauchen: „%(name)s“.", name=names[0])
    steps = " → ".join(f"„{name}“" for name in names)
    return _("Das ergäbe einen Kreis: %(steps)s.", steps=steps)


def _in_bounds(item: Need) -> None:
    if item.required_hours is not None and not 0 <= item.required_hours <= MOST_HOURS:
        raise Wrong(_("Bitte geben Sie 0 bis 8.760 Stunden an."), "required_hours")
    if not 0 <= item.alternatives <= 99:
        raise Wrong(_("Bitte geben Sie eine Nummer von 1 bis 99 an."), "alternatives")


def _plain(item: Need) -> Mapping[str, Any]:
    return {
        "consumer": str(item.consumer),
        "provider": str(item.provider),
        "alternatives": item.alternatives,
        "required_hours": item.required_hours,
        "degraded_ok": item.degraded_ok,
        "note": item.note,
    }
