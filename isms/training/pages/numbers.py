"""What is entered as numbers: completions and dates of a course, phishing exercises."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from isms.training import store, words
from isms.training.pages.courses import PATH, base, page
from isms.training.quota import Count
from service import web
from service.auth.guards import EDIT_TRAINING, Here
from service.contracts.store import rows
from service.contracts.store.rows import Kept
from service.errors import Missing, Wrong
from service.i18n import gettext as _
from service.settings import now
from service.web.forms import Ask, Form, kept, problem, read


class CountForm(Form):
    """Completions."""

    unit: str = ""
    group: str = "others"
    day: date | None = None
    persons: int = 0
    renewed: int = 0


class DateForm(Form):
    """A day on which a course is held."""

    held_on: date | None = None
    place: str = ""


class ExerciseForm(Form):
    """A phishing exercise in totals."""

    title: str = ""
    held_on: date | None = None
    sent: int = 0
    clicked: int = 0
    reported: int = 0


class NumberPages(Controller):
    """Below `/towns/{town}/training`."""

    path = PATH
    include_in_schema = False

    @post("/{key:uuid}/counts", opt={"access": EDIT_TRAINING}, status_code=200)
    async def count(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str] | Redirect:
        """Enter completions."""
        form = CountForm()
        try:
            form = await read(request, CountForm)
            item = Count(_unit(form.unit), form.group, _day(form.day, "day"), form.persons, form.renewed)
            async with here.tx(write=True) as tx:
                await store.count(tx, here.write, key, item, here.actor, now())
        except Wrong as error:
            return await page(request, here, key, status=422, errors=problem(error), typed=kept(error, form))
        return web.redirect(f"{base(here)}/{key}", message=_("Die Teilnahmen sind eingetragen."))

    @post("/{key:uuid}/dates", opt={"access": EDIT_TRAINING}, status_code=200)
    async def held(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str] | Redirect:
        """Enter a day."""
        form = DateForm()
        try:
            form = await read(request, DateForm)
            day = _day(form.held_on, "held_on")
            async with here.tx(write=True) as tx:
                await store.course(tx, here.write, key)
                values = {"course_id": key, "held_on": day, "place": form.place[:200]}
                await rows.save(tx, store.DATE, here.write, None, 0, values, here.actor, now())
        except Wrong as error:
            return await page(request, here, key, status=422, errors=problem(error), typed=kept(error, form))
        return web.redirect(f"{base(here)}/{key}", message=_("Der Termin ist eingetragen."))

    @post("/{key:uuid}/counts/{row:uuid}/{act:str}", opt={"access": EDIT_TRAINING}, status_code=303)
    async def turn_count(self, here: Here, key: FromPath[UUID], row: FromPath[UUID], act: FromPath[str]) -> Redirect:
        """Take completions off (`delete`), or have them back (`restore`)."""
        return await _turn(here, store.COUNT, row, act, f"{base(here)}/{key}", f"{base(here)}/{key}/counts")

    @post("/{key:uuid}/dates/{row:uuid}/{act:str}", opt={"access": EDIT_TRAINING}, status_code=303)
    async def turn_date(self, here: Here, key: FromPath[UUID], row: FromPath[UUID], act: FromPath[str]) -> Redirect:
        """Take a day off (`delete`), or have it back (`restore`)."""
        return await _turn(here, store.DATE, row, act, f"{base(here)}/{key}", f"{base(here)}/{key}/dates")

    @get("/phishing/new", opt={"access": EDIT_TRAINING})
    async def fresh(self, request: Ask, here: Here) -> Response[str]:
        """An empty form."""
        return _form(request, here, ExerciseForm())

    @post("/phishing/new", opt={"access": EDIT_TRAINING}, status_code=200)
    async def exercise(self, request: Ask, here: Here) -> Response[str] | Redirect:
        """Enter an exercise."""
        form = ExerciseForm()
        try:
            form = await read(request, ExerciseForm)
            values = {x: getattr(form, x) for x in store.PHISHING.columns}
            async with here.tx(write=True) as tx:
                await store.exercise(tx, here.write, values, here.actor, now())
        except Wrong as error:
            return _form(request, here, kept(error, form), status=422, errors=problem(error))
        return web.redirect(base(here), message=_("Die Übung ist eingetragen."))

    @post("/phishing/{row:uuid}/{act:str}", opt={"access": EDIT_TRAINING}, status_code=303)
    async def turn_exercise(self, here: Here, row: FromPath[UUID], act: FromPath[str]) -> Redirect:
        """Take an exercise off (`delete`), or have it back (`restore`)."""
        return await _turn(here, store.PHISHING, row, act, base(here), f"{base(here)}/phishing")


async def _turn(here: Here, what: Kept, row: UUID, act: str, back: str, own: str) -> Redirect:
    if act not in ("delete", "restore"):
        raise Missing
    async with here.tx(write=True) as tx:
        await rows.remove(tx, what, here.write, row, here.actor, now(), removed=act == "delete")
    if act == "restore":
        return web.redirect(back, message=_("Der Eintrag ist wieder da."))
    return web.redirect(back, message=_("Der Eintrag ist entfernt."), undo=f"{own}/{row}/restore")


def _unit(said: str) -> UUID:
    try:
        return UUID(said)
    except ValueError as error:
        raise Wrong(_("Bitte wählen Sie aus der Liste."), "unit") from error


def _day(said: date | None, where: str) -> date:
    if said is None:
        raise Wrong(_("Bitte geben Sie den Tag an."), where)
    return said


def _form(
    request: Ask, here: Here, form: ExerciseForm, *, status: int = 200, errors: dict[str, str] | None = None
) -> Response[str]:
    return web.page(
        request, here, "isms/training/exercise.html", status=status, form=form, errors=errors or {}, base=base(here), words=words
    )
