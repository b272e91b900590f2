"""The estate in tables: networks, what was taken in (immutable), what follows from it (replaceable), what people decided.

Immutable are `Collection`, `Record`, `Decision`, `History`; everything that hangs on an `Asset` is derived and may be
made anew at any time, its id alone is for ever.
"""

from piccolo.columns import JSONB, UUID, Array, BigInt, Boolean, Bytea, Date, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table

from service.db import DB, Cidr, Inet, TenantKey, uuid7


class Site(Table, db=DB):
    """Standort. `kind` as in the list of `domain.md` 2.15; `facts` holds what else is known of it (WLAN, fibre, hazards)."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    name = Varchar(120, null=False)
    kind = Varchar(40, null=True, default=None)
    address = Varchar(300, null=True, default=None)
    facts = JSONB(null=False, default="{}")
    changed_at = Timestamptz(null=False)


class Network(Table, db=DB):
    """A network of the town. Only a released one is scanned; `mode` says how, `scope` is set where its addresses are its own."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    site_id = TenantKey(Site, null=True, default=None)
    name = Varchar(120, null=False)
    cidr = Cidr(null=False)
    purpose = Varchar(20, null=False, default="other")
    """server client printer telephony wlan guest management plc other"""
    mode = Varchar(10, null=False, default="active")
    """active passive guest"""
    scope = Varchar(60, null=False, default="")
    """Name of an address range of its own behind NAT; equal addresses meet only within it."""
    requested_by = Varchar(200, null=True, default=None)
    """Who entered it; never the one who releases it."""
    released_by = Varchar(200, null=True, default=None)
    released_at = Timestamptz(null=True, default=None)
    agreed_by = Varchar(200, null=True, default=None)
    """The data protection officer who agreed to scanning it."""
    agreed_at = Timestamptz(null=True, default=None)
    rate_cap = Integer(null=False, default=300)
    """Packets per second at most."""
    scan_window = Varchar(60, null=True, default=None)
    """Local time in which scanning is allowed, as `Mo-Fr 08:00-17:00`; None: any time."""
    excluded = Text(null=False, default="")
    """Addresses and ranges in it that are never scanned, one a line, canonical."""
    snmp_rate = Integer(null=False, default=20)
    """SNMP requests per second to one device at most."""
    scanned_at = Timestamptz(null=True, default=None)
    """When this service or a probe of the town last sent something there; sightings in imported files do not count."""
    changed_at = Timestamptz(null=False)


class Asset(Table, db=DB):
    """A device. The visible values stand here once more, so that lists need no join; `value` says where they come from."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    kind = Varchar(30, null=False, default="unknown")
    name = Varchar(200, null=False, default="")
    sort_name = Varchar(400, null=False, default="")
    """`app.din5007(name)`, the key by which lists are sorted."""
    manufacturer = Varchar(200, null=True, default=None)
    model = Varchar(200, null=True, default=None)
    serial = Varchar(200, null=True, default=None)
    hostname = Varchar(255, null=True, default=None)
    os = Varchar(200, null=True, default=None)
    os_version = Varchar(200, null=True, default=None)
    firmware = Varchar(200, null=True, default=None)
    primary_ip = Inet(null=True, default=None)
    status = Varchar(20, null=False, default="new")
    inventory_no = Varchar(100, null=True, default=None)
    site_id = TenantKey(Site, null=True, default=None)
    site_name = Varchar(120, null=True, default=None)
    room = Varchar(120, null=True, default=None)
    unit = Varchar(200, null=True, default=None)
    user_name = Varchar(200, null=True, default=None)
    purchase_date = Date(null=True, default=None)
    warranty_until = Date(null=True, default=None)
    price = Varchar(20, null=True, default=None)
    note = Text(null=True, default=None)
    macs = Array(base_column=Varchar(17), null=False, default=list)
    ips = Array(base_column=Varchar(45), null=False, default=list)
    sources = Array(base_column=Varchar(10), null=False, default=list)
    network_ids = Array(base_column=UUID(), null=False, default=list)
    record_count = Integer(null=False, default=0)
    first_seen = Timestamptz(null=False)
    last_seen = Timestamptz(null=False)
    """Rounded to the day for a device that is assigned to a person (`domain.md` 2.10)."""
    scanned_at = Timestamptz(null=True, default=None)
    """Last sighting by a machine."""
    accepted_at = Timestamptz(null=True, default=None)
    """When a person said that the device belongs here."""
    virtual = Boolean(null=False, default=False)
    lent_from = Integer(null=True, default=None)
    """The town that owns the device, where it is a guest; such an asset stands for the owner's."""
    lent_asset = UUID(null=True, default=None)
    gone_at = Timestamptz(null=True, default=None)
    """Set when no record counts for it any more; kept for its history, shown nowhere."""
    merged_into = UUID(null=True, default=None)
    search = Text(null=False, default="")
    anchor = UUID(null=False)
    """Oldest record with the strongest identifier: after a split the part that holds it keeps the id."""
    digest = Varchar(32, null=False, default="")
    """Of everything that the derived rows were made of; equal digest, nothing to do."""
    notes = JSONB(null=False, default="[]")
    drift = Integer(null=False, default=0)
    """Open differences between sources."""
    facts = JSONB(null=False, default="{}")
    """What checks want to know: first and last sighting by source, last port scan, last full scan, what SNMP told."""
    links = JSONB(null=True, default=None)
    """What the device knows of the cables around it: `topology.Facts`."""


