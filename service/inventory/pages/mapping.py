"""The columns of a handed-in list, sheet by sheet: what is shown to a person, and what the person says they mean."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from scanners import formats, text
from scanners.lists import listing, rows, table
from scanners.observation import Problem
from service.auth.guards import Here
from service.errors import Wrong
from service.inventory.store import mappings, uploads

FIELDS = (
    "asset_id", "inventory_no", "kind", "vendor_model", "vendor", "model", "serial", "mac", "ip", "hostname", "os",
    "os_version", "firmware", "uuid", "quantity", "site", "room", "user", "unit", "cost_center", "purchase_date", "price",
    "warranty_until", "status", "note", "supplier", "order_no", "phone_no", "imei",
)  # fmt: skip
"""What a column may be mapped to, in the order of the choice."""

Choice = Mapping[str, str] | None
"""Header → field; empty: as recognised; None: the sheet is left out."""


@dataclass(frozen=True, slots=True)
class SheetColumns:
    """A sheet for the page. Its form fields end with `suffix`, '' for the first."""

    number: int
    title: str
    layout: rows.Layout
    sample: Sequence[Sequence[str]]
    taken: bool
    guessed: bool = False
    """Nobody knows the headers: a person has to name the columns."""
    error: str = ""
    heads: Sequence[tuple[int, str]] = ()
    """Rows that may be the header instead, with their text."""
    lines: int = 0

    @property
    def prefix(self) -> str:
        """Of the names of its form fields."""
        return f"{self.number}-" if self.number else ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A list for the page: its sheets, or the sentence why there are none."""

    sheets: tuple[SheetColumns, ...] = ()
    error: str = ""
    notes: tuple[Problem, ...] = ()
    """What is odd about the file as a whole, such as its encoding."""
    text: bool = False
    """A text file: its encoding may be chosen."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the form says; not `goes` where a person has to look at the columns again."""

    columns: Mapping[str, str] = field(default_factory=dict)
    reading: listing.Reading = field(default_factory=listing.Reading)
    goes: bool = True


async def _read(found: uploads.Upload, encoding: str) -> rows.Sheet:
    return await asyncio.to_thread(table.read, found.content, encoding)


async def shown(here: Here, found: uploads.Upload, headers: Mapping[str, int]) -> Shown:
    """The sheets of a list; `headers` are chosen header rows by the name of their form field."""
    try:
        sheet = await _read(found, found.reading.encoding)
    except ValueError as wrong:
        return Shown(error=formats.unlike(found.file, found.kind) + str(wrong), text=found.kind == "csv")
    out: list[SheetColumns] = []
    error = ""
    for number, one in enumerate((sheet, *sheet.others)):
        choice = await _choice(here, found, one, first=number == 0)
        columns = _sheet(number, one, choice, headers.get(f"header-{number}" if number else "header"))
        if not isinstance(columns, str):
            out.append(columns)
        elif number == 0:
            error = formats.unlike(found.file, found.kind) + columns
    if not out:
        return Shown(error=error, text=found.kind == "csv")
    return Shown(tuple(out), out[0].error if len(out) == 1 else "", _notes(sheet), found.kind == "csv")


def _notes(sheet: rows.Sheet) -> tuple[Problem, ...]:
    return tuple(problem for problem in sheet.problems if problem.where == "Datei")


async def _choice(here: Here, found: uploads.Upload, sheet: rows.Sheet, *, first: bool) -> Choice:
    """What the person chose for this sheet, else what the town took over last for such a one."""
    told = found.reading.sheets
    if sheet.title in told:
        return told[sheet.title]
    if first and found.mapping:
        return found.mapping
    async with here.tx() as tx:
        for row in rows.header_rows(sheet):
            if saved := await mappings.saved_mapping(tx, here.write, rows.chosen(sheet, row).own_headers):
                return saved
        return await mappings.saved_mapping(tx, here.write, listing.headers(sheet)) if sheet.title else {}


