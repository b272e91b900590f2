"""Rows as files: JSON lines, CSV, XLSX; what is written here, `import` reads back unchanged.

Knows no database. Numbers are numbers in XLSX; what a spreadsheet would take for a formula is guarded (CSV) or typed as
text (XLSX).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import msgspec

from scanners.lists.formulas import guard
from scanners.lists.workbook import CENTS

ROWS_A_PART = 20_000
"""An export of more rows comes in parts: `import` takes no longer lists."""

FORMATS = ("jsonl", "csv", "xlsx")
JOIN = ", "
_BOM = "\ufeff"
_ILLEGAL = {code: "\ufffd" for code in range(32) if code not in (9, 10, 13)}


class Euro(Decimal):
    """An amount of money: a number with cents in a workbook, „1049,00“ in CSV."""

    @classmethod
    def of(cls, cents: int) -> Euro:
        """From whole cents."""
        return cls(Decimal(cents).scaleb(-2))


class Share(Decimal):
    """A share of one: a percentage in a workbook, „32,19 %“ in CSV."""


def jsonl(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """One JSON object a line."""
    encode = msgspec.json.Encoder(enc_hook=str).encode
    return b"".join(encode(dict(row)) + b"\n" for row in rows)


def cell(value: Any) -> str:
    """A value as people read it in a cell: lists by comma, structures as JSON, nothing as nothing."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "ja" if value else "nein"
    if isinstance(value, Share):
        return f"{value * 100:.2f} %".replace(".", ",")
    if isinstance(value, Decimal):
        return f"{value:f}".replace(".", ",")
    if isinstance(value, list | tuple) and all(isinstance(one, str) for one in value):
        return JOIN.join(value)
    if isinstance(value, list | tuple | dict):
        return msgspec.json.encode(value).decode()
    return str(value)


def as_csv(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> bytes:
    """UTF-8 with BOM and semicolons, as German spreadsheets expect; CRLF; cells guarded against formulas."""
    out = io.StringIO()
    out.write(_BOM)
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([guard(cell(row.get(column))) for column in columns])
    return out.getvalue().encode()


def as_xlsx(rows: Iterable[Mapping[str, Any]], columns: Sequence[str], title: str = "Odenwacht") -> bytes:
    """One sheet, header in bold and frozen; texts are typed as texts: a spreadsheet calculates nothing of them."""
    return as_workbook([(title, columns, rows)])


def as_workbook(sheets: Iterable[tuple[str, Sequence[str], Iterable[Mapping[str, Any]]]]) -> bytes:
    """Several sheets of title, columns and rows; titles get a number where a workbook would not take them twice."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    book = Workbook(write_only=True)
    taken: set[str] = set()
    for title, columns, rows in sheets:
        sheet = book.create_sheet(_sheet_name(title, taken))
        sheet.freeze_panes = "A2"
        head = []
        for column in columns:
            title_cell = WriteOnlyCell(sheet, column)
            title_cell.font = Font(bold=True)
            head.append(title_cell)
        sheet.append(head)
        for row in rows:
            sheet.append([_filled(WriteOnlyCell(sheet), row.get(column)) for column in columns])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _filled(place: Any, value: Any) -> Any:
    """The cell with a number as a number, everything else as text."""
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        place.value = value if isinstance(value, int) else Decimal(value)
        place.number_format = _format(value)
    else:
        place.value = cell(value).translate(_ILLEGAL)[:32_767]
        place.data_type = "s"
    return place


def _format(value: int | Decimal) -> str:
    """How a spreadsheet shows the number; money with as many cents as it was said with, which `import` reads again."""
    if isinstance(value, Euro):
        return CENTS if value.as_tuple().exponent == -2 else "General"
    return "0.00%" if isinstance(value, Share) else "General"


def _sheet_name(title: str, taken: set[str]) -> str:
    """A name that spreadsheets take: 31 characters, no brackets, colons, slashes or question marks, each once."""
    plain = re.sub(r"[\[\]:*?/\\]", "-", title).strip("' ") or "Blatt"
    names = [plain[:31], *(f"{plain[: 31 - len(str(n)) - 3]} ({n})" for n in range(2, len(taken) + 3))]
    name = next(one for one in names if one.casefold() not in taken)
    taken.add(name.casefold())
    return name


def write(rows: Sequence[Mapping[str, Any]], columns: Sequence[str], form: str, *, title: str = "Odenwacht") -> list[bytes]:
    """The export in `form`, in parts of at most 20,000 rows (JSON lines: in one). An empty export has its header."""
    if form == "jsonl":
        return [jsonl(rows)]
    make = as_csv if form == "csv" else as_xlsx
    starts = range(0, max(1, len(rows)), ROWS_A_PART)
    return [make(rows[start : start + ROWS_A_PART], columns) for start in starts]
