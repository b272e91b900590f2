"""The list of reports, each as an accessible page and as a PDF."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from litestar import Controller, Request, Response, get

from service import i18n, web
from service.auth.guards import Here
from service.auth.roles import READ_INVENTORY_REPORTS, READ_REPORTS, READ_RISKS, READ_SCAN_RULES, READ_SCANS
from service.blocks import Asked, Document, Report
from service.errors import Missing
from service.i18n import gettext as _
from service.inventory import scanning
from service.jobs import store as jobs
from service.names import shown_name
from service.pdf import render
from service.probes import store as probes
from service.reports import registry, scan_statement
from service.settings import now

LOG = 200
"""Lines of the scan log on one page."""
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


@dataclass(frozen=True, slots=True)
class Scanned:
    """A line of the scan log (`domain.md` 8.6): when, where, for what, at whose wish, and how it ended."""

    at: datetime
    networks: str
    purpose: str
    by: str
    text: str
    seconds: float | None = None
    url: str = ""


class ScanRules(Controller):
    """Was wird gescannt: the rules, and the log for those who watch over them."""

    path = "/towns/{town:str}/scanning"
    include_in_schema = False

    @get("/", opt={"access": READ_SCAN_RULES})
    async def show(self, request: Request[Any, Any, Any], here: Here) -> Response[str]:
        """The statement and, for those who may read it, the log."""
        document = await _document(here, scan_statement.REPORT.name)
        base = f"/towns/{asked_by(here).slug}"
        columns = tuple(web.Column(text) for text in (_("Wann"), _("Wo"), _("Wozu"), _("Wer"), _("Ergebnis")))
        log = await _log(here, base) if here.roles & READ_SCANS else None
        return web.page(request, here, "reports/scanning.html", document=document, log=log, columns=columns, base=base)


async def _log(here: Here, base: str) -> list[Scanned]:
    """The scans of the last twelve months, newest first: of the service and of probes."""
    async with here.tx() as tx:
        runs = await jobs.runs(tx, here.write, task="scan.run", limit=LOG)
        orders = await probes.jobs(tx, here.write, limit=LOG)
    found = [
        Scanned(
            run.requested_at,
            ", ".join(run.result.get("networks", ())) or run.title,
            run.result.get("purpose") or run.args.get("purpose") or scanning.PURPOSE,
            shown_name(run.requested_by),
            run.text or run.error or _("läuft"),
            (run.finished_at - run.started_at).total_seconds() if run.finished_at and run.started_at else None,
            f"{base}/runs/{run.id}",
        )
        for run in runs
    ]
    found += [
        Scanned(
            job.requested_at, ", ".join(job.targets), job.purpose or scanning.PURPOSE, shown_name(job.requested_by),
            f"{_('Sonde %(name)s', name=job.probe_name)}: {job.text or _('noch nicht fertig')}",
        )
        for job in orders
    ]  # fmt: skip
    return sorted(found, key=lambda one: one.at, reverse=True)[:LOG]


CONTROLLERS = (ReportPages, ScanRules)
