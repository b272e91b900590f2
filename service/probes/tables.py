"""Probes (Sonden) of a town, what they handed in, and what they were asked to do."""

from piccolo.columns import JSONB, UUID, BigInt, Bytea, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table

from service.db import DB, TenantKey, uuid7
from service.inventory.tables import Site


class Probe(Table, db=DB):
    """A probe. `state`: invited (has a code), waiting (sent its key), active, withdrawn. Key and code hash are hex."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    name = Varchar(120, null=False)
    site_id = TenantKey(Site, null=True)
    state = Varchar(20, null=False, default="invited")
    code_hash = Varchar(64, null=True, default=None)
    code_until = Timestamptz(null=True, default=None)
    public_key = Varchar(64, null=True, default=None)
    created_at = Timestamptz(null=False)
    created_by = Varchar(200, null=False)
    enrolled_at = Timestamptz(null=True, default=None)
    approved_at = Timestamptz(null=True, default=None)
    approved_by = Varchar(200, null=True, default=None)
    withdrawn_at = Timestamptz(null=True, default=None)
    withdrawn_by = Varchar(200, null=True, default=None)
    last_seen_at = Timestamptz(null=True, default=None)
    last_sequence = BigInt(null=False, default=0)
    highest = BigInt(null=False, default=0)
    version = Varchar(40, null=False, default="")
    pending = Integer(null=False, default=0)
    pending_bytes = BigInt(null=False, default=0)
    skew_s = Integer(null=False, default=0)
    said = Text(null=False, default="")


class ProbeBatch(Table, db=DB):
    """What a probe handed in, acknowledged; `body` is packed and emptied once the estate has taken it in."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    probe_id = TenantKey(Probe, null=False)
    batch = UUID(null=False, default=None)
    counter = BigInt(null=False)
    sha256 = Varchar(64, null=False)
    size = Integer(null=False)
    made_at = Timestamptz(null=False)
    received_at = Timestamptz(null=False)
    body = Bytea(null=True, default=None)
    taken_at = Timestamptz(null=True, default=None)
    collection = UUID(null=True, default=None)


class ProbeJob(Table, db=DB):
    """A scan that a probe is asked to do.

    `state`: waiting fetched done failed, refused (by the probe), withheld (by the centre), cancelled.
    """

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    probe_id = TenantKey(Probe, null=False)
    targets = JSONB(null=False, default="[]")
    scope_version = Varchar(40, null=False, default="")
    purpose = Varchar(200, null=False, default="")
    """The reason (Anlass) that somebody gave; empty: the windows of the networks hold."""
    state = Varchar(20, null=False, default="waiting")
    requested_by = Varchar(200, null=False)
    requested_at = Timestamptz(null=False)
    fetched_at = Timestamptz(null=True, default=None)
    finished_at = Timestamptz(null=True, default=None)
    text = Text(null=False, default="")
