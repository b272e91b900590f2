"""Contracts of a town and what they are about, registered certificates, staff with mobile work, telephone systems."""

from piccolo.columns import UUID, BigInt, Boolean, Bytea, Date, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table

from service.db import DB, TenantKey, uuid7
from service.inventory.tables import Asset, Site
from service.software.tables import Product


class Contract(Table, db=DB):
    """A contract (Vertrag). `ends_on` is the last day of its first term, None without end; money in cents."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    kind = Varchar(20, null=False)
    title = Varchar(300, null=False)
    partner = Varchar(200, null=False, default="")
    number = Varchar(200, null=False, default="")
    line = Varchar(200, null=False, default="")
    """Line or block of numbers (Leitung, Rufnummern) that it is about."""
    technology = Varchar(20, null=False, default="")
    """Of a line: fibre dsl cable mpls mobile phone radio other; empty where unknown."""
    down_mbit = Integer(null=True, default=None)
    up_mbit = Integer(null=True, default=None)
    """Speeds of a line in Mbit/s."""
    starts_on = Date(null=True, default=None)
    ends_on = Date(null=True, default=None)
    notice_count = Integer(null=True, default=None)
    notice_unit = Varchar(10, null=False, default="month")
    """day week month"""
    renews_months = Integer(null=True, default=None)
    """Months by which it goes on where nobody gives notice."""
    cancelled_on = Date(null=True, default=None)
    """Day on which notice was given."""
    cost_yearly = BigInt(null=True, default=None)
    responsible = Varchar(200, null=False, default="")
    """An office or role, no private person."""
    note = Text(null=False, default="")
    version = Integer(null=False, default=1)
    created_at = Timestamptz(null=False)
    changed_at = Timestamptz(null=False)
    removed_at = Timestamptz(null=True, default=None)


class ContractLink(Table, db=DB):
    """What a contract is about: one device, product or site a row."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    contract_id = TenantKey(Contract, null=False)
    asset_id = TenantKey(Asset, null=True, default=None)
    product_id = TenantKey(Product, null=True, default=None)
    site_id = TenantKey(Site, null=True, default=None)


class ContractFile(Table, db=DB):
    """A file with a contract; `kind` is what its content is, whatever its name says."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    contract_id = TenantKey(Contract, null=False)
    name = Varchar(200, null=False)
    kind = Varchar(10, null=False)
    size = Integer(null=False)
    """Bytes."""
    sha256 = Varchar(64, null=False)
    content = Bytea(null=False)
    added_by = Varchar(200, null=False)
    added_at = Timestamptz(null=False)
    deleted_at = Timestamptz(null=True, default=None)


class RegisteredCertificate(Table, db=DB):
    """A certificate that people keep a list of (`domain.md` 2.14), whether a port shows it or not."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    purpose = Varchar(20, null=False)
    """tls_server vpn_user vpn_device mail code"""
    subject = Varchar(300, null=False)
    asset_id = TenantKey(Asset, null=True, default=None)
    """Holder, where it is a device."""
    holder = Varchar(200, null=False, default="")
    """Holder, where it is an office or role; no private person."""
    mobile_work = Boolean(null=False, default=False)
    """Assigned to somebody with an agreement on mobile work."""
    issuer = Varchar(300, null=False, default="")
    fingerprint = Varchar(64, null=False, default="")
    """SHA-256 in hex, small letters; by it a sighting is recognised."""
    not_after = Date(null=False, default=None)
    """Last day."""
    revoked_on = Date(null=True, default=None)
    successor_id = TenantKey("self", null=True, default=None)
    note = Text(null=False, default="")
    version = Integer(null=False, default=1)
    created_at = Timestamptz(null=False)
    changed_at = Timestamptz(null=False)
    removed_at = Timestamptz(null=True, default=None)


class MobileStaff(Table, db=DB):
    """How many people had an agreement on mobile work on a day; typed by a person, the newest day counts."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    staff = Integer(null=False)
    as_of = Date(null=False, default=None)
    entered_by = Varchar(200, null=False)
    entered_at = Timestamptz(null=False)


class PhoneSystem(Table, db=DB):
    """Telephone system (Telefonanlage) of a site."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    site_id = TenantKey(Site, null=False)
    kind = Varchar(10, null=False)
    """isdn sip cloud other"""
    maker = Varchar(200, null=False, default="")
    model = Varchar(200, null=False, default="")
    asset_id = TenantKey(Asset, null=True, default=None)
    numbers = Varchar(200, null=False, default="")
    """Block of numbers."""
    provider = Varchar(200, null=False, default="")
    line = Varchar(200, null=False, default="")
    contract_id = TenantKey(Contract, null=True, default=None)
    support_ends = Date(null=True, default=None)
    emergency_calls = Varchar(10, null=False, default="unknown")
    """yes no unknown: whether 110 and 112 are reached and see the right place."""
    without_power = Varchar(10, null=False, default="unknown")
    """yes no unknown: whether calls work during a power cut."""
    note = Text(null=False, default="")
    version = Integer(null=False, default=1)
    created_at = Timestamptz(null=False)
    changed_at = Timestamptz(null=False)
    removed_at = Timestamptz(null=True, default=None)
