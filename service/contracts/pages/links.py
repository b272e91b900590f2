"""What a contract is about, and its files: added, taken off, had back."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath
from litestar.response import Redirect

from service import web
from service.auth.guards import EDIT_INVENTORY, READ_INVENTORY, Here
from service.contracts.pages.common import Ask
from service.contracts.pages.contracts import base, page
from service.contracts.store import contracts as store
from service.contracts.store import files, rows
from service.errors import Wrong
from service.i18n import gettext as _
from service.i18n import ngettext
from service.inventory.filing.files import LARGEST
from service.inventory.pages.files import filed_file
from service.settings import now
from service.web.forms import problem

Sent = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]
Upload = Annotated[dict[str, Any], Body(media_type=RequestEncodingType.MULTI_PART)]
MOST = 200
"""Devices named in one go."""


class ContractLinkPages(Controller):
    """`/towns/{town}/contracts/{key}/links` and `…/files`."""

    path = "/towns/{town:str}/contracts/{key:uuid}"
    include_in_schema = False

    @post("/links", opt={"access": EDIT_INVENTORY}, status_code=200)
    async def add(self, request: Ask, here: Here, key: FromPath[UUID], data: Sent) -> Response[str] | Redirect:
        """Devices by name, one a line, or a product or site by choice; the first that is not found stops all."""
        kind = data.get("kind", "")
        try:
            async with here.tx(write=True) as tx:
                if kind == "asset":
                    targets = [await rows.device(tx, here.write, line, "devices") for line in _lines(data.get("devices", ""))]
                else:
                    targets = [_key(data.get(kind, ""), kind)]
                made = await store.link(tx, here.write, key, kind, [x for x in targets if x], here.actor, now())
        except Wrong as error:
            return await page(request, here, key, status=422, errors=problem(error), typed=data.get("devices", ""))
        text = ngettext("%(num)s Eintrag hinzugefügt.", "%(num)s Einträge hinzugefügt.", made)
        return web.redirect(f"{base(here)}/{key}", message=text)

    @post("/links/{link:uuid}/remove", opt={"access": EDIT_INVENTORY}, status_code=303)
    async def remove(self, here: Here, key: FromPath[UUID], link: FromPath[UUID]) -> Redirect:
        """Take one off; the message offers the way back."""
        async with here.tx(write=True) as tx:
            kind, target = await store.unlink(tx, here.write, key, link, here.actor)
        undo = f"{base(here)}/{key}/links/{kind}/{target}/restore"
        return web.redirect(f"{base(here)}/{key}", message=_("Der Eintrag ist entfernt."), undo=undo)

    @post("/links/{kind:str}/{target:uuid}/restore", opt={"access": EDIT_INVENTORY}, status_code=303)
    async def restore(self, here: Here, key: FromPath[UUID], kind: FromPath[str], target: FromPath[UUID]) -> Redirect:
        """Have it back."""
        async with here.tx(write=True) as tx:
            await store.link(tx, here.write, key, kind, [target], here.actor, now())
        return web.redirect(f"{base(here)}/{key}", message=_("Der Eintrag ist wieder da."))

    @post("/files", opt={"access": EDIT_INVENTORY}, status_code=200, request_max_body_size=LARGEST + 65536)
    async def attach(self, request: Ask, here: Here, key: FromPath[UUID], data: Upload) -> Response[str] | Redirect:
        """File a file."""
        file = data.get("file")
        content = await file.read() if isinstance(file, UploadFile) else b""
        name = file.filename if isinstance(file, UploadFile) and file.filename else "datei"
        try:
            async with here.tx(write=True) as tx:
                made = await files.attach(tx, here.write, key, name, content, here.actor, now())
        except Wrong as error:
            return await page(request, here, key, status=422, errors=problem(Wrong(error.what, "file", error.todo)))
        undo = f"{base(here)}/{key}/files/{made}/delete"
        return web.redirect(f"{base(here)}/{key}", message=_("Die Datei ist gespeichert."), undo=undo)

    @get("/files/{file:uuid}", opt={"access": READ_INVENTORY})
    async def download(self, here: Here, key: FromPath[UUID], file: FromPath[UUID]) -> Response[bytes]:
        """The file, never shown in the browser."""
        async with here.tx() as tx:
            name, kind, content = await files.content(tx, here.write, key, file)
        return filed_file(name, kind, content)

    @post("/files/{file:uuid}/delete", opt={"access": EDIT_INVENTORY}, status_code=303)
    async def delete(self, here: Here, key: FromPath[UUID], file: FromPath[UUID]) -> Redirect:
        """Into the bin; the message offers the way back."""
        async with here.tx(write=True) as tx:
            await files.delete(tx, here.write, key, file, here.actor, now())
        undo = f"{base(here)}/{key}/files/{file}/restore"
        return web.redirect(f"{base(here)}/{key}", message=_("Die Datei ist gelöscht."), undo=undo)

    @post("/files/{file:uuid}/restore", opt={"access": EDIT_INVENTORY}, status_code=303)
    async def put_back(self, here: Here, key: FromPath[UUID], file: FromPath[UUID]) -> Redirect:
        """Out of the bin."""
        async with here.tx(write=True) as tx:
            await files.restore(tx, here.write, key, file, here.actor, now())
        return web.redirect(f"{base(here)}/{key}", message=_("Die Datei ist wieder da."))


def _lines(said: str) -> list[str]:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    if not 1 <= len(lines) <= MOST:
        raise Wrong(_("Bitte nennen Sie ein bis 200 Geräte, je Zeile eines."), "devices")
    return lines


def _key(said: str, where: str) -> UUID:
    try:
        return UUID(said)
    except ValueError as error:
        raise Wrong(_("Bitte wählen Sie aus der Liste."), where) from error
