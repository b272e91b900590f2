"""What pages, reports and the API read of the estate: plain values, filled by `store`, drawn elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from service.inventory.readings import Reading


@dataclass(frozen=True, slots=True)
class AssetFilter:
    """What a list of devices may be narrowed to; `seen` is `today`, `7d`, `30d`, `longer` or `never` (by a machine)."""

    q: str = ""
    network: UUID | None = None
    site: UUID | None = None
    kind: str = ""
    source: str = ""
    status: str = ""
    seen: str = ""
    drift: bool = False
    support: str = ""
    """A `support.State`: how the maker's support stands today; devices out of use have none."""
    hazard: str = ""
    """A key of `sites.HAZARDS`: devices at sites that it threatens."""
    warranty: str = ""
    """A key of `labels.WARRANTY`: how long somebody still mends the device for free; devices out of use are left out."""


SORTS = ("name", "last_seen", "first_seen", "kind", "ip", "room", "manufacturer", "status")
"""Orders a list of devices may have; a minus in front turns each round."""


@dataclass(frozen=True, slots=True)
class AssetRow:
    """A line of the list of devices."""

    id: UUID
    town_id: int
    kind: str
    name: str
    manufacturer: str | None
    model: str | None
    serial: str | None
    hostname: str | None
    os: str | None
    os_version: str | None
    primary_ip: str | None
    status: str
    inventory_no: str | None
    site_name: str | None
    room: str | None
    unit: str | None
    user_name: str | None
    sources: tuple[str, ...]
    first_seen: datetime
    last_seen: datetime
    drift: int
    virtual: bool
    purchase_date: date | None = None
    warranty_until: date | None = None
    price: str | None = None
    cost_center: str | None = None
    supplier: str | None = None
    order_no: str | None = None
    phone_no: str | None = None
    imei: str | None = None


