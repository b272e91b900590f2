"""What linking says: which records are one asset, why, and what a person must look at.

Plain values without a rule; `identity.link` makes them, `reconcile` compares them with the estate.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from service.inventory.asset import Identifier, IdentifierKind, Relation


class Rule(enum.StrEnum):
    """Why a record was joined to the records before it."""

    FIRST = "first"
    """The oldest record of its cluster; nothing to explain."""
    IDENTIFIER = "identifier"
    CONTINUITY = "continuity"
    """Its address was held by the same device before and after (`domain.md` 2.5)."""
    NEIGHBOURHOOD = "neighbourhood"
    """Its address was held by the device on one side only, and the DNS name agrees."""
    VIRTUAL = "virtual"
    """An address that floats between nodes."""
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Join:
    """One record's reason to belong: the identifiers it shares with older records of the cluster.

    `differs` names what changed against the record before (`name`, `address`, `mac`), for the sentence that people read.
    """

    record: UUID
    rule: Rule
    agreed: tuple[Identifier, ...] = ()
    differs: tuple[str, ...] = ()
    heard: bool = False
    """True where a router's ARP table lent the record its MAC."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """All records of one device, oldest first; `joins[i]` explains `records[i]`.

    `anchor` is the oldest record with the strongest identifier: after a split the part that holds the old
    anchor keeps the asset's id. `identifiers` carry first and last sighting. `notes` are facts for people.
    """

    records: tuple[UUID, ...]
    joins: tuple[Join, ...]
    anchor: UUID
    identifiers: tuple[Held, ...]
    virtual: bool = False
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Held:
    """An identifier that a cluster holds, with the first and last record's time that showed it.

    `shared` is true where other assets show the value too, so that it identified nothing.
    """

    identifier: Identifier
    first_seen: datetime
    last_seen: datetime
    shared: bool = False


class NoteKind(enum.StrEnum):
    """Facts about a cluster that people should read."""

    NAME_REUSED = "name_reused"
    """Name weiterverwendet: a newer device answers to this one's name."""
    MEMBERS = "members"
    """A stack: `value` is a member's serial."""


@dataclass(frozen=True, slots=True)
class Note:
    """One such fact; `other` is the anchor of the other cluster where there is one."""

    kind: NoteKind
    value: str
    other: UUID | None = None


class Why(enum.StrEnum):
    """Why a record belongs to no asset."""

    NO_IDENTIFIER = "no_identifier"
    CONTRADICTION = "contradiction"
    """Its surroundings contradict each other: the address changed hands, or its own evidence disagrees."""
    AMBIGUOUS = "ambiguous"
    """Several devices could claim it."""
    PHANTOM = "phantom"
    """A firewall answered on nearly every address of the network; nothing stands behind this one."""


@dataclass(frozen=True, slots=True)
class Unassigned:
    """Nicht zugeordnet: kept, visible, claimed by nobody yet."""

    record: UUID
    why: Why


class AskKind(enum.StrEnum):
    """What only a person can decide."""

    REPLACED = "replaced"
    """Name kept, hardware new: replaced or repaired?"""
    TYPO = "typo"
    """A typed serial is within two letters of a discovered one."""
    DUPLICATE = "duplicate"
    """Two assets may be one."""
    BEARER = "bearer"
    """A list row with nothing but a name that several devices bore."""
    LOAN = "loan"
    """The same device in two towns: lent?"""


@dataclass(frozen=True, slots=True)
class Ask:
    """Prüffall: a question with the records concerned, one group of records a candidate.

    `key` depends on folded values only, so that the same question has the same key in every run; an answered key
    (`Decision.answers`) is never asked again. `values` are shown to the person.
    """

    key: str
    kind: AskKind
    sides: tuple[tuple[UUID, ...], ...]
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A record that waits for the answer to the case `key`."""

    record: UUID
    key: str


@dataclass(frozen=True, slots=True)
class Shared:
    """A value that proved to be on several devices and so identifies none (`domain.md` 2.4)."""

    kind: IdentifierKind
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class Slip:
    """A row that gives the device `number` a `serial` that another list gave to the device `holder`.

    `swapped`: the same list gives the holder the serial that `number` had. `open`: the row's serial counts for nothing,
    and no later list says otherwise.
    """

    record: UUID
    number: str
    serial: str
    other: UUID
    holder: str
    swapped: bool
    open: bool


@dataclass(frozen=True, slots=True)
class Linking:
    """The whole answer for one town: every record is in exactly one of `clusters`, `unassigned`, `asked`."""

    clusters: tuple[Cluster, ...]
    unassigned: tuple[Unassigned, ...] = ()
    asked: tuple[Asked, ...] = ()
    asks: tuple[Ask, ...] = ()
    shared: tuple[Shared, ...] = ()
    relations: tuple[Relation, ...] = ()
    slips: tuple[Slip, ...] = ()
    phantoms: tuple[str, ...] = ()
    """Networks in which a scan met answers on nearly every address: one notice each for people."""
