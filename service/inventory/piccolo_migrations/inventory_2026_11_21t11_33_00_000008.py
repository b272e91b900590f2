from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from service.db import raw, tenant

ID = "2026-11-21T11:33:00:000008"
VERSION = "1.38.0"
DESCRIPTION = "row security of uploads"

SQL = tenant("upload", collection_id="collection") + "create index upload_newest on upload (town_id, uploaded_at desc);"


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="inventory", description=DESCRIPTION)
    manager.add_raw(raw(SQL))
    return manager
