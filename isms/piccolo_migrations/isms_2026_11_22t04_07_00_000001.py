from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from service.db import raw, tenant

ID = "2026-11-22T04:07:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "row security of training"

SQL = (
    tenant("training_unit", parent_id="training_unit")
    + tenant("course")
    + tenant("course_date", course_id="course")
    + tenant("completion_count", course_id="course", unit_id="training_unit")
    + tenant("phishing_exercise")
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="isms", description=DESCRIPTION)
    manager.add_raw(raw(SQL))
    return manager
