"""The start page, and the home page of each role in a town."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from litestar import Controller, Request, Response, get
from litestar.response import Redirect

from isms.documents.store import documents
from isms.incidents import store as incidents
from isms.incidents import words
from isms.incidents.view import Row
from isms.snapshots.store import states
from isms.store import offers
from service import web
from service.auth import store as auth
from service.auth import towns
from service.auth.guards import Here
from service.auth.people import TownRef
from service.auth.roles import ANYBODY, READ_INCIDENTS, ROLES
from service.db import SafeTransaction, service_tx, town_tx
from service.deadlines.calendar import KINDS, Deadline, ordered, pressing
from service.deadlines.reminding import owned
from service.deadlines.store import dates, reminders
from service.errors import Missing
from service.home import store
from service.home.views import TEMPLATES, first_role
from service.i18n import gettext as _
from service.inventory.labels import REVIEWS
from service.inventory.store import handover
from service.reports import mayor, registry, scan_statement, situation
from service.reports.pages import asked_by
from service.settings import local_today, now
from service.web import navigation

Ask = Request[Any, Any, Any]
COURSES = 10
"""Days of courses that a start page names."""


class HomePages(Controller):
    """Start page and home pages."""

    opt = {"access": ANYBODY}  # noqa: RUF012  # Litestar's own attribute

    @get("/")
    async def start(self, request: Ask, here: Here) -> Response[Any]:
        """To the only town, to the cockpit of the security officer, or the choice; nobody's page is empty."""
        if not here.roles:
            return web.page(request, here, "home/nobody.html", helpers=await _helpers())
        mine = [town for town in here.towns if town.id and "isb" in here.account.roles(town.id, now())]
        if len(mine) > 1:
            return web.page(request, here, "home/cockpit.html", lines=await _lines(mine))
        if len(here.towns) == 1:
            return Redirect(f"/towns/{here.towns[0].slug}", status_code=303)
        guarded = {town.id: town for town in here.towns if town.id and "dpo" in here.account.roles(town.id, now())}
        return web.page(request, here, "home/towns.html", towns=here.towns, **await _guarded(guarded))

    @get("/towns/{town:str}")
    async def town(self, request: Ask, here: Here) -> Response[str]:
        """The page of the person's role in this town; `?view=` chooses another of the own roles."""
        role = first_role(here.roles, request.query_params.get("view", ""))
        if not role or here.town is None:
            raise Missing
        base = here.base
        tabs = [(ROLES[one], f"{base}?view={one}", one == role) for one in ROLES if one in here.roles]
        values: dict[str, Any] = {"role": ROLES[role], "tabs": tabs if len(tabs) > 1 else (), "base": base, "at": now()}
        values["incidents"], values["incident_words"] = await _incidents(here, here.town), words
        load = LOADERS.get(role, _other)
        return web.page(request, here, f"home/{TEMPLATES.get(role, 'other')}.html", **values, **await load(here, here.town))


async def _helpers() -> list[str]:
    """The names of those who give roles."""
    async with service_tx() as tx:
        people = await auth.accounts(tx)
    return [one.name for one in people if not one.disabled and any(grant.role == "group_admin" for grant in one.grants)]


async def _incidents(here: Here, town: TownRef) -> list[Row]:
    """Open incidents of the town for the roles that work on them, the most urgent first."""
    if not here.roles & READ_INCIDENTS:
        return []
    async with town_tx({town.id}) as tx:
        return sorted(await incidents.overview(tx, [town.id], here.roles, now(), closed=False), key=lambda row: row.order)


async def _guarded(towns: Mapping[int, TownRef]) -> dict[str, Any]:
    """What a data protection officer of several towns sees first: open incidents that concern persons, waiting documents."""
    values: dict[str, Any] = {"guarded": towns, "incidents": (), "papers": (), "incident_words": words, "at": now()}
    if not towns:
        return values
    async with town_tx(towns) as tx:
        values["incidents"] = await incidents.everywhere(tx, dict.fromkeys(towns, frozenset({"dpo"})), now())
        values["papers"] = [(town, *one) for key, town in towns.items() for one in await documents.asked(tx, key)]
    return values


async def _lines(towns: list[TownRef]) -> list[Any]:
    """The cockpit's rows, the town that needs most first; each town in a transaction that reads only it and the group."""
    lines = []
    for town in towns:
        async with town_tx({town.id, 0}) as tx:
            lines.append(await store.town_line(tx, town, now()))
    return sorted(lines, key=lambda line: line.trouble, reverse=True)


