"""„Städte“ and the wizard of the group's administration; the list „Beitritt“ of a town; the page behind a one-time link.

The wizard keeps nothing of its own: each step saves where it belongs, so it may be left and taken up again at any step.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from service import web
from service.auth import store as auth
from service.auth.guards import EDIT_INVENTORY, MANAGE_USERS, READ_JOINING, Here
from service.auth.people import TownRef
from service.auth.roles import ROLES
from service.db import service_tx, town_tx
from service.errors import Missing, Wrong
from service.i18n import gettext as _
from service.inventory import labels, scanning
from service.inventory.store import places, sites
from service.joining import rules, store
from service.joining.rules import Facts
from service.settings import now, real_now, settings
from service.software import words
from service.software.store import entries
from service.web.forms import Ask, Form, kept, problem, read

GROUP_PATH = "/group/towns"


class TownForm(Form):
    """The first step."""

    name: str = ""
    slug: str = ""
    ags: str = ""
    short: str = ""
    inhabitants: int | None = None
    sites: str = ""


class PersonForm(Form):
    """One person of the second step."""

    role: str = "it_admin"
    name: str = ""
    mail: str = ""


class NetworkForm(Form):
    """One network of the third step."""

    name: str = ""
    cidr: str = ""
    purpose: str = "server"
    site: UUID | None = None


class SharingForm(Form):
    """The fifth step."""

    facets: tuple[str, ...] = ()


class GroupTownPages(Controller):
    """`/group/towns`: all towns and their state, and the wizard."""

    path = GROUP_PATH
    include_in_schema = False

    @get("/", opt={"access": MANAGE_USERS})
    async def index(self, request: Ask, here: Here) -> Response[str]:
        """All towns, how far each is, and how one leaves."""
        rows = []
        async with service_tx() as tx:
            towns = [town for town in await auth.towns(tx) if town.id]
        for town in towns:
            facts = await store.gather(town, now())
            items = rules.checklist(facts)
            rows.append({"town": town, "facts": facts, "done": sum(one.done for one in items), "total": len(items)})
        columns = tuple(web.Column(text) for text in (_("Stadt"), _("Kürzel"), _("Einwohner"), _("Stand"), _("Erledigt")))
        return web.page(request, here, "joining/towns.html", rows=rows, columns=columns, base=GROUP_PATH)

    @get("/new", opt={"access": MANAGE_USERS})
    async def fresh(self, request: Ask, here: Here) -> Response[str]:
        """The first step of a town that is not there yet."""
        return _town(request, here, TownForm(), None)

    @post("/new", opt={"access": MANAGE_USERS}, status_code=200)
    async def found(self, request: Ask, here: Here) -> Response[str] | Redirect:
        """Found it and go on."""
        form = TownForm()
        try:
            form = await read(request, TownForm)
            slug = form.slug or rules.slug_of(form.name)
            said = store.Details(form.name, slug, form.ags, form.inhabitants, form.short)
            town = await store.found(said, here.actor, now())
            await store.add_sites(town, rules.site_names(form.sites), here.actor, now())
        except Wrong as wrong:
            return _town(request, here, kept(wrong, form), None, problem(wrong))
        return web.redirect(f"{GROUP_PATH}/{town.slug}/people", message=_("%(town)s ist angelegt.", town=town.name))

    @get("/{slug:str}/town", opt={"access": MANAGE_USERS})
    async def town(self, request: Ask, here: Here, slug: FromPath[str]) -> Response[str]:
        """The first step of a town that is there."""
        town, facts = await _joining(slug)
        form = TownForm(name=town.name, ags=facts.ags, short=facts.short, inhabitants=town.inhabitants)
        return _town(request, here, form, town)

    @post("/{slug:str}/town", opt={"access": MANAGE_USERS}, status_code=200)
    async def change(self, request: Ask, here: Here, slug: FromPath[str]) -> Response[str] | Redirect:
        """Correct it and go on."""
        town, _facts = await _joining(slug)
        form = TownForm()
        try:
            form = await read(request, TownForm)
            await store.change(town, store.Details(form.name, town.slug, form.ags, form.inhabitants, form.short), here.actor)
            await store.add_sites(town, rules.site_names(form.sites), here.actor, now())
        except Wrong as wrong:
            return _town(request, here, kept(wrong, form), town, problem(wrong))
        return Redirect(f"{GROUP_PATH}/{slug}/people", status_code=303)

    @get("/{slug:str}/people", opt={"access": MANAGE_USERS})
    async def people(self, request: Ask, here: Here, slug: FromPath[str]) -> Response[str]:
        """The second step."""
        return await _people(request, here, await _joining(slug), PersonForm())

    @post("/{slug:str}/people", opt={"access": MANAGE_USERS}, status_code=200)
    async def invite(self, request: Ask, here: Here, slug: FromPath[str]) -> Response[str]:
        """Invite one person; the link is shown on the answer and never again."""
        town, _facts = found = await _joining(slug)
        form = PersonForm()
        try:
            form = await read(request, PersonForm)
            token = await store.invite(town, form.mail, form.name, form.role, here.actor, real_now())
        except Wrong as wrong:
            return await _people(request, here, found, kept(wrong, form), errors=problem(wrong))
        return await _people(request, here, await _joining(slug), PersonForm(), token=token, invited=form.name)

    @post("/{slug:str}/people/{key:uuid}/link", opt={"access": MANAGE_USERS}, status_code=200)
    async def link(self, request: Ask, here: Here, slug: FromPath[str], key: FromPath[UUID]) -> Response[str]:
        """A fresh link for somebody who has none that works."""
        found = await _joining(slug)
        person = next((one for one in found[1].members if one.account == str(key)), None)
        if person is None:
            raise Missing
        token = await store.new_link(key, here.actor, real_now())
        return await _people(request, here, await _joining(slug), PersonForm(), token=token, invited=person.name)

    @post("/{slug:str}/people/{key:uuid}/{role:str}/remove", opt={"access": MANAGE_USERS}, status_code=303)
    async def remove(self, here: Here, slug: FromPath[str], key: FromPath[UUID], role: FromPath[str]) -> Redirect:
        """Take a role back."""
        town, _facts = await _joining(slug)
        await store.take_back(town, key, role, here.actor)
        return web.redirect(f"{GROUP_PATH}/{slug}/people", message=_("Die Rolle ist zurückgenommen."))

    @get("/{slug:str}/networks", opt={"access": MANAGE_USERS})
    async def networks(self, request: Ask, here: Here, slug: FromPath[str]) -> Response[str]:
        """The third step."""
        return await _networks(request, here, await _joining(slug), NetworkForm())

    @post("/{slug:str}/networks", opt={"access": MANAGE_USERS}, status_code=200)
    async def add_network(self, request: Ask, here: Here, slug: FromPath[str]) -> Response[str] | Redirect:
        """Enter one network; ISB and data protection decide on their own pages."""
        town, _facts = found = await _joining(slug)
        form = NetworkForm()
        try:
            form = await read(request, NetworkForm)
            await store.enter_network(town, form.name, form.cidr, form.purpose, form.site, here.actor, now())
        except Wrong as wrong:
            return await _networks(request, here, found, kept(wrong, form), problem(wrong))
        text = _("Eingetragen. Gescannt wird erst, wenn ISB und Datenschutz das Netz freigegeben haben.")
        return web.redirect(f"{GROUP_PATH}/{slug}/networks", message=text)

    @get("/{slug:str}/list", opt={"access": MANAGE_USERS})
    async def first_list(self, request: Ask, here: Here, slug: FromPath[str]) -> Response[str]:
        """The fourth step: the list is the town's own business."""
        town, facts = await _joining(slug)
        may = bool(here.account.roles(town.id, now()) & EDIT_INVENTORY)
        return web.page(request, here, "joining/list.html", **_frame(town, "list"), facts=facts, may_import=may)

    @get("/{slug:str}/sharing", opt={"access": MANAGE_USERS})
    async def sharing(self, request: Ask, here: Here, slug: FromPath[str]) -> Response[str]:
        """The fifth step."""
        town, facts = await _joining(slug)
        async with service_tx() as tx:
            ticked = await entries.ticked(tx, town.id)
        return _sharing(request, here, town, facts, ticked)

    @post("/{slug:str}/sharing", opt={"access": MANAGE_USERS}, status_code=200)
    async def share(self, request: Ask, here: Here, slug: FromPath[str]) -> Response[str] | Redirect:
        """Save it and go on."""
        town, facts = await _joining(slug)
        form = await read(request, SharingForm)
        try:
            await store.decide_sharing(town, form.facets, here.actor, now())
        except Wrong as wrong:
            return _sharing(request, here, town, facts, form.facets, problem(wrong))
        return Redirect(f"{GROUP_PATH}/{slug}/done", status_code=303)

    @get("/{slug:str}/done", opt={"access": MANAGE_USERS})
    async def done(self, request: Ask, here: Here, slug: FromPath[str]) -> Response[str]:
        """The list of a town, whether it joins or has long been there."""
        town = await _known(slug)
        facts = await store.gather(town, now())
        return web.page(
            request, here, "joining/done.html", **_frame(town, "done"), facts=facts, items=rules.checklist(facts),
            roles=here.account.roles(town.id, now()), may_close=rules.may_close(facts),
        )  # fmt: skip

    @post("/{slug:str}/close", opt={"access": MANAGE_USERS}, status_code=303)
    async def close(self, here: Here, slug: FromPath[str]) -> Redirect:
        """Conclude the joining."""
        town, _facts = await _joining(slug)
        await store.close(town, here.actor, now())
        text = _("Der Beitritt ist abgeschlossen. Weiter geht es in der Stadt selbst.")
        return web.redirect(f"{GROUP_PATH}/{slug}/done", message=text)


