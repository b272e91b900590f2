"""Everything the documents of a town are made of, as typed values; nothing else is read. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID

from isms.catalogue import Catalogue
from isms.oscal.base import ident, token
from isms.oscal.catalogue import Names, names
from isms.snapshots.gathered import Gathered

Place = tuple[UUID, str]
"""A target object and the key of a requirement."""


@dataclass(frozen=True, slots=True)
class Observed:
    """A contradiction that is not settled: what a check saw, and what people said to it."""

    id: UUID
    check: str
    rule_version: int
    sentence: str
    state: str
    seen_at: datetime
    reason: str
    places: frozenset[Place]


@dataclass(frozen=True, slots=True)
class Evidence:
    """How many findings of one check refute, support or do not know a requirement at an object."""

    check: str
    target: UUID
    control: str
    refutes: int
    supports: int
    unknown: int


@dataclass(frozen=True)
class Given:
    """A town: its state as a freeze reads it, its catalogues, what it chose of them, what the checks saw.

    `values` are the parameters that town or group have set, by key; `newest` is the newest time in all of it.
    """

    slug: str
    gathered: Gathered
    catalogues: tuple[Catalogue, ...]
    chosen: Collection[str]
    """Keys of the controls the town works with."""
    profiles: tuple[str, ...]
    """Titles of the profiles that narrow its catalogues."""
    values: Mapping[str, str]
    observed: tuple[Observed, ...]
    evidence: tuple[Evidence, ...]
    titles: Mapping[str, str]
    """Titles of the checks by id."""
    newest: datetime

    @property
    def town(self) -> str:
        return self.gathered.town

    @cached_property
    def ids(self) -> Names:
        """Ids of controls in the files."""
        return names(self.catalogues)

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Id in the files by the key of the control; the first catalogue that has a key counts."""
        found: dict[str, str] = {}
        for (_catalogue, key), name in self.ids.controls.items():
            found.setdefault(key, name)
        return found

    @cached_property
    def statements(self) -> Mapping[str, str]:
        """Id of the statement in the files by the key of the control; controls without text have none."""
        found: dict[str, str] = {}
        for catalogue in self.catalogues:
            for control in catalogue.controls:
                part = next((x.id for x in control.parts if x.name == "statement" and x.id), "")
                if part:
                    found.setdefault(control.key, token(part))
        return found

    def taken(self, catalogue: Catalogue) -> frozenset[str]:
        """What the town takes from this catalogue; a control that an earlier one has too is taken from that."""
        before: set[str] = set()
        for one in self.catalogues:
            if one.key == catalogue.key:
                break
            before |= {x.key for x in one.controls}
        return frozenset(x.key for x in catalogue.controls if x.key in self.chosen and x.key not in before)

    def id(self, *parts: object) -> str:
        """UUID of a thing of this town."""
        return ident(self.slug, *parts)

    @property
    def party(self) -> str:
        """UUID of the town in the heads of its documents."""
        return ident("town", self.slug)

    def component(self, target: UUID) -> str:
        """UUID of the component that a target object is."""
        return self.id("component", target)

    def statement(self, target: UUID, control: str) -> str:
        """UUID of what the town says to a requirement at an object."""
        return self.id("statement", target, control)
