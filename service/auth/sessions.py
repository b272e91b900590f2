"""Who is asking? The middleware that turns a cookie into a person, and the limits of a session.

A visitor without a session gets no row and no cookie. The token is 256 random bits made here; one that a client
chose fits no row. Look-ups are cached for seconds; ending a session empties the cache by NOTIFY or at once here.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Final

from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie
from litestar.middleware import AbstractAuthenticationMiddleware, AuthenticationResult

from service.auth import store
from service.auth.people import LogIn
from service.db import service_tx
from service.settings import real_now

COOKIE: Final = "__Host-session"
IDLE: Final = timedelta(minutes=30)
IDLE_MAYOR: Final = timedelta(minutes=15)
ABSOLUTE: Final = timedelta(hours=10)
CACHE_SECONDS: Final = 5.0
CACHE_SIZE: Final = 2000
_cache: OrderedDict[str, tuple[float, LogIn]] = OrderedDict()


def idle_limit(found: LogIn) -> timedelta:
    """How long a session may rest; shorter for whoever signs."""
    return IDLE_MAYOR if any(grant.role == "mayor" for grant in found.account.grants) else IDLE


def expired(found: LogIn, now: datetime) -> bool:
    """Idle too long, or older than a working day."""
    return now - found.last_seen > idle_limit(found) or now - found.created_at > ABSOLUTE


def forget(token: str | None = None) -> None:
    """Empty the cache of one token, or of all."""
    if token is None:
        _cache.clear()
    else:
        _cache.pop(store.token_hash(token), None)


async def find(token: str) -> LogIn | None:
    """The open, unexpired session of a token; remembers its use at most once a minute."""
    key, moment = store.token_hash(token), time.monotonic()
    kept = _cache.get(key)
    if kept and moment - kept[0] < CACHE_SECONDS:
        return kept[1]
    now = real_now()
    async with service_tx() as tx:
        found = await store.session(tx, token)
        if found is None or expired(found, now):
            _cache.pop(key, None)
            return None
        if now - found.last_seen > timedelta(minutes=1):
            await store.touch_session(tx, found.id, now)
    _cache[key] = (moment, found)
    while len(_cache) > CACHE_SIZE:
        _cache.popitem(last=False)
    return found


class Sessions(AbstractAuthenticationMiddleware):
    """Sets `request.auth` to the session and `request.user` to its account, or both to None."""

    async def authenticate_request(self, connection: ASGIConnection) -> AuthenticationResult:  # type: ignore[type-arg]  # Litestar's own signature
        """Look the cookie up; never refuses, that is the guard's business."""
        token = connection.cookies.get(COOKIE)
        found = await find(token) if token and len(token) < 100 else None
        return AuthenticationResult(user=found.account if found else None, auth=found)


def cookie(token: str) -> Cookie:
    """The session cookie: this host only, HTTPS (or localhost) only, not readable by scripts."""
    return Cookie(COOKIE, value=token, path="/", secure=True, httponly=True, samesite="lax")


def no_cookie() -> Cookie:
    """Takes the session cookie away."""
    return Cookie(COOKIE, value="", path="/", secure=True, httponly=True, samesite="lax", max_age=0)
