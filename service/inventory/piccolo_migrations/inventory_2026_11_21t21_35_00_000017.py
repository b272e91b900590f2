from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from service.db import raw, tenant

ID = "2026-11-21T21:35:00:000017"
VERSION = "1.38.0"
DESCRIPTION = "row security of hand-overs; one open offer a device"

SQL = (
    tenant("handover", asset_id="asset")
    + """
alter table handover add constraint handover_partner foreign key (partner_town) references town (id) on delete restrict,
  add constraint handover_between_two check (partner_town <> town_id and partner_town > 0);
create unique index handover_open on handover (town_id, asset_id) where role = 'giver' and state = 'offered';
create index handover_when on handover (town_id, offered_at);
"""
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="inventory", description=DESCRIPTION)
    manager.add_raw(raw(SQL))
    return manager
