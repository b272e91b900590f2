"""The audit log of a town as its readers see it: who, what, when, and whether the chain is whole."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Request, Response, get

from service import web
from service.audit import store, words
from service.auth.guards import READ_AUDIT, Here
from service.i18n import gettext as _

PAGE = 50


class AuditPages(Controller):
    """`/towns/{town}/audit`."""

    path = "/towns/{town:str}/audit"
    include_in_schema = False

    @get("/", opt={"access": READ_AUDIT})
    async def show(
        self, request: Request[Any, Any, Any], here: Here, action: str = "", before: int | None = None
    ) -> Response[str]:
        """Newest entries first; further back by number."""
        async with here.tx() as tx:
            lines = await store.lines(tx, here.write, action=action or None, before_seq=before, limit=PAGE + 1)
            length, broken = await store.check(tx, here.write) if before is None else (0, None)
        more = lines[PAGE - 1].seq if len(lines) > PAGE else None
        columns = tuple(web.Column(text) for text in (_("Nr."), _("Zeit"), _("Wer"), _("Vorgang"), _("Gegenstand"), _("Werte")))
        return web.page(
            request,
            here,
            "audit/list.html",
            columns=columns,
            word=words.action,
            lines=lines[:PAGE],
            more=more,
            action=action,
            first=before is None,
            length=length,
            broken=broken,
        )
