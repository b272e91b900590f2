from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from service.db import raw, tenant

ID = "2026-11-21T16:20:00:000013"
VERSION = "1.38.0"
DESCRIPTION = "row security of SNMP grants and trials; every set keeps the networks it was used in"

# Until now every set was tried in every network that is scanned actively.
KEEP = """
alter table network no force row level security; alter table snmp_access no force row level security;
insert into snmp_grant (town_id, id, access_id, network_id)
select n.town_id, gen_random_uuid(), a.id, n.id from network n join snmp_access a on a.town_id = n.town_id
where n.mode = 'active';
alter table network force row level security; alter table snmp_access force row level security;
"""


def _gone_with(table: str) -> str:
    return "".join(
        f"alter table {table} add constraint {table}_{column} foreign key (town_id, {column})"
        f" references {target} (town_id, id) on delete cascade;"
        for column, target in (("access_id", "snmp_access"), ("network_id", "network"))
    )


SQL = (
    KEEP
    + tenant("snmp_grant")
    + tenant("snmp_trial")
    + _gone_with("snmp_grant")
    + _gone_with("snmp_trial")
    + "create unique index snmp_grant_once on snmp_grant (town_id, network_id, access_id);"
    + "create index snmp_grant_access on snmp_grant (town_id, access_id);"
    + "create unique index snmp_trial_once on snmp_trial (town_id, network_id, address, access_id);"
    + "create index snmp_trial_access on snmp_trial (town_id, access_id);"
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="inventory", description=DESCRIPTION)
    manager.add_raw(raw(SQL))
    return manager