class JoiningPages(Controller):
    """`/towns/{town}/joining`: what is done and what is open, for the town's own people."""

    path = "/towns/{town:str}/joining"
    include_in_schema = False

    @get("/", opt={"access": READ_JOINING})
    async def show(self, request: Ask, here: Here) -> Response[str]:
        """The list, and for the IT what is ticked when a product is entered."""
        return await _own(request, here)

    @post("/sharing", opt={"access": EDIT_INVENTORY}, status_code=200)
    async def share(self, request: Ask, here: Here) -> Response[str] | Redirect:
        """Decide it oneself."""
        if here.town is None or not here.write:
            raise Missing
        form = await read(request, SharingForm)
        try:
            await store.decide_sharing(here.town, form.facets, here.actor, now())
        except Wrong as wrong:
            return await _own(request, here, form.facets, problem(wrong))
        return web.redirect(f"{here.base}/joining", message=_("Gespeichert."))


async def _own(
    request: Ask, here: Here, typed: tuple[str, ...] | None = None, errors: dict[str, str] | None = None
) -> Response[str]:
    if here.town is None or not here.write:
        raise Missing
    facts = await store.gather(here.town, now())
    async with service_tx() as tx:
        ticked = await entries.ticked(tx, here.write)
    return web.page(
        request, here, "joining/own.html", status=422 if errors else 200, facts=facts, items=rules.checklist(facts),
        roles=here.roles, ticked=ticked if typed is None else typed, errors=errors or {}, words=words, town=here.town,
        may_edit=bool(here.roles & EDIT_INVENTORY), columns=_list_columns(),
    )  # fmt: skip


