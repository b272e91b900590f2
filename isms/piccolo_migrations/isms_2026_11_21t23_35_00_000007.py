from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID

from service.db import raw

ID = "2026-11-21T23:35:00:000007"
VERSION = "1.38.0"
DESCRIPTION = "contradictions about sites, backups and accounts, which are no devices"

SQL = """drop index contradiction_once;
create unique index contradiction_once on contradiction (town_id, check_id, asset_id, place) nulls not distinct;
"""


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="isms", description=DESCRIPTION)
    manager.alter_column(
        table_class_name="Contradiction",
        tablename="contradiction",
        column_name="asset_id",
        db_column_name="asset_id",
        params={"null": True},
        old_params={"null": False},
        column_class=UUID,
        old_column_class=UUID,
        schema=None,
    )
    manager.add_raw(raw(SQL))
    return manager
