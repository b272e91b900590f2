"""Import for people: file, columns, dry run, take over, undo for a day. Nothing is written before the last step."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType
from litestar.exceptions import HTTPException
from litestar.params import Body, FromPath
from litestar.response import Redirect

import scanners
from scanners.lists import encodings, listing, table
from service import exports, web
from service.audit import store as audit
from service.auth.guards import EDIT_INVENTORY, Here
from service.errors import Missing, Wrong
from service.i18n import format_number, set_locale
from service.i18n import gettext as _
from service.inventory import labels, mending, store
from service.inventory.pages import mapping
from service.inventory.store import uploads
from service.jobs import store as jobs
from service.settings import now
from service.web.errors import answer
from service.web.rendering import language

Ask = Request[Any, Any, Any]
UPLOAD_LIMIT = 10 * 1024 * 1024
LISTS = ("csv", "xlsx")
COLLECTOR = Path(scanners.__file__).with_name("collector.sh")
"""What to run in isolated networks (docs/isolated-networks.md)."""
SNMP_CONF = (
    *("defVersion 3", "defSecurityName odenwacht", "defSecurityLevel authPriv", "defAuthType SHA-256", "defAuthPassphrase …"),
    *("defPrivType AES", "defPrivPassphrase …"),
)
FIELDS = mapping.FIELDS


def kind_of(data: bytes) -> str:
    """Format of a handed-in file by its first bytes; the worker's sources judge it again."""
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if data.startswith(b"PK\x03\x04"):
        return "xlsx"
    if head.startswith(b"<"):
        return "nmap"
    if head.startswith(b"{"):
        return "glpi"
    first = head.split(b"\n", 1)[0]
    if first.lstrip(b".").split(b"|")[0].split(b" ")[0].replace(b".", b"").isdigit() and (b"|" in first or b" = " in first):
        return "snmprec"
    return "csv"


def too_large(size: int) -> str:
    """The refusal of a file of `size` bytes."""
    shown = format_number(max(round(size / 2**20, 1), UPLOAD_LIMIT / 2**20 + 0.1))
    return _("Die Datei ist zu groß (%(size)s MB). Erlaubt sind 10 MB. Teilen Sie die Tabelle in mehrere Dateien.", size=shown)


def refuse_size(request: Ask, error: HTTPException) -> Response[Any]:
    """A body that is too large is not read: its sender says how large it is."""
    set_locale(language(request))
    said = request.headers.get("content-length", "")
    text = too_large(int(said)) if said.isdecimal() else _("Die Datei ist zu groß. Erlaubt sind 10 MB.")
    return answer(request, 413, _("Die Datei ist zu groß"), text)


