from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from service.db import raw, tenant

ID = "2026-11-21T12:00:00:000009"
VERSION = "1.38.0"
DESCRIPTION = "row security of snmp access"

SQL = tenant("snmp_access") + "create unique index snmp_access_once on snmp_access (town_id, name);"


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="inventory", description=DESCRIPTION)
    manager.add_raw(raw(SQL))
    return manager
