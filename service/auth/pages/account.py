"""What people see and change about their own account, and the list of everybody for those who manage accounts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from service import web
from service.auth import passwords, sessions, store
from service.auth.guards import ANYBODY, MANAGE_USERS, Here
from service.auth.pages.login import Ask, Form, note
from service.auth.roles import ROLES
from service.db import service_tx
from service.errors import Missing, Wrong
from service.i18n import LOCALES
from service.i18n import gettext as _
from service.settings import real_now


class AccountPages(Controller):
    """`/account`: preferences, password, sessions; and the list of people for those who manage them."""

    path = "/account"
    include_in_schema = False

    @get("/", opt={"access": ANYBODY})
    async def show(self, request: Ask, here: Here) -> Response[str]:
        """Own account."""
        return await self._page(request, here)

    async def _page(self, request: Ask, here: Here, status: int = 200, errors: dict[str, str] | None = None) -> Response[str]:
        async with service_tx() as tx:
            mine = await store.sessions(tx, here.account.id, real_now())
        current = here.login.id if here.login else None
        return web.page(
            request, here, "auth/account.html", status=status, errors=errors or {}, sessions=mine, current=current, roles=ROLES
        )

    @post("/preferences", opt={"access": ANYBODY}, status_code=303)
    async def preferences(self, request: Ask, here: Here, data: Form) -> Redirect:
        """Language, theme, single-key shortcuts."""
        locale = data.get("locale") if data.get("locale") in LOCALES else None
        theme = data.get("theme") if data.get("theme") in ("light", "dark") else None
        async with service_tx() as tx:
            await store.set_preferences(tx, here.account.id, locale=locale, theme=theme, shortcuts="shortcuts" in data)
        sessions.forget()
        return web.redirect("/account", message=_("Gespeichert."))

    @post("/password", opt={"access": ANYBODY}, status_code=200)
    async def password(self, request: Ask, here: Here, data: Form) -> Response[Any]:
        """Change the own password; all other sessions end."""
        async with service_tx() as tx:
            found = await store.account_by_mail(tx, here.account.mail)
        if found is None or not await passwords.verified(found[1], data.get("old", "")):
            return await self._page(request, here, 422, {"old": _("Das bisherige Passwort stimmt nicht.")})
        try:
            passwords.check(data.get("new", ""), known=(here.account.mail, here.account.name, *(t.name for t in here.towns)))
        except Wrong as wrong:
            return await self._page(request, here, 422, {"new": str(wrong)})
        hashed = await passwords.hashed(data["new"])
        async with service_tx() as tx:
            await store.set_password(tx, here.account.id, hashed)
            await store.end_sessions(tx, here.account.id, real_now())
        await note(request, here.account, "account.password", f"account/{here.account.id}")
        sessions.forget()
        return web.redirect("/login", message=_("Das Passwort ist geändert. Bitte melden Sie sich neu an."))

    @post("/sessions/{key:uuid}/end", opt={"access": ANYBODY}, status_code=303)
    async def end(self, request: Ask, here: Here, key: FromPath[UUID]) -> Redirect:
        """End one of the own sessions."""
        async with service_tx() as tx:
            if not await store.end_session(tx, key, here.account.id, real_now()):
                raise Missing
        await note(request, here.account, "session.end", f"session/{key}")
        sessions.forget()
        return web.redirect("/account", message=_("Die Sitzung ist beendet."))

    @get("/people", opt={"access": MANAGE_USERS})
    async def people(self, request: Ask, here: Here) -> Response[str]:
        """Everybody with an account, and their roles."""
        async with service_tx() as tx:
            everybody = await store.accounts(tx)
        return web.page(request, here, "auth/people.html", people=everybody, roles=ROLES, now=real_now())
