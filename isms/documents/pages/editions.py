"""Editions of a document: the form with its file, the steps to release, the file to load."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

import msgspec
from litestar import Controller, Response, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath
from litestar.response import Redirect

from isms.documents import lifecycle, words
from isms.documents.lifecycle import Act, Edition
from isms.documents.pages.documents import base, page
from isms.documents.store import documents as store
from isms.documents.store import editions
from service import web
from service.auth.guards import EDIT_DOCUMENTS, READ_DOCUMENTS, RELEASE_DOCUMENTS, Here
from service.errors import Missing, Outdated, Wrong
from service.i18n import gettext as _
from service.inventory.filing import files
from service.inventory.pages.files import filed_file
from service.settings import now
from service.web import clash
from service.web.clash import Overtaken
from service.web.errors import Refused
from service.web.forms import Ask, Form, kept, problem, read

LONGEST_LABEL, LONGEST_PLACE = 40, 300
SIZE = files.LARGEST + 65536


class EditionForm(Form):
    """A draft."""

    label: str = ""
    changes: str = ""
    valid_from: date | None = None
    review_due: date | None = None
    place: str = ""
    version: int = 0


class EditionPages(Controller):
    """`/towns/{town}/documents/{key}/editions`."""

    path = "/towns/{town:str}/documents/{key:uuid}/editions"
    include_in_schema = False

    @get("/new", opt={"access": EDIT_DOCUMENTS})
    async def fresh(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str]:
        """An empty form."""
        async with here.tx() as tx:
            entry = await store.entry(tx, here.write, key)
        label = f"{len(entry.editions) + 1}.0"
        return await _form(request, here, key, EditionForm(label=label), None)

    @post("/new", opt={"access": EDIT_DOCUMENTS}, status_code=200, request_max_body_size=SIZE)
    async def add(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str] | Redirect:
        """Begin a new edition."""
        return await _save(request, here, key, None)

    @get("/{edition:uuid}/edit", opt={"access": EDIT_DOCUMENTS})
    async def edit(self, request: Ask, here: Here, key: FromPath[UUID], edition: FromPath[UUID]) -> Response[str]:
        """Show a draft for changing."""
        return await _form(request, here, key, await _stored(here, key, edition), edition)

    @post("/{edition:uuid}/edit", opt={"access": EDIT_DOCUMENTS}, status_code=200, request_max_body_size=SIZE)
    async def change(self, request: Ask, here: Here, key: FromPath[UUID], edition: FromPath[UUID]) -> Response[str] | Redirect:
        """Save it."""
        return await _save(request, here, key, edition)

    @post("/{edition:uuid}/submit", opt={"access": EDIT_DOCUMENTS}, status_code=200)
    async def submit(self, request: Ask, here: Here, key: FromPath[UUID], edition: FromPath[UUID]) -> Response[str] | Redirect:
        """Hand it in for review; the message offers the way back."""
        undo = f"{base(here)}/{key}/editions/{edition}/return"
        return await _act(request, here, key, edition, Act.SUBMIT, _("Die Fassung ist in Prüfung."), undo)

    @post("/{edition:uuid}/return", opt={"access": EDIT_DOCUMENTS | RELEASE_DOCUMENTS}, status_code=200)
    async def give_back(self, request: Ask, here: Here, key: FromPath[UUID], edition: FromPath[UUID]) -> Response[str] | Redirect:
        """Give it back as a draft."""
        return await _act(request, here, key, edition, Act.RETURN, _("Die Fassung ist wieder ein Entwurf."))

    @get("/{edition:uuid}/release", opt={"access": RELEASE_DOCUMENTS})
    async def ask_release(self, request: Ask, here: Here, key: FromPath[UUID], edition: FromPath[UUID]) -> Response[str]:
        """Say what a release does, before it is done."""
        async with here.tx() as tx:
            entry = await store.entry(tx, here.write, key)
        _may(entry, here)
        return web.page(
            request, here, "isms/documents/release.html", entry=entry, item=_of(entry, edition), base=base(here), words=words
        )

    @post("/{edition:uuid}/release", opt={"access": RELEASE_DOCUMENTS}, status_code=200)
    async def release(self, request: Ask, here: Here, key: FromPath[UUID], edition: FromPath[UUID]) -> Response[str] | Redirect:
        """Release it; what was released until now is replaced."""
        return await _act(request, here, key, edition, Act.RELEASE, _("Die Fassung ist freigegeben."))

    @post("/{edition:uuid}/withdraw", opt={"access": RELEASE_DOCUMENTS}, status_code=200)
    async def withdraw(self, request: Ask, here: Here, key: FromPath[UUID], edition: FromPath[UUID]) -> Response[str] | Redirect:
        """Set it out of force without a successor."""
        return await _act(request, here, key, edition, Act.WITHDRAW, _("Die Fassung gilt nicht mehr."))

    @get("/{edition:uuid}/file", opt={"access": READ_DOCUMENTS})
    async def file(self, here: Here, key: FromPath[UUID], edition: FromPath[UUID]) -> Response[bytes]:
        """The file, never shown in the browser."""
        async with here.tx() as tx:
            entry = await store.entry(tx, here.write, key)
            if not lifecycle.may_open(entry.document.confidentiality, here.roles):
                raise Refused(403, _("Die Datei ist vertraulich. Ihre Rolle öffnet sie nicht."))
            name, kind, content = await editions.content(tx, here.write, key, edition)
        return filed_file(name, kind, content)


def _of(entry: lifecycle.Entry, key: UUID) -> Edition:
    found = next((x for x in entry.editions if x.id == key), None)
    if found is None:
        raise Missing
    return found


def _may(entry: lifecycle.Entry, here: Here) -> None:
    if not lifecycle.may_release(entry.document.kind, here.roles):
        raise Refused(403, _("Dokumente dieser Art gibt die Bürgermeisterin oder der Bürgermeister frei."))


async def _act(
    request: Ask, here: Here, key: UUID, edition: UUID, step: Act, message: str, undo: str | None = None
) -> Response[str] | Redirect:
    try:
        async with here.tx(write=True) as tx:
            if step in (Act.RELEASE, Act.WITHDRAW):
                _may(await store.entry(tx, here.write, key), here)
            await editions.act(tx, here.write, key, edition, step, here.actor, now())
    except Wrong as error:
        return await page(request, here, key, status=422, errors={"step": error.sentence})
    return web.redirect(f"{base(here)}/{key}", message=message, undo=undo)


async def _stored(here: Here, key: UUID, edition: UUID) -> EditionForm:
    async with here.tx() as tx:
        item = _of(await store.entry(tx, here.write, key), edition)
    return EditionForm(**{x: getattr(item, x) for x in EditionForm.__struct_fields__})


async def _save(request: Ask, here: Here, key: UUID, edition: UUID | None) -> Response[str] | Redirect:
    form = EditionForm()
    try:
        form = await read(request, EditionForm)
        _check(form)
        file = await sent(request)
        given = {x: getattr(form, x) for x in EditionForm.__struct_fields__} | {"version": form.version if edition else 0}
        item = Edition(edition or uuid4(), key, **given)
        async with here.tx(write=True) as tx:
            await editions.save(tx, here.write, item, file, here.actor, now(), fresh=edition is None)
    except Wrong as error:
        return await _form(request, here, key, kept(error, form), edition, status=422, errors=problem(error))
    except Outdated as error:
        if edition is None:
            raise
        stored = await _stored(here, key, edition)
        shown = msgspec.structs.replace(form, version=stored.version)
        both = clash.of_forms(stored, form, words.FIELDS, error)
        return await _form(request, here, key, shown, edition, status=409, clash=both)
    return web.redirect(f"{base(here)}/{key}", message=_("Der Entwurf ist gespeichert."))


def _check(form: EditionForm) -> None:
    """Raises `Wrong` for what cannot be meant."""
    if not form.label or len(form.label) > LONGEST_LABEL:
        raise Wrong(_("Bitte bezeichnen Sie die Fassung mit höchstens 40 Zeichen."), "label")
    if len(form.place) > LONGEST_PLACE:
        raise Wrong(_("Der Text ist zu lang."), "place", _("Erlaubt sind 300 Zeichen."))
    if form.valid_from and form.review_due and form.review_due <= form.valid_from:
        raise Wrong(_("Die nächste Prüfung liegt nicht nach dem Beginn."), "review_due")


async def sent(request: Ask) -> editions.File | None:
    """Name, kind and bytes of the file that was chosen, None where none was; raises `Wrong` for one that is not taken."""
    file = (await request.form()).get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        return None
    content = await file.read()
    try:
        return (*files.checked(file.filename, content), content)
    except Wrong as wrong:
        raise Wrong(wrong.what, "file", wrong.todo) from wrong


async def _form(
    request: Ask, here: Here, key: UUID, form: EditionForm, edition: UUID | None, *, status: int = 200,
    errors: dict[str, str] | None = None, clash: Overtaken | None = None,
) -> Response[str]:  # fmt: skip
    async with here.tx() as tx:
        entry = await store.entry(tx, here.write, key)
    if edition is not None:
        _of(entry, edition)
    return web.page(
        request, here, "isms/documents/edition_form.html", status=status, form=form, errors=errors or {}, clash=clash,
        fresh=edition is None, url=f"{base(here)}/{key}/editions/{f'{edition}/edit' if edition else 'new'}",
        base=base(here), item=entry.document, back=f"{base(here)}/{key}", fields=words.FIELDS,
    )  # fmt: skip
