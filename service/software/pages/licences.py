"""„Lizenzen“: what may be used against what is installed, and each licence with its form."""

from __future__ import annotations

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
from service.i18n import lazy
from service.inventory.pages.files import table_file
from service.settings import local_today, now
from service.software import words
from service.software.licences import Balance, Licence, balances
from service.software.pages.common import Ask, base, installed, product_url, tabs
from service.software.store import door, entries, found
from service.software.store import licences as store
from service.software.values import Entry
from service.web import clash
from service.web.clash import Overtaken
from service.web.forms import Form, kept, problem, read

WHY = {
    "counted": lazy("nach den Listen der Programme gezählt"),
    "told": lazy("nach der eingetragenen Zahl der Nutzenden"),
    "unlimited": lazy("die Lizenz ist unbegrenzt"),
    "unassigned": lazy("kein gefundener Name ist diesem Produkt zugeordnet"),
    "silent": lazy("Rechner ohne Liste ihrer Programme könnten weitere brauchen"),
    "users": lazy("die Zahl der Nutzenden ist nicht eingetragen"),
    "mixed": lazy("nach der anderen Zählung reicht es"),
}


class LicenceForm(Form):
    """A licence."""

    product: str = ""
    metric: str = "device"
    quantity: int | None = None
    reference: str = ""
    ends_on: date | None = None
    note: str = ""
    version: int = 0


class LicencePages(Controller):
    """`/towns/{town}/software/licences`."""

    path = "/towns/{town:str}/software/licences"
    include_in_schema = False

    @get("/", opt={"access": READ_INVENTORY})
    async def show(self, request: Ask, here: Here) -> Response[str]:
        """Each licensed product with its lamp, and all licences."""
        rows, owned, covered = await _rows(here)
        return web.page(
            request, here, "software/licences.html", rows=rows, owned=owned, coverage=covered, base=base(here), words=words,
            why=WHY, tabs=tabs(here, "/licences"), today=local_today(), product_url=lambda key: product_url(here, key),
            may_edit=bool(here.roles & EDIT_INVENTORY) and bool(here.write),
            columns=(web.Column(_("Produkt")), web.Column(_("Stand")), web.Column(_("Lizenzen"), numeric=True),
                     web.Column(_("Installiert oder genutzt"), numeric=True), web.Column(_("Es fehlen"), numeric=True)),
            licence_columns=(web.Column(_("Produkt")), web.Column(_("Zählung")), web.Column(_("Anzahl"), numeric=True),
                             web.Column(_("Vertrag oder Beleg")), web.Column(_("Gilt bis")), web.Column(_("Schritt"))),
        )  # fmt: skip

    @get("/export", opt={"access": READ_INVENTORY})
    async def export(self, request: Ask, here: Here) -> Response[bytes]:
        """The balance as XLSX or CSV."""
        rows, _owned, _covered = await _rows(here)
        heads = [_("Produkt"), _("Zählung"), _("Lizenzen"), _("Installiert oder genutzt"), _("Es fehlen"), _("Stand"), _("Grund")]
        lines = [
            dict(zip(heads, (item.name, str(words.METRICS[x.metric]), x.licensed, x.found, x.missing,
                             str(words.LAMPS[x.state][0]), str(WHY[x.why])), strict=True))
            for item, x in rows
        ]  # fmt: skip
        return table_file(request, lines, heads, f"lizenzen-{here.slug}")

    @get("/new", opt={"access": EDIT_INVENTORY})
    async def fresh(self, request: Ask, here: Here) -> Response[str]:
        """An empty form."""
        return await _form(request, here, LicenceForm(product=str(request.query_params.get("product", ""))), None)

    @post("/new", opt={"access": EDIT_INVENTORY}, status_code=200)
    async def add(self, request: Ask, here: Here) -> Response[str] | Redirect:
        """Enter it."""
        return await _save(request, here, None)

    @get("/{key:uuid}/edit", opt={"access": EDIT_INVENTORY})
    async def edit(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str]:
        """Show it for changing."""
        return await _form(request, here, await _stored(here, key), key)

    @post("/{key:uuid}/edit", opt={"access": EDIT_INVENTORY}, status_code=200)
    async def change(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str] | Redirect:
        """Save it."""
        return await _save(request, here, key)

    @post("/{key:uuid}/delete", opt={"access": EDIT_INVENTORY}, status_code=303)
    async def delete(self, here: Here, key: FromPath[UUID]) -> Redirect:
        """Take it away; the message offers the way back."""
        async with door(here.write, write=True) as tx:
            await store.remove(tx, here.write, key, here.actor, now(), removed=True)
        undo = f"{base(here)}/licences/{key}/restore"
        return web.redirect(f"{base(here)}/licences", message=_("Die Lizenz ist gelöscht."), undo=undo)

    @post("/{key:uuid}/restore", opt={"access": EDIT_INVENTORY}, status_code=303)
    async def restore(self, here: Here, key: FromPath[UUID]) -> Redirect:
        """Have a deleted one back."""
        async with door(here.write, write=True) as tx:
            await store.remove(tx, here.write, key, here.actor, now(), removed=False)
        return web.redirect(f"{base(here)}/licences", message=_("Die Lizenz ist wieder da."))


