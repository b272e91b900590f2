from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from service.db import raw

ID = "2026-11-21T12:45:00:000011"
VERSION = "1.38.0"
DESCRIPTION = "big imports are counted and planned for at once"

# Lists count by index alone once a table is vacuumed. From PostgreSQL 17 on the application may do that itself after an import.
SQL = """
alter table asset set (autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_vacuum_scale_factor = 0.05,
  autovacuum_analyze_scale_factor = 0.02);
alter table sighting set (autovacuum_vacuum_insert_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05);
do $$ begin
  if current_setting('server_version_num')::int >= 170000 then
    execute 'grant maintain on asset, record, collection, sighting, identifier, value, service, interface, review, relation to odw_app';
  end if;
end $$;
"""


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="inventory", description=DESCRIPTION)
    manager.add_raw(raw(SQL))
    return manager
