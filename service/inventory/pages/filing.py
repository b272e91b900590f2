"""Notes and attachments of a device: filed, downloaded, deleted, taken back. The tab itself is one of the device's."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath
from litestar.response import Redirect

from service import web
from service.auth.guards import EDIT_INVENTORY, READ_INVENTORY, Here
from service.errors import Missing, Wrong
from service.i18n import gettext as _
from service.inventory import store
from service.inventory.filing import files
from service.inventory.pages.files import filed_file
from service.inventory.store import filing
from service.settings import now

Ask = Request[Any, Any, Any]
Form = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]
Upload = Annotated[dict[str, Any], Body(media_type=RequestEncodingType.MULTI_PART)]


class FilingPages(Controller):
    """`/towns/{town}/assets/{device}/filed`: what one does on the tab „Notizen und Anhänge“."""

    path = "/towns/{town:str}/assets/{key:uuid}"
    include_in_schema = False

    @post("/note", opt={"access": EDIT_INVENTORY}, status_code=303)
    async def write(self, here: Here, key: FromPath[UUID], data: Form) -> Redirect:
        """File a note; the message offers the way back."""
        async with here.tx(write=True) as tx:
            note = await filing.write(tx, here.write, key, data.get("text", ""), by=here.actor, now=now())
        return web.redirect(
            _tab(here, key), message=_("Die Notiz ist gespeichert."), undo=f"{_base(here, key)}/filed/note/{note}/delete"
        )

    @post("/attachment", opt={"access": EDIT_INVENTORY}, status_code=303, request_max_body_size=4 * files.LARGEST)
    async def attach(self, request: Ask, here: Here, key: FromPath[UUID], data: Upload) -> Response[Any]:
        """File a file; one that is refused is said beside the form, with the way back to the device."""
        file = data.get("file")
        content = await file.read() if isinstance(file, UploadFile) else b""
        name = file.filename if isinstance(file, UploadFile) and file.filename else "datei"
        try:
            async with here.tx(write=True) as tx:
                await filing.attach(tx, here.write, key, name, content, by=here.actor, now=now())
        except Wrong as wrong:
            return await _again(request, here, key, name, wrong, 413 if len(content) > files.LARGEST else 422)
        return web.redirect(_tab(here, key), message=_("Die Datei ist gespeichert."))

    @get("/attachment/{file:uuid}", opt={"access": READ_INVENTORY})
    async def download(self, here: Here, key: FromPath[UUID], file: FromPath[UUID]) -> Response[bytes]:
        """The file, never shown in the browser."""
        async with here.tx() as tx:
            name, kind, content = await filing.content(tx, here.write, key, file)
        return filed_file(name, kind, content)

    @post("/filed/{what:str}/{item:uuid}/delete", opt={"access": EDIT_INVENTORY}, status_code=303)
    async def delete(self, here: Here, key: FromPath[UUID], what: FromPath[str], item: FromPath[UUID]) -> Redirect:
        """Into the bin, for 30 days."""
        async with here.tx(write=True) as tx:
            await filing.delete(tx, here.write, key, what, item, by=here.actor, now=now())
        text = _("Gelöscht. 30 Tage lang lässt sich das zurücknehmen.")
        return web.redirect(_tab(here, key), message=text, undo=f"{_base(here, key)}/filed/{what}/{item}/restore")

    @post("/filed/{what:str}/{item:uuid}/restore", opt={"access": EDIT_INVENTORY}, status_code=303)
    async def restore(self, here: Here, key: FromPath[UUID], what: FromPath[str], item: FromPath[UUID]) -> Redirect:
        """Out of the bin."""
        async with here.tx(write=True) as tx:
            await filing.restore(tx, here.write, key, what, item, by=here.actor, now=now())
        return web.redirect(_tab(here, key), message=_("Wiederhergestellt."))


async def _again(request: Ask, here: Here, key: UUID, name: str, wrong: Wrong, status: int) -> Response[str]:
    """The form with what was wrong with the file."""
    async with here.tx() as tx:
        device = await store.asset(tx, here.write, key)
    if device is None:
        raise Missing
    return web.page(
        request, here, "inventory/attach.html", status=status, row=device.row, base=f"{here.base}/assets", tab=_tab(here, key),
        errors={"file": f"{name[:100]}: {wrong.sentence}"},
    )  # fmt: skip


def _base(here: Here, key: UUID) -> str:
    return f"{here.base}/assets/{key}"


def _tab(here: Here, key: UUID) -> str:
    return f"{_base(here, key)}/notes"
