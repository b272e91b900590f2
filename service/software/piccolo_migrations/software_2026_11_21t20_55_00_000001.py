from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from service.db import raw, tenant

ID = "2026-11-21T20:55:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "row security of software; in the group's tenant a town writes only what it shares itself"

_OWN = "of_town = nullif(current_setting('app.for_town', true), '')::int"

SQL = (
    tenant("product")
    + tenant("product_use", product_id="product")
    + tenant("shared_use")
    + tenant("group_standard")
    + tenant("product_rule", product_id="product")
    + tenant("licence", product_id="product")
    + "create unique index product_once on product (town_id, key);"
    + "create unique index product_use_once on product_use (town_id, product_id);"
    + "create unique index shared_use_once on shared_use (town_id, of_town, key);"
    + "create unique index group_standard_once on group_standard (town_id, key);"
    + "create unique index product_rule_once on product_rule (town_id, pattern, value, maker) where taken_back_at is null;"
    + "create index product_rule_batch on product_rule (town_id, batch);"
    + "alter table shared_use add constraint shared_use_group check (town_id = 0);"
    + "alter table shared_use add constraint shared_use_of_town foreign key (of_town) references town (id) on delete restrict;"
    + "alter table group_standard add constraint group_standard_group check (town_id = 0);"
    + f"create policy own_insert on shared_use as restrictive for insert with check ({_OWN});"
    + f"create policy own_update on shared_use as restrictive for update using ({_OWN}) with check ({_OWN});"
    + f"create policy own_delete on shared_use as restrictive for delete using ({_OWN});"
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="software", description=DESCRIPTION)
    manager.add_raw(raw(SQL))
    return manager
