"""„Termine“: all dates of a town on one page, and as a feed for calendar programs that its owner may end at any time."""

from __future__ import annotations

from itertools import groupby
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from service import web
from service.auth import store as accounts
from service.auth.guards import READ_INVENTORY, Here
from service.db import service_tx, town_tx
from service.deadlines import calendar, store
from service.errors import Missing
from service.i18n import gettext as _
from service.settings import now, settings

Ask = Request[Any, Any, Any]


class CalendarPages(Controller):
    """`/towns/{town}/calendar`."""

    path = "/towns/{town:str}/calendar"
    include_in_schema = False

    @get("/", opt={"access": READ_INVENTORY})
    async def show(self, request: Ask, here: Here) -> Response[str]:
        """The dates by month, and one's own feeds."""
        return await _page(request, here)

    @post("/feeds", opt={"access": READ_INVENTORY}, status_code=200)
    async def subscribe(self, request: Ask, here: Here) -> Response[str]:
        """A new feed; its address is shown on this answer only."""
        async with here.tx(write=True) as tx:
            secret = await store.subscribe(tx, here.write, here.account.id, here.actor, now())
        return await _page(request, here, address=f"{settings().public_url}{_base(here)}/feed/{secret}/termine.ics")

    @post("/feeds/{key:uuid}/revoke", opt={"access": READ_INVENTORY}, status_code=303)
    async def revoke(self, here: Here, key: FromPath[UUID]) -> Redirect:
        """The address opens nothing any more."""
        async with here.tx(write=True) as tx:
            await store.revoke(tx, here.write, here.account.id, key, here.actor, now())
        return web.redirect(_base(here), message=_("Das Abonnement ist beendet. Seine Adresse öffnet nichts mehr."))

    @get("/feed/{secret:str}/termine.ics", opt={"access": "public"})
    async def feed(self, town: FromPath[str], secret: FromPath[str]) -> Response[bytes]:
        """The feed itself: the secret in the address is the key, the rights of its owner decide still."""
        at = now()
        async with service_tx() as tx:
            place = await accounts.town(tx, town)
        if place is None:
            raise Missing
        async with town_tx({place.id, 0}, place.id) as tx:
            key = await store.owner(tx, place.id, secret, at)
            person = await accounts.account(tx, key) if key else None
            if person is None or person.disabled or not any(x.id == place.id for x in person.towns(READ_INVENTORY, at)):
                raise Missing
            dates = calendar.ordered(await store.deadlines(tx, place.id, place.slug, at), at.date())
        page = f"{settings().public_url}/towns/{place.slug}/calendar"
        name = _("Odenwacht: Termine %(town)s", town=place.name)
        return Response(
            calendar.ical(dates, town=place.slug, name=name, page=page, at=at),
            media_type="text/calendar; charset=utf-8",
            headers={"Cache-Control": "private, no-store", "Content-Disposition": 'attachment; filename="termine.ics"'},
        )


def _base(here: Here) -> str:
    return f"{here.base}/calendar"


async def _page(request: Ask, here: Here, *, address: str = "") -> Response[str]:
    kind = str(request.query_params.get("kind", ""))
    kind = kind if kind in calendar.KINDS else ""
    today = now().date()
    async with town_tx(here.read | {0}) as tx:
        everything = await store.deadlines(tx, here.write, here.slug, now())
        feeds = await store.feeds(tx, here.write, here.account.id)
    dates = calendar.ordered(everything, today, kind)
    return web.page(
        request, here, "deadlines/calendar.html", base=_base(here), chosen=kind, kinds=calendar.KINDS, today=today, feeds=feeds,
        months=[(day, list(same)) for day, same in groupby(dates, lambda x: x.day.replace(day=1))], number=len(dates),
        known=len(everything), address=address,
        columns=tuple(web.Column(x) for x in (_("Wofür und was"), _("Tag"), _("Stand"))),
    )  # fmt: skip


CONTROLLERS = (CalendarPages,)
