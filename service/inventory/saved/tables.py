"""What people keep of the list of devices: filters with a name, and the columns each wants to see."""

from piccolo.columns import UUID, Array, Boolean, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table

from service.db import DB, uuid7


class SavedFilter(Table, db=DB):
    """Gespeicherter Filter of one person; a shared one is shown to everybody who reads the town's inventory."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    account_id = UUID(null=False, default=None)
    """Whose it is; only this person renames, shares or deletes it."""
    owner = Varchar(200, null=False)
    name = Varchar(80, null=False)
    query = Text(null=False, default="")
    """The filter as it stands in the address, without page and columns."""
    columns = Array(base_column=Varchar(20), null=False, default=list)
    shared = Boolean(null=False, default=False)
    saved_at = Timestamptz(null=False)
    deleted_at = Timestamptz(null=True, default=None)
    """Deleted ones can be taken back for a day."""


class ChosenColumns(Table, db=DB):
    """The columns that one person wants in the list of devices of a town."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    account_id = UUID(null=False, default=None)
    columns = Array(base_column=Varchar(20), null=False, default=list)
    chosen_at = Timestamptz(null=False)
