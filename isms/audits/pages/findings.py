"""A finding: its form, the measure made of it, the re-check."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

import msgspec
from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from isms.audits import checklist, plan, words
from isms.audits.pages.frame import OPTIONS, PATH, base, may_find
from isms.audits.plan import Finding
from isms.audits.store import audits as store
from isms.audits.store import findings
from isms.store import measures
from service import web
from service.auth.guards import EDIT_ISMS, FIND_AUDITS, READ_AUDITS, READ_ISMS, READ_RISKS, Here
from service.contracts.pages.common import choice, drawn
from service.contracts.store import rows
from service.errors import Outdated, Wrong
from service.i18n import gettext as _
from service.objects import store as objects
from service.settings import local_today, now
from service.web import clash
from service.web.clash import Overtaken
from service.web.forms import Ask, Form, kept, problem, read


class FindingForm(Form):
    """A finding; `control` is the label or key of a requirement."""

    weight: str = "minor"
    title: str = ""
    text: str = ""
    target: str = ""
    control: str = ""
    responsible: str = ""
    due: date | None = None
    recheck_on: date | None = None
    version: int = 0


class RecheckForm(Form):
    """What a re-check found."""

    result: str = ""
    note: str = ""
    again: date | None = None
    version: int = 0


class FindingPages(Controller):
    """`/towns/{town}/audits/{id}/findings`."""

    path = f"{PATH}/{{key:uuid}}/findings"
    include_in_schema = False

    @get("/new", opt={"access": FIND_AUDITS})
    async def fresh(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str]:
        """An empty form, or one for a line of the checklist (`?line=`)."""
        form = FindingForm()
        try:
            target, control = checklist.parse(str(request.query_params.get("line", "")))
            form = FindingForm(target=str(target), control=control)
        except ValueError:
            pass
        return await _form(request, here, key, form, None)

    @post("/new", opt={"access": FIND_AUDITS}, status_code=200)
    async def add(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str] | Redirect:
        """Enter it."""
        return await _save(request, here, key, None)

    @get("/{finding:uuid}", opt={"access": READ_AUDITS})
    async def show(self, request: Ask, here: Here, key: FromPath[UUID], finding: FromPath[UUID]) -> Response[str]:
        """One finding with its measure, re-check and history."""
        return await _page(request, here, key, finding)

    @get("/{finding:uuid}/edit", opt={"access": FIND_AUDITS})
    async def edit(self, request: Ask, here: Here, key: FromPath[UUID], finding: FromPath[UUID]) -> Response[str]:
        """Show it for changing."""
        return await _form(request, here, key, await _stored(here, key, finding), finding)

    @post("/{finding:uuid}/edit", opt={"access": FIND_AUDITS}, status_code=200)
    async def change(self, request: Ask, here: Here, key: FromPath[UUID], finding: FromPath[UUID]) -> Response[str] | Redirect:
        """Save it."""
        return await _save(request, here, key, finding)

    @post("/{finding:uuid}/delete", opt={"access": FIND_AUDITS}, status_code=303)
    async def delete(self, here: Here, key: FromPath[UUID], finding: FromPath[UUID]) -> Redirect:
        """Take it off as long as the audit is open; the message offers the way back."""
        async with here.tx(write=True) as tx:
            if (await store.audit(tx, here.write, key)).state not in plan.OPEN:
                raise Wrong(_("Das Audit ist abgeschlossen. Was festgestellt wurde, steht fest."))
            await findings.finding(tx, here.write, key, finding)
            await rows.remove(tx, findings.KEPT, here.write, finding, here.actor, now(), removed=True)
        undo = f"{base(here)}/{key}/findings/{finding}/restore"
        return web.redirect(f"{base(here)}/{key}", message=_("Die Feststellung ist gelöscht."), undo=undo)

    @post("/{finding:uuid}/restore", opt={"access": FIND_AUDITS}, status_code=303)
    async def restore(self, here: Here, key: FromPath[UUID], finding: FromPath[UUID]) -> Redirect:
        """Have a deleted one back."""
        async with here.tx(write=True) as tx:
            await rows.remove(tx, findings.KEPT, here.write, finding, here.actor, now(), removed=False)
        return web.redirect(f"{base(here)}/{key}/findings/{finding}", message=_("Die Feststellung ist wieder da."))

    @post("/{finding:uuid}/measure", opt={"access": EDIT_ISMS}, status_code=200)
    async def measure(self, request: Ask, here: Here, key: FromPath[UUID], finding: FromPath[UUID]) -> Response[str] | Redirect:
        """A measure of it by one click."""
        try:
            async with here.tx(write=True) as tx:
                await findings.measure(tx, here.write, key, finding, here.actor, now())
        except Wrong as error:
            return await _page(request, here, key, finding, status=422, errors={"step": error.sentence})
        text = _("Maßnahme angelegt. Ergänzen Sie dort Kosten und Priorität.")
        return web.redirect(f"{base(here)}/{key}/findings/{finding}", message=text)

    @post("/{finding:uuid}/recheck", opt={"access": FIND_AUDITS}, status_code=200)
    async def recheck(self, request: Ask, here: Here, key: FromPath[UUID], finding: FromPath[UUID]) -> Response[str] | Redirect:
        """Write down what a re-check found."""
        form = RecheckForm()
        try:
            form = await read(request, RecheckForm)
            async with here.tx(write=True) as tx:
                await findings.recheck(
                    tx, here.write, key, finding, form.version, form.result, form.note, form.again, here.actor, now()
                )
        except Wrong as error:
            return await _page(request, here, key, finding, status=422, errors=problem(error), typed=kept(error, form))
        return web.redirect(f"{base(here)}/{key}/findings/{finding}", message=_("Die Nachprüfung ist eingetragen."))

    @post("/{finding:uuid}/reopen", opt={"access": FIND_AUDITS}, status_code=200)
    async def reopen(self, request: Ask, here: Here, key: FromPath[UUID], finding: FromPath[UUID]) -> Response[str] | Redirect:
        """A closed one is open again."""
        try:
            form = await read(request, RecheckForm)
            async with here.tx(write=True) as tx:
                await findings.reopen(tx, here.write, key, finding, form.version, here.actor, now())
        except Wrong as error:
            return await _page(request, here, key, finding, status=422, errors={"step": error.sentence})
        return web.redirect(f"{base(here)}/{key}/findings/{finding}", message=_("Die Feststellung ist wieder offen."))


async def _page(
    request: Ask, here: Here, key: UUID, finding: UUID, *, status: int = 200,
    errors: dict[str, str] | None = None, typed: RecheckForm | None = None,
) -> Response[str]:  # fmt: skip
    async with here.tx() as tx:
        audit = await store.audit(tx, here.write, key)
        item = await findings.finding(tx, here.write, key, finding)
        events = await rows.history(tx, findings.KEPT, here.write, finding)
        made = await measures.measure(tx, here.write, item.measure) if item.measure else None
    return web.page(
        request, here, "isms/audits/finding.html", status=status, audit=audit, item=item, base=base(here),
        url=f"{base(here)}/{key}/findings/{finding}", words=words, today=local_today(), measure=made,
        history=drawn(events, OPTIONS, words.FIELDS), errors=errors or {}, typed=typed or RecheckForm(),
        may_find=may_find(here), may_delete=may_find(here) and audit.state in plan.OPEN, may_measure=bool(here.roles & EDIT_ISMS),
        rechecks=[(key, word) for key, word in words.RECHECKS.items() if key != "waived" or item.weight == plan.RECOMMENDATION],
        may_open=bool(here.roles & READ_ISMS), may_read_measure=bool(here.roles & READ_RISKS),
    )  # fmt: skip


async def _stored(here: Here, key: UUID, finding: UUID) -> FindingForm:
    async with here.tx() as tx:
        item = await findings.finding(tx, here.write, key, finding)
    values = {x: getattr(item, x) for x in FindingForm.__struct_fields__}
    return FindingForm(**values | {"target": str(item.target or "")})


async def _save(request: Ask, here: Here, key: UUID, finding: UUID | None) -> Response[str] | Redirect:
    form = FindingForm()
    try:
        form = await read(request, FindingForm)
        choice(form, {"weight": words.WEIGHTS})
        given = {x: getattr(form, x) for x in FindingForm.__struct_fields__}
        told = {"target": _target(form.target), "version": form.version if finding else 0}
        async with here.tx(write=True) as tx:
            made = await findings.save(tx, here.write, Finding(finding or uuid4(), key, **given | told), here.actor, now())
    except Wrong as error:
        return await _form(request, here, key, kept(error, form), finding, status=422, errors=problem(error))
    except Outdated as error:
        if finding is None:
            raise
        stored = await _stored(here, key, finding)
        shown = msgspec.structs.replace(form, version=stored.version)
        both = clash.of_forms(stored, form, words.FIELDS, error)
        return await _form(request, here, key, shown, finding, status=409, clash=both)
    return web.redirect(f"{base(here)}/{key}/findings/{made}", message=_("Die Feststellung ist gespeichert."))


def _target(said: str) -> UUID | None:
    try:
        return UUID(said) if said else None
    except ValueError as error:
        raise Wrong(_("Bitte wählen Sie aus der Liste."), "target") from error


async def _form(
    request: Ask, here: Here, key: UUID, form: FindingForm, finding: UUID | None, *, status: int = 200,
    errors: dict[str, str] | None = None, clash: Overtaken | None = None,
) -> Response[str]:  # fmt: skip
    async with here.tx() as tx:
        audit = await store.audit(tx, here.write, key)
        targets = [("", _("keines")), *((str(x.id), x.name) for x in await objects.targets(tx, here.write))]
    url = f"{base(here)}/{key}/findings"
    return web.page(
        request, here, "isms/audits/finding_form.html", status=status, form=form, errors=errors or {}, clash=clash,
        fresh=finding is None, url=f"{url}/{f'{finding}/edit' if finding else 'new'}", base=base(here), audit=audit,
        back=f"{url}/{finding}" if finding else f"{base(here)}/{key}", fields=words.FIELDS, targets=targets,
        weights=[(key, word) for key, (word, _tone) in words.WEIGHTS.items()],
    )  # fmt: skip
