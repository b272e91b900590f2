"""Sites of a town: what is known of each, and the form for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from service import web
from service.auth.guards import EDIT_INVENTORY, READ_INVENTORY, Here
from service.errors import Outdated, Wrong
from service.i18n import gettext as _
from service.inventory import sites
from service.inventory.store import sites as store
from service.inventory.store.sites import SiteView
from service.limits import check_text
from service.settings import local_today, now
from service.web.clash import Overtaken, overtaken
from service.web.forms import problem

Ask = Request[Any, Any, Any]


class SitePages(Controller):
    """`/towns/{town}/sites`."""

    path = "/towns/{town:str}/sites"
    include_in_schema = False

    @get("/", opt={"access": READ_INVENTORY})
    async def show(self, request: Ask, here: Here) -> Response[str]:
        """All sites, or those with one hazard."""
        hazard = request.query_params.get("hazard", "")
        hazard = hazard if hazard in sites.HAZARDS else ""
        async with here.tx() as tx:
            found = await store.counted(tx, here.write)
        chosen = [one for one in found if not hazard or hazard in one.facts.get("hazards", ())]
        columns = (
            web.Column(_("Standort")), web.Column(_("Anbindung")), web.Column(_("Strom und Technik")), web.Column(_("Gefahren")),
            web.Column(_("Geräte"), numeric=True),
        )  # fmt: skip
        options = [(name, str(word)) for name, word in sites.HAZARDS.items()]
        return web.page(
            request, here, "inventory/sites.html", rows=chosen, columns=columns, facts=sites, hazard=hazard, options=options,
            known=len(found), base=f"{here.base}/sites", may_edit=bool(here.roles & EDIT_INVENTORY),
        )  # fmt: skip

    @get("/new", opt={"access": EDIT_INVENTORY})
    async def new(self, request: Ask, here: Here) -> Response[str]:
        """An empty form."""
        return _form(request, here, None, {})

    @post("/new", opt={"access": EDIT_INVENTORY}, status_code=200)
    async def add(self, request: Ask, here: Here) -> Response[str] | Redirect:
        """Enter a site."""
        return await _save(request, here, None)

    @get("/{key:uuid}", opt={"access": READ_INVENTORY})
    async def one(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str]:
        """What is known of a site."""
        async with here.tx() as tx:
            found = await store.site(tx, here.write, key)
        told = [(fact.label, sites.shown(fact, found.facts.get(fact.name))) for fact in sites.FACTS]
        return web.page(
            request, here, "inventory/site.html", site=found, told=told, hazards=sites.hazards(found.facts),
            base=f"{here.base}/sites", may_edit=bool(here.roles & EDIT_INVENTORY),
        )  # fmt: skip

    @get("/{key:uuid}/edit", opt={"access": EDIT_INVENTORY})
    async def edit(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str]:
        """The form of a site."""
        async with here.tx() as tx:
            found = await store.site(tx, here.write, key)
        return _form(request, here, found, _typed(found))

    @post("/{key:uuid}/edit", opt={"access": EDIT_INVENTORY}, status_code=200)
    async def change(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str] | Redirect:
        """Save a site; refuses what cannot be, and shows both versions where somebody was faster."""
        return await _save(request, here, key)

    @post("/{key:uuid}/remove", opt={"access": EDIT_INVENTORY}, status_code=303)
    async def remove(self, here: Here, key: FromPath[UUID]) -> Redirect:
        """Delete a site that nothing hangs on."""
        async with here.tx(write=True) as tx:
            name = await store.remove(tx, here.write, key, by=here.actor)
        return web.redirect(f"{here.base}/sites", message=_("Der Standort „%(name)s“ ist gelöscht.", name=name))


def _typed(site: SiteView) -> dict[str, Any]:
    """A stored site as the form shows it."""
    return {"name": site.name, "kind": site.kind or "", "address": site.address or "", **site.facts}


def _form(
    request: Ask,
    here: Here,
    site: SiteView | None,
    typed: Mapping[str, Any],
    *,
    status: int = 200,
    errors: Mapping[str, str] | None = None,
    clash: Overtaken | None = None,
) -> Response[str]:
    hazards = [(name, str(word)) for name, word in sites.HAZARDS.items()]
    return web.page(
        request, here, "inventory/site_form.html", status=status, site=site, typed=typed, errors=errors or {}, clash=clash,
        facts=sites.FACTS, kinds=sites.KINDS, hazards=hazards, base=f"{here.base}/sites",
    )  # fmt: skip


async def _save(request: Ask, here: Here, key: UUID | None) -> Response[str] | Redirect:
    sent = await request.form()
    data = {name: str(sent[name]).strip() for name in sent if isinstance(sent[name], str)}
    chosen = [str(one) for one in sent.getall("hazards", [])]
    facts, errors = sites.entered(data, chosen, local_today())
    values = {"name": data.get("name", ""), "kind": data.get("kind", ""), "address": data.get("address", ""), "facts": facts}
    typed = {**data, "hazards": chosen}
    try:
        for name, most in (("name", 120), ("address", 300)):
            check_text(data.get(name, ""), name, most)
    except Wrong as wrong:
        errors |= problem(wrong)
    stored: SiteView | None = None
    if key is not None:
        async with here.tx() as tx:
            stored = await store.site(tx, here.write, key)
    if errors:
        return _form(request, here, stored, typed, status=422, errors=errors)
    try:
        async with here.tx(write=True) as tx:
            found = await store.save(tx, here.write, key, values, since=_since(data), by=here.actor, now=now())
    except Wrong as wrong:
        return _form(request, here, stored, typed, status=422, errors=problem(wrong))
    except Outdated as late:
        return _form(request, here, stored, typed, status=409, clash=overtaken(_both(stored, values), late))
    return web.redirect(f"{here.base}/sites/{found}", message=_("Gespeichert."))


def _since(data: Mapping[str, str]) -> datetime | None:
    try:
        return datetime.fromisoformat(data.get("version", ""))
    except ValueError:
        return None


def _both(stored: SiteView | None, values: Mapping[str, Any]) -> list[tuple[str, Any, Any]]:
    """Label, stored and typed value of every field."""
    was = stored.facts if stored else {}
    now_typed: Mapping[str, Any] = values["facts"]
    rows = [
        (_("Name"), stored.name if stored else "", values["name"]),
        (_("Art"), (stored.kind if stored else "") or "", values["kind"]),
        (_("Anschrift"), (stored.address if stored else "") or "", values["address"]),
        (_("Gefahren"), ", ".join(sites.hazards(was)), ", ".join(sites.hazards(now_typed))),
    ]
    return rows + [
        (str(fact.label), sites.shown(fact, was.get(fact.name)), sites.shown(fact, now_typed.get(fact.name)))
        for fact in sites.FACTS
    ]
