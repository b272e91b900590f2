"""Needs and their devices belong to a town; classes, released needs, prices and thresholds to the group (town 0).

Of a need the group holds only what its town released: town, class, quantity, quarter.
"""

from piccolo.columns import JSONB, UUID, BigInt, Date, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table

from service.db import DB, TenantKey, uuid7
from service.inventory.tables import Asset


class SpecClass(Table, db=DB):
    """Spezifikationsklasse of the group: what towns buy as the same thing."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    name = Varchar(120, null=False)
    description = Text(null=False, default="")
    retired_at = Timestamptz(null=True, default=None)
    """No new need may name it; old ones keep it."""
    version = Integer(null=False, default=1)
    changed_by = Varchar(200, null=False)
    changed_at = Timestamptz(null=False)


class Demand(Table, db=DB):
    """Bedarf of a town. `class_id` is a class of the group, so no key within the town."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    class_id = UUID(null=False, default=None)
    quantity = Integer(null=False)
    quarter = Varchar(7, null=False)
    """As `2027-Q1`."""
    reason = Varchar(20, null=False)
    """replacement new end_of_support"""
    cost_centre = Varchar(60, null=False, default="")
    contract = Varchar(200, null=False, default="")
    """Framework contract (Rahmenvertrag)."""
    note = Text(null=False, default="")
    shared_by = Varchar(200, null=True, default=None)
    shared_at = Timestamptz(null=True, default=None)
    done_at = Timestamptz(null=True, default=None)
    """When it was noted as bought."""
    removed_at = Timestamptz(null=True, default=None)
    """When it was deleted; the row stays, so that it can be had back."""
    version = Integer(null=False, default=1)
    changed_by = Varchar(200, null=False)
    changed_at = Timestamptz(null=False)


class DemandAsset(Table, db=DB):
    """A device that a need is to replace."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    demand_id = TenantKey(Demand, null=False)
    asset_id = TenantKey(Asset, null=False)


class PooledDemand(Table, db=DB):
    """What a town released of a need, for all towns to read; row security lets only that town write it."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    of_town = Integer(null=False, default=None)
    demand = UUID(null=False, default=None)
    class_id = UUID(null=False, default=None)
    quantity = Integer(null=False)
    quarter = Varchar(7, null=False)
    shared_at = Timestamptz(null=False)


class LotTerms(Table, db=DB):
    """Prices, key and invoice of a class in a quarter; entered once for all towns."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    class_id = UUID(null=False, default=None)
    quarter = Varchar(7, null=False)
    tiers = JSONB(null=False, default="[]")
    """Pairs of least quantity and price of a piece in cents."""
    key = Varchar(20, null=False, default="quantity")
    invoice_cents = BigInt(null=True, default=None)
    invoice_on = Date(null=True, default=None)
    single_cents = BigInt(null=True, default=None)
    settled = JSONB(null=False, default="[]")
    """Towns with quantity and inhabitants as they were when the invoice was entered."""
    lead = Integer(null=True, default=None)
    """Federführende Stadt: it alone, or the group's administration, writes the row."""
    agreed = JSONB(null=False, default="[]")
    """Towns that agreed to prices and key as they are."""
    fixed_by = Varchar(200, null=True, default=None)
    fixed_at = Timestamptz(null=True, default=None)
    """Since when prices and key stand fast."""
    proposals = JSONB(null=False, default="{}")
    """Town → prices and key as it would have them."""
    version = Integer(null=False, default=1)
    changed_by = Varchar(200, null=False)
    changed_at = Timestamptz(null=False)


class Threshold(Table, db=DB):
    """Vergabeschwelle of the group, as it was last entered."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    name = Varchar(120, null=False)
    cents = BigInt(null=False)
    hint = Text(null=False, default="")
    changed_by = Varchar(200, null=False)
    changed_at = Timestamptz(null=False)


class AgeLimit(Table, db=DB):
    """Years that a town uses devices of a kind, where it differs from the usual; 0: no limit."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    kind = Varchar(30, null=False)
    years = Integer(null=False)


class Exemption(Table, db=DB):
    """A desktop that stays one, with the reason."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    asset_id = TenantKey(Asset, null=False)
    reason = Varchar(20, null=False)
    """cad kiosk control_room other"""
    note = Varchar(300, null=False, default="")
    exempted_by = Varchar(200, null=False)
    exempted_at = Timestamptz(null=False)
