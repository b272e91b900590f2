from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, Array, Date, Integer, OnDelete, OnUpdate, Text, Timestamptz, Varchar
from piccolo.table import Table

from service.db import TenantKey, uuid7

ID = "2026-11-22T02:55:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "tables of audits"

NEEDED = {"default": None, "null": False}
OPTIONAL = {"default": None, "null": True}


class Measure(Table, tablename="measure", schema=None):
    id = UUID(default=uuid7, primary_key=True)


class SecurityAudit(Table, tablename="security_audit", schema=None):
    id = UUID(default=uuid7, primary_key=True)


class TargetObject(Table, tablename="target_object", schema=None):
    id = UUID(default=uuid7, primary_key=True)


def key(table, **more):
    rules = {"on_delete": OnDelete.cascade, "on_update": OnUpdate.cascade, "target_column": None}
    return TenantKey, {"references": table, "null": False, **rules, **more}


def words(length, **more):
    return Varchar, {"length": length, "default": "", "null": False, **more}


def many(kind):
    return Array, {"base_column": kind, "default": list, "null": False}


LONG = (Text, {"default": "", "null": False})
KEYS = {"id": (UUID, {"default": uuid7, "null": False, "primary_key": True}), "town_id": (Integer, NEEDED)}
KEPT = {
    "version": (Integer, {"default": 1, "null": False}),
    "created_at": (Timestamptz, NEEDED),
    "changed_at": (Timestamptz, NEEDED),
    "removed_at": (Timestamptz, OPTIONAL),
}
AUDIT = {"audit_id": key(SecurityAudit)}
TABLES = {
    "SecurityAudit": (
        "security_audit",
        {
            **KEYS,
            "number": (Integer, NEEDED),
            "title": words(300),
            "kind": words(20),
            "planned_on": (Date, NEEDED),
            "ends_on": (Date, OPTIONAL),
            "lead": words(200),
            "scope_sites": many(UUID()),
            "scope_objects": many(UUID()),
            "scope_areas": many(Text()),
            "scope_note": LONG,
            "result": LONG,
            "state": words(10, default="planned"),
            **KEPT,
        },
    ),
    "AuditSample": (
        "audit_sample",
        {
            **KEYS,
            **AUDIT,
            "population": many(UUID()),
            "names": many(Text()),
            "chosen": many(UUID()),
            "seed": words(32),
            "reason": LONG,
            "made_by": words(200),
            "made_at": (Timestamptz, NEEDED),
        },
    ),
    "AuditCheck": (
        "audit_check",
        {
            **KEYS,
            **AUDIT,
            "target_id": key(TargetObject),
            "control": words(100),
            "result": words(10),
            "note": LONG,
            "seen_by": words(200),
            "seen_at": (Timestamptz, NEEDED),
        },
    ),
    "AuditFinding": (
        "audit_finding",
        {
            **KEYS,
            **AUDIT,
            "number": (Integer, NEEDED),
            "weight": words(20),
            "title": words(300),
            "text": LONG,
            "target_id": key(TargetObject, null=True),
            "control": words(100),
            "responsible": words(200),
            "due": (Date, OPTIONAL),
            "recheck_on": (Date, OPTIONAL),
            "recheck_result": words(10),
            "recheck_note": LONG,
            "rechecked_by": words(200),
            "rechecked_at": (Timestamptz, OPTIONAL),
            "measure_id": key(Measure, null=True),
            **KEPT,
        },
    ),
}


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="isms", description=DESCRIPTION)
    for name, (table, columns) in TABLES.items():
        manager.add_table(class_name=name, tablename=table, schema=None, columns=None)
        for column, (kind, params) in columns.items():
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
