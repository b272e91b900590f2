from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, Array, Integer, Text, Timestamptz, Varchar
from piccolo.columns.indexes import IndexMethod

from service.db import uuid7

ID = "2026-11-22T04:22:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "joint frozen states"

NUMBERS = {
    "default": 0, "null": False, "primary_key": False, "unique": False, "index": False, "index_method": IndexMethod.btree,
    "choices": None, "db_column_name": None, "secret": False,
}  # fmt: skip
NEEDED = {"default": None, "null": False}
COLUMNS = (
    ("id", UUID, {"default": uuid7, "null": False, "primary_key": True}),
    ("town_id", Integer, NEEDED),
    ("of_towns", Array, {"base_column": Integer(**NUMBERS), "default": list, "null": False}),
    ("number", Varchar, {"length": 40, "default": "", "null": False}),
    ("taken_at", Timestamptz, NEEDED),
    ("taken_by", Varchar, {"length": 200, "default": "", "null": False}),
    ("occasion", Varchar, {"length": 300, "default": "", "null": False}),
    ("cover", Text, {"default": "", "null": False}),
    ("sha256", Varchar, {"length": 64, "default": "", "null": False}),
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="isms", description=DESCRIPTION)
    manager.add_table(class_name="JointSnapshot", tablename="joint_snapshot", schema=None, columns=None)
    for column, kind, params in COLUMNS:
        manager.add_column(
            table_class_name="JointSnapshot",
            tablename="joint_snapshot",
            column_name=column,
            db_column_name=column,
            column_class_name=kind.__name__,
            column_class=kind,
            params=params,
            schema=None,
        )
    return manager
