"""Protection needs of a town's objects, and what the categories mean (in the group's tenant, town 0)."""

from piccolo.columns import UUID, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table

from service.db import DB, TenantKey, uuid7
from service.objects.tables import TargetObject


class ProtectionNeed(Table, db=DB):
    """Schutzbedarf that a person set for one object and goal. A new value supersedes the old row, which stays."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    target_id = TenantKey(TargetObject, null=False)
    goal = Varchar(1, null=False)
    """C I A"""
    need = Integer(null=False)
    """1 normal 2 hoch 3 sehr hoch"""
    reasoning = Varchar(20, null=False, default="")
    """kumulation verteilung begruendet; empty: entered, for processes and information"""
    reason = Text(null=False, default="")
    inherited = Integer(null=True, default=None)
    """What an override was set against."""
    version = Integer(null=False, default=1)
    set_by = Varchar(200, null=False)
    set_at = Timestamptz(null=False)
    superseded_at = Timestamptz(null=True, default=None)


class ProtectionDefinition(Table, db=DB):
    """When a need is normal, hoch or sehr hoch, by damage scenario (Schadensszenario), as the group words it."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    scenario = Varchar(30, null=False)
    need = Integer(null=False)
    text = Text(null=False)
    version = Integer(null=False, default=1)
    changed_by = Varchar(200, null=False)
    changed_at = Timestamptz(null=False)
