from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from service.db import raw, tenant

ID = "2026-11-21T23:26:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "row security of needs and exclusions, one of each"

SQL = (
    tenant("need", consumer_id="target_object", provider_id="target_object")
    + tenant("excluded_asset", asset_id="asset")
    + "create unique index need_once on need (town_id, consumer_id, provider_id) where removed_at is null;\n"
    + "create unique index excluded_asset_once on excluded_asset (town_id, asset_id) where ended_at is null;\n"
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="objects", description=DESCRIPTION)
    manager.add_raw(raw(SQL))
    return manager
