from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from service.db import raw, tenant

ID = "2026-11-22T02:56:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "row security and indexes of audits; the choice of sites is added, never changed"

SQL = (
    tenant("security_audit")
    + tenant("audit_sample", grants="select, insert", audit_id="security_audit")
    + tenant("audit_check", audit_id="security_audit", target_id="target_object")
    + tenant("audit_finding", audit_id="security_audit", target_id="target_object", measure_id="measure")
    + "create unique index security_audit_number on security_audit (town_id, number);\n"
    + "create unique index audit_check_once on audit_check (town_id, audit_id, target_id, control);\n"
    + "create unique index audit_finding_number on audit_finding (town_id, audit_id, number);\n"
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="isms", description=DESCRIPTION)
    manager.add_raw(raw(SQL))
    return manager
