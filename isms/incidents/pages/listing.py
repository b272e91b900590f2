"""„Vorfall melden“, what one reported oneself, the list of a town, and all towns of the security officer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from isms.incidents import store, words
from isms.incidents.levels import SEVERITIES
from isms.incidents.pages.frame import PATH, moment, typed
from isms.incidents.states import WORDS
from isms.incidents.view import Row, sees
from service import web
from service.auth.guards import ANYBODY, GROUP_INCIDENTS, READ_INCIDENTS, Here
from service.db import town_tx
from service.errors import Missing, Wrong
from service.i18n import format_datetime
from service.i18n import gettext as _
from service.inventory.pages.files import table_file
from service.priority import Level
from service.settings import now
from service.web.forms import Ask, Form, kept, problem, read


class ReportForm(Form):
    """The short form: one minute."""

    what: str = ""
    place: str = ""
    since: str = ""
    contact: str = ""


class IncidentPages(Controller):
    """`/towns/{town}/incidents`."""

    path = PATH
    include_in_schema = False

    @get("/", opt={"access": ANYBODY})
    async def index(self, request: Ask, here: Here) -> Response[str]:
        """The incidents of the town for those who work on them; for everybody else what they reported themselves."""
        base = f"{here.base}/incidents"
        if not here.roles & READ_INCIDENTS:
            async with here.tx() as tx:
                own = await store.mine(tx, here.write, here.account.id)
            return web.page(request, here, "isms/incidents/mine.html", base=base, rows=own, state_words=WORDS, words=words)
        query = _query(request)
        found = [row for row in await _rows(here) if _fits(row, query)]
        state = web.listing(base, request.query_params.multi_items(), total=len(found))
        columns = tuple(
            web.Column(text) for text in (_("Vorfall"), _("Stand"), _("Priorität"), _("Stufe"), _("Gemeldet"), _("Frist"))
        )
        return web.page(
            request, here, "isms/incidents/list.html", base=base, rows=found[state.offset : state.offset + state.per_page],
            state=state, columns=columns, query=query, words=words, state_words=WORDS, severities=SEVERITIES, at=now(),
            states=[(str(one), str(word)) for one, word in WORDS.items()],
            levels=[(str(int(one)), str(words.LEVELS[one][0])) for one in Level],
            filters="&".join(f"{name}={value}" for name, value in query.items() if value and name != "q"),
        )  # fmt: skip

    @get("/export", opt={"access": READ_INCIDENTS})
    async def export(self, request: Ask, here: Here) -> Response[bytes]:
        """The filtered list as XLSX or CSV."""
        lines = [_line(row) for row in await _rows(here) if _fits(row, _query(request))]
        return table_file(request, lines, tuple(_line(None)), f"vorfaelle-{here.slug}")

    @get("/new", opt={"access": ANYBODY})
    async def ask(self, request: Ask, here: Here) -> Response[str]:
        """The short form."""
        return _form(request, here, ReportForm(since=typed(now())))

    @post("/new", opt={"access": ANYBODY}, status_code=200)
    async def take(self, request: Ask, here: Here) -> Response[str] | Redirect:
        """Take the notice in and show its number."""
        form = ReportForm()
        try:
            form = await read(request, ReportForm)
            value = store.Report(form.what, form.place, moment(form.since, "since"), form.contact)
            async with here.tx(write=True) as tx:
                key = await store.report(tx, here.write, value, here.actor, now())
        except Wrong as error:
            return _form(request, here, kept(error, form), status=422, errors=problem(error))
        return web.redirect(f"{here.base}/incidents/{key}/receipt")

    @get("/{key:uuid}/receipt", opt={"access": ANYBODY})
    async def receipt(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str]:
        """Number and what happens next, for whoever reported it."""
        async with here.tx() as tx:
            item = await store.incident(tx, here.write, key)
        whole = sees(item, here.roles)
        if item.reporter_id != here.account.id and not whole:
            raise Missing
        base = f"{here.base}/incidents"
        return web.page(
            request, here, "isms/incidents/receipt.html", base=base, item=item, state=WORDS[item.stage], words=words, whole=whole
        )


class GroupIncidents(Controller):
    """`/group/incidents`: open incidents of all towns that a security or data protection officer looks after."""

    path = "/group/incidents"
    include_in_schema = False

    @get("/", opt={"access": GROUP_INCIDENTS})
    async def show(self, request: Ask, here: Here) -> Response[str]:
        """By priority, then by the clock that ends first."""
        at = now()
        towns = {town.id: town for town in here.towns if town.id}
        async with town_tx(towns) as tx:
            rows = await store.everywhere(tx, {key: here.account.roles(key, at) & GROUP_INCIDENTS for key in towns}, at)
        columns = tuple(
            web.Column(text) for text in (_("Vorfall"), _("Stadt"), _("Stand"), _("Priorität"), _("Stufe"), _("Frist"))
        )
        return web.page(
            request, here, "isms/incidents/group.html", rows=rows, towns=towns, columns=columns, words=words, state_words=WORDS,
            severities=SEVERITIES, at=at,
        )  # fmt: skip


def _query(request: Ask) -> dict[str, str]:
    return {name: str(request.query_params.get(name, "")) for name in ("q", "state", "priority", "open", "data")}


async def _rows(here: Here) -> Sequence[Row]:
    async with here.tx() as tx:
        return await store.overview(tx, [here.write], here.roles, now())


def _fits(row: Row, query: Mapping[str, str]) -> bool:
    item, needle = row.item, query["q"].strip().casefold()
    return (
        (not query["state"] or item.state == query["state"])
        and (not query["priority"] or str(int(row.level or 0)) == query["priority"])
        and (not query["open"] or item.open is (query["open"] == "yes"))
        and (not query["data"] or item.personal_data is not False)
        and (not needle or needle in f"{item.name} {item.title} {item.what} {item.place}".casefold())
    )


def _line(row: Row | None) -> dict[str, Any]:
    """A row of the export; of None the empty one, which names the columns."""
    item = row.item if row else None
    return {
        _("Nummer"): item.name if item else "",
        _("Vorfall"): item.title if item else "",
        _("Stand"): str(WORDS[item.stage]) if item else "",
        _("Stufe"): str(SEVERITIES[item.level]) if item else "",
        _("Priorität"): str(words.LEVELS[row.level][0]) if row and row.level else "",
        _("Gemeldet"): format_datetime(item.reported_at) if item else "",
        _("Bekannt geworden"): format_datetime(item.aware_at) if item else "",
        _("Personenbezogene Daten"): words.shown("personal_data", item.personal_data) if item else "",
        _("Kosten in ganzen Euro"): "" if item is None or item.cost is None else item.cost,
        _("Arbeitsstunden"): "" if item is None or item.hours is None else item.hours,
        _("Abgeschlossen"): format_datetime(item.closed_at) if item and item.closed_at else "",
    }


def _form(
    request: Ask, here: Here, form: ReportForm, *, status: int = 200, errors: dict[str, str] | None = None
) -> Response[str]:
    base = f"{here.base}/incidents"
    return web.page(request, here, "isms/incidents/new.html", status=status, base=base, form=form, errors=errors or {})
