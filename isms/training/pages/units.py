"""Units and how many persons they have; only for those who enter numbers."""

from __future__ import annotations

from uuid import UUID

import msgspec
from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from isms.training import store, words
from isms.training.pages.courses import PATH, base
from isms.training.quota import GROUPS
from service import web
from service.auth.guards import EDIT_TRAINING, Here
from service.contracts.store import rows
from service.errors import Missing, Outdated, Wrong
from service.i18n import gettext as _
from service.settings import now
from service.web import clash
from service.web.clash import Overtaken
from service.web.forms import Ask, Form, kept, problem, read


class UnitForm(Form):
    """A unit."""

    name: str = ""
    parent: str = ""
    leadership: int = 0
    it: int = 0
    kita: int = 0
    new_staff: int = 0
    others: int = 0
    version: int = 0


class UnitPages(Controller):
    """`/towns/{town}/training/units`."""

    path = f"{PATH}/units"
    include_in_schema = False

    @get("/", opt={"access": EDIT_TRAINING})
    async def show(self, request: Ask, here: Here) -> Response[str]:
        """All units with their numbers."""
        async with here.tx() as tx:
            found = await store.units(tx, here.write)
        heads = (_("Einheit"), _("Gehört zu"), *(str(x) for x in words.GROUPS.values()), _("Summe"))
        return web.page(
            request, here, "isms/training/units.html", units=found, names={x.id: x.name for x in found}, base=base(here),
            groups=GROUPS, columns=tuple(web.Column(x, numeric=i > 1) for i, x in enumerate(heads)),
        )  # fmt: skip

    @get("/new", opt={"access": EDIT_TRAINING})
    async def fresh(self, request: Ask, here: Here) -> Response[str]:
        """An empty form."""
        return await _form(request, here, UnitForm(), None)

    @post("/new", opt={"access": EDIT_TRAINING}, status_code=200)
    async def add(self, request: Ask, here: Here) -> Response[str] | Redirect:
        """Enter it."""
        return await _save(request, here, None)

    @get("/{key:uuid}/edit", opt={"access": EDIT_TRAINING})
    async def edit(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str]:
        """Show it for changing."""
        return await _form(request, here, await _stored(here, key), key)

    @post("/{key:uuid}/edit", opt={"access": EDIT_TRAINING}, status_code=200)
    async def change(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str] | Redirect:
        """Save it."""
        return await _save(request, here, key)

    @post("/{key:uuid}/delete", opt={"access": EDIT_TRAINING}, status_code=303)
    async def delete(self, here: Here, key: FromPath[UUID]) -> Redirect:
        """Take it off; the message offers the way back."""
        async with here.tx(write=True) as tx:
            if any(x.parent == key for x in await store.units(tx, here.write)):
                raise Wrong(_("Zu dieser Einheit gehören andere."), "", _("Ordnen Sie diese zuerst anders zu."))
            await rows.remove(tx, store.UNIT, here.write, key, here.actor, now(), removed=True)
        return web.redirect(
            f"{base(here)}/units", message=_("Die Einheit ist gelöscht."), undo=f"{base(here)}/units/{key}/restore"
        )

    @post("/{key:uuid}/restore", opt={"access": EDIT_TRAINING}, status_code=303)
    async def restore(self, here: Here, key: FromPath[UUID]) -> Redirect:
        """Have a deleted one back."""
        async with here.tx(write=True) as tx:
            await rows.remove(tx, store.UNIT, here.write, key, here.actor, now(), removed=False)
        return web.redirect(f"{base(here)}/units", message=_("Die Einheit ist wieder da."))


async def _stored(here: Here, key: UUID) -> UnitForm:
    async with here.tx() as tx:
        version = await store.unit_version(tx, here.write, key)
        item = next((x for x in await store.units(tx, here.write) if x.id == key), None)
    if item is None:
        raise Missing
    return UnitForm(name=item.name, parent=str(item.parent or ""), version=version, **item.persons)


async def _save(request: Ask, here: Here, key: UUID | None) -> Response[str] | Redirect:
    form = UnitForm()
    try:
        form = await read(request, UnitForm)
        values = _values(form)
        async with here.tx(write=True) as tx:
            await store.save_unit(tx, here.write, key, form.version, values, here.actor, now())
    except Wrong as error:
        return await _form(request, here, kept(error, form), key, status=422, errors=problem(error))
    except Outdated as error:
        if key is None:
            raise
        stored = await _stored(here, key)
        shown = msgspec.structs.replace(form, version=stored.version)
        return await _form(request, here, shown, key, status=409, clash=clash.of_forms(stored, form, words.FIELDS, error))
    return web.redirect(f"{base(here)}/units", message=_("Die Einheit ist gespeichert."))


def _values(form: UnitForm) -> dict[str, str | int | UUID | None]:
    """Raises `Wrong` for what cannot be meant."""
    if not form.name:
        raise Wrong(_("Bitte nennen Sie die Einheit."), "name")
    for group in GROUPS:
        if getattr(form, group) < 0:
            raise Wrong(_("Bitte geben Sie eine Zahl ab 0 an."), group)
    try:
        parent = UUID(form.parent) if form.parent else None
    except ValueError as error:
        raise Wrong(_("Bitte wählen Sie aus der Liste."), "parent") from error
    return {"name": form.name, "parent_id": parent} | {group: getattr(form, group) for group in GROUPS}


async def _form(
    request: Ask, here: Here, form: UnitForm, key: UUID | None, *, status: int = 200,
    errors: dict[str, str] | None = None, clash: Overtaken | None = None,
) -> Response[str]:  # fmt: skip
    async with here.tx() as tx:
        others = [(str(x.id), x.name) for x in await store.units(tx, here.write) if x.id != key]
    return web.page(
        request, here, "isms/training/unit.html", status=status, form=form, errors=errors or {}, clash=clash, fresh=key is None,
        url=f"{base(here)}/units/{f'{key}/edit' if key else 'new'}", base=base(here), groups=list(words.GROUPS.items()),
        parents=[("", _("keiner anderen")), *others], back=f"{base(here)}/units",
    )  # fmt: skip
