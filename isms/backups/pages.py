"""The page „Datensicherung“: what is saved, when it last succeeded, when it was last tried out."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from isms.backups import store
from isms.backups.store import Entered
from isms.store import evidence
from service import web
from service.auth.guards import PREPARE_ISMS, READ_ISMS, Here
from service.db import uuid7
from service.errors import Wrong
from service.i18n import gettext as _
from service.inventory.pages.files import table_file
from service.settings import BERLIN, local_today, now
from service.web.forms import Ask, Form, kept, problem, read

COLUMNS = (
    "Name",
    "Geräte",
    "Abstand in Stunden",
    "Letzte gelungene Sicherung",
    "Letzte Probe der Rücksicherung",
    "Getrennte Kopie",
)
"""Heads of the file; they stay German in every language, for they are a file format."""


class BackupForm(Form):
    """A backup as typed; empty fields are unknown."""

    name: str = ""
    devices: str = ""
    interval_hours: int | None = None
    last_good: str = ""
    """As the browser sends it, `2026-11-16T22:00` in local time."""
    last_restore_test: date | None = None
    copy: str = ""
    version: int = 0


class BackupPages(Controller):
    """`/towns/{town}/controls/backups`."""

    path = "/towns/{town:str}/controls/backups"
    include_in_schema = False

    @get("/", opt={"access": READ_ISMS})
    async def all(self, request: Ask, here: Here) -> Response[str]:
        """All backups; what nobody entered is called unknown."""
        async with here.tx() as tx:
            rows = await store.backups(tx, here.write)
        columns = tuple(
            web.Column(text)
            for text in (_("Sicherung"), _("Abstand"), _("Zuletzt gelungen"), _("Rücksicherung geprobt"), _("Getrennte Kopie"))
        )
        return web.page(
            request, here, "isms/backups.html", base=f"{here.base}/controls", rows=rows, columns=columns,
            copies=_copies(), may_edit=bool(here.roles & PREPARE_ISMS),
        )  # fmt: skip

    @get("/export", opt={"access": READ_ISMS})
    async def export(self, request: Ask, here: Here) -> Response[bytes]:
        """The list as XLSX or CSV."""
        async with here.tx() as tx:
            rows = await store.backups(tx, here.write)
        lines = [dict(zip(COLUMNS, _cells(x), strict=True)) for x in rows]
        return table_file(request, lines, COLUMNS, f"datensicherung-{here.slug}")

    @get("/new", opt={"access": PREPARE_ISMS})
    async def fresh(self, request: Ask, here: Here) -> Response[str]:
        """An empty form."""
        return _page(request, here, BackupForm(), None)

    @post("/new", opt={"access": PREPARE_ISMS}, status_code=200)
    async def add(self, request: Ask, here: Here) -> Response[str] | Redirect:
        """Enter a backup."""
        return await _save(request, here, None)

    @get("/{key:uuid}", opt={"access": READ_ISMS})
    async def one(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str]:
        """One backup as a form."""
        async with here.tx() as tx:
            stored = await store.backup(tx, here.write, key)
        return _page(request, here, _form(stored), key)

    @post("/{key:uuid}", opt={"access": PREPARE_ISMS}, status_code=200)
    async def change(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str] | Redirect:
        """Change a backup."""
        return await _save(request, here, key)

    @post("/{key:uuid}/remove", opt={"access": PREPARE_ISMS}, status_code=303)
    async def remove(self, here: Here, key: FromPath[UUID]) -> Redirect:
        """Take a backup out of the list."""
        async with here.tx(write=True) as tx:
            await store.remove(tx, here.write, key, here.actor, now())
            await evidence.run_checks(tx, here.write, now(), here.actor)
        return web.redirect(f"{here.base}/controls/backups", message=_("Sicherung aus der Liste genommen."))


async def _save(request: Ask, here: Here, key: UUID | None) -> Response[str] | Redirect:
    form = BackupForm()
    try:
        form = await read(request, BackupForm)
        names = [x.strip() for x in form.devices.replace(",", "\n").splitlines() if x.strip()]
        good = _moment(form.last_good)
        async with here.tx(write=True) as tx:
            assets = await store.devices(tx, here.write, names)
            copy = {"yes": True, "no": False}.get(form.copy)
            version = form.version if key else 0
            entered = Entered(
                key or uuid7(), form.name.strip(), assets, (), form.interval_hours, good, form.last_restore_test, copy,
                version=version,
            )  # fmt: skip
            await store.save(tx, here.write, entered, here.actor, now())
            await evidence.run_checks(tx, here.write, now(), here.actor)
    except Wrong as error:
        return _page(request, here, kept(error, form), key, status=422, errors=problem(error))
    return web.redirect(f"{here.base}/controls/backups", message=_("Sicherung gespeichert."))


def _moment(said: str) -> datetime | None:
    if not said.strip():
        return None
    try:
        at = datetime.fromisoformat(said.strip())
    except ValueError:
        raise Wrong(_("„%(said)s“ ist kein Zeitpunkt.", said=said[:40]), "last_good") from None
    return at if at.tzinfo else at.replace(tzinfo=BERLIN)


def _form(stored: Entered) -> BackupForm:
    good = f"{stored.last_good.astimezone(BERLIN):%Y-%m-%dT%H:%M}" if stored.last_good else ""
    copy = {True: "yes", False: "no"}.get(stored.separate_copy, "") if stored.separate_copy is not None else ""
    return BackupForm(
        stored.name, "\n".join(stored.assets), stored.interval_hours, good, stored.last_restore_test, copy, stored.version
    )


def _copies() -> dict[str, str]:
    return {"": _("unbekannt"), "yes": _("ja"), "no": _("nein")}


def _page(
    request: Ask, here: Here, form: BackupForm, key: UUID | None, *, status: int = 200, errors: dict[str, str] | None = None
) -> Response[str]:
    base = f"{here.base}/controls"
    return web.page(
        request, here, "isms/backup_form.html", status=status, base=base, url=f"{base}/backups/{key or 'new'}", form=form,
        fresh=key is None, errors=errors or {}, copies=list(_copies().items()), may_edit=bool(here.roles & PREPARE_ISMS),
        latest=local_today(),
    )  # fmt: skip


def _cells(entered: Entered) -> tuple[object, ...]:
    good = f"{entered.last_good.astimezone(BERLIN):%d.%m.%Y %H:%M}" if entered.last_good else ""
    tested = f"{entered.last_restore_test:%d.%m.%Y}" if entered.last_restore_test else ""
    copy = "" if entered.separate_copy is None else "ja" if entered.separate_copy else "nein"
    return (entered.name, list(entered.assets), entered.interval_hours, good, tested, copy)
