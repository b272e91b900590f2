"""One product: who uses it, own facts, licences and devices; entering, changing, ending its use."""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import msgspec
from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from service import web
from service.auth.guards import EDIT_INVENTORY, READ_INVENTORY, Here
from service.errors import Missing, Outdated, Wrong
from service.i18n import gettext as _
from service.inventory import labels
from service.inventory.pages.files import table_file
from service.settings import local_today, now
from service.software import licences as counting
from service.software import values, words
from service.software.folding import fold
from service.software.pages.common import Ask, base, groups, installed, product_url
from service.software.rules import assigned
from service.software.store import GROUP, door, entries, found
from service.software.store import licences as store
from service.web import clash
from service.web.clash import Overtaken
from service.web.forms import Form, kept, problem, read


class EntryForm(Form):
    """A product and its use; money in whole Euro."""

    name: str = ""
    maker: str = ""
    category: str = "procedure"
    note: str = ""
    purpose: str = ""
    release: str = ""
    hosting: str = ""
    users: int | None = None
    contact: str = ""
    contract_end: date | None = None
    notice_on: date | None = None
    cost_yearly: int | None = None
    processing_contract: str = "unknown"
    dms_interface: str = "unknown"
    exit_plan: str = ""
    solved: str = ""
    facets: tuple[str, ...] = ()
    version: int = 0


