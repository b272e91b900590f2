from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from service.db import raw, shared, tenant

ID = "2026-11-22T03:53:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "one standing word on a threat or hazard at a place, versions of the risk matrix by number"

SQL = (
    tenant("hazard_relevance")
    + "drop index threat_relevance_once;\n"
    + "create unique index threat_relevance_once on threat_relevance (town_id, target_id, threat) where superseded_at is null;\n"
    + "create unique index hazard_relevance_once on hazard_relevance (town_id, site, hazard) where superseded_at is null;\n"
    + "create index threat_relevance_batch on threat_relevance (town_id, batch);\n"
    + "create index hazard_relevance_batch on hazard_relevance (town_id, batch);\n"
    + shared("risk_matrix", grants="select, insert")
    + "create unique index risk_matrix_number on risk_matrix (number);\n"
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="isms", description=DESCRIPTION)
    manager.add_raw(raw(SQL))
    return manager
