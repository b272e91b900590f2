"""Import of lists of other things than devices, in the manner of the device import: file, columns, dry run, take over, undo."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, ClassVar
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath
from litestar.response import Redirect

from scanners.lists import encodings, listing, table
from scanners.lists.rows import Layout, Sheet
from service import exports, web
from service.audit import store as audit
from service.auth.guards import EDIT_INVENTORY, Here
from service.db import SafeTransaction
from service.errors import Missing, Wrong
from service.i18n import Lazy
from service.i18n import gettext as _
from service.inventory import mending, registers
from service.inventory.pages.files import KINDS
from service.inventory.pages.imports import UPLOAD_LIMIT, Ask, kind_of, refuse_size, too_large
from service.inventory.registers import Book, Line, Register, Row
from service.inventory.store import UNDO_FOR, mappings, uploads
from service.settings import local_today, now

GROUP = 0
SHOWN = 200
"""So many rows of a dry run are on the page; those with a problem first."""
_RANK = {"wrong": 0, "new": 1, "changed": 2, "unchanged": 3}


@dataclass(frozen=True, slots=True)
class Reading:
    """A file as the page shows it: its table with the columns, or the sentence why there is none."""

    sheet: Sheet | None = None
    plan: Layout | None = None
    left: tuple[str, ...] = ()
    """Titles of sheets that are not read."""
    error: str = ""

    @property
    def headers(self) -> tuple[str, ...]:
        """Of the list itself."""
        return self.plan.own_headers if self.plan else ()


class RegisterPages(Controller):
    """The wizard below `path`; a subclass names the register, its words, and how rows are stored."""

    include_in_schema = False
    register: ClassVar[Register]
    title: ClassVar[Lazy]
    sub: ClassVar[Lazy]
    advice: ClassVar[Lazy]
    """What a person should know before the first list."""
    home: ClassVar[str]
    """Address of the list itself below the town's."""

    def door(self, town: int, *, write: bool = False) -> AbstractAsyncContextManager[SafeTransaction]:
        """The transaction."""
        raise NotImplementedError

    async def book(self, tx: SafeTransaction, here: Here, rows: Sequence[Row]) -> Book:
        """The town's entries as they stand, and what else the rows ask for."""
        raise NotImplementedError

    async def save(self, tx: SafeTransaction, here: Here, lines: Sequence[Line]) -> list[dict[str, Any]]:
        """Store the rows that are new or changed; answers for each what undoing needs."""
        raise NotImplementedError

    async def revoke(self, tx: SafeTransaction, here: Here, told: Mapping[str, Any]) -> bool:
        """Take one of them back; False where somebody changed it since or something rests on it."""
        raise NotImplementedError

    @get("/", opt={"access": EDIT_INVENTORY})
    async def start(self, request: Ask, here: Here) -> Response[str]:
        """Choose a file; below, what was handed in within a day."""
        return await self._start(request, here)

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
        """Keep the file and show its columns."""
        _only_town(here)
        file = data.get("file")
        if not isinstance(file, UploadFile) or not (content := await file.read()):
            return await self._start(request, here, 422, _("Bitte wählen Sie eine Datei, die nicht leer ist."))
        if len(content) > UPLOAD_LIMIT:
            return await self._start(request, here, 413, too_large(len(content)))
        if kind_of(content) not in ("csv", "xlsx"):
            text = _("Das ist keine Tabelle. Bitte laden Sie eine Liste als XLSX oder CSV hoch.")
            return await self._start(request, here, 422, text)
        name = (file.filename or "datei").replace("\\", "/").rsplit("/", 1)[-1]
        async with here.tx(write=True) as tx:
            key = await uploads.add(tx, here.write, name, content, self.register.key, by=here.account.name, now=now())
            await audit.record(tx, here.actor, "import.upload", f"upload/{key}", after={"file": name, "bytes": len(content)})
        return Redirect(f"{self._base(here)}/{key}", status_code=303)

    @get("/{key:uuid}", opt={"access": EDIT_INVENTORY})
    async def show(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[str]:
        """The columns; the dry run once there is one."""
        return await self._show(request, here, await self._load(here, key))

    @post("/{key:uuid}/check", opt={"access": EDIT_INVENTORY}, status_code=200)
    async def check(
        self,
        request: Ask,
        here: Here,
        key: FromPath[UUID],
        data: Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)],
    ) -> Response[Any]:
        """Keep the corrected columns and calculate what the list would change."""
        found = await self._load(here, key)
        _refuse_taken(found)
        encoding = data.get("encoding", "")
        if encoding != found.reading.encoding:
            async with here.tx(write=True) as tx:
                await uploads.set_mapping(tx, here.write, key, {}, None, listing.Reading(encoding))
            return Redirect(f"{self._base(here)}/{key}", status_code=303)
        reading = await self._read(here, found)
        if reading.plan is None:
            return Redirect(f"{self._base(here)}/{key}", status_code=303)
        fields = self.register.fields
        told = {
            header: said if (said := data.get(f"column-{column}", reading.plan.fields.get(column, ""))) in fields else ""
            for column, header in enumerate(reading.plan.headers)
            if column not in reading.plan.aside
        }
        twice = sorted({str(fields[x].label) for x in told.values() if x and list(told.values()).count(x) > 1})
        async with here.tx(write=True) as tx:
            await uploads.set_mapping(tx, here.write, key, told, None, found.reading)
        found = await self._load(here, key)
        if twice:
            text = _(
                "Mehrere Spalten stehen für dasselbe: %(names)s. Wählen Sie für jede Angabe eine Spalte.", names=", ".join(twice)
            )
            return await self._show(request, here, found, 422, text)
        if self.register.needed not in told.values():
            text = _("Keine Spalte ist „%(name)s“. Ohne sie ist keine Zeile zuzuordnen.", name=fields[self.register.needed].label)
            return await self._show(request, here, found, 422, text)
        try:
            lines = await self._lines(here, await self._read(here, found))
        except Wrong as wrong:
            return await self._show(request, here, found, 422, wrong.sentence)
        async with here.tx(write=True) as tx:
            await uploads.set_result(tx, here.write, key, {"digest": registers.digest(lines)})
        return Redirect(f"{self._base(here)}/{key}", status_code=303)

    @post("/{key:uuid}/take", opt={"access": EDIT_INVENTORY}, status_code=200)
    async def take(self, request: Ask, here: Here, key: FromPath[UUID]) -> Response[Any]:
        """Take over exactly what the dry run showed."""
        found = await self._load(here, key)
        _refuse_taken(found)
        if "digest" not in found.result:
            raise Wrong(
                _("Zu dieser Datei fehlt der Probelauf."), found.file, _("Starten Sie ihn, und sehen Sie sich das Ergebnis an.")
            )
        reading = await self._read(here, found)
        async with self.door(here.write, write=True) as tx:
            await tx.connection.execute("select 1 from upload where town_id = $1 and id = $2 for update", here.write, key)
            lines = await self._planned(tx, here, reading)
            if registers.digest(lines) != found.result["digest"]:
                await uploads.set_result(tx, here.write, key, {"digest": registers.digest(lines)})
                changed = True
            else:
                changed = False
                told = await self.save(tx, here, [x for x in lines if x.outcome in ("new", "changed")])
                counts = _counts(lines)
                result = {"taken_at": now().isoformat(), "taken_by": here.account.name, "counts": counts, "undo": told}
                await uploads.set_result(tx, here.write, key, result)
                mapping = reading.plan.mapping() if reading.plan else {}
                known = (self.register.key, *reading.headers)
                await mappings.save_mapping(tx, here.write, known, mapping, found.file, by=here.account.name, now=now())
                await audit.record(tx, here.actor, "import.take", f"upload/{key}", after={"file": found.file, **counts})
        if changed:
            text = _("Die Einträge haben sich seit dem Probelauf geändert. Sehen Sie sich das neue Ergebnis an.")
            return await self._show(request, here, await self._load(here, key), 409, text)
        text = _("Die Liste ist übernommen: %(new)s neu, %(changed)s geändert.", new=counts["new"], changed=counts["changed"])
        return web.redirect(f"{self._base(here)}/{key}", message=text, undo=f"{self._base(here)}/{key}/undo")

    @get("/{key:uuid}/errors.xlsx", opt={"access": EDIT_INVENTORY})
    async def errors(self, here: Here, key: FromPath[UUID]) -> Response[bytes]:
        """Rows that have a problem, each with its sentence, to be corrected and handed in again."""
        found = await self._load(here, key)
        reading = await self._read(here, found)
        lines = await self._lines(here, reading)
        said = [{"where": x.place, "text": hint} for x in lines if x.outcome != "aside" for hint in x.hints]
        tables = (listing.Table(reading.sheet, reading.plan),) if reading.sheet else ()
        head = {"Content-Disposition": 'attachment; filename="fehlerzeilen.xlsx"'}
        return Response(exports.as_workbook(mending.pages(tables, said)), media_type=KINDS["xlsx"], headers=head)

    @post("/{key:uuid}/undo", opt={"access": EDIT_INVENTORY}, status_code=303)
    async def undo(self, here: Here, key: FromPath[UUID]) -> Redirect:
        """Take the list back, the last row first; what somebody changed since stays and is named."""
        found = await self._load(here, key)
        if "taken_at" not in found.result or found.result.get("undone_at"):
            raise Wrong(_("Diese Liste ist nicht übernommen oder schon zurückgenommen."), found.file)
        if datetime.fromisoformat(found.result["taken_at"]) < now() - UNDO_FOR:
            raise Wrong(_("Zurücknehmen geht nur 24 Stunden lang."), found.file, _("Ändern Sie die einzelnen Einträge von Hand."))
        async with self.door(here.write, write=True) as tx:
            rows = reversed(found.result["undo"])
            kept = [str(told["name"]) for told in rows if not await self.revoke(tx, here, told)]
            result = {**found.result, "undone_at": now().isoformat(), "kept": kept}
            await uploads.set_result(tx, here.write, key, result)
            await audit.record(tx, here.actor, "import.undo", f"upload/{key}", after={"file": found.file, "kept": kept})
        if kept:
            names = ", ".join(f"„{name}“" for name in kept[:5]) + (" …" if len(kept) > 5 else "")
            text = _(
                "Die Liste ist zurückgenommen. Inzwischen geändert oder verwendet und darum geblieben: %(names)s.", names=names
            )
            return web.redirect(self._base(here), message=text, kind="warning")
        return web.redirect(self._base(here), message=_("Die Liste ist zurückgenommen."))

    def _base(self, here: Here) -> str:
        return f"{here.base}{self.home}/import"

    async def _load(self, here: Here, key: UUID) -> uploads.Upload:
        _only_town(here)
        async with here.tx() as tx:
            found = await uploads.get(tx, here.write, key)
        if found is None or found.kind != self.register.key:
            raise Missing
        return found

    async def _start(self, request: Ask, here: Here, status: int = 200, error: str = "") -> Response[str]:
        _only_town(here)
        async with here.tx() as tx:
            handed = await uploads.handed(tx, here.write, self.register.key)
        return web.page(
            request, here, "inventory/register_start.html", status=status, title=self.title, sub=self.sub, advice=self.advice,
            base=self._base(here), home=here.base + self.home, handed=handed, errors={"file": error} if error else {},
            steps=_steps(), undo_after=(now() - UNDO_FOR).isoformat(), taken=_taken,
            columns=tuple(web.Column(text) for text in (_("Datei"), _("Hochgeladen"), _("Stand"), _("Aktion"))),
        )  # fmt: skip

    async def _show(self, request: Ask, here: Here, found: uploads.Upload, status: int = 200, error: str = "") -> Response[str]:
        reading = await self._read(here, found)
        taken = "taken_at" in found.result
        lines: tuple[Line, ...] = ()
        if "digest" in found.result and not taken:
            lines = await self._lines(here, reading)
        problems = [x for x in lines if x.hints and x.outcome != "aside"]
        kept = [x for x in lines if x.outcome != "aside"]
        ranked = sorted(kept, key=lambda x: (not x.hints, _RANK[x.outcome]))
        return web.page(
            request, here, "inventory/register.html", status=status, title=self.title, upload=found, reading=reading, taken=taken,
            undone=bool(found.result.get("undone_at")), lines=ranked[:SHOWN], total=len(kept), counts=_counts(lines),
            problems=problems, asides=registers.asides(lines), error=error, base=self._base(here), home=here.base + self.home,
            steps=_steps(), may_undo=taken and not found.result.get("undone_at")
            and datetime.fromisoformat(found.result["taken_at"]) > now() - UNDO_FOR,
            checked="digest" in found.result, outcomes=_outcomes(), sample=_sample(reading),
            options=[("", _("nicht übernehmen")), *((name, str(x.label)) for name, x in self.register.fields.items())],
            encodings=[("", _("wie erkannt")), *encodings.WAYS.items()], text=not found.content.startswith(b"PK\x03\x04"),
            columns=tuple(
                web.Column(x) for x in (_("Zeile"), _("Was geschieht"), _("Eintrag"), _("Woran erkannt"), _("Änderung"))
            ),
        )  # fmt: skip

    async def _read(self, here: Here, found: uploads.Upload) -> Reading:
        """The table of the file under the columns that a person said, else those remembered, else as recognised."""
        try:
            sheet = await asyncio.to_thread(table.read, found.content, found.reading.encoding)
        except ValueError as wrong:
            return Reading(error=str(wrong))
        chosen, left = registers.best_sheet(sheet, self.register)
        plan = registers.layout(chosen, self.register, found.mapping or None)
        if not found.mapping:
            async with here.tx() as tx:
                known = await mappings.saved_mapping(tx, here.write, (self.register.key, *plan.own_headers))
            plan = registers.layout(chosen, self.register, known or None)
        return Reading(chosen, plan, left)

    async def _lines(self, here: Here, reading: Reading) -> tuple[Line, ...]:
        async with self.door(here.write) as tx:
            return await self._planned(tx, here, reading)

    async def _planned(self, tx: SafeTransaction, here: Here, reading: Reading) -> tuple[Line, ...]:
        if reading.sheet is None or reading.plan is None:
            return ()
        rows = registers.rows(reading.sheet, reading.plan, self.register)
        return registers.plan(self.register, rows, await self.book(tx, here, rows), local_today())


