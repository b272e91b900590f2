"""One requirement at one object: claim, evidence, history; and taking it away with a reason."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from isms.editions.store import parameters
from isms.finding import Result
from isms.measures import Claim
from isms.pages import words
from isms.pages.forms import Ask, Form, kept, overtaken, problem, read, transaction
from isms.scales import claims
from isms.sheet import Given
from isms.store import contradictions, evidence, sheets
from service import web
from service.auth.guards import EDIT_ISMS, PREPARE_ISMS, READ_ISMS, Here
from service.errors import Missing, Outdated, Wrong
from service.i18n import format_time
from service.i18n import gettext as _
from service.settings import now


class AnswerForm(Form):
    """What a person says about a requirement; `then` = where to go after saving."""

    claim: str = ""
    reason: str = ""
    responsible: str = ""
    due: date | None = None
    document: str = ""
    version: int = 0
    then: str = "stay"


class ReasonForm(Form):
    """A reason, nothing else."""

    reason: str = ""


class WorksheetPages(Controller):
    """`/towns/{town}/controls/objects/{target}/{control}`."""

    path = "/towns/{town:str}/controls/objects/{target:uuid}/{control:str}"
    include_in_schema = False

    @get("/", opt={"access": READ_ISMS})
    async def show(self, request: Ask, here: Here, target: FromPath[UUID], control: FromPath[str]) -> Response[str]:
        """The worksheet."""
        return await _page(request, here, target, control)

    @post("/", opt={"access": PREPARE_ISMS}, status_code=200)
    async def save(self, request: Ask, here: Here, target: FromPath[UUID], control: FromPath[str]) -> Response[str] | Redirect:
        """Keep an answer: the security officer's counts at once, the IT's is a proposal until confirmed."""
        officer = bool(here.roles & EDIT_ISMS)
        form = AnswerForm()
        try:
            form = await read(request, AnswerForm)
            claim = _claim(form.claim)
            given = Given(
                claim,
                form.reason,
                form.responsible,
                form.due,
                form.document,
                "own" if officer else "prepared",
                0,
                here.account.name,
                now(),
            )
            async with transaction(here, write=True) as tx:
                await sheets.answer(tx, here.write, target, control, given, here.actor, expected=form.version)
                sheet = await sheets.load(tx, here.write, now().date())
        except Wrong as error:
            return await _page(request, here, target, control, status=422, errors=problem(error), form=kept(error, form))
        except Outdated as error:
            return await _page(request, here, target, control, status=409, form=form, late=error)
        before, after = sheet.neighbours(target, control)
        follow = {"next": after, "back": before}.get(form.then)
        url = f"{here.base}/controls/objects/{target}/{follow.requirement.key if follow else control}"
        text = _("Gespeichert. %(time)s Uhr", time=format_time(now()))
        return web.redirect(url, message=text if officer else _("Als Vorschlag gespeichert. Die/der ISB bestätigt ihn."))

    @post("/confirm", opt={"access": EDIT_ISMS}, status_code=303)
    async def confirm(self, here: Here, target: FromPath[UUID], control: FromPath[str]) -> Redirect:
        """Make the IT's proposal the answer that counts."""
        async with transaction(here, write=True) as tx:
            sheet = await sheets.load(tx, here.write, now().date())
            entry = sheet.entry(target, control)
            if entry is None or entry.prepared is None:
                raise Missing
            said = entry.prepared
            given = Given(
                said.claim, said.reason, said.responsible, said.due, said.document, "confirmed", 0, here.account.name, now()
            )
            await sheets.answer(tx, here.write, target, control, given, here.actor)
        return web.redirect(f"{here.base}/controls/objects/{target}/{control}", message=_("Vorschlag bestätigt."))

    @post("/remove", opt={"access": EDIT_ISMS}, status_code=303)
    async def remove(self, request: Ask, here: Here, target: FromPath[UUID], control: FromPath[str]) -> Redirect:
        """Take the requirement away from this object."""
        form = await read(request, ReasonForm)
        async with here.tx(write=True) as tx:
            await sheets.remove(tx, here.write, target, control, form.reason, here.actor, now())
            await evidence.place(tx, here.write)
        base = f"{here.base}/controls/objects/{target}"
        return web.redirect(base, message=_("Anforderung gestrichen."), undo=f"{base}/{control}/restore")

    @post("/restore", opt={"access": EDIT_ISMS}, status_code=303)
    async def restore(self, here: Here, target: FromPath[UUID], control: FromPath[str]) -> Redirect:
        """Put it back."""
        async with here.tx(write=True) as tx:
            await sheets.restore(tx, here.write, target, control, here.actor)
            await evidence.place(tx, here.write)
        return web.redirect(f"{here.base}/controls/objects/{target}", message=_("Anforderung wieder aufgenommen."))


def _claim(text: str) -> Claim:
    try:
        return Claim(text)
    except ValueError:
        raise Wrong(_("Bitte wählen Sie ja, teilweise, nein oder entbehrlich."), "claim") from None


def _filled(answer: Given | None) -> AnswerForm:
    """The form as the stored answer has it."""
    if answer is None:
        return AnswerForm(then="next")
    return AnswerForm(
        claim=str(answer.claim),
        reason=answer.reason,
        responsible=answer.responsible,
        due=answer.due,
        document=answer.document,
        then="next",
    )


async def _page(
    request: Ask,
    here: Here,
    target: UUID,
    control: str,
    *,
    status: int = 200,
    errors: dict[str, str] | None = None,
    form: AnswerForm | None = None,
    late: Outdated | None = None,
) -> Response[str]:
    async with transaction(here) as tx:
        sheet = await sheets.load(tx, here.write, now().date())
        entry = sheet.entry(target, control)
        if entry is None:
            raise Missing
        against = await contradictions.against(tx, here.write, target, control, sheet)
        supports = await evidence.findings_at(tx, here.write, target, control, Result.SATISFIED)
        unknown = await evidence.findings_at(tx, here.write, target, control, Result.UNKNOWN)
        past = await sheets.history(tx, here.write, target, control)
        statement = await parameters.text(tx, here.write, control, entry.requirement.statement)
    before, after = sheet.neighbours(target, control)
    here_entries = sheet.at(target)
    officer = bool(here.roles & EDIT_ISMS)
    current = entry.answer if officer else entry.prepared
    form, shown = form or _filled(entry.answer), _filled(current)
    base = f"{here.base}/controls"
    return web.page(
        request,
        here,
        "isms/worksheet.html",
        status=status,
        base=base,
        url=f"{base}/objects/{target}/{control}",
        entry=entry,
        control=entry.requirement,
        statement=statement,
        form=form,
        version=current.version if current else 0,
        errors=errors or {},
        clash=overtaken(form, shown, late) if late else None,
        against=against,
        supports=supports,
        unknown=unknown,
        past=[
            {
                "title": str(words.CLAIMS[x.claim]),
                "at": x.at,
                "who": x.by,
                "text": " ".join(part for part in (_("(Vorschlag)") if x.origin == "prepared" else "", x.reason) if part),
                "changes": (),
            }
            for x in past
        ],
        before=before,
        after=after,
        place=next((i + 1 for i, x in enumerate(here_entries) if x.requirement.key == control), 0),
        total=len(here_entries),
        claims=words.claims(entry.requirement.scale),
        claim_keys=[x for x in words.CLAIM_KEYS if x[0] in claims(entry.requirement.scale)],
        cases=words.CASES,
        word=words.state_word,
        badge=words.badge,
        officer=officer,
        may_answer=bool(here.roles & PREPARE_ISMS) and entry.removed_reason is None,
    )
