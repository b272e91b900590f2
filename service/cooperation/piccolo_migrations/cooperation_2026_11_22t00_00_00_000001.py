from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from service.db import raw, tenant

ID = "2026-11-22T00:00:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "row security of offers and templates; what names a partner is seen by the two alone"

_OWN = "of_town = nullif(current_setting('app.for_town', true), '')::int"
_TOLD = f"({_OWN} or to_town = nullif(current_setting('app.for_town', true), '')::int)"
"""What was said to a town it may drop too: with it, nothing of it stays."""
_MINE = "any ((select app.towns())::int[])"


def _shared(table: str, drops: str = _OWN) -> str:
    """In the group's tenant a town writes only what it shares itself; `drops` says what it may delete."""
    return (
        tenant(table)
        + f"alter table {table} add constraint {table}_group check (town_id = 0);"
        + f"alter table {table} add constraint {table}_of_town foreign key (of_town) references town (id) on delete restrict;"
        + f"create policy own_insert on {table} as restrictive for insert with check ({_OWN});"
        + f"create policy own_update on {table} as restrictive for update using ({_OWN}) with check ({_OWN});"
        + f"create policy own_delete on {table} as restrictive for delete using ({drops});"
        + f"create index {table}_by_of_town on {table} (town_id, of_town);"
    )


SQL = (
    tenant("help_offer")
    + _shared("shared_offer", _TOLD)
    + tenant("offer_answer")
    + _shared("shared_answer", _TOLD)
    + tenant("town_template")
    + _shared("shared_template")
    + "create policy two_read on shared_offer as restrictive for select"
    + f" using (to_town is null or to_town = {_MINE} or of_town = {_MINE});"
    + "create policy two_read on shared_answer as restrictive for select"
    + f" using (of_town = {_MINE} or to_town = {_MINE});"
    + "create unique index offer_answer_once on offer_answer (town_id, offer);"
    + "create unique index shared_answer_once on shared_answer (town_id, of_town, offer);"
    + "create index town_template_by_origin on town_template (town_id, origin);"
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="cooperation", description=DESCRIPTION)
    manager.add_raw(raw(SQL))
    return manager