def _sheet(number: int, sheet: rows.Sheet, choice: Choice, header: int | None) -> SheetColumns | str:
    """The sheet, or why it has no columns."""
    possible = rows.header_rows(sheet)
    heads = [(row, text.line(" · ".join(cell for cell in sheet.rows[row] if cell.strip()), 120)) for row in possible]
    error, layout = "", None
    try:
        if header is None:
            layout = rows.layout(sheet, choice or None)
    except ValueError as wrong:
        error = str(wrong)
    taken = choice is not None and (number == 0 or bool(choice) or (layout is not None and listing.sure(layout)))
    guessed = layout is None
    if layout is None:
        if not possible:
            return error
        row = header if header in possible else _row_of(sheet, possible, choice or {})
        layout = rows.chosen(sheet, row, choice or None)
    below = sheet.rows[layout.header_row + 1 :]
    lines = sum(1 for row in below if any(map(str.strip, row)))
    return SheetColumns(number, sheet.title, layout, [list(row) for row in below[:3]], taken, guessed, error, heads, lines)


def _row_of(sheet: rows.Sheet, possible: Sequence[int], mapping: Mapping[str, str]) -> int:
    """The header row that a person chose before, by its headers; else the first that may be one."""
    return next((row for row in possible if mapping and set(rows.chosen(sheet, row).own_headers) == set(mapping)), possible[0])


async def wanted(here: Here, found: uploads.Upload, data: Mapping[str, str]) -> Wanted:
    """Columns, sheets and encoding as the form says. Raises `Wrong` where the file cannot be read."""
    encoding = data.get("encoding", found.reading.encoding)
    try:
        sheet = await _read(found, encoding)
        if encoding != found.reading.encoding:  # other headers, perhaps: to be looked at first
            return Wanted(reading=listing.Reading(encoding), goes=False)
        sheets: dict[str, Choice] = {}
        columns: dict[str, str] = {}
        goes, taken = True, 0
        for number, one in enumerate((sheet, *sheet.others)):
            prefix = f"{number}-" if number else ""
            choice = await _choice(here, found, one, first=number == 0)
            told, layout = _told(one, choice, prefix, data, first=number == 0)
            if sheet.others:
                sheets[one.title] = told
            elif told is not None:
                columns = told
            if told is not None and layout is not None:
                taken += 1
                goes = goes and layout.identifies
    except ValueError as wrong:
        raise Wrong(formats.unlike(found.file, found.kind) + str(wrong), found.file) from wrong
    if not taken:
        raise Wrong("Alle Blätter sind ausgelassen. Wählen Sie mindestens eines aus.", found.file)
    return Wanted(columns, listing.Reading(encoding, sheets), goes)


def _told(
    sheet: rows.Sheet, choice: Choice, prefix: str, data: Mapping[str, str], *, first: bool
) -> tuple[dict[str, str] | None, rows.Layout | None]:
    """The columns of one sheet as the form says, and their layout; None and None for a sheet that is left out."""
    shown = _sheet(0 if first else 1, sheet, choice, None)
    if isinstance(shown, str):
        if first and not sheet.others:
            raise ValueError(shown)
        return None, None
    if data.get(f"{prefix}take", "yes" if shown.taken else "no") != "yes":
        return None, None
    header = data.get(f"{prefix}header", "")
    possible = rows.header_rows(sheet)
    if header.isdecimal() and int(header) in possible:
        layout = rows.chosen(sheet, int(header), choice or None)
    else:
        layout = rows.layout(sheet, choice or None)
    told: dict[str, str] = {}
    for number, name in enumerate(layout.headers):
        if number not in layout.aside:
            said = data.get(f"{prefix}column-{number}", layout.fields.get(number, ""))
            told[name] = said if said in FIELDS else ""
    return told, rows.chosen(sheet, layout.header_row, told)
