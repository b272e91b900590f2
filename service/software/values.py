"""Products, uses, licences and what towns share, as values. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from service.inventory import support

RELEASABLE = ("release", "hosting", "users", "contact", "contract_end", "cost_yearly", "solved")
"""Fields of a use that a facet of the same name releases."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A product of this town and how it is used; all that the form knows. Money in cents."""

    id: UUID
    key: str
    name: str
    maker: str = ""
    category: str = "procedure"
    note: str = ""
    used: bool = True
    """Whether the town uses it as a procedure; else it is known from scans or licences only."""
    release: str = ""
    users: int | None = None
    hosting: str = ""
    purpose: str = ""
    contract_end: date | None = None
    notice_on: date | None = None
    cost_yearly: int | None = None
    contact: str = ""
    processing_contract: str = "unknown"
    dms_interface: str = "unknown"
    exit_plan: str = ""
    solved: str = ""
    facets: tuple[str, ...] = ()
    ended: bool = False
    version: int = 0

    @property
    def shared(self) -> bool:
        """Whether other towns see anything of it: a use that has ended is not shared."""
        return "use" in self.facets and self.used and not self.ended


@dataclass(frozen=True, slots=True)
class Shared:
    """What one town shares of a use. None: not released, or not known there."""

    of_town: int
    key: str
    name: str
    maker: str
    purpose: str
    release: str | None
    hosting: str | None
    users: int | None
    contact: str | None
    contract_end: date | None
    cost_yearly: int | None
    solved: str | None
    facets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Standard:
    """Standard of the group."""

    key: str
    name: str
    purpose: str
    set_by: str


@dataclass(frozen=True, slots=True)
class Town:
    """A town as a column of the matrix."""

    id: int
    name: str


def released(entry: Entry) -> Mapping[str, Any] | None:
    """The one place that says what leaves the town: None where nothing does."""
    if not entry.shared:
        return None
    facets = tuple(x for x in entry.facets if x == "use" or x in RELEASABLE)
    fields = {name: _told(entry, name) if name in facets else None for name in RELEASABLE}
    return {"key": entry.key, "name": entry.name, "maker": entry.maker, "purpose": entry.purpose, "facets": facets} | fields


def shown(entry: Entry, town: int) -> Shared:
    """One's own use in the form of a shared one, complete: for the own column of the matrix."""
    fields = {name: _told(entry, name) for name in RELEASABLE}
    return Shared(town, entry.key, entry.name, entry.maker, entry.purpose, facets=tuple(entry.facets), **fields)


def _told(entry: Entry, name: str) -> Any:
    value = getattr(entry, name)
    return None if value == "" else value


def support_of(name: str, release: str) -> support.Support | None:
    """The row of the dated table that names this product and version; None where it is not contained.

    The row must begin with the name: a backup program for Debian is no Debian.
    """
    row = support.support_end(name, release)
    text = f"{name} {release}".lower().replace("microsoft ", "").replace("®", "")
    found = row.match.search(text) if row else None
    return row if found and found.start() == 0 else None
