"""SNMP access in tables: sealed sets, the networks that each was granted for, and the memory of attempts."""

from piccolo.columns import UUID, Date, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table

from service.db import DB, TenantKey, uuid7
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
