from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from service.db import raw, tenant

ID = "2026-11-21T20:54:00:000015"
VERSION = "1.38.0"
DESCRIPTION = "row security of notes and attachments"

SQL = tenant("device_note", asset_id="asset") + tenant("attachment", asset_id="asset")


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="inventory", description=DESCRIPTION)
    manager.add_raw(raw(SQL))
    return manager
