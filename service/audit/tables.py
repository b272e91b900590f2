"""The audit log (Protokoll): one chain of entries per town, one for the service (town 0)."""

from piccolo.columns import UUID, BigInt, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table

from service.db import DB, uuid7


class AuditEntry(Table, db=DB):
    """One act. `entry` is the canonical JSON whose hash enters the chain; persons stand in it as salted hash only."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    seq = BigInt(null=False, default=None)
    entry = Text(null=False)
    hash = Varchar(64, null=False)


class AuditDetail(Table, db=DB):
    """Who it was and what changed, in clear; may be erased without breaking the chain."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    seq = BigInt(null=False, default=None)
    at = Timestamptz(null=False)
    actor = Varchar(200, null=True, default=None)
    salt = Varchar(32, null=False)
    action = Varchar(60, null=False)
    object = Varchar(200, null=False)
    before = Text(null=True, default=None)
    after = Text(null=True, default=None)


class AuditHead(Table, db=DB):
    """The chain's newest link of a town; locked last in every transaction that writes an entry."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    seq = BigInt(null=False, default=0)
    hash = Varchar(64, null=False)
