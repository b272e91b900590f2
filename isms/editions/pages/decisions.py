"""What an update and other catalogues ask of a person: answers to look at again, and proposals to confirm."""

from __future__ import annotations

from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.response import Redirect

from isms.editions.pages.frame import KINDS, base, may_edit, tabs
from isms.editions.store import proposals, recheck
from isms.editions.views import Proposed
from isms.pages import words
from isms.pages.forms import Ask, Form, read, transaction
from service import web
from service.auth.guards import EDIT_ISMS, READ_ISMS, Here
from service.errors import Missing, Wrong
from service.i18n import gettext as _
from service.i18n import ngettext
from service.settings import now


class ChosenForm(Form):
    """The ticked lines, or all of the filter, and what to do with them."""

    id: tuple[str, ...] = ()
    act: str = "confirm"
    reason: str = ""
    everything: str = ""
    kind: str = ""
    claim: str = ""
    seen: int = 0


class DecisionPages(Controller):
    """`/towns/{town}/catalogues/recheck` and `/proposals`."""

    path = "/towns/{town:str}/catalogues"
    include_in_schema = False

    @get("/recheck", opt={"access": READ_ISMS})
    async def rechecks(self, request: Ask, here: Here) -> Response[str]:
        """Answers whose text has changed, with both texts; and those whose requirement is gone."""
        async with transaction(here) as tx:
            changed = await recheck.changed(tx, here.write)
            gone = await recheck.gone(tx, here.write)
        asked = request.query_params.get("which", "gone" if gone and not changed else "changed")
        which = "gone" if asked == "gone" else "changed"
        rows = gone if which == "gone" else changed
        state = web.listing(request.url.path, request.query_params.multi_items(), total=len(rows), per_page=25)
        columns = tuple(web.Column(text) for text in (_("Anforderung"), _("Antwort"), _("Satz")))
        return web.page(
            request,
            here,
            "isms/editions/recheck.html",
            base=base(here),
            tabs=tabs(here, "/recheck"),
            which=which,
            state=state,
            rows=rows[state.offset : state.offset + state.per_page],
            columns=columns,
            claims=words.CLAIMS,
            number_changed=len(changed),
            number_gone=len(gone),
            may_edit=may_edit(here),
        )

    @post("/recheck", opt={"access": EDIT_ISMS}, status_code=303)
    async def still_holds(self, request: Ask, here: Here) -> Redirect:
        """The ticked answers hold for the new text too."""
        form = await read(request, ChosenForm)
        wanted = [_place(x) for x in form.id]
        if not wanted:
            raise Wrong(_("Bitte wählen Sie mindestens eine Antwort aus."))
        async with transaction(here, write=True) as tx:
            done = await recheck.still_holds(tx, here.write, wanted, here.actor, here.account.name, now())
        text = ngettext("%(num)s Antwort gilt weiter.", "%(num)s Antworten gelten weiter.", done)
        return web.redirect(f"{base(here)}/recheck", message=text)

    @get("/proposals", opt={"access": READ_ISMS})
    async def proposed(self, request: Ask, here: Here) -> Response[str]:
        """What answers given elsewhere say about requirements without one."""
        async with transaction(here) as tx:
            whole = await proposals.proposals(tx, here.write)
        query = {name: request.query_params.get(name, "") for name in ("kind", "claim")}
        rows = _filtered(whole, **query)
        state = web.listing(request.url.path, request.query_params.multi_items(), total=len(rows))
        columns = tuple(web.Column(text) for text in (_("Anforderung"), _("Vorschlag"), _("Woher")))
        return web.page(
            request,
            here,
            "isms/editions/proposals.html",
            base=base(here),
            tabs=tabs(here, "/proposals"),
            query=query,
            state=state,
            rows=rows[state.offset : state.offset + state.per_page],
            columns=columns,
            claims=words.CLAIMS,
            kinds=KINDS,
            kind_options=[(key, str(word)) for key, word in KINDS.items()],
            claim_options=[
                *((key, str(words.CLAIMS[key])) for key in ("ja", "teilweise", "nein", "entbehrlich")),
                ("question", _("nur Frage: trägt bei?")),
            ],
            confirmable=sum(1 for x in rows if x.proposal.claim is not None and not x.unreasoned),
            may_edit=may_edit(here),
            town_base=here.base,
        )

    @post("/proposals", opt={"access": EDIT_ISMS}, status_code=303)
    async def decide(self, request: Ask, here: Here) -> Redirect:
        """Confirm or turn down the ticked ones, or confirm all of the filter that the page showed."""
        form = await read(request, ChosenForm)
        async with transaction(here, write=True) as tx:
            chosen = list(form.id)
            if form.everything:
                whole = _filtered(await proposals.proposals(tx, here.write), form.kind, form.claim)
                chosen = [x.id for x in whole if x.proposal.claim is not None and not x.unreasoned]
                if len(chosen) != form.seen:
                    raise Wrong(
                        _("Die Vorschläge haben sich inzwischen geändert."),
                        todo=_("Laden Sie die Seite neu und sehen Sie sie an."),
                    )
            if not chosen:
                raise Wrong(_("Bitte wählen Sie mindestens einen Vorschlag aus."))
            if form.act == "decline":
                done = await proposals.decline(tx, here.write, chosen, here.actor, now())
                text = ngettext("%(num)s Vorschlag abgelehnt.", "%(num)s Vorschläge abgelehnt.", done)
            else:
                done = await proposals.confirm(tx, here.write, chosen, here.actor, here.account.name, now(), form.reason)
                text = ngettext("%(num)s Vorschlag bestätigt.", "%(num)s Vorschläge bestätigt.", done)
        return web.redirect(f"{base(here)}/proposals", message=text)


def _filtered(whole: tuple[Proposed, ...], kind: str, claim: str) -> tuple[Proposed, ...]:
    return tuple(
        x
        for x in whole
        if (not kind or x.kind == kind)
        and (not claim or (x.proposal.claim is None if claim == "question" else x.proposal.claim == claim))
    )


def _place(text: str) -> tuple[UUID, str, int]:
    """Object, control and version as the page's tick box names them. Raises `Missing`."""
    target, _sep, rest = text.partition("|")
    control, _sep, version = rest.rpartition("|")
    try:
        return UUID(target), control, int(version)
    except ValueError:
        raise Missing from None
