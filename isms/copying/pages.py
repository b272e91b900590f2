"""Releasing the texts of one's answers, copying those of another town, confirming what was copied."""

from __future__ import annotations

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from isms.copying import store
from isms.pages import words
from isms.pages.answers import MOST_AT_ONCE, undo_url
from isms.pages.forms import Ask, Form, read, transaction
from isms.store import answers
from isms.store.measures import GROUP
from service import web
from service.auth.guards import EDIT_ISMS, Here
from service.auth.people import TownRef
from service.db import town_tx
from service.errors import Missing, Outdated, Wrong
from service.i18n import gettext as _
from service.i18n import ngettext
from service.settings import now


class ReleaseForm(Form):
    """What is released."""

    partial: bool = False


class ChosenForm(Form):
    """Ticked texts (`target|control`)."""

    id: tuple[str, ...] = ()


class CopyingPages(Controller):
    """`/towns/{town}/controls/copying`, for security officers alone."""

    path = "/towns/{town:str}/controls/copying"
    include_in_schema = False

    @get("/", opt={"access": EDIT_ISMS})
    async def show(self, request: Ask, here: Here) -> Response[str]:
        """The town's own release, towns to copy from, texts that wait."""
        others = _others(here)
        async with transaction(here) as tx:
            let = {x.of_town: x for x in await store.releases(tx, [here.write, *(x.id for x in others)])}
            waiting = await store.waiting(tx, here.write)
        return web.page(
            request,
            here,
            "isms/copying.html",
            base=_base(here),
            controls=f"{here.base}/controls",
            own=let.get(here.write),
            givers=[x for x in others if x.id in let],
            others=others,
            waiting=waiting,
            columns=_columns(),
            claims=words.CLAIMS,
        )

    @post("/release", opt={"access": EDIT_ISMS}, status_code=303)
    async def release(self, request: Ask, here: Here) -> Redirect:
        """Let an officer of both towns copy the texts."""
        form = await read(request, ReleaseForm)
        async with transaction(here, write=True) as tx:
            await store.release(tx, here.write, here.actor, now(), partial=form.partial)
        return web.redirect(_base(here), message=_("Die Antworttexte sind freigegeben."), undo=f"{_base(here)}/withdraw")

    @post("/withdraw", opt={"access": EDIT_ISMS}, status_code=303)
    async def withdraw(self, here: Here) -> Redirect:
        """Take the release back."""
        async with transaction(here, write=True) as tx:
            await store.withdraw(tx, here.write, here.actor)
        return web.redirect(_base(here), message=_("Die Freigabe ist zurückgezogen."))

    @get("/from/{giver:str}", opt={"access": EDIT_ISMS})
    async def choose(self, request: Ask, here: Here, giver: FromPath[str]) -> Response[str]:
        """The texts of the other town that fit here."""
        other = _giver(here, giver)
        async with town_tx({here.write, other.id, GROUP}) as tx:
            found = await store.offered(tx, here.write, other.id)
        return web.page(
            request,
            here,
            "isms/copying_from.html",
            base=_base(here),
            controls=f"{here.base}/controls",
            giver=other,
            rows=found[:MOST_AT_ONCE],
            number=len(found),
            columns=_columns(),
            claims=words.CLAIMS,
        )

    @post("/from/{giver:str}", opt={"access": EDIT_ISMS}, status_code=303)
    async def copy(self, request: Ask, here: Here, giver: FromPath[str]) -> Redirect:
        """Take the ticked ones as proposals; both logs say so."""
        other = _giver(here, giver)
        chosen = await _chosen(request)
        if not chosen:
            return _nothing(f"{_base(here)}/from/{other.slug}")
        async with town_tx({here.write, other.id, GROUP}, other.id) as tx:
            if not await store.releases(tx, [other.id]):
                raise Missing
            await store.passed_on(tx, here.actor, here.slug, len(chosen))
        async with town_tx({here.write, other.id, GROUP}, here.write) as tx:
            number = await store.copy(tx, here.write, other.id, chosen, here.actor, now())
        text = ngettext("%(num)s Text als Vorschlag übernommen.", "%(num)s Texte als Vorschläge übernommen.", number)
        return web.redirect(_base(here), message=text)

    @post("/confirm", opt={"access": EDIT_ISMS}, status_code=303)
    async def confirm(self, request: Ask, here: Here) -> Redirect:
        """Make the ticked ones answers of this town."""
        chosen = await _chosen(request)
        if not chosen:
            return _nothing(_base(here))
        at = now()
        try:
            async with transaction(here, write=True) as tx:
                number = await store.confirm(tx, here.write, chosen, here.actor, here.account.name, at)
        except Outdated:
            text = _("Jemand hat eine dieser Anforderungen inzwischen beantwortet. Es wurde nichts gespeichert.")
            return web.redirect(_base(here), message=text, kind="warning")
        text = ngettext("%(num)s Vorschlag bestätigt.", "%(num)s Vorschläge bestätigt.", number)
        return web.redirect(_base(here), message=text, undo=undo_url(here, answers.step(at)))

    @post("/discard", opt={"access": EDIT_ISMS}, status_code=303)
    async def discard(self, request: Ask, here: Here) -> Redirect:
        """Drop the ticked ones."""
        chosen = await _chosen(request)
        if not chosen:
            return _nothing(_base(here))
        async with transaction(here, write=True) as tx:
            number = await store.discard(tx, here.write, chosen, here.actor)
        text = ngettext("%(num)s Vorschlag verworfen.", "%(num)s Vorschläge verworfen.", number)
        return web.redirect(_base(here), message=text)


def _base(here: Here) -> str:
    return f"{here.base}/controls/copying"


def _others(here: Here) -> tuple[TownRef, ...]:
    """Towns whose security officer this person is as well."""
    return tuple(x for x in here.account.towns(EDIT_ISMS, now()) if x.id not in (here.write, GROUP))


def _giver(here: Here, slug: str) -> TownRef:
    """One of them; any other town looks like one that does not exist."""
    found = next((x for x in _others(here) if x.slug == slug), None)
    if found is None:
        raise Missing
    return found


async def _chosen(request: Ask) -> tuple[str, ...]:
    chosen = (await read(request, ChosenForm)).id
    if len(chosen) > MOST_AT_ONCE:
        raise Wrong(_("Auf einmal lassen sich höchstens %(most)s Anforderungen beantworten.", most=MOST_AT_ONCE), "")
    return chosen


def _nothing(url: str) -> Redirect:
    return web.redirect(url, message=_("Bitte wählen Sie mindestens eine Anforderung."), kind="warning")


def _columns() -> tuple[web.Column, ...]:
    return tuple(
        web.Column(x) for x in (_("Anforderung"), _("Zielobjekt"), _("Aussage"), _("Begründung oder Stand"), _("Zuständig"))
    )
