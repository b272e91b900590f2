"""One audit: its steps, the sample of sites, the report."""

from __future__ import annotations

import secrets
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from isms.audits import compose, words
from isms.audits.pages.frame import PATH, base, choices, page, scope
from isms.audits.plan import Act
from isms.audits.store import audits as store
from isms.audits.store import checks
from isms.incidents.pages.frame import paper
from isms.pages.forms import transaction
from service import web
from service.auth.guards import FIND_AUDITS, MAYOR, PLAN_AUDITS, READ_AUDITS, READ_ISMS, Here
from service.blocks import Document
from service.errors import Missing, Wrong
from service.i18n import gettext as _
from service.settings import now
from service.web.forms import Ask, Form, kept, problem, read


class StepForm(Form):
    """A step of the audit."""

    version: int = 0


class HandForm(Form):
    """A sample by hand."""

    sites: tuple[UUID, ...] = ()
    reason: str = ""


class ShowPages(Controller):
    """`/towns/{town}/audits/{id}`."""

    path = PATH
    include_in_schema = False

    @get("/{key:uuid}", opt={"access": READ_AUDITS})
    async def show(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str]:
        """Scope, sample, findings and history."""
        return await page(request, here, key)

    @post("/{key:uuid}/steps/{step:str}", opt={"access": PLAN_AUDITS}, status_code=200)
    async def act(self, request: Ask, here: Here, key: FromPath[UUID], step: FromPath[str]) -> Response[str] | Redirect:
        """Begin, finish, cancel or open again."""
        if step not in tuple(Act):
            raise Missing
        try:
            form = await read(request, StepForm)
            async with here.tx(write=True) as tx:
                await store.act(tx, here.write, key, Act(step), form.version, here.actor, now())
        except Wrong as error:
            return await page(request, here, key, status=422, errors={"step": error.sentence})
        return web.redirect(f"{base(here)}/{key}", message=str(words.ACTS[Act(step)][1]))

    @post("/{key:uuid}/sample", opt={"access": FIND_AUDITS}, status_code=200)
    async def draw(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str] | Redirect:
        """Draw the sites to visit; the draw is recorded with its seed."""
        try:
            async with here.tx(write=True) as tx:
                await store.draw(tx, here.write, key, secrets.token_hex(8), here.actor, now())
        except Wrong as error:
            return await page(request, here, key, status=422, errors={"step": error.sentence})
        return web.redirect(f"{base(here)}/{key}#sample", message=_("Die Stichprobe ist gezogen und festgehalten."))

    @post("/{key:uuid}/sample/hand", opt={"access": FIND_AUDITS}, status_code=200)
    async def choose(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str] | Redirect:
        """Choose the sites by hand, with the reason."""
        form = HandForm()
        try:
            form = await read(request, HandForm)
            async with here.tx(write=True) as tx:
                await store.choose(tx, here.write, key, form.sites, form.reason, here.actor, now())
        except Wrong as error:
            return await page(request, here, key, status=422, errors=problem(error), typed=kept(error, form))
        return web.redirect(f"{base(here)}/{key}#sample", message=_("Die Auswahl ist festgehalten."))

    @get("/{key:uuid}/report", opt={"access": READ_ISMS | MAYOR})
    async def report(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str]:
        """The report as a page."""
        name, document = await _document(here, key)
        crumbs = [(_("Audits"), base(here)), (name, f"{base(here)}/{key}")]
        return web.report(request, here, document, pdf=f"{base(here)}/{key}/report/pdf", crumbs=crumbs)

    @get("/{key:uuid}/report/pdf", opt={"access": READ_ISMS | MAYOR})
    async def pdf(self, here: Here, key: FromPath[UUID]) -> Response[bytes]:
        """The report as a file to keep."""
        name, document = await _document(here, key)
        return await paper(document, f"{here.slug}-auditbericht-{name}")


async def _document(here: Here, key: UUID) -> tuple[str, Document]:
    """Number of the audit and its report."""
    at = now()
    async with transaction(here) as tx:
        entry = await store.entry(tx, here.write, key)
        lines = await checks.checklist(tx, here.write, entry.audit, at.date())
        samples = await store.samples(tx, here.write, key)
        sentences = scope(entry.audit, await choices(tx, here.write))
    town = here.town.name if here.town else ""
    return entry.audit.name, compose.report(entry, samples[0] if samples else None, lines, sentences, town, at)
