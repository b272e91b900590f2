from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from service.db import raw, tenant

ID = "2026-11-21T21:30:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "row security of calendar feeds"

SQL = (
    tenant("calendar_feed")
    + "create unique index calendar_feed_digest on calendar_feed (town_id, digest);"
    + "create index calendar_feed_account on calendar_feed (town_id, account_id);"
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="deadlines", description=DESCRIPTION)
    manager.add_raw(raw(SQL))
    return manager
