from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from service.db import raw, tenant

ID = "2026-11-22T00:15:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "row security of incidents; log, decisions and sent notices stay as they are"

SQL = (
    tenant("incident", grants="select, insert, update")
    + tenant("incident_line", grants="select, insert", incident_id="incident")
    + tenant("incident_decision", grants="select, insert", incident_id="incident")
    + tenant("incident_notice", grants="select, insert, update", incident_id="incident")
    + """
create unique index incident_number on incident (town_id, number);
create index incident_open on incident (town_id, reported_at) where closed_at is null;
create index incident_reporter on incident (town_id, reporter_id);
create unique index incident_line_once on incident_line (town_id, incident_id, seq);
drop policy town_update on incident_notice;
create policy town_update on incident_notice for update
  using (town_id = (select app.write_town()) and sent_at is null) with check (town_id = (select app.write_town()));
"""
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="isms", description=DESCRIPTION)
    manager.add_raw(raw(SQL))
    return manager
