"""Backups in the database: read, enter, change, take out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from service.audit.chain import Actor
from service.audit.store import record
from service.db import SafeTransaction, uuid7
from service.errors import Missing, Outdated, Wrong
from service.i18n import gettext as _
from service.settings import local_day


@dataclass(frozen=True, slots=True)
class Entered:
    """A backup as it stands; `assets` are names of its devices in the order of the list, `version` 0 = new."""

    id: UUID
    name: str
    asset_ids: tuple[UUID, ...] = ()
    assets: tuple[str, ...] = ()
    interval_hours: int | None = None
    last_good: datetime | None = None
    last_restore_test: date | None = None
    separate_copy: bool | None = None
    told_by: str = ""
    told_at: datetime | None = None
    version: int = 0


_ROWS = """select b.id, b.name, b.asset_ids, b.interval_hours, b.last_good, b.last_restore_test, b.separate_copy, b.told_by,
  b.told_at, b.version,
  array(select a.name from asset a where a.town_id = b.town_id and a.id = any(b.asset_ids) order by a.sort_name) as assets
  from backup b where b.town_id = $1 and b.removed_at is null """


async def backups(tx: SafeTransaction, town: int) -> Sequence[Entered]:
    """All backups of a town by name."""
    return [_entered(row) for row in await tx.connection.fetch(_ROWS + "order by app.din5007(b.name)", town)]


async def backup(tx: SafeTransaction, town: int, ident: UUID) -> Entered:
    """One backup; raises `Missing`."""
    row = await tx.connection.fetchrow(_ROWS + "and b.id = $2", town, ident)
    if row is None:
        raise Missing
    return _entered(row)


def _entered(row: object) -> Entered:
    values = dict(row)  # type: ignore[call-overload]  # a database row is a mapping
    return Entered(**(values | {"asset_ids": tuple(values["asset_ids"]), "assets": tuple(values["assets"])}))


async def devices(tx: SafeTransaction, town: int, names: Sequence[str]) -> tuple[UUID, ...]:
    """Devices by their names; raises `Wrong` that names what no device of the town is called."""
    found: dict[str, UUID] = {
        row["name"].casefold(): row["id"]
        for row in await tx.connection.fetch(
            "select name, id from asset where town_id = $1 and gone_at is null and merged_into is null"
            " and lower(name) = any($2::text[])",
            town,
            [x.lower() for x in names],
        )
    }
    unknown = [x for x in names if x.casefold() not in found]
    if unknown:
        raise Wrong(_("Kein Gerät der Stadt heißt „%(name)s“.", name=unknown[0]), "devices", _("Prüfen Sie die Schreibweise."))
    return tuple(dict.fromkeys(found[x.casefold()] for x in names))


async def save(tx: SafeTransaction, town: int, entered: Entered, actor: Actor, now: datetime) -> UUID:
    """Enter a new backup (`version` 0) or change one; raises `Wrong`, `Outdated`, `Missing`."""
    _check(entered, now)
    taken = await tx.connection.fetchval(
        "select 1 from backup where town_id = $1 and removed_at is null and lower(name) = lower($2) and id <> $3",
        town,
        entered.name,
        entered.id,
    )
    if taken:
        raise Wrong(_("Eine Sicherung mit diesem Namen gibt es schon."), "name")
    values = (
        *(entered.name, list(entered.asset_ids), entered.interval_hours, entered.last_good, entered.last_restore_test),
        *(entered.separate_copy, actor.name, now),
    )
    before: dict[str, object] | None = None
    ident = entered.id
    if entered.version == 0:
        ident = uuid7()
        await tx.connection.execute(
            "insert into backup (town_id, id, name, asset_ids, interval_hours, last_good, last_restore_test, separate_copy,"
            " told_by, told_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            town,
            ident,
            *values,
        )
    else:
        stored = await backup(tx, town, ident)
        before = _said(stored)
        changed = await tx.connection.fetchval(
            "update backup set name = $3, asset_ids = $4, interval_hours = $5, last_good = $6, last_restore_test = $7,"
            " separate_copy = $8, told_by = $9, told_at = $10, version = version + 1"
            " where town_id = $1 and id = $2 and version = $11 returning id",
            town,
            ident,
            *values,
            entered.version,
        )
        if changed is None:
            raise Outdated(stored.told_by, stored.told_at)
    await record(tx, actor, "backup.save", f"backup/{ident}", before=before, after=_said(entered))
    return ident


def _check(entered: Entered, now: datetime) -> None:
    if not entered.name:
        raise Wrong(_("Bitte geben Sie der Sicherung einen Namen."), "name")
    if entered.interval_hours is not None and not 1 <= entered.interval_hours <= 24 * 366:
        raise Wrong(_("Möglich sind 1 bis 8784 Stunden."), "interval_hours")
    if entered.last_good is not None and entered.last_good > now:
        raise Wrong(_("Die letzte gelungene Sicherung liegt in der Zukunft."), "last_good")
    if entered.last_restore_test is not None and entered.last_restore_test > local_day(now):
        raise Wrong(_("Die Probe der Rücksicherung liegt in der Zukunft."), "last_restore_test")


def _said(entered: Entered) -> dict[str, object]:
    return {
        "name": entered.name,
        "assets": [str(x) for x in entered.asset_ids],
        "interval_hours": entered.interval_hours,
        "last_good": entered.last_good.isoformat() if entered.last_good else None,
        "last_restore_test": entered.last_restore_test.isoformat() if entered.last_restore_test else None,
        "separate_copy": entered.separate_copy,
    }


async def remove(tx: SafeTransaction, town: int, ident: UUID, actor: Actor, now: datetime) -> None:
    """Take a backup out of the list; it stays in the audit log."""
    stored = await backup(tx, town, ident)
    await tx.connection.execute("update backup set removed_at = $3 where town_id = $1 and id = $2", town, ident, now)
    await record(tx, actor, "backup.remove", f"backup/{ident}", before=_said(stored))
