"""„Telefonanlagen“: one list by site, with its form."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import msgspec
from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from service import web
from service.auth.guards import EDIT_INVENTORY, READ_INVENTORY, Here
from service.contracts import words
from service.contracts.pages.common import Ask, choice, day, drawn
from service.contracts.phones import PhoneSystem
from service.contracts.store import contracts, rows
from service.contracts.store import phones as store
from service.db import SafeTransaction
from service.errors import Outdated, Wrong
from service.i18n import gettext as _
from service.inventory.pages.files import table_file
from service.inventory.store import sites as site_store
from service.settings import local_today, now
from service.web import clash
from service.web.clash import Overtaken
from service.web.forms import Form, kept, problem, read

LABELS = {**words.FIELDS, "line": words.FIELDS["phone_line"]}


class PhoneForm(Form):
    """A telephone system; `device` by name."""

    site: str = ""
    kind: str = "sip"
    maker: str = ""
    model: str = ""
    device: str = ""
    numbers: str = ""
    provider: str = ""
    line: str = ""
    contract: str = ""
    support_ends: date | None = None
    emergency_calls: str = "unknown"
    without_power: str = "unknown"
    note: str = ""
    version: int = 0


class PhonePages(Controller):
    """`/towns/{town}/phones`."""

    path = "/towns/{town:str}/phones"
    include_in_schema = False

    @get("/", opt={"access": READ_INVENTORY})
    async def show(self, request: Ask, here: Here) -> Response[str]:
        """All telephone systems by site."""
        found, sites, agreed, devices = await _rows(here)
        return web.page(
            request, here, "contracts/phones.html", rows=found, sites=sites, contracts=agreed, devices=devices, words=words,
            base=_base(here), town_base=here.base, today=local_today(), may_edit=bool(here.roles & EDIT_INVENTORY),
            columns=(web.Column(_("Standort")), web.Column(_("Anlage")), web.Column(_("Rufnummern und Anschluss")),
                     web.Column(_("Vertrag")), web.Column(_("Herstellerpflege bis")), web.Column(_("Notruf geprüft")),
                     web.Column(_("Bei Stromausfall"))),
        )  # fmt: skip

    @get("/export", opt={"access": READ_INVENTORY})
    async def export(self, request: Ask, here: Here) -> Response[bytes]:
        """The list as XLSX or CSV."""
        found, sites, agreed, devices = await _rows(here)
        heads = [
            _("Standort"), _("Art"), _("Hersteller"), _("Modell"), _("Gerät"), _("Rufnummernblock"), _("Anbieter"),
            _("Anschluss oder Leitung"), _("Vertrag"), _("Ende der Herstellerpflege"), _("Notruf 110 und 112 geprüft"),
            _("Telefoniert auch bei Stromausfall"), _("Bemerkung"),
        ]  # fmt: skip
        lines = [
            dict(zip(heads, (
                sites.get(x.site, ""), str(words.PHONES[x.kind]), x.maker, x.model, devices.get(x.asset, ""), x.numbers,
                x.provider, x.line, agreed.get(x.contract, ""), day(x.support_ends), str(words.ANSWERS[x.emergency_calls]),
                str(words.ANSWERS[x.without_power]), x.note,
            ), strict=True))
            for x in found
        ]  # fmt: skip
        return table_file(request, lines, heads, f"telefonanlagen-{here.slug}")

    @get("/new", opt={"access": EDIT_INVENTORY})
    async def fresh(self, request: Ask, here: Here) -> Response[str]:
        """An empty form."""
        return await _form(request, here, PhoneForm(site=str(request.query_params.get("site", ""))), None)

    @post("/new", opt={"access": EDIT_INVENTORY}, status_code=200)
    async def add(self, request: Ask, here: Here) -> Response[str] | Redirect:
        """Enter it."""
        return await _save(request, here, None)

    @get("/{key:uuid}/edit", opt={"access": EDIT_INVENTORY})
    async def edit(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str]:
        """Show it for changing, with its history."""
        return await _form(request, here, await _stored(here, key), key)

    @post("/{key:uuid}/edit", opt={"access": EDIT_INVENTORY}, status_code=200)
    async def change(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str] | Redirect:
        """Save it."""
        return await _save(request, here, key)

    @post("/{key:uuid}/delete", opt={"access": EDIT_INVENTORY}, status_code=303)
    async def delete(self, here: Here, key: FromPath[UUID]) -> Redirect:
        """Take it off the list; the message offers the way back."""
        async with here.tx(write=True) as tx:
            await rows.remove(tx, store.KEPT, here.write, key, here.actor, now(), removed=True)
        return web.redirect(_base(here), message=_("Die Telefonanlage ist gelöscht."), undo=f"{_base(here)}/{key}/restore")

    @post("/{key:uuid}/restore", opt={"access": EDIT_INVENTORY}, status_code=303)
    async def restore(self, here: Here, key: FromPath[UUID]) -> Redirect:
        """Have it back."""
        async with here.tx(write=True) as tx:
            await rows.remove(tx, store.KEPT, here.write, key, here.actor, now(), removed=False)
        return web.redirect(_base(here), message=_("Die Telefonanlage ist wieder da."))


def _base(here: Here) -> str:
    return f"{here.base}/phones"


async def _rows(here: Here) -> tuple[Sequence[PhoneSystem], Any, Any, Any]:
    """The systems; names of sites, contracts and devices by id."""
    async with here.tx() as tx:
        found = await store.systems(tx, here.write)
        sites = {x.id: x.name for x in await site_store.sites(tx, here.write)}
        agreed = {x.id: x.title for x in await contracts.contracts(tx, here.write)}
        devices = await rows.names(tx, here.write, [x.asset for x in found if x.asset])
    return found, sites, agreed, devices


async def _stored(here: Here, key: UUID) -> PhoneForm:
    async with here.tx() as tx:
        item = await store.system(tx, here.write, key)
        device = await rows.spoken(tx, here.write, item.asset)
    same = {x: getattr(item, x) for x in PhoneForm.__struct_fields__ if x not in ("device", "site", "contract")}
    return PhoneForm(**same, device=device, site=str(item.site), contract=str(item.contract or ""))


async def _save(request: Ask, here: Here, key: UUID | None) -> Response[str] | Redirect:
    form = PhoneForm()
    try:
        form = await read(request, PhoneForm)
        async with here.tx(write=True) as tx:
            await store.save(tx, here.write, await _system(tx, here, form, key), here.actor, now())
    except Wrong as error:
        return await _form(request, here, kept(error, form), key, status=422, errors=problem(error))
    except Outdated as error:
        if key is None:
            raise
        stored = await _stored(here, key)
        shown = msgspec.structs.replace(form, version=stored.version)
        return await _form(request, here, shown, key, status=409, clash=clash.of_forms(stored, form, LABELS, error))
    return web.redirect(_base(here), message=_("Die Telefonanlage ist gespeichert."))


async def _system(tx: SafeTransaction, here: Here, form: PhoneForm, key: UUID | None) -> PhoneSystem:
    """Raises `Wrong` for what cannot be meant."""
    choice(form, {"kind": words.PHONES, "emergency_calls": words.ANSWERS, "without_power": words.ANSWERS})
    keys: dict[str, UUID | None] = {}
    for name in ("site", "contract"):
        said = getattr(form, name)
        try:
            keys[name] = UUID(said) if said else None
        except ValueError as error:
            raise Wrong(_("Diese Auswahl gibt es nicht."), name) from error
    if (site := keys["site"]) is None:
        raise Wrong(_("Bitte wählen Sie den Standort."), "site")
    given = {x: getattr(form, x) for x in PhoneForm.__struct_fields__ if x not in ("device", "site", "contract", "version")}
    asset = await rows.device(tx, here.write, form.device, "device")
    return PhoneSystem(key or uuid4(), site, asset=asset, contract=keys["contract"], version=form.version if key else 0, **given)


async def _form(
    request: Ask, here: Here, form: PhoneForm, key: UUID | None, *, status: int = 200,
    errors: dict[str, str] | None = None, clash: Overtaken | None = None,
) -> Response[str]:  # fmt: skip
    async with here.tx() as tx:
        sites = [(str(x.id), x.name) for x in await site_store.sites(tx, here.write)]
        agreed = [(str(x.id), x.title) for x in await contracts.contracts(tx, here.write)]
        events = await rows.history(tx, store.KEPT, here.write, key) if key else ()
    options = {"kind": words.PHONES, "emergency_calls": words.ANSWERS, "without_power": words.ANSWERS}
    return web.page(
        request, here, "contracts/phone_form.html", status=status, form=form, errors=errors or {}, clash=clash, key=key,
        url=f"{_base(here)}/{f'{key}/edit' if key else 'new'}", base=_base(here), words=words, fields=LABELS, sites=sites,
        contracts=agreed, history=drawn(events, options), sites_url=f"{here.base}/sites",
    )  # fmt: skip
