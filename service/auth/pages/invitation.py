"""The page behind a one-time link: an invited person chooses the first password; the log-in then asks for the second factor."""

from __future__ import annotations

import math

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from service import web
from service.auth import invitations, passwords, store
from service.auth.pages.login import Ask, Form, note
from service.db import service_tx
from service.errors import Wrong
from service.i18n import gettext as _
from service.settings import real_now
from service.web.errors import Refused


class InvitationPages(Controller):
    """`/invitation/{token}`."""

    path = "/invitation/{token:str}"
    include_in_schema = False

    @get("/", opt={"access": "public"})
    async def show(self, request: Ask, token: FromPath[str]) -> Response[str]:
        """Ask for a password."""
        return await _page(request, token)

    @post("/", opt={"access": "public"}, status_code=200)
    async def choose(self, request: Ask, token: FromPath[str], data: Form) -> Response[str] | Redirect:
        """Keep it; the link works no more."""
        async with service_tx() as tx:
            who = await invitations.invited(tx, token, real_now())
        if who is None:
            return await _page(request, token)
        try:
            passwords.check(data.get("password", ""), known=(who.mail, who.name, *(grant.town.name for grant in who.grants)))
        except Wrong as wrong:
            return await _page(request, token, {"password": wrong.what})
        if data["password"] != data.get("again", ""):
            return await _page(request, token, {"again": _("Die beiden Eingaben sind verschieden.")})
        hashed = await passwords.hashed(data["password"])
        async with service_tx() as tx:
            chosen = await invitations.accept(tx, token, hashed, real_now())
        if not chosen:
            return await _page(request, token)
        await note(request, who, "account.join", f"account/{who.id}")
        text = _("Ihr Passwort gilt. Melden Sie sich an, und richten Sie dabei den zweiten Faktor ein.")
        return web.redirect("/login", message=text)


async def _page(request: Ask, token: str, errors: dict[str, str] | None = None) -> Response[str]:
    """The form, or why there is none. Guessing is slowed down as at the log-in, by where it comes from."""
    keys = (f"invitation-source:{request.client.host if request.client else ''}",)
    now = real_now()
    async with service_tx() as tx:
        who, wait = await invitations.invited(tx, token, now), await store.next_try(tx, keys)
        if who is None:
            await store.failed(tx, keys, now)
    if who is None:
        if wait is not None and wait > now:
            seconds = math.ceil((wait - now).total_seconds())
            raise Refused(429, _("Zu viele Versuche. Bitte warten Sie %(seconds)s Sekunden.", seconds=seconds))
        return web.page(request, None, "auth/invitation_over.html", status=404)
    return web.page(
        request, None, "auth/invitation.html", status=422 if errors else 200, errors=errors or {}, who=who,
        shortest=passwords.MIN, token=token,
    )  # fmt: skip
