from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from service.db import raw, tenant

ID = "2026-11-21T11:00:00:000002"
VERSION = "1.38.0"
DESCRIPTION = "row security of the audit log"

SQL = (
    tenant("audit_entry", grants="select, insert")
    + tenant("audit_detail", grants="select, insert")
    + tenant("audit_head", grants="select, insert, update")
    + """
create unique index audit_entry_once on audit_entry (town_id, seq);
create unique index audit_detail_once on audit_detail (town_id, seq);
create index audit_detail_by_object on audit_detail (town_id, object, seq);
create unique index audit_head_once on audit_head (town_id);
"""
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="audit", description=DESCRIPTION)
    manager.add_raw(raw(SQL))
    return manager
