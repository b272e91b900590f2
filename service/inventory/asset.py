"""The words of the inventory: assets, identifiers, values with their source, relations, decisions of people.

Knows no database and no rule. Kinds of device are those of `scanners.observation.KINDS`; the rules that
decide which record belongs to which asset stand in `identity` and its neighbours.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from scanners.observation import KINDS, Origin, Source

__all__ = [
    "HANDHELD",
    "KINDS",
    "Decision",
    "DecisionKind",
    "Identifier",
    "IdentifierKind",
    "Origin",
    "Provenance",
    "Relation",
    "RelationKind",
    "Source",
    "Status",
    "Strength",
    "Value",
]

HANDHELD = frozenset({"monitor", "dock", "headset", "scanner", "projector"})
"""Kleingeräte: kinds that never have an address of their own (`domain.md` 2.1)."""


class Status(enum.StrEnum):
    """Lebenszyklus of an asset (`domain.md` 2.10); exports use the same words."""

    NEW = "new"
    PLANNED = "planned"
    ORDERED = "ordered"
    IN_STOCK = "in_stock"
    IN_USE = "in_use"
    LENT = "lent"
    MISSING = "missing"
    RETIRED = "retired"
    DISPOSED = "disposed"


class Strength(enum.IntEnum):
    """How much an identifier proves (`domain.md` 2.3)."""

    WEAK = 1
    MEDIUM = 2
    STRONG = 3


class IdentifierKind(enum.StrEnum):
    """What an identifier is; `ROW` is the text of a list row that carries no other identifier."""

    SERIAL = "serial"
    UUID = "uuid"
    AGENT = "agent"
    ENGINE = "engine"
    INVENTORY = "inventory"
    ROW = "row"
    MAC = "mac"
    SSH_KEY = "ssh_key"
    CERTIFICATE = "certificate"
    NAME = "name"
    PTR = "ptr"
    """A name that only reverse DNS knows; an identifier where its zone has earned trust."""

    @property
    def strength(self) -> Strength:
        """Strong, medium or weak as the table of `domain.md` 2.3 has it."""
        if self in (IdentifierKind.MAC, IdentifierKind.SSH_KEY, IdentifierKind.CERTIFICATE):
            return Strength.MEDIUM
        return Strength.WEAK if self in (IdentifierKind.NAME, IdentifierKind.PTR) else Strength.STRONG


@dataclass(frozen=True, slots=True, order=True)
class Identifier:
    """Kennung: `value` in its folded form (`folding`), comparable within one town."""

    kind: IdentifierKind
    value: str

    @property
    def strength(self) -> Strength:
        """The strength of its kind."""
        return self.kind.strength


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a value comes from: source, the way the source knew it, time, record; a person where it is locked."""

    source: Source
    observed_at: datetime
    origin: Origin | None = None
    record: UUID | None = None
    locked_by: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Value:
    """One field of one asset as one source says it, with first and last time it said so."""

    field: str
    value: Any
    provenance: Provenance
    first_seen: datetime
    last_seen: datetime


class RelationKind(enum.StrEnum):
    """How two assets hang together; read `source KIND target`."""

    RUNS_ON = "runs_on"
    MEMBER_OF = "member_of"
    MANAGES = "manages"
    POWERS = "powers"
    CONNECTED_TO = "connected_to"
    FLOATS_BETWEEN = "floats_between"
    REPLACES = "replaces"


@dataclass(frozen=True, slots=True, order=True)
class Relation:
    """Between two assets, each named by one of its records (the cluster's `anchor`)."""

    kind: RelationKind
    source: UUID
    target: UUID


class DecisionKind(enum.StrEnum):
    """What a person decided about identity."""

    SAME = "same"
    """Dasselbe Gerät: all `records` and `others` are one asset, whatever vetoes say."""
    DIFFERENT = "different"
    """Nicht dasselbe: none of `records` may ever be together with any of `others`."""
    ASSIGN = "assign"
    """Zuordnen: `records` belong to the asset that holds `others[0]`; their identifiers join nothing else."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A person's decision; applied before every rule, undone by leaving it out of the next `link`.

    A merge of two assets names one record of each (their anchors); a split names the records that leave and the
    records that stay. `answers` is the key of the review case it settles, if it settles one.
    """

    id: UUID
    kind: DecisionKind
    records: tuple[UUID, ...]
    others: tuple[UUID, ...] = ()
    answers: str = ""
