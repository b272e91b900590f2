"""The Grundschutz-Check of a town: figures, objects with progress, requirements of one object, rules of the checks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from isms.assess import Quota
from isms.pages import words
from isms.pages.forms import Ask, transaction
from isms.sheet import matching
from isms.store import catalogues, contradictions, evidence, measures, sheets, standing
from isms.store.standing import Wanted
from service import web
from service.auth.guards import EDIT_ISMS, PREPARE_ISMS, READ_ISMS, READ_OSCAL, Here
from service.charts import Bar, bars
from service.i18n import format_percent, ngettext
from service.i18n import gettext as _
from service.objects import store as objects
from service.objects.store import devices
from service.settings import local_today, now


@dataclass(frozen=True, slots=True)
class Late:
    """A line of what is overdue."""

    kind: str
    title: str
    sub: str
    url: str
    owner: str
    due: date


@dataclass(frozen=True, slots=True)
class Share:
    """How far a catalogue is; `counted`: in the town's one figure."""

    key: str
    title: str
    counted: bool
    quota: Quota


class CheckPages(Controller):
    """`/towns/{town}/controls`."""

    path = "/towns/{town:str}/controls"
    include_in_schema = False

    @get("/", opt={"access": READ_ISMS})
    async def overview(self, request: Ask, here: Here) -> Response[str]:
        """Where the town stands: quota, objects, contradictions."""
        async with transaction(here) as tx:
            whole = await standing.all_figures(tx, here.write, local_today())
            titles = await catalogues.titles(tx)
            open_cases = await contradictions.cases(tx, here.write, local_today())
            late, spots = await standing.find(tx, here.write, local_today(), Wanted(state="überfällig"), limit=10)
            overdue = await sheets.load(tx, here.write, local_today(), spots=spots)
            members = await devices.sizes(tx, here.write, {x.id: x.rule for x in await objects.targets(tx, here.write)})
        base = f"{here.base}/controls"
        catalogue = request.query_params.get("catalogue", "")
        sheet = whole.of(catalogue)
        shares = [
            Share(key, titles[key], counted, whole.of(key).quota)
            for key, counted in dict.fromkeys((x.catalogue, x.counted) for x in whole.counts)
        ]
        columns = tuple(
            web.Column(text, numeric=i in (1, 2))
            for i, text in enumerate(
                (_("Zielobjekt"), _("Geräte"), _("Beantwortet"), _("Umgesetzt"), _("Lage"), _("Widersprochene Anforderungen"))
            )
        )
        return web.page(
            request,
            here,
            "isms/overview.html",
            base=base,
            sheet=sheet,
            quota=sheet.quota,
            catalogue=catalogue,
            shares=shares,
            share_columns=tuple(
                web.Column(text, numeric=i == 1)
                for i, text in enumerate((_("Katalog"), _("Beantwortet"), _("Umgesetzt"), _("Zahl der Stadt")))
            ),
            lines=sheet.lines(members),
            columns=columns,
            against=[x for x in open_cases if x.claims],
            late=late,
            overdue=overdue.entries,
            chart=_by_area(sheet.areas()),
            kinds=words.KINDS,
            lamps=words.LAMPS,
            may_edit=bool(here.roles & EDIT_ISMS),
            may_prepare=bool(here.roles & PREPARE_ISMS),
            may_oscal=bool(here.roles & READ_OSCAL),
        )

    @post("/structure", opt={"access": EDIT_ISMS}, status_code=303)
    async def structure(self, here: Here) -> Redirect:
        """Take over the standard structure and place the requirements."""
        async with here.tx(write=True) as tx:
            added = await sheets.take_over(tx, here.write, here.actor, now())
            await evidence.run_checks(tx, here.write, now(), here.actor)
        text = ngettext("%(num)s Zielobjekt angelegt.", "%(num)s Zielobjekte angelegt.", added)
        return web.redirect(f"{here.base}/controls", message=text)

    @post("/check", opt={"access": PREPARE_ISMS}, status_code=303)
    async def check(self, here: Here) -> Redirect:
        """Run the automatic checks on what the inventory knows now."""
        async with here.tx(write=True) as tx:
            summary = await evidence.run_checks(tx, here.write, now(), here.actor)
        text = _(
            "Geprüft: %(assets)s Geräte, %(opened)s neue und %(closed)s behobene Widersprüche.",
            assets=summary.assets,
            opened=summary.opened,
            closed=summary.closed,
        )
        return web.redirect(f"{here.base}/controls", message=text)

    @get("/overdue", opt={"access": READ_ISMS})
    async def overdue(self, request: Ask, here: Here) -> Response[str]:
        """What should have been done by now: measures and requirements, the longest overdue first."""
        today = local_today()
        async with transaction(here) as tx:
            _number, spots = await standing.find(tx, here.write, today, Wanted(state="überfällig"), limit=standing.ALL)
            sheet = await sheets.load(tx, here.write, today, spots=spots)
            late = [x for x in await measures.measures(tx, here.write) if x.open and x.due is not None and x.due < today]
        base = here.base
        lines = [Late(_("Maßnahme"), x.title, x.name, f"{base}/measures/{x.id}", x.owner, x.due or today) for x in late]
        lines += [
            Late(
                _("Anforderung"),
                f"{x.requirement.label} {x.requirement.title}",
                x.target_name,
                f"{base}/controls/objects/{x.target}/{x.requirement.key}",
                x.answer.responsible if x.answer else "",
                x.overdue_on or today,
            )
            for x in sheet.entries
        ]
        lines.sort(key=lambda x: x.due)
        state = web.listing(request.url.path, request.query_params.multi_items(), total=len(lines))
        return web.page(
            request,
            here,
            "isms/overdue.html",
            base=f"{base}/controls",
            rows=lines[state.offset : state.offset + state.per_page],
            state=state,
            columns=tuple(web.Column(text) for text in (_("Was"), _("Art"), _("Zuständig"), _("Fällig"), _("Überfällig seit"))),
            today=today,
        )

    @get("/rules", opt={"access": READ_ISMS})
    async def rules(self, request: Ask, here: Here) -> Response[str]:
        """Every automatic rule with its version and what it found last."""
        async with here.tx() as tx:
            lines = await evidence.rules(tx, here.write)
        columns = tuple(
            web.Column(text, numeric=2 < i < 6)
            for i, text in enumerate(
                (
                    *(_("Regel"), _("Was geprüft wird"), _("Was sie darf"), _("widerlegt"), _("stützt"), _("unbekannt")),
                    _("Was für „unbekannt“ fehlt"),
                )
            )
        )
        base = f"{here.base}/controls"
        return web.page(request, here, "isms/rules.html", base=base, lines=lines, columns=columns)

    @get("/objects/{target:uuid}", opt={"access": READ_ISMS})
    async def one(self, request: Ask, here: Here, target: FromPath[UUID]) -> Response[str]:
        """The requirements of one object, filtered by state, area and words."""
        async with transaction(here) as tx:
            item = await objects.target(tx, here.write, target)
            sheet = await sheets.load(tx, here.write, local_today(), at=target)
            members = await devices.sizes(tx, here.write, {item.id: item.rule})
        catalogue = request.query_params.get("catalogue", "")
        (line,) = sheet.summary.of(catalogue).lines(members)
        query = {name: request.query_params.get(name, "") for name in ("state", "area", "q")}
        entries = [x for x in sheet.at(target) if catalogue in ("", x.requirement.catalogue)]
        found = matching(entries, state=query["state"], area=query["area"], text=query["q"])
        path = request.url.path
        state = web.listing(path, request.query_params.multi_items(), total=len(found), per_page=100)
        shown = found[state.offset : state.offset + state.per_page]
        areas = tuple(dict.fromkeys((x.requirement.area, x.requirement.area_title) for x in sheet.at(target)))
        columns = tuple(
            web.Column(text) for text in (_("Anforderung"), _("Verbindlichkeit"), _("Stand"), _("Zuständig"), _("Fällig"))
        )
        values: dict[str, Any] = {
            "base": f"{here.base}/controls",
            "item": item,
            "line": line,
            "rows": shown,
            "removed": [x for x in sheet.removed if x.target == target],
            "state": state,
            "columns": columns,
            "query": query,
            "areas": areas,
            "states": [
                *((str(key), str(word)) for key, word in words.CLAIMS.items()),
                ("widerspruch", _("mit Widerspruch")),
                ("neu", _("neu prüfen")),
            ],
            "kinds": words.KINDS,
            "word": words.state_word,
            "badge": words.badge,
            "may_edit": bool(here.roles & EDIT_ISMS),
        }
        return web.page(request, here, "isms/object.html", **values)


def _by_area(areas: Any) -> Any:
    """How far each area of the catalogue is; None before there are any."""
    values = [
        Bar(title, float(quota.share), f"{format_percent(float(quota.share))} ({quota.done}/{quota.applicable})", "good")
        if quota.share is not None
        else Bar(title, 0.0, _("nichts anwendbar"), "grey")
        for _area, title, quota in areas
    ]
    if not values:
        return None
    caption = _("Umgesetzt heißt: „ja“ ohne offenen Widerspruch, geteilt durch alle anwendbaren Anforderungen.")
    return bars(_("Umsetzung nach Bereichen"), caption, (_("Bereich"), _("umgesetzt")), values)
