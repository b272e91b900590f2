from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from service.db import raw, tenant

ID = "2026-11-21T20:52:00:000016"
VERSION = "1.38.0"
DESCRIPTION = "row security of closed networks"

SQL = tenant("closed_network") + "create index closed_network_when on closed_network (town_id, closed_at);"


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="inventory", description=DESCRIPTION)
    manager.add_raw(raw(SQL))
    return manager