async def _mayor(here: Here, town: TownRef) -> dict[str, Any]:
    s = await mayor.gather(asked_by(here))
    async with town_tx({town.id, 0}) as tx:
        todos = await offers.todos(tx, town.id, local_today())
        papers = await documents.asked(tx, town.id)
        frozen = await states.waiting(tx, town.id)
    found = situation.topics(s)
    content, means = situation.overall(found)
    asked = situation.wishes(s)
    return {
        "situation": s,
        "todos": todos,
        "papers": papers,
        "frozen": frozen,
        "topics": found,
        "content": content,
        "means": means,
        "sentences": situation.sentences(s, found, len(papers) + (frozen is not None)),
        "wishes": asked[len(s.requests) :],  # requests stand first and have links of their own
        "count": len(asked) + len(papers) + (frozen is not None),
    }


async def _it_admin(here: Here, town: TownRef) -> dict[str, Any]:
    async with town_tx({town.id, 0}) as tx:
        figures = await store.estate(tx, town.id, now(), here.account.name)
        waiting, offered = await handover.waiting(tx, town.id)
        known = await dates.deadlines(tx, town.id, town.slug, now())
        near = pressing(known, local_today(), await reminders.settled(tx, town.id))
        ends = replace(await store.deadlines(tx, town.id, now()), dates=near)
        own = await _reminders(tx, here, town, known)
    values = {"estate": figures, "reviews": REVIEWS, "ends": ends, "waiting": waiting, "offered": offered}
    return values | own


async def _isb(here: Here, town: TownRef) -> dict[str, Any]:
    async with town_tx({town.id, 0}) as tx:
        line = await store.town_line(tx, town, now())
        figures = await store.estate(tx, town.id, now(), here.account.name)
        ends = await store.deadlines(tx, town.id, now())
        own = await _reminders(tx, here, town)
        own |= {"todos": await offers.todos(tx, town.id, local_today())}
    return {"line": line, "estate": figures, "several": len(here.towns) > 1, "ends": ends} | own


async def _reminders(
    tx: SafeTransaction, here: Here, town: TownRef, known: Sequence[Deadline] | None = None
) -> dict[str, Any]:  # fmt: skip
    """Reminders of the dates that the person's roles own; `known` are the town's dates where they are at hand."""
    found = await reminders.shown(tx, town.id, town.slug, now(), known=known)
    return {"reminders": [x for x in found if owned(x.deadline.kind, here.roles)], "date_kinds": KINDS}


async def _hr_training(here: Here, town: TownRef) -> dict[str, Any]:
    """The days of courses to come, and reminders of them: of the other dates this role learns nothing."""
    base, today = f"/towns/{town.slug}", local_today()
    async with town_tx({town.id}) as tx:
        known = await dates.trainings(tx, town.id, base)
        found = await reminders.shown(tx, town.id, town.slug, now(), known=known)
    coming = [x for x in ordered(known, today) if x.day >= today]
    own = [x for x in found if owned(x.deadline.kind, {"hr_training"})]
    columns = tuple(web.Column(x) for x in (_("Schulung"), _("Tag"), _("Schritt")))
    return {"coming": coming[:COURSES], "own": own, "reminder_columns": columns} | await _other(here, town)


async def _dpo(here: Here, town: TownRef) -> dict[str, Any]:
    async with town_tx({town.id}) as tx:
        papers = await documents.asked(tx, town.id)
        return {"networks": await store.dpo_networks(tx, town.id), "runs": await store.runs(tx, town.id), "papers": papers}


async def _auditor(here: Here, town: TownRef) -> dict[str, Any]:
    until = [grant.valid_until for grant in here.account.grants if grant.role == "auditor" and grant.town.id == town.id]
    reports = registry.readable(here.roles)
    return {"until": max((day for day in until if day is not None), default=None), "reports": reports}


async def _staff_council(here: Here, town: TownRef) -> dict[str, Any]:
    made = await registry.make(scan_statement.REPORT, asked_by(here))
    async with town_tx({town.id}) as tx:
        return {"document": made, "runs": await store.runs(tx, town.id)}


async def _group_admin(here: Here, town: TownRef) -> dict[str, Any]:
    async with service_tx() as tx:
        people = await auth.accounts(tx)
        known = [one.id for one in await auth.towns(tx) if one.id]
        told = [await towns.settings(tx, one) for one in known]
    joining = sum("joining" in one and "joined" not in one for one in told)
    return {"accounts": sum(not one.disabled for one in people), "towns": len(known), "joining": joining}


async def _employee(here: Here, town: TownRef) -> dict[str, Any]:
    async with town_tx({town.id}) as tx:
        return {"devices": await store.own_devices(tx, town.id, here.account.name)}


async def _other(here: Here, town: TownRef) -> dict[str, Any]:
    links = navigation.links(town.slug, here.roles, "")
    return {"links": [link for link in links if link.url not in {f"/towns/{town.slug}", "/account"}]}


LOADERS = {
    "mayor": _mayor,
    "it_admin": _it_admin,
    "isb": _isb,
    "hr_training": _hr_training,
    "dpo": _dpo,
    "auditor": _auditor,
    "staff_council": _staff_council,
    "group_admin": _group_admin,
    "employee": _employee,
}
