"""„Hilfsangebote“: what other towns offer, what the own town offers, and answers between two towns."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from service import web
from service.auth.guards import EDIT_COOPERATION, READ_COOPERATION, Here
from service.cooperation import rules
from service.cooperation.rules import Offer
from service.cooperation.store import GROUP, door, offers
from service.errors import Missing, Outdated, Wrong
from service.i18n import gettext as _
from service.settings import local_today, now
from service.web import clash
from service.web.forms import Ask, Form, kept, problem, read


class OfferForm(Form):
    """An offer."""

    kind: str = "device"
    title: str = ""
    text: str = ""
    valid_until: date | None = None
    contact: str = ""
    version: int = 0


class AnswerForm(Form):
    """„Wir brauchen das“."""

    note: str = ""
    contact: str = ""


class GiveForm(Form):
    """Who gets it."""

    town: int = 0


class OfferPages(Controller):
    """`/towns/{town}/offers`."""

    path = "/towns/{town:str}/offers"
    include_in_schema = False

    @get("/", opt={"access": READ_COOPERATION})
    async def index(self, request: Ask, here: Here) -> Response[str]:
        """Offers of the others, own ones, own answers."""
        async with door(here.write) as tx:
            others, own = await offers.others(tx, here.write, _today()), await offers.own(tx, here.write)
            answers = await offers.own_answers(tx, here.write, _today())
        return web.page(
            request, here, "cooperation/offers.html", others=others, own=own, answers=answers, rules=rules, today=_today(),
            base=_base(here), may_edit=_may(here),
            other_columns=_columns(_("Angebot"), _("Art"), _("Bis"), _("Stand")),
            own_columns=_columns(_("Angebot"), _("Art"), _("Bis"), _("Stand"), _("Antworten")),
            answer_columns=_columns(_("Angebot"), _("Geantwortet"), _("Stand")),
        )  # fmt: skip

    @get("/new", opt={"access": EDIT_COOPERATION})
    async def fresh(self, request: Ask, here: Here) -> Response[str]:
        """An empty form."""
        return _form(request, here, OfferForm(), None)

    @post("/new", opt={"access": EDIT_COOPERATION}, status_code=200)
    async def add(self, request: Ask, here: Here) -> Response[str] | Redirect:
        """Make the offer."""
        return await _save(request, here, None)

    @get("/{key:uuid}", opt={"access": READ_COOPERATION})
    async def show(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str]:
        """An own offer with its answers."""
        async with door(here.write) as tx:
            item, asked = await offers.offer(tx, here.write, key), await offers.answers(tx, here.write, key)
        return web.page(
            request, here, "cooperation/offer.html", item=item, answers=asked, rules=rules, today=_today(), base=_base(here),
            may_edit=_may(here), columns=_columns(_("Stadt"), _("Nachricht"), _("Auskunft gibt"), _("Aktion")),
        )  # fmt: skip

    @get("/{key:uuid}/edit", opt={"access": EDIT_COOPERATION})
    async def edit(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str]:
        """Show it for changing."""
        return _form(request, here, await _stored(here, key), key)

    @post("/{key:uuid}/edit", opt={"access": EDIT_COOPERATION}, status_code=200)
    async def change(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str] | Redirect:
        """Save it."""
        return await _save(request, here, key)

    @post("/{key:uuid}/withdraw", opt={"access": EDIT_COOPERATION}, status_code=303)
    async def withdraw(self, here: Here, key: FromPath[UUID]) -> Redirect:
        """Take it back."""
        async with door(here.write, write=True) as tx:
            await offers.withdraw(tx, here.write, key, here.actor, now())
        return web.redirect(_base(here), message=_("Das Angebot ist zurückgezogen."))

    @post("/{key:uuid}/give", opt={"access": EDIT_COOPERATION}, status_code=303)
    async def give(self, request: Ask, here: Here, key: FromPath[UUID]) -> Redirect:
        """Give it to a town that answered."""
        form = await read(request, GiveForm)
        async with door(here.write, write=True) as tx:
            name = await offers.give(tx, here.write, key, form.town, here.actor, now())
        return web.redirect(f"{_base(here)}/{key}", message=_("Vergeben an %(town)s.", town=name))

    @get("/others/{key:uuid}", opt={"access": READ_COOPERATION})
    async def other(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str]:
        """What another town offers."""
        return await _other(request, here, key, AnswerForm())

    @post("/others/{key:uuid}/answer", opt={"access": EDIT_COOPERATION}, status_code=200)
    async def answer(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str] | Redirect:
        """„Wir brauchen das“."""
        _own_town(here)
        form = AnswerForm()
        try:
            form = await read(request, AnswerForm)
            async with door(here.write, write=True) as tx:
                await offers.reply(tx, here.write, key, form.note, form.contact, here.actor, now(), _today())
        except Wrong as wrong:
            return await _other(request, here, key, kept(wrong, form), problem(wrong))
        return web.redirect(
            f"{_base(here)}/others/{key}", message=_("Gesendet. Nur die anbietende Stadt und Ihre sehen die Antwort.")
        )

    @post("/others/{key:uuid}/retract", opt={"access": EDIT_COOPERATION}, status_code=303)
    async def retract(self, here: Here, key: FromPath[UUID]) -> Redirect:
        """Take the own answer back."""
        async with door(here.write, write=True) as tx:
            await offers.retract(tx, here.write, key, here.actor)
        return web.redirect(_base(here), message=_("Ihre Antwort ist zurückgenommen."))


def _today() -> date:
    return local_today()


def _base(here: Here) -> str:
    return f"{here.base}/offers"


def _may(here: Here) -> bool:
    return bool(here.roles & EDIT_COOPERATION) and here.write != GROUP


def _own_town(here: Here) -> None:
    """The group itself offers and asks for nothing."""
    if here.write == GROUP:
        raise Missing


def _columns(*texts: str) -> tuple[web.Column, ...]:
    return tuple(web.Column(text) for text in texts)


async def _stored(here: Here, key: UUID) -> OfferForm:
    async with door(here.write) as tx:
        item = await offers.offer(tx, here.write, key)
    return OfferForm(**{name: getattr(item, name) for name in OfferForm.__struct_fields__})


async def _save(request: Ask, here: Here, key: UUID | None) -> Response[str] | Redirect:
    _own_town(here)
    form = OfferForm()
    try:
        form = await read(request, OfferForm)
        item = _offer(form, key)
        async with door(here.write, write=True) as tx:
            made = await offers.save(tx, here.write, item, here.actor, now(), _today())
    except Wrong as wrong:
        return _form(request, here, kept(wrong, form), key, status=422, errors=problem(wrong))
    except Outdated as error:
        if key is None:
            raise
        stored = await _stored(here, key)
        both = clash.overtaken(_differences(stored, form), error)
        return _form(request, here, OfferForm(**_fields(form) | {"version": stored.version}), key, status=409, both=both)
    return web.redirect(f"{_base(here)}/{made}", message=_("Gespeichert. Die anderen Städte sehen das Angebot."))


def _offer(form: OfferForm, key: UUID | None) -> Offer:
    if form.valid_until is None:
        raise Wrong(_("Bitte geben Sie den letzten Tag an."), "valid_until")
    version = form.version if key else 0
    return Offer(key or uuid4(), form.kind, form.title, form.text, form.valid_until, form.contact, version=version)


def _fields(form: OfferForm) -> dict[str, Any]:
    return {name: getattr(form, name) for name in form.__struct_fields__}


def _differences(stored: OfferForm, form: OfferForm) -> list[tuple[str, Any, Any]]:
    labels = {"title": _("Angebot"), "text": _("Beschreibung"), "valid_until": _("Gilt bis"), "contact": _("Auskunft gibt")}
    return [(label, getattr(stored, name), getattr(form, name)) for name, label in labels.items()]


def _form(
    request: Ask, here: Here, form: OfferForm, key: UUID | None, *, status: int = 200, errors: dict[str, str] | None = None,
    both: clash.Overtaken | None = None,
) -> Response[str]:  # fmt: skip
    _own_town(here)
    return web.page(
        request, here, "cooperation/offer_form.html", status=status, form=form, errors=errors or {}, clash=both,
        fresh=key is None,
        url=f"{_base(here)}/{key}/edit" if key else f"{_base(here)}/new", base=_base(here), kinds=list(rules.OFFER_KINDS.items()),
    )  # fmt: skip


async def _other(request: Ask, here: Here, key: UUID, form: AnswerForm, errors: dict[str, str] | None = None) -> Response[str]:
    async with door(here.write) as tx:
        item = await offers.other(tx, here.write, key, _today())
    return web.page(
        request, here, "cooperation/offer_other.html", status=422 if errors else 200, item=item, form=form, errors=errors or {},
        rules=rules, base=_base(here), may_edit=_may(here),
    )  # fmt: skip
