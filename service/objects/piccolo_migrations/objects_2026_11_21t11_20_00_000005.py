from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from service.db import raw, tenant

ID = "2026-11-21T11:20:00:000005"
VERSION = "1.38.0"
DESCRIPTION = "row security of target objects"

SQL = (
    tenant("target_object")
    + "create unique index target_object_name on target_object (town_id, name) where retired_at is null;\n"
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="objects", description=DESCRIPTION)
    manager.add_raw(raw(SQL))
    return manager
