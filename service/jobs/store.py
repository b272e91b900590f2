"""Runs and schedules: enqueue work inside the transaction that asks for it, keep its progress, read its history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from service.db import SafeTransaction, uuid7

# procrastinate's own function; internal to it, so it stands here alone, under a test, with the version pinned.
_DEFER = """select procrastinate_defer_jobs_v1(array[row($1::varchar, $2::varchar, 0, $3::text, null, $4::jsonb, null)
  ::procrastinate_job_to_defer_v1])"""

RUNNING = ("waiting", "running")


@dataclass(frozen=True, slots=True)
class RunView:
    """A run (Lauf) as pages show it; times aware, `seconds_left` None while nobody can tell."""

    town_id: int
    id: UUID
    task: str
    title: str
    args: dict[str, Any]
    state: str
    done: int
    total: int
    text: str
    seconds_left: int | None
    requested_by: str
    requested_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    cancel_requested_at: datetime | None
    result: dict[str, Any]
    error: str
    attempts: int

    @property
    def open(self) -> bool:
        """Whether there is still something to come."""
        return self.state in RUNNING


@dataclass(frozen=True, slots=True)
class ScheduleView:
    """A schedule (Zeitplan): which work starts when by itself."""

    town_id: int
    id: UUID
    task: str
    title: str
    args: dict[str, Any]
    cron: str
    enabled: bool
    last_enqueued_at: datetime | None
    changed_at: datetime
    changed_by: str
    version: int


_RUN = (
    "select town_id, id, task, title, args, state, done, total, text, seconds_left, requested_by, requested_at, started_at,"
    " finished_at, cancel_requested_at, result, error, attempts from run "
)
_SCHEDULE = (
    "select town_id, id, task, title, args, cron, enabled, last_enqueued_at, changed_at, changed_by, version from schedule "
)


def _values(row: Any, *json_columns: str) -> dict[str, Any]:
    return {key: msgspec.json.decode(value) if key in json_columns else value for key, value in row.items()}


async def add_run(
    tx: SafeTransaction, task: str, town: int, title: str, by: str, now: datetime, *, args: dict[str, Any] | None = None
) -> UUID:
    """A run that its caller performs itself, as the command line does."""
    key = uuid7()
    await tx.connection.execute(
        "insert into run (town_id, id, task, title, args, requested_by, requested_at) values ($1, $2, $3, $4, $5, $6, $7)",
        town,
        key,
        task,
        title[:200],
        msgspec.json.encode(args or {}).decode(),
        by,
        now,
    )
    return key


async def enqueue(
    tx: SafeTransaction,
    task: str,
    town: int,
    title: str,
    by: str,
    now: datetime,
    *,
    args: dict[str, Any] | None = None,
    lock: str = "",
) -> UUID:
    """Ask for work: the run and its job exist exactly if this transaction commits.

    `args` are ids and small parameters, never content. Runs with the same `lock` never overlap; default: the town.
    """
    key = await add_run(tx, task, town, title, by, now, args=args)
    job = msgspec.json.encode({"town": town, "run": str(key)}).decode()
    await tx.connection.execute(_DEFER, "work", task, lock or f"town-{town}", job)
    return key


async def run(tx: SafeTransaction, town: int, key: UUID) -> RunView | None:
    """One run."""
    row = await tx.connection.fetchrow(_RUN + "where town_id = $1 and id = $2", town, key)
    return RunView(**_values(row, "args", "result")) if row else None


async def runs(tx: SafeTransaction, town: int, *, task: str | None = None, limit: int = 50, offset: int = 0) -> Sequence[RunView]:
    """Newest runs of a town."""
    rows = await tx.connection.fetch(
        _RUN + "where town_id = $1 and ($2::text is null or task = $2) order by requested_at desc, id desc limit $3 offset $4",
        town,
        task,
        limit,
        offset,
    )
    return [RunView(**_values(row, "args", "result")) for row in rows]


async def count_runs(tx: SafeTransaction, town: int) -> int:
    """How many runs a town has had."""
    return int(await tx.connection.fetchval("select count(*) from run where town_id = $1", town))


async def started(tx: SafeTransaction, town: int, key: UUID, now: datetime) -> bool:
    """A worker takes the run; False when it is over already (a job may come twice)."""
    taken = await tx.connection.fetchval(
        "update run set state = 'running', started_at = coalesce(started_at, $3), attempts = attempts + 1"
        " where town_id = $1 and id = $2 and state in ('waiting', 'running') returning id",
        town,
        key,
        now,
    )
    await _tell(tx, town, key)
    return taken is not None


async def progress(
    tx: SafeTransaction, town: int, key: UUID, done: int, total: int, text: str, seconds_left: float | None
) -> bool:
    """Write how far it is; answers whether somebody asked to stop."""
    row = await tx.connection.fetchrow(
        "update run set done = $3, total = $4, text = $5, seconds_left = $6 where town_id = $1 and id = $2"
        " returning cancel_requested_at",
        town,
        key,
        done,
        total,
        text[:500],
        None if seconds_left is None else int(seconds_left),
    )
    await _tell(tx, town, key)
    return row is not None and row["cancel_requested_at"] is not None


async def finished(
    tx: SafeTransaction, town: int, key: UUID, state: str, now: datetime, *, text: str = "", result: Any = None, error: str = ""
) -> None:
    """Close a run: done, done_with_notes, cancelled or failed."""
    await tx.connection.execute(
        "update run set state = $3::varchar, finished_at = $4, text = $5, result = $6, error = $7, seconds_left = null,"
        " done = case when $3::varchar like 'done%' then total else done end where town_id = $1 and id = $2",
        town,
        key,
        state,
        now,
        text,
        msgspec.json.encode(result or {}).decode(),
        error[:2000],
    )
    await _tell(tx, town, key)


async def ask_to_stop(tx: SafeTransaction, town: int, key: UUID, now: datetime) -> bool:
    """Ask a run to stop; one that still waits is closed at once. False if it is over."""
    state = await tx.connection.fetchval(
        "update run set cancel_requested_at = coalesce(cancel_requested_at, $3),"
        " state = case when state = 'waiting' then 'cancelled' else state end,"
        " finished_at = case when state = 'waiting' then $3 else finished_at end"
        " where town_id = $1 and id = $2 and state in ('waiting', 'running') returning state",
        town,
        key,
        now,
    )
    await _tell(tx, town, key)
    return state is not None


async def _tell(tx: SafeTransaction, town: int, key: UUID) -> None:
    """Wake the streams: the payload carries ids only."""
    await tx.connection.execute("select pg_notify('odw_runs', $1)", f"{town}:{key}")


# --- schedules


async def schedules(tx: SafeTransaction) -> Sequence[ScheduleView]:
    """All schedules of the readable towns."""
    rows = await tx.connection.fetch(_SCHEDULE + "order by town_id, title, id")
    return [ScheduleView(**_values(row, "args")) for row in rows]


async def schedule(tx: SafeTransaction, town: int, key: UUID) -> ScheduleView | None:
    """One schedule."""
    row = await tx.connection.fetchrow(_SCHEDULE + "where town_id = $1 and id = $2", town, key)
    return ScheduleView(**_values(row, "args")) if row else None


NIGHTLY = ("checks.run", "Anforderungen gegen den Bestand halten", "30 2 * * *")
"""Task, title and time of what every town does each night: checks, and questions about devices that are missed."""


async def add_schedule(
    tx: SafeTransaction,
    town: int,
    task: str,
    title: str,
    cron: str,
    by: str,
    now: datetime,
    *,
    args: dict[str, Any] | None = None,
) -> UUID:
    """A new schedule; the clock hears of it at commit."""
    key = uuid7()
    await tx.connection.execute(
        "insert into schedule (town_id, id, task, title, args, cron, changed_at, changed_by)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8)",
        town,
        key,
        task,
        title,
        msgspec.json.encode(args or {}).decode(),
        cron,
        now,
        by,
    )
    await tx.connection.execute("select pg_notify('odw_schedules', '')")
    return key


async def change_schedule(
    tx: SafeTransaction, town: int, key: UUID, *, cron: str, enabled: bool, version: int, by: str, now: datetime
) -> bool:
    """Change when a schedule runs; False if somebody changed it since `version`."""
    done = await tx.connection.fetchval(
        "update schedule set cron = $4, enabled = $5, changed_by = $6, changed_at = $7, version = version + 1"
        " where town_id = $1 and id = $2 and version = $3 returning id",
        town,
        key,
        version,
        cron,
        enabled,
        by,
        now,
    )
    await tx.connection.execute("select pg_notify('odw_schedules', '')")
    return done is not None


async def ticked(tx: SafeTransaction, town: int, key: UUID, now: datetime) -> None:
    """The clock enqueued this schedule's work."""
    await tx.connection.execute("update schedule set last_enqueued_at = $3 where town_id = $1 and id = $2", town, key, now)
