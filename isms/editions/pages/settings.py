"""What people set about catalogues: values of parameters, and profiles."""

from __future__ import annotations

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from isms.editions.pages.frame import base, may_edit, tabs
from isms.editions.profiles import Selection, missing
from isms.editions.store import adoption, editions, parameters
from isms.editions.views import Parameter
from isms.pages.forms import Ask, Form, kept, problem, read, transaction
from isms.store.catalogues import selections
from service import web
from service.auth.guards import EDIT_ISMS, READ_ISMS, Here
from service.db import SafeTransaction, town_tx
from service.errors import Missing, Wrong
from service.i18n import gettext as _
from service.settings import now


class ValueForm(Form):
    """What stands for a placeholder; `scope` own or central."""

    param: str = ""
    value: str = ""
    scope: str = "own"
    version: int = 0


class ProfileForm(Form):
    """A profile: one id a line; levels separated by commas."""

    title: str = ""
    ids: str = ""
    levels: str = ""
    note: str = ""
    version: int = 0


class SettingPages(Controller):
    """`/towns/{town}/catalogues/parameters` and `/profiles`."""

    path = "/towns/{town:str}/catalogues"
    include_in_schema = False

    @get("/parameters", opt={"access": READ_ISMS})
    async def all_parameters(self, request: Ask, here: Here) -> Response[str]:
        """The placeholders in the requirements of the town, those without a value first."""
        async with transaction(here) as tx:
            whole = await parameters.parameters(tx, here.write)
        query = {name: request.query_params.get(name, "") for name in ("q", "state")}
        needle = query["q"].strip().casefold()
        rows = sorted((x for x in whole if _fits(x, needle, query["state"])), key=lambda x: bool(x.shown))
        state = web.listing(request.url.path, request.query_params.multi_items(), total=len(rows), per_page=25)
        columns = tuple(web.Column(text) for text in (_("Parameter"), _("Für alle Städte"), _("Nur %(town)s", town=_town(here))))
        return web.page(
            request,
            here,
            "isms/editions/parameters.html",
            base=base(here),
            tabs=tabs(here, "/parameters"),
            query=query,
            state=state,
            rows=rows[state.offset : state.offset + state.per_page],
            columns=columns,
            unset=sum(1 for x in whole if not x.shown),
            total=len(whole),
            may_edit=may_edit(here),
            town=_town(here),
            states=[("unset", _("ohne Wert")), ("own", _("eigener Wert")), ("central", _("Wert für alle"))],
        )

    @get("/parameters/{param:str}", opt={"access": EDIT_ISMS})
    async def edit_parameter(self, request: Ask, here: Here, param: FromPath[str]) -> Response[str]:
        """Set one."""
        return await _parameter(request, here, param)

    @post("/parameters/{param:str}", opt={"access": EDIT_ISMS}, status_code=200)
    async def set_parameter(self, request: Ask, here: Here, param: FromPath[str]) -> Response[str] | Redirect:
        """Save it for the town, or for all towns that have no value of their own."""
        form = ValueForm()
        try:
            form = await read(request, ValueForm)
            town = parameters.GROUP if form.scope == "central" else here.write
            async with town_tx(here.read | {parameters.GROUP}, town) as tx:
                await parameters.set_value(tx, town, _key(param), form.value, form.version, here.actor, now())
        except Wrong as error:
            return await _parameter(request, here, param, problem(error), kept(error, form))
        return web.redirect(f"{base(here)}/parameters", message=_("Gespeichert."))

    @get("/profiles", opt={"access": READ_ISMS})
    async def profiles(self, request: Ask, here: Here) -> Response[str]:
        """All profiles on the way of a town."""
        async with transaction(here) as tx:
            whole = await selections(tx)
            titles = {x.catalogue: x.title for x in await editions.editions(tx)}
            chosen = {profile for _catalogue, profile in await adoption.adopted(tx, here.write)}
        columns = tuple(web.Column(text) for text in (_("Profil"), _("Katalog"), _("Umfang"), _("Stand")))
        return web.page(
            request,
            here,
            "isms/editions/profiles.html",
            base=base(here),
            tabs=tabs(here, "/profiles"),
            rows=list(whole.values()),
            titles=titles,
            chosen=chosen,
            columns=columns,
            may_edit=may_edit(here),
        )

    @get("/profiles/{name:str}", opt={"access": READ_ISMS})
    async def profile(self, request: Ask, here: Here, name: FromPath[str]) -> Response[str]:
        """One profile: its ids, and which of them the catalogue does not know."""
        return await _profile(request, here, name)

    @post("/profiles/{name:str}", opt={"access": EDIT_ISMS}, status_code=200)
    async def save_profile(self, request: Ask, here: Here, name: FromPath[str]) -> Response[str] | Redirect:
        """Correct it."""
        form = ProfileForm()
        try:
            form = await read(request, ProfileForm)
            async with transaction(here, write=True) as tx:
                old = (await selections(tx, [name])).get(name)
                if old is None:
                    raise Missing
                item = Selection(
                    name, form.title, old.catalogue, old.step, _lines(form.ids), _lines(form.levels), form.note, form.version
                )
                await adoption.save_profile(tx, item, await _labels(tx, old.catalogue), here.actor, now())
        except Wrong as error:
            return await _profile(request, here, name, problem(error), kept(error, form))
        return web.redirect(f"{base(here)}/profiles/{name}", message=_("Gespeichert."))

    @post("/profiles/{name:str}/reset", opt={"access": EDIT_ISMS}, status_code=303)
    async def reset_profile(self, here: Here, name: FromPath[str]) -> Redirect:
        """Back to how it was shipped."""
        async with transaction(here, write=True) as tx:
            await adoption.reset_profile(tx, name, here.actor)
        return web.redirect(f"{base(here)}/profiles/{name}", message=_("Das Profil ist wieder so, wie es ausgeliefert wurde."))