class Collection(Table, db=DB):
    """Everything one run of one source brought: the file itself (deflated) and who took it in when and how."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    source = Varchar(10, null=False)
    file = Varchar(500, null=False, default="")
    identity = Varchar(64, null=False)
    """Digest that makes taking in the same file twice harmless."""
    sha256 = Varchar(64, null=False)
    raw = Bytea(null=True, default=None)
    raw_size = BigInt(null=False, default=0)
    observed_at = Timestamptz(null=False)
    site_id = TenantKey(Site, null=True, default=None)
    run_id = UUID(null=True, default=None)
    scope = Varchar(500, null=False, default="")
    complete = Boolean(null=False, default=True)
    full_scan = Boolean(null=False, default=False)
    mapping = JSONB(null=False, default="{}")
    problems = JSONB(null=False, default="[]")
    records = Integer(null=False, default=0)
    taken_by = Varchar(200, null=False)
    taken_at = Timestamptz(null=False)
    counts = JSONB(null=False, default="{}")
    """What it did: new, changed, unchanged, errors."""
    withdrawn_at = Timestamptz(null=True, default=None)
    withdrawn_by = Varchar(200, null=True, default=None)


class Record(Table, db=DB):
    """One observation as it was seen, and its clues. `observation` is emptied when its time to be kept has passed."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    collection_id = TenantKey(Collection, null=False)
    key = Varchar(100, null=False)
    source = Varchar(10, null=False)
    observed_at = Timestamptz(null=False)
    observation = JSONB(null=True, default=None)
    clues = Text(null=False)


class Sighting(Table, db=DB):
    """To which asset a record belongs and why; `id` is the record's. Derived, made anew by every merge."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    asset_id = TenantKey(Asset, null=True, default=None)
    decision = Varchar(12, null=False)
    """joined new_asset by_person unassigned asked"""
    reason = Text(null=False, default="{}")
    """JSON: rule, agreed identifiers, what differs; or why it belongs to nobody."""
    observed_at = Timestamptz(null=False)


class Identifier(Table, db=DB):
    """Kennung of an asset with first and last sighting; `shared` ones identify nothing."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    asset_id = TenantKey(Asset, null=False)
    kind = Varchar(12, null=False)
    value = Varchar(400, null=False)
    strength = Integer(null=False)
    shared = Boolean(null=False, default=False)
    first_seen = Timestamptz(null=False)
    last_seen = Timestamptz(null=False)


class Value(Table, db=DB):
    """What one source says about one field of an asset; `visible` marks the one that is shown."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    asset_id = TenantKey(Asset, null=False)
    field = Varchar(30, null=False)
    value = Text(null=False)
    source = Varchar(10, null=False)
    origin = Varchar(15, null=False)
    observed_at = Timestamptz(null=False)
    first_seen = Timestamptz(null=False)
    last_seen = Timestamptz(null=False)
    record_id = UUID(null=True, default=None)
    visible = Boolean(null=False, default=False)
    locked_by = Varchar(200, null=True, default=None)
    reason = Text(null=True, default=None)


class Interface(Table, db=DB):
    """A network interface as the newest record with interfaces names it."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    asset_id = TenantKey(Asset, null=False)
    position = Integer(null=False, default=0)
    name = Varchar(255, null=False)
    mac = Varchar(17, null=True, default=None)
    ips = Array(base_column=Varchar(45), null=False, default=list)
    speed_bit_s = BigInt(null=True, default=None)
    up = Boolean(null=True, default=None)
    observed_at = Timestamptz(null=False)


class Service(Table, db=DB):
    """An open port (Dienst). `open` is false once a later look at the same ports did not find it."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    asset_id = TenantKey(Asset, null=False)
    ip = Varchar(45, null=False)
    protocol = Varchar(4, null=False)
    port = Integer(null=False)
    name = Varchar(60, null=True, default=None)
    product = Varchar(200, null=True, default=None)
    version = Varchar(100, null=True, default=None)
    tls = Boolean(null=False, default=False)
    cpes = Array(base_column=Varchar(200), null=False, default=list)
    facts = JSONB(null=False, default="{}")
    certificate = JSONB(null=True, default=None)
    open = Boolean(null=False, default=True)
    first_seen = Timestamptz(null=False)
    last_seen = Timestamptz(null=False)
    record_id = UUID(null=True, default=None)


class Software(Table, db=DB):
    """A product that is installed somewhere in the town."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    name = Varchar(200, null=False)
    publisher = Varchar(200, null=True, default=None)


