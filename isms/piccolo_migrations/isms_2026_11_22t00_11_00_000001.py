from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from service.db import raw, shared, tenant

ID = "2026-11-22T00:11:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "row security and indexes of editions; answers know the text they were given to"

SQL = (
    shared("control_group", grants="select, insert")
    + shared("reference_set", grants="select, insert, update")
    + shared("reference", grants="select, insert")
    + "grant update on control to odw_app;\n"
    + "create index reference_by_target on reference (target);\n"
    + "create index control_by_key on control (key);\n"
    + tenant("adoption")
    + "create unique index adoption_once on adoption (town_id, catalogue, profile);\n"
    + shared("profile", grants="select, insert, update, delete")
    + tenant("parameter_value")
    + "create unique index parameter_value_once on parameter_value (town_id, param);\n"
    + tenant("offered_answer")
    + "create unique index offered_answer_once on offered_answer (town_id, control);\n"
    + tenant("declined_proposal", target_id="target_object")
    + "create unique index declined_proposal_once on declined_proposal (town_id, target_id, control, grounds);\n"
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="isms", description=DESCRIPTION)
    manager.add_raw(raw(SQL))
    return manager
