"""One incident and its report."""

from __future__ import annotations

from uuid import UUID

from litestar import Controller, Response, get
from litestar.params import FromPath

from isms.incidents import compose
from isms.incidents.pages.frame import PATH, paper, show, whole
from isms.incidents.view import Case
from service import web
from service.auth.guards import READ_INCIDENTS, Here
from service.i18n import gettext as _
from service.settings import now
from service.web.forms import Ask


class ShowPages(Controller):
    """`/towns/{town}/incidents/{id}`."""

    path = PATH
    include_in_schema = False

    @get("/{key:uuid}", opt={"access": READ_INCIDENTS})
    async def show(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str]:
        """Clocks, state, level, what is affected, notices, lessons, log."""
        return await show(request, here, key)

    @get("/{key:uuid}/report", opt={"access": READ_INCIDENTS})
    async def report(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str]:
        """The report as a page; `?short=1` is the one page for the management."""
        case, short = await _case(here, key), request.query_params.get("short") == "1"
        base = f"{here.base}/incidents"
        crumbs = [(_("Vorfälle"), base), (case.item.name, f"{base}/{key}")]
        document = compose.report(case, now(), short=short)
        return web.report(request, here, document, pdf=f"{base}/{key}/report/pdf{'?short=1' if short else ''}", crumbs=crumbs)

    @get("/{key:uuid}/report/pdf", opt={"access": READ_INCIDENTS})
    async def pdf(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[bytes]:
        """The report as a file to keep."""
        case, short = await _case(here, key), request.query_params.get("short") == "1"
        name = f"{here.slug}-vorfall-{case.item.number:03d}{'-kurz' if short else ''}"
        return await paper(compose.report(case, now(), short=short), name)


async def _case(here: Here, key: UUID) -> Case:
    async with here.tx() as tx:
        return await whole(tx, here, key)