def _only_town(here: Here) -> None:
    """The group keeps no lists of its own."""
    if here.write == GROUP:
        raise Missing


def _refuse_taken(found: uploads.Upload) -> None:
    if "taken_at" in found.result:
        raise Wrong(_("Diese Datei ist schon übernommen."), found.file)


def _taken(result: Mapping[str, Any]) -> datetime | None:
    """When a list was taken over."""
    return datetime.fromisoformat(result["taken_at"]) if "taken_at" in result else None


def _counts(lines: Sequence[Line]) -> dict[str, int]:
    return {outcome: sum(x.outcome == outcome for x in lines) for outcome in ("new", "changed", "unchanged", "aside", "wrong")}


def _sample(reading: Reading) -> dict[int, str]:
    """Column → its first filled cell."""
    if reading.sheet is None or reading.plan is None:
        return {}
    found: dict[int, str] = {}
    for row in reading.sheet.rows[reading.plan.header_row + 1 :]:
        for column, cell in enumerate(row):
            if cell.strip() and column not in found:
                found[column] = " ".join(cell.split())[:80]
    return found


def _steps() -> list[str]:
    return [_("Datei"), _("Zuordnung"), _("Probelauf"), _("Übernehmen")]


def _outcomes() -> dict[str, tuple[str, str]]:
    return {
        "new": (_("neu"), "info"),
        "changed": (_("geändert"), "warning"),
        "unchanged": (_("gleich"), "neutral"),
        "aside": (_("ausgelassen"), "neutral"),
        "wrong": (_("nicht übernommen"), "danger"),
    }
