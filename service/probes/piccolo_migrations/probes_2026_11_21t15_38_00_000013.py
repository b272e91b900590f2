from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from service.db import raw, tenant

ID = "2026-11-21T15:38:00:000013"
VERSION = "1.38.0"
DESCRIPTION = "row security of probes"

SQL = (
    tenant("probe", site_id="site")
    + tenant("probe_batch", probe_id="probe")
    + tenant("probe_job", probe_id="probe")
    + """
create unique index probe_batch_once on probe_batch (town_id, probe_id, batch);
create unique index probe_batch_counter on probe_batch (town_id, probe_id, counter);
create index probe_batch_waiting on probe_batch (town_id, id) where taken_at is null;
create index probe_job_open on probe_job (town_id, probe_id, requested_at);
"""
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="probes", description=DESCRIPTION)
    manager.add_raw(raw(SQL))
    return manager
