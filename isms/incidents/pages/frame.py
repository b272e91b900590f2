"""What all pages of incidents share: forms, times as people type them, who may see, the page of one incident."""

from __future__ import annotations

import asyncio
from datetime import datetime
from functools import partial
from typing import Any, Final
from uuid import UUID

from litestar import Response

from isms.incidents import store, words
from isms.incidents.levels import SEVERITIES, proposed
from isms.incidents.log import KINDS as LINE_KINDS
from isms.incidents.log import broken, corrected
from isms.incidents.notices import KINDS
from isms.incidents.states import TRANSITIONS, WORDS
from isms.incidents.view import Case, Incident, sees
from service import web
from service.auth.guards import (
    CLOSE_INCIDENTS,
    DECIDE_INCIDENTS,
    DECLARE_INCIDENTS,
    EDIT_INCIDENTS,
    LOG_INCIDENTS,
    NOTIFY_INCIDENTS,
    READ_INVENTORY,
    READ_ISMS,
    READ_RISKS,
    Here,
)
from service.blocks import Document
from service.db import SafeTransaction
from service.errors import Missing, Wrong
from service.i18n import gettext as _
from service.limits import check_day
from service.pdf import render
from service.settings import BERLIN, local_day, local_today, now
from service.web.forms import Ask, Form

PATH: Final = "/towns/{town:str}/incidents"


class NoteForm(Form):
    """A line for the log; `corrects` is the number of the line it puts right."""

    text: str = ""
    corrects: int | None = None


def moment(text: str, where: str) -> datetime | None:
    """The time that a person typed in local time, as `2026-11-16T10:00`; None for nothing. Raises `Wrong`."""
    if not text.strip():
        return None
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise Wrong(_("Dieser Zeitpunkt ist nicht lesbar."), where, _("Schreiben Sie ihn wie 2026-11-16T10:00.")) from error
    check_day(local_day(at), local_today(), where)
    return at if at.tzinfo else at.replace(tzinfo=BERLIN)


def typed(at: datetime | None) -> str:
    """A time as the field for it takes it."""
    return "" if at is None else at.astimezone(BERLIN).strftime("%Y-%m-%dT%H:%M")


async def visible(tx: SafeTransaction, here: Here, key: UUID) -> Incident:
    """The incident, if this person's roles show it in full; raises `Missing`."""
    item = await store.incident(tx, here.write, key)
    if not sees(item, here.roles):
        raise Missing
    return item


async def whole(tx: SafeTransaction, here: Here, key: UUID) -> Case:
    """The incident with all that belongs to it, if it may be seen; raises `Missing`."""
    await visible(tx, here, key)
    return await store.case(tx, here.write, here.town.name if here.town else "", key)


async def paper(document: Document, name: str) -> Response[bytes]:
    """The document as a PDF; drawn in a thread, because drawing takes a processor."""
    data = await asyncio.to_thread(partial(render, document))
    headers = {"Content-Disposition": f'attachment; filename="{name}.pdf"', "Cache-Control": "no-store"}
    return Response(data, media_type="application/pdf", headers=headers)


async def show(
    request: Ask, here: Here, key: UUID, *, status: int = 200, errors: dict[str, str] | None = None, kept: Any = None
) -> Response[str]:
    """The page of one incident; `kept` is the form that was refused."""
    at = now()
    async with here.tx() as tx:
        case = await whole(tx, here, key)
    item = case.item
    rating = item.rating(at)
    proposal, why = proposed(item.situation(at))
    return web.page(
        request, here, "isms/incidents/show.html", status=status,
        base=f"{here.base}/incidents", url=f"{here.base}/incidents/{key}", case=case, item=item, at=at, words=words,
        state=WORDS[item.stage], state_words=WORDS, severities=SEVERITIES, proposal=proposal, why=why,
        rating=rating, history=_history(case), broken=broken(item.id, case.lines), kinds=KINDS,
        next_steps=[(str(one), str(WORDS[one])) for one in TRANSITIONS[item.stage]],
        errors=errors or {}, kept=kept, may_edit=bool(here.roles & EDIT_INCIDENTS) and item.open,
        may_step=bool(here.roles & CLOSE_INCIDENTS), may_log=bool(here.roles & LOG_INCIDENTS),
        may_decide=bool(here.roles & DECIDE_INCIDENTS) and item.open, may_notify=bool(here.roles & NOTIFY_INCIDENTS),
        may_declare=bool(here.roles & DECLARE_INCIDENTS) and item.open, mayor="mayor" in here.roles,
        may_objects=bool(here.roles & READ_ISMS), may_devices=bool(here.roles & READ_INVENTORY),
        may_measures=bool(here.roles & READ_RISKS),
    )  # fmt: skip


def _history(case: Case) -> list[dict[str, Any]]:
    """The log as it is shown, the newest line first; a corrected line says which one puts it right."""
    right = corrected(case.lines)
    found = []
    for line in reversed(case.lines):
        title = f"{line.seq}. {LINE_KINDS.get(line.kind, line.kind)}"
        if line.corrects is not None:
            title = _("%(title)s zu Eintrag %(number)s", title=title, number=line.corrects)
        note = " (" + _("berichtigt durch Eintrag %(number)s", number=right[line.seq]) + ")" if line.seq in right else ""
        found.append({"title": title, "at": line.at, "who": line.author, "text": line.text + note, "changes": ()})
    return found
