"""Answers after a change: go somewhere and say there what happened.

The message travels in a short-lived `__Host-` cookie, which only this host
can set; templates escape it like any text.
"""

import base64
import binascii
import json
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

from litestar import Request, Response
from litestar.datastructures import Cookie
from litestar.response import Redirect
from litestar.status_codes import HTTP_303_SEE_OTHER

FLASH: Final = "__Host-flash"
Kind = Literal["success", "info", "warning", "danger"]
KINDS: Final = ("success", "info", "warning", "danger")


@dataclass(frozen=True, slots=True)
class Flash:
    """What to say on the next page; `undo` is an address that takes the step back by POST."""

    text: str
    kind: str = "success"
    undo: str | None = None


def redirect(url: str, *, message: str | None = None, kind: Kind = "success", undo: str | None = None) -> Redirect:
    """303 to an address of our own, with a message for the page there.

    Raises:
        ValueError: the address leaves this host.
    """
    for address in (url, undo):
        if address is not None and not is_local(address):
            raise ValueError(f"not an address of this service: {address!r}")
    answer = Redirect(url, status_code=HTTP_303_SEE_OTHER)
    if message:
        answer.set_cookie(_cookie(_packed(Flash(str(message)[:600], kind, undo)), max_age=60))
    return answer


def is_local(url: str) -> bool:
    """Whether a redirect to it stays on this host."""
    return url.startswith("/") and not url.startswith(("//", "/\\")) and not any(ord(sign) < 32 for sign in url)


def take_flash(request: Request[Any, Any, Any]) -> Flash | None:
    """The message for this page, if there is one."""
    raw = request.cookies.get(FLASH)
    if not raw:
        return None
    try:
        data = json.loads(base64.urlsafe_b64decode(raw.encode()))
        flash = Flash(str(data["text"]), str(data["kind"]), data["undo"])
    except (binascii.Error, ValueError, KeyError, TypeError):
        return None
    undo = flash.undo if isinstance(flash.undo, str) and is_local(flash.undo) else None
    return Flash(flash.text, flash.kind if flash.kind in KINDS else "info", undo)


def forget_flash(answer: Response[Any]) -> None:
    """Said once is enough."""
    answer.set_cookie(_cookie("", max_age=0))


def _packed(flash: Flash) -> str:
    return base64.urlsafe_b64encode(json.dumps(asdict(flash)).encode()).decode()


def _cookie(value: str, max_age: int) -> Cookie:
    return Cookie(FLASH, value=value, max_age=max_age, path="/", secure=True, httponly=True, samesite="strict")
