"""Requirements of the whole town: filtered list, answering many at once with a preview, the next open one, undo."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from isms.editions.views import in_words
from isms.measures import Claim
from isms.pages import words
from isms.pages.forms import Ask, Form, kept, problem, read, transaction
from isms.sheet import Entry
from isms.store import answers, catalogues, sheets, standing
from isms.store.answers import Change
from isms.store.standing import Spot, Wanted
from service import web
from service.auth.guards import EDIT_ISMS, PREPARE_ISMS, READ_ISMS, Here
from service.auth.roles import ROLES
from service.errors import Missing, Outdated, Wrong
from service.i18n import gettext as _
from service.i18n import ngettext
from service.inventory.pages.files import table_file
from service.limits import check_text
from service.names import shown_name
from service.objects import store as objects
from service.settings import BERLIN, local_today, now

MOST_AT_ONCE = 500


class ChosenForm(Form):
    """Ticked requirements (`target|control|version`) and what to set at all of them."""

    id: tuple[str, ...] = ()
    claim: str = ""
    reason: str = ""
    responsible: str = ""
    due: date | None = None
    back: str = ""
    step: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A requirement of the list with what its tick box says."""

    entry: Entry
    version: int

    @property
    def id(self) -> str:
        return f"{self.entry.target}|{self.entry.requirement.key}|{self.version}"

    @property
    def name(self) -> str:
        return f"{self.entry.requirement.title}, {self.entry.target_name}"


def mine(here: Here) -> tuple[str, ...]:
    """Name and functions under which an answer may name this person."""
    return (here.account.name, *(str(ROLES[x]) for x in sorted(here.roles) if x in ROLES and x != "employee"))


