"""Read incidents: lists, one with all that belongs to it, running clocks, dates for the calendar."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from isms.incidents.clocks import GDPR, TAKEN_BACK, Clock, Decision, Duty, clocks
from isms.incidents.log import Line
from isms.incidents.notices import KINDS
from isms.incidents.view import Case, Incident, Notice, Row, sees
from isms.incidents.view import row as row_of
from service.db import SafeTransaction
from service.errors import Missing


def columns(kind: type[Any]) -> str:
    """The column list of a view, for our own SQL."""
    return ", ".join(one.name for one in dataclasses.fields(kind))


_TAKEN_BACK = (
    f"exists (select 1 from incident_decision d where d.town_id = incident.town_id and d.incident_id = incident.id"  # noqa: S608 our words
    f" and d.role = '{TAKEN_BACK}' and d.duty = any('{{{','.join(GDPR)}}}')) as taken_back"
)
_INCIDENT = f"select {columns(Incident).replace('taken_back', _TAKEN_BACK)} from incident "  # noqa: S608 our field names
_LINE = f"select {columns(Line)} from incident_line where town_id = $1 and incident_id = $2 order by seq"  # noqa: S608 our field names
_NOTICE = f"select {columns(Notice)} from incident_notice where town_id = $1 and incident_id = $2 order by saved_at, id"  # noqa: S608 our field names


async def incidents(tx: SafeTransaction, towns: Sequence[int], *, closed: bool = True) -> Sequence[Incident]:
    """Incidents of these towns, the newest first."""
    rows = await tx.connection.fetch(
        _INCIDENT + "where town_id = any($1) and ($2 or closed_at is null) order by reported_at desc, id desc",
        list(towns),
        closed,
    )
    return [_incident(row) for row in rows]


async def mine(tx: SafeTransaction, town: int, account: UUID) -> Sequence[Incident]:
    """What this account reported, the newest first."""
    rows = await tx.connection.fetch(
        _INCIDENT + "where town_id = $1 and reporter_id = $2 order by reported_at desc, id desc", town, account
    )
    return [_incident(row) for row in rows]


async def incident(tx: SafeTransaction, town: int, key: UUID) -> Incident:
    """One incident; raises `Missing`."""
    row = await tx.connection.fetchrow(_INCIDENT + "where town_id = $1 and id = $2", town, key)
    if row is None:
        raise Missing
    return _incident(row)


async def lines(tx: SafeTransaction, town: int, key: UUID) -> tuple[Line, ...]:
    """The log of an incident from its first line on."""
    return tuple(Line(**dict(line)) for line in await tx.connection.fetch(_LINE, town, key))


async def running(tx: SafeTransaction, items: Sequence[Incident]) -> Mapping[UUID, tuple[Clock, ...]]:
    """The clocks of these incidents by the incident's id."""
    keys, towns = [one.id for one in items], sorted({one.town_id for one in items})
    said: dict[UUID, list[Decision]] = {}
    for row in await tx.connection.fetch(
        "select incident_id, duty, notify, reason, by, person, role, at from incident_decision"
        " where town_id = any($1) and incident_id = any($2) order by at, id",
        towns, keys,
    ):  # fmt: skip
        values = dict(row)
        said.setdefault(values.pop("incident_id"), []).append(Decision(**(values | {"duty": Duty(values["duty"])})))
    sent: dict[UUID, list[tuple[Duty, datetime]]] = {}
    for row in await tx.connection.fetch(
        "select incident_id, kind, sent_at from incident_notice"
        " where town_id = any($1) and incident_id = any($2) and sent_at is not null",
        towns, keys,
    ):  # fmt: skip
        if (duty := KINDS[row["kind"]].duty) is not None:
            sent.setdefault(row["incident_id"], []).append((duty, row["sent_at"]))
    return {one.id: clocks(one.aware_at, one.duties(), said.get(one.id, ()), sent.get(one.id, ())) for one in items}


async def overview(
    tx: SafeTransaction, towns: Sequence[int], roles: frozenset[str], now: datetime, *, closed: bool = True
) -> Sequence[Row]:
    """Lines of a list for these roles, the newest first."""
    items = [one for one in await incidents(tx, towns, closed=closed) if sees(one, roles)]
    found = await running(tx, items)
    return [row_of(one, found[one.id], now) for one in items]


async def everywhere(tx: SafeTransaction, roles: Mapping[int, frozenset[str]], now: datetime) -> Sequence[Row]:
    """Open incidents of several towns, each for the roles held there, the most urgent first."""
    found = [row for town, held in roles.items() for row in await overview(tx, [town], held, now, closed=False)]
    return sorted(found, key=lambda row: row.order)


async def case(tx: SafeTransaction, town: int, name: str, key: UUID) -> Case:
    """The incident with log, clocks, notices and the names of what is affected; raises `Missing`."""
    item = await incident(tx, town, key)
    notices = await tx.connection.fetch(_NOTICE, town, key)
    return Case(
        name,
        item,
        await lines(tx, town, key),
        (await running(tx, [item]))[key],
        tuple(Notice(**dict(row)) for row in notices),
        await _names(tx, "select id, name from target_object where town_id = $1 and id = any($2)", town, item.targets),
        await _names(
            tx, "select id, coalesce(name, '') as name from asset where town_id = $1 and id = any($2)", town, item.assets
        ),
        await _names(tx, "select id, title as name from measure where town_id = $1 and id = any($2)", town, item.measures),
    )


async def dates(tx: SafeTransaction, town: int, now: datetime) -> Sequence[tuple[datetime, Duty, Incident]]:
    """Running clocks with a moment, for the calendar: when, which duty, of what."""
    items = await incidents(tx, [town], closed=False)
    found = await running(tx, items)
    return [(one.due, one.duty, item) for item in items for one in found[item.id] if one.due and one.running(now)]


async def _names(tx: SafeTransaction, sql: str, town: int, keys: Sequence[UUID]) -> tuple[tuple[UUID, str], ...]:
    if not keys:
        return ()
    known = {row["id"]: row["name"] for row in await tx.connection.fetch(sql, town, list(keys))}
    return tuple((key, known[key]) for key in keys if key in known)


def _incident(row: Mapping[str, Any]) -> Incident:
    values = dict(row)
    values["impact"] = msgspec.json.decode(values["impact"])
    return Incident(**(values | {name: tuple(values[name]) for name in ("targets", "assets", "measures")}))
