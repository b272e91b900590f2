from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from procrastinate.schema import SchemaManager

from service.db import raw, tenant

ID = "2026-11-21T11:00:00:000003"
VERSION = "1.38.0"
DESCRIPTION = "row security of runs and schedules, queue"

SQL = (
    tenant("run")
    + tenant("schedule")
    + "create index run_newest on run (town_id, requested_at desc);\n"
    + SchemaManager.get_schema()
    + """
grant select, insert, update, delete on procrastinate_jobs, procrastinate_events, procrastinate_periodic_defers,
  procrastinate_workers to odw_app;
grant usage on all sequences in schema public to odw_app;
"""
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="jobs", description=DESCRIPTION)
    manager.add_raw(raw(SQL))
    return manager
