from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Varchar
from piccolo.columns.indexes import IndexMethod

ID = "2026-11-21T20:34:18:799982"
VERSION = "1.38.0"
DESCRIPTION = "reason of a job"


async def forwards():
    manager = MigrationManager(
        migration_id=ID, app_name="probes", description=DESCRIPTION
    )

    manager.add_column(
        table_class_name="ProbeJob",
        tablename="probe_job",
        column_name="purpose",
        db_column_name="purpose",
        column_class_name="Varchar",
        column_class=Varchar,
        params={
            "length": 200,
            "default": "",
            "null": False,
            "primary_key": False,
            "unique": False,
            "index": False,
            "index_method": IndexMethod.btree,
            "choices": None,
            "db_column_name": None,
            "secret": False,
        },
        schema=None,
    )

    return manager
