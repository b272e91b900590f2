from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, Integer, OnDelete, OnUpdate, Text, Timestamptz, Varchar
from piccolo.table import Table

from service.db import TenantKey, uuid7

ID = "2026-11-22T00:48:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "frozen states"

_KEYS = (
    ("id", UUID, {"default": uuid7, "null": False, "primary_key": True}),
    ("town_id", Integer, {"default": None, "null": False}),
)


def _text(name, length):
    return (name, Varchar, {"length": length, "default": "", "null": False})


def _moment(name):
    return (name, Timestamptz, {"default": None, "null": False})


def _long(name):
    return (name, Text, {"default": "", "null": False})



class Snapshot(Table, tablename="snapshot", schema=None):
    id = UUID(default=uuid7, primary_key=True)


_SNAPSHOT = (
    "snapshot_id",
    TenantKey,
    {
        "references": Snapshot,
        "on_delete": OnDelete.cascade,
        "on_update": OnUpdate.cascade,
        "target_column": None,
        "null": False,
    },
)
TABLES = {
    "Snapshot": (
        "snapshot",
        (
            *_KEYS,
            ("serial", Integer, {"default": None, "null": False}),
            _text("number", 40),
            _moment("taken_at"),
            _text("taken_by", 200),
            _text("occasion", 300),
            _long("manifest"),
            _text("previous", 64),
            _text("seal", 64),
        ),
    ),
    "SnapshotDocument": (
        "snapshot_document",
        (*_KEYS, _SNAPSHOT, _text("document", 3), _text("sha256", 64), _long("content")),
    ),
    "SnapshotRelease": (
        "snapshot_release",
        (*_KEYS, _SNAPSHOT, _text("released_by", 200), _text("released_as", 60), _moment("released_at"), _long("remark")),
    ),
}


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="isms", description=DESCRIPTION)
    for name, (table, columns) in TABLES.items():
        manager.add_table(class_name=name, tablename=table, schema=None, columns=None)
        for column, kind, params in columns:
            manager.add_column(
                table_class_name=name,
                tablename=table,
                column_name=column,
                db_column_name=column,
                column_class_name=kind.__name__,
                column_class=kind,
                params=params,
                schema=None,
            )
    return manager
