from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from service.db import raw, shared, tenant

ID = "2026-11-21T11:20:00:000006"
VERSION = "1.38.0"
DESCRIPTION = "row security and indexes of the ISMS"

SQL = (
    shared("catalogue", grants="select, insert, update")
    + shared("catalogue_version", grants="select, insert, update")
    + shared("control", grants="select, insert")
    + "create unique index control_once on control (edition, key);\n"
    + tenant("modelling", target_id="target_object")
    + "create unique index modelling_once on modelling (town_id, target_id, control);\n"
    + tenant("assessment", target_id="target_object")
    + "create unique index assessment_current on assessment (town_id, target_id, control, (origin = 'prepared')) where superseded_at is null;\n"
    + tenant("finding")
    + "create index finding_by_check on finding (town_id, check_id, result);\n"
    + tenant("evidence", target_id="target_object")
    + "create unique index evidence_once on evidence (town_id, target_id, control, check_id);\n"
    + tenant("contradiction")
    + "create unique index contradiction_once on contradiction (town_id, check_id, asset_id, place);\n"
    + tenant("contradiction_place", contradiction_id="contradiction", target_id="target_object")
    + "create unique index contradiction_place_once on contradiction_place (town_id, contradiction_id, target_id, control);\n"
    + tenant("contradiction_event", contradiction_id="contradiction", grants="select, insert")
    + tenant("check_run", grants="select, insert")
    + "create index check_run_newest on check_run (town_id, at desc);\n"
    + tenant("measure")
    + "create unique index measure_number on measure (town_id, number);\n"
    + tenant("measure_acceptance")
    + "create unique index measure_acceptance_once on measure_acceptance (town_id, measure);\n"
    + tenant("risk")
    + "create unique index risk_number on risk (town_id, number);\n"
    + tenant("risk_acceptance", risk_id="risk")
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="isms", description=DESCRIPTION)
    manager.add_raw(raw(SQL))
    return manager
