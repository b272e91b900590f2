"""Links as they are kept."""

from piccolo.columns import UUID, Array, Integer, Timestamptz, Varchar
from piccolo.table import Table

from service.db import DB, TenantKey, uuid7
from service.inventory.tables import Asset


class Link(Table, db=DB):
    """What hangs on a port of a device (`topology.Link`); derived. `label` names what is not in the inventory."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    asset_id = TenantKey(Asset, null=False)
    port = Varchar(255, null=False)
    members = Array(base_column=Varchar(255), null=False, default=list)
    """Ports of a bundle; empty for a single one."""
    how = Varchar(10, null=False)
    """plugged behind shared somewhere"""
    other_id = TenantKey(Asset, null=True, default=None)
    label = Varchar(255, null=False, default="")
    other_port = Varchar(255, null=False, default="")
    other_members = Array(base_column=Varchar(255), null=False, default=list)
    via_id = TenantKey(Asset, null=True, default=None)
    vlans = Array(base_column=Integer(), null=False, default=list)
    evidence = Array(base_column=Varchar(8), null=False, default=list)
    """lldp cdp fdp mndp fdb; both where both sides say it"""
    confidence = Varchar(8, null=False)
    """sure likely possible"""
    observed_at = Timestamptz(null=False)
    """Rounded to the day where the device is assigned to a person."""
