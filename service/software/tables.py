"""Software of a town: products, how it uses them, licences, rules for names from scans; and what towns share of it.

`SharedUse` and `GroupStandard` are rows of the group's tenant (town 0), which every town may read: they hold what a
town released, and nothing else.
"""

from piccolo.columns import UUID, Array, BigInt, Boolean, Date, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table

from service.db import DB, TenantKey, uuid7


class Product(Table, db=DB):
    """A product as this town names it. `key` is the folded name, by which towns meet."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    key = Varchar(200, null=False)
    name = Varchar(200, null=False)
    maker = Varchar(200, null=False, default="")
    category = Varchar(20, null=False, default="procedure")
    note = Text(null=False, default="")
    version = Integer(null=False, default=1)
    created_at = Timestamptz(null=False)
    changed_at = Timestamptz(null=False)


class ProductUse(Table, db=DB):
    """How the town uses a product (Fachverfahren, `domain.md` 2.12). Money in cents; `facets` names what it shares."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    product_id = TenantKey(Product, null=False)
    release = Varchar(100, null=False, default="")
    """Version of the product; `version` of the product's row counts its changes, those of the use included."""
    users = Integer(null=True, default=None)
    hosting = Varchar(20, null=False, default="")
    purpose = Varchar(200, null=False, default="")
    contract_end = Date(null=True, default=None)
    notice_on = Date(null=True, default=None)
    """Last day on which notice can be given."""
    cost_yearly = BigInt(null=True, default=None)
    contact = Varchar(200, null=False, default="")
    """A role or office, no private person."""
    processing_contract = Varchar(10, null=False, default="unknown")
    """yes no unknown (AVV)"""
    dms_interface = Varchar(10, null=False, default="unknown")
    """yes no unknown"""
    exit_plan = Text(null=False, default="")
    solved = Text(null=False, default="")
    """„Wer hat es gelöst?“: what others may ask this town about."""
    facets = Array(base_column=Varchar(20), null=False, default=list)
    ended_at = Timestamptz(null=True, default=None)
    """No longer in use since."""
    changed_at = Timestamptz(null=False)


class SharedUse(Table, db=DB):
    """What `of_town` released of one use, in the group's tenant. Empty is what it did not release or does not know."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    of_town = Integer(null=False, default=None)
    key = Varchar(200, null=False)
    name = Varchar(200, null=False)
    maker = Varchar(200, null=False, default="")
    purpose = Varchar(200, null=False, default="")
    release = Varchar(100, null=True, default=None)
    hosting = Varchar(20, null=True, default=None)
    users = Integer(null=True, default=None)
    contact = Varchar(200, null=True, default=None)
    contract_end = Date(null=True, default=None)
    cost_yearly = BigInt(null=True, default=None)
    solved = Text(null=True, default=None)
    facets = Array(base_column=Varchar(20), null=False, default=list)
    shared_at = Timestamptz(null=False)


class GroupStandard(Table, db=DB):
    """A product that the group names its standard, in the group's tenant; `purpose` says for what."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    key = Varchar(200, null=False)
    name = Varchar(200, null=False)
    purpose = Varchar(200, null=False, default="")
    set_by = Varchar(200, null=False)
    set_at = Timestamptz(null=False)


class ProductRule(Table, db=DB):
    """What a person said once about names from scans: `value` (folded, `*` in a pattern) is a product, or not worth a look.

    Taken back, a rule stays and counts no more.
    """

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    pattern = Boolean(null=False, default=False)
    value = Varchar(200, null=False)
    maker = Varchar(200, null=False, default="")
    """Folded; empty: of any maker."""
    product_id = TenantKey(Product, null=True, default=None)
    """None: ignored (drivers, updates)."""
    batch = UUID(null=False)
    decided_by = Varchar(200, null=False)
    decided_at = Timestamptz(null=False)
    taken_back_by = Varchar(200, null=True, default=None)
    taken_back_at = Timestamptz(null=True, default=None)
    replaced_by = UUID(null=True, default=None)
    """The later batch that said something else; undoing that one brings this rule back."""


class Licence(Table, db=DB):
    """The right to use a product: `quantity` devices or users until `ends_on` (its last day; None: for ever)."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    product_id = TenantKey(Product, null=False)
    metric = Varchar(10, null=False)
    """device user unlimited"""
    quantity = Integer(null=True, default=None)
    reference = Varchar(200, null=False, default="")
    ends_on = Date(null=True, default=None)
    note = Text(null=False, default="")
    version = Integer(null=False, default=1)
    changed_at = Timestamptz(null=False)
    removed_at = Timestamptz(null=True, default=None)
