"""The plan of measures of a town: list, board by state, plan over months, money by year, export."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from isms.measures import MEASURE_STATES, Mode, next_state
from isms.pages import words
from isms.pages.forms import Ask, Form, read, transaction
from isms.pages.offers import STATES
from isms.realisation import PlanFilter, PlanLine, board, money, plan
from isms.store import measures, offers
from isms.store.realisation import plan_lines
from service import web
from service.auth.guards import EDIT_ISMS, READ_RISKS, Here
from service.errors import Missing, Outdated, Wrong
from service.exports import Euro
from service.i18n import gettext as _
from service.inventory.pages.files import table_file
from service.priority import Level
from service.settings import local_today, now

COLUMNS = (
    *("number", "title", "kind", "mode", "state", "state_reason", "priority", "acceptance", "owner", "deputy", "start_on", "due"),
    *(
        "budget_year",
        "cost_once_euro",
        "cost_yearly_euro",
        "person_days",
        "budget_secured",
        "funding",
        "controls",
        "risks",
        "after",
    ),
)


class MoveForm(Form):
    """One step of a measure on the board."""

    state: str = ""
    reason: str = ""
    version: int = 0


class RealisationPages(Controller):
    """`/towns/{town}/measures`."""

    include_in_schema = False

    @get("/towns/{town:str}/measures", opt={"access": READ_RISKS})
    async def all(self, request: Ask, here: Here) -> Response[str]:
        """Own measures and the group's, most urgent first, and what the town has to do about the group's."""
        async with transaction(here) as tx:
            todos = await offers.todos(tx, here.write, local_today())
        columns = tuple(
            web.Column(text)
            for text in (_("Maßnahme"), _("Priorität"), _("Stand"), _("Zuständig"), _("Fällig"), _("Übernahme durch die Stadt"))
        )
        return await _view(request, here, "", "isms/measures.html", paged=True, columns=columns, todos=todos)

    @get("/towns/{town:str}/measures/board", opt={"access": READ_RISKS})
    async def board(self, request: Ask, here: Here) -> Response[str]:
        """Columns by state; every step is a button."""
        return await _view(request, here, "/board", "isms/measure_board.html")

    @get("/towns/{town:str}/measures/plan", opt={"access": READ_RISKS})
    async def plan(self, request: Ask, here: Here) -> Response[str]:
        """Bars over months with what must come first, and the same as a table."""
        return await _view(request, here, "/plan", "isms/measure_plan.html")

    @get("/towns/{town:str}/measures/costs", opt={"access": READ_RISKS})
    async def costs(self, request: Ask, here: Here) -> Response[str]:
        """Money and person days by budget year."""
        columns = money_columns(_("Haushaltsjahr"))
        return await _view(request, here, "/costs", "isms/measure_costs.html", columns=columns)

    @get("/towns/{town:str}/measures/export", opt={"access": READ_RISKS})
    async def export(self, request: Ask, here: Here) -> Response[bytes]:
        """The filtered plan as XLSX or CSV."""
        wanted, today = chosen(request), local_today()
        async with transaction(here) as tx:
            lines = [x for x in await plan_lines(tx, here.write, today) if wanted.fits(x, today)]
        names = {x.id: x.name for x in lines}
        return table_file(request, [row(x, names) for x in lines], COLUMNS, f"massnahmen-{here.slug}")

    @post("/towns/{town:str}/measures/{key:uuid}/move", opt={"access": EDIT_ISMS}, status_code=303)
    async def move(self, request: Ask, here: Here, key: FromPath[UUID]) -> Redirect:
        """The next step of an own measure, or another one with a reason."""
        form = await read(request, MoveForm)
        if form.state not in MEASURE_STATES:
            raise Wrong(_("Diesen Stand gibt es nicht."), "state")
        async with transaction(here, write=True) as tx:
            item = await measures.measure(tx, here.write, key)
            if item.town_id != here.write:
                raise Missing
            if item.version != form.version:
                raise Outdated
            reason = form.reason or (item.state_reason if form.state == item.state else "")
            after = dataclasses.replace(item, state=form.state, state_reason=reason)
            await measures.save(tx, here.write, after, here.actor, now())
        text = _("%(name)s ist jetzt „%(state)s“.", name=item.name, state=form.state)
        return web.redirect(f"{here.base}/measures/board", message=text)


def money_columns(first: str) -> tuple[web.Column, ...]:
    """The columns of a table of sums, with the head of its first."""
    texts = (
        first,
        _("Maßnahmen"),
        _("einmalig"),
        _("jährlich"),
        _("Personentage"),
        _("davon nicht gesichert"),
        _("Kosten unbekannt"),
    )
    return tuple(web.Column(text, numeric=i > 0) for i, text in enumerate(texts))


def chosen(request: Ask) -> PlanFilter:
    """The filter of the address."""
    return PlanFilter(**{x.name: request.query_params.get(x.name, "")[:200] for x in dataclasses.fields(PlanFilter)})


async def _view(request: Ask, here: Here, path: str, template: str, *, paged: bool = False, **more: Any) -> Response[str]:
    """One of the four views of the same filtered lines."""
    wanted, today, base = chosen(request), local_today(), f"{here.base}/measures"
    async with transaction(here) as tx:
        whole = await plan_lines(tx, here.write, today)
    found = [x for x in whole if wanted.fits(x, today)]
    query = urlencode({key: value for key, value in dataclasses.asdict(wanted).items() if value})
    tail = f"?{query}" if query else ""
    views = (("", _("Liste")), ("/board", _("Tafel")), ("/plan", _("Plan")), ("/costs", _("Kosten")))
    if paged:
        state = web.listing(base, request.query_params.multi_items(), total=len(found))
        more |= {"state": state, "rows": found[state.offset : state.offset + state.per_page]}
    return web.page(
        request,
        here,
        template,
        base=base,
        path=base + path,
        whole=whole,
        lines=found,
        wanted=wanted,
        tabs=[(title, base + one + tail, one == path) for one, title in views],
        query=query,
        columns_of_board=board(found) if path == "/board" else (),
        drawing=plan(found, today, base) if path == "/plan" else None,
        undated=[x for x in found if x.open and x.due is None],
        money=money(x for x in found if x.town_id == here.write) if path == "/costs" else (),
        levels=words.LEVELS,
        states=[("open", _("alle offenen")), ("late", _("überfällig")), *((x, x) for x in MEASURE_STATES)],
        every_state=list(MEASURE_STATES),
        following={x.id: next_state(x.state) for x in found},
        acceptances=STATES,
        owners=sorted({x.owner for x in whole if x.owner}),
        years=sorted({str(x.budget_year) for x in whole if x.budget_year}),
        priorities=[(str(int(x)), str(words.LEVELS[x][0])) for x in Level],
        modes=[str(x) for x in Mode],
        today=today,
        may_edit=bool(here.roles & EDIT_ISMS),
        **({"columns": ()} | more),
    )


def row(line: PlanLine, names: Mapping[UUID, str]) -> dict[str, Any]:
    """A line as exports write it; `names` are the names of the measures that come first."""
    money_of = {
        "cost_once_euro": None if line.cost_once is None else Euro.of(line.cost_once),
        "cost_yearly_euro": None if line.cost_yearly is None else Euro.of(line.cost_yearly),
    }
    plain = {x.name: getattr(line, x.name) for x in dataclasses.fields(line)}
    after = [names[x] for x in line.after if x in names]
    return plain | money_of | {"number": line.name, "priority": line.level.word, "after": after}
