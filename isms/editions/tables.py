"""What towns and the group decide about catalogues. Town 0 is the group: its rows are the central ones."""

from piccolo.columns import UUID, Array, Boolean, ForeignKey, Integer, OnDelete, Text, Timestamptz, Varchar
from piccolo.table import Table

from isms.tables import CatalogueVersion
from service.db import DB, TenantKey, uuid7
from service.objects.tables import TargetObject


class ControlGroup(Table, db=DB):
    """A heading (Praktik, Thema, Baustein) of one edition; `body` holds everything the file says about it."""

    id = UUID(primary_key=True, default=uuid7)
    edition = ForeignKey(CatalogueVersion, null=False, on_delete=OnDelete.restrict, index=True)
    position = Integer(null=False, default=0)
    depth = Integer(null=False, default=0)
    label = Varchar(100, null=False)
    title = Text(null=False)
    body = Text(null=False, default="{}")


class ReferenceSet(Table, db=DB):
    """A table of references between two catalogues, as one file said it."""

    id = UUID(primary_key=True, default=uuid7)
    kind = Varchar(30, null=False)
    title = Varchar(200, null=False)
    sha256 = Varchar(64, null=False, unique=True)
    entries = Integer(null=False, default=0)
    imported_by = Varchar(200, null=False)
    imported_at = Timestamptz(null=False)
    replaced_at = Timestamptz(null=True, default=None)


class Reference(Table, db=DB):
    """One line of it: key of the source control, how it relates, key of the target control; `part` of the source, if any."""

    id = UUID(primary_key=True, default=uuid7)
    reference_set = ForeignKey(ReferenceSet, null=False, on_delete=OnDelete.restrict, index=True)
    source = Varchar(100, null=False)
    part = Varchar(100, null=False, default="")
    relation = Varchar(20, null=False)
    target = Varchar(100, null=False)


class Adoption(Table, db=DB):
    """A town works with this catalogue; `profile` narrows it, empty = all of it."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    catalogue = Varchar(100, null=False)
    profile = Varchar(100, null=False, default="")
    adopted_by = Varchar(200, null=False)
    adopted_at = Timestamptz(null=False)
    counts = Boolean(null=False, default=True)
    """Its requirements count in the town's one Umsetzungsgrad."""


class Profile(Table, db=DB):
    """A selection from a catalogue, the same for all towns: ids of controls or of groups, and levels (empty = all)."""

    id = UUID(primary_key=True, default=uuid7)
    key = Varchar(100, null=False, unique=True)
    title = Varchar(200, null=False)
    catalogue = Varchar(100, null=False)
    step = Integer(null=False, default=0)
    ids = Array(base_column=Text(), null=False, default=list)
    levels = Array(base_column=Text(), null=False, default=list)
    note = Text(null=False, default="")
    version = Integer(null=False, default=1)
    changed_by = Varchar(200, null=False)
    changed_at = Timestamptz(null=False)


class ParameterValue(Table, db=DB):
    """What stands for a placeholder: of a town, or (town 0) for all towns that set none of their own."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    param = Varchar(120, null=False)
    value = Text(null=False)
    version = Integer(null=False, default=1)
    changed_by = Varchar(200, null=False)
    changed_at = Timestamptz(null=False)


class OfferedAnswer(Table, db=DB):
    """An answer that a file brought along: offered to the town, counts only once a person confirms it."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    control = Varchar(100, null=False)
    claim = Varchar(20, null=False)
    note = Text(null=False, default="")
    file = Varchar(300, null=False)
    offered_by = Varchar(200, null=False)
    offered_at = Timestamptz(null=False)


class DeclinedProposal(Table, db=DB):
    """A proposal that a person turned down; it comes back when its grounds change."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    target_id = TenantKey(TargetObject, null=False, default=None, on_delete=OnDelete.restrict)
    control = Varchar(100, null=False)
    grounds = Varchar(64, null=False)
    declined_by = Varchar(200, null=False)
    declined_at = Timestamptz(null=False)
