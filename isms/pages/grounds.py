"""What an answer rests on (Nachweise): documents of the register, chosen, uploaded or named from the worksheet."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID, uuid4

from litestar import Controller, Response, post
from litestar.params import FromPath
from litestar.response import Redirect

from isms.documents import lifecycle
from isms.documents.lifecycle import Act, Document, Edition
from isms.documents.pages.editions import LONGEST_PLACE, sent
from isms.documents.store import documents, editions, links
from isms.pages import worksheet
from isms.pages.forms import Ask, Form, problem, read
from service import web
from service.auth.guards import PREPARE_ISMS, Here
from service.errors import Wrong
from service.i18n import gettext as _
from service.settings import local_today, now

LONGEST_TITLE = 200
OWNER = "Informationssicherheit"
"""Who looks after a record that was entered at an answer; changed in the register."""


class ChosenForm(Form):
    """A document that is there."""

    evidence: str = ""


class GroundForm(Form):
    """A new one: a file, or the place or address where it lies."""

    title: str = ""
    place: str = ""


class GroundPages(Controller):
    """`/towns/{town}/controls/objects/{target}/{control}/documents`."""

    path = "/towns/{town:str}/controls/objects/{target:uuid}/{control:str}/documents"
    include_in_schema = False

    @post("/", opt={"access": PREPARE_ISMS}, status_code=200)
    async def choose(self, request: Ask, here: Here, target: FromPath[UUID], control: FromPath[str]) -> Response[str] | Redirect:
        """Let the answer rest on a document of the register; the id may stand in the address, as an undo has it."""
        try:
            said = str(request.query_params.get("evidence", "")) or (await read(request, ChosenForm)).evidence
            async with here.tx(write=True) as tx:
                await links.link(tx, here.write, _key(said), target, control, here.actor, now())
        except Wrong as error:
            return await _again(request, here, target, control, error)
        return web.redirect(_back(here, target, control), message=_("Die Antwort stützt sich jetzt auf das Dokument."))

    @post("/new", opt={"access": PREPARE_ISMS}, status_code=200)
    async def add(self, request: Ask, here: Here, target: FromPath[UUID], control: FromPath[str]) -> Response[str] | Redirect:
        """Enter a record with its file or place, let the answer rest on it, and release it where the person may."""
        try:
            form, file = await read(request, GroundForm), await sent(request)
            _check(form, file)
            at = now()
            async with here.tx(write=True) as tx:
                number = await documents.next_number(tx, here.write)
                title = form.title or (file[0] if file else form.place)[:LONGEST_TITLE]
                item = Document(uuid4(), number, title, "evidence", OWNER)
                key = await documents.save(tx, here.write, item, here.actor, at)
                written = Edition(uuid4(), key, local_today().isoformat(), place=form.place)
                edition = await editions.save(tx, here.write, written, file, here.actor, at)
                await links.link(tx, here.write, key, target, control, here.actor, at)
                if lifecycle.may_release(item.kind, here.roles):
                    for step in (Act.SUBMIT, Act.RELEASE):
                        await editions.act(tx, here.write, key, edition, step, here.actor, at)
        except Wrong as error:
            return await _again(request, here, target, control, error)
        text = _("„%(title)s“ steht als %(number)s im Register und bei dieser Antwort.", title=title, number=number)
        return web.redirect(_back(here, target, control), message=text)

    @post("/{key:uuid}/{link:uuid}/remove", opt={"access": PREPARE_ISMS}, status_code=303)
    async def remove(
        self, here: Here, target: FromPath[UUID], control: FromPath[str], key: FromPath[UUID], link: FromPath[UUID]
    ) -> Redirect:
        """The answer rests on it no more; the document stays, and the message offers the way back."""
        async with here.tx(write=True) as tx:
            await links.unlink(tx, here.write, key, link, here.actor)
        back = _back(here, target, control)
        return web.redirect(back, message=_("Der Eintrag ist entfernt."), undo=f"{back}/documents?{urlencode({'evidence': key})}")


def _back(here: Here, target: UUID, control: str) -> str:
    return f"{here.base}/controls/objects/{target}/{control}"


def _key(said: str) -> UUID:
    try:
        return UUID(said)
    except ValueError:
        raise Wrong(_("Bitte wählen Sie ein Dokument."), "evidence") from None


def _check(form: GroundForm, file: editions.File | None) -> None:
    if file is None and not form.place:
        raise Wrong(_("Bitte wählen Sie eine Datei oder nennen Sie, wo der Nachweis liegt."), "place")
    if len(form.title) > LONGEST_TITLE:
        raise Wrong(_("Der Text ist zu lang."), "title", _("Erlaubt sind 200 Zeichen."))
    if len(form.place) > LONGEST_PLACE:
        raise Wrong(_("Der Text ist zu lang."), "place", _("Erlaubt sind 300 Zeichen."))


async def _again(request: Ask, here: Here, target: UUID, control: str, error: Wrong) -> Response[str]:
    """The worksheet with the sentence where the field is."""
    found = problem(error)
    if "control" in found:
        found = {"evidence": found["control"]}
    return await worksheet.page(request, here, target, control, status=422, errors=found)
