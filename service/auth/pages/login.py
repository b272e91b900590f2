"""Log in with two factors, and log out."""

from __future__ import annotations

import math
from typing import Annotated, Any
from urllib.parse import quote

from litestar import Controller, Request, Response, get, post
from litestar.enums import RequestEncodingType
from litestar.exceptions import NotAuthorizedException
from litestar.params import Body
from litestar.response import Redirect

from service import web
from service.audit import store as audit
from service.auth import passwords, sessions, store, totp
from service.auth.guards import HALF, actor
from service.auth.people import Account, LogIn
from service.db import service_tx, town_tx
from service.i18n import gettext as _
from service.settings import real_now
from service.web.answers import is_local

Ask = Request[Any, Any, Any]
Form = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]
HOME = "/"


def _sources(request: Ask, step: str, mail: str) -> tuple[str, str]:
    """The two keys under which tries are counted: the account and the address they come from."""
    return f"{step}:{mail.strip().casefold()[:120]}", f"{step}-source:{request.client.host if request.client else ''}"


async def _wait(keys: tuple[str, str]) -> int:
    """Seconds until the next try counts; 0 if now."""
    async with service_tx() as tx:
        at = await store.next_try(tx, keys)
    return 0 if at is None else max(0, math.ceil((at - real_now()).total_seconds()))


async def note(request: Ask, who: Account | None, action: str, obj: str) -> None:
    """An entry in the service's own chain of the audit log."""
    async with town_tx({store.GROUP}, store.GROUP) as tx:
        await audit.record(tx, actor(request, who), action, obj)


def _next(data: dict[str, str]) -> str:
    wanted = data.get("next") or HOME
    return wanted if is_local(wanted) else HOME


def _too_many(request: Ask, template: str, seconds: int, **context: Any) -> Response[str]:
    text = _("Zu viele Versuche. Bitte warten Sie %(seconds)s Sekunden.", seconds=seconds)
    return web.page(request, None, template, status=429, headers={"Retry-After": str(seconds)}, errors={"": text}, **context)


class LogInPages(Controller):
    """`/login` and its second step."""

    include_in_schema = False

    @get("/login", opt={"access": "public"})
    async def form(self, request: Ask) -> Response[Any]:
        """Ask for mail address and password."""
        login: LogIn | None = request.scope.get("auth")
        if login is not None:
            return Redirect(HOME if login.factor > 1 else "/login/code", status_code=303)
        return web.page(request, None, "auth/login.html", errors={}, mail="", next=request.query_params.get("next", HOME))

    @post("/login", opt={"access": "public"}, status_code=200)
    async def password(self, request: Ask, data: Form) -> Response[Any]:
        """Check the first factor; unknown account and wrong password look and last the same."""
        mail, keys = data.get("mail", ""), _sources(request, "password", data.get("mail", ""))
        if seconds := await _wait(keys):
            return _too_many(request, "auth/login.html", seconds, mail=mail, next=_next(data))
        async with service_tx() as tx:
            found = await store.account_by_mail(tx, mail)
        try:
            right = await passwords.verified(found[1] if found else None, data.get("password", ""))
        except passwords.Busy:
            return _too_many(request, "auth/login.html", 5, mail=mail, next=_next(data))
        if found is None or not right:
            async with service_tx() as tx:
                await store.failed(tx, keys, real_now())
            await note(request, None, "login.password_wrong", "login")
            text = _("Adresse oder Passwort stimmen nicht. Bitte prüfen Sie beides.")
            return web.page(request, None, "auth/login.html", status=422, errors={"": text}, mail=mail, next=_next(data))
        async with service_tx() as tx:
            token = await store.open_session(tx, found[0].id, 1, _agent(request), real_now())
        await note(request, found[0], "login.password", f"account/{found[0].id}")
        answer = Redirect(f"/login/code?next={quote(_next(data), safe='/')}", status_code=303)
        answer.set_cookie(sessions.cookie(token))
        return answer

    @get("/login/code", opt={"access": HALF})
    async def code_form(self, request: Ask) -> Response[Any]:
        """Ask for the one-time code, or set the second factor up where there is none yet."""
        login = _login(request)
        return await self._code_page(request, login.account, request.query_params.get("next", HOME))

    async def _code_page(self, request: Ask, who: Account, following: str, status: int = 200, error: str = "") -> Response[str]:
        errors = {"code": error} if error else {}
        if who.has_totp:
            return web.page(request, None, "auth/code.html", status=status, errors=errors, next=following, account=who)
        async with service_tx() as tx:
            secret = await store.pending_totp(tx, who.id) or await store.start_totp(tx, who.id, totp.new_secret())
        picture = totp.picture(secret, who.mail)
        return web.page(
            request, None, "auth/enrol.html", status=status, errors=errors, next=following, picture=picture, secret=str(secret)
        )

    @post("/login/code", opt={"access": HALF}, status_code=200)
    async def code(self, request: Ask, data: Form) -> Response[Any]:
        """Check the second factor; the session gets a new token, the old one ends."""
        login = _login(request)
        who, keys = login.account, _sources(request, "code", login.account.mail)
        if seconds := await _wait(keys):
            text = _("Zu viele Versuche. Bitte warten Sie %(seconds)s Sekunden.", seconds=seconds)
            return await self._code_page(request, who, _next(data), 429, text)
        now = real_now()
        async with service_tx() as tx:
            secret = await store.totp_secret(tx, who.id) if who.has_totp else await store.pending_totp(tx, who.id)
            step = totp.matching_step(secret, data.get("code", ""), now) if secret else None
            if step is None or not await store.use_step(tx, who.id, step):
                await store.failed(tx, keys, now)
                token = None
            else:
                if not who.has_totp:
                    await store.confirm_totp(tx, who.id)
                await store.succeeded(tx, [keys[0], _sources(request, "password", who.mail)[0]])
                await store.end_session(tx, login.id, who.id, now)
                token = await store.open_session(tx, who.id, 2, _agent(request), now)
        if token is None:
            await note(request, who, "login.code_wrong", f"account/{who.id}")
            text = _("Der Code stimmt nicht oder wurde schon benutzt. Bitte warten Sie auf den nächsten.")
            return await self._code_page(request, who, _next(data), 422, text)
        await note(request, who, "login.complete", f"account/{who.id}")
        sessions.forget()
        answer = Redirect(_next(data), status_code=303)
        answer.set_cookie(sessions.cookie(token))
        answer.delete_cookie("__Host-csrf")
        return answer

    @post("/logout", opt={"access": HALF}, status_code=303)
    async def logout(self, request: Ask) -> Redirect:
        """End this session at once and leave nothing in the browser."""
        login = _login(request)
        async with service_tx() as tx:
            await store.end_session(tx, login.id, login.account.id, real_now())
        await note(request, login.account, "login.end", f"account/{login.account.id}")
        sessions.forget()
        answer = web.redirect("/login", message=_("Sie sind abgemeldet."))
        answer.set_cookie(sessions.no_cookie())
        answer.headers["Clear-Site-Data"] = '"cache", "storage"'
        return answer


def _login(request: Ask) -> LogIn:
    login: LogIn | None = request.scope.get("auth")
    if login is None:
        raise NotAuthorizedException
    return login


def _agent(request: Ask) -> str:
    """The browser in words, enough to recognise a session: program and system."""
    text = request.headers.get("user-agent", "")
    program = next((name for name in ("Edg", "Firefox", "Chrome", "Safari") if name in text), "Programm")
    system = next((name for name in ("Windows", "Android", "iPhone", "Mac OS", "Linux") if name in text), "")
    return f"{'Edge' if program == 'Edg' else program} {system}".strip()
