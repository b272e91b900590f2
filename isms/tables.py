"""Catalogues (without town), and per town: modelling, answers, evidence, contradictions, measures, risks.

A control is named by its key (the catalogue's `alt-identifier`), never by its id: answers outlive editions.
"""

from piccolo.columns import JSONB, UUID, Array, BigInt, Boolean, Date, ForeignKey, Integer, OnDelete, Text, Timestamptz, Varchar
from piccolo.table import Table

from service.db import DB, TenantKey, uuid7
from service.objects.tables import TargetObject


class Catalogue(Table, db=DB):
    """Katalog, e.g. "Grundcheck Kommune"; shared by all towns."""

    id = UUID(primary_key=True, default=uuid7)
    key = Varchar(100, null=False, unique=True)
    title = Varchar(200, null=False)
    scale = Varchar(20, null=False, default="check")


class CatalogueVersion(Table, db=DB):
    """One edition; `sha256` of the file it was read from, `metadata` and `counts` as read."""

    id = UUID(primary_key=True, default=uuid7)
    catalogue = ForeignKey(Catalogue, null=False, on_delete=OnDelete.restrict, index=True)
    version = Varchar(100, null=False)
    sha256 = Varchar(64, null=False, unique=True)
    metadata = JSONB(null=False, default="{}")
    counts = JSONB(null=False, default="{}")
    imported_at = Timestamptz(null=False)
    current = Boolean(null=False, default=True)
    back_matter = JSONB(null=False, default="{}")
    notices = Array(base_column=Text(), null=False, default=list)
    imported_by = Varchar(200, null=False, default="")
    taken_at = Timestamptz(null=True, default=None)


class Control(Table, db=DB):
    """Anforderung of one edition; `body` holds everything the file says, the columns what lists and texts need."""

    id = UUID(primary_key=True, default=uuid7)
    edition = ForeignKey(CatalogueVersion, null=False, on_delete=OnDelete.restrict, index=True)
    key = Varchar(100, null=False)
    label = Varchar(60, null=False)
    title = Text(null=False)
    area = Varchar(60, null=False, default="")
    area_title = Text(null=False, default="")
    position = Integer(null=False, default=0)
    modal_verb = Varchar(20, null=True, default=None)
    effort = Integer(null=True, default=None)
    level = Varchar(30, null=True, default=None)
    statement = Text(null=False, default="")
    guidance = Text(null=False, default="")
    categories = Array(base_column=Text(), null=False, default=list)
    citations = JSONB(null=False, default="{}")
    body = JSONB(null=False, default="{}")


class Modelling(Table, db=DB):
    """Which control applies to which target object; taken away only with a reason (Streichbegründung)."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    target_id = TenantKey(TargetObject, null=False, default=None, on_delete=OnDelete.restrict)
    control = Varchar(100, null=False)
    category = Varchar(100, null=False, default="")
    removed_reason = Text(null=True, default=None)
    removed_by = Varchar(200, null=True, default=None)
    removed_at = Timestamptz(null=True, default=None)


class Assessment(Table, db=DB):
    """Answer (Grundschutz-Check) of one control at one object. A new answer supersedes the old row, which stays."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    target_id = TenantKey(TargetObject, null=False, default=None, on_delete=OnDelete.restrict)
    control = Varchar(100, null=False)
    claim = Varchar(20, null=False)
    reason = Text(null=False, default="")
    responsible = Varchar(200, null=False, default="")
    due = Date(null=True, default=None)
    document = Text(null=False, default="")
    edition = Varchar(100, null=False, default="")
    control_id = UUID(null=True, default=None)
    origin = Varchar(20, null=False, default="own")
    version = Integer(null=False, default=1)
    answered_by = Varchar(200, null=False)
    answered_at = Timestamptz(null=False)
    superseded_at = Timestamptz(null=True, default=None)


class Finding(Table, db=DB):
    """What the newest run of the checks says; derived, replaced by every run."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    check_id = Varchar(20, null=False)
    rule_version = Integer(null=False, default=1)
    asset_id = UUID(null=True, default=None)
    place = Varchar(100, null=False, default="")
    result = Varchar(20, null=False)
    sentence = Text(null=False)
    observed_at = Timestamptz(null=True, default=None)
    checked_at = Timestamptz(null=False)


class Evidence(Table, db=DB):
    """How many findings refute, support or do not know a control at an object; derived, replaced by every run."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    target_id = TenantKey(TargetObject, null=False, default=None, on_delete=OnDelete.restrict)
    control = Varchar(100, null=False)
    check_id = Varchar(20, null=False)
    refutes = Integer(null=False, default=0)
    supports = Integer(null=False, default=0)
    unknown = Integer(null=False, default=0)