async def _known(slug: str) -> TownRef:
    async with service_tx() as tx:
        town = await auth.town(tx, slug)
    if town is None or not town.id:
        raise Missing
    return town


async def _joining(slug: str) -> tuple[TownRef, Facts]:
    """A town that is joining. One that has joined is its own people's business: raises `Wrong`."""
    town = await _known(slug)
    facts = await store.gather(town, now())
    if facts.begun_at is None or facts.closed_at is not None:
        raise Wrong(
            _("Der Beitritt von %(town)s ist abgeschlossen.", town=town.name), "",
            _("Personen ändert der Betrieb, Netze und Freigaben die Stadt selbst."),
        )  # fmt: skip
    return town, facts


def _frame(town: TownRef | None, step: str) -> dict[str, Any]:
    """What every step shows: where one is, and the way to the other steps."""
    base = f"{GROUP_PATH}/{town.slug}" if town else f"{GROUP_PATH}/new"
    number = rules.STEPS.index(step)
    steps = [(str(rules.TITLES[one]), f"{base}/{one}") if town else str(rules.TITLES[one]) for one in rules.STEPS]
    following = f"{base}/{rules.STEPS[number + 1]}" if number + 1 < len(rules.STEPS) else ""
    before = f"{base}/{rules.STEPS[number - 1]}" if number else ""
    return {
        "town": town, "base": base, "steps": steps, "step": number + 1, "following": following, "before": before,
        "group": GROUP_PATH, "columns": _list_columns(),
    }  # fmt: skip


