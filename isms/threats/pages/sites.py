"""Gefahren je Standort: what of the starter register matters where, by what is known of the sites."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from isms.pages.forms import Ask, kept, problem, read
from isms.threats import hazards
from isms.threats.pages.frame import DecideForm, back, keep, named, page, past, said
from isms.threats.relevance import Line, State, count
from isms.threats.store.decisions import HAZARDS, history
from isms.threats.store.lines import of_sites
from isms.threats.words import STATES
from service import web
from service.auth.guards import EDIT_RISKS, READ_INVENTORY, READ_RISKS, Here
from service.errors import Outdated, Wrong
from service.i18n import gettext as _
from service.i18n import ngettext
from service.inventory.pages.files import table_file
from service.inventory.store import sites
from service.web.clash import overtaken

FILTER = ("site", "hazard", "kind", "state")


class HazardPages(Controller):
    """`/towns/{town}/risks/sites`."""

    path = "/towns/{town:str}/risks/sites"
    include_in_schema = False

    @get("/", opt={"access": READ_RISKS})
    async def listed(self, request: Ask, here: Here) -> Response[str]:
        """Every site with the hazards that matter there."""
        return await _page(request, here)

    @post("/", opt={"access": EDIT_RISKS}, status_code=200)
    async def decide(self, request: Ask, here: Here) -> Response[str] | Redirect:
        """Say of the ticked lines that they hold, or that they do not and why."""
        form = DecideForm()
        address = f"{here.base}/risks/sites"
        try:
            form = await read(request, DecideForm)
            async with here.tx() as tx:
                there = {(x.place, x.key) for x in await of_sites(tx, here.write)}
            batch = await keep(here, HAZARDS, form, lambda x: (x.place, x.key) in there)
        except Wrong as error:
            return await _page(request, here, status=422, form=kept(error, form), errors=problem(error))
        except Outdated as error:
            return await _page(request, here, status=409, form=form, late=error)
        text = ngettext("%(num)s Gefahr beurteilt.", "%(num)s Gefahren beurteilt.", len(form.id))
        shown = f"?{request.url.query}" if request.url.query else ""
        return web.redirect(address + shown, message=text, undo=f"{address}/undo/{batch}")

    @post("/undo/{batch:uuid}", opt={"access": EDIT_RISKS}, status_code=303)
    async def undo(self, here: Here, batch: FromPath[UUID]) -> Redirect:
        """What was said before the step stands again."""
        number = await back(here, HAZARDS, batch)
        text = ngettext("%(num)s Beurteilung zurückgenommen.", "%(num)s Beurteilungen zurückgenommen.", number)
        return web.redirect(f"{here.base}/risks/sites", message=text)

    @get("/export", opt={"access": READ_RISKS})
    async def export(self, request: Ask, here: Here) -> Response[bytes]:
        """The filtered lines as XLSX or CSV."""
        async with here.tx() as tx:
            found = _filtered(await of_sites(tx, here.write), _query(request))
        heads = [_("Standort"), _("Gefahr"), _("Art"), _("Was dafür spricht"), _("Stand"), _("Begründung"), _("Risiken")]
        lines = [
            dict(
                zip(
                    heads,
                    (x.place_name, x.title, x.kind, x.because, str(STATES[x.state][0]), said(x), named(x)),
                    strict=True,
                )
            )
            for x in found
        ]
        return table_file(request, lines, heads, f"gefahren-standorte-{here.slug}")


def _query(request: Ask) -> dict[str, str]:
    return {name: request.query_params.get(name, "")[:60] for name in FILTER}


def _filtered(lines: Sequence[Line], query: dict[str, str]) -> list[Line]:
    def fits(x: Line) -> bool:
        told = (str(x.place), x.key, x.kind, str(x.state))
        return all(not query[name] or query[name] == value for name, value in zip(FILTER, told, strict=True))

    return [x for x in lines if fits(x)]


async def _page(
    request: Ask,
    here: Here,
    *,
    status: int = 200,
    form: DecideForm | None = None,
    errors: dict[str, str] | None = None,
    late: Outdated | None = None,
) -> Response[str]:
    form = form or DecideForm()
    query = _query(request)
    async with here.tx() as tx:
        whole = await of_sites(tx, here.write)
        places = {x.id: x.name for x in await sites.sites(tx, here.write)}
        words = await history(tx, here.write, HAZARDS)
    found = _filtered(whole, query)
    state = web.listing(request.url.path, request.query_params.multi_items(), total=len(found))
    titles = {x.key: x.title for x in hazards.of_sites()}
    mine = {x.rsplit("|", 1)[0] for x in form.id}
    typed = _("trifft zu") if form.act == "yes" else _("trifft nicht zu")
    rows = [(f"{x.place_name}: {x.title}", str(STATES[x.state][0]), typed) for x in whole if x.pick.rsplit("|", 1)[0] in mine]
    return page(
        request,
        here,
        "sites",
        "/sites",
        status=status,
        lines=found[state.offset : state.offset + state.per_page],
        state=state,
        query=query,
        query_text=request.url.query,
        number=count(whole),
        places=[(str(key), name) for key, name in places.items()],
        hazards=list(titles.items()),
        choices=[(str(x), str(STATES[x][0])) for x in State if x is not State.UNASKED],
        any=bool(places),
        form=form,
        errors=errors or {},
        clash=overtaken(rows, late) if late else None,
        past=past(words, titles, places),
        may_read_sites=bool(here.roles & READ_INVENTORY),
        columns=tuple(
            web.Column(text)
            for text in (_("Standort"), _("Gefahr"), _("Was dafür spricht"), _("Stand"), _("Begründung"), _("Risiko"))
        ),
    )
