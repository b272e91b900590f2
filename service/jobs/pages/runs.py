"""A run's page: state in words, progress that moves by itself, cancel; and the history of a town."""

from __future__ import annotations

import asyncio
import contextlib
import functools
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, ServerSentEvent

from service import i18n, web
from service.audit import store as audit
from service.auth.guards import EDIT_INVENTORY, READ_INVENTORY, READ_ISMS, READ_SCANS, RUN_SCANS, Here
from service.db import DB, town_tx
from service.errors import Missing
from service.i18n import gettext as _
from service.i18n import lazy
from service.jobs import store
from service.jobs.store import RunView
from service.settings import now

STATES = {
    "waiting": (lazy("Wartet"), "neutral"),
    "running": (lazy("Läuft"), "info"),
    "done": (lazy("Fertig"), "success"),
    "done_with_notes": (lazy("Fertig mit Hinweisen"), "warning"),
    "cancelled": (lazy("Abgebrochen"), "warning"),
    "failed": (lazy("Fehlgeschlagen"), "danger"),
}
FIGURES = {
    "new": lazy("neu"),
    "changed": lazy("geändert"),
    "unchanged": lazy("gleich"),
    "unassigned": lazy("ohne Zuordnung"),
    "errors": lazy("Fehler"),
}
"""What a run counted, in the order of the page."""
RESULTS = {"assets": READ_INVENTORY, "import": EDIT_INVENTORY, "controls": READ_ISMS, "networks": RUN_SCANS}
"""Who may read what a run leads to, by the part of the town's pages."""


def left(run: RunView) -> str:
    """The estimate, only after a tenth of the work."""
    if run.seconds_left is None or not run.open or run.done * 10 < run.total:
        return ""
    minutes = max(1, round(run.seconds_left / 60))
    return i18n.ngettext("noch etwa %(num)s Minute", "noch etwa %(num)s Minuten", minutes)


def progress_values(run: RunView, base: str) -> dict[str, Any]:
    """Arguments of the macros `progress` and `progress_body`; `base` is the address of the run's page."""
    word, kind = STATES[run.state]
    return {
        "id": "run",
        "state": str(word),
        "kind": kind,
        "done": run.done,
        "total": run.total,
        "text": run.error or run.text,
        "left": left(run),
        "stream": f"{base}/events" if run.open else None,
        "refresh": base if run.open else None,
    }


class RunPages(Controller):
    """`/towns/{town}/runs`."""

    path = "/towns/{town:str}/runs"
    include_in_schema = False

    @get("/", opt={"access": READ_SCANS})
    async def history(self, request: Request[Any, Any, Any], here: Here) -> Response[str]:
        """All runs, newest first."""
        async with here.tx() as tx:
            total = await store.count_runs(tx, here.write)
            state = web.listing(
                request.url.path, request.query_params.multi_items(), total=total, sortable=("",), default_sort=""
            )
            runs = await store.runs(tx, here.write, limit=state.per_page, offset=state.offset)
        columns = tuple(
            web.Column(text) for text in (_("Arbeit"), _("Zustand"), _("Beginn"), _("Angefordert von"), _("Ergebnis"))
        )
        return web.page(request, here, "jobs/runs.html", runs=runs, state=state, columns=columns, states=STATES)

    @get("/{key:uuid}", opt={"access": READ_SCANS})
    async def show(self, request: Request[Any, Any, Any], here: Here, key: FromPath[UUID]) -> Response[str]:
        """One run."""
        run = await _load(here, key)
        may_stop = bool(here.roles & RUN_SCANS)
        values = progress_values(run, f"{here.base}/runs/{key}")
        result = run.result
        unassigned = result.get("unassigned_addresses", [])
        return web.page(
            request,
            here,
            "jobs/run.html",
            run=run,
            values=values,
            may_stop=may_stop,
            figures=[(str(word), result[key]) for key, word in FIGURES.items() if isinstance(result.get(key), int)],
            hints=result.get("hints", ()),
            result_url=_readable(result.get("url", ""), here.roles),
            result_label=_lead(result.get("url", "")),
            unassigned=unassigned,
            unassigned_columns=(web.Column(_("Adresse")), web.Column(_("Grund"))),
            unassigned_left=result.get("unassigned", 0) - len(unassigned),
            again=_readable(_again(run, here.slug), here.roles),
        )

    @post("/{key:uuid}/cancel", opt={"access": RUN_SCANS}, status_code=303)
    async def cancel(self, here: Here, key: FromPath[UUID]) -> Redirect:
        """Ask a run to stop; what was found stays."""
        await _load(here, key)
        async with here.tx(write=True) as tx:
            asked = await store.ask_to_stop(tx, here.write, key, now())
            if asked:
                await audit.record(tx, here.actor, "run.cancel", f"run/{key}")
        message = _("Die Arbeit wird abgebrochen.") if asked else _("Die Arbeit war schon zu Ende.")
        return web.redirect(f"{here.base}/runs/{key}", message=message, kind="info")

    @get("/{key:uuid}/events", opt={"access": READ_SCANS, "skip_compress": True})
    async def events(self, request: Request[Any, Any, Any], here: Here, key: FromPath[UUID]) -> ServerSentEvent:
        """Progress as it happens; each message is rendered in the listener's own town scope."""
        await _load(here, key)
        return watched(request, here.read, here.write, key, f"{here.base}/runs/{key}")


