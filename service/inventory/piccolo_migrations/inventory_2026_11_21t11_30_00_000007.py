from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from service.db import raw, tenant

ID = "2026-11-21T11:30:00:000007"
VERSION = "1.38.0"
DESCRIPTION = "row security of the inventory, indexes of its lists"

KEEP = "select, insert, update"
SQL = (
    tenant("site")
    + tenant("network", site_id="site")
    + tenant("asset", site_id="site", grants=KEEP)
    + tenant("collection", site_id="site", grants=KEEP)
    + tenant("record", collection_id="collection", grants=KEEP)
    + tenant("sighting", asset_id="asset")
    + tenant("identifier", asset_id="asset")
    + tenant("value", asset_id="asset")
    + tenant("interface", asset_id="asset")
    + tenant("service", asset_id="asset")
    + tenant("software")
    + tenant("installation", asset_id="asset", software_id="software")
    + tenant("relation", asset_id="asset", other_id="asset")
    + tenant("decision", asset_id="asset", grants=KEEP)
    + tenant("review", asset_id="asset", other_id="asset")
    + tenant("history", asset_id="asset", grants="select, insert")
    + tenant("loan", asset_id="asset")
    + tenant("list_mapping")
    + """
create unique index site_once on site (town_id, name);
create unique index network_once on network (town_id, cidr, scope, name);
create index asset_in_order on asset (town_id, sort_name collate "C", id) where gone_at is null and lent_from is null;
create index asset_by_last_seen on asset (town_id, last_seen desc, id) where gone_at is null and lent_from is null;
create index asset_by_kind on asset (town_id, kind, status) where gone_at is null and lent_from is null;
create unique index collection_once on collection (town_id, identity) where withdrawn_at is null;
create index collection_newest on collection (town_id, taken_at desc);
alter table collection alter column raw set storage external;
alter table sighting add constraint sighting_record foreign key (town_id, id) references record (town_id, id) on delete restrict;
create index identifier_by_value on identifier (town_id, value, kind);
create unique index software_once on software (town_id, name, coalesce(publisher, ''));
create index service_by_port on service (town_id, port) where open;
create index decision_standing on decision (town_id, kind) where taken_back_at is null;
create index decision_by_batch on decision (town_id, batch);
create unique index review_once on review (town_id, key);
create index review_open on review (town_id, state, rank desc, opened_at);
create index history_newest on history (town_id, asset_id, at desc);
create unique index loan_once on loan (town_id, key, asset_id, partner_asset);
create unique index list_mapping_once on list_mapping (town_id, header);
"""
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="inventory", description=DESCRIPTION)
    manager.add_raw(raw(SQL))
    return manager
