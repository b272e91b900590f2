"""„Vorlagen“: the own ones, those that other towns share, and copies that remember their origin."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID, uuid4

from litestar import Controller, Response, get, post
from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath
from litestar.response import Redirect

from service import web
from service.auth.guards import EDIT_COOPERATION, EDIT_DOCUMENTS, READ_COOPERATION, Here
from service.cooperation import rules
from service.cooperation.rules import Template
from service.cooperation.store import GROUP, door, templates
from service.errors import Missing, Outdated, Wrong
from service.i18n import gettext as _
from service.inventory.filing import files
from service.limits import TITLE, check_text
from service.settings import now
from service.web import clash
from service.web.forms import Ask, problem

Upload = Annotated[dict[str, Any], Body(media_type=RequestEncodingType.MULTI_PART)]
LONGEST = 40_000
"""Characters of a template's text."""


class TemplatePages(Controller):
    """`/towns/{town}/templates`."""

    path = "/towns/{town:str}/templates"
    include_in_schema = False

    @get("/", opt={"access": READ_COOPERATION})
    async def index(self, request: Ask, here: Here) -> Response[str]:
        """Own templates and those of the others."""
        async with door(here.write) as tx:
            own, others = await templates.own(tx, here.write), await templates.others(tx, here.write)
        return web.page(
            request, here, "cooperation/templates.html", own=own, others=others, rules=rules, base=_base(here),
            may_edit=_may(here),
            own_columns=tuple(web.Column(x) for x in (_("Vorlage"), _("Art"), _("Fassung"), _("Freigabe"))),
            other_columns=tuple(web.Column(x) for x in (_("Vorlage"), _("Art"), _("Fassung"), _("Bei uns"))),
        )  # fmt: skip

    @get("/new", opt={"access": EDIT_COOPERATION})
    async def fresh(self, request: Ask, here: Here) -> Response[str]:
        """An empty form."""
        return _form(request, here, Template(uuid4(), "guide", "", ""))

    @post("/new", opt={"access": EDIT_COOPERATION}, status_code=200, request_max_body_size=files.LARGEST + 262144)
    async def add(self, request: Ask, here: Here, data: Upload) -> Response[str] | Redirect:
        """Add it."""
        return await _save(request, here, None, data)

    @get("/{key:uuid}", opt={"access": READ_COOPERATION})
    async def show(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str]:
        """An own template."""
        async with door(here.write) as tx:
            item = await templates.template(tx, here.write, key)
        return web.page(
            request,
            here,
            "cooperation/template.html",
            item=item,
            rules=rules,
            base=_base(here),
            may_edit=_may(here),
            own=True,
            as_document=_as_document(here, key),
        )

    @get("/{key:uuid}/edit", opt={"access": EDIT_COOPERATION})
    async def edit(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str]:
        """Show it for changing."""
        async with door(here.write) as tx:
            return _form(request, here, await templates.template(tx, here.write, key))

    @post("/{key:uuid}/edit", opt={"access": EDIT_COOPERATION}, status_code=200, request_max_body_size=files.LARGEST + 262144)
    async def change(self, request: Ask, here: Here, key: FromPath[UUID], data: Upload) -> Response[str] | Redirect:
        """Save it."""
        return await _save(request, here, key, data)

    @post("/{key:uuid}/share", opt={"access": EDIT_COOPERATION}, status_code=303)
    async def share(self, here: Here, key: FromPath[UUID]) -> Redirect:
        """Let the other towns read it."""
        async with door(here.write, write=True) as tx:
            await templates.share(tx, here.write, key, here.actor, now(), shared=True)
        return _there(here, key, _("Freigegeben. Die anderen Städte können die Vorlage lesen und übernehmen."))

    @post("/{key:uuid}/unshare", opt={"access": EDIT_COOPERATION}, status_code=303)
    async def unshare(self, here: Here, key: FromPath[UUID]) -> Redirect:
        """Take the release back."""
        async with door(here.write, write=True) as tx:
            await templates.share(tx, here.write, key, here.actor, now(), shared=False)
        return _there(here, key, _("Die anderen Städte sehen die Vorlage nicht mehr. Übernommene Fassungen bleiben dort."))

    @get("/{key:uuid}/delete", opt={"access": EDIT_COOPERATION})
    async def ask_delete(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str]:
        """Ask whether that is meant: nobody brings it back."""
        async with door(here.write) as tx:
            item = await templates.template(tx, here.write, key)
        return web.page(request, here, "cooperation/template_delete.html", item=item, base=_base(here))

    @post("/{key:uuid}/delete", opt={"access": EDIT_COOPERATION}, status_code=303)
    async def delete(self, here: Here, key: FromPath[UUID]) -> Redirect:
        """Delete it for good."""
        async with door(here.write, write=True) as tx:
            title = await templates.delete(tx, here.write, key, here.actor, now())
        return web.redirect(_base(here), message=_("„%(title)s“ ist gelöscht.", title=title))

    @get("/{key:uuid}/file", opt={"access": READ_COOPERATION})
    async def file(self, here: Here, key: FromPath[UUID]) -> Response[bytes]:
        """The file of an own template."""
        async with door(here.write) as tx:
            return _download(*await templates.content(tx, here.write, key))

    @get("/others/{key:uuid}", opt={"access": READ_COOPERATION})
    async def other(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str]:
        """What another town shares."""
        async with door(here.write) as tx:
            item = await templates.other(tx, here.write, key)
        return web.page(
            request,
            here,
            "cooperation/template.html",
            item=item,
            rules=rules,
            base=_base(here),
            may_edit=_may(here),
            own=False,
            as_document=_as_document(here, key),
        )

    @get("/others/{key:uuid}/file", opt={"access": READ_COOPERATION})
    async def other_file(self, here: Here, key: FromPath[UUID]) -> Response[bytes]:
        """The file of what another town shares."""
        async with door(here.write) as tx:
            return _download(*await templates.content(tx, here.write, key, shared=True))

    @post("/others/{key:uuid}/adopt", opt={"access": EDIT_COOPERATION}, status_code=303)
    async def adopt(self, here: Here, key: FromPath[UUID]) -> Redirect:
        """„In unsere Stadt übernehmen“."""
        if here.write == GROUP:
            raise Missing
        async with door(here.write, write=True) as tx:
            made, fresh = await templates.adopt(tx, here.write, key, here.actor, now())
        if not fresh:
            return _there(here, made, _("Diese Fassung hat Ihre Stadt schon übernommen; hier ist sie."))
        return _there(here, made, _("Übernommen. Die Fassung gehört jetzt Ihrer Stadt, Sie können sie ändern."))


