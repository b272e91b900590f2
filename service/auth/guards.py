"""Who may call what: one guard over all routes, reading the rule that each route declares.

A route says `opt={"access": ROLES}`. Whoever is not logged in is sent to the log-in; a town that is not yours
looks like one that does not exist. `Here` is what a handler then gets.
"""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.exceptions import NotAuthorizedException, NotFoundException, PermissionDeniedException
from litestar.handlers.base import BaseRouteHandler

from service.audit.chain import Actor
from service.auth.people import Account, LogIn, TownRef
from service.auth.roles import (
    ACCEPT_RISKS,
    AGREE_SCANS,
    ANYBODY,
    APPROVE_SCANS,
    CLOSE_INCIDENTS,
    DECIDE_INCIDENTS,
    DECLARE_INCIDENTS,
    EDIT_COOPERATION,
    EDIT_DOCUMENTS,
    EDIT_GROUP_LISTS,
    EDIT_INCIDENTS,
    EDIT_INVENTORY,
    EDIT_ISMS,
    EDIT_LOTS,
    EDIT_RISKS,
    EDIT_SCHEDULES,
    EDIT_TRAINING,
    FIND_AUDITS,
    GROUP_INCIDENTS,
    ISB,
    LOG_INCIDENTS,
    MANAGE_USERS,
    MAYOR,
    NOTIFY_INCIDENTS,
    OWN_DATES,
    PLAN_AUDITS,
    PREPARE_ISMS,
    PUBLIC,
    READ_AUDIT,
    READ_AUDITS,
    READ_COOPERATION,
    READ_DOCUMENTS,
    READ_INCIDENTS,
    READ_INVENTORY,
    READ_INVENTORY_REPORTS,
    READ_ISMS,
    READ_JOINING,
    READ_JOINT,
    READ_LOTS,
    READ_OSCAL,
    READ_REPORTS,
    READ_RISKS,
    READ_SCAN_RULES,
    READ_SCANS,
    READ_TRAINING,
    RELEASE_DOCUMENTS,
    RUN_SCANS,
)
from service.db import SafeTransaction, town_tx
from service.settings import now

HALF = frozenset({"half"})
"""Pages of the log-in itself: the password was given, the second factor not yet."""


@dataclass(frozen=True, slots=True)
class Here:
    """Who acts where. `town` is the town of the address, None on pages without one."""

    account: Account
    town: TownRef | None
    towns: tuple[TownRef, ...]
    roles: frozenset[str]
    login: LogIn | None = field(default=None, compare=False)
    actor: Actor = field(default=Actor("–"), compare=False)

    @property
    def read(self) -> frozenset[int]:
        """Ids of the towns this page may read: the one in the address, else all of this route's roles."""
        return frozenset({self.town.id}) if self.town else frozenset(town.id for town in self.towns)

    @property
    def write(self) -> int:
        """Id of the one town that may be written."""
        if self.town is None:
            raise RuntimeError("a page without a town writes none")
        return self.town.id

    @property
    def slug(self) -> str:
        """How the town is named in addresses; empty on pages without one."""
        return self.town.slug if self.town else ""

    @property
    def base(self) -> str:
        """The address below which the pages of this town stand, as "/towns/erbach"."""
        return f"/towns/{self.slug}"

    def tx(self, *, write: bool = False) -> AbstractAsyncContextManager[SafeTransaction]:
        """The transaction of this request: reads its towns, writes its town if asked."""
        return town_tx(self.read, self.write if write else None)


def rule(handler: BaseRouteHandler) -> frozenset[str]:
    """The access rule a route declares; raises `LookupError` for a route without one."""
    access = handler.opt.get("access")
    if access == "public" or getattr(handler, "http_methods", None) == {"OPTIONS"}:  # Litestar adds the latter itself
        return PUBLIC
    if not isinstance(access, frozenset) or not access:
        raise LookupError(f"route without access rule: {handler}")
    return access


def guard(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """The one guard: log-in first, then the role in the town of the address."""
    access = rule(handler)
    if access == PUBLIC:
        return
    login: LogIn | None = connection.scope.get("auth")
    if login is None or (login.factor < 2 and access != HALF):
        raise NotAuthorizedException
    if access == HALF:
        return
    slug, at = connection.path_params.get("town"), now()
    if slug is not None:
        if not any(town.slug == slug for town in login.account.towns(access, at)):
            known = any(grant.town.slug == slug and grant.holds(at) for grant in login.account.grants)
            raise PermissionDeniedException if known else NotFoundException
    elif access != ANYBODY and not login.account.towns(access, at):
        raise PermissionDeniedException


async def provide_here(request: Request[Any, Any, Any]) -> Here | None:
    """The value handlers ask for as `here`; None for visitors of public pages."""
    login: LogIn | None = request.scope.get("auth")
    if login is None or login.factor < 2:
        return None
    access, at = rule(request.scope["route_handler"]), now()
    slug = request.path_params.get("town")
    towns = login.account.towns(access if access not in (PUBLIC, HALF) else ANYBODY, at)
    town = next((town for town in towns if town.slug == slug), None) if slug is not None else None
    roles = login.account.roles(town.id if town else None, at)
    return Here(login.account, town, towns, roles, login, actor(request, login.account, roles & access or roles))


def actor(request: Request[Any, Any, Any], account: Account | None, roles: frozenset[str] = frozenset()) -> Actor:
    """The actor of an audit entry."""
    ip = request.client.host if request.client else ""
    name = f"{account.name} <{account.mail}>" if account else "–"
    return Actor(
        name,
        str(account.id) if account else None,
        ",".join(sorted(roles)),
        ip,
        str(request.scope.get("state", {}).get("request_id", "")),
    )


__all__ = [
    "ACCEPT_RISKS",
    "AGREE_SCANS",
    "ANYBODY",
    "APPROVE_SCANS",
    "CLOSE_INCIDENTS",
    "DECIDE_INCIDENTS",
    "DECLARE_INCIDENTS",
    "EDIT_COOPERATION",
    "EDIT_DOCUMENTS",
    "EDIT_GROUP_LISTS",
    "EDIT_INCIDENTS",
    "EDIT_INVENTORY",
    "EDIT_ISMS",
    "EDIT_LOTS",
    "EDIT_RISKS",
    "EDIT_SCHEDULES",
    "EDIT_TRAINING",
    "FIND_AUDITS",
    "GROUP_INCIDENTS",
    "HALF",
    "ISB",
    "LOG_INCIDENTS",
    "MANAGE_USERS",
    "MAYOR",
    "NOTIFY_INCIDENTS",
    "OWN_DATES",
    "PLAN_AUDITS",
    "PREPARE_ISMS",
    "PUBLIC",
    "READ_AUDIT",
    "READ_AUDITS",
    "READ_COOPERATION",
    "READ_DOCUMENTS",
    "READ_INCIDENTS",
    "READ_INVENTORY",
    "READ_INVENTORY_REPORTS",
    "READ_ISMS",
    "READ_JOINING",
    "READ_JOINT",
    "READ_LOTS",
    "READ_OSCAL",
    "READ_REPORTS",
    "READ_RISKS",
    "READ_SCANS",
    "READ_SCAN_RULES",
    "READ_TRAINING",
    "RELEASE_DOCUMENTS",
    "RUN_SCANS",
    "Here",
    "actor",
    "guard",
    "provide_here",
    "rule",
]
