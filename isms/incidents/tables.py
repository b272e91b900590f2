"""Incidents, their log, what was decided about duties to tell, notices and what is affected."""

from piccolo.columns import JSONB, UUID, Array, Boolean, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table

from service.db import DB, TenantKey, uuid7


class Incident(Table, db=DB):
    """Vorfall. Words of states, rows and severities: `isms.incidents`."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    number = Integer(null=False)
    title = Varchar(300, null=False)
    what = Text(null=False)
    place = Varchar(300, null=False, default="")
    since = Timestamptz(null=True, default=None)
    contact = Varchar(200, null=False, default="")
    """Who can be reached, and how."""
    reported_by = Varchar(200, null=False)
    reporter_id = UUID(null=True, default=None)
    reported_at = Timestamptz(null=False)
    aware_at = Timestamptz(null=False)
    """When the town became aware: statutory clocks start here."""
    state = Varchar(20, null=False)
    severity = Integer(null=False, default=1)
    severity_proposed = Integer(null=True, default=None)
    impact = JSONB(null=False, default="{}")
    """Row of `levels.ROWS` → 1 to 4."""
    spreading = Boolean(null=False, default=False)
    tolerable_until = Timestamptz(null=True, default=None)
    priority = Integer(null=True, default=None)
    rated_at = Timestamptz(null=True, default=None)
    personal_data = Boolean(null=True, default=None)
    """None: not known yet."""
    nis2 = Boolean(null=False, default=False)
    persons = Integer(null=True, default=None)
    records = Integer(null=True, default=None)
    data = Text(null=False, default="")
    consequences = Text(null=False, default="")
    elsewhere = Varchar(300, null=False, default="")
    """Other towns that are hit."""
    towns = Integer(null=False, default=1)
    critical_down = Boolean(null=False, default=False)
    back_hours = Integer(null=True, default=None)
    left_hours = Integer(null=True, default=None)
    emergency_operation = Boolean(null=False, default=False)
    plan_fits = Boolean(null=True, default=None)
    joint_plan = Boolean(null=False, default=False)
    lead = Varchar(200, null=False, default="")
    """The function in charge, no person."""
    steps = Text(null=False, default="")
    """What was done at once and is planned."""
    targets = Array(base_column=UUID(), null=False, default=list)
    assets = Array(base_column=UUID(), null=False, default=list)
    measures = Array(base_column=UUID(), null=False, default=list)
    cost = Integer(null=True, default=None)
    """Whole Euro."""
    hours = Integer(null=True, default=None)
    """Hours of work."""
    cause = Text(null=False, default="")
    lessons = Text(null=False, default="")
    evaluated_by = Varchar(200, null=False, default="")
    approved_by = Varchar(200, null=False, default="")
    closed_at = Timestamptz(null=True, default=None)
    version = Integer(null=False, default=1)
    changed_at = Timestamptz(null=False)


class IncidentLine(Table, db=DB):
    """One line of the log: never changed, never deleted by the service."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    incident_id = TenantKey(Incident, null=False)
    seq = Integer(null=False)
    at = Timestamptz(null=False)
    author = Varchar(200, null=False)
    kind = Varchar(20, null=False)
    text = Text(null=False)
    corrects = Integer(null=True, default=None)
    hash = Varchar(64, null=False)


class IncidentDecision(Table, db=DB):
    """What one person said about a duty to tell; never changed, a new row comes on top."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    incident_id = TenantKey(Incident, null=False)
    duty = Varchar(20, null=False)
    notify = Boolean(null=False, default=None)
    reason = Text(null=False)
    by = Varchar(200, null=False)
    person = Varchar(40, null=False, default="")
    role = Varchar(20, null=False)
    at = Timestamptz(null=False)


class IncidentNotice(Table, db=DB):
    """A notice to somebody: a draft until it is recorded as sent, then a copy that stays as it is."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    incident_id = TenantKey(Incident, null=False)
    kind = Varchar(20, null=False)
    recipient = Varchar(300, null=False)
    subject = Varchar(300, null=False)
    text = Text(null=False)
    saved_by = Varchar(200, null=False)
    saved_at = Timestamptz(null=False)
    sent_at = Timestamptz(null=True, default=None)
    sent_to = Varchar(300, null=False, default="")
    """The function that got it."""
    sent_by = Varchar(200, null=False, default="")
    version = Integer(null=False, default=1)
