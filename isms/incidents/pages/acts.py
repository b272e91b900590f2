"""What people do with an incident: log, correct, step, declare, decide what is told, learn."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar
from uuid import UUID

from litestar import Controller, Response, post
from litestar.params import FromPath
from litestar.response import Redirect

from isms.incidents import store
from isms.incidents.clocks import Duty
from isms.incidents.levels import Severity
from isms.incidents.pages.frame import PATH, NoteForm, show, visible
from isms.incidents.states import State
from service import web
from service.auth.guards import CLOSE_INCIDENTS, DECIDE_INCIDENTS, DECLARE_INCIDENTS, EDIT_INCIDENTS, LOG_INCIDENTS, Here
from service.db import SafeTransaction
from service.errors import Wrong
from service.i18n import gettext as _
from service.settings import now
from service.web.forms import Ask, Form, kept, problem, read


class StepForm(Form):
    """The next state, and why where a reason is needed."""

    state: str = ""
    reason: str = ""
    version: int = 0


class LevelForm(Form):
    """The level and why."""

    level: int = 0
    reason: str = ""


class DutyForm(Form):
    """Whether something must be told, and why."""

    duty: str = ""
    notify: str = ""
    reason: str = ""


class ActPages(Controller):
    """`/towns/{town}/incidents/{id}/…`."""

    path = PATH
    include_in_schema = False

    @post("/{key:uuid}/note", opt={"access": LOG_INCIDENTS}, status_code=200)
    async def note(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str] | Redirect:
        """A line for the log, or a correction of one."""

        async def act(tx: SafeTransaction, form: NoteForm) -> None:
            if form.corrects is None:
                await store.note(tx, here.write, key, form.text, here.actor, now())
            else:
                await store.correct(tx, here.write, key, form.corrects, form.text, here.actor, now())

        return await _act(request, here, key, NoteForm(), act, _("Im Protokoll eingetragen."))

    @post("/{key:uuid}/state", opt={"access": CLOSE_INCIDENTS}, status_code=200)
    async def step(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str] | Redirect:
        """The next step, a step back, or closing."""

        async def act(tx: SafeTransaction, form: StepForm) -> None:
            if form.state not in tuple(State):
                raise Wrong(_("Bitte wählen Sie den nächsten Stand."), "state")
            await store.step(tx, here.write, key, State(form.state), form.reason, form.version, here.actor, now())

        return await _act(request, here, key, StepForm(), act, _("Der Stand ist eingetragen."))

    @post("/{key:uuid}/level", opt={"access": DECLARE_INCIDENTS}, status_code=200)
    async def level(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str] | Redirect:
        """The mayor declares an emergency or a crisis, the security officer puts it before them."""

        async def act(tx: SafeTransaction, form: LevelForm) -> None:
            if form.level not in tuple(Severity):
                raise Wrong(_("Bitte wählen Sie die Stufe."), "level")
            final = "mayor" in here.roles
            await store.declare(tx, here.write, key, Severity(form.level), form.reason, here.actor, now(), final=final)

        return await _act(request, here, key, LevelForm(), act, _("Die Stufe ist eingetragen."))

    @post("/{key:uuid}/duty", opt={"access": DECIDE_INCIDENTS}, status_code=200)
    async def duty(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str] | Redirect:
        """What one person says about a duty to tell."""
        role = next(one for one in ("mayor", "isb", "dpo") if one in here.roles)

        async def act(tx: SafeTransaction, form: DutyForm) -> None:
            if form.duty not in tuple(Duty) or form.notify not in ("yes", "no"):
                raise Wrong(_("Bitte wählen Sie, ob gemeldet wird."), f"notify_{form.duty}")
            await store.decide(
                tx, here.write, key, Duty(form.duty),
                notify=form.notify == "yes", reason=form.reason, role=role, actor=here.actor, now=now(),
            )  # fmt: skip

        return await _act(request, here, key, DutyForm(), act, _("Die Entscheidung ist eingetragen."))

    @post("/{key:uuid}/learn", opt={"access": EDIT_INCIDENTS}, status_code=200)
    async def learn(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str] | Redirect:
        """A measure from the lessons."""

        async def act(tx: SafeTransaction, _form: Form) -> None:
            await store.learn(tx, here.write, key, here.actor, now())

        return await _act(request, here, key, Form(), act, _("Maßnahme angelegt. Ergänzen Sie dort Termin und Zuständige."))


F = TypeVar("F", bound=Form)


async def _act(
    request: Ask, here: Here, key: UUID, form: F, act: Callable[[SafeTransaction, F], Awaitable[None]], done: str
) -> Response[str] | Redirect:
    """Read the form, do it if the incident may be seen, and show the incident again."""
    try:
        form = await read(request, type(form))
        async with here.tx(write=True) as tx:
            await visible(tx, here, key)
            await act(tx, form)
    except Wrong as error:
        return await show(request, here, key, status=422, errors=problem(error), kept=kept(error, form))
    return web.redirect(f"{here.base}/incidents/{key}", message=done)