class Contradiction(Table, db=DB):
    """Widerspruch: evidence against what people claim, and what they decided about it."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    check_id = Varchar(20, null=False)
    rule_version = Integer(null=False, default=1)
    asset_id = UUID(null=True, default=None)
    """None where the rule speaks of a site, a backup, an account, not of a device."""
    place = Varchar(100, null=False, default="")
    sentence = Text(null=False)
    state = Varchar(20, null=False, default="open")
    opened_at = Timestamptz(null=False)
    last_evidence_at = Timestamptz(null=False)
    until = Date(null=True, default=None)
    clean_scans = Integer(null=False, default=0)
    last_clean_at = Timestamptz(null=True, default=None)
    reason = Text(null=False, default="")
    decided_by = Varchar(200, null=False, default="")
    decided_at = Timestamptz(null=True, default=None)
    version = Integer(null=False, default=1)


class ContradictionPlace(Table, db=DB):
    """At which object which control a contradiction touches; derived from modelling and the members of objects."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    contradiction_id = TenantKey(Contradiction, null=False, default=None, on_delete=OnDelete.restrict)
    target_id = TenantKey(TargetObject, null=False, default=None, on_delete=OnDelete.restrict)
    control = Varchar(100, null=False)


class ContradictionEvent(Table, db=DB):
    """What happened to a contradiction, when, by whom."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    contradiction_id = TenantKey(Contradiction, null=False, default=None, on_delete=OnDelete.restrict)
    at = Timestamptz(null=False)
    change = Varchar(20, null=False)
    by = Varchar(200, null=False, default="")
    text = Text(null=False, default="")


class CheckRun(Table, db=DB):
    """One run of all checks with its figures; says how old the evidence is."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    at = Timestamptz(null=False)
    assets = Integer(null=False, default=0)
    findings = Integer(null=False, default=0)
    refuted = Integer(null=False, default=0)
    opened = Integer(null=False, default=0)
    closed = Integer(null=False, default=0)


class Measure(Table, db=DB):
    """Maßnahme of a town, or of the group (town 0) where towns take it over by acceptance. Money in cents."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    number = Integer(null=False, default=None)
    title = Varchar(300, null=False)
    text = Text(null=False, default="")
    kind = Varchar(20, null=False, default="organisatorisch")
    mode = Varchar(20, null=False, default="lokal")
    state = Varchar(20, null=False, default="vorgeschlagen")
    state_reason = Text(null=False, default="")
    owner = Varchar(200, null=False, default="")
    deputy = Varchar(200, null=False, default="")
    cost_once = BigInt(null=True, default=None)
    cost_yearly = BigInt(null=True, default=None)
    person_days = Integer(null=True, default=None)
    budget_year = Integer(null=True, default=None)
    budget_secured = Boolean(null=True, default=None)
    funding = Varchar(200, null=False, default="")
    priority = Integer(null=False, default=2)
    due = Date(null=True, default=None)
    controls = Array(base_column=Text(), null=False, default=list)
    risks = Array(base_column=UUID(), null=False, default=list)
    """Risks of the register that it treats."""
    start_on = Date(null=True, default=None)
    after = Array(base_column=UUID(), null=False, default=list)
    """Measures that must be done before this one begins."""
    origin = Varchar(100, null=False, default="")
    """What it was made from, as "contradiction/<id>"; empty: entered by a person."""
    offer = Varchar(10, null=False, default="all")
    """Of the group's: whom it is offered to, `none`, `all`, `chosen` (then `offered_to`), `withdrawn`."""
    offered_to = Array(base_column=Integer(), null=False, default=list)
    withdrawn_at = Timestamptz(null=True, default=None)
    """When the group last took its offer back: acceptances made until then no longer hold."""
    withdrawn_reason = Text(null=False, default="")
    version = Integer(null=False, default=1)
    created_by = Varchar(200, null=False)
    created_at = Timestamptz(null=False)
    changed_at = Timestamptz(null=False)


class MeasureAcceptance(Table, db=DB):
    """Übernahmeerklärung of a town for a measure of the group; `town_claim` is the town's part of a shared one."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    measure = UUID(null=False, default=None)
    state = Varchar(20, null=False, default="angeboten")
    accepted_by = Varchar(200, null=False, default="")
    accepted_on = Date(null=True, default=None)
    until = Date(null=True, default=None)
    scope = Text(null=False, default="")
    remark = Text(null=False, default="")
    town_claim = Varchar(20, null=False, default="unbearbeitet")
    targets = Array(base_column=UUID(), null=False, default=list)
    """Target objects for which it holds; none: all of the town."""
    decided_at = Timestamptz(null=True, default=None)
    version = Integer(null=False, default=1)


class MeasureReview(Table, db=DB):
    """Prüffall of a town: the group withdrew or lowered a measure that the town had taken over."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    measure = UUID(null=False, default=None)
    kind = Varchar(20, null=False)
    """`withdrawn` or `lowered`."""
    reason = Text(null=False, default="")
    opened_at = Timestamptz(null=False)
    settled_at = Timestamptz(null=True, default=None)
    settled_by = Varchar(200, null=False, default="")
    remark = Text(null=False, default="")


