"""„Termine“: all dates of a town and reminders of them, and a feed for calendar programs that its owner ends at any time."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from service import web
from service.auth import store as accounts
from service.auth.guards import OWN_DATES, READ_INVENTORY, Here
from service.db import service_tx, town_tx
from service.deadlines import calendar
from service.deadlines.reminding import owned
from service.deadlines.store import dates as store
from service.deadlines.store import feeds, reminders
from service.errors import Missing, Wrong
from service.i18n import format_date
from service.i18n import gettext as _
from service.settings import local_day, local_today, now, settings
from service.web.forms import Form, kept, problem, read

Ask = Request[Any, Any, Any]


WEEK = timedelta(days=7)


class LaterForm(Form):
    """Until when a reminder is put off."""

    until: date | None = None


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
            secret = await feeds.subscribe(tx, here.write, here.account.id, here.actor, now())
        return await _page(request, here, address=f"{settings().public_url}{_base(here)}/feed/{secret}/termine.ics")

    @post("/feeds/{key:uuid}/revoke", opt={"access": READ_INVENTORY}, status_code=303)
    async def revoke(self, here: Here, key: FromPath[UUID]) -> Redirect:
        """The address opens nothing any more."""
        async with here.tx(write=True) as tx:
            await feeds.revoke(tx, here.write, here.account.id, key, here.actor, now())
        return web.redirect(_base(here), message=_("Das Abonnement ist beendet. Seine Adresse öffnet nichts mehr."))

    @get("/reminders/{key:uuid}", opt={"access": OWN_DATES})
    async def later(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str]:
        """One reminder, to be put off."""
        return await _later(request, here, key, LaterForm(until=local_today() + WEEK))

    @post("/reminders/{key:uuid}/later", opt={"access": OWN_DATES}, status_code=200)
    async def put_off(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str] | Redirect:
        """Show it again from a day on."""
        form = LaterForm()
        try:
            form = await read(request, LaterForm)
            until = _day(form)
            async with here.tx(write=True) as tx:
                await reminders.put_off(tx, here.write, key, here.roles, until, here.actor, now())
        except Wrong as error:
            return await _later(request, here, key, kept(error, form), status=422, errors=problem(error))
        text = _("Die Erinnerung kommt am %(day)s wieder.", day=format_date(until))
        return web.redirect(_back(here), message=text, undo=f"{_base(here)}/reminders/{key}/reopen")

    @post("/reminders/{key:uuid}/done", opt={"access": OWN_DATES}, status_code=303)
    async def done(self, here: Here, key: FromPath[UUID]) -> Redirect:
        """Settled for this date; the message offers the way back."""
        async with here.tx(write=True) as tx:
            await reminders.settle(tx, here.write, key, here.roles, here.actor, now())
        return web.redirect(_back(here), message=_("Erledigt."), undo=f"{_base(here)}/reminders/{key}/reopen")

    @post("/reminders/{key:uuid}/reopen", opt={"access": OWN_DATES}, status_code=303)
    async def reopen(self, here: Here, key: FromPath[UUID]) -> Redirect:
        """Take either back."""
        async with here.tx(write=True) as tx:
            await reminders.reopen(tx, here.write, key, here.roles, here.actor)
        return web.redirect(_back(here), message=_("Die Erinnerung steht wieder da."))

    @get("/feed/{secret:str}/termine.ics", opt={"access": "public", "exclude_from_csrf": True})
    async def feed(self, town: FromPath[str], secret: FromPath[str]) -> Response[bytes]:
        """The feed itself: the secret in the address is the key, the rights of its owner decide still."""
        at = now()
        async with service_tx() as tx:
            place = await accounts.town(tx, town)
        if place is None:
            raise Missing
        async with town_tx({place.id, 0}, place.id) as tx:
            key = await feeds.owner(tx, place.id, secret, at)
            person = await accounts.account(tx, key) if key else None
            if person is None or person.disabled or not any(x.id == place.id for x in person.towns(READ_INVENTORY, at)):
                raise Missing
            dates = calendar.ordered(await store.deadlines(tx, place.id, place.slug, at), local_day(at))
        page = f"{settings().public_url}/towns/{place.slug}/calendar"
        name = _("Odenwacht: Termine %(town)s", town=place.name)
        return Response(
            calendar.ical(dates, town=place.slug, name=name, page=page, at=at),
            media_type="text/calendar",
            headers={"Cache-Control": "private, no-store", "Content-Disposition": 'attachment; filename="termine.ics"'},
        )


def _day(form: LaterForm) -> date:
    if form.until is None:
        raise Wrong(_("Bitte nennen Sie einen Tag."), "until")
    return form.until


def _base(here: Here) -> str:
    return f"{here.base}/calendar"


def _back(here: Here) -> str:
    """Where reminders stand for this person: „Termine“, or the start page of who may not read that."""
    return _base(here) if here.roles & READ_INVENTORY else here.base


async def _page(request: Ask, here: Here, *, address: str = "") -> Response[str]:
    kind = str(request.query_params.get("kind", ""))
    kind = kind if kind in calendar.KINDS else ""
    today = local_today()
    async with town_tx(here.read | {0}) as tx:
        everything = await store.deadlines(tx, here.write, here.slug, now())
        mine = await feeds.feeds(tx, here.write, here.account.id)
        waiting = await reminders.shown(tx, here.write, here.slug, now(), known=everything)
    dates = calendar.ordered(everything, today, kind)
    return web.page(
        request, here, "deadlines/calendar.html", base=_base(here), chosen=kind, kinds=calendar.KINDS, today=today, feeds=mine,
        months=[(day, list(same)) for day, same in groupby(dates, lambda x: x.day.replace(day=1))], number=len(dates),
        known=len(everything), address=address, reminders=waiting,
        owned={x.id for x in waiting if owned(x.deadline.kind, here.roles)},
        reminder_columns=tuple(web.Column(x) for x in (_("Wofür und was"), _("Tag"), _("Stand"), _("Schritt"))),
        columns=tuple(web.Column(x) for x in (_("Wofür und was"), _("Tag"), _("Stand"))),
    )  # fmt: skip


async def _later(
    request: Ask, here: Here, key: UUID, form: LaterForm, *, status: int = 200, errors: dict[str, str] | None = None
) -> Response[str]:
    async with town_tx(here.read | {0}) as tx:
        known = await reminders.shown(tx, here.write, here.slug, now(), later=True)
    one = next((x for x in known if x.id == key and owned(x.deadline.kind, here.roles)), None)
    if one is None:
        raise Missing
    return web.page(
        request, here, "deadlines/later.html", status=status, one=one, form=form, errors=errors or {}, base=_base(here),
        back=_back(here), kinds=calendar.KINDS,
    )  # fmt: skip


CONTROLLERS = (CalendarPages,)
