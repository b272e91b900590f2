"""Schedules (Zeitpläne) and runs (Läufe) of long work; the queue's own tables belong to procrastinate."""

from piccolo.columns import JSONB, UUID, Boolean, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table

from service.db import DB, uuid7


class Run(Table, db=DB):
    """One piece of long work. `state`: waiting running done done_with_notes cancelled failed."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    task = Varchar(60, null=False)
    title = Varchar(200, null=False)
    args = JSONB(null=False, default="{}")
    state = Varchar(20, null=False, default="waiting")
    done = Integer(null=False, default=0)
    total = Integer(null=False, default=0)
    text = Text(null=False, default="")
    seconds_left = Integer(null=True, default=None)
    requested_by = Varchar(200, null=False)
    requested_at = Timestamptz(null=False)
    started_at = Timestamptz(null=True, default=None)
    finished_at = Timestamptz(null=True, default=None)
    cancel_requested_at = Timestamptz(null=True, default=None)
    result = JSONB(null=False, default="{}")
    error = Text(null=False, default="")
    attempts = Integer(null=False, default=0)


class Schedule(Table, db=DB):
    """When which work starts by itself: a crontab line in local time."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    task = Varchar(60, null=False)
    title = Varchar(200, null=False)
    args = JSONB(null=False, default="{}")
    cron = Varchar(100, null=False)
    enabled = Boolean(null=False, default=True)
    last_enqueued_at = Timestamptz(null=True, default=None)
    changed_at = Timestamptz(null=False)
    changed_by = Varchar(200, null=False)
    version = Integer(null=False, default=1)
