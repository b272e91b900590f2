"""„Schulungen“: courses with their quotas, the form of a course, the training record as page, PDF and table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from isms.incidents.pages.frame import paper
from isms.training import compose, store, words
from service import web
from service.auth.guards import EDIT_TRAINING, READ_TRAINING, Here
from service.blocks import Document
from service.contracts.pages.common import choice, drawn
from service.contracts.store import rows
from service.errors import Outdated, Wrong
from service.i18n import gettext as _
from service.inventory.pages.files import table_file
from service.settings import local_today, now
from service.web import clash
from service.web.clash import Overtaken
from service.web.forms import Ask, Form, kept, problem, read

PATH = "/towns/{town:str}/training"
OPTIONS = {"target": words.TARGETS, "form": words.FORMS}
LONGEST_VALIDITY = 120


class CourseForm(Form):
    """A course."""

    title: str = ""
    target: str = "all"
    validity_months: int = 24
    form: str = "presence"
    test: bool = False
    link: str = ""
    note: str = ""
    version: int = 0


class CoursePages(Controller):
    """`/towns/{town}/training`."""

    path = PATH
    include_in_schema = False

    @get("/", opt={"access": READ_TRAINING})
    async def show(self, request: Ask, here: Here) -> Response[str]:
        """Every course with its quota, and exercises as totals."""
        async with here.tx() as tx:
            found = await store.quotas(tx, here.write, local_today(), _("übrige"))
            exercises = await store.phishing(tx, here.write)
            persons = sum(x.of("all") for x in await store.units(tx, here.write))
        heads = (_("Übung"), _("Tag"), _("verschickt"), _("angeklickt"), _("gemeldet"), _("Schritt"))
        return web.page(
            request, here, "isms/training/list.html", courses=found, exercises=exercises, persons=persons, base=base(here),
            words=words, may_edit=may_edit(here),
            columns=_columns((_("Thema"), _("Zielgruppe"), _("Quote"), _("davon Leitung"), _("offen")), 2),
            phishing_columns=_columns(heads if may_edit(here) else heads[:-1], 2),
        )  # fmt: skip

    @get("/export", opt={"access": READ_TRAINING})
    async def export(self, request: Ask, here: Here) -> Response[bytes]:
        """The quotas by unit as XLSX or CSV; small units stand in the next larger one here too."""
        async with here.tx() as tx:
            found = await store.quotas(tx, here.write, local_today(), _("übrige"))
        heads = [_("Thema"), _("Zielgruppe"), _("Einheit"), _("Personen"), _("gültig"), _("offen")]
        lines: list[dict[str, Any]] = []
        for course, quota in found:
            for name, line in ((_("Gesamt"), quota.total), (_("Leitung"), quota.leadership), *((x.name, x) for x in quota.units)):
                if line:
                    told = (
                        course.title,
                        str(words.TARGETS[course.target]),
                        name,
                        line.persons,
                        line.done,
                        line.persons - line.done,
                    )
                    lines.append(dict(zip(heads, told, strict=True)))
        return table_file(request, lines, heads, f"schulungen-{here.slug}")

    @get("/report", opt={"access": READ_TRAINING})
    async def report(self, request: Ask, here: Here) -> Response[str]:
        """The training record as a page."""
        crumbs = [(_("Schulungen"), base(here))]
        return web.report(request, here, await _document(here), pdf=f"{base(here)}/report/pdf", crumbs=crumbs)

    @get("/report/pdf", opt={"access": READ_TRAINING})
    async def pdf(self, here: Here) -> Response[bytes]:
        """The training record as a file to keep."""
        return await paper(await _document(here), f"{here.slug}-schulungsnachweis-{local_today():%Y-%m-%d}")

    @get("/new", opt={"access": EDIT_TRAINING})
    async def fresh(self, request: Ask, here: Here) -> Response[str]:
        """An empty form."""
        return _form(request, here, CourseForm(), None)

    @post("/new", opt={"access": EDIT_TRAINING}, status_code=200)
    async def add(self, request: Ask, here: Here) -> Response[str] | Redirect:
        """Enter it."""
        return await _save(request, here, None)

    @get("/{key:uuid}", opt={"access": READ_TRAINING})
    async def one(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str]:
        """A course with quotas by unit, dates and history."""
        return await page(request, here, key)

    @get("/{key:uuid}/edit", opt={"access": EDIT_TRAINING})
    async def edit(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str]:
        """Show it for changing."""
        return _form(request, here, await _stored(here, key), key)

    @post("/{key:uuid}/edit", opt={"access": EDIT_TRAINING}, status_code=200)
    async def change(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str] | Redirect:
        """Save it."""
        return await _save(request, here, key)

    @post("/{key:uuid}/delete", opt={"access": EDIT_TRAINING}, status_code=303)
    async def delete(self, here: Here, key: FromPath[UUID]) -> Redirect:
        """Take it off the list; the message offers the way back."""
        async with here.tx(write=True) as tx:
            await rows.remove(tx, store.COURSE, here.write, key, here.actor, now(), removed=True)
        return web.redirect(base(here), message=_("Die Schulung ist gelöscht."), undo=f"{base(here)}/{key}/restore")

    @post("/{key:uuid}/restore", opt={"access": EDIT_TRAINING}, status_code=303)
    async def restore(self, here: Here, key: FromPath[UUID]) -> Redirect:
        """Have a deleted one back."""
        async with here.tx(write=True) as tx:
            await rows.remove(tx, store.COURSE, here.write, key, here.actor, now(), removed=False)
        return web.redirect(f"{base(here)}/{key}", message=_("Die Schulung ist wieder da."))


def base(here: Here) -> str:
    """Address of the list."""
    return f"{here.base}/training"


def may_edit(here: Here) -> bool:
    """Whether this person enters numbers; others see no number of a small unit."""
    return bool(here.roles & EDIT_TRAINING)


def _columns(heads: Sequence[str], numbers: int) -> tuple[web.Column, ...]:
    """Columns; those from `numbers` on hold numbers, but the last where it is for acts."""
    return tuple(web.Column(x, numeric=i >= numbers and x != _("Schritt")) for i, x in enumerate(heads))


async def page(
    request: Ask, here: Here, key: UUID, *, status: int = 200, errors: dict[str, str] | None = None, typed: Any = None
) -> Response[str]:
    """The page of a course, also with what a form on it could not take."""
    async with here.tx() as tx:
        course = await store.course(tx, here.write, key)
        (quota,) = [x for one, x in await store.quotas(tx, here.write, local_today(), _("übrige")) if one.id == key]
        entered = await store.counted(tx, here.write, key) if may_edit(here) else []
        dates = await store.dates(tx, here.write, key)
        units = await store.units(tx, here.write)
        events = await rows.history(tx, store.COURSE, here.write, key)
    return web.page(
        request, here, "isms/training/course.html", status=status, item=course, quota=quota, entered=entered, dates=dates,
        units=[(str(x.id), x.name) for x in units], base=base(here), url=f"{base(here)}/{key}", words=words, errors=errors or {},
        typed=typed, may_edit=may_edit(here), today=local_today(), history=drawn(events, OPTIONS, words.FIELDS),
        groups=list(words.GROUPS.items()),
        columns=_columns((_("Einheit"), _("Personen"), _("gültig"), _("offen"), _("Quote")), 1),
        entered_columns=_columns((_("Einheit"), _("Tag"), _("Personen"), _("davon erneuert"), _("Schritt")), 2),
    )  # fmt: skip


async def _document(here: Here) -> Document:
    at = now()
    async with here.tx() as tx:
        found = await store.quotas(tx, here.write, local_today(), _("übrige"))
        exercises = await store.phishing(tx, here.write)
    return compose.report(found, exercises, here.town.name if here.town else "", at)


async def _stored(here: Here, key: UUID) -> CourseForm:
    async with here.tx() as tx:
        item = await store.course(tx, here.write, key)
    return CourseForm(**{x: getattr(item, x) for x in CourseForm.__struct_fields__})


async def _save(request: Ask, here: Here, key: UUID | None) -> Response[str] | Redirect:
    form = CourseForm()
    try:
        form = await read(request, CourseForm)
        _check(form)
        values = {x: getattr(form, x) for x in store.COURSE.columns}
        async with here.tx(write=True) as tx:
            made = await rows.save(tx, store.COURSE, here.write, key, form.version, values, here.actor, now())
    except Wrong as error:
        return _form(request, here, kept(error, form), key, status=422, errors=problem(error))
    except Outdated as error:
        if key is None:
            raise
        stored = await _stored(here, key)
        shown = msgspec.structs.replace(form, version=stored.version)
        return _form(request, here, shown, key, status=409, clash=clash.of_forms(stored, form, words.FIELDS, error))
    return web.redirect(f"{base(here)}/{made}", message=_("Die Schulung ist gespeichert."))


def _check(form: CourseForm) -> None:
    """Raises `Wrong` for what cannot be meant."""
    if not form.title:
        raise Wrong(_("Bitte nennen Sie das Thema."), "title")
    choice(form, OPTIONS)
    if not 1 <= form.validity_months <= LONGEST_VALIDITY:
        raise Wrong(_("Eine Teilnahme gilt zwischen 1 und 120 Monaten."), "validity_months")
    if form.link and (not form.link.startswith("https://") or len(form.link) > 500):
        raise Wrong(_("Die Adresse muss mit https:// beginnen."), "link")


def _form(
    request: Ask, here: Here, form: CourseForm, key: UUID | None, *, status: int = 200,
    errors: dict[str, str] | None = None, clash: Overtaken | None = None,
) -> Response[str]:  # fmt: skip
    return web.page(
        request, here, "isms/training/form.html", status=status, form=form, errors=errors or {}, clash=clash, fresh=key is None,
        url=f"{base(here)}/{f'{key}/edit' if key else 'new'}", base=base(here), words=words, fields=words.FIELDS,
        back=f"{base(here)}/{key}" if key else base(here),
    )  # fmt: skip
