from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import Boolean

ID = "2026-11-22T07:40:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "whether a town's catalogue counts in its one figure"


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="isms", description=DESCRIPTION)
    manager.add_column(
        table_class_name="Adoption",
        tablename="adoption",
        column_name="counts",
        db_column_name="counts",
        column_class_name="Boolean",
        column_class=Boolean,
        params={"default": True, "null": False},
        schema=None,
    )
    return manager