class Risk(Table, db=DB):
    """Risiko of the register; category and priority are stored with the inputs and the version of the matrix."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    number = Integer(null=False, default=None)
    title = Varchar(300, null=False)
    kind = Varchar(10, null=False, default="digital")
    threats = Array(base_column=Text(), null=False, default=list)
    cause = Text(null=False, default="")
    scenario = Text(null=False, default="")
    affects = Text(null=False, default="")
    targets = Array(base_column=UUID(), null=False, default=list)
    sites = Array(base_column=UUID(), null=False, default=list)
    """Sites it is about; with a hazard and no site the hazard threatens the town as a whole."""
    hazard = Varchar(40, null=False, default="")
    """Key of the hazard of the starter register that it comes from."""
    controls = Array(base_column=Text(), null=False, default=list)
    """Requirements whose text the risk rests on; an acceptance is void when it changes."""
    frequency = Varchar(20, null=False)
    damage = Varchar(30, null=False)
    frequency_net = Varchar(20, null=True, default=None)
    damage_net = Varchar(30, null=True, default=None)
    category = Varchar(20, null=False)
    category_net = Varchar(20, null=True, default=None)
    matrix_version = Integer(null=False, default=1)
    act_by = Date(null=True, default=None)
    urgency = Integer(null=False, default=2)
    urgency_unchecked = Boolean(null=False, default=True)
    priority = Integer(null=False, default=2)
    priority_set = Integer(null=True, default=None)
    priority_reason = Text(null=False, default="")
    rated_at = Timestamptz(null=False)
    owner = Varchar(200, null=False, default="")
    treatment = Varchar(20, null=True, default=None)
    measures = Text(null=False, default="")
    cost = BigInt(null=True, default=None)
    due = Date(null=True, default=None)
    review_on = Date(null=True, default=None)
    shared = Boolean(null=False, default=False)
    closed_at = Timestamptz(null=True, default=None)
    closed_reason = Text(null=False, default="")
    version = Integer(null=False, default=1)
    created_by = Varchar(200, null=False)
    created_at = Timestamptz(null=False)
    changed_at = Timestamptz(null=False)


class RiskAcceptance(Table, db=DB):
    """Risikoakzeptanz. `state`: requested (prepared by the security officer), accepted, rejected, withdrawn."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    risk_id = TenantKey(Risk, null=False, default=None, on_delete=OnDelete.restrict)
    state = Varchar(20, null=False, default="requested")
    reason = Text(null=False, default="")
    until = Date(null=True, default=None)
    category = Varchar(20, null=False)
    inputs = JSONB(null=False, default="{}")
    requested_by = Varchar(200, null=False, default="")
    requested_at = Timestamptz(null=False)
    decided_by = Varchar(200, null=False, default="")
    decided_as = Varchar(20, null=False, default="")
    decided_at = Timestamptz(null=True, default=None)
    decision_reason = Text(null=False, default="")


class ThreatRelevance(Table, db=DB):
    """What people say about an elementary threat at a target object (Gefährdungsübersicht of BSI-Standard 200-3).

    A new word supersedes the old row, which stays; `batch` is the step in which several were decided at once.
    """

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    target_id = TenantKey(TargetObject, null=False, default=None, on_delete=OnDelete.restrict)
    threat = Varchar(10, null=False)
    relevant = Boolean(null=False)
    reason = Text(null=False, default="")
    decided_by = Varchar(200, null=False)
    decided_at = Timestamptz(null=False)
    version = Integer(null=False, default=1)
    batch = UUID(null=True, default=None)
    superseded_at = Timestamptz(null=True, default=None)


class HazardRelevance(Table, db=DB):
    """What people say about a hazard of the starter register at a site; kept as `ThreatRelevance`."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    site = UUID(null=False, default=None)
    """No reference: a site may go, what was said about it stays."""
    hazard = Varchar(40, null=False)
    relevant = Boolean(null=False)
    reason = Text(null=False, default="")
    decided_by = Varchar(200, null=False)
    decided_at = Timestamptz(null=False)
    version = Integer(null=False, default=1)
    batch = UUID(null=True, default=None)
    superseded_at = Timestamptz(null=True, default=None)


class RiskMatrix(Table, db=DB):
    """A version of the risk matrix, the same for all towns; `cells` as `isms.matrix` writes them. The first is shipped."""

    id = UUID(primary_key=True, default=uuid7)
    number = Integer(null=False, default=None)
    cells = JSONB(null=False, default="{}")
    reason = Text(null=False, default="")
    valid_from = Date(null=False, default=None)
    made_by = Varchar(200, null=False)
    made_at = Timestamptz(null=False)
