"""Calendar feeds (iCal): who may fetch the dates from a calendar program, the secret itself is not kept; reminders of dates."""

from piccolo.columns import UUID, Date, Integer, Timestamptz, Varchar
from piccolo.table import Table

from service.db import DB, uuid7


class CalendarFeed(Table, db=DB):
    """One subscription of one person. `digest` is the SHA-256 of the secret in its address."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    account_id = UUID(null=False, default=None)
    digest = Varchar(64, null=False)
    made_at = Timestamptz(null=False)
    fetched_at = Timestamptz(null=True, default=None)
    """Last fetch, to the day."""
    revoked_at = Timestamptz(null=True, default=None)


class Reminder(Table, db=DB):
    """A reminder of a date: once for each object, day and step. `step` counts days before the date."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    kind = Varchar(20, null=False)
    object = Varchar(120, null=False)
    """Stable name of what ends, as "contract/<id>"."""
    day = Date(null=False, default=None)
    step = Integer(null=False)
    title = Varchar(300, null=False)
    made_at = Timestamptz(null=False)
    later_until = Date(null=True, default=None)
    """Put off: shown again from this day."""
    done_at = Timestamptz(null=True, default=None)
    done_by = Varchar(200, null=False, default="")
    """Empty where the date itself went away or a later step took its place."""
