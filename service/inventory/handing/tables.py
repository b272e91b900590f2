"""Hand-overs of devices between towns in tables."""

from piccolo.columns import JSONB, UUID, Date, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table

from service.db import DB, TenantKey, uuid7
from service.inventory.tables import Asset


class Handover(Table, db=DB):
    """Übergabe: one row in each of the two towns under the same id. `asset_id` is this town's device."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    role = Varchar(8, null=False)
    """giver or receiver"""
    partner_town = Integer(null=False)
    asset_id = TenantKey(Asset, null=True, default=None)
    fields = JSONB(null=False, default="{}")
    """What the giver released of the device, by field; nothing else of it ever crosses."""
    planned_on = Date(null=False)
    reason = Text(null=False)
    state = Varchar(10, null=False, default="offered")
    """offered agreed (for a day to come) accepted refused withdrawn"""
    offered_by = Varchar(200, null=False)
    offered_at = Timestamptz(null=False)
    answered_by = Varchar(200, null=True, default=None)
    answered_at = Timestamptz(null=True, default=None)
    answer = Text(null=False, default="")
    """Why it was refused or withdrawn."""
    batch = UUID(null=True, default=None)
    """The decisions that this town's device took with it; never undone alone."""
    collection_id = UUID(null=True, default=None)
    """Receiver: the record from which the device was made."""
    told_at = Timestamptz(null=True, default=None)
    """Giver: when the other town's row last became like this one; None while that is still to be done."""
