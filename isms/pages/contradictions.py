"""Contradictions of a town: the list, one case with its evidence, and the decision about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from isms.checks import all_checks
from isms.contradiction import LIVE, MAX_DISMISSAL, State
from isms.finding import BERLIN
from isms.measures import Claim
from isms.pages import words
from isms.pages.forms import Ask, Form, kept, problem, read, transaction
from isms.store import contradictions, sheets
from isms.store.contradictions import Case
from service import web
from service.auth.guards import EDIT_ISMS, PREPARE_ISMS, READ_ISMS, Here
from service.db import SafeTransaction
from service.errors import Outdated, Wrong
from service.i18n import gettext as _
from service.i18n import ngettext
from service.inventory.pages.files import table_file
from service.settings import local_today, now


class DecisionForm(Form):
    """What is decided; `claim` only for a correction, `until` only for a dismissal."""

    decision: str = ""
    claim: str = ""
    reason: str = ""
    until: date | None = None
    version: int = 0


class BulkForm(Form):
    """One decision about several cases, the ticked ones or all of a rule: explained until a day, false alarm, or fixed."""

    id: tuple[UUID, ...] = ()
    whole: str = ""
    """Set: all open cases of the rule `check` against `against` are meant, also those on other pages."""
    check: str = ""
    against: str = "all"
    decision: str = ""
    reason: str = ""
    until: date | None = None


class NoteForm(Form):
    """A remark of the IT."""

    text: str = ""


class ContradictionPages(Controller):
    """`/towns/{town}/controls/contradictions`."""

    path = "/towns/{town:str}/controls/contradictions"
    include_in_schema = False

    @get("/", opt={"access": READ_ISMS})
    async def all(self, request: Ask, here: Here) -> Response[str]:
        """Contradictions in a state, by rule and one by one. Open ones: those against a claim, as every figure counts them."""
        wanted = _wanted(request)
        async with transaction(here) as tx:
            cases, found = await _found(tx, here.write, wanted)
        listing = web.listing(request.url.path, request.query_params.multi_items(), total=len(found))
        columns = tuple(
            web.Column(text) for text in (_("Befund"), _("Regel"), _("Zustand"), _("Widerspricht"), _("Zuletzt gesehen"))
        )
        group_columns = tuple(
            web.Column(text, numeric=i > 0)
            for i, text in enumerate((_("Regel"), _("Befunde"), _("gegen Aussagen"), _("Geräte"), _("Älteste")))
        )
        return web.page(
            request,
            here,
            "isms/contradictions.html",
            base=f"{here.base}/controls",
            rows=found[listing.offset : listing.offset + listing.per_page],
            state=listing,
            columns=columns,
            group_columns=group_columns,
            groups=() if wanted.check else contradictions.grouped(found),
            titles={x.id: x.title for x in all_checks()},
            cases=words.CASES,
            query={"state": wanted.state, "check": wanted.check, "against": wanted.against},
            hints=0 if wanted.against != "claims" else len(cases) - len(found),
            sides=[("claims", _("einer Aussage der Stadt")), ("hints", _("keiner Aussage, nur Hinweis")), ("all", _("alle"))],
            checks=[(x.id, f"{x.id} {x.title}") for x in all_checks()],
            states=[(key, str(word)) for key, (word, _kind) in words.CASES.items()],
            latest=local_today() + MAX_DISMISSAL,
            may_decide=bool(here.roles & EDIT_ISMS) and wanted.state == "open",
        )

    @get("/export", opt={"access": READ_ISMS})
    async def export(self, request: Ask, here: Here) -> Response[bytes]:
        """Exactly the shown filter as XLSX or CSV."""
        async with transaction(here) as tx:
            _cases, found = await _found(tx, here.write, _wanted(request))
        titles = {x.id: x.title for x in all_checks()}
        lines = [dict(zip(COLUMNS, _cells(x, titles.get(x.check_id, "")), strict=True)) for x in found]
        return table_file(request, lines, COLUMNS, f"widersprueche-{here.slug}")

    @post("/bulk", opt={"access": EDIT_ISMS}, status_code=303)
    async def together(self, request: Ask, here: Here) -> Redirect:
        """Decide about the chosen cases at once; all of them or none."""
        form = await read(request, BulkForm)
        state = BULK.get(form.decision, State.DISMISSED)
        async with transaction(here, write=True) as tx:
            keys = form.id
            if form.whole and form.check:
                _cases, found = await _found(tx, here.write, Wanted("open", form.check, form.against))
                keys = tuple(x.id for x in found)
            if not keys:
                raise Wrong(_("Bitte wählen Sie mindestens einen Befund aus."))
            for key in keys:
                await contradictions.decide(tx, here.write, key, state, here.actor, now(), reason=form.reason, until=form.until)
        text = ngettext("%(num)s Befund entschieden.", "%(num)s Befunde entschieden.", len(keys))
        return web.redirect(f"{here.base}/controls/contradictions", message=text)

    @get("/{key:uuid}", opt={"access": READ_ISMS})
    async def show(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str]:
        """One contradiction."""
        return await _page(request, here, key)

    @post("/{key:uuid}", opt={"access": EDIT_ISMS}, status_code=200)
    async def decide(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str] | Redirect:
        """The claim is corrected, the contradiction explained until a day, or called fixed."""
        form = DecisionForm()
        try:
            form = await read(request, DecisionForm)
            state, claim = _decision(form)
            async with transaction(here, write=True) as tx:
                await contradictions.decide(
                    tx,
                    here.write,
                    key,
                    state,
                    here.actor,
                    now(),
                    reason=form.reason,
                    until=form.until,
                    claim=claim,
                    expected=form.version,
                )
        except Wrong as error:
            return await _page(request, here, key, status=422, errors=problem(error), form=kept(error, form))
        url = f"{here.base}/controls/contradictions/{key}"
        return web.redirect(url, message=_("Entscheidung gespeichert."), undo=f"{url}/undo/{form.version + 1}")

    @post("/{key:uuid}/undo/{version:int}", opt={"access": EDIT_ISMS}, status_code=303)
    async def undo(self, here: Here, key: FromPath[UUID], version: FromPath[int]) -> Redirect:
        """Take the decision back, and the answers it corrected."""
        url = f"{here.base}/controls/contradictions/{key}"
        try:
            async with transaction(here, write=True) as tx:
                await contradictions.undo(tx, here.write, key, version, here.actor, now())
        except Outdated:
            return web.redirect(url, message=_("Inzwischen hat sich hier etwas geändert. Es bleibt stehen."), kind="warning")
        return web.redirect(url, message=_("Die Entscheidung ist zurückgenommen."))

    @post("/{key:uuid}/note", opt={"access": PREPARE_ISMS}, status_code=303)
    async def note(self, request: Ask, here: Here, key: FromPath[UUID]) -> Redirect:
        """A remark for whoever decides."""
        form = await read(request, NoteForm)
        async with here.tx(write=True) as tx:
            await contradictions.note(tx, here.write, key, form.text, here.actor, now())
        return web.redirect(f"{here.base}/controls/contradictions/{key}", message=_("Hinweis gespeichert."))


BULK = {"fixed": State.FIXED, "false_alarm": State.FALSE_ALARM}
COLUMNS = (
    *("Regel", "Fassung", "Prüfung", "Gerät", "Ort", "Befund", "Zustand", "Widersprochene Aussagen", "Gefunden"),
    *("Zuletzt gesehen", "Gilt bis", "Begründung", "Entschieden von"),
)
"""Heads of the file; they stay German in every language, for they are a file format."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for; `against` claims, hints or all."""

    state: str
    check: str
    against: str


