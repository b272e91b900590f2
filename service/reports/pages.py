"""The list of reports, each as an accessible page and as a PDF."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

from litestar import Controller, Request, Response, get

from service import i18n, web
from service.auth.guards import Here
from service.auth.roles import READ_INVENTORY_REPORTS, READ_REPORTS, READ_RISKS, READ_SCAN_RULES
from service.blocks import Asked, Document, Report
from service.errors import Missing
from service.pdf import render
from service.reports import registry
from service.settings import now

READ_ANY = READ_REPORTS | READ_INVENTORY_REPORTS | READ_RISKS | READ_SCAN_RULES


def asked_by(here: Here) -> Asked:
    """The town of the address, now."""
    if here.town is None:
        raise Missing
    return Asked(here.town.id, here.town.slug, here.town.name, here.town.inhabitants, now())


async def _document(here: Here, name: str) -> Document:
    """The document, if this person may read it; else the page does not exist."""
    report: Report = registry.find(name)
    if not report.access & here.roles:
        raise Missing
    return await registry.make(report, asked_by(here), language=i18n.locale())


class ReportPages(Controller):
    """Berichte of a town."""

    path = "/towns/{town:str}/reports"
    opt = {"access": READ_ANY}  # noqa: RUF012  # Litestar's own attribute

    @get("/")
    async def index(self, request: Request[Any, Any, Any], here: Here) -> Response[str]:
        """Every report this person may read."""
        return web.page(request, here, "reports/list.html", reports=registry.readable(here.roles))

    @get("/{name:str}")
    async def show(self, request: Request[Any, Any, Any], here: Here, name: str) -> Response[str]:
        """The report as a page."""
        document = await _document(here, name)
        base = f"/towns/{asked_by(here).slug}"
        crumbs = [(i18n.gettext("Übersicht"), base), (i18n.gettext("Berichte"), f"{base}/reports")]
        return web.report(request, here, document, pdf=f"{base}/reports/{name}/pdf", crumbs=crumbs)

    @get("/{name:str}/pdf")
    async def pdf(self, here: Here, name: str) -> Response[bytes]:
        """The report as a file to keep; drawn in a thread, because drawing takes a processor."""
        document = await _document(here, name)
        data = await asyncio.to_thread(partial(render, document))
        file = f"{asked_by(here).slug}-{name}-{document.as_of:%Y-%m-%d}.pdf"
        headers = {"Content-Disposition": f'attachment; filename="{file}"', "Cache-Control": "no-store"}
        return Response(data, media_type="application/pdf", headers=headers)


CONTROLLERS = (ReportPages,)