def _list_columns() -> tuple[web.Column, ...]:
    return tuple(web.Column(text) for text in (_("Schritt"), _("Stand"), _("Angaben"), _("Wo")))


def _town(request: Ask, here: Here, form: TownForm, town: TownRef | None, errors: dict[str, str] | None = None) -> Response[str]:
    url = f"{GROUP_PATH}/{town.slug}/town" if town else f"{GROUP_PATH}/new"
    frame = _frame(town, "town")
    return web.page(
        request, here, "joining/town.html", status=422 if errors else 200, form=form, errors=errors or {}, url=url, **frame
    )


async def _people(
    request: Ask, here: Here, found: tuple[TownRef, Facts], form: PersonForm, *, errors: dict[str, str] | None = None,
    token: str | None = None, invited: str = "",
) -> Response[str]:  # fmt: skip
    town, facts = found
    columns = tuple(web.Column(text) for text in (_("Person"), _("Rolle"), _("Stand"), _("Aktion")))
    return web.page(
        request, here, "joining/people.html", status=422 if errors else 200, form=form, errors=errors or {}, facts=facts,
        role_options=[(one, ROLES[one]) for one in rules.INVITED], roles=ROLES, states=rules.MEMBER_STATES, invited=invited,
        link=f"{settings().public_url}/invitation/{token}" if token else "", people_columns=columns, invitable=rules.INVITED,
        **_frame(town, "people"),
    )  # fmt: skip


async def _networks(
    request: Ask, here: Here, found: tuple[TownRef, Facts], form: NetworkForm, errors: dict[str, str] | None = None
) -> Response[str]:
    town, _facts = found
    async with town_tx({town.id}) as tx:
        known, places_there = await places.networks(tx, town.id), await sites.sites(tx, town.id)
    columns = tuple(web.Column(text) for text in (_("Netz"), _("Zweck"), _("ISB"), _("Datenschutz")))
    return web.page(
        request, here, "joining/networks.html", status=422 if errors else 200, form=form, errors=errors or {}, networks=known,
        sites=[("", _("ohne"))] + [(str(site.id), site.name) for site in places_there], purposes=list(labels.PURPOSES.items()),
        labels=labels, network_columns=columns, window=scanning.OFFICE, **_frame(town, "networks"),
    )  # fmt: skip


def _sharing(
    request: Ask, here: Here, town: TownRef, facts: Facts, ticked: tuple[str, ...], errors: dict[str, str] | None = None
) -> Response[str]:
    return web.page(
        request, here, "joining/sharing.html", status=422 if errors else 200, ticked=ticked, errors=errors or {}, words=words,
        facts=facts, **_frame(town, "sharing"),
    )  # fmt: skip


CONTROLLERS = (GroupTownPages, JoiningPages)