def _wanted(request: Ask) -> Wanted:
    query = request.query_params
    state = query.get("state", "open")
    return Wanted(state, query.get("check", ""), query.get("against") or ("claims" if state == "open" else "all"))


async def _found(tx: SafeTransaction, town: int, wanted: Wanted) -> tuple[Sequence[Case], list[Case]]:
    """All cases in the state, and those of them that are asked for."""
    state = wanted.state if wanted.state in words.CASES else None
    cases = await contradictions.cases(tx, town, local_today(), state=state, check=wanted.check)
    side = wanted.against
    return cases, [x for x in cases if side not in ("claims", "hints") or (x.claims > 0) == (side == "claims")]


def _cells(case: Case, title: str) -> tuple[object, ...]:
    at = [f"{x.astimezone(BERLIN):%d.%m.%Y %H:%M}" for x in (case.opened_at, case.last_evidence_at)]
    until = f"{case.until:%d.%m.%Y}" if case.until else ""
    return (
        *(case.check_id, case.rule_version, title, case.asset_name, case.place, case.sentence),
        *(words.CASES[case.state][0].text, case.claims, *at, until, case.reason, case.decided_by),
    )


def _decision(form: DecisionForm) -> tuple[State, Claim]:
    try:
        state = State(form.decision)
    except ValueError:
        raise Wrong(_("Bitte wählen Sie eine Entscheidung."), "decision") from None
    if state is not State.CORRECTED:
        return state, Claim.NEIN
    if form.claim not in (Claim.NEIN, Claim.TEILWEISE):
        raise Wrong(_("Bitte wählen Sie die neue Aussage."), "claim")
    return state, Claim(form.claim)


async def _page(
    request: Ask,
    here: Here,
    key: UUID,
    *,
    status: int = 200,
    errors: dict[str, str] | None = None,
    form: DecisionForm | None = None,
) -> Response[str]:
    async with transaction(here) as tx:
        case = await contradictions.case(tx, here.write, key, local_today())
        spots = await contradictions.touched(tx, here.write, key)
        sheet = await sheets.load(tx, here.write, local_today(), spots=sorted(spots))
        events = await contradictions.events(tx, here.write, key)
    base = f"{here.base}/controls"
    check = next((x for x in all_checks() if x.id == case.check_id), None)
    return web.page(
        request,
        here,
        "isms/contradiction.html",
        status=status,
        base=base,
        case=case,
        check=check,
        entries=sheet.entries,
        events=[{"title": str(words.EVENTS[x.change]), "at": x.at, "who": x.by, "text": x.text, "changes": ()} for x in events],
        form=form or DecisionForm(),
        errors=errors or {},
        cases=words.CASES,
        word=words.state_word,
        badge=words.badge,
        latest=local_today() + MAX_DISMISSAL,
        tomorrow=local_today() + timedelta(days=1),
        decisions=[
            ("corrected", _("Der Befund stimmt: Aussage berichtigen")),
            ("dismissed", _("Der Befund wird begründet hingenommen, bis zu einem Datum")),
            ("false_alarm", _("Der Befund ist ein Fehlalarm, mit Begründung")),
            ("fixed", _("Die Ursache ist behoben")),
        ],
        claims=[("", _("bitte wählen")), ("nein", _("nein")), ("teilweise", _("teilweise"))],
        may_decide=bool(here.roles & EDIT_ISMS) and case.state in LIVE,
        may_note=bool(here.roles & PREPARE_ISMS),
        device=f"{here.base}/assets/{case.asset_id}" if case.asset_id else "",
    )
