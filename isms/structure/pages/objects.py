"""Target objects (Zielobjekte) of a town: list, page, form with preview of the rule, retiring, proposals of the inventory."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import msgspec
from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from isms.modelling import KIND_CATEGORIES, tree
from isms.pages import words
from isms.pages.forms import Ask, Form, kept, overtaken, problem, read
from isms.structure.pages.frame import base, chosen, columns, follow, page
from isms.structure.store import choices, protection
from isms.structure.words import GOALS, badge, because, word
from service import web
from service.audit import store as audit
from service.audit import words as acts
from service.auth.guards import EDIT_ISMS, READ_ISMS, Here
from service.db import uuid7
from service.errors import Outdated, Wrong
from service.i18n import gettext as _
from service.i18n import ngettext
from service.inventory import labels
from service.inventory.asset import HANDHELD
from service.inventory.pages.files import table_file
from service.objects import store as objects
from service.objects.membership import FAMILIES, Estate
from service.objects.store import Rule, Target, devices, needs
from service.objects.store import proposals as suggested
from service.settings import now
from service.web.clash import Overtaken

DEVICE_KINDS = (*sorted(KIND_CATEGORIES), *sorted(HANDHELD))


class ObjectForm(Form):
    """A target object; from `kinds` on it is its rule over the inventory."""

    name: str = ""
    kind: str = "it_system"
    categories: tuple[str, ...] = ()
    responsible: str = ""
    note: str = ""
    kinds: tuple[str, ...] = ()
    os: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    pattern: str = ""
    everything: bool = False
    version: int = 0

    def rule(self, by_hand: list[str]) -> Rule:
        """The rule as it is kept; devices added by hand stay."""
        return Rule(
            kinds=list(self.kinds),
            assets=by_hand,
            everything=self.everything,
            os=list(self.os),
            networks=list(self.networks),
            purposes=list(self.purposes),
            sites=list(self.sites),
            units=list(self.units),
            name=self.pattern,
        )


class PickForm(Form):
    """What was ticked in a list of proposals."""

    id: tuple[str, ...] = ()


class ReasonForm(Form):
    """Why an object goes."""

    reason: str = ""


class ObjectPages(Controller):
    """`/towns/{town}/structure`."""

    path = "/towns/{town:str}/structure"
    include_in_schema = False

    @get("/", opt={"access": READ_ISMS})
    async def listed(self, request: Ask, here: Here) -> Response[str]:
        """All objects with their devices, filtered by kind and words."""
        query = chosen(request.query_params, "q", "kind")
        async with here.tx() as tx:
            estate = await devices.estate(tx, here.write)
            everything = await objects.targets(tx, here.write)
            rows = _rows(everything, estate, query)
            gone = await objects.retired(tx, here.write)
            dangling = estate.dangling((x.kind, x.rule) for x in everything).bit_count()
        state = web.listing(request.url.path, request.query_params.multi_items(), total=len(rows), per_page=100)
        return page(
            request,
            here,
            "objects",
            "",
            rows=rows[state.offset : state.offset + state.per_page],
            state=state,
            query=query,
            gone=gone,
            dangling=dangling,
            any=bool(everything),
            kinds=words.KINDS,
            columns=columns(_("Zielobjekt"), _("Zuständig"), _("Geräte"), _("Kategorien"), _("Aus dem Bestand"), numeric=(2,)),
            export_query=request.url.query,
        )

    @get("/export", opt={"access": READ_ISMS})
    async def export(self, request: Ask, here: Here) -> Response[bytes]:
        """The shown filter as XLSX or CSV."""
        async with here.tx() as tx:
            estate = await devices.estate(tx, here.write)
            rows = _rows(await objects.targets(tx, here.write), estate, chosen(request.query_params, "q", "kind"))
        heads = [_("Zielobjekt"), _("Art"), _("Zuständig"), _("Geräte"), _("Kategorien"), _("Bausteine"), _("Bemerkung")]
        lines = [
            dict(
                zip(
                    heads,
                    (
                        x.name,
                        str(words.KINDS[x.kind]),
                        x.responsible,
                        number,
                        ", ".join(x.categories),
                        ", ".join(x.modules),
                        x.note,
                    ),
                    strict=True,
                )
            )
            for x, number in rows
        ]
        return table_file(request, lines, heads, f"zielobjekte-{here.slug}")

    @get("/new", opt={"access": EDIT_ISMS})
    async def fresh(self, request: Ask, here: Here) -> Response[str]:
        """Ask for a new object."""
        kind = request.query_params.get("kind", "it_system")
        return await _form(request, here, ObjectForm(kind=kind if kind in words.KINDS else "it_system"), None)

    @post("/new", opt={"access": EDIT_ISMS}, status_code=200)
    async def add(self, request: Ask, here: Here) -> Response[str] | Redirect:
        """Add it and place the requirements."""
        return await _save(request, here, None)

    @post("/new/preview", opt={"access": EDIT_ISMS}, status_code=200)
    async def preview_new(self, request: Ask, here: Here) -> Response[str]:
        """The form again with what its rule draws now."""
        return await _preview(request, here, None)

    @get("/proposals", opt={"access": READ_ISMS})
    async def proposals(self, request: Ask, here: Here) -> Response[str]:
        """Objects that the inventory suggests."""
        async with here.tx() as tx:
            rows = await suggested.objects(tx, here.write)
        heads = columns(_("Vorschlag"), _("Art"), _("Kategorien"), _("Warum"))
        return page(request, here, "proposals", "", rows=rows, columns=heads, kinds=words.KINDS)

    @post("/proposals", opt={"access": EDIT_ISMS}, status_code=303)
    async def take(self, request: Ask, here: Here) -> Redirect:
        """Add the ticked ones."""
        return await _take(here, (await read(request, PickForm)).id)

    @post("/proposals/all", opt={"access": EDIT_ISMS}, status_code=303)
    async def take_all(self, here: Here) -> Redirect:
        """Add everything that is suggested now."""
        return await _take(here, None)

    @get("/objects/{target:uuid}", opt={"access": READ_ISMS})
    async def one(self, request: Ask, here: Here, target: FromPath[UUID]) -> Response[str]:
        """One object: devices, what it needs and who needs it, protection needs, history."""
        async with here.tx() as tx:
            item = await objects.target(tx, here.write, target)
            estate = await devices.estate(tx, here.write)
            names = {x.id: x.name for x in await objects.targets(tx, here.write)}
            links = await needs.needs(tx, here.write)
            mask = estate.mask(item.rule)
            state = web.listing(request.url.path, request.query_params.multi_items(), total=mask.bit_count(), per_page=20)
            members = await devices.these(tx, here.write, estate.these(mask), limit=state.per_page, offset=state.offset)
            line = await protection.line(tx, here.write, target)
            past = await audit.lines(tx, here.write, obj=f"target_object/{target}")
            drawn = await choices.drawn(tx, here.write, item.rule)
        return page(
            request,
            here,
            "object",
            "",
            item=item,
            state=state,
            members=members,
            by_kind=[(labels.word(labels.KINDS, kind), n) for kind, n in estate.by_kind(mask).items()],
            below=[(x, names[x.provider]) for x in links if x.consumer == target],
            above=[(x, names[x.consumer]) for x in links if x.provider == target],
            goals=[(str(GOALS[g]), word(e.need), badge(e.need), because(e, line.because[g])) for g, e in line.effective.items()],
            review=line.review,
            drawn=drawn,
            kinds=words.KINDS,
            device_kinds=labels.KINDS,
            past=[{"title": acts.action(x.action), "at": x.at, "who": x.actor, "text": "", "changes": ()} for x in past],
            member_columns=columns(_("Gerät"), _("Art"), _("Betriebssystem"), _("Standort")),
        )

    @get("/objects/{target:uuid}/edit", opt={"access": EDIT_ISMS})
    async def edit(self, request: Ask, here: Here, target: FromPath[UUID]) -> Response[str]:
        """Show the object for changing."""
        return await _form(request, here, await _stored(here, target), target)

    @post("/objects/{target:uuid}/edit", opt={"access": EDIT_ISMS}, status_code=200)
    async def change(self, request: Ask, here: Here, target: FromPath[UUID]) -> Response[str] | Redirect:
        """Save the object and place the requirements again."""
        return await _save(request, here, target)

    @post("/objects/{target:uuid}/edit/preview", opt={"access": EDIT_ISMS}, status_code=200)
    async def preview(self, request: Ask, here: Here, target: FromPath[UUID]) -> Response[str]:
        """The form again with what its rule draws now."""
        return await _preview(request, here, target)

    @get("/objects/{target:uuid}/retire", opt={"access": EDIT_ISMS})
    async def ask_retire(self, request: Ask, here: Here, target: FromPath[UUID]) -> Response[str]:
        """Ask why it goes."""
        return await _retire(request, here, target)

    @post("/objects/{target:uuid}/retire", opt={"access": EDIT_ISMS}, status_code=200)
    async def retire(self, request: Ask, here: Here, target: FromPath[UUID]) -> Response[str] | Redirect:
        """Take it out of use; answers stay and come back with it."""
        try:
            form = await read(request, ReasonForm)
            async with here.tx(write=True) as tx:
                name = await objects.retire(tx, here.write, target, form.reason, here.actor, now())
                await follow(tx, here.write)
        except Wrong as error:
            return await _retire(request, here, target, problem(error))
        text = _("„%(name)s“ gehört nicht mehr zur Struktur.", name=name)
        return web.redirect(base(here), message=text, undo=f"{base(here)}/objects/{target}/restore")

    @post("/objects/{target:uuid}/restore", opt={"access": EDIT_ISMS}, status_code=303)
    async def restore(self, here: Here, target: FromPath[UUID]) -> Redirect:
        """Take it back."""
        async with here.tx(write=True) as tx:
            name = await objects.restore(tx, here.write, target, here.actor)
            await follow(tx, here.write)
        return web.redirect(f"{base(here)}/objects/{target}", message=_("„%(name)s“ gehört wieder zur Struktur.", name=name))


async def _take(here: Here, sources: tuple[str, ...] | None) -> Redirect:
    async with here.tx(write=True) as tx:
        made = await suggested.take_objects(tx, here.write, sources, here.actor, now())
        await follow(tx, here.write)
    text = ngettext("%(num)s Zielobjekt angelegt.", "%(num)s Zielobjekte angelegt.", len(made))
    return web.redirect(f"{base(here)}/needs/proposals" if made else f"{base(here)}/proposals", message=text)


def _rows(everything: Sequence[Target], estate: Estate, query: dict[str, str]) -> list[tuple[Target, int]]:
    needle = query["q"].casefold()
    return [
        (x, estate.count(x.rule))
        for x in everything
        if (not query["kind"] or x.kind == query["kind"])
        and (not needle or needle in f"{x.name} {x.responsible} {x.note} {' '.join(x.categories)}".casefold())
    ]


async def _stored(here: Here, target: UUID) -> ObjectForm:
    """The form as the object stands in the database."""
    async with here.tx() as tx:
        item = await objects.target(tx, here.write, target)
    rule = item.rule
    return ObjectForm(
        name=item.name,
        kind=item.kind,
        categories=item.categories,
        responsible=item.responsible,
        note=item.note,
        kinds=tuple(rule.kinds),
        os=tuple(rule.os),
        purposes=tuple(rule.purposes),
        networks=tuple(rule.networks),
        sites=tuple(rule.sites),
        units=tuple(rule.units),
        pattern=rule.name,
        everything=rule.everything,
        version=item.version,
    )


async def _save(request: Ask, here: Here, target: UUID | None) -> Response[str] | Redirect:
    form = ObjectForm()
    ident = target or uuid7()
    try:
        form = await read(request, ObjectForm)
        _check(form)
        async with here.tx(write=True) as tx:
            former = None if target is None else await objects.target(tx, here.write, target)
            rule = form.rule(former.rule.assets if former else [])
            modules = former.modules if former else ()
            item = Target(ident, form.name, form.kind, form.categories, rule, form.note, form.version, form.responsible, modules)
            if former is None:
                await objects.add(tx, here.write, item, here.actor, now())
            else:
                await objects.change(tx, here.write, item, here.actor)
            await follow(tx, here.write)
    except Wrong as error:
        return await _form(request, here, kept(error, form), target, status=422, errors=problem(error))
    except Outdated as error:
        stored = await _stored(here, ident)
        clash, form = overtaken(form, stored, error), msgspec.structs.replace(form, version=stored.version)
        return await _form(request, here, form, target, status=409, clash=clash)
    return web.redirect(f"{base(here)}/objects/{ident}", message=_("Zielobjekt gespeichert."))


async def _preview(request: Ask, here: Here, target: UUID | None) -> Response[str]:
    form = ObjectForm()
    try:
        form = await read(request, ObjectForm)
    except Wrong as error:
        return await _form(request, here, kept(error, form), target, status=422, errors=problem(error))
    return await _form(request, here, form, target)


def _check(form: ObjectForm) -> None:
    if not form.name:
        raise Wrong(_("Bitte geben Sie dem Zielobjekt einen Namen."), "name")
    if form.kind not in words.KINDS:
        raise Wrong(_("Bitte wählen Sie eine Art."), "kind")
    if not set(form.categories) <= set(tree().parents):
        raise Wrong(_("Eine der Kategorien gibt es nicht."), "categories")
    if not set(form.kinds) <= set(DEVICE_KINDS):
        raise Wrong(_("Eine der Gerätearten gibt es nicht."), "kinds")


async def _retire(request: Ask, here: Here, target: UUID, errors: dict[str, str] | None = None) -> Response[str]:
    async with here.tx() as tx:
        item = await objects.target(tx, here.write, target)
        links = [x for x in await needs.needs(tx, here.write) if target in (x.consumer, x.provider)]
    return page(request, here, "retire", "", status=422 if errors else 200, item=item, links=len(links), errors=errors or {})


async def _form(
    request: Ask,
    here: Here,
    form: ObjectForm,
    target: UUID | None,
    *,
    status: int = 200,
    errors: dict[str, str] | None = None,
    clash: Overtaken | None = None,
) -> Response[str]:
    async with here.tx() as tx:
        known = await choices.known(tx, here.write)
        estate = await devices.estate(tx, here.write)
        hand: list[str] = []
        if target is not None:
            hand = (await objects.target(tx, here.write, target)).rule.assets
        mask = estate.mask(form.rule(hand))
        first = await devices.these(tx, here.write, estate.these(mask), limit=10)
    return page(
        request,
        here,
        "object_form",
        "",
        status=status,
        url=f"{base(here)}/objects/{target}/edit" if target else f"{base(here)}/new",
        back=f"{base(here)}/objects/{target}" if target else base(here),
        form=form,
        fresh=target is None,
        errors=errors or {},
        clash=clash,
        hand=len(hand),
        kinds=[(str(key), str(text)) for key, text in words.KINDS.items()],
        categories=[(name, name) for name in sorted(tree().parents)],
        devices=[(name, labels.word(labels.KINDS, name)) for name in DEVICE_KINDS],
        families=[(key, str(text)) for key, text in FAMILIES.items()],
        purposes=[(key, str(text)) for key, text in labels.PURPOSES.items()],
        known=known,
        number=mask.bit_count(),
        by_kind=[(labels.word(labels.KINDS, kind), n) for kind, n in estate.by_kind(mask).items()],
        first=first,
    )
