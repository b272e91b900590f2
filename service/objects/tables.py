"""Target objects (Zielobjekte) and what needs what: what ISMS and BCM alike speak about.

Devices of an object are drawn from the inventory by rule.
"""

from piccolo.columns import JSONB, UUID, Array, Boolean, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table

from service.db import DB, TenantKey, uuid7
from service.inventory.tables import Asset


class TargetObject(Table, db=DB):
    """Zielobjekt. `kind` is a `TargetKind`; `rule` is the JSON of a `membership.Rule`."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    name = Varchar(200, null=False)
    kind = Varchar(30, null=False)
    categories = Array(base_column=Text(), null=False, default=list)
    rule = JSONB(null=False, default="{}")
    note = Text(null=False, default="")
    position = Integer(null=False, default=0)
    version = Integer(null=False, default=1)
    created_at = Timestamptz(null=False)
    retired_at = Timestamptz(null=True, default=None)
    retired_reason = Text(null=False, default="")
    retired_by = Varchar(200, null=False, default="")
    responsible = Varchar(200, null=False, default="")
    """The function that answers for it, no person."""
    modules = Array(base_column=Text(), null=False, default=list)
    """Kompendium modules (Bausteine) by id, as "SYS.1.1"."""
    source = Varchar(250, null=False, default="")
    """What of the inventory it was proposed from, as "network/<id>"; empty: entered by a person."""


class Need(Table, db=DB):
    """Abhängigkeit: `consumer` needs `provider`; providers with one number of `alternatives` stand in for each other."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    consumer_id = TenantKey(TargetObject, null=False)
    provider_id = TenantKey(TargetObject, null=False)
    alternatives = Integer(null=False, default=0)
    """Number of the group within the consumer; 0: no alternative."""
    required_hours = Integer(null=True, default=None)
    """After how many hours without the provider the consumer is harmed at the latest; None: nobody has said."""
    degraded_ok = Boolean(null=False, default=False)
    """The consumer's emergency operation bridges that time without the provider."""
    note = Text(null=False, default="")
    version = Integer(null=False, default=1)
    created_by = Varchar(200, null=False, default="")
    created_at = Timestamptz(null=False)
    removed_at = Timestamptz(null=True, default=None)


class ExcludedAsset(Table, db=DB):
    """A device that a person left out of the structure analysis, with the reason; ended, it stays and counts no more."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    asset_id = TenantKey(Asset, null=False)
    reason = Text(null=False)
    excluded_by = Varchar(200, null=False)
    excluded_at = Timestamptz(null=False)
    ended_at = Timestamptz(null=True, default=None)
    ended_by = Varchar(200, null=False, default="")
