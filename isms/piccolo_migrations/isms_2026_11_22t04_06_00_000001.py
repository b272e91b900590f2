from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, Boolean, Date, Integer, OnDelete, OnUpdate, Text, Timestamptz, Varchar
from piccolo.table import Table

from service.db import TenantKey, uuid7

ID = "2026-11-22T04:06:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "tables of training"

NEEDED = {"default": None, "null": False}
OPTIONAL = {"default": None, "null": True}


class Course(Table, tablename="course", schema=None):
    id = UUID(default=uuid7, primary_key=True)


class TrainingUnit(Table, tablename="training_unit", schema=None):
    id = UUID(default=uuid7, primary_key=True)


def key(table):
    rules = {"on_delete": OnDelete.cascade, "on_update": OnUpdate.cascade, "target_column": None}
    return TenantKey, {"references": table, "null": False, **rules}


def words(length, **more):
    return Varchar, {"length": length, "default": "", "null": False, **more}


LONG = (Text, {"default": "", "null": False})
KEYS = {"id": (UUID, {"default": uuid7, "null": False, "primary_key": True}), "town_id": (Integer, NEEDED)}
KEPT = {
    "version": (Integer, {"default": 1, "null": False}),
    "created_at": (Timestamptz, NEEDED),
    "changed_at": (Timestamptz, NEEDED),
    "removed_at": (Timestamptz, OPTIONAL),
}
NUMBER, DAY = (Integer, {"default": 0, "null": False}), (Date, NEEDED)
TABLES = {
    "TrainingUnit": (
        "training_unit",
        {
            **KEYS,
            "name": words(200),
            "parent_id": (UUID, OPTIONAL),
            **dict.fromkeys(("leadership", "it", "kita", "new_staff", "others"), NUMBER),
            **KEPT,
        },
    ),
    "Course": (
        "course",
        {
            **KEYS,
            "title": words(300),
            "target": words(20, default="all"),
            "validity_months": (Integer, {"default": 24, "null": False}),
            "form": words(20, default="presence"),
            "test": (Boolean, {"default": False, "null": False}),
            "link": words(500),
            "note": LONG,
            **KEPT,
        },
    ),
    "CourseDate": ("course_date", {**KEYS, "course_id": key(Course), "held_on": DAY, "place": words(200), **KEPT}),
    "CompletionCount": (
        "completion_count",
        {
            **KEYS,
            "course_id": key(Course),
            "unit_id": key(TrainingUnit),
            "staff_group": words(20),
            "done_on": DAY,
            **dict.fromkeys(("persons", "renewed"), NUMBER),
            **KEPT,
        },
    ),
    "PhishingExercise": (
        "phishing_exercise",
        {**KEYS, "title": words(300), "held_on": DAY, **dict.fromkeys(("sent", "clicked", "reported"), NUMBER), **KEPT},
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
