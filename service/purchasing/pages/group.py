"""What the group keeps for buying together: classes, inhabitants for the key of costs, thresholds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID, uuid4

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from service import web
from service.auth.guards import EDIT_GROUP_LISTS, Here
from service.db import town_tx
from service.errors import Missing, Outdated, Wrong
from service.i18n import gettext as _
from service.purchasing import words
from service.purchasing.pages.frame import Ask, Form, group_tx, version, whole
from service.purchasing.store import group
from service.purchasing.thresholds import Threshold
from service.purchasing.views import SpecClass
from service.settings import now
from service.web.clash import Overtaken, overtaken
from service.web.forms import problem

BASE = "/group/purchasing"
MOST_PEOPLE = 10_000_000


class GroupPages(Controller):
    """`/group/purchasing`."""

    path = BASE
    include_in_schema = False

    @get("/", opt={"access": EDIT_GROUP_LISTS})
    async def show(self, request: Ask, here: Here) -> Response[str]:
        """Classes, inhabitants, thresholds."""
        return await _page(request, here)

    @get("/classes/new", opt={"access": EDIT_GROUP_LISTS})
    async def fresh(self, request: Ask, here: Here) -> Response[str]:
        """Ask for a new class."""
        return _class(request, here, SpecClass(uuid4(), "", "", retired=False, version=0))

    @post("/classes/new", opt={"access": EDIT_GROUP_LISTS}, status_code=200)
    async def add(self, request: Ask, here: Here, data: Form) -> Response[str] | Redirect:
        """Add it."""
        return await _save(request, here, uuid4(), data)

    @get("/classes/{key:uuid}/edit", opt={"access": EDIT_GROUP_LISTS})
    async def edit(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str]:
        """Show it for changing."""
        return _class(request, here, await _stored(key))

    @post("/classes/{key:uuid}/edit", opt={"access": EDIT_GROUP_LISTS}, status_code=200)
    async def change(self, request: Ask, here: Here, key: FromPath[UUID], data: Form) -> Response[str] | Redirect:
        """Save it."""
        return await _save(request, here, key, data)

    @post("/inhabitants", opt={"access": EDIT_GROUP_LISTS}, status_code=200)
    async def inhabitants(self, request: Ask, here: Here, data: Form) -> Response[str] | Redirect:
        """Save the numbers; an empty field means that nobody knows."""
        try:
            async with group_tx(here) as tx:
                for town in await group.towns(tx):
                    if town.code in data:
                        await group.set_inhabitants(tx, town.id, _people(data, town.code), here.actor)
        except Wrong as error:
            return await _page(request, here, data, problem(error))
        return web.redirect(BASE, message=_("Einwohnerzahlen gespeichert."))

    @post("/thresholds", opt={"access": EDIT_GROUP_LISTS}, status_code=200)
    async def add_threshold(self, request: Ask, here: Here, data: Form) -> Response[str] | Redirect:
        """Add a threshold."""
        try:
            item = Threshold(uuid4(), data.get("name", ""), words.cents(data.get("cents", ""), "cents"), data.get("hint", ""))
            async with group_tx(here) as tx:
                await group.set_threshold(tx, item, here.actor, now())
        except Wrong as error:
            return await _page(request, here, data, problem(error))
        return web.redirect(BASE, message=_("Schwelle gespeichert."))

    @post("/thresholds/{key:uuid}/remove", opt={"access": EDIT_GROUP_LISTS}, status_code=303)
    async def remove_threshold(self, here: Here, key: FromPath[UUID]) -> Redirect:
        """Take a threshold away."""
        async with group_tx(here) as tx:
            await group.remove_threshold(tx, key, here.actor)
        return web.redirect(BASE, message=_("Die Schwelle ist entfernt."))


def _people(data: Mapping[str, str], name: str) -> int | None:
    if not data[name].strip():
        return None
    number = whole(data, name)
    if not 1 <= number <= MOST_PEOPLE:
        raise Wrong(_("Diese Einwohnerzahl kann nicht stimmen."), name, _("Erlaubt ist 1 bis 10.000.000."))
    return number


async def _stored(key: UUID) -> SpecClass:
    async with town_tx({group.GROUP}) as tx:
        found = next((one for one in await group.classes(tx) if one.id == key), None)
    if found is None:
        raise Missing
    return found


async def _save(request: Ask, here: Here, key: UUID, data: Mapping[str, str]) -> Response[str] | Redirect:
    item = SpecClass(key, data.get("name", ""), data.get("description", ""), "retired" in data, version(data))
    try:
        async with group_tx(here) as tx:
            await group.save_class(tx, item, here.actor, now())
    except Wrong as error:
        return _class(request, here, item, errors=problem(error), status=422)
    except Outdated as late:
        stored = await _stored(key)
        both = (
            (_("Name der Klasse"), stored.name, item.name), (_("Beschreibung"), stored.description, item.description),
            (_("Stillgelegt"), stored.retired, item.retired),
        )  # fmt: skip
        item = replace(item, version=stored.version)
        return _class(request, here, item, clash=overtaken(both, late), status=409)
    return web.redirect(BASE, message=_("Klasse gespeichert."))


def _class(
    request: Ask, here: Here, item: SpecClass, *, errors: Mapping[str, str] | None = None, clash: Overtaken | None = None,
    status: int = 200,
) -> Response[str]:  # fmt: skip
    return web.page(
        request, here, "purchasing/class.html", status=status, item=item, base=BASE, errors=errors or {}, clash=clash,
        url=f"{BASE}/classes/{item.id}/edit" if item.version else f"{BASE}/classes/new",
    )  # fmt: skip


async def _page(
    request: Ask, here: Here, typed: Mapping[str, str] | None = None, errors: Mapping[str, str] | None = None
) -> Response[str]:  # fmt: skip
    async with town_tx({group.GROUP}) as tx:
        classes, towns, thresholds = await group.classes(tx), await group.towns(tx), await group.thresholds(tx)
    return web.page(
        request, here, "purchasing/group.html", status=422 if errors else 200, classes=classes, towns=towns, base=BASE,
        thresholds=thresholds, typed=typed or {}, errors=errors or {},
        class_columns=tuple(web.Column(text) for text in (_("Klasse"), _("Beschreibung"), _("Stand"))),
        threshold_columns=tuple(web.Column(text) for text in (_("Schwelle"), _("Ab Auftragswert"), _("Hinweis"), _("Aktionen"))),
    )  # fmt: skip
