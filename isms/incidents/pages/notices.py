"""Notices of an incident: prepared, finished by a person, recorded as sent, kept as a copy."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from isms.incidents import compose, store
from isms.incidents.notices import KINDS, prepare
from isms.incidents.pages.frame import PATH, moment, paper, typed, whole
from isms.incidents.view import Case, Notice
from service import web
from service.auth.guards import NOTIFY_INCIDENTS, READ_INCIDENTS, Here
from service.errors import Missing, Outdated, Wrong
from service.i18n import gettext as _
from service.settings import now
from service.web.clash import Overtaken, overtaken
from service.web.forms import Ask, Form, kept, problem, read


class NoticeForm(Form):
    """The text of a notice."""

    kind: str = ""
    recipient: str = ""
    subject: str = ""
    text: str = ""
    version: int = 0


class SentForm(Form):
    """When and to which function it was sent."""

    sent_to: str = ""
    sent_at: str = ""


class NoticePages(Controller):
    """`/towns/{town}/incidents/{id}/notices`."""

    path = f"{PATH}/{{key:uuid}}/notices"
    include_in_schema = False

    @get("/new", opt={"access": NOTIFY_INCIDENTS})
    async def fresh(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str]:
        """The prepared text of one kind of notice."""
        kind = str(request.query_params.get("kind", ""))
        if kind not in KINDS:
            raise Missing
        case = await _case(here, key)
        text = prepare(kind, case)
        return _page(request, here, case, NoticeForm(kind=kind, recipient=text.recipient, subject=text.subject, text=text.text))

    @post("/new", opt={"access": NOTIFY_INCIDENTS}, status_code=200)
    async def add(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str] | Redirect:
        """Keep it as a draft."""
        return await _save(request, here, key, None)

    @get("/{notice:uuid}", opt={"access": READ_INCIDENTS})
    async def show(self, request: Ask, here: Here, key: FromPath[UUID], notice: FromPath[UUID]) -> Response[str]:
        """The draft for changing, or the copy of what was sent."""
        case = await _case(here, key)
        one = _notice(case, notice)
        return _page(request, here, case, _filled(one), one)

    @post("/{notice:uuid}", opt={"access": NOTIFY_INCIDENTS}, status_code=200)
    async def change(self, request: Ask, here: Here, key: FromPath[UUID], notice: FromPath[UUID]) -> Response[str] | Redirect:
        """Save the draft."""
        return await _save(request, here, key, notice)

    @post("/{notice:uuid}/sent", opt={"access": NOTIFY_INCIDENTS}, status_code=200)
    async def sent(self, request: Ask, here: Here, key: FromPath[UUID], notice: FromPath[UUID]) -> Response[str] | Redirect:
        """Record it as sent."""
        form = SentForm()
        case = await _case(here, key)
        one = _notice(case, notice)
        try:
            form = await read(request, SentForm)
            at = _sent_at(form)
            async with here.tx(write=True) as tx:
                await store.send(tx, here.write, key, notice, form.sent_to, at, here.actor, now())
        except Wrong as error:
            return _page(request, here, case, _filled(one), one, status=422, errors=problem(error), sent=kept(error, form))
        return web.redirect(f"{here.base}/incidents/{key}", message=_("Als gesendet eingetragen. Die Kopie bleibt unverändert."))

    @get("/{notice:uuid}/pdf", opt={"access": READ_INCIDENTS})
    async def pdf(self, here: Here, key: FromPath[UUID], notice: FromPath[UUID]) -> Response[bytes]:
        """The notice as a PDF."""
        case = await _case(here, key)
        one = _notice(case, notice)
        return await paper(compose.letter(case, one, now()), f"{here.slug}-vorfall-{case.item.number:03d}-{one.kind}")


async def _case(here: Here, key: UUID) -> Case:
    async with here.tx() as tx:
        return await whole(tx, here, key)


def _notice(case: Case, key: UUID) -> Notice:
    """The notice of this incident; raises `Missing`."""
    found = next((one for one in case.notices if one.id == key), None)
    if found is None:
        raise Missing
    return found


def _sent_at(form: SentForm) -> datetime:
    at = moment(form.sent_at, "sent_at")
    if at is None:
        raise Wrong(_("Bitte nennen Sie, wann gesendet wurde."), "sent_at")
    return at


def _filled(one: Notice) -> NoticeForm:
    return NoticeForm(kind=one.kind, recipient=one.recipient, subject=one.subject, text=one.text, version=one.version)


async def _save(request: Ask, here: Here, key: UUID, notice: UUID | None) -> Response[str] | Redirect:
    form = NoticeForm()
    case = await _case(here, key)
    one = _notice(case, notice) if notice else None
    try:
        form = await read(request, NoticeForm)
        kind = one.kind if one else form.kind
        async with here.tx(write=True) as tx:
            saved = await store.draft(
                tx, here.write, key, kind, form.recipient, form.subject, form.text, form.version, here.actor, now(), notice
            )
    except Wrong as error:
        return _page(request, here, case, kept(error, form), one, status=422, errors=problem(error))
    except Outdated as error:
        if notice is None:
            raise
        case = await _case(here, key)
        one = _notice(case, notice)
        rows = [
            (_("Empfänger"), one.recipient, form.recipient),
            (_("Betreff"), one.subject, form.subject),
            (_("Text"), one.text, form.text),
        ]
        form.version = one.version
        return _page(request, here, case, form, one, status=409, clash=overtaken(rows, error))
    return web.redirect(f"{here.base}/incidents/{key}/notices/{saved}", message=_("Entwurf gespeichert."))


def _page(
    request: Ask, here: Here, case: Case, form: NoticeForm, notice: Notice | None = None, *, status: int = 200,
    errors: dict[str, str] | None = None, sent: SentForm | None = None, clash: Overtaken | None = None,
) -> Response[str]:  # fmt: skip
    base = f"{here.base}/incidents"
    at: datetime = now()
    return web.page(
        request, here, "isms/incidents/notice.html", status=status, base=base, url=f"{base}/{case.item.id}", item=case.item,
        title=KINDS[form.kind].title if form.kind in KINDS else _("Mitteilung"), form=form, notice=notice, errors=errors or {},
        sent=sent or SentForm(sent_to=form.recipient, sent_at=typed(at)), clash=clash,
        may_notify=bool(here.roles & NOTIFY_INCIDENTS),
    )  # fmt: skip
