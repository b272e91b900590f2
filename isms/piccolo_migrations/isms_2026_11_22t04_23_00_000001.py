from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from service.db import raw, tenant

ID = "2026-11-22T04:23:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "who sees a joint frozen state: a transaction that reads all its towns; the service may add, never change"

SQL = tenant("joint_snapshot", grants="select, insert") + (
    "alter table joint_snapshot add constraint joint_snapshot_of_towns check (cardinality(of_towns) > 1);\n"
    "create policy all_read on joint_snapshot as restrictive for select using (of_towns <@ (select app.towns())::int[]);\n"
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="isms", description=DESCRIPTION)
    manager.add_raw(raw(SQL))
    return manager