@dataclass(frozen=True, slots=True)
class AssetPage:
    """One page of that list, of `total` lines in all."""

    rows: tuple[AssetRow, ...]
    total: int
    page: int
    size: int

    @property
    def pages(self) -> int:
        """Number of pages, at least one."""
        return max(1, -(-self.total // self.size))


@dataclass(frozen=True, slots=True)
class ValueRow:
    """What one source says about a field."""

    field: str
    value: str
    source: str
    origin: str
    observed_at: datetime
    first_seen: datetime
    last_seen: datetime
    record: UUID | None
    visible: bool
    locked_by: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class IdentifierRow:
    """Kennung of an asset."""

    kind: str
    value: str
    strength: int
    shared: bool
    first_seen: datetime
    last_seen: datetime


@dataclass(frozen=True, slots=True)
class InterfaceRow:
    """A network interface; speed in bit/s."""

    name: str
    mac: str | None
    ips: tuple[str, ...]
    speed_bit_s: int | None
    up: bool | None


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """An open port; `open` is false once a later look did not find it."""

    ip: str
    protocol: str
    port: int
    name: str | None
    product: str | None
    version: str | None
    tls: bool
    facts: Mapping[str, Any]
    certificate: Mapping[str, Any] | None
    open: bool
    first_seen: datetime
    last_seen: datetime


@dataclass(frozen=True, slots=True)
class SoftwareRow:
    """A product installed on the device."""

    name: str
    publisher: str | None
    version: str | None
    last_seen: datetime


@dataclass(frozen=True, slots=True)
class RelationRow:
    """How the device hangs together with `other`; `outgoing` reads `this KIND other`."""

    kind: str
    other: UUID
    other_name: str
    outgoing: bool
    detail: str


@dataclass(frozen=True, slots=True)
class LinkFilter:
    """What the table of neighbours may be narrowed to; `kind` is that of the device at the port, or `stranger`."""

    q: str = ""
    site: UUID | None = None
    how: str = ""
    kind: str = ""
    vlan: int = 0


@dataclass(frozen=True, slots=True)
class LinkRow:
    """What hangs on a port of `asset` (`topology.Link`), with names. `other` is None for what is not in the inventory."""

    id: UUID
    asset: UUID
    asset_name: str
    asset_kind: str
    port: str
    members: tuple[str, ...]
    how: str
    other: UUID | None
    other_name: str
    other_kind: str | None
    other_port: str
    other_members: tuple[str, ...]
    via: UUID | None
    via_name: str | None
    via_kind: str | None
    vlans: tuple[int, ...]
    evidence: tuple[str, ...]
    confidence: str
    observed_at: datetime
    site: UUID | None
    site_name: str | None
    other_site: UUID | None


@dataclass(frozen=True, slots=True)
class LinkCount:
    """How many devices of a kind hang on a device; `stranger` for those that are not in the inventory."""

    asset: UUID
    asset_name: str
    asset_kind: str
    kind: str
    number: int


@dataclass(frozen=True, slots=True)
class PortRow:
    """A port of a switch: state, speed in bit/s, VLAN without tag, bundle, what hangs on it, how many MACs it learned there."""

    name: str
    up: bool | None
    speed_bit_s: int | None
    vlan: int | None
    bundle: str
    members: tuple[str, ...]
    links: tuple[LinkRow, ...]
    macs: int


@dataclass(frozen=True, slots=True)
class SightingRow:
    """A record of the device and why it is one of its records (`why`: a German sentence, translated)."""

    record: UUID
    collection: UUID
    file: str
    key: str
    source: str
    observed_at: datetime
    decision: str
    why: str


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """What happened to the device; `changes` maps a field to (before, after)."""

    at: datetime
    actor: str
    action: str
    changes: Mapping[str, tuple[str | None, str | None]]
    other: str = ""
    """The device that it became part of."""
    reason: str = ""
    """Why a person changed it by hand."""


@dataclass(frozen=True, slots=True)
class AssetDetail:
    """Everything the device page shows. Times of a device that is assigned to a person are rounded to the day."""

    row: AssetRow
    firmware: str | None
    purchase_date: date | None
    warranty_until: date | None
    price: str | None
    note: str | None
    macs: tuple[str, ...]
    ips: tuple[str, ...]
    record_count: int
    accepted_at: datetime | None
    scanned_at: datetime | None
    gone_at: datetime | None
    merged_into: UUID | None
    values: Mapping[str, tuple[ValueRow, ...]]
    """By field, the visible one first."""
    identifiers: tuple[IdentifierRow, ...] = ()
    interfaces: tuple[InterfaceRow, ...] = ()
    services: tuple[ServiceRow, ...] = ()
    software: tuple[SoftwareRow, ...] = ()
    relations: tuple[RelationRow, ...] = ()
    history: tuple[HistoryRow, ...] = ()
    sightings: tuple[SightingRow, ...] = ()
    notes: tuple[Mapping[str, Any], ...] = ()
    readings: Mapping[str, Reading] = field(default_factory=dict)
    """The newest of each counter of a printer or UPS (`readings.NAMES`)."""
    software_source: str | None = None
    """Kind of source that named the software."""
    reviews: tuple[ReviewRow, ...] = ()


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """Prüffall: a question to people. `details` holds what the kind needs (`field seen shown values key why`)."""

    id: UUID
    key: str
    kind: str
    """new changed missing replaced typo duplicate bearer loan"""
    state: str
    rank: int
    asset: UUID | None
    asset_name: str | None
    asset_kind: str | None
    other: UUID | None
    other_name: str | None
    records: tuple[UUID, ...]
    details: Mapping[str, Any]
    opened_at: datetime
    ignored_until: datetime | None
    closed_at: datetime | None = None
    closed_by: str | None = None


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """One page of the inbox, and how many cases of each kind are open."""

    rows: tuple[ReviewRow, ...]
    total: int
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class NetworkRow:
    """A network with its release; `assets` counts the devices that have an address in it."""

    id: UUID
    name: str
    cidr: str
    purpose: str
    mode: str
    scope: str
    site: UUID | None
    site_name: str | None
    requested_by: str | None
    released_by: str | None
    released_at: datetime | None
    agreed_by: str | None
    agreed_at: datetime | None
    rate_cap: int
    scan_window: str | None
    excluded: str = ""
    """Addresses and ranges that are never scanned, one a line."""
    snmp_rate: int = 20
    scanned_at: datetime | None = None
    """When this service or a probe of the town last sent something there."""
    assets: int = 0

    @property
    def scannable(self) -> bool:
        """Active, released by one person and agreed to by another, none of whom asked for it."""
        people = (self.requested_by, self.released_by, self.agreed_by)
        return self.mode == "active" and None not in people[1:] and len(set(people)) == len(people)


@dataclass(frozen=True, slots=True)
class CollectionRow:
    """One import or scan that was taken in."""

    id: UUID
    source: str
    file: str
    observed_at: datetime
    taken_by: str
    taken_at: datetime
    records: int
    counts: Mapping[str, int]
    problems: Sequence[Mapping[str, str]]
    withdrawn_at: datetime | None
    withdrawn_by: str | None
