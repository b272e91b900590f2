"""Joint frozen states: list, freezing with progress, one of them, its files, and verifying packages of all towns."""

from __future__ import annotations

import asyncio
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, ServerSentEvent

from isms.pages.forms import Ask, read
from isms.pages.kept import kept_file
from isms.snapshots.joint import check_any
from isms.snapshots.pages import verifying
from isms.snapshots.pages.states import FreezeForm
from isms.snapshots.store import joint, states
from isms.snapshots.store.gather import GROUP
from service import web
from service.auth.guards import ISB, READ_JOINT, Here
from service.db import town_tx
from service.errors import Missing, Wrong
from service.i18n import gettext as _
from service.jobs import store as jobs
from service.jobs.pages import runs
from service.jobs.store import RunView
from service.settings import now

BASE = "/group/snapshots"
TASK = "snapshot.join"


class JointPages(Controller):
    """`/group/snapshots`. What is shown rests on the towns in which the reader is security officer or auditor."""

    path = BASE
    opt = {"access": READ_JOINT}  # noqa: RUF012  # Litestar's own attribute
    include_in_schema = False

    @get("/")
    async def all(self, request: Ask, here: Here) -> Response[str]:
        """The joint states whose towns the reader has all, the newest first."""
        async with town_tx(here.read | {GROUP}) as tx:
            rows = await joint.all_of(tx)
            going = [x for x in await jobs.runs(tx, GROUP, task=TASK) if x.open and here.read.issuperset(x.args["towns"])]
        columns = tuple(
            web.Column(x) for x in (_("Nummer"), _("Festgehalten"), _("Städte"), _("Anlass"), _("Prüfsumme (SHA-256)"))
        )
        mine = [x.name for x in here.account.towns(ISB, now()) if x.id != GROUP]
        return web.page(
            request, here, "isms/snapshots/joint_list.html", base=BASE, rows=rows, columns=columns, names=_names(here),
            towns=mine, going=going, may_freeze=len(mine) >= joint.LEAST,
        )  # fmt: skip

    @post("/", opt={"access": ISB}, status_code=303)
    async def freeze(self, request: Ask, here: Here) -> Redirect:
        """Freeze all towns of this security officer at one moment; the worker does it and tells how far it is."""
        occasion = " ".join((await read(request, FreezeForm)).occasion.split())[:300]
        towns = sorted(here.read - {GROUP})
        if len(towns) < joint.LEAST:
            raise Wrong(_("Ein gemeinsamer Prüfstand braucht mindestens zwei Städte."))
        async with town_tx({GROUP}, GROUP) as tx:
            title = _("Gemeinsamen Prüfstand festhalten")
            args = {"occasion": occasion, "towns": towns}
            run = await jobs.enqueue(tx, TASK, GROUP, title, here.actor.name, now(), args=args)
        return web.redirect(f"{BASE}/runs/{run}")

    @get("/runs/{key:uuid}")
    async def run(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str]:
        """How far a joint freeze is."""
        found = await _run(here, key)
        values = runs.progress_values(found, f"{BASE}/runs/{key}")
        return web.page(request, here, "isms/snapshots/joint_run.html", base=BASE, run=found, values=values)

    @get("/runs/{key:uuid}/events", opt={"skip_compress": True})
    async def events(self, request: Ask, here: Here, key: FromPath[UUID]) -> ServerSentEvent:
        """Progress as it happens."""
        await _run(here, key)
        return runs.watched(request, frozenset({GROUP}), GROUP, key, f"{BASE}/runs/{key}")

    @get("/verify")
    async def ask(self, request: Ask, here: Here) -> Response[str]:
        """A form for packages."""
        return verifying.page(request, here, BASE)

    @post("/verify", status_code=200, request_max_body_size=verifying.PACKAGE)
    async def verify(self, request: Ask, here: Here) -> Response[str]:
        """Recompute packages, joint ones and those of single towns."""
        try:
            found = await verifying.verdicts(request)
        except Wrong as error:
            return verifying.page(request, here, BASE, wrong=error)
        async with town_tx(here.read | {GROUP}) as tx:
            known = {x.sha256 for x in await joint.all_of(tx)}
            for town in here.read:
                known |= {x.seal for x in await states.states(tx, town)}
        return verifying.page(request, here, BASE, found, known)

    @get("/{key:uuid}")
    async def one(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str]:
        """One joint state with its towns; cover and packages are recomputed each time."""
        async with town_tx(here.read | {GROUP}) as tx:
            found = await joint.one_of(tx, key)
            rows = await joint.members(tx, found)
            data = await joint.bundle(tx, found)
        verdict = (await asyncio.to_thread(check_any, found.number, data))[0]
        columns = tuple(web.Column(x) for x in (_("Stadt"), _("Prüfstand"), _("Freigabe"), _("Siegel")))
        slugs = {x.id: x.slug for x in here.towns}
        return web.page(
            request, here, "isms/snapshots/joint_one.html", base=BASE, item=found, columns=columns, verdict=verdict,
            rows=[{"town": _names(here)[town], "slug": slugs[town], "state": x} for town, x in rows],
        )  # fmt: skip

    @get("/{key:uuid}/files/package")
    async def package(self, here: Here, key: FromPath[UUID]) -> Response[bytes]:
        """Cover and the package of each town as one ZIP."""
        async with town_tx(here.read | {GROUP}) as tx:
            found = await joint.one_of(tx, key)
            data = await joint.bundle(tx, found)
        return kept_file(data, "application/zip", f"{found.number}.zip")

    @get("/{key:uuid}/files/cover")
    async def cover(self, here: Here, key: FromPath[UUID]) -> Response[bytes]:
        """The cover alone: towns, numbers, seals."""
        async with town_tx(here.read | {GROUP}) as tx:
            found = await joint.one_of(tx, key)
        return kept_file(found.cover.encode(), "application/json", f"{found.number}.json")


def _names(here: Here) -> dict[int, str]:
    return {x.id: x.name for x in here.towns}


async def _run(here: Here, key: UUID) -> RunView:
    """The run of a joint freeze over towns that the reader has all; raises `Missing`."""
    async with town_tx({GROUP}) as tx:
        found = await jobs.run(tx, GROUP, key)
    if found is None or found.task != TASK or not here.read.issuperset(found.args["towns"]):
        raise Missing
    return found
