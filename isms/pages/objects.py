"""Add and change target objects (Strukturanalyse)."""

from __future__ import annotations

from uuid import UUID

import msgspec
from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from isms.modelling import KIND_CATEGORIES, tree
from isms.pages import words
from isms.pages.forms import Ask, Form, kept, overtaken, problem, read
from isms.store import evidence, sheets
from service import web
from service.auth.guards import EDIT_ISMS, Here
from service.db import uuid7
from service.errors import Outdated, Wrong
from service.i18n import gettext as _
from service.objects import store as objects
from service.objects.store import Rule, Target
from service.settings import now
from service.web.clash import Overtaken


class ObjectForm(Form):
    """A target object; `kinds` is its rule over the inventory."""

    name: str = ""
    kind: str = "it_system"
    categories: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    everything: bool = False
    note: str = ""
    version: int = 0


class ObjectPages(Controller):
    """`/towns/{town}/controls/structure`."""

    path = "/towns/{town:str}/controls/structure"
    include_in_schema = False

    @get("/new", opt={"access": EDIT_ISMS})
    async def fresh(self, request: Ask, here: Here) -> Response[str]:
        """Ask for a new object."""
        return _page(request, here, ObjectForm(), None)

    @post("/new", opt={"access": EDIT_ISMS}, status_code=200)
    async def add(self, request: Ask, here: Here) -> Response[str] | Redirect:
        """Add it and place the requirements."""
        return await _save(request, here, None)

    @get("/{target:uuid}", opt={"access": EDIT_ISMS})
    async def edit(self, request: Ask, here: Here, target: FromPath[UUID]) -> Response[str]:
        """Show the object for changing."""
        return _page(request, here, await _stored(here, target), target)

    @post("/{target:uuid}", opt={"access": EDIT_ISMS}, status_code=200)
    async def change(self, request: Ask, here: Here, target: FromPath[UUID]) -> Response[str] | Redirect:
        """Save the object and place the requirements again."""
        return await _save(request, here, target)


async def _stored(here: Here, target: UUID) -> ObjectForm:
    """The form as the object stands in the database."""
    async with here.tx() as tx:
        item = await objects.target(tx, here.write, target)
    rule = item.rule
    return ObjectForm(
        name=item.name,
        kind=item.kind,
        categories=item.categories,
        kinds=tuple(rule.kinds),
        everything=rule.everything,
        note=item.note,
        version=item.version,
    )


async def _save(request: Ask, here: Here, target: UUID | None) -> Response[str] | Redirect:
    form = ObjectForm()
    try:
        form = await read(request, ObjectForm)
        _check(form)
        async with here.tx(write=True) as tx:
            hand = [] if target is None else (await objects.target(tx, here.write, target)).rule.assets
            rule = Rule(kinds=list(form.kinds), assets=hand, everything=form.everything)
            item = Target(target or uuid7(), form.name, form.kind, form.categories, rule, form.note, form.version)
            if target is None:
                target = await objects.add(tx, here.write, item, here.actor, now())
            else:
                await objects.change(tx, here.write, item, here.actor)
            await sheets.remodel(tx, here.write)
            await evidence.place(tx, here.write)
    except Wrong as error:
        return _page(request, here, kept(error, form), target, status=422, errors=problem(error))
    except Outdated as error:
        stored = await _stored(here, item.id)
        clash, form = overtaken(form, stored, error), msgspec.structs.replace(form, version=stored.version)
        return _page(request, here, form, target, status=409, clash=clash)
    return web.redirect(f"{here.base}/controls/objects/{target}", message=_("Zielobjekt gespeichert."))


def _check(form: ObjectForm) -> None:
    if not form.name:
        raise Wrong(_("Bitte geben Sie dem Zielobjekt einen Namen."), "name")
    if form.kind not in words.KINDS:
        raise Wrong(_("Bitte wählen Sie eine Art."), "kind")
    if not form.categories or not set(form.categories) <= set(tree().parents):
        raise Wrong(_("Bitte wählen Sie mindestens eine Kategorie; sie bestimmt die Anforderungen."), "categories")
    if not set(form.kinds) <= set(KIND_CATEGORIES):
        raise Wrong(_("Eine der Gerätearten gibt es nicht."), "kinds")


def _page(
    request: Ask,
    here: Here,
    form: ObjectForm,
    target: UUID | None,
    *,
    status: int = 200,
    errors: dict[str, str] | None = None,
    clash: Overtaken | None = None,
) -> Response[str]:
    base = f"{here.base}/controls"
    return web.page(
        request,
        here,
        "isms/object_form.html",
        status=status,
        base=base,
        url=f"{base}/structure/{target or 'new'}",
        form=form,
        fresh=target is None,
        errors=errors or {},
        clash=clash,
        kinds=[(str(key), str(word)) for key, word in words.KINDS.items()],
        categories=[(name, name) for name in sorted(tree().parents)],
        devices=[(name, name) for name in sorted(KIND_CATEGORIES)],
    )