async def _rows(here: Here) -> tuple[list[tuple[Entry, Balance]], list[tuple[Entry, Licence]], Any]:
    """(product, balance), too few first; (product, licence); coverage of the estate."""
    async with door(here.write) as tx:
        products = {x.id: x for x in await entries.entries(tx, here.write)}
        owned = await store.licences(tx, here.write)
        _names, counted = await installed(tx, here.write)
        covered = await found.coverage(tx, here.write)
    today, order = local_today(), list(words.LAMPS)
    rows = []
    for key in dict.fromkeys(x.product for x in owned):
        mine = [x for x in owned if x.product == key]
        rows += [(products[key], x) for x in balances(mine, counted.get(key), products[key].users, covered, today)]
    rows.sort(key=lambda x: (order.index(x[1].state) if x[1].state == "under" else 1 + (x[1].state == "enough"), x[0].key))
    return rows, [(products[x.product], x) for x in owned], covered


async def _stored(here: Here, key: UUID) -> LicenceForm:
    async with door(here.write) as tx:
        item = await store.licence(tx, here.write, key)
    return LicenceForm(
        product=str(item.product), metric=item.metric, quantity=item.quantity, reference=item.reference, ends_on=item.ends_on,
        note=item.note, version=item.version,
    )  # fmt: skip


async def _save(request: Ask, here: Here, key: UUID | None) -> Response[str] | Redirect:
    form = LicenceForm()
    try:
        form = await read(request, LicenceForm)
        item = _licence(form, key)
        async with door(here.write, write=True) as tx:
            try:
                await entries.entry(tx, here.write, item.product)
            except Missing as error:
                raise Wrong(_("Bitte wählen Sie ein Produkt."), "product") from error
            await store.save(tx, here.write, item, here.actor, now())
    except Wrong as error:
        return await _form(request, here, kept(error, form), key, status=422, errors=problem(error))
    except Outdated as error:
        if key is None:
            raise
        stored = await _stored(here, key)
        both = clash.of_forms(stored, form, words.FIELDS, error)
        form = msgspec.structs.replace(form, version=stored.version)
        return await _form(request, here, form, key, status=409, clash=both)
    return web.redirect(f"{base(here)}/licences", message=_("Die Lizenz ist gespeichert."))


def _licence(form: LicenceForm, key: UUID | None) -> Licence:
    """Raises `Wrong` for what cannot be meant."""
    if form.metric not in words.METRICS:
        raise Wrong(_("Diese Auswahl gibt es nicht."), "metric")
    if form.metric != "unlimited" and (form.quantity is None or form.quantity < 1):
        raise Wrong(_("Bitte nennen Sie die Anzahl."), "quantity", _("Mindestens 1; sonst wählen Sie „unbegrenzt“."))
    try:
        product = UUID(form.product)
    except ValueError as error:
        raise Wrong(_("Bitte wählen Sie ein Produkt."), "product") from error
    quantity = None if form.metric == "unlimited" else form.quantity
    return Licence(
        key or uuid4(), product, form.metric, quantity, form.reference, form.ends_on, form.note, form.version if key else 0
    )


async def _form(
    request: Ask, here: Here, form: LicenceForm, key: UUID | None, *, status: int = 200,
    errors: dict[str, str] | None = None, clash: Overtaken | None = None,
) -> Response[str]:  # fmt: skip
    async with door(here.write) as tx:
        products = [(str(x.id), x.name) for x in await entries.entries(tx, here.write)]
    return web.page(
        request, here, "software/licence_form.html", status=status, form=form, errors=errors or {}, clash=clash,
        fresh=key is None, url=f"{base(here)}/licences/{f'{key}/edit' if key else 'new'}", base=base(here), words=words,
        fields=words.FIELDS, products=products,
    )  # fmt: skip
