"""Needs (Abhängigkeiten): drawing and table, add, change, take away with undo, proposals along the inventory's links."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from msgspec import structs

from isms.pages import words
from isms.pages.forms import Ask, Form, kept, overtaken, problem, read
from isms.structure import drawing
from isms.structure.pages.frame import base, columns, page
from service import web
from service.auth.guards import EDIT_ISMS, READ_ISMS, Here
from service.db import uuid7
from service.errors import Outdated, Wrong
from service.i18n import gettext as _
from service.i18n import ngettext
from service.inventory.pages.files import table_file
from service.objects import graph
from service.objects import store as objects
from service.objects.store import needs as store
from service.objects.store import proposals as suggested
from service.objects.store.needs import Need
from service.settings import now
from service.web.clash import Overtaken

MOST_DRAWN = 60
"""Objects beyond which only what lies around a chosen one is drawn."""


class NeedForm(Form):
    """A need; consumer and provider stand fast once it is there."""

    consumer: str = ""
    provider: str = ""
    alternatives: int = 0
    required_hours: int | None = None
    degraded_ok: bool = False
    note: str = ""
    version: int = 0


class PairForm(Form):
    """Ticked proposals as "consumer provider"."""

    id: tuple[str, ...] = ()


class NeedPages(Controller):
    """`/towns/{town}/structure/needs`."""

    path = "/towns/{town:str}/structure/needs"
    include_in_schema = False

    @get("/", opt={"access": READ_ISMS})
    async def show(self, request: Ask, here: Here) -> Response[str]:
        """The graph and its table; around one object where the address names it."""
        return await _page(request, here, NeedForm(consumer=request.query_params.get("at", "")))

    @post("/", opt={"access": EDIT_ISMS}, status_code=200)
    async def add(self, request: Ask, here: Here) -> Response[str] | Redirect:
        """Add a need."""
        form = NeedForm()
        try:
            form = await read(request, NeedForm)
            item = Need(
                uuid7(),
                _id(form.consumer),
                _id(form.provider),
                form.alternatives,
                form.required_hours,
                form.degraded_ok,
                form.note,
            )
            async with here.tx(write=True) as tx:
                await store.add(tx, here.write, item, here.actor, now())
        except Wrong as error:
            return await _page(request, here, kept(error, form), errors=problem(error))
        address = f"{base(here)}/needs?at={item.consumer}"
        return web.redirect(address, message=_("Abhängigkeit eingetragen."), undo=f"{base(here)}/needs/{item.id}/remove")

    @get("/proposals", opt={"access": READ_ISMS})
    async def proposals(self, request: Ask, here: Here) -> Response[str]:
        """Needs that follow from the inventory's links."""
        async with here.tx() as tx:
            names = {x.id: x.name for x in await objects.targets(tx, here.write)}
            found = await suggested.needs(tx, here.write)
        rows = [
            {
                "id": f"{x.consumer} {x.provider}",
                "name": f"{names[x.consumer]} → {names[x.provider]}",
                "from": names[x.consumer],
                "to": names[x.provider],
                "because": x.because,
            }
            for x in found
        ]
        heads = columns(_("Zielobjekt"), _("braucht"), _("Warum"))
        return page(request, here, "need_proposals", "/needs", rows=rows, columns=heads)

    @post("/proposals", opt={"access": EDIT_ISMS}, status_code=303)
    async def take(self, request: Ask, here: Here) -> Redirect:
        """Add the ticked ones."""
        form = await read(request, PairForm)
        return await _take(here, {(_id(a), _id(b)) for a, b in (x.split(" ", 1) for x in form.id if " " in x)})

    @post("/proposals/all", opt={"access": EDIT_ISMS}, status_code=303)
    async def take_all(self, here: Here) -> Redirect:
        """Add everything that is suggested now."""
        return await _take(here, None)

    @get("/export", opt={"access": READ_ISMS})
    async def export(self, request: Ask, here: Here) -> Response[bytes]:
        """All needs as XLSX or CSV."""
        async with here.tx() as tx:
            names = {x.id: x.name for x in await objects.targets(tx, here.write)}
            links = await store.needs(tx, here.write)
        heads = [
            _("Zielobjekt"),
            _("braucht"),
            _("Nummer der Alternative"),
            _("Spätestens nach Stunden"),
            _("Der Notbetrieb überbrückt das"),
            _("Bemerkung"),
        ]
        lines = [
            dict(
                zip(
                    heads,
                    (names[x.consumer], names[x.provider], x.alternatives or "", x.required_hours, x.degraded_ok, x.note),
                    strict=True,
                )
            )
            for x in links
        ]
        return table_file(request, lines, heads, f"abhaengigkeiten-{here.slug}")

    @get("/{need:uuid}/edit", opt={"access": EDIT_ISMS})
    async def edit(self, request: Ask, here: Here, need: FromPath[UUID]) -> Response[str]:
        """Show a need for changing."""
        return await _edit(request, here, need, await _stored(here, need))

    @post("/{need:uuid}/edit", opt={"access": EDIT_ISMS}, status_code=200)
    async def change(self, request: Ask, here: Here, need: FromPath[UUID]) -> Response[str] | Redirect:
        """Save what is said about it."""
        stored = await _stored(here, need)
        form = stored
        try:
            form = await read(request, NeedForm)
            async with here.tx(write=True) as tx:
                before = await store.need(tx, here.write, need)
                item = replace(
                    before,
                    alternatives=form.alternatives,
                    required_hours=form.required_hours,
                    degraded_ok=form.degraded_ok,
                    note=form.note,
                    version=form.version,
                )
                await store.change(tx, here.write, item, here.actor)
        except Wrong as error:
            return await _edit(request, here, need, kept(error, form), errors=problem(error), status=422)
        except Outdated as error:
            clash = overtaken(form, await _stored(here, need), error)
            form = structs.replace(form, version=(await _stored(here, need)).version)
            return await _edit(request, here, need, form, clash=clash, status=409)
        return web.redirect(f"{base(here)}/needs?at={item.consumer}", message=_("Abhängigkeit gespeichert."))

    @post("/{need:uuid}/remove", opt={"access": EDIT_ISMS}, status_code=303)
    async def remove(self, here: Here, need: FromPath[UUID]) -> Redirect:
        """Take a need away."""
        async with here.tx(write=True) as tx:
            await store.remove(tx, here.write, need, here.actor, now())
        address = f"{base(here)}/needs"
        return web.redirect(address, message=_("Abhängigkeit weggenommen."), undo=f"{address}/{need}/restore")

    @post("/{need:uuid}/restore", opt={"access": EDIT_ISMS}, status_code=303)
    async def restore(self, here: Here, need: FromPath[UUID]) -> Redirect:
        """Bring it back."""
        async with here.tx(write=True) as tx:
            await store.restore(tx, here.write, need, here.actor)
        return web.redirect(f"{base(here)}/needs", message=_("Abhängigkeit wieder eingetragen."))


