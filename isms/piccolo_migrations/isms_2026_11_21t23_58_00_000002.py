from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from service.db import raw, tenant

ID = "2026-11-21T23:58:00:000002"
VERSION = "1.38.0"
DESCRIPTION = "row security of backups"

SQL = tenant("backup") + "create unique index backup_name on backup (town_id, lower(name)) where removed_at is null;\n"


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="isms", description=DESCRIPTION)
    manager.add_raw(raw(SQL))
    return manager
