"""Measures of all towns of a security officer on one page: list by town, the group's offers and what towns said, money."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Controller, Response, get

from isms.measures import MEASURE_STATES
from isms.pages import words
from isms.pages.forms import Ask
from isms.pages.offers import STATES
from isms.pages.realisation import COLUMNS, chosen, money_columns, row
from isms.realisation import PlanLine, money
from isms.store.measures import GROUP
from isms.store.realisation import plan_lines
from service import web
from service.auth.guards import EDIT_ISMS, ISB, Here
from service.auth.people import TownRef
from service.db import town_tx
from service.i18n import gettext as _
from service.inventory.pages.files import table_file
from service.priority import Level
from service.settings import local_today, now


@dataclass(frozen=True, slots=True)
class Owned:
    """A measure and whose it is; `slug` is where its page stands."""

    town: str
    slug: str
    line: PlanLine


class GroupMeasurePages(Controller):
    """`/group/measures`."""

    path = "/group/measures"
    include_in_schema = False

    @get("/", opt={"access": ISB})
    async def show(self, request: Ask, here: Here) -> Response[str]:
        """Every measure once, filtered by town; who took over which of the group's; money by town and year."""
        today, wanted = local_today(), chosen(request)
        plans = await _plans(here)
        found = _filtered(_owned(plans), request)
        state = web.listing(request.url.path, request.query_params.multi_items(), total=len(found))
        query = {"town": request.query_params.get("town", ""), **asdict(wanted)}
        answers: dict[UUID, list[tuple[str, str, str]]] = {}
        common: dict[UUID, PlanLine] = {}
        for town, lines in plans:
            for line in lines:
                if line.town_id == GROUP and line.acceptance:
                    common[line.id] = line
                    answers.setdefault(line.id, []).append((town.name, town.slug, line.acceptance))
        sums = [
            (town.name, town.slug if town.id else "", x)
            for town, lines in plans
            for x in money(x for x in lines if x.town_id == town.id)
        ]
        return web.page(
            request,
            here,
            "isms/group_measures.html",
            path=request.url.path,
            found=found[state.offset : state.offset + state.per_page],
            state=state,
            query=query,
            query_text=urlencode({key: value for key, value in query.items() if value}),
            towns=[(town.slug, town.name) for town, _lines in plans],
            choices=[("open", _("alle offenen")), ("late", _("überfällig")), *((x, x) for x in MEASURE_STATES)],
            priorities=[(str(int(x)), str(words.LEVELS[x][0])) for x in Level],
            levels=words.LEVELS,
            today=today,
            list_columns=tuple(
                web.Column(x) for x in (_("Maßnahme"), _("Stadt"), _("Priorität"), _("Stand"), _("Zuständig"), _("Fällig"))
            ),
            rows=sums,
            columns=money_columns(_("Stadt und Haushaltsjahr")),
            common=[(line, answers[key]) for key, line in common.items()],
            states=STATES,
            edits_group=any(x.id == GROUP for x in here.account.towns(EDIT_ISMS, now())),
        )

    @get("/export", opt={"access": ISB})
    async def export(self, request: Ask, here: Here) -> Response[bytes]:
        """The filtered list as XLSX or CSV."""
        found = _filtered(_owned(await _plans(here)), request)
        names = {x.line.id: x.line.name for x in found}
        lines = [{"town": x.town, **row(x.line, names)} for x in found]
        return table_file(request, lines, ("town", *COLUMNS), "massnahmen-verbund")


async def _plans(here: Here) -> Sequence[tuple[TownRef, Sequence[PlanLine]]]:
    """Each town of this officer with what is in its plan, the group last."""
    today = local_today()
    found = []
    for town in here.account.towns(ISB, now()):
        if town.id != GROUP:
            async with town_tx({town.id, GROUP}) as tx:
                found.append((town, await plan_lines(tx, town.id, today)))
    async with town_tx({GROUP}) as tx:
        found.append((TownRef(GROUP, "verbund", _("Verbund")), await plan_lines(tx, GROUP, today)))
    return found


def _owned(plans: Sequence[tuple[TownRef, Sequence[PlanLine]]]) -> list[Owned]:
    """Every measure once, with the town whose it is; the group's lead to the page of a town that may see them."""
    first: Mapping[UUID, str] = {x.id: town.slug for town, lines in reversed(plans) if town.id for x in lines}
    own = [Owned(town.name, first.get(x.id, ""), x) for town, lines in plans for x in lines if x.town_id == town.id]
    return sorted(own, key=lambda x: (-x.line.priority, x.line.due is None, x.line.due, x.town, x.line.name))


def _filtered(found: Sequence[Owned], request: Ask) -> list[Owned]:
    wanted, today = chosen(request), local_today()
    slug: Any = request.query_params.get("town", "")
    group = slug == "verbund"
    return [
        x
        for x in found
        if wanted.fits(x.line, today) and (not slug or (x.line.town_id == GROUP if group else x.line.town_id and x.slug == slug))
    ]
