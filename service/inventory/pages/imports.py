"""Import for people: file, columns, dry run, take over, undo for a day. Nothing is written before the last step."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
from scanners import formats, text
from scanners.lists import rows, table
from service import exports, web
from service.audit import store as audit
from service.auth.guards import EDIT_INVENTORY, Here
from service.errors import Missing, Wrong
from service.i18n import format_number, set_locale
from service.i18n import gettext as _
from service.inventory import labels, store
from service.inventory.store import mappings, uploads
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
FIELDS = [
    "asset_id",
    "inventory_no",
    "kind",
    "vendor_model",
    "vendor",
    "model",
    "serial",
    "mac",
    "ip",
    "hostname",
    "os",
    "os_version",
    "firmware",
    "uuid",
    "site",
    "room",
    "user",
    "unit",
    "cost_center",
    "purchase_date",
    "price",
    "warranty_until",
    "status",
    "note",
    "supplier",
    "order_no",
    "phone_no",
    "imei",
]


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


def _too_large(size: int) -> str:
    """The refusal of a file of `size` bytes."""
    shown = format_number(max(round(size / 2**20, 1), UPLOAD_LIMIT / 2**20 + 0.1))
    return _("Die Datei ist zu groß (%(size)s MB). Erlaubt sind 10 MB. Teilen Sie die Tabelle in mehrere Dateien.", size=shown)


def _refuse_size(request: Ask, error: HTTPException) -> Response[Any]:
    """A body that is too large is not read: its sender says how large it is."""
    set_locale(language(request))
    said = request.headers.get("content-length", "")
    text = _too_large(int(said)) if said.isdecimal() else _("Die Datei ist zu groß. Erlaubt sind 10 MB.")
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
        exception_handlers={413: _refuse_size},
    )
    async def upload(
        self, request: Ask, here: Here, data: Annotated[dict[str, Any], Body(media_type=RequestEncodingType.MULTI_PART)]
    ) -> Response[Any]:
        """Keep the file and show what is in it."""
        file = data.get("file")
        if not isinstance(file, UploadFile) or not (content := await file.read()):
            return await self._start(request, here, 422, _("Bitte wählen Sie eine Datei, die nicht leer ist."))
        if len(content) > UPLOAD_LIMIT:
            return await self._start(request, here, 413, _too_large(len(content)))
        name = (file.filename or "datei").replace("\\", "/").rsplit("/", 1)[-1]
        async with here.tx(write=True) as tx:
            key = await uploads.add(tx, here.write, name, content, kind_of(content), by=here.account.name, now=now())
            await audit.record(tx, here.actor, "import.upload", f"upload/{key}", after={"file": name, "bytes": len(content)})
        return Redirect(f"{here.base}/import/{key}", status_code=303)

    @get("/{key:uuid}", opt={"access": EDIT_INVENTORY})
    async def show(self, request: Ask, here: Here, key: FromPath[UUID], header: int | None = None) -> Response[str]:
        """Columns and their fields for a list; the dry run's result once there is one. `header` is a chosen header row."""
        found = await _load(here, key)
        columns = tuple(web.Column(text) for text in (_("Eintrag"), _("Was geschieht"), _("Gerät"), _("Änderung")))
        options = [("", _("nicht übernehmen, nur aufbewahren"))] + [(name, _field(name)) for name in FIELDS]
        shown = await _columns(here, found, header) if found.kind in LISTS else _Columns(None)
        return web.page(
            request, here, "inventory/upload.html", upload=found, layout=shown.layout, error=shown.error, sample=shown.sample,
            heads=shown.heads, guessed=shown.guessed, options=options, columns=columns, result=found.result,
            base=f"{here.base}/import", steps=_steps(), place=shown.place, outcomes=_outcomes(),
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
        mapping: dict[str, str] = {}
        goes = True
        if found.kind in LISTS:
            sheet, layout = await _chosen(found, data.get("header", ""))
            known = set(FIELDS)
            for number, name in enumerate(layout.headers):
                field = data.get(f"column-{number}", layout.fields.get(number, ""))
                mapping[name] = field if field in known else ""
            goes = rows.chosen(sheet, layout.header_row, mapping).identifies
        async with here.tx(write=True) as tx:
            await uploads.set_mapping(tx, here.write, key, mapping, None)
            if not goes:
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
        columns, lines = await asyncio.to_thread(_error_rows, found)
        head = {"Content-Disposition": 'attachment; filename="fehlerzeilen.xlsx"'}
        return Response(
            exports.as_xlsx(lines, columns),
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


@dataclass(frozen=True, slots=True)
class _Columns:
    """The columns of a list for the page: `layout` None where there are none, `guessed` where a person has to name them."""

    layout: rows.Layout | None
    sample: Sequence[Sequence[str]] = ()
    error: str = ""
    guessed: bool = False
    heads: Sequence[tuple[int, str]] = ()
    """Rows that may be the header instead, with their text."""

    def place(self, key: str) -> str:
        """Where an entry stands: in a list the line of the file, as in the hints."""
        if self.layout and key.startswith("row:"):
            return _("Zeile %(number)s", number=int(key.removeprefix("row:")) + self.layout.header_row + 1)
        return labels.place(key)


async def _columns(here: Here, found: uploads.Upload, header: int | None) -> _Columns:
    try:
        sheet = await asyncio.to_thread(table.read, found.content)
    except ValueError as wrong:
        return _Columns(None, error=formats.unlike(found.file, found.kind) + str(wrong))
    possible = rows.header_rows(sheet)
    heads = [(number, text.line(" · ".join(cell for cell in sheet.rows[number] if cell.strip()), 120)) for number in possible]
    error, layout = "", None
    try:
        known = found.mapping or await _saved(here, sheet, possible)
        if header is None:
            layout = rows.layout(sheet, known or None)
    except ValueError as wrong:
        error = str(wrong)
    guessed = layout is None
    if layout is None:
        if not possible:
            return _Columns(None, error=formats.unlike(found.file, found.kind) + error)
        row = header if header in possible else _row_of(sheet, possible, found.mapping)
        layout = rows.chosen(sheet, row, found.mapping or None)
    sample = [list(row) for row in sheet.rows[layout.header_row + 1 : layout.header_row + 4]]
    return _Columns(layout, sample, error, guessed, heads)


def _row_of(sheet: rows.Sheet, possible: Sequence[int], mapping: Mapping[str, str]) -> int:
    """The header row that a person chose before, by its headers; else the first that may be one."""
    return next((row for row in possible if mapping and set(rows.chosen(sheet, row).headers) == set(mapping)), possible[0])


async def _saved(here: Here, sheet: rows.Sheet, possible: Sequence[int]) -> Mapping[str, str]:
    """The columns as the town once took them over for a list with one of these header rows."""
    async with here.tx() as tx:
        for row in possible:
            if saved := await mappings.saved_mapping(tx, here.write, rows.chosen(sheet, row).headers):
                return saved
    return {}


async def _chosen(found: uploads.Upload, header: str) -> tuple[rows.Sheet, rows.Layout]:
    """The list and its columns under the header row that the form names, else under the one that is recognised."""
    try:
        sheet = await asyncio.to_thread(table.read, found.content)
        if header.isdecimal() and int(header) in rows.header_rows(sheet):
            return sheet, rows.chosen(sheet, int(header), found.mapping or None)
        return sheet, rows.layout(sheet, found.mapping or None)
    except ValueError as wrong:
        raise Wrong(formats.unlike(found.file, found.kind) + str(wrong), found.file) from wrong


def _steps() -> list[str]:
    return [_("Datei"), _("Zuordnung"), _("Probelauf"), _("Übernehmen")]


def _field(name: str) -> str:
    special = {
        "asset_id": _("Geräte-ID aus einem Export"),
        "vendor_model": _("Hersteller und Modell in einer Spalte"), "vendor": _("Hersteller"), "mac": _("MAC-Adresse"),
        "ip": _("IP-Adresse"), "uuid": _("Hardware-UUID"), "cost_center": _("Kostenstelle"), "supplier": _("Lieferant"),
        "order_no": _("Bestellnummer"), "phone_no": _("Rufnummer"), "imei": "IMEI",
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


def _error_rows(found: uploads.Upload) -> tuple[tuple[str, ...], list[dict[str, str]]]:
    """Head and rows of the file of errors: for a list the rows as they were, with the problem in front."""
    where, problem = _("Zeile"), _("Problem")
    sheet: rows.Sheet | None = None
    headers: tuple[str, ...] = ()
    if found.kind in LISTS:
        sheet = table.read(found.content)
        layout = rows.layout(sheet, found.mapping or None)
        headers = layout.headers
    lines: dict[str, dict[str, str]] = {}
    for item in found.result.get("problems", []):
        number = item["where"].removeprefix("Zeile ").partition(",")[0]
        line = lines.setdefault(number if number.isdecimal() else item["where"], {where: item["where"].partition(",")[0]})
        line[problem] = f"{line[problem]} {item['text']}" if problem in line else item["text"]
        if sheet and number.isdecimal() and int(number) <= len(sheet.rows):
            line |= dict(zip(headers, sheet.rows[int(number) - 1], strict=False))
    return (where, problem, *headers), list(lines.values())


async def _load(here: Here, key: UUID) -> uploads.Upload:
    async with here.tx() as tx:
        found = await uploads.get(tx, here.write, key)
    if found is None:
        raise Missing
    return found
