"""A frozen document as page, PDF, CSV and JSON, and the whole state as a package."""

from __future__ import annotations

from uuid import UUID

from litestar import Controller, Response, get
from litestar.params import FromPath

from isms.pages.forms import Ask
from isms.pages.kept import kept_file
from isms.snapshots.canonical import digest
from isms.snapshots.pages.drawing import Drawings
from isms.snapshots.parts import TITLES, read
from isms.snapshots.render import csv_file, document
from isms.snapshots.store import states
from service import web
from service.auth.guards import READ_RISKS, Here
from service.blocks import Document
from service.errors import Missing
from service.i18n import gettext as _

DRAWINGS = Drawings()
LOOK_AGAIN = 3
"""Seconds after which the page that waits for a paper looks again."""
MOST = 300
"""Rows of a table that the page shows; the files have all."""


class DocumentPages(Controller):
    """`/towns/{town}/snapshots/{key}/…`."""

    path = "/towns/{town:str}/snapshots/{key:uuid}"
    opt = {"access": READ_RISKS}  # noqa: RUF012  # Litestar's own attribute
    include_in_schema = False

    @get("/files/package")
    async def package(self, here: Here, key: FromPath[UUID]) -> Response[bytes]:
        """Everything of the state as one ZIP, to keep and to verify anywhere."""
        async with here.tx() as tx:
            found = await states.state(tx, here.write, key)
            files = await states.contents(tx, here.write, key)
        return kept_file(states.bundle(found, files), "application/zip", f"{found.number}.zip")

    @get("/{part:str}")
    async def page(self, request: Ask, here: Here, key: FromPath[UUID], part: FromPath[str]) -> Response[str]:
        """The document as a page, in the words it was frozen with."""
        found, data = await _content(here, key, part)
        base = f"{here.base}/snapshots"
        crumbs = [(_("Prüfstände"), base), (found.number, f"{base}/{key}")]
        return web.report(request, here, _paper(here, found, data, MOST), pdf=f"{base}/{key}/{part}/pdf", crumbs=crumbs)

    @get("/{part:str}/pdf")
    async def pdf(self, request: Ask, here: Here, key: FromPath[UUID], part: FromPath[str]) -> Response[bytes] | Response[str]:
        """The document on paper; a large one answers with a page that looks again by itself while a thread draws."""
        found, data = await _content(here, key, part)
        drawn = await DRAWINGS.drawn((found.id, part), _paper(here, found, data))
        if drawn is not None:
            return kept_file(drawn, "application/pdf", f"{found.number}-{part}.pdf")
        answer = web.page(
            request, here, "isms/snapshots/drawing.html", status=202, base=f"{here.base}/snapshots", item=found, part=part,
            title=f"{part} {TITLES[part]}",
        )  # fmt: skip
        answer.headers["Refresh"] = str(LOOK_AGAIN)
        return answer

    @get("/{part:str}/files/csv")
    async def csv(self, here: Here, key: FromPath[UUID], part: FromPath[str]) -> Response[bytes]:
        """Its tables with every column."""
        found, data = await _content(here, key, part)
        return kept_file(csv_file(read(data)), "text/csv; charset=utf-8", f"{found.number}-{part}.csv")

    @get("/{part:str}/files/json")
    async def json(self, here: Here, key: FromPath[UUID], part: FromPath[str]) -> Response[bytes]:
        """The very bytes that were sealed."""
        found, data = await _content(here, key, part)
        return kept_file(data, "application/json", f"{found.number}-{part}.json")


async def _content(here: Here, key: UUID, part: str) -> tuple[states.State, bytes]:
    async with here.tx() as tx:
        found = await states.state(tx, here.write, key)
        files = await states.contents(tx, here.write, key)
    if part not in files:
        raise Missing
    return found, files[part]


def _paper(here: Here, found: states.State, data: bytes, most: int | None = None) -> Document:
    town = here.town.name if here.town else ""
    return document(
        read(data), number=found.number, town=town, at=found.taken_at, seal=found.seal, digest=digest(data), most=most
    )  # fmt: skip
