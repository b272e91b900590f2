"""What both overviews share: tabs, the form of a decision, exports, history."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from litestar import Response

from isms.pages.forms import Ask, Form
from isms.pages.risks import tabs
from isms.threats.relevance import Line, Pick, picked
from isms.threats.store.decisions import Past, Shelf, decide, undo
from isms.threats.words import STATES
from service import web
from service.auth.guards import EDIT_RISKS, Here
from service.errors import Missing, Wrong
from service.i18n import gettext as _
from service.settings import now


class DecideForm(Form):
    """Ticked lines and what is said of them: `act` is yes or no."""

    id: tuple[str, ...] = ()
    act: str = ""
    reason: str = ""


def page(request: Ask, here: Here, name: str, tab: str, *, status: int = 200, **values: Any) -> Response[str]:
    """A page with what both want."""
    return web.page(
        request,
        here,
        f"isms/threats/{name}.html",
        status=status,
        base=f"{here.base}/risks",
        tabs=tabs(here, tab),
        states=STATES,
        may_edit=bool(here.roles & EDIT_RISKS),
        **values,
    )


async def keep(here: Here, shelf: Shelf, form: DecideForm, allowed: Callable[[Pick], bool]) -> UUID:
    """Keep what the form says; answers the step. Raises `Wrong`, `Outdated`, and `Missing` for lines that are not there."""
    if form.act not in ("yes", "no"):
        raise Wrong(_("Bitte wählen Sie „Trifft zu“ oder „Trifft nicht zu“."), "")
    try:
        picks = [picked(x) for x in form.id]
    except ValueError as unreadable:
        raise Missing from unreadable
    if not all(allowed(x) for x in picks):
        raise Missing
    async with here.tx(write=True) as tx:
        return await decide(tx, here.write, shelf, picks, here.actor, now(), relevant=form.act == "yes", reason=form.reason)


async def back(here: Here, shelf: Shelf, batch: UUID) -> int:
    """Take a step back; answers how many lines."""
    async with here.tx(write=True) as tx:
        return await undo(tx, here.write, shelf, batch, here.actor, now())


def past(entries: Sequence[Past], titles: Mapping[str, str], places: Mapping[UUID, str] | None = None) -> list[dict[str, Any]]:
    """Words that were said, for the macro of the history."""
    found = []
    for x in entries:
        title = f"{titles.get(x.key, x.key)}: {_('trifft zu') if x.verdict.relevant else _('trifft nicht zu')}"
        if places is not None:
            title = f"{places.get(x.place, _('Standort gelöscht'))}, {title}"
        found.append({"title": title, "at": x.verdict.at, "who": x.verdict.by, "text": x.verdict.reason, "changes": ()})
    return found


def said(line: Line) -> str:
    """The reason of a line with who gave it, for exports."""
    return f"{line.verdict.reason} ({line.verdict.by}, {line.verdict.at:%d.%m.%Y})".strip() if line.verdict else ""


def named(line: Line) -> str:
    """The risks of a line in one cell."""
    return ", ".join(f"{x.name} {x.title}" for x in line.risks)
