"""One requirement at one object: claim, evidence, history; and taking it away with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from isms.copying import store as copying
from isms.documents.store import documents, links
from isms.editions.store import parameters, recheck
from isms.editions.views import in_words
from isms.finding import Result
from isms.measures import Claim
from isms.pages import words
from isms.pages.answers import undo_url
from isms.pages.forms import Ask, Form, kept, overtaken, problem, read, transaction
from isms.scales import claims
from isms.sheet import Given
from isms.store import answers, contradictions, evidence, sheets, standing
from isms.store.standing import Spot
from service import web
from service.auth.guards import EDIT_ISMS, PREPARE_ISMS, READ_DOCUMENTS, READ_ISMS, Here
from service.db import SafeTransaction
from service.errors import Missing, Outdated, Wrong
from service.i18n import format_date, format_time
from service.i18n import gettext as _
from service.settings import local_today, now


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


class VersionForm(Form):
    """The answer that a person looked at."""

    version: int = 0


class WorksheetPages(Controller):
    """`/towns/{town}/controls/objects/{target}/{control}`."""

    path = "/towns/{town:str}/controls/objects/{target:uuid}/{control:str}"
    include_in_schema = False

    @get("/", opt={"access": READ_ISMS})
    async def show(self, request: Ask, here: Here, target: FromPath[UUID], control: FromPath[str]) -> Response[str]:
        """The worksheet."""
        return await page(request, here, target, control)

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
                at := now(),
            )
            async with transaction(here, write=True) as tx:
                await sheets.answer(tx, here.write, target, control, given, here.actor, expected=form.version)
                goal = await _goal(tx, here.write, (target, control), form.then)
        except Wrong as error:
            return await page(request, here, target, control, status=422, errors=problem(error), form=kept(error, form))
        except Outdated as error:
            return await page(request, here, target, control, status=409, form=form, late=error)
        url = f"{here.base}/controls/objects/{goal[0]}/{goal[1]}"
        text = _("„%(claim)s“ gespeichert, %(time)s Uhr.", claim=words.CLAIMS[claim], time=format_time(at))
        if not officer:
            text = _("Als Vorschlag gespeichert. Die/der ISB bestätigt ihn.")
        return web.redirect(url, message=text, undo=undo_url(here, answers.step(at)))

    @post("/confirm", opt={"access": EDIT_ISMS}, status_code=303)
    async def confirm(self, here: Here, target: FromPath[UUID], control: FromPath[str]) -> Redirect:
        """Make the IT's proposal the answer that counts."""
        async with transaction(here, write=True) as tx:
            sheet = await sheets.load(tx, here.write, local_today(), spots=[(target, control)])
            entry = sheet.entry(target, control)
            if entry is None or entry.prepared is None:
                raise Missing
            said = entry.prepared
            given = Given(
                said.claim, said.reason, said.responsible, said.due, said.document, "confirmed", 0, here.account.name, now()
            )
            await sheets.answer(tx, here.write, target, control, given, here.actor)
        return web.redirect(f"{here.base}/controls/objects/{target}/{control}", message=_("Vorschlag bestätigt."))

    @post("/still", opt={"access": EDIT_ISMS}, status_code=303)
    async def still(self, request: Ask, here: Here, target: FromPath[UUID], control: FromPath[str]) -> Redirect:
        """The answer holds for the sentence as it is now."""
        form = await read(request, VersionForm)
        at, url = now(), f"{here.base}/controls/objects/{target}/{control}"
        try:
            async with transaction(here, write=True) as tx:
                spot = (target, control, form.version)
                await recheck.still_holds(tx, here.write, [spot], here.actor, here.account.name, at)
        except Outdated:
            text = _("Inzwischen gibt es eine neuere Antwort. Sie bleibt stehen.")
            return web.redirect(url, message=text, kind="warning")
        return web.redirect(url, message=_("Die Antwort gilt weiter."), undo=undo_url(here, answers.step(at)))

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


async def _goal(tx: SafeTransaction, town: int, spot: Spot, then: str) -> Spot:
    """Where to go after saving; behind the last requirement of an object to the next open one anywhere."""
    target, control = spot
    if then not in ("next", "back"):
        return spot
    before, after = await sheets.neighbours(tx, town, target, control)
    beside = after if then == "next" else before
    if beside is not None:
        return target, beside
    return (await standing.next_open(tx, town, local_today(), spot) if then == "next" else None) or spot


def _changes(later: Given, former: Given | None) -> list[tuple[str, str, str]]:
    """Field, before and after: what an answer changed against the one before it."""
    if former is None:
        return []
    values = [
        ("claim", *(str(words.CLAIMS[x.claim]) for x in (former, later))),
        ("reason", former.reason, later.reason),
        ("responsible", former.responsible, later.responsible),
        ("due", *(format_date(x.due) if x.due else "" for x in (former, later))),
        ("document", former.document, later.document),
    ]
    return [(str(words.FIELDS[name]), old, new) for name, old, new in values if old != new]


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


async def _offered(tx: SafeTransaction, town: int, grounds: Sequence[links.Ground]) -> list[tuple[str, str]]:
    """Documents that the answer does not rest on yet, to choose from."""
    there = {x.id for x in grounds}
    return [
        (str(x.document.id), f"{x.document.number} {x.document.title}")
        for x in await documents.entries(tx, town)
        if x.document.id not in there
    ]


async def page(
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
    """The worksheet of one requirement at one object; raises `Missing`."""
    officer = bool(here.roles & EDIT_ISMS)
    async with transaction(here) as tx:
        sheet = await sheets.load(tx, here.write, local_today(), at=target)
        entry = sheet.entry(target, control)
        if entry is None:
            raise Missing
        against = await contradictions.against(tx, here.write, target, control)
        supports = await evidence.findings_at(tx, here.write, target, control, Result.SATISFIED)
        unknown = await evidence.findings_at(tx, here.write, target, control, Result.UNKNOWN)
        past = await sheets.history(tx, here.write, target, control)
        grounds = await links.of_answer(tx, here.write, target, control)
        offered = await _offered(tx, here.write, grounds) if here.roles & PREPARE_ISMS else ()
        copied = await copying.waiting(tx, here.write, (target, control)) if officer else ()
        rewritten = await recheck.at(tx, here.write, target, control) if entry.recheck else None
        statement = await parameters.text(tx, here.write, control, entry.requirement.statement)
    before, after = sheet.neighbours(target, control)
    here_entries = sheet.at(target)
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
        edition=in_words(entry.requirement.edition),
        statement=statement,
        form=form,
        version=current.version if current else 0,
        errors=errors or {},
        clash=overtaken(form, shown, late) if late else None,
        copied=copied,
        grounds=grounds,
        offered=offered,
        may_attach=bool(here.roles & PREPARE_ISMS) and entry.answer is not None,
        may_read=bool(here.roles & READ_DOCUMENTS),
        against=against,
        rewritten=rewritten,
        supports=supports,
        unknown=unknown,
        past=[
            {
                "title": str(words.CLAIMS[x.claim]),
                "at": x.at,
                "who": x.by,
                "text": ". ".join(part for part in (words.origin(x.origin), x.reason) if part),
                "changes": _changes(x, past[i + 1] if i + 1 < len(past) else None),
            }
            for i, x in enumerate(past)
        ],
        came=words.origin(entry.answer.origin) if entry.answer and not entry.state.via else "",
        here_open=sum(x.state.claim is Claim.UNBEARBEITET for x in here_entries),
        lacking=[x for x in here_entries if x.requirement.key in entry.requirement.required and not x.state.counts]
        if entry.state.prerequisite_missing
        else [],
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
