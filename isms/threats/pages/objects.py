"""Gefährdungsübersicht: the elementary threats at each target object, decided line by line or together."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from isms.pages.forms import Ask, kept, problem, read
from isms.risk import threats
from isms.structure.words import KINDS
from isms.threats.pages.frame import DecideForm, back, keep, named, page, past, said
from isms.threats.relevance import Count, Line, State, count
from isms.threats.store.decisions import THREATS, history
from isms.threats.store.lines import of_objects
from isms.threats.words import STATES, why
from service import web
from service.auth.guards import EDIT_RISKS, READ_ISMS, READ_RISKS, Here
from service.errors import Missing, Outdated, Wrong
from service.i18n import gettext as _
from service.i18n import ngettext
from service.inventory.pages.files import table_file
from service.objects.store import Target
from service.web.clash import Overtaken, overtaken


class ThreatPages(Controller):
    """`/towns/{town}/risks/threats`."""

    path = "/towns/{town:str}/risks/threats"
    include_in_schema = False

    @get("/", opt={"access": READ_RISKS})
    async def listed(self, request: Ask, here: Here) -> Response[str]:
        """Every object with how far its threats are decided and covered."""
        query = {name: request.query_params.get(name, "")[:100] for name in ("q", "kind", "state")}
        async with here.tx() as tx:
            whole = [(item, count(lines)) for item, lines in await of_objects(tx, here.write)]
        rows = [x for x in whole if _fits(x, query)]
        state = web.listing(request.url.path, request.query_params.multi_items(), total=len(rows))
        return page(
            request,
            here,
            "objects",
            "/threats",
            rows=rows[state.offset : state.offset + state.per_page],
            state=state,
            query=query,
            kinds=KINDS,
            open=sum(x.open for _item, x in whole),
            uncovered=sum(x.uncovered + x.clashing for _item, x in whole),
            any=bool(whole),
            columns=tuple(
                web.Column(text, numeric=i > 0)
                for i, text in enumerate((_("Zielobjekt"), _("zu beurteilen"), _("offen"), _("ohne Risiko"), _("mit Risiko")))
            ),
        )

    @get("/export", opt={"access": READ_RISKS})
    async def export(self, request: Ask, here: Here) -> Response[bytes]:
        """All threats that are proposed or decided, at every object, as XLSX or CSV."""
        async with here.tx() as tx:
            found = [x for _item, lines in await of_objects(tx, here.write) for x in lines if x.state is not State.UNASKED]
        heads = [
            _("Zielobjekt"),
            _("Gefährdung"),
            _("Titel"),
            _("Warum vorgeschlagen"),
            _("Stand"),
            _("Begründung"),
            _("Risiken"),
        ]
        lines = [
            dict(
                zip(
                    heads,
                    (x.place_name, x.key, x.title, why(x), str(STATES[x.state][0]), said(x), named(x)),
                    strict=True,
                )
            )
            for x in found
        ]
        return table_file(request, lines, heads, f"gefaehrdungen-{here.slug}")

    @get("/{target:uuid}", opt={"access": READ_RISKS})
    async def one(self, request: Ask, here: Here, target: FromPath[UUID]) -> Response[str]:
        """The threats at one object; all 47 on request."""
        return await _page(request, here, target)

    @post("/{target:uuid}", opt={"access": EDIT_RISKS}, status_code=200)
    async def decide(self, request: Ask, here: Here, target: FromPath[UUID]) -> Response[str] | Redirect:
        """Say of the ticked threats that they matter here, or that they do not and why."""
        form, ids = DecideForm(), {x.id for x in threats()}
        address = f"{here.base}/risks/threats/{target}"
        try:
            form = await read(request, DecideForm)
            async with here.tx() as tx:
                _the_one(await of_objects(tx, here.write, target))
            batch = await keep(here, THREATS, form, lambda x: x.place == target and x.key in ids)
        except Wrong as error:
            return await _page(request, here, target, status=422, form=kept(error, form), errors=problem(error))
        except Outdated as error:
            return await _page(request, here, target, status=409, form=form, late=error)
        text = ngettext("%(num)s Gefährdung beurteilt.", "%(num)s Gefährdungen beurteilt.", len(form.id))
        return web.redirect(address, message=text, undo=f"{address}/undo/{batch}")

    @post("/{target:uuid}/undo/{batch:uuid}", opt={"access": EDIT_RISKS}, status_code=303)
    async def undo(self, here: Here, target: FromPath[UUID], batch: FromPath[UUID]) -> Redirect:
        """What was said before the step stands again."""
        number = await back(here, THREATS, batch)
        text = ngettext("%(num)s Beurteilung zurückgenommen.", "%(num)s Beurteilungen zurückgenommen.", number)
        return web.redirect(f"{here.base}/risks/threats/{target}", message=text)


def _fits(row: tuple[Target, Count], query: dict[str, str]) -> bool:
    item, found = row
    states = {"open": found.open, "uncovered": found.uncovered + found.clashing}
    return (
        (not query["q"] or query["q"].strip().casefold() in item.name.casefold())
        and (not query["kind"] or item.kind == query["kind"])
        and (query["state"] not in states or states[query["state"]] > 0)
    )


def _the_one(found: Sequence[tuple[Target, tuple[Line, ...]]]) -> tuple[Target, tuple[Line, ...]]:
    if not found:
        raise Missing
    return found[0]


async def _page(
    request: Ask,
    here: Here,
    target: UUID,
    *,
    status: int = 200,
    form: DecideForm | None = None,
    errors: dict[str, str] | None = None,
    late: Outdated | None = None,
) -> Response[str]:
    form = form or DecideForm()
    every = request.query_params.get("show", "") == "all"
    async with here.tx() as tx:
        item, lines = _the_one(await of_objects(tx, here.write, target))
        words = await history(tx, here.write, THREATS, target)
    return page(
        request,
        here,
        "object",
        "/threats",
        status=status,
        item=item,
        kinds=KINDS,
        lines=[x for x in lines if every or x.state is not State.UNASKED],
        every=every,
        hidden=0 if every else sum(x.state is State.UNASKED for x in lines),
        number=count(lines),
        why=why,
        form=form,
        errors=errors or {},
        clash=_clash(lines, form, late) if late else None,
        past=past(words, {x.key: f"{x.key} {x.title}" for x in lines}),
        may_read_structure=bool(here.roles & READ_ISMS),
        columns=tuple(
            web.Column(text) for text in (_("Gefährdung"), _("Warum vorgeschlagen"), _("Stand"), _("Begründung"), _("Risiko"))
        ),
    )


def _clash(lines: Sequence[Line], form: DecideForm, late: Outdated) -> Overtaken:
    """Of the ticked lines those where the standing word is another than what the form says."""
    mine = {x.rsplit("|", 1)[0] for x in form.id}
    typed = _("trifft zu") if form.act == "yes" else _("trifft nicht zu")
    return overtaken(
        ((f"{x.key} {x.title}", str(STATES[x.state][0]), typed) for x in lines if x.pick.rsplit("|", 1)[0] in mine), late
    )