class Installation(Table, db=DB):
    """A product on an asset, as the newest record that lists software says."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    asset_id = TenantKey(Asset, null=False)
    software_id = TenantKey(Software, null=False)
    version = Varchar(100, null=True, default=None)
    first_seen = Timestamptz(null=False)
    last_seen = Timestamptz(null=False)


class Relation(Table, db=DB):
    """How two assets hang together; read `asset KIND other`."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    asset_id = TenantKey(Asset, null=False)
    other_id = TenantKey(Asset, null=False)
    kind = Varchar(20, null=False)
    detail = Varchar(200, null=False, default="")
    """The port, for a connection."""
    observed_at = Timestamptz(null=True, default=None)


class Decision(Table, db=DB):
    """What a person decided; taken back, it stays and counts no more.

    `kind`: same different assign (identity), lock (a field's value), accept, ignore, answer.
    """

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    kind = Varchar(12, null=False)
    records = Array(base_column=UUID(), null=False, default=list)
    others = Array(base_column=UUID(), null=False, default=list)
    answers = Varchar(400, null=False, default="")
    asset_id = TenantKey(Asset, null=True, default=None)
    field = Varchar(30, null=True, default=None)
    value = Text(null=True, default=None)
    until = Timestamptz(null=True, default=None)
    reason = Text(null=False, default="")
    batch = UUID(null=False)
    """Decisions of one act; undone together."""
    decided_by = Varchar(200, null=False)
    decided_at = Timestamptz(null=False)
    effective_on = Date(null=True, default=None)
    """The day of a step in the life cycle (a lock on the state), where it is not the day of the entry."""
    proof = Text(null=True, default=None)
    """Proof of data erasure, for a step to „entsorgt“."""
    taken_back_by = Varchar(200, null=True, default=None)
    taken_back_at = Timestamptz(null=True, default=None)


class Review(Table, db=DB):
    """Prüffall: a question to people. `key` is stable, so the same question never stands here twice.

    `kind`: new changed missing replaced typo duplicate bearer loan. `state`: open answered ignored settled.
    """

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    key = Varchar(400, null=False)
    kind = Varchar(12, null=False)
    state = Varchar(10, null=False, default="open")
    rank = Integer(null=False, default=2)
    """1 niedrig … 4 kritisch"""
    asset_id = TenantKey(Asset, null=True, default=None)
    other_id = TenantKey(Asset, null=True, default=None)
    records = Array(base_column=UUID(), null=False, default=list)
    details = JSONB(null=False, default="{}")
    opened_at = Timestamptz(null=False)
    closed_at = Timestamptz(null=True, default=None)
    closed_by = Varchar(200, null=True, default=None)
    ignored_until = Timestamptz(null=True, default=None)


class History(Table, db=DB):
    """What happened to an asset: created, joined, split, gone, fields before and after, decisions."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    asset_id = TenantKey(Asset, null=False)
    at = Timestamptz(null=False)
    actor = Varchar(200, null=False)
    action = Varchar(20, null=False)
    changes = JSONB(null=False, default="{}")
    """field → [before, after]"""
    collection_id = UUID(null=True, default=None)


class Loan(Table, db=DB):
    """Leihe: one row in each of the two towns. `asset_id` is this town's, `partner_asset` the other's."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    asset_id = TenantKey(Asset, null=False)
    role = Varchar(6, null=False)
    """owner or guest"""
    partner_town = Integer(null=False)
    partner_asset = UUID(null=False)
    key = Varchar(100, null=False)
    state = Varchar(10, null=False, default="proposed")
    """proposed confirmed rejected"""
    agreed = Array(base_column=Varchar(12), null=False, default=list)
    first_seen = Timestamptz(null=False)
    last_seen = Timestamptz(null=False)
    confirmed_by = Varchar(200, null=True, default=None)
    confirmed_at = Timestamptz(null=True, default=None)


class ListMapping(Table, db=DB):
    """Which column of a town's list is which field, as a person corrected it; found again by the list's header."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    header = Varchar(64, null=False)
    """Digest of the header line."""
    name = Varchar(200, null=False)
    mapping = JSONB(null=False, default="{}")
    saved_by = Varchar(200, null=False)
    saved_at = Timestamptz(null=False)


class Upload(Table, db=DB):
    """A file that a person handed in and has not yet taken over; goes with the take-over or after a day."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    file = Varchar(300, null=False)
    content = Bytea(null=False)
    kind = Varchar(10, null=False)
    mapping = JSONB(null=False, default="{}")
    result = JSONB(null=False, default="{}")
    """What the dry run found."""
    observed_at = Timestamptz(null=True, default=None)
    uploaded_by = Varchar(200, null=False)
    uploaded_at = Timestamptz(null=False)
    collection_id = TenantKey(Collection, null=True, default=None)