def _base(here: Here) -> str:
    return f"{here.base}/templates"


def _there(here: Here, key: UUID, text: str) -> Redirect:
    return web.redirect(f"{_base(here)}/{key}", message=text)


def _may(here: Here) -> bool:
    return bool(here.roles & EDIT_COOPERATION) and here.write != GROUP


def _as_document(here: Here, key: UUID) -> str:
    """Where the template becomes a document; "" for who may not enter one."""
    return f"{here.base}/documents/from-template/{key}" if here.roles & EDIT_DOCUMENTS and here.write != GROUP else ""


def _download(name: str, kind: str, content: bytes) -> Response[bytes]:
    """The file, never shown in the browser."""
    plain = "".join(sign if sign.isascii() and sign not in '"\\' else "_" for sign in name)
    head = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    return Response(content, media_type=files.KINDS[kind][0], headers={"Content-Disposition": head, "Cache-Control": "no-store"})


async def _save(request: Ask, here: Here, key: UUID | None, data: dict[str, Any]) -> Response[str] | Redirect:
    if here.write == GROUP:
        raise Missing
    said = {name: str(data.get(name) or "").strip() for name in ("kind", "title", "text", "version")}
    version = int(said["version"]) if key and said["version"].isdecimal() and len(said["version"]) < 10 else 0
    item = Template(key or uuid4(), said["kind"], said["title"], said["text"].replace("\r\n", "\n"), version=version)
    try:
        _check(item, fresh=key is None)
        file = await _sent(data.get("file"))
        async with door(here.write, write=True) as tx:
            made = await templates.save(tx, here.write, item, file, here.actor, now())
    except Wrong as wrong:
        return _form(request, here, item, status=422, errors=problem(wrong))
    except Outdated as error:
        async with door(here.write) as tx:
            stored = await templates.template(tx, here.write, item.id)
        labels = {"title": _("Titel"), "text": _("Text")}
        both = clash.overtaken(((label, getattr(stored, x), getattr(item, x)) for x, label in labels.items()), error)
        return _form(request, here, item, status=409, both=both, version=stored.version)
    return _there(here, made, _("Gespeichert."))


def _check(item: Template, *, fresh: bool) -> None:
    check_text(item.title, "title", TITLE)
    check_text(item.text, "text", LONGEST)
    if not fresh and not item.version:
        raise Wrong(_("Diese Angabe fehlt oder ist nicht lesbar."), "title")


async def _sent(file: Any) -> tuple[str, str, bytes] | None:
    """Name, kind and bytes of the file that was chosen, None where none was; raises `Wrong` for one that is not taken."""
    if not isinstance(file, UploadFile) or not file.filename:
        return None
    content = await file.read()
    try:
        return (*files.checked(file.filename, content), content)
    except Wrong as wrong:
        raise Wrong(wrong.what, "file", wrong.todo) from wrong


def _form(
    request: Ask, here: Here, item: Template, *, status: int = 200, errors: dict[str, str] | None = None,
    both: clash.Overtaken | None = None, version: int | None = None,
) -> Response[str]:  # fmt: skip
    if here.write == GROUP:
        raise Missing
    return web.page(
        request, here, "cooperation/template_form.html", status=status, item=item, errors=errors or {}, clash=both,
        version=item.version if version is None else version, kinds=list(rules.TEMPLATE_KINDS.items()), base=_base(here),
        url=f"{_base(here)}/{item.id}/edit" if item.version else f"{_base(here)}/new",
    )  # fmt: skip
