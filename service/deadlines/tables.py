"""Calendar feeds (iCal): who may fetch the town's dates from a calendar program; the secret itself is not kept."""

from piccolo.columns import UUID, Integer, Timestamptz, Varchar
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
