"""Backups (Datensicherungen) as people enter them: when they last ran, were tried out, and where a copy lies."""

from piccolo.columns import UUID, Array, Boolean, Date, Integer, Timestamptz, Varchar
from piccolo.table import Table

from service.db import DB, uuid7


class Backup(Table, db=DB):
    """A backup of systems or data; what nobody entered stays None and is unknown to the checks."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    name = Varchar(100, null=False)
    asset_ids = Array(base_column=UUID(), null=False, default=list)
    """Devices that it saves."""
    interval_hours = Integer(null=True, default=None)
    """Planned time between two backups."""
    last_good = Timestamptz(null=True, default=None)
    last_restore_test = Date(null=True, default=None)
    separate_copy = Boolean(null=True, default=None)
    """A copy lies off the network at another place."""
    told_by = Varchar(200, null=False)
    told_at = Timestamptz(null=False, default=None)
    version = Integer(null=False, default=1)
    removed_at = Timestamptz(null=True, default=None)
