"""Reminders of a town: made once, shown until somebody settles them, put off, had back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from service.audit.chain import Actor
from service.audit.store import record as audit
from service.db import SafeTransaction, uuid7
from service.deadlines.calendar import Deadline
from service.deadlines.reminding import due, key, owned
from service.deadlines.store.dates import deadlines
from service.errors import Missing, Wrong
from service.i18n import format_date
from service.i18n import gettext as _
from service.limits import check_day
from service.settings import local_day


@dataclass(frozen=True, slots=True)
class Reminder:
    """A reminder with the date as it is known now."""

    id: UUID
    deadline: Deadline
    step: int
    later_until: date | None


async def make(tx: SafeTransaction, town: int, known: Iterable[Deadline], now: datetime) -> Sequence[tuple[UUID, Deadline]]:
    """Make what is due and was not made before; answers the new ones, so that whoever sends them sends each once.

    An earlier step of the same date is closed by the later one; what somebody settled for this date stays settled; what
    has no date any more is closed.
    """
    known = list(known)
    made: list[tuple[UUID, Deadline]] = []
    for one in due(known, local_day(now)):
        kind, ref, day = one.key
        new = await tx.connection.fetchval(_MAKE, town, uuid7(), kind, ref, day, one.step, one.deadline.title[:300], now)
        if new is not None:
            await tx.connection.execute(_OVERTAKE, town, kind, ref, day, new, now)
            made.append((new, one.deadline))
    kinds, refs, days = zip(*{key(x) for x in known}, strict=True) if known else ((), (), ())
    await tx.connection.execute(_CLOSE, town, list(kinds), list(refs), list(days), now)
    return made


_MAKE = """
insert into reminder (town_id, id, kind, object, day, step, title, made_at)
select $1, $2, $3::varchar, $4::varchar, $5, $6, $7, $8 where not exists (select from reminder
  where town_id = $1 and kind = $3::varchar and object = $4::varchar and day = $5 and done_by <> '')
on conflict (town_id, object, kind, day, step) do nothing returning id"""
_OVERTAKE = """
update reminder set done_at = $6 where town_id = $1 and kind = $2 and object = $3 and day = $4 and id <> $5 and done_at is null"""
_CLOSE = """
update reminder r set done_at = $5 where r.town_id = $1 and r.done_at is null and not exists
  (select from unnest($2::text[], $3::text[], $4::date[]) as k (kind, object, day)
   where k.kind = r.kind and k.object = r.object and k.day = r.day)"""


async def shown(
    tx: SafeTransaction, town: int, slug: str, now: datetime, *, known: Iterable[Deadline] | None = None, later: bool = False
) -> Sequence[Reminder]:
    """Reminders that nobody settled and whose date still stands, by day; `later`: those put off too.

    `known` are the dates of the town where the caller has them.
    """
    rows = await tx.connection.fetch(
        "select id, kind, object, day, step, later_until from reminder where town_id = $1 and done_at is null"
        " and ($3 or later_until is null or later_until <= $2) order by day, kind, id",
        town,
        local_day(now),
        later,
    )
    if not rows:
        return []
    dates = {key(x): x for x in (await deadlines(tx, town, slug, now) if known is None else known)}
    found = ((row, dates.get((row["kind"], row["object"], row["day"]))) for row in rows)
    return [Reminder(row["id"], one, row["step"], row["later_until"]) for row, one in found if one]


async def settled(tx: SafeTransaction, town: int) -> frozenset[tuple[str, str, date]]:
    """Kind, object and day of the dates that somebody settled."""
    rows = await tx.connection.fetch("select kind, object, day from reminder where town_id = $1 and done_by <> ''", town)
    return frozenset((row["kind"], row["object"], row["day"]) for row in rows)


async def _settle(
    tx: SafeTransaction, town: int, reminder: UUID, roles: Iterable[str], action: str, actor: Actor, sets: str, *values: object
) -> None:
    kind = await tx.connection.fetchval("select kind from reminder where town_id = $1 and id = $2", town, reminder)
    if kind is None or not owned(kind, roles):
        raise Missing
    done = await tx.connection.fetchval(
        f"update reminder set {sets} where town_id = $1 and id = $2 returning id",  # noqa: S608 one of the three below
        town,
        reminder,
        *values,
    )
    if done is None:
        raise Missing
    await audit(tx, actor, action, f"reminder/{reminder}")


async def settle(tx: SafeTransaction, town: int, reminder: UUID, roles: Iterable[str], actor: Actor, now: datetime) -> None:
    """Done: nobody is reminded of this date again. Raises `Missing`, also for roles that do not own it."""
    sets = "done_at = $3, done_by = $4"
    await _settle(tx, town, reminder, roles, "reminder.done", actor, sets, now, actor.name[:200])


async def put_off(
    tx: SafeTransaction, town: int, reminder: UUID, roles: Iterable[str], until: date, actor: Actor, now: datetime
) -> None:
    """Show it again from `until`; a later step of the date shows anyway. Raises `Missing`, `Wrong`."""
    if until <= local_day(now):
        raise Wrong(_("Bitte wählen Sie einen späteren Tag als den %(day)s.", day=format_date(local_day(now))), "until")
    check_day(until, local_day(now), "until")
    await _settle(tx, town, reminder, roles, "reminder.later", actor, "later_until = $3", until)


async def reopen(tx: SafeTransaction, town: int, reminder: UUID, roles: Iterable[str], actor: Actor) -> None:
    """Take either back. Raises `Missing`."""
    await _settle(tx, town, reminder, roles, "reminder.open", actor, "done_at = null, done_by = '', later_until = null")
