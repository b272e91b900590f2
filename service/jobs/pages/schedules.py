"""When work starts by itself: the schedules of a town, to see and to change."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath

from service import web
from service.audit import store as audit
from service.auth.guards import EDIT_SCHEDULES, READ_SCANS, Here
from service.errors import Missing, Outdated, Wrong
from service.i18n import gettext as _
from service.i18n import lazy
from service.jobs import clock, store
from service.jobs.store import ScheduleView
from service.settings import BERLIN, now
from service.web.clash import Overtaken, overtaken


def next_time(item: ScheduleView, at: datetime) -> datetime | None:
    """When a schedule runs next; None where it is switched off or cannot be read."""
    if not item.enabled:
        return None
    try:
        found: datetime | None = clock.trigger(item.cron).get_next_fire_time(None, at.astimezone(BERLIN))
    except Wrong:
        return None
    return found


DAYS = {
    "mon": lazy("montags"),
    "tue": lazy("dienstags"),
    "wed": lazy("mittwochs"),
    "thu": lazy("donnerstags"),
    "fri": lazy("freitags"),
    "sat": lazy("samstags"),
    "sun": lazy("sonntags"),
}


def in_words(cron: str) -> str:
    """When a crontab line ticks, as people say it; "" for lines that say more than a time on days of the week."""
    parts = cron.split()
    if len(parts) != 5 or not (parts[0].isdigit() and parts[1].isdigit()) or parts[2:4] != ["*", "*"]:
        return ""
    time = f"{int(parts[1]):02d}:{int(parts[0]):02d}"
    days = parts[4].lower()
    if days == "*":
        return _("täglich um %(time)s Uhr", time=time)
    first, dash, last = days.partition("-")
    if dash and first in DAYS and last in DAYS:
        return _("%(first)s bis %(last)s um %(time)s Uhr", first=str(DAYS[first]), last=str(DAYS[last]), time=time)
    named = [DAYS.get(day) for day in days.split(",")]
    if None in named:
        return ""
    return _("%(days)s um %(time)s Uhr", days=", ".join(map(str, named)), time=time)


class SchedulePages(Controller):
    """`/towns/{town}/schedules`."""

    path = "/towns/{town:str}/schedules"
    include_in_schema = False

    @get("/", opt={"access": READ_SCANS})
    async def show(self, request: Request[Any, Any, Any], here: Here) -> Response[str]:
        """All schedules with their next time and the newest runs."""
        async with here.tx() as tx:
            items = await store.schedules(tx)
            runs = await store.runs(tx, here.write, limit=10)
        rows = [{"item": item, "next": next_time(item, now()), "words": in_words(item.cron)} for item in items]
        columns = tuple(web.Column(text) for text in (_("Arbeit"), _("Wann"), _("Zuletzt"), _("Nächstes Mal"), _("Aktion")))
        may = bool(here.roles & EDIT_SCHEDULES)
        return web.page(request, here, "jobs/schedules.html", rows=rows, runs=runs, columns=columns, may_edit=may)

    @get("/{key:uuid}", opt={"access": EDIT_SCHEDULES})
    async def form(self, request: Request[Any, Any, Any], here: Here, key: FromPath[UUID]) -> Response[str]:
        """Change one schedule."""
        item = await _load(here, key)
        return _form(request, here, item, item.cron, item.enabled)

    @post("/{key:uuid}", opt={"access": EDIT_SCHEDULES}, status_code=200)
    async def change(
        self,
        request: Request[Any, Any, Any],
        here: Here,
        key: FromPath[UUID],
        data: Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)],
    ) -> Response[Any]:
        """Save; refuses a line that is no crontab line, and a form that somebody else overtook."""
        item, cron, enabled = await _load(here, key), data.get("cron", "").strip(), "enabled" in data
        try:
            clock.trigger(cron)
        except Wrong as wrong:
            return _form(request, here, item, cron, enabled, status=422, errors={"cron": str(wrong)})
        version = int(data["version"]) if data.get("version", "").isdigit() else item.version
        async with here.tx(write=True) as tx:
            saved = await store.change_schedule(
                tx, here.write, key, cron=cron, enabled=enabled, version=version, by=here.account.name, now=now()
            )
            if saved:
                before, after = {"cron": item.cron, "enabled": item.enabled}, {"cron": cron, "enabled": enabled}
                await audit.record(tx, here.actor, "schedule.change", f"schedule/{key}", before=before, after=after)
        if not saved:
            item = await _load(here, key)
            both = ((_("Wann"), item.cron, cron), (_("Eingeschaltet"), item.enabled, enabled))
            late = overtaken(both, Outdated(item.changed_by, item.changed_at))
            return _form(request, here, item, cron, enabled, status=409, clash=late)
        return web.redirect(f"{here.base}/schedules", message=_("Gespeichert."))


def _form(
    request: Request[Any, Any, Any],
    here: Here,
    item: ScheduleView,
    cron: str,
    enabled: bool,
    *,
    status: int = 200,
    errors: dict[str, str] | None = None,
    clash: Overtaken | None = None,
) -> Response[str]:
    """The form with what is stored or was typed."""
    words = in_words(item.cron) if status == 200 else ""
    return web.page(
        request,
        here,
        "jobs/schedule.html",
        status=status,
        item=item,
        cron=cron,
        enabled=enabled,
        errors=errors or {},
        words=words,
        clash=clash,
    )


async def _load(here: Here, key: UUID) -> ScheduleView:
    async with here.tx() as tx:
        item = await store.schedule(tx, here.write, key)
    if item is None:
        raise Missing
    return item
