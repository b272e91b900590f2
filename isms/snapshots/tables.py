"""Frozen states (Prüfstände), their documents and releases: rows are added and never changed, not even by the service."""

from piccolo.columns import UUID, Array, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table

from service.db import DB, TenantKey, uuid7


class Snapshot(Table, db=DB):
    """Prüfstand. `serial` counts the town's chain from 1; `manifest` is the canonical text that the seal covers."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    serial = Integer(null=False, default=None)
    number = Varchar(40, null=False)
    """As ERB-2026-001."""
    taken_at = Timestamptz(null=False, default=None)
    taken_by = Varchar(200, null=False)
    occasion = Varchar(300, null=False, default="")
    manifest = Text(null=False)
    previous = Varchar(64, null=False)
    seal = Varchar(64, null=False)


class SnapshotDocument(Table, db=DB):
    """One reference document A.0 to A.6 of a frozen state as canonical JSON."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    snapshot_id = TenantKey(Snapshot, null=False)
    document = Varchar(3, null=False)
    sha256 = Varchar(64, null=False)
    content = Text(null=False)


class SnapshotRelease(Table, db=DB):
    """Freigabe of a frozen state by the town's leadership; once, for good."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    snapshot_id = TenantKey(Snapshot, null=False)
    released_by = Varchar(200, null=False)
    released_as = Varchar(60, null=False)
    released_at = Timestamptz(null=False, default=None)
    remark = Text(null=False, default="")


class JointSnapshot(Table, db=DB):
    """Gemeinsamer Prüfstand: the cover over states of several towns frozen at one moment; a row of the group (town 0).

    Only a transaction that reads all of `of_towns` finds it. The states themselves stand with their towns.
    """

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    of_towns = Array(base_column=Integer(), null=False, default=list)
    number = Varchar(40, null=False)
    """As VERBUND-20261116T090000Z: the moment in UTC."""
    taken_at = Timestamptz(null=False, default=None)
    taken_by = Varchar(200, null=False)
    occasion = Varchar(300, null=False, default="")
    cover = Text(null=False)
    """Canonical JSON: towns, numbers, seals."""
    sha256 = Varchar(64, null=False)
