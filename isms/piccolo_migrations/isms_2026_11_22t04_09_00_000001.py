from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from service.db import raw, tenant

ID = "2026-11-22T04:09:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "row security of copied answers; in the group's tenant a town releases only its own"

_OWN = "of_town = nullif(current_setting('app.for_town', true), '')::int"

SQL = (
    tenant("answer_release")
    + "alter table answer_release add constraint answer_release_group check (town_id = 0);\n"
    + "alter table answer_release add constraint answer_release_of_town"
    + " foreign key (of_town) references town (id) on delete restrict;\n"
    + f"create policy own_insert on answer_release as restrictive for insert with check ({_OWN});\n"
    + f"create policy own_update on answer_release as restrictive for update using ({_OWN}) with check ({_OWN});\n"
    + f"create policy own_delete on answer_release as restrictive for delete using ({_OWN});\n"
    + "create unique index answer_release_once on answer_release (town_id, of_town);\n"
    + tenant("copied_answer", target_id="target_object")
    + "create unique index copied_answer_once on copied_answer (town_id, target_id, control);\n"
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="isms", description=DESCRIPTION)
    manager.add_raw(raw(SQL))
    return manager
