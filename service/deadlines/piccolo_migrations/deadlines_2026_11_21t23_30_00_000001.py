from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from service.db import raw, tenant

ID = "2026-11-21T23:30:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "row security of reminders, each made once"

SQL = (
    tenant("reminder")
    + "create unique index reminder_once on reminder (town_id, object, kind, day, step);"
    + "create index reminder_open on reminder (town_id, day) where done_at is null;"
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="deadlines", description=DESCRIPTION)
    manager.add_raw(raw(SQL))
    return manager