class EntryPages(Controller):
    """`/towns/{town}/software/product` and `…/products/{key}`."""

    path = "/towns/{town:str}/software"
    include_in_schema = False

    @get("/product", opt={"access": READ_INVENTORY})
    async def show(self, request: Ask, here: Here) -> Response[str]:
        """„Wer nutzt es schon?“ for one product, with the own facts where the town has any."""
        return await _show(request, here, str(request.query_params.get("key", "")))

    @get("/new", opt={"access": EDIT_INVENTORY})
    async def fresh(self, request: Ask, here: Here) -> Response[str]:
        """An empty form, or one begun with what another town shares."""
        name, maker, purpose = (str(request.query_params.get(x, "")).strip()[:200] for x in ("name", "maker", "purpose"))
        async with door(here.write) as tx:
            ticked = await entries.ticked(tx, here.write)
        return await _form(request, here, EntryForm(name=name, maker=maker, purpose=purpose, facets=ticked), None)

    @post("/new", opt={"access": EDIT_INVENTORY}, status_code=200)
    async def add(self, request: Ask, here: Here) -> Response[str] | Redirect:
        """Enter it."""
        return await _save(request, here, None)

    @get("/products/{key:uuid}/edit", opt={"access": EDIT_INVENTORY})
    async def edit(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str]:
        """Show it for changing."""
        return await _form(request, here, await _stored(here, key), key)

    @post("/products/{key:uuid}/edit", opt={"access": EDIT_INVENTORY}, status_code=200)
    async def change(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str] | Redirect:
        """Save it."""
        return await _save(request, here, key)

    @post("/products/{key:uuid}/end", opt={"access": EDIT_INVENTORY}, status_code=303)
    async def end(self, here: Here, key: FromPath[UUID]) -> Redirect:
        """No longer in use; the message offers the way back."""
        async with door(here.write, write=True) as tx:
            item = await entries.end(tx, here.write, key, here.actor, now(), ended=True)
        text = _("„%(name)s“ ist nicht mehr im Einsatz.", name=item.name)
        return web.redirect(product_url(here, item.key), message=text, undo=f"{base(here)}/products/{key}/resume")

    @post("/products/{key:uuid}/resume", opt={"access": EDIT_INVENTORY}, status_code=303)
    async def resume(self, here: Here, key: FromPath[UUID]) -> Redirect:
        """In use again, shared as before."""
        async with door(here.write, write=True) as tx:
            item = await entries.end(tx, here.write, key, here.actor, now(), ended=False)
        return web.redirect(product_url(here, item.key), message=_("„%(name)s“ ist wieder im Einsatz.", name=item.name))

    @get("/products/{key:uuid}/devices", opt={"access": READ_INVENTORY})
    async def devices(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[Any]:
        """The devices behind the figure, as page or file."""
        async with door(here.write) as tx:
            item = await entries.entry(tx, here.write, key)
            names = assigned(await groups(tx, here.write)).get(key, ())
            rows = await found.devices(tx, here.write, names)
        if "format" in request.query_params:
            heads = [_("Gerät"), _("Art"), _("Name des Programms"), _("Version")]
            lines = [dict(zip(heads, (x.name, _kind(x.kind), list(x.names), list(x.versions)), strict=True)) for x in rows]
            return table_file(request, lines, heads, f"installationen-{here.slug}")
        return web.page(
            request, here, "software/devices.html", item=item, rows=rows, base=base(here), kinds=labels.KINDS,
            url=product_url(here, item.key), assets=f"{here.base}/assets",
            columns=tuple(web.Column(x) for x in (_("Gerät"), _("Art"), _("Name des Programms"), _("Version"), _("Gesehen"))),
        )  # fmt: skip


def _kind(kind: str) -> str:
    return str(labels.KINDS.get(kind, kind))


async def _show(request: Ask, here: Here, key: str) -> Response[str]:
    async with door(here.write) as tx:
        mine = next((x for x in await entries.entries(tx, here.write) if x.key == key), None)
        others = [x for x in await entries.shared(tx, here.write) if x.key == key]
        if mine is None and not others:
            raise Missing
        standard = next((x for x in await entries.standards(tx) if x.key == key), None)
        towns = await entries.towns(tx)
        owned = [x for x in await store.licences(tx, here.write) if mine and x.product == mine.id]
        _names, counted = await installed(tx, here.write) if mine else ({}, {})
        covered = await found.coverage(tx, here.write)
    today = local_today()
    number = counted.get(mine.id) if mine else None
    return web.page(
        request, here, "software/product.html", mine=mine, others=others, towns=towns, standard=standard, words=words,
        today=today, title=mine.name if mine else others[0].name, sample=mine or others[0], base=base(here), owned=owned,
        number=number, coverage=covered,
        balances=counting.balances(owned, number, mine.users if mine else None, covered, today),
        support=values.support_of(mine.name, mine.release) if mine else None,
        may_edit=bool(here.roles & EDIT_INVENTORY) and here.write != GROUP,
        columns=tuple(
            web.Column(x)
            for x in (_("Stadt"), _("Version"), _("Betrieb"), _("Nutzende"), _("Ansprechstelle"), _("Vertragsende"),
                      _("Kosten im Jahr"), _("Wer hat es gelöst?"))
        ),
    )  # fmt: skip


async def _stored(here: Here, key: UUID) -> EntryForm:
    async with door(here.write) as tx:
        item = await entries.entry(tx, here.write, key)
        ticked = await entries.ticked(tx, here.write)
    form = form_of(item)
    return form if item.used else msgspec.structs.replace(form, facets=ticked)


def form_of(item: values.Entry) -> EntryForm:
    """A product as its form holds it."""
    fields = {name: getattr(item, name) for name in EntryForm.__struct_fields__}
    return EntryForm(**fields | {"cost_yearly": None if item.cost_yearly is None else item.cost_yearly // 100})


async def _save(request: Ask, here: Here, key: UUID | None) -> Response[str] | Redirect:
    form, item = EntryForm(), None
    if here.write == GROUP:
        raise Missing
    try:
        form = await read(request, EntryForm)
        item = entry_of(form, key)
        async with door(here.write, write=True) as tx:
            await entries.save(tx, here.write, item, here.actor, now())
    except Wrong as error:
        return await _form(request, here, kept(error, form), key, status=422, errors=problem(error))
    except Outdated as error:
        if key is None:
            raise
        stored = await _stored(here, key)
        both = clash.of_forms(stored, form, words.FIELDS, error)
        form = msgspec.structs.replace(form, version=stored.version)
        return await _form(request, here, form, key, status=409, clash=both)
    text = _("Gespeichert. Andere Städte sehen, was Sie freigegeben haben.") if item.shared else _("Gespeichert.")
    return web.redirect(product_url(here, fold(item.name)), message=text)


def checked(form: EntryForm) -> None:
    """Raises `Wrong` for what cannot be meant."""
    if not form.name:
        raise Wrong(_("Bitte geben Sie dem Produkt einen Namen."), "name")
    for name, known in (
        ("category", words.CATEGORIES), ("hosting", {"": "", **words.HOSTING}),
        ("processing_contract", words.ANSWERS), ("dms_interface", words.ANSWERS),
    ):  # fmt: skip
        if getattr(form, name) not in known:
            raise Wrong(_("Diese Auswahl gibt es nicht."), name)
    for name in ("users", "cost_yearly"):
        if (getattr(form, name) or 0) < 0:
            raise Wrong(_("Diese Zahl darf nicht negativ sein."), name)
    if form.notice_on and form.contract_end and form.notice_on > form.contract_end:
        raise Wrong(_("Die Kündigung muss vor dem Vertragsende liegen."), "notice_on")
    if set(words.FACETS) & set(form.facets) and "use" not in form.facets:
        raise Wrong(_("Einzelne Angaben teilen Sie nur zusammen damit, dass Sie das Produkt nutzen."), "facets")


def entry_of(form: EntryForm, key: UUID | None) -> values.Entry:
    """The product that a form describes. Raises `Wrong` for what cannot be meant."""
    checked(form)
    facets = tuple(x for x in words.FACETS if x in form.facets)
    cost = None if form.cost_yearly is None else form.cost_yearly * 100
    given = {x: getattr(form, x) for x in EntryForm.__struct_fields__} | {"facets": facets, "cost_yearly": cost}
    item = values.Entry(id=key or uuid4(), key="", **given)
    return dataclasses.replace(item, version=form.version if key else 0)


async def _form(
    request: Ask, here: Here, form: EntryForm, key: UUID | None, *, status: int = 200,
    errors: dict[str, str] | None = None, clash: Overtaken | None = None,
) -> Response[str]:  # fmt: skip
    if here.write == GROUP:
        raise Missing
    return web.page(
        request, here, "software/form.html", status=status, form=form, errors=errors or {}, clash=clash, fresh=key is None,
        url=f"{base(here)}/products/{key}/edit" if key else f"{base(here)}/new", base=base(here), words=words,
        fields=words.FIELDS,
    )  # fmt: skip
