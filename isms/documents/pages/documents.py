"""„Dokumente“: the register with its filter and files, each document with editions, answers and history, its form."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

import msgspec
from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from isms.documents import lifecycle, words
from isms.documents.lifecycle import Document, Entry
from isms.documents.store import documents as store
from isms.documents.store import links
from service import web
from service.auth.guards import EDIT_DOCUMENTS, READ_COOPERATION, READ_DOCUMENTS, Here
from service.contracts.pages.common import choice, day, drawn
from service.contracts.store import rows
from service.errors import Outdated, Wrong
from service.i18n import gettext as _
from service.inventory.pages.files import table_file
from service.names import shown_name
from service.settings import local_today, now
from service.web import clash
from service.web.clash import Overtaken
from service.web.forms import Ask, Form, kept, problem, read

LONGEST_NUMBER = 40
OPTIONS = {"kind": words.KINDS, "confidentiality": words.CONFIDENTIALITY}


class DocumentForm(Form):
    """A document of the register."""

    number: str = ""
    title: str = ""
    kind: str = "guideline"
    owner: str = ""
    confidentiality: str = "internal"
    planned_by: date | None = None
    note: str = ""
    version: int = 0


class LinkForm(Form):
    """An answer that rests on the document."""

    target: str = ""
    control: str = ""


class DocumentPages(Controller):
    """`/towns/{town}/documents`."""

    path = "/towns/{town:str}/documents"
    include_in_schema = False

    @get("/", opt={"access": READ_DOCUMENTS})
    async def show(self, request: Ask, here: Here) -> Response[str]:
        """The register, what is overdue first."""
        known, found = await _entries(request, here)
        chosen, today = _chosen(request), local_today()
        late = sum(1 for x in known if x.overdue(today))
        return web.page(
            request, here, "isms/documents/list.html", entries=found, known=len(known), late=late, words=words, today=today,
            base=base(here), chosen=chosen, export_query=urlencode({k: v for k, v in chosen.items() if v}),
            may_edit=may_edit(here), may_copy=bool(here.roles & READ_COOPERATION),
            town_base=here.base, states=[(key, word) for key, (word, _tone) in words.STATES.items()],
            columns=tuple(web.Column(x) for x in (_("Dokument"), _("Art"), _("Zuständige Stelle"), _("Gültige Fassung"),
                                                  _("Fällig am"), _("Stand"))),
        )  # fmt: skip

    @get("/export", opt={"access": READ_DOCUMENTS})
    async def export(self, request: Ask, here: Here) -> Response[bytes]:
        """Exactly the shown filter as XLSX or CSV."""
        _known, found = await _entries(request, here)
        heads = [
            _("Kennzeichen"), _("Titel"), _("Art"), _("Zuständige Stelle"), _("Vertraulichkeit"), _("Stand"),
            _("Gültige Fassung"), _("Gilt ab"), _("Freigegeben von"), _("Fällig am"), _("Ablageort"), _("Datei"),
            _("Prüfsumme (SHA-256)"), _("Bemerkung"),
        ]  # fmt: skip
        lines = [dict(zip(heads, _line(x), strict=True)) for x in found]
        return table_file(request, lines, heads, f"dokumente-{here.slug}")

    @get("/new", opt={"access": EDIT_DOCUMENTS})
    async def fresh(self, request: Ask, here: Here) -> Response[str]:
        """An empty form with the next number."""
        async with here.tx() as tx:
            number = await store.next_number(tx, here.write)
        return form_page(request, here, DocumentForm(number=number), None)

    @post("/new", opt={"access": EDIT_DOCUMENTS}, status_code=200)
    async def add(self, request: Ask, here: Here) -> Response[str] | Redirect:
        """Enter it."""
        return await _save(request, here, None)

    @get("/{key:uuid}", opt={"access": READ_DOCUMENTS})
    async def one(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str]:
        """Editions, answers that rest on it, and history."""
        return await page(request, here, key)

    @get("/{key:uuid}/edit", opt={"access": EDIT_DOCUMENTS})
    async def edit(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str]:
        """Show it for changing."""
        return form_page(request, here, await _stored(here, key), key)

    @post("/{key:uuid}/edit", opt={"access": EDIT_DOCUMENTS}, status_code=200)
    async def change(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str] | Redirect:
        """Save it."""
        return await _save(request, here, key)

    @post("/{key:uuid}/delete", opt={"access": EDIT_DOCUMENTS}, status_code=303)
    async def delete(self, here: Here, key: FromPath[UUID]) -> Redirect:
        """Take it off the register; the message offers the way back."""
        async with here.tx(write=True) as tx:
            await rows.remove(tx, store.KEPT, here.write, key, here.actor, now(), removed=True)
        return web.redirect(base(here), message=_("Das Dokument ist gelöscht."), undo=f"{base(here)}/{key}/restore")

    @post("/{key:uuid}/restore", opt={"access": EDIT_DOCUMENTS}, status_code=303)
    async def restore(self, here: Here, key: FromPath[UUID]) -> Redirect:
        """Have a deleted one back."""
        async with here.tx(write=True) as tx:
            await rows.remove(tx, store.KEPT, here.write, key, here.actor, now(), removed=False)
        return web.redirect(f"{base(here)}/{key}", message=_("Das Dokument ist wieder da."))

    @post("/{key:uuid}/links", opt={"access": EDIT_DOCUMENTS}, status_code=200)
    async def link(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str] | Redirect:
        """Let an answer rest on it."""
        form = LinkForm()
        try:
            form = await read(request, LinkForm)
            async with here.tx(write=True) as tx:
                await links.link(tx, here.write, key, _target(form.target), form.control, here.actor, now())
        except Wrong as error:
            return await page(request, here, key, status=422, errors=problem(error), typed=kept(error, form))
        return web.redirect(f"{base(here)}/{key}", message=_("Die Antwort stützt sich jetzt auf das Dokument."))

    @post("/{key:uuid}/links/{link:uuid}/remove", opt={"access": EDIT_DOCUMENTS}, status_code=303)
    async def unlink(self, here: Here, key: FromPath[UUID], link: FromPath[UUID]) -> Redirect:
        """Take one off; the message offers the way back."""
        async with here.tx(write=True) as tx:
            target, control = await links.unlink(tx, here.write, key, link, here.actor)
        undo = f"{base(here)}/{key}/links/{target}/restore?{urlencode({'control': control})}"
        return web.redirect(f"{base(here)}/{key}", message=_("Der Eintrag ist entfernt."), undo=undo)

    @post("/{key:uuid}/links/{target:uuid}/restore", opt={"access": EDIT_DOCUMENTS}, status_code=303)
    async def relink(self, request: Ask, here: Here, key: FromPath[UUID], target: FromPath[UUID]) -> Redirect:
        """Have it back."""
        control = str(request.query_params.get("control", ""))[:100]
        async with here.tx(write=True) as tx:
            await links.link(tx, here.write, key, target, control, here.actor, now())
        return web.redirect(f"{base(here)}/{key}", message=_("Der Eintrag ist wieder da."))


def base(here: Here) -> str:
    """Address of the register."""
    return f"{here.base}/documents"


def may_edit(here: Here) -> bool:
    """Whether this person prepares documents."""
    return bool(here.roles & EDIT_DOCUMENTS)


async def page(request: Ask, here: Here, key: UUID, *, status: int = 200, errors: dict[str, str] | None = None,
               typed: LinkForm | None = None) -> Response[str]:  # fmt: skip
    """The page of a document, also with what a form on it could not take."""
    async with here.tx() as tx:
        entry = await store.entry(tx, here.write, key)
        linked = await links.linked(tx, here.write, key)
        targets = [(str(x), name) for x, name in await links.answered(tx, here.write)]
        events = await rows.history(tx, store.KEPT, here.write, key)
    document = entry.document
    return web.page(
        request, here, "isms/documents/document.html", status=status, item=document, entry=entry, linked=linked, targets=targets,
        base=base(here), words=words, today=local_today(), history=drawn(events, OPTIONS, words.FIELDS), errors=errors or {},
        typed=typed or LinkForm(), may_edit=may_edit(here), may_open=lifecycle.may_open(document.confidentiality, here.roles),
        may_release=lifecycle.may_release(document.kind, here.roles), may_copy=bool(here.roles & READ_COOPERATION),
        town_base=here.base,
        edition_columns=tuple(web.Column(x) for x in (_("Fassung"), _("Gilt ab"), _("Nächste Prüfung bis"), _("Text"),
                                                      _("Freigegeben von"), _("Stand"))),
        link_columns=tuple(web.Column(x) for x in (_("Anforderung"), _("Zielobjekt"), _("Schritt"))),
    )  # fmt: skip


def _chosen(request: Ask) -> dict[str, str]:
    said = {name: str(request.query_params.get(name, "")).strip()[:100] for name in ("q", "kind", "state", "late")}
    known: dict[str, Collection[str]] = {"kind": words.KINDS, "state": words.STATES, "late": ("1",)}
    return said | {name: said[name] if said[name] in values else "" for name, values in known.items()}


async def _entries(request: Ask, here: Here) -> tuple[Sequence[Entry], list[Entry]]:
    """All, and those of the filter: the overdue ones first, then by number."""
    async with here.tx() as tx:
        known = await store.entries(tx, here.write)
    chosen, today = _chosen(request), local_today()
    text = chosen["q"].casefold()
    found = [
        x for x in known
        if chosen["kind"] in ("", x.document.kind) and chosen["state"] in ("", x.state)
        and (not chosen["late"] or x.overdue(today))
        and text in f"{x.document.number} {x.document.title} {x.document.owner}".casefold()
    ]  # fmt: skip
    found.sort(key=lambda x: not x.overdue(today))
    return known, found


def _line(entry: Entry) -> tuple[Any, ...]:
    one, valid = entry.document, entry.released
    return (
        one.number, one.title, str(words.KINDS[one.kind]), one.owner, str(words.CONFIDENTIALITY[one.confidentiality]),
        str(words.STATES[entry.state][0]), valid.label if valid else "", day(valid.valid_from if valid else None),
        shown_name(valid.released_by) if valid else "", day(entry.due), valid.place if valid else "",
        valid.file_name if valid else "", valid.sha256 if valid else "", one.note,
    )  # fmt: skip


async def _stored(here: Here, key: UUID) -> DocumentForm:
    async with here.tx() as tx:
        item = (await store.entry(tx, here.write, key)).document
    return DocumentForm(**{x: getattr(item, x) for x in DocumentForm.__struct_fields__})


async def _save(request: Ask, here: Here, key: UUID | None) -> Response[str] | Redirect:
    form = DocumentForm()
    try:
        form = await read(request, DocumentForm)
        item = document_of(form, key)
        async with here.tx(write=True) as tx:
            made = await store.save(tx, here.write, item, here.actor, now())
    except Wrong as error:
        return form_page(request, here, kept(error, form), key, status=422, errors=problem(error))
    except Outdated as error:
        if key is None:
            raise
        stored = await _stored(here, key)
        shown = msgspec.structs.replace(form, version=stored.version)
        return form_page(request, here, shown, key, status=409, clash=clash.of_forms(stored, form, words.FIELDS, error))
    return web.redirect(f"{base(here)}/{made}", message=_("Das Dokument ist gespeichert."))


def document_of(form: DocumentForm, key: UUID | None) -> Document:
    """The document that the form means; raises `Wrong` for what cannot be meant."""
    if not form.number or len(form.number) > LONGEST_NUMBER:
        raise Wrong(_("Bitte geben Sie ein Kennzeichen mit höchstens 40 Zeichen an."), "number")
    if not form.title:
        raise Wrong(_("Bitte geben Sie dem Dokument einen Titel."), "title")
    choice(form, OPTIONS)
    given = {x: getattr(form, x) for x in DocumentForm.__struct_fields__}
    return Document(id=key or uuid4(), **given | {"version": form.version if key else 0})


def _target(said: str) -> UUID:
    try:
        return UUID(said)
    except ValueError as error:
        raise Wrong(_("Bitte wählen Sie aus der Liste."), "target") from error


def form_page(
    request: Ask, here: Here, form: DocumentForm, key: UUID | None, *, status: int = 200,
    errors: dict[str, str] | None = None, clash: Overtaken | None = None, source: str = "", url: str = "",
) -> Response[str]:  # fmt: skip
    """The form; `source` says which template the first draft comes from, `url` where that form is sent."""
    return web.page(
        request, here, "isms/documents/form.html", status=status, form=form, errors=errors or {}, clash=clash, fresh=key is None,
        url=url or f"{base(here)}/{f'{key}/edit' if key else 'new'}", source=source,
        base=base(here), words=words, fields=words.FIELDS,
        back=f"{base(here)}/{key}" if key else base(here),
    )  # fmt: skip
