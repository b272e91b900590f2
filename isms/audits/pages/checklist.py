"""The checklist of an audit: what the Grundschutz-Check says in its scope, list by list, and what was seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from urllib.parse import urlencode
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from isms.audits import checklist, plan, words
from isms.audits.checklist import Key, Line
from isms.audits.pages.frame import PATH, base, may_find
from isms.audits.plan import Audit
from isms.audits.store import audits as store
from isms.audits.store import checks
from isms.pages import words as check_words
from isms.pages.forms import transaction
from service import web
from service.auth.guards import READ_ISMS, Here
from service.auth.roles import FIND_AUDITS
from service.contracts.pages.common import day
from service.errors import Wrong
from service.i18n import gettext as _
from service.i18n import ngettext
from service.inventory.pages.files import table_file
from service.settings import local_today, now
from service.web.forms import Ask, Form, read


class SeenForm(Form):
    """What was seen of the ticked requirements."""

    id: tuple[str, ...] = ()
    result: str = ""
    note: str = ""


class ChecklistPages(Controller):
    """`/towns/{town}/audits/{id}/checklist`."""

    path = f"{PATH}/{{key:uuid}}/checklist"
    include_in_schema = False

    @get("/", opt={"access": READ_ISMS})
    async def show(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str]:
        """One list of it, page by page."""
        item, lines, found, which, text = await _found(request, here, key)
        url = f"{base(here)}/{key}/checklist"
        counts = Counter(name for one in lines for name in one.list)
        state = web.listing(request.url.path, request.query_params.multi_items(), total=len(found), per_page=50)
        tabs = [
            (f"{word} ({counts[name]})", f"{url}?{urlencode({'list': name})}" if name else url, name == which)
            for name, word in words.LISTS.items()
        ]
        return web.page(
            request, here, "isms/audits/checklist.html", item=item, url=url, base=base(here), words=words, tabs=tabs, which=which,
            text=text, rows=found[state.offset : state.offset + state.per_page], state=state, total=len(lines),
            export_query=urlencode({"list": which, "q": text}), claims=check_words.CLAIMS, badge=check_words.badge,
            state_word=check_words.state_word, may_find=may_find(here) and item.state in plan.OPEN,
            columns=tuple(web.Column(x) for x in _heads()),
        )  # fmt: skip

    @post("/", opt={"access": READ_ISMS & FIND_AUDITS}, status_code=303)
    async def mark(self, request: Ask, here: Here, key: FromPath[UUID]) -> Redirect:
        """Say of the ticked ones what was seen."""
        form = await read(request, SeenForm)
        async with here.tx(write=True) as tx:
            item = await store.audit(tx, here.write, key)
            keys = {_key(x) for x in form.id}
            await checks.mark(tx, here.write, item, keys, form.result, form.note, here.actor, now())
        text = ngettext("%(num)s Anforderung eingetragen.", "%(num)s Anforderungen eingetragen.", len(keys))
        return web.redirect(f"{base(here)}/{key}/checklist", message=text)

    @get("/export", opt={"access": READ_ISMS})
    async def export(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[bytes]:
        """Exactly the shown list as XLSX or CSV."""
        item, _lines, found, _which, _text = await _found(request, here, key)
        heads = [
            _("Kennung"), _("Anforderung"), _("Zielobjekt"), _("Aussage"), _("Begründung"), _("Gestrichen von"),
            _("Gestrichen am"), _("Nachweis"), _("Ergebnis"), _("Bemerkung"), _("Geprüft von"), _("Geprüft am"),
        ]  # fmt: skip
        rows = [dict(zip(heads, _row(x), strict=True)) for x in found]
        return table_file(request, rows, heads, f"checkliste-{here.slug}-{item.name}")


def _heads() -> tuple[str, ...]:
    return _("Anforderung"), _("Zielobjekt"), _("Aussage"), _("Begründung"), _("Nachweis"), _("Ergebnis")


def _key(said: str) -> Key:
    try:
        return checklist.parse(said)
    except ValueError as error:
        raise Wrong(_("Eine der Anforderungen gilt an diesem Zielobjekt nicht.")) from error


async def _found(request: Ask, here: Here, key: UUID) -> tuple[Audit, Sequence[Line], Sequence[Line], str, str]:
    """The audit, its whole checklist, the lines of the list that was asked for, and its name and words."""
    which = str(request.query_params.get("list", ""))
    which = which if which in words.LISTS else ""
    text = str(request.query_params.get("q", "")).strip()[:100]
    async with transaction(here) as tx:
        item = await store.audit(tx, here.write, key)
        lines = await checks.checklist(tx, here.write, item, local_today())
    return item, lines, checklist.chosen(lines, which, text), which, text


def _row(line: Line) -> tuple[str, ...]:
    entry, seen = line.entry, line.seen
    documents = "; ".join(x for x in (entry.answer.document if entry.answer else "", *line.documents) if x)
    return (
        entry.requirement.label, entry.requirement.title, entry.target_name,
        _("gestrichen") if line.removed else str(check_words.state_word(entry.state)), line.reason, line.removed_by,
        day(line.removed_at.date() if line.removed_at else None), documents, str(words.RESULTS[line.result][0]),
        seen.note if seen else "", seen.by if seen else "", day(seen.at.date() if seen else None),
    )  # fmt: skip