async def _take(here: Here, pairs: set[tuple[UUID, UUID]] | None) -> Redirect:
    async with here.tx(write=True) as tx:
        made = await suggested.take_needs(tx, here.write, pairs, here.actor, now())
    text = ngettext("%(num)s Abhängigkeit eingetragen.", "%(num)s Abhängigkeiten eingetragen.", len(made))
    return web.redirect(f"{base(here)}/needs", message=text)


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


async def _stored(here: Here, need: UUID) -> NeedForm:
    async with here.tx() as tx:
        item = await store.need(tx, here.write, need)
    return NeedForm(
        consumer=str(item.consumer),
        provider=str(item.provider),
        alternatives=item.alternatives,
        required_hours=item.required_hours,
        degraded_ok=item.degraded_ok,
        note=item.note,
        version=item.version,
    )


async def _edit(
    request: Ask,
    here: Here,
    need: UUID,
    form: NeedForm,
    *,
    status: int = 200,
    errors: dict[str, str] | None = None,
    clash: Overtaken | None = None,
) -> Response[str]:
    async with here.tx() as tx:
        item = await store.need(tx, here.write, need)
        names = {x.id: x.name for x in await objects.targets(tx, here.write)}
    return page(
        request,
        here,
        "need_form",
        "/needs",
        status=status,
        url=f"{base(here)}/needs/{need}/edit",
        remove=f"{base(here)}/needs/{need}/remove",
        form=form,
        consumer=names[item.consumer],
        provider=names[item.provider],
        errors=errors or {},
        clash=clash,
    )


async def _page(request: Ask, here: Here, form: NeedForm, *, errors: dict[str, str] | None = None) -> Response[str]:
    at = _id(request.query_params.get("at", ""))
    async with here.tx() as tx:
        targets = await objects.targets(tx, here.write)
        links = await store.needs(tx, here.write)
    names = {x.id: x.name for x in targets}
    edges = [(x.consumer, x.provider) for x in links]
    shown = graph.around(edges, at) if at in names else frozenset(x for edge in edges for x in edge)
    address = f"{base(here)}/needs?at="
    nodes = {
        x.id: drawing.Node(x.name, str(words.KINDS[x.kind]), f"{address}{x.id}", "medium" if x.id == at else "plain")
        for x in targets
        if x.id in shown
    }
    drawn = links and (at in names or len(nodes) <= MOST_DRAWN)
    title = _("Abhängigkeiten: %(name)s", name=names[at]) if at in names else _("Abhängigkeiten")
    rows = [(x, names[x.consumer], names[x.provider]) for x in links if x.consumer in shown and x.provider in shown]
    return page(
        request,
        here,
        "needs",
        "/needs",
        status=422 if errors else 200,
        chart=drawing.needs(title, nodes, links) if drawn and nodes else None,
        too_many=bool(links) and not drawn,
        rows=rows,
        at=str(at) if at in names else "",
        about=names.get(at, ""),
        choices=[(str(x.id), f"{x.name} ({words.KINDS[x.kind]})") for x in targets],
        form=form,
        errors=errors or {},
        columns=columns(_("Zielobjekt"), _("braucht"), _("Alternative"), _("Spätestens nach"), _("Bemerkung"), _("Aktionen")),
    )
