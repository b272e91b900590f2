from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from service.db import raw, tenant

ID = "2026-11-21T23:27:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "row security of protection needs and definitions"

SQL = (
    tenant("protection_need", target_id="target_object")
    + tenant("protection_definition")
    + "create unique index protection_need_now on protection_need (town_id, target_id, goal) where superseded_at is null;\n"
    + "create unique index protection_definition_once on protection_definition (town_id, scenario, need);\n"
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="isms", description=DESCRIPTION)
    manager.add_raw(raw(SQL))
    return manager
