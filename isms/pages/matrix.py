"""Versions of the risk matrix: which holds, a new one with its preview over all towns; rating old risks again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from isms.matrix import Scheme, current, differences, fault, grid, moved
from isms.pages import words
from isms.pages.forms import Ask, Form, kept, problem, read
from isms.risk import CATEGORIES, DAMAGES, FREQUENCIES
from isms.store import matrix as store
from isms.store import risks
from isms.store.measures import GROUP
from service import web
from service.auth.guards import EDIT_RISKS, ISB, Here
from service.db import town_tx
from service.errors import Outdated, Wrong
from service.i18n import gettext as _
from service.i18n import ngettext
from service.settings import local_today, now
from service.web.clash import Overtaken, overtaken


class MatrixForm(Form):
    """Sixteen cells from the highest damage on; `act` is preview or publish; `version` the newest one shown."""

    cells: tuple[str, ...] = ()
    reason: str = ""
    valid_from: date | None = None
    act: str = ""
    version: int = 0


class MatrixPages(Controller):
    """`/group/risks/matrix`: one matrix for all towns, changed by their common security officer."""

    path = "/group/risks/matrix"
    include_in_schema = False

    @get("/", opt={"access": ISB})
    async def show(self, request: Ask, here: Here) -> Response[str]:
        """The matrix that holds, all versions, and the form for a new one."""
        return await _page(request, here)

    @post("/", opt={"access": ISB}, status_code=200)
    async def publish(self, request: Ask, here: Here) -> Response[str] | Redirect:
        """Preview a new version, or publish it; risks keep their rating until somebody rates them again."""
        form = MatrixForm()
        try:
            form = await read(request, MatrixForm)
            cells = _cells(form)
            begins = form.valid_from or local_today()
            if form.act != "publish":
                return await _page(request, here, form, preview=True)
            async with town_tx({GROUP}, GROUP) as tx:
                made = await store.publish(tx, cells, form.reason, begins, form.version, here.actor, now())
        except Wrong as error:
            return await _page(request, here, kept(error, form), status=422, errors=problem(error))
        except Outdated as error:
            return await _page(request, here, form, status=409, late=error)
        return web.redirect("/group/risks/matrix", message=_("Fassung %(number)s gespeichert.", number=made.number))


class RatePages(Controller):
    """`/towns/{town}/risks`: rate again what an older version of the matrix rated."""

    path = "/towns/{town:str}/risks"
    include_in_schema = False

    @post("/rerate", opt={"access": EDIT_RISKS}, status_code=303)
    async def all(self, here: Here) -> Redirect:
        """All open risks of an older version."""
        async with here.tx(write=True) as tx:
            done = await risks.rerate(tx, here.write, here.actor, now())
        text = ngettext("%(num)s Risiko neu bewertet.", "%(num)s Risiken neu bewertet.", done)
        return web.redirect(f"{here.base}/risks", message=text)

    @post("/{key:uuid}/rerate", opt={"access": EDIT_RISKS}, status_code=303)
    async def one(self, here: Here, key: FromPath[UUID]) -> Redirect:
        """One risk."""
        async with here.tx(write=True) as tx:
            await risks.risk(tx, here.write, key)
            await risks.rerate(tx, here.write, here.actor, now(), key)
        return web.redirect(f"{here.base}/risks/{key}", message=_("Risiko neu bewertet."))


def _cells(form: MatrixForm) -> dict[str, tuple[str, ...]]:
    try:
        cells = dict(grid(form.cells))
    except ValueError as unfit:
        raise Wrong(_("Bitte wählen Sie für jedes der 16 Felder eine Kategorie."), "cells") from unfit
    if (text := fault(cells)) is not None:
        raise Wrong(text, "cells")
    return cells


def _flat(scheme: Scheme) -> tuple[str, ...]:
    return tuple(word for damage in reversed(DAMAGES) for word in scheme.cells[damage])


async def _page(
    request: Ask,
    here: Here,
    form: MatrixForm | None = None,
    *,
    status: int = 200,
    preview: bool = False,
    errors: dict[str, str] | None = None,
    late: Outdated | None = None,
) -> Response[str]:
    today = local_today()
    async with town_tx({GROUP}) as tx:
        versions = await store.versions(tx)
    newest = versions[0]
    typed = form.cells if form and len(form.cells) == len(_flat(newest)) else _flat(newest)
    changed = differences(newest, grid(typed)) if set(typed) <= set(CATEGORIES) else ()
    clash = _clash(newest, typed, late) if late else None
    form = form or MatrixForm()
    values: dict[str, Any] = {"towns": [], "found": [], "columns": ()}
    if preview:
        values = await _preview(here, Scheme(newest.number + 1, grid(typed)))
    return web.page(
        request,
        here,
        "isms/matrix.html",
        status=status,
        url="/group/risks/matrix",
        holds=current(versions, today),
        versions=versions,
        newest=newest,
        reason=form.reason,
        begins=form.valid_from or today,
        typed=typed,
        changed=changed,
        preview=preview,
        errors=errors or {},
        clash=clash,
        damages=list(reversed(DAMAGES)),
        frequencies=FREQUENCIES,
        categories=words.CATEGORIES,
        choices=list(CATEGORIES),
        head=tuple(web.Column(x) for x in (_("Schaden"), *FREQUENCIES)),
        version_columns=tuple(web.Column(x) for x in (_("Fassung"), _("Gilt ab"), _("Begründung"), _("Von"))),
        **values,
    )


def _clash(newest: Scheme, typed: Sequence[str], late: Outdated) -> Overtaken:
    names = [f"{damage}, {frequency}" for damage in reversed(DAMAGES) for frequency in FREQUENCIES]
    return overtaken(zip(names, _flat(newest), typed, strict=True), late)


async def _preview(here: Here, scheme: Scheme) -> dict[str, Any]:
    """Which open risks of the officer's towns change their category under this version."""
    towns = {x.id: x for x in here.account.towns(ISB, now()) if x.id != GROUP}
    lines, found = [], []
    for town in towns.values():
        async with town_tx({town.id}) as tx:
            whole = await risks.risks(tx, town.id)
        mine = moved(whole, scheme)
        counts = Counter("gross" if x.gross else "up" if x.rises else "down" for x in mine)
        lines.append((town.name, len(whole), counts["up"], counts["down"], counts["gross"]))
        found += [(town, x) for x in mine]
    heads = (_("Stadt"), _("offene Risiken"), _("steigen"), _("sinken"), _("nur brutto"))
    return {
        "towns": lines,
        "found": found,
        "columns": tuple(web.Column(x, numeric=i > 0) for i, x in enumerate(heads)),
    }
