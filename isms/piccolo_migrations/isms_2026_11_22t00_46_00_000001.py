from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from service.db import raw, tenant

ID = "2026-11-22T00:46:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "row security and indexes of the documents register: one released edition of a document at a time"

SQL = (
    tenant("managed_document")
    + tenant("document_edition", document_id="managed_document")
    + tenant("document_link", document_id="managed_document", target_id="target_object")
    + "create unique index managed_document_number on managed_document (town_id, lower(number));\n"
    + "create unique index document_edition_released on document_edition (town_id, document_id) where state = 'released';\n"
    + "create unique index document_edition_open on document_edition (town_id, document_id)"
    " where state in ('draft', 'review');\n"
    + "create unique index document_edition_label on document_edition (town_id, document_id, lower(label));\n"
    + "create unique index document_link_once on document_link (town_id, document_id, target_id, control);\n"
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="isms", description=DESCRIPTION)
    manager.add_raw(raw(SQL))
    return manager
