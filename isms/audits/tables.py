"""Audits of a town: plan, samples of sites, what was seen of the checklist, findings."""

from piccolo.columns import UUID, Array, Date, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table

from isms.tables import Measure
from service.db import DB, TenantKey, uuid7
from service.objects.tables import TargetObject


class SecurityAudit(Table, db=DB):
    """An audit or review (Audit, Prüfung) with its scope; no arrays of scope: the whole town."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    number = Integer(null=False, default=None)
    """Once in a town."""
    title = Varchar(300, null=False)
    kind = Varchar(20, null=False)
    """self internal wiba external kdlz privacy"""
    planned_on = Date(null=False, default=None)
    ends_on = Date(null=True, default=None)
    lead = Varchar(200, null=False, default="")
    """A function, no person."""
    scope_sites = Array(base_column=UUID(), null=False, default=list)
    scope_objects = Array(base_column=UUID(), null=False, default=list)
    scope_areas = Array(base_column=Text(), null=False, default=list)
    scope_note = Text(null=False, default="")
    result = Text(null=False, default="")
    state = Varchar(10, null=False, default="planned")
    """planned running done cancelled"""
    version = Integer(null=False, default=1)
    created_at = Timestamptz(null=False, default=None)
    changed_at = Timestamptz(null=False, default=None)
    removed_at = Timestamptz(null=True, default=None)


class AuditSample(Table, db=DB):
    """A choice of sites, never changed: a new one is a new row. Without a seed it was made by hand."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    audit_id = TenantKey(SecurityAudit, null=False)
    population = Array(base_column=UUID(), null=False, default=list)
    names = Array(base_column=Text(), null=False, default=list)
    """Of the population, in its order."""
    chosen = Array(base_column=UUID(), null=False, default=list)
    seed = Varchar(32, null=False, default="")
    reason = Text(null=False, default="")
    made_by = Varchar(200, null=False)
    made_at = Timestamptz(null=False, default=None)


class AuditCheck(Table, db=DB):
    """What an auditor saw of one requirement at one object."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    audit_id = TenantKey(SecurityAudit, null=False)
    target_id = TenantKey(TargetObject, null=False)
    control = Varchar(100, null=False)
    result = Varchar(10, null=False)
    """agrees differs unclear"""
    note = Text(null=False, default="")
    seen_by = Varchar(200, null=False)
    seen_at = Timestamptz(null=False, default=None)


class AuditFinding(Table, db=DB):
    """A finding (Feststellung) of an audit and its re-check."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    audit_id = TenantKey(SecurityAudit, null=False)
    number = Integer(null=False, default=None)
    """Once in an audit."""
    weight = Varchar(20, null=False)
    """severe minor recommendation"""
    title = Varchar(300, null=False)
    text = Text(null=False, default="")
    target_id = TenantKey(TargetObject, null=True)
    control = Varchar(100, null=False, default="")
    """Key of the requirement; empty: none."""
    responsible = Varchar(200, null=False, default="")
    due = Date(null=True, default=None)
    recheck_on = Date(null=True, default=None)
    recheck_result = Varchar(10, null=False, default="")
    """fixed partly open waived; empty: not yet looked at again"""
    recheck_note = Text(null=False, default="")
    rechecked_by = Varchar(200, null=False, default="")
    rechecked_at = Timestamptz(null=True, default=None)
    measure_id = TenantKey(Measure, null=True)
    version = Integer(null=False, default=1)
    created_at = Timestamptz(null=False, default=None)
    changed_at = Timestamptz(null=False, default=None)
    removed_at = Timestamptz(null=True, default=None)
