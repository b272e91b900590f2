"""What every answer carries, and whose requests are answered at all (security.md 7).

The headers are set in `before_send`, which also sees answers of routes that
do not exist; the checks are plain ASGI middleware.
"""

from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import urlsplit

from litestar import Request
from litestar.datastructures import MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from service.i18n import set_locale
from service.web.errors import FOREIGN, PLAIN_HTTP, Refused
from service.web.rendering import language

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
DOWNLOAD_POLICY: Final = "sandbox; default-src 'none'"
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), usb=(), payment=()",
    "Cache-Control": "no-store",
}
SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})


async def add_headers(message: Message, scope: Scope) -> None:
    """Litestar `before_send`: set what the answer has not set itself."""
    if message["type"] == "http.response.start":
        headers = MutableScopeHeaders.from_message(message)
        policy = DOWNLOAD_POLICY if headers.get("content-disposition", "").startswith("attachment") else POLICY
        for name, value in {**HEADERS, "Content-Security-Policy": policy}.items():
            headers.setdefault(name, value)


class SameOrigin:
    """Refuse changes asked for by other sites, and plain HTTP from elsewhere than this machine.

    A request with a token or a probe's signature and without a cookie is judged by that alone.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == ScopeType.HTTP:
            request: Request[Any, Any, Any] = Request(scope)
            set_locale(language(request))
            if scope["scheme"] == "http" and not is_this_machine(request.headers.get("host", "")):
                raise Refused(403, PLAIN_HTTP.text, PLAIN_HTTP.title)
            if request.method not in SAFE and not _is_machine(request) and not is_same_origin(request):
                raise Refused(403, FOREIGN.text, FOREIGN.title)
        await self.app(scope, receive, send)


def is_same_origin(request: Request[Any, Any, Any]) -> bool:
    """By Sec-Fetch-Site where the browser sends it, else by Origin; neither means no."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("origin")
    if origin is None:
        return False
    parts = urlsplit(origin)
    return (parts.scheme, parts.netloc) == (request.scope["scheme"], request.headers.get("host", ""))


def _is_machine(request: Request[Any, Any, Any]) -> bool:
    exempt = bool(getattr(request.scope.get("route_handler"), "opt", {}).get("exclude_from_csrf"))
    return exempt and "cookie" not in request.headers


def is_this_machine(host: str) -> bool:
    """Whether a Host header names the machine itself: browsers treat it as secure without TLS."""
    name = urlsplit(f"//{host}").hostname or ""
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False
