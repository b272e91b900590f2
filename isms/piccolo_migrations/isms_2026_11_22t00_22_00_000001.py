from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from service.db import raw, tenant

ID = "2026-11-22T00:22:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "row security of review items of measures and of threats at objects"

SQL = (
    tenant("measure_review")
    + tenant("threat_relevance", target_id="target_object")
    + "create unique index measure_review_open on measure_review (town_id, measure) where settled_at is null;\n"
    + "create unique index threat_relevance_once on threat_relevance (town_id, target_id, threat);\n"
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="isms", description=DESCRIPTION)
    manager.add_raw(raw(SQL))
    return manager
