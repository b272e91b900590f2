"""„Als Dokument anlegen“: a template of the towns becomes a document with a draft."""

from __future__ import annotations

from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from isms.documents import taking
from isms.documents.pages.documents import DocumentForm, base, document_of, form_page
from isms.documents.store import documents
from isms.documents.store import taking as store
from service import web
from service.auth.guards import EDIT_DOCUMENTS, Here
from service.cooperation.store import GROUP, door
from service.errors import Missing, Wrong
from service.i18n import gettext as _
from service.settings import now
from service.web.forms import Ask, kept, problem, read


class TakingPages(Controller):
    """`/towns/{town}/documents/from-template/{template}`."""

    path = "/towns/{town:str}/documents/from-template/{template:uuid}"
    include_in_schema = False

    @get("/", opt={"access": EDIT_DOCUMENTS})
    async def ask(self, request: Ask, here: Here, template: FromPath[UUID]) -> Response[str]:
        """The form of a document, filled in from the template."""
        async with door(_town(here)) as tx:
            found, _file = await store.source(tx, here.write, _name(here), template)
            number = await documents.next_number(tx, here.write)
        form = DocumentForm(number=number, title=found.title, kind=taking.KINDS[found.kind], note=found.note)
        return form_page(request, here, form, None, source=found.named, url=_url(here, template))

    @post("/", opt={"access": EDIT_DOCUMENTS}, status_code=200)
    async def take(self, request: Ask, here: Here, template: FromPath[UUID]) -> Response[str] | Redirect:
        """Enter the document with its draft."""
        form = DocumentForm()
        async with door(_town(here)) as tx:
            found, file = await store.source(tx, here.write, _name(here), template)
        try:
            form = await read(request, DocumentForm)
            item = document_of(form, None)
            async with door(here.write, write=True) as tx:
                made = await store.take(tx, here.write, item, found, file, here.actor, now())
        except Wrong as error:
            return form_page(
                request, here, kept(error, form), None, status=422, errors=problem(error), source=found.named,
                url=_url(here, template),
            )  # fmt: skip
        return web.redirect(f"{base(here)}/{made}", message=_("Die Vorlage ist als Entwurf übernommen."))


def _town(here: Here) -> int:
    if here.write == GROUP:
        raise Missing
    return here.write


def _name(here: Here) -> str:
    return here.town.name if here.town else ""


def _url(here: Here, template: UUID) -> str:
    return f"{base(here)}/from-template/{template}"
