"""Who may be asked: sealed SNMP sets, the networks of each, the memory of attempts; and networks that are asked no more."""

from piccolo.columns import UUID, Date, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table

from service.db import DB, Cidr, TenantKey, uuid7
from service.inventory.tables import Network


class SnmpAccess(Table, db=DB):
    """Credentials for reading over SNMP that the town configured; `sealed` by the vault, never shown again."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    name = Varchar(120, null=False)
    version = Varchar(3, null=False)
    sealed = Text(null=False)
    set_by = Varchar(200, null=False)
    set_at = Timestamptz(null=False)


class SnmpGrant(Table, db=DB):
    """These credentials may be used in this network; without a grant they are used nowhere."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    access_id = TenantKey(SnmpAccess, null=False)
    network_id = TenantKey(Network, null=False)


class SnmpTrial(Table, db=DB):
    """What became of one set of credentials at one device: what worked last, what was refused, how often it failed today."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    access_id = TenantKey(SnmpAccess, null=False)
    network_id = TenantKey(Network, null=False)
    address = Varchar(45, null=False)
    good_at = Timestamptz(null=True, default=None)
    refused_at = Timestamptz(null=True, default=None)
    failed_on = Date(null=True, default=None)
    failures = Integer(null=False, default=0)


class ClosedNetwork(Table, db=DB):
    """A network that was scanned and then removed: kept as long as the log of scans, for those who watch over them."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    name = Varchar(120, null=False)
    cidr = Cidr(null=False)
    purpose = Varchar(20, null=False, default="other")
    requested_by = Varchar(200, null=True, default=None)
    released_by = Varchar(200, null=True, default=None)
    released_at = Timestamptz(null=True, default=None)
    agreed_by = Varchar(200, null=True, default=None)
    agreed_at = Timestamptz(null=True, default=None)
    scanned_at = Timestamptz(null=False)
    closed_at = Timestamptz(null=False)
    closed_by = Varchar(200, null=False)