def _wanted(request: Ask, here: Here) -> Wanted:
    query = request.query_params
    target = query.get("target", "")
    try:
        at = UUID(target) if target else None
    except ValueError:
        raise Missing from None
    return Wanted(
        text=query.get("q", ""),
        state=query.get("state", ""),
        area=query.get("area", ""),
        responsible=query.get("responsible", ""),
        mine=mine(here) if query.get("mine") else (),
        due=_day(query.get("due", "")),
        target=at,
        catalogue=query.get("catalogue", ""),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


class AnswerPages(Controller):
    """`/towns/{town}/controls/requirements`."""

    path = "/towns/{town:str}/controls/requirements"
    include_in_schema = False

    @get("/", opt={"access": READ_ISMS})
    async def show(self, request: Ask, here: Here) -> Response[str]:
        """The list."""
        wanted, today = _wanted(request, here), local_today()
        async with transaction(here) as tx:
            asked = web.listing(request.url.path, request.query_params.multi_items(), total=10**9, per_page=100)
            total, spots = await standing.find(tx, here.write, today, wanted, limit=100, offset=asked.offset)
            sheet = await sheets.load(tx, here.write, today, spots=spots)
            known = await catalogues.requirements(tx, here.write)
            titles = await catalogues.titles(tx)
            areas = dict.fromkeys((x.area, x.area_title) for x in known if wanted.catalogue in ("", x.catalogue))
            targets = await objects.targets(tx, here.write)
            named = await answers.functions(tx, here.write)
        officer = bool(here.roles & EDIT_ISMS)
        return web.page(
            request,
            here,
            "isms/requirements.html",
            base=f"{here.base}/controls",
            rows=[_line(x, officer=officer) for x in sheet.entries],
            state=web.listing(request.url.path, request.query_params.multi_items(), total=total, per_page=100),
            columns=tuple(
                web.Column(text) for text in (_("Anforderung"), _("Zielobjekt"), _("Stand"), _("Zuständig"), _("Fällig"))
            ),
            query={
                x: request.query_params.get(x, "")
                for x in ("q", "state", "area", "responsible", "due", "mine", "target", "catalogue")
            },
            areas=list(areas),
            catalogues=[(x, titles[x]) for x in dict.fromkeys(x.catalogue for x in known)],
            targets=[(str(x.id), x.name) for x in targets],
            named=[(x, x) for x in named],
            states=[
                *((str(key), str(word)) for key, word in words.CLAIMS.items()),
                ("offen", _("noch nicht erfüllt")),
                ("widerspruch", _("mit Widerspruch")),
                ("überfällig", _("überfällig")),
                ("neu", _("neu prüfen")),
            ],
            word=words.state_word,
            badge=words.badge,
            may_answer=bool(here.roles & PREPARE_ISMS),
            export_query=request.url.query,
        )

    @get("/export", opt={"access": READ_ISMS})
    async def export(self, request: Ask, here: Here) -> Response[bytes]:
        """The shown filter as XLSX or CSV."""
        today = local_today()
        async with transaction(here) as tx:
            _total, spots = await standing.find(tx, here.write, today, _wanted(request, here), limit=standing.ALL)
            sheet = await sheets.load(tx, here.write, today, spots=spots)
        heads = [
            _("Zielobjekt"), _("Katalog"), _("Kennung"), _("Anforderung"), _("Stand"), _("Neu prüfen"), _("Begründung"),
            _("Zuständig"), _("Fällig am"), _("Nachweis"), _("Widersprochen"), _("Anlass"), _("Beantwortet von"),
            _("Beantwortet am"),
        ]  # fmt: skip
        return table_file(request, [_exported(x, heads) for x in sheet.entries], heads, f"anforderungen-{here.slug}")

    @get("/next", opt={"access": READ_ISMS})
    async def next_one(self, request: Ask, here: Here) -> Redirect:
        """To the next requirement nobody has answered."""
        after = _spot(request.query_params.get("after", ""))
        async with transaction(here) as tx:
            spot = await standing.next_open(tx, here.write, local_today(), after)
        if spot is None:
            return web.redirect(f"{here.base}/controls", message=_("Jede Anforderung ist beantwortet."))
        return web.redirect(f"{here.base}/controls/objects/{spot[0]}/{spot[1]}")

    @post("/bulk", opt={"access": PREPARE_ISMS}, status_code=200)
    async def bulk(self, request: Ask, here: Here) -> Response[str] | Redirect:
        """First what to set, then the preview, then saving: each by the button that was pressed."""
        form = ChosenForm()
        try:
            form = await read(request, ChosenForm)
            seen = _chosen(form)
            if form.step not in ("look", "save"):
                return await _bulk_page(request, here, form, seen)
            what = _change(form)
            if form.step == "look":
                return await _bulk_page(request, here, form, seen, what=what)
            at, origin = now(), "own" if here.roles & EDIT_ISMS else "prepared"
            async with transaction(here, write=True) as tx:
                number = await answers.change(tx, here.write, seen, what, origin, here.account.name, here.actor, at)
        except Wrong as error:
            form = kept(error, form)
            return await _bulk_page(request, here, form, _readable(form), status=422, errors=problem(error))
        except Outdated:
            text = _("Jemand hat eine dieser Anforderungen inzwischen beantwortet. Es wurde nichts gespeichert.")
            return web.redirect(_back(here, form), message=text, kind="warning")
        text = ngettext("%(num)s Anforderung beantwortet.", "%(num)s Anforderungen beantwortet.", number)
        return web.redirect(_back(here, form), message=text, undo=undo_url(here, answers.step(at)))

    @post("/undo/{step:str}", opt={"access": PREPARE_ISMS}, status_code=303)
    async def undo(self, here: Here, step: FromPath[str]) -> Redirect:
        """Take back what I answered in one step."""
        async with transaction(here, write=True) as tx:
            try:
                spots = await answers.undo(tx, here.write, answers.moment(step), here.account.name, here.actor, now())
            except Outdated:
                text = _("Inzwischen gibt es eine neuere Antwort. Sie bleibt stehen.")
                return web.redirect(f"{here.base}/controls", message=text, kind="warning")
        base = f"{here.base}/controls"
        if len(spots) == 1:
            ((target, control),) = spots
            return web.redirect(f"{base}/objects/{target}/{control}", message=_("Die letzte Antwort ist zurückgenommen."))
        text = ngettext("%(num)s Antwort zurückgenommen.", "%(num)s Antworten zurückgenommen.", len(spots))
        return web.redirect(f"{base}/requirements", message=text)


def undo_url(here: Here, step: int) -> str:
    """Where a step is taken back."""
    return f"{here.base}/controls/requirements/undo/{step}"


def _line(entry: Entry, *, officer: bool) -> Line:
    given = entry.answer if officer else entry.prepared
    return Line(entry, given.version if given else 0)


def _exported(entry: Entry, heads: list[str]) -> dict[str, str]:
    given = entry.answer
    values = (
        entry.target_name,
        in_words(entry.requirement.edition),
        entry.requirement.label,
        entry.requirement.title,
        words.state_word(entry.state),
        _("ja") if entry.recheck else "",
        given.reason if given else "",
        given.responsible if given else "",
        given.due.isoformat() if given and given.due else "",
        given.document if given else "",
        _("ja") if entry.state.refuted else "",
        words.origin(given.origin) if given else "",
        shown_name(given.by) if given else "",
        f"{given.at.astimezone(BERLIN):%Y-%m-%d %H:%M}" if given else "",
    )
    return dict(zip(heads, values, strict=True))


def _spot(text: str) -> Spot | None:
    target, _bar, control = text.partition("|")
    try:
        return (UUID(target), control) if control else None
    except ValueError:
        return None


def _readable(form: ChosenForm) -> list[tuple[Spot, int]]:
    found = []
    for text in dict.fromkeys(form.id):
        where, _bar, version = text.rpartition("|")
        spot = _spot(where)
        if spot is None or not version.isdecimal() or len(version) > 9:
            raise Missing
        found.append((spot, int(version)))
    return found


def _chosen(form: ChosenForm) -> list[tuple[Spot, int]]:
    found = _readable(form)
    if not found:
        raise Wrong(_("Bitte wählen Sie mindestens eine Anforderung."), "")
    if len(found) > MOST_AT_ONCE:
        raise Wrong(_("Auf einmal lassen sich höchstens %(most)s Anforderungen beantworten.", most=MOST_AT_ONCE), "")
    return found


def _change(form: ChosenForm) -> Change:
    if not (form.claim or form.reason or form.responsible or form.due):
        raise Wrong(_("Bitte geben Sie an, was gesetzt werden soll."), "claim")
    try:
        claim = Claim(form.claim) if form.claim else None
    except ValueError:
        raise Wrong(_("Bitte wählen Sie ja, teilweise, nein oder entbehrlich."), "claim") from None
    if claim is Claim.ENTBEHRLICH and not form.reason:
        raise Wrong(_("Bitte begründen Sie, warum die Anforderungen hier entbehrlich sind."), "reason")
    check_text(form.back, "back", 2000)
    return Change(claim, form.reason or None, form.responsible or None, form.due)


def _back(here: Here, form: ChosenForm) -> str:
    """The list as it was filtered; only a query comes from the form, never an address."""
    plain = "".join(x for x in form.back if x.isalnum() or x in "=&%+-._~")
    return f"{here.base}/controls/requirements" + (f"?{plain}" if plain else "")


async def _bulk_page(
    request: Ask,
    here: Here,
    form: ChosenForm,
    seen: list[tuple[Spot, int]],
    *,
    what: Change | None = None,
    status: int = 200,
    errors: dict[str, str] | None = None,
) -> Response[str]:
    officer = bool(here.roles & EDIT_ISMS)
    async with transaction(here) as tx:
        sheet = await sheets.load(tx, here.write, local_today(), spots=[spot for spot, _version in seen])
    if seen and not sheet.entries:
        raise Missing
    after: dict[str, Any] = {}
    if what is not None:
        origin = "own" if officer else "prepared"
        for x in sheet.entries:
            former = x.answer if officer else x.prepared
            after[f"{x.target}|{x.requirement.key}"] = what.on(former, origin, here.account.name, now())
    return web.page(
        request,
        here,
        "isms/bulk.html",
        status=status,
        base=f"{here.base}/controls",
        back=_back(here, form),
        form=form,
        errors=errors or {},
        entries=sheet.entries,
        ids=form.id,
        after=after,
        columns=tuple(
            web.Column(text) for text in (_("Anforderung"), _("Bisher"), _("Neu"), _("Zuständig"), _("Fällig"), _("Begründung"))
        ),
        claims=[(str(key), str(word)) for key, word in words.CLAIMS.items() if key is not Claim.UNBEARBEITET],
        claim_words=words.CLAIMS,
        word=words.state_word,
        badge=words.badge,
        officer=officer,
    )
