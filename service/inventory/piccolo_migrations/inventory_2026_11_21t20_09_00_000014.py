from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from service.db import raw, tenant

ID = "2026-11-21T20:09:00:000014"
VERSION = "1.38.0"
DESCRIPTION = "row security of saved filters and chosen columns"

SQL = (
    tenant("saved_filter")
    + tenant("chosen_columns")
    + "create index saved_filter_owner on saved_filter (town_id, account_id, name);"
    + "create index saved_filter_shared on saved_filter (town_id) where shared and deleted_at is null;"
    + "create unique index chosen_columns_once on chosen_columns (town_id, account_id);"
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="inventory", description=DESCRIPTION)
    manager.add_raw(raw(SQL))
    return manager
