from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from service.db import raw, tenant

ID = "2026-11-21T21:01:00:000015"
VERSION = "1.38.0"
DESCRIPTION = "row security of buying together; a released need is written by its own town alone"

OWN = "of_town = any ((select app.towns())::int[])"
SQL = (
    tenant("spec_class")
    + tenant("demand")
    + tenant("demand_asset", demand_id="demand", asset_id="asset")
    + tenant("pooled_demand")
    + tenant("lot_terms")
    + tenant("threshold")
    + tenant("age_limit")
    + tenant("exemption", asset_id="asset")
    + f"""
create unique index spec_class_once on spec_class (town_id, lower(name));
create index demand_by_quarter on demand (town_id, quarter);
create unique index demand_asset_once on demand_asset (town_id, demand_id, asset_id);
alter table pooled_demand add constraint pooled_demand_of_town foreign key (of_town) references town (id) on delete restrict;
alter table pooled_demand add constraint pooled_demand_in_group check (town_id = 0);
create unique index pooled_demand_once on pooled_demand (town_id, of_town, demand);
create index pooled_demand_by_class on pooled_demand (town_id, class_id, quarter);
create policy own_insert on pooled_demand as restrictive for insert with check ({OWN});
create policy own_update on pooled_demand as restrictive for update using ({OWN}) with check ({OWN});
create policy own_delete on pooled_demand as restrictive for delete using ({OWN});
create unique index lot_terms_once on lot_terms (town_id, class_id, quarter);
create unique index age_limit_once on age_limit (town_id, kind);
create unique index exemption_once on exemption (town_id, asset_id);
"""
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="purchasing", description=DESCRIPTION)
    manager.add_raw(raw(SQL))
    return manager
