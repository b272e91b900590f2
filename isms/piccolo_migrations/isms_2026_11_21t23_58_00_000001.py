from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, Array, Boolean, Date, Integer, Timestamptz, Varchar

from service.db import uuid7

ID = "2026-11-21T23:58:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "backups"

COLUMNS = (
    ("id", UUID, {"default": uuid7, "null": False, "primary_key": True}),
    ("town_id", Integer, {"default": None, "null": False}),
    ("name", Varchar, {"length": 100, "default": "", "null": False}),
    ("asset_ids", Array, {"default": list, "base_column": UUID(), "null": False}),
    ("interval_hours", Integer, {"default": None, "null": True}),
    ("last_good", Timestamptz, {"default": None, "null": True}),
    ("last_restore_test", Date, {"default": None, "null": True}),
    ("separate_copy", Boolean, {"default": None, "null": True}),
    ("told_by", Varchar, {"length": 200, "default": "", "null": False}),
    ("told_at", Timestamptz, {"default": None, "null": False}),
    ("version", Integer, {"default": 1, "null": False}),
    ("removed_at", Timestamptz, {"default": None, "null": True}),
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="isms", description=DESCRIPTION)
    manager.add_table(class_name="Backup", tablename="backup", schema=None, columns=None)
    for name, kind, params in COLUMNS:
        manager.add_column(
            table_class_name="Backup",
            tablename="backup",
            column_name=name,
            db_column_name=name,
            column_class_name=kind.__name__,
            column_class=kind,
            params=params,
            schema=None,
        )
    return manager
