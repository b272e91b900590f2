"""Notes and files of a device in tables. What was deleted stays in the bin for 30 days, then it is gone for good."""

from piccolo.columns import UUID, Bytea, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table

from service.db import DB, TenantKey, uuid7
from service.inventory.tables import Asset


class DeviceNote(Table, db=DB):
    """Notiz: a dated remark of a person on a device."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    asset_id = TenantKey(Asset, null=False)
    text = Text(null=False)
    written_by = Varchar(200, null=False)
    written_at = Timestamptz(null=False)
    deleted_at = Timestamptz(null=True, default=None)


class Attachment(Table, db=DB):
    """Anhang: a file with a device; `kind` is what its content is, whatever its name says."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    asset_id = TenantKey(Asset, null=False)
    name = Varchar(200, null=False)
    kind = Varchar(10, null=False)
    size = Integer(null=False)
    """Bytes."""
    sha256 = Varchar(64, null=False)
    content = Bytea(null=False)
    added_by = Varchar(200, null=False)
    added_at = Timestamptz(null=False)
    deleted_at = Timestamptz(null=True, default=None)
