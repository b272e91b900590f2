"""Values about people and where they act; read by pages, guards and the frame. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class TownRef:
    """A town as pages name it."""

    id: int
    slug: str
    name: str
    inhabitants: int | None = None


@dataclass(frozen=True, slots=True)
class Grant:
    """A role in a town, valid from a time to a time (None: open)."""

    role: str
    town: TownRef
    valid_from: datetime | None = None
    valid_until: datetime | None = None

    def holds(self, at: datetime) -> bool:
        """Whether the role may be used now; an auditor's ends by itself."""
        return (self.valid_from is None or self.valid_from <= at) and (self.valid_until is None or at < self.valid_until)


@dataclass(frozen=True, slots=True)
class Account:
    """A person who may log in."""

    id: UUID
    mail: str
    name: str
    locale: str | None = None
    theme: str | None = None
    shortcuts: bool = True
    has_totp: bool = False
    demo: bool = False
    disabled: bool = False
    grants: tuple[Grant, ...] = ()

    def towns(self, roles: Iterable[str], at: datetime) -> tuple[TownRef, ...]:
        """Towns in which this person holds one of the roles now, the group (Verbund) last."""
        wanted = frozenset(roles)
        found = {grant.town.id: grant.town for grant in self.grants if grant.role in wanted and grant.holds(at)}
        return tuple(sorted(found.values(), key=lambda town: (town.id == 0, town.name)))

    def roles(self, town: int | None, at: datetime) -> frozenset[str]:
        """Roles in a town, or in any."""
        return frozenset(grant.role for grant in self.grants if grant.holds(at) and (town is None or grant.town.id == town))


@dataclass(frozen=True, slots=True)
class LogIn:
    """A session as the request knows it; `factor` 2 means both factors were given."""

    id: UUID
    account: Account
    factor: int
    created_at: datetime
    last_seen: datetime
    stepped_up_at: datetime | None = None
    agent: str = field(default="", compare=False)
