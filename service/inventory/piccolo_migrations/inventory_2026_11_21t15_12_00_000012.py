from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from service.db import raw, tenant

ID = "2026-11-21T15:12:00:000012"
VERSION = "1.38.0"
DESCRIPTION = "row security of links between devices"

SQL = (
    tenant("link", asset_id="asset", other_id="asset", via_id="asset")
    + "create index asset_wired on asset (town_id, id) where links is not null and gone_at is null;"
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="inventory", description=DESCRIPTION)
    manager.add_raw(raw(SQL))
    return manager
