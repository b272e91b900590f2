"""The OSCAL documents of a town, to take along: for the security officer and auditors, of their town only."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from litestar import Controller, Response, get
from litestar.params import FromPath

from isms.oscal import package, store
from isms.oscal.assessment import ASSESSMENT, RESULTS
from isms.oscal.base import MEDIA, VERSION
from isms.oscal.given import Given
from isms.oscal.profile import PROFILE, RESOLVED, source
from isms.oscal.security_plan import PLAN
from isms.pages.forms import Ask
from isms.pages.kept import kept_file
from isms.snapshots.store.gather import GROUP
from service import i18n, web
from service.auth.guards import READ_OSCAL, Here
from service.db import town_tx
from service.errors import Missing, Wrong
from service.i18n import gettext as _
from service.i18n import lazy
from service.settings import now

TITLES = {
    PROFILE: (lazy("Profil"), lazy("Welche Anforderungen die Stadt gewählt hat, mit ihren Werten für Platzhalter")),
    RESOLVED: (lazy("Aufgelöster Katalog"), lazy("Die gewählten Anforderungen aller Kataloge im Wortlaut")),
    PLAN: (lazy("Sicherheitskonzept"), lazy("Zielobjekte als Komponenten, und was zu jeder Anforderung gesagt ist")),
    ASSESSMENT: (lazy("Prüfplan"), lazy("Welche Anforderungen geprüft werden, und womit")),
    RESULTS: (lazy("Prüfergebnisse"), lazy("Befunde der Prüfungen, Feststellungen und Risiken")),
}
"""File → its German title, and what it holds."""


class OscalPages(Controller):
    """`/towns/{town}/oscal`."""

    path = "/towns/{town:str}/oscal"
    opt = {"access": READ_OSCAL}  # noqa: RUF012  # Litestar's own attribute
    include_in_schema = False

    @get("/")
    async def all(self, request: Ask, here: Here) -> Response[str]:
        """Which documents there are."""
        async with town_tx({here.write, GROUP}) as tx:
            found = await store.outlook(tx, here.write)
        rows: list[dict[str, Any]] = [
            {
                "name": source(x.catalogue),
                "title": x.title,
                "text": _("Der ganze Katalog, Fassung %(version)s", version=x.version),
            }
            for x in found.editions
        ]
        rows += [{"name": name, "title": title, "text": text} for name, (title, text) in TITLES.items()]
        columns = tuple(web.Column(x) for x in (_("Dokument"), _("Inhalt"), _("Datei")))
        return web.page(
            request, here, "isms/oscal.html", base=_base(here), rows=rows, columns=columns, version=VERSION,
            newest=found.newest, ready=found.ready,
        )  # fmt: skip

    @get("/files/package")
    async def package(self, here: Here) -> Response[bytes]:
        """All of them as one ZIP."""
        made = await _made(here, package.package)
        return kept_file(made, "application/zip", f"oscal-{here.slug}.zip")

    @get("/files/{name:str}")
    async def one(self, here: Here, name: FromPath[str]) -> Response[bytes]:
        """One document by the name of its file."""
        try:
            made = await _made(here, lambda given: package.file(given, name))
        except KeyError:
            raise Missing from None
        return kept_file(made, MEDIA, name)


def _base(here: Here) -> str:
    return f"{here.base}/oscal"


async def _given(here: Here) -> Given:
    """Texts are German whatever the reader's language: the file is a record."""
    with i18n.use("de"):
        async with town_tx({here.write, GROUP}, still=True) as tx:
            return await store.given(tx, here.write, here.slug, now())


async def _made(here: Here, make: Callable[[Given], bytes]) -> bytes:
    """Written in a thread, because writing takes a processor. Raises `Wrong` for a town without check."""
    found = await _given(here)
    if not found.gathered.sheet.entries:
        raise Wrong(
            _("Für diese Stadt gibt es noch keinen Grundschutz-Check."), "", _("Übernehmen Sie zuerst die Standardstruktur.")
        )
    return await asyncio.to_thread(make, found)
