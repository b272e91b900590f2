"""The documents register (Dokumentenlenkung): documents, their editions with file and release, answers that rest on them."""

from piccolo.columns import UUID, Bytea, Date, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table

from service.db import DB, TenantKey, uuid7
from service.objects.tables import TargetObject


class ManagedDocument(Table, db=DB):
    """A document under control (gelenktes Dokument); what it says stands in its editions."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    number = Varchar(40, null=False)
    """Sign by which people name it; once in a town."""
    title = Varchar(300, null=False)
    kind = Varchar(20, null=False)
    """policy guideline concept plan works_agreement contract minutes evidence"""
    owner = Varchar(200, null=False, default="")
    """An office or role, no private person."""
    confidentiality = Varchar(20, null=False, default="internal")
    """public internal confidential strict"""
    planned_by = Date(null=True, default=None)
    """Day by which the first release is due."""
    note = Text(null=False, default="")
    version = Integer(null=False, default=1)
    created_at = Timestamptz(null=False)
    changed_at = Timestamptz(null=False)
    removed_at = Timestamptz(null=True, default=None)


class DocumentEdition(Table, db=DB):
    """An edition (Fassung); of each document at most one is released and at most one is worked on."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    document_id = TenantKey(ManagedDocument, null=False)
    label = Varchar(40, null=False)
    """As „1.0“; once in a document."""
    state = Varchar(10, null=False, default="draft")
    """draft review released replaced"""
    changes = Text(null=False, default="")
    valid_from = Date(null=True, default=None)
    review_due = Date(null=True, default=None)
    place = Varchar(300, null=False, default="")
    """Where it lies, if not here."""
    file_name = Varchar(200, null=False, default="")
    file_kind = Varchar(10, null=False, default="")
    size = Integer(null=True, default=None)
    """Bytes."""
    sha256 = Varchar(64, null=False, default="")
    content = Bytea(null=True, default=None)
    made_by = Varchar(200, null=False)
    made_at = Timestamptz(null=False)
    submitted_by = Varchar(200, null=False, default="")
    submitted_at = Timestamptz(null=True, default=None)
    released_by = Varchar(200, null=False, default="")
    released_at = Timestamptz(null=True, default=None)
    replaced_at = Timestamptz(null=True, default=None)
    version = Integer(null=False, default=1)


class DocumentLink(Table, db=DB):
    """The answer to one requirement at one object rests on this document."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    document_id = TenantKey(ManagedDocument, null=False)
    target_id = TenantKey(TargetObject, null=False)
    control = Varchar(100, null=False)
    """Key of the requirement."""
    added_by = Varchar(200, null=False)
    added_at = Timestamptz(null=False)