class ImportPages(Controller):
    """`/towns/{town}/import`."""

    path = "/towns/{town:str}/import"
    include_in_schema = False

    @get("/", opt={"access": EDIT_INVENTORY})
    async def start(self, request: Ask, here: Here) -> Response[str]:
        """Choose a file; below, what was taken in lately."""
        return await self._start(request, here)

    async def _start(self, request: Ask, here: Here, status: int = 200, error: str = "") -> Response[str]:
        async with here.tx() as tx:
            taken = await store.collections(tx, here.write, limit=20)
            waiting = await uploads.waiting(tx, here.write)
        columns = tuple(web.Column(text) for text in (_("Datei"), _("Quelle"), _("Aufgenommen"), _("Ergebnis"), _("Aktion")))
        errors = {"file": error} if error else {}
        return web.page(
            request, here, "inventory/import.html", status=status, taken=taken, columns=columns, labels=labels, errors=errors,
            undo_after=now() - store.UNDO_FOR, steps=_steps(),
            waiting=waiting, waiting_columns=tuple(web.Column(text) for text in (_("Datei"), _("Hochgeladen"), _("Stand"))),
        )  # fmt: skip

    @get("/isolated", opt={"access": EDIT_INVENTORY})
    async def isolated(self, request: Ask, here: Here) -> Response[str]:
        """How to look into a network that nothing may connect to."""
        return web.page(request, here, "inventory/isolated.html", script=COLLECTOR.read_text(encoding="utf-8"), conf=SNMP_CONF)

    @get("/sammeln.sh", opt={"access": EDIT_INVENTORY})
    async def collector(self, here: Here) -> Response[bytes]:
        """The script that collects there."""
        headers = {"Content-Disposition": 'attachment; filename="sammeln.sh"'}
        return Response(COLLECTOR.read_bytes(), media_type="text/x-shellscript", headers=headers)

    @post(
        "/",
        opt={"access": EDIT_INVENTORY},
        status_code=200,
        request_max_body_size=UPLOAD_LIMIT + 65536,
        exception_handlers={413: refuse_size},
    )
    async def upload(
        self, request: Ask, here: Here, data: Annotated[dict[str, Any], Body(media_type=RequestEncodingType.MULTI_PART)]
    ) -> Response[Any]:
        """Keep the file and show what is in it."""
        file = data.get("file")
        if not isinstance(file, UploadFile) or not (content := await file.read()):
            return await self._start(request, here, 422, _("Bitte wählen Sie eine Datei, die nicht leer ist."))
        if len(content) > UPLOAD_LIMIT:
            return await self._start(request, here, 413, too_large(len(content)))
        name = (file.filename or "datei").replace("\\", "/").rsplit("/", 1)[-1]
        async with here.tx(write=True) as tx:
            key = await uploads.add(tx, here.write, name, content, kind_of(content), by=here.account.name, now=now())
            await audit.record(tx, here.actor, "import.upload", f"upload/{key}", after={"file": name, "bytes": len(content)})
        return Redirect(f"{here.base}/import/{key}", status_code=303)

    @get("/{key:uuid}", opt={"access": EDIT_INVENTORY})
    async def show(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str]:
        """Columns and their fields for a list; the dry run's result once there is one.

        `header-N` in the query is a chosen header row of the N-th sheet.
        """
        found = await _load(here, key)
        columns = tuple(
            web.Column(text) for text in (_("Eintrag"), _("Was geschieht"), _("Gerät"), _("Woran erkannt"), _("Änderung"))
        )
        options = [("", _("nicht übernehmen, nur aufbewahren"))] + [(name, _field(name)) for name in FIELDS]
        headers = {
            name: int(value) for name, value in request.query_params.items() if name.startswith("header") and value.isdecimal()
        }
        shown = await mapping.shown(here, found, headers) if found.kind in LISTS else mapping.Shown()
        return web.page(
            request, here, "inventory/upload.html", upload=found, shown=shown, options=options, columns=columns,
            result=found.result, base=f"{here.base}/import", steps=_steps(), place=labels.place, outcomes=_outcomes(),
            encodings=[("", _("wie erkannt")), *encodings.WAYS.items()],
        )  # fmt: skip

    @post("/{key:uuid}/check", opt={"access": EDIT_INVENTORY}, status_code=303)
    async def check(
        self,
        request: Ask,
        here: Here,
        key: FromPath[UUID],
        data: Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)],
    ) -> Redirect:
        """Keep the corrected columns and ask for a dry run; where no column names a device, back to the columns."""
        found = await _load(here, key)
        wanted = mapping.Wanted()
        if found.kind in LISTS:
            wanted = await mapping.wanted(here, found, data)
        async with here.tx(write=True) as tx:
            await uploads.set_mapping(tx, here.write, key, wanted.columns, None, wanted.reading)
            if not wanted.goes:
                return Redirect(f"{here.base}/import/{key}", status_code=303)
            run = await jobs.enqueue(
                tx,
                "import.check",
                here.write,
                _("Probelauf: %(file)s", file=found.file),
                here.account.name,
                now(),
                args={"upload": str(key)},
            )
        return Redirect(f"{here.base}/runs/{run}", status_code=303)

    @post("/{key:uuid}/take", opt={"access": EDIT_INVENTORY}, status_code=303)
    async def take(self, here: Here, key: FromPath[UUID]) -> Redirect:
        """Take the file over."""
        found = await _load(here, key)
        if found.collection_id:
            raise Wrong(_("Diese Datei ist schon übernommen."), found.file)
        if not found.result:
            raise Wrong(
                _("Zu dieser Datei fehlt der Probelauf."), found.file, _("Starten Sie ihn, und sehen Sie sich das Ergebnis an.")
            )
        async with here.tx(write=True) as tx:
            run = await jobs.enqueue(
                tx, "import.take", here.write, _("Import: %(file)s", file=found.file), here.account.name, now(),
                args={"upload": str(key), "actor": {"name": here.actor.name, "account": here.actor.account}},
            )  # fmt: skip
        return Redirect(f"{here.base}/runs/{run}", status_code=303)

    @get("/{key:uuid}/errors.xlsx", opt={"access": EDIT_INVENTORY})
    async def errors(self, here: Here, key: FromPath[UUID]) -> Response[bytes]:
        """Rows that have a problem, each with its sentence, to be corrected and handed in again."""
        found = await _load(here, key)
        sheets = await asyncio.to_thread(_mending, found)
        head = {"Content-Disposition": 'attachment; filename="fehlerzeilen.xlsx"'}
        return Response(
            exports.as_workbook(sheets),
            media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            headers=head,
        )

    @post("/collections/{key:uuid}/undo", opt={"access": EDIT_INVENTORY}, status_code=303)
    async def undo(self, here: Here, key: FromPath[UUID]) -> Redirect:
        """Take an import back as a whole."""
        async with here.tx(write=True) as tx:
            await store.undo_import(tx, here.write, key, by=here.actor, now=now())
        return web.redirect(
            f"{here.base}/import", message=_("Der Import ist zurückgenommen. Ihre Entscheidungen bleiben erhalten.")
        )


def _steps() -> list[str]:
    return [_("Datei"), _("Zuordnung"), _("Probelauf"), _("Übernehmen")]


def _field(name: str) -> str:
    special = {
        "asset_id": _("Geräte-ID aus einem Export"),
        "vendor_model": _("Hersteller und Modell in einer Spalte"), "vendor": _("Hersteller"), "mac": _("MAC-Adresse"),
        "ip": _("IP-Adresse"), "uuid": _("Hardware-UUID"), "cost_center": _("Kostenstelle"), "supplier": _("Lieferant"),
        "order_no": _("Bestellnummer"), "phone_no": _("Rufnummer"), "quantity": _("Anzahl"), "imei": "IMEI",
    }  # fmt: skip
    return special.get(name) or labels.word(labels.FIELDS, name)


def _outcomes() -> dict[str, tuple[str, str]]:
    return {
        "new": (_("neu"), "info"),
        "changed": (_("geändert"), "warning"),
        "unchanged": (_("gleich"), "neutral"),
        "unassigned": (_("nicht zugeordnet"), "unknown"),
        "asked": (_("wird nachgefragt"), "warning"),
    }


def _mending(found: uploads.Upload) -> list[mending.Page]:
    tables: tuple[listing.Table, ...] = ()
    if found.kind in LISTS:
        sheet = table.read(found.content, found.reading.encoding)
        tables = listing.tables(sheet, found.mapping or None, found.reading)
    return mending.pages(tables, found.result.get("problems", []))


async def _load(here: Here, key: UUID) -> uploads.Upload:
    async with here.tx() as tx:
        found = await uploads.get(tx, here.write, key)
    if found is None or found.kind not in uploads.DEVICES:
        raise Missing
    return found
