"""The list of frozen states, one of them, freezing and releasing, comparing two, and verifying packages."""

from __future__ import annotations

from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from isms.pages.forms import Ask, Form, problem, read
from isms.snapshots.compare import Difference, compare
from isms.snapshots.pages import verifying
from isms.snapshots.parts import TITLES
from isms.snapshots.store import states
from isms.snapshots.verify import check
from service import web
from service.auth.guards import EDIT_ISMS, MAYOR, READ_OSCAL, READ_RISKS, Here
from service.auth.pages import stepup
from service.auth.roles import ROLES
from service.errors import Missing, Wrong
from service.i18n import gettext as _
from service.inventory.pages.files import table_file
from service.jobs import store as jobs
from service.settings import now

SHOWN = 200
"""Rows of one table of a comparison that the page shows; the export has all."""
HEADS = ("Dokument", "Tabelle", "Änderung", "Eintrag", "Feld", "Vorher", "Nachher")
"""Heads of the file; they stay German in every language, for they are a file format."""
KINDS = {"came": "neu", "went": "weggefallen", "changed": "geändert"}


class FreezeForm(Form):
    """Why a state is frozen."""

    occasion: str = ""


class ReleaseForm(Form):
    """A remark of who releases, and the second factor once more."""

    remark: str = ""
    code: str = ""


class SnapshotPages(Controller):
    """`/towns/{town}/snapshots`."""

    path = "/towns/{town:str}/snapshots"
    include_in_schema = False

    @get("/", opt={"access": READ_RISKS})
    async def all(self, request: Ask, here: Here) -> Response[str]:
        """All frozen states, the newest first."""
        async with here.tx() as tx:
            rows = await states.states(tx, here.write)
        columns = tuple(web.Column(x) for x in (_("Nummer"), _("Festgehalten"), _("Anlass"), _("Freigabe"), _("Siegel")))
        return web.page(
            request, here, "isms/snapshots/list.html", base=_base(here), rows=rows, columns=columns,
            may_freeze=bool(here.roles & EDIT_ISMS), may_oscal=bool(here.roles & READ_OSCAL),
            names=[(str(x.id), x.number) for x in rows],
        )  # fmt: skip

    @post("/", opt={"access": EDIT_ISMS}, status_code=303)
    async def freeze(self, request: Ask, here: Here) -> Redirect:
        """Freeze the town as it is; the worker does it and tells how far it is."""
        occasion = " ".join((await read(request, FreezeForm)).occasion.split())[:300]
        async with here.tx(write=True) as tx:
            title = _("Prüfstand festhalten")
            args = {"occasion": occasion}
            run = await jobs.enqueue(tx, "snapshot.freeze", here.write, title, here.actor.name, now(), args=args)
        return web.redirect(f"{here.base}/runs/{run}")

    @get("/compare", opt={"access": READ_RISKS})
    async def compared(self, request: Ask, here: Here) -> Response[str] | Redirect:
        """What came, went and changed between two states; without two, back to where they are chosen."""
        if not {"before", "after"} <= set(request.query_params):
            return web.redirect(_base(here), message=_("Wählen Sie zwei Stände, die verglichen werden."), kind="warning")
        before, after, found = await _differences(request, here)
        return web.page(
            request, here, "isms/snapshots/compare.html", base=_base(here), before=before, after=after, found=found,
            titles=TITLES, shown=SHOWN, query=f"before={before.id}&after={after.id}",
        )  # fmt: skip

    @get("/compare/export", opt={"access": READ_RISKS})
    async def export(self, request: Ask, here: Here) -> Response[bytes]:
        """The whole comparison as XLSX or CSV."""
        before, after, found = await _differences(request, here)
        lines = [dict(zip(HEADS, line, strict=True)) for part in found for line in _lines(part)]
        return table_file(request, lines, HEADS, f"vergleich-{before.number}-{after.number}".lower())

    @get("/verify", opt={"access": READ_RISKS})
    async def ask(self, request: Ask, here: Here) -> Response[str]:
        """A form for packages."""
        return verifying.page(request, here, _base(here))

    @post("/verify", opt={"access": READ_RISKS}, status_code=200, request_max_body_size=verifying.PACKAGE)
    async def verify(self, request: Ask, here: Here) -> Response[str]:
        """Recompute packages from their files alone; nothing of them is kept."""
        try:
            found = await verifying.verdicts(request)
        except Wrong as error:
            return verifying.page(request, here, _base(here), wrong=error)
        async with here.tx() as tx:
            known = {x.seal for x in await states.states(tx, here.write)}
        return verifying.page(request, here, _base(here), found, known)

    @get("/{key:uuid}", opt={"access": READ_RISKS})
    async def one(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str]:
        """One state with its documents; the seal is recomputed each time."""
        async with here.tx() as tx:
            found = await states.state(tx, here.write, key)
            files = await states.contents(tx, here.write, key)
            others = [x for x in await states.states(tx, here.write) if x.serial < found.serial]
        columns = tuple(web.Column(x) for x in (_("Dokument"), _("Prüfsumme (SHA-256)"), _("Dateien")))
        return web.page(
            request, here, "isms/snapshots/one.html", base=_base(here), item=found, columns=columns,
            documents=[{"key": k, "title": title, "sha256": found.documents.get(k, "")} for k, title in TITLES.items()],
            verdict=check(found.number, states.bundle(found, files)), older=others[:1],
            may_release=bool(here.roles & MAYOR) and found.release is None,
        )  # fmt: skip

    @get("/{key:uuid}/release", opt={"access": MAYOR})
    async def confirm(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str]:
        """What releasing means, before it is done."""
        async with here.tx() as tx:
            found = await states.state(tx, here.write, key)
        if found.release is not None:
            raise Missing
        return _release(request, here, found)

    @post("/{key:uuid}/release", opt={"access": MAYOR}, status_code=200)
    async def release(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str] | Redirect:
        """Release it in the name of the town's leadership, signed with a fresh second factor."""
        form = await read(request, ReleaseForm)
        async with here.tx() as tx:
            found = await states.state(tx, here.write, key)
        try:
            await stepup.demand(request, here, form.code)
            async with here.tx(write=True) as tx:
                await states.release(tx, here.write, key, form.remark[:1000], here.actor, str(ROLES["mayor"]), now())
        except Wrong as error:
            return _release(request, here, found, form.remark, status=422, errors=problem(error))
        return web.redirect(f"{_base(here)}/{key}", message=_("Freigegeben. Spätere Änderungen kommen in einen neuen Prüfstand."))


def _release(
    request: Ask, here: Here, found: states.State, remark: str = "", *, status: int = 200, errors: dict[str, str] | None = None
) -> Response[str]:
    return web.page(
        request, here, "isms/snapshots/release.html", status=status, base=_base(here), item=found, remark=remark,
        errors=errors or {}, asks_code=not stepup.fresh(here),
    )  # fmt: skip


def _base(here: Here) -> str:
    return f"{here.base}/snapshots"


async def _differences(request: Ask, here: Here) -> tuple[states.State, states.State, tuple[Difference, ...]]:
    keys = [_key(request.query_params.get(name, "")) for name in ("before", "after")]
    async with here.tx() as tx:
        before, after = [await states.state(tx, here.write, key) for key in keys]
        files = [await states.contents(tx, here.write, key) for key in keys]
    return before, after, compare(*files)


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Missing from None


def _lines(part: Difference) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for one in part.changes:
        head = (f"{part.document} {TITLES[part.document]}", part.title, KINDS[one.kind], one.name)
        found += [(*head, *field) for field in one.fields] or [(*head, "", "", "")]
    return found
