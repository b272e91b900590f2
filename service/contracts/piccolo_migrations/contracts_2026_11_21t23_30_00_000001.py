from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from service.db import raw, tenant

ID = "2026-11-21T23:30:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "row security of contracts, registered certificates, mobile staff and telephone systems"

SQL = (
    tenant("contract")
    + tenant("contract_link", contract_id="contract", asset_id="asset", product_id="product", site_id="site")
    + tenant("contract_file", contract_id="contract")
    + tenant("registered_certificate", asset_id="asset")
    + tenant("mobile_staff")
    + tenant("phone_system", site_id="site", asset_id="asset", contract_id="contract")
    + "alter table contract_link add constraint contract_link_one check (num_nonnulls(asset_id, product_id, site_id) = 1);"
    + "create unique index contract_link_once on contract_link"
    " (town_id, contract_id, coalesce(asset_id, product_id, site_id));"
    # Not „restrict“: a town that leaves has all its rows deleted at once.
    + "alter table registered_certificate add constraint registered_certificate_successor_id"
    " foreign key (town_id, successor_id) references registered_certificate (town_id, id);"
    + "create index registered_certificate_by_successor_id on registered_certificate (town_id, successor_id);"
    + "create unique index registered_certificate_once on registered_certificate (town_id, fingerprint)"
    " where fingerprint <> '' and removed_at is null;"
    + "create index mobile_staff_newest on mobile_staff (town_id, as_of, entered_at);"
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="contracts", description=DESCRIPTION)
    manager.add_raw(raw(SQL))
    return manager