def _readable(url: str, roles: frozenset[str]) -> str:
    """The address of a result, empty for those who would be refused there."""
    parts = url.split("?", maxsplit=1)[0].split("/")
    return url if len(parts) > 3 and roles & RESULTS.get(parts[3], frozenset()) else ""


def _lead(url: str) -> str:
    """What the button to a result says: the list of devices knows days, not runs."""
    return _("Geräte, die heute gesehen wurden") if url.endswith("?seen=today") else _("Ergebnis ansehen")


def _again(run: RunView, slug: str) -> str:
    """Where the work of a run that came to nothing is begun anew."""
    if run.state not in ("failed", "cancelled"):
        return ""
    place = {"import": f"import/{run.args.get('upload')}", "scan": "networks", "checks": "controls"}.get(
        run.task.partition(".")[0]
    )
    return f"/towns/{slug}/{place}" if place else ""


async def _load(here: Here, key: UUID) -> RunView:
    async with here.tx() as tx:
        run = await store.run(tx, here.write, key)
    if run is None:
        raise Missing
    return run


def watched(request: Request[Any, Any, Any], towns: frozenset[int], town: int, key: UUID, base: str) -> ServerSentEvent:
    """A run of `town` as it goes on, read with the eyes of `towns`; `base` is the address of its page."""
    macro = request.app.template_engine.engine.globals["ui"].progress_body  # type: ignore[union-attr]  # our engine is Jinja
    return web.stream(_watch(towns, town, key, base, macro, i18n.locale()))


async def _watch(towns: frozenset[int], town: int, key: UUID, base: str, macro: Any, locale: str) -> AsyncIterator[web.Event]:
    """Wake on every word about this run; look again every ten seconds, whatever was lost."""
    wake, wanted = asyncio.Event(), f"{town}:{key}"
    connection = await DB.connect()

    def heard(_c: Any, _pid: int, _channel: str, payload: object) -> None:
        if payload == wanted:
            wake.set()

    try:
        await connection.add_listener("odw_runs", heard)
        while True:
            wake.clear()
            async with town_tx(towns) as tx:
                run = await store.run(tx, town, key)
            if run is None:
                return
            with i18n.use(locale):
                values = progress_values(run, base)
                drawn = functools.partial(macro, values["id"], values["state"], values["kind"], values["done"], values["total"])
                then = None if run.open else base
                yield web.Event(str(drawn(values["text"], left=values["left"], then=then)))
            if not run.open:
                yield web.Event("", name="done")
                return
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(wake.wait(), 10)
    finally:
        await connection.close(timeout=2)