def _town(here: Here) -> str:
    return here.town.name if here.town else ""


def _fits(one: Parameter, needle: str, state: str) -> bool:
    kinds = {"unset": not one.shown, "own": bool(one.own), "central": bool(one.central)}
    return kinds.get(state, True) and needle in f"{one.label} {one.control_label} {one.control_title} {one.shown}".casefold()


def _key(param: str) -> str:
    """The key as addresses write it (`!` stands for `#`, which would end the address)."""
    return "#".join(param.rsplit("!", 1))


def _lines(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(x.strip() for line in text.splitlines() for x in line.replace(";", ",").split(",") if x.strip()))


async def _labels(tx: SafeTransaction, catalogue: str) -> list[str]:
    whole = await editions.newest(tx, catalogue)
    return [*(x.id for x in whole.controls), *(x.id for x in whole.groups)] if whole else []


async def _parameter(
    request: Ask, here: Here, param: str, errors: dict[str, str] | None = None, form: ValueForm | None = None
) -> Response[str]:
    key = _key(param)
    async with transaction(here) as tx:
        found = await parameters.parameters(tx, here.write, controls=[key.rpartition("#")[0]])
    one = next((x for x in found if x.key == key), None)
    if one is None:
        raise Missing
    return web.page(
        request,
        here,
        "isms/editions/parameter.html",
        status=422 if errors else 200,
        base=base(here),
        one=one,
        errors=errors or {},
        form=form,
        url=f"{base(here)}/parameters/{param}",
        town=_town(here),
    )


async def _profile(
    request: Ask, here: Here, name: str, errors: dict[str, str] | None = None, form: ProfileForm | None = None
) -> Response[str]:
    async with transaction(here) as tx:
        item = (await selections(tx, [name])).get(name)
        if item is None:
            raise Missing
        labels = await _labels(tx, item.catalogue)
    return web.page(
        request,
        here,
        "isms/editions/profile.html",
        status=422 if errors else 200,
        base=base(here),
        item=item,
        errors=errors or {},
        form=form or ProfileForm(title=item.title, ids="\n".join(item.ids), levels=", ".join(item.levels), note=item.note),
        unknown=missing(item, labels) if labels else (),
        known=bool(labels),
        may_edit=may_edit(here),
        url=f"{base(here)}/profiles/{name}",
    )
