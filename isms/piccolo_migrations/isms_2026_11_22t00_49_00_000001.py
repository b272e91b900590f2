from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from service.db import raw, tenant

ID = "2026-11-22T00:49:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "row security and indexes of frozen states; the service may add, never change"

SQL = (
    tenant("snapshot", grants="select, insert")
    + "create unique index snapshot_serial on snapshot (town_id, serial);\n"
    + "create unique index snapshot_number on snapshot (town_id, number);\n"
    + tenant("snapshot_document", grants="select, insert", snapshot_id="snapshot")
    + "create unique index snapshot_document_once on snapshot_document (town_id, snapshot_id, document);\n"
    + tenant("snapshot_release", grants="select, insert", snapshot_id="snapshot")
    + "create unique index snapshot_release_once on snapshot_release (town_id, snapshot_id);\n"
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="isms", description=DESCRIPTION)
    manager.add_raw(raw(SQL))
    return manager
