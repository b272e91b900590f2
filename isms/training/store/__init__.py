"""Reads and writes training inside `town_tx`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from isms.training.quota import GROUPS, Count, Quota, Unit, circle, quota
from isms.training.values import Course, Entered, Held, Phishing
from service.audit.chain import Actor
from service.contracts.store import rows
from service.contracts.store.rows import Kept
from service.db import SafeTransaction
from service.errors import Missing, Wrong
from service.i18n import gettext as _
from service.settings import local_day

COURSE: Final = Kept("course", "course", ("title", "target", "validity_months", "form", "test", "link", "note"))
UNIT: Final = Kept("training_unit", "training_unit", ("name", "parent_id", *GROUPS))
DATE: Final = Kept("course_date", "course_date", ("course_id", "held_on", "place"))
COUNT: Final = Kept("completion_count", "completion", ("course_id", "unit_id", "staff_group", "done_on", "persons", "renewed"))
PHISHING: Final = Kept("phishing_exercise", "phishing", ("title", "held_on", "sent", "clicked", "reported"))


async def courses(tx: SafeTransaction, town: int) -> Sequence[Course]:
    """All courses by topic."""
    found = await tx.connection.fetch(
        f"select id, version, {', '.join(COURSE.columns)} from course"  # noqa: S608 our names
        " where town_id = $1 and removed_at is null order by app.din5007(title), id",
        town,
    )
    return [Course(**dict(row)) for row in found]


async def course(tx: SafeTransaction, town: int, key: UUID) -> Course:
    """One course; raises `Missing`."""
    found = next((x for x in await courses(tx, town) if x.id == key), None)
    if found is None:
        raise Missing
    return found


async def units(tx: SafeTransaction, town: int) -> Sequence[Unit]:
    """All units by name."""
    found = await tx.connection.fetch(
        f"select id, {', '.join(UNIT.columns)} from training_unit"  # noqa: S608 our names
        " where town_id = $1 and removed_at is null order by app.din5007(name), id",
        town,
    )
    return [Unit(row["id"], row["name"], row["parent_id"], {name: row[name] for name in GROUPS}) for row in found]


async def unit_version(tx: SafeTransaction, town: int, key: UUID) -> int:
    """The version of a unit; raises `Missing`."""
    found: int | None = await tx.connection.fetchval(
        "select version from training_unit where town_id = $1 and id = $2 and removed_at is null", town, key
    )
    if found is None:
        raise Missing
    return found


async def save_unit(
    tx: SafeTransaction, town: int, key: UUID | None, version: int, values: Mapping[str, Any], actor: Actor, now: datetime
) -> UUID:
    """Add or change a unit; raises `Wrong`, `Missing`, `Outdated`."""
    known = await units(tx, town)
    parent = values["parent_id"]
    if parent is not None and parent not in {x.id for x in known}:
        raise Wrong(_("Bitte wählen Sie aus der Liste."), "parent")
    if key is not None and circle(known, key, parent):
        raise Wrong(_("So stünde die Einheit über sich selbst."), "parent")
    return await rows.save(tx, UNIT, town, key, version, values, actor, now)


async def counted(tx: SafeTransaction, town: int, key: UUID) -> Sequence[Entered]:
    """The completions of a course as they were entered, the newest first."""
    found = await tx.connection.fetch(
        "select c.id, u.name, c.unit_id, c.staff_group, c.done_on, c.persons, c.renewed from completion_count c"
        " join training_unit u on u.town_id = c.town_id and u.id = c.unit_id"
        " where c.town_id = $1 and c.course_id = $2 and c.removed_at is null order by c.done_on desc, c.id desc",
        town,
        key,
    )
    return [
        Entered(x["id"], x["name"], Count(x["unit_id"], x["staff_group"], x["done_on"], x["persons"], x["renewed"]))
        for x in found
    ]


async def count(tx: SafeTransaction, town: int, key: UUID, item: Count, actor: Actor, now: datetime) -> UUID:
    """Enter completions; raises `Wrong` for more persons than the unit has, `Missing`."""
    await course(tx, town, key)
    unit = next((x for x in await units(tx, town) if x.id == item.unit), None)
    if unit is None:
        raise Wrong(_("Bitte wählen Sie aus der Liste."), "unit")
    if item.group not in GROUPS:
        raise Wrong(_("Diese Auswahl gibt es nicht."), "group")
    if item.persons < 1:
        raise Wrong(_("Bitte geben Sie an, wie viele Personen teilgenommen haben."), "persons")
    if item.persons > unit.persons.get(item.group, 0):
        raise Wrong(
            _("So viele Personen dieser Gruppe hat die Einheit nicht."), "persons",
            _("Prüfen Sie die Zahl oder ändern Sie zuerst die Einheit."),
        )  # fmt: skip
    if not 0 <= item.renewed <= item.persons:
        raise Wrong(_("Davon können es nicht mehr sein, als teilgenommen haben."), "renewed")
    if item.day > local_day(now):
        raise Wrong(_("Der Tag liegt in der Zukunft."), "day")
    values = {
        "course_id": key, "unit_id": item.unit, "staff_group": item.group, "done_on": item.day,
        "persons": item.persons, "renewed": item.renewed,
    }  # fmt: skip
    return await rows.save(tx, COUNT, town, None, 0, values, actor, now)


async def quotas(tx: SafeTransaction, town: int, today: date, others: str) -> Sequence[tuple[Course, Quota]]:
    """Every course with its quotas today; `others` is what the remainder of the town is called."""
    known = await units(tx, town)
    return [
        (one, quota(known, [x.count for x in await counted(tx, town, one.id)], one.target, one.validity_months, today, others))
        for one in await courses(tx, town)
    ]


async def dates(tx: SafeTransaction, town: int, key: UUID | None = None) -> Sequence[Held]:
    """The days on which courses, or one of them, are held."""
    found = await tx.connection.fetch(
        "select d.id, d.course_id as course, c.title, d.held_on, d.place from course_date d"
        " join course c on c.town_id = d.town_id and c.id = d.course_id and c.removed_at is null"
        " where d.town_id = $1 and d.removed_at is null and ($2::uuid is null or d.course_id = $2) order by d.held_on, d.id",
        town,
        key,
    )
    return [Held(**dict(row)) for row in found]


async def phishing(tx: SafeTransaction, town: int) -> Sequence[Phishing]:
    """All exercises, the newest first."""
    found = await tx.connection.fetch(
        "select id, title, held_on, sent, clicked, reported from phishing_exercise"
        " where town_id = $1 and removed_at is null order by held_on desc, id desc",
        town,
    )
    return [Phishing(**dict(row)) for row in found]


async def exercise(tx: SafeTransaction, town: int, values: Mapping[str, Any], actor: Actor, now: datetime) -> UUID:
    """Enter an exercise; raises `Wrong` for numbers that cannot be."""
    if not values["title"]:
        raise Wrong(_("Bitte geben Sie der Übung einen Namen."), "title")
    if values["held_on"] is None:
        raise Wrong(_("Bitte geben Sie den Tag an."), "held_on")
    if (values["sent"] or 0) < 1:
        raise Wrong(_("Bitte geben Sie an, wie viele Nachrichten verschickt wurden."), "sent")
    for name in ("clicked", "reported"):
        if not 0 <= values[name] <= values["sent"]:
            raise Wrong(_("Es können nicht mehr sein, als verschickt wurden."), name)
    return await rows.save(tx, PHISHING, town, None, 0, values, actor, now)
