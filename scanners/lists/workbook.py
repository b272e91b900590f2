"""From the bytes of an XLSX file to rows of text, within the limits that keep a hostile file harmless (S17).

`admit` counts while it inflates, before anything is parsed; `read` parses in this process (for files we trust:
they were named in a manifest by the operator); `read_apart` parses in a child with limits on memory and time
(for uploads).
"""

from __future__ import annotations

import dataclasses
import io
import re
import resource
import subprocess
import sys
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

import msgspec
import openpyxl
from openpyxl.utils import get_column_letter, range_boundaries

from scanners.lists.rows import HEADER_ROWS, Sheet
from scanners.lists.sheets import together
from scanners.observation import Problem

INFLATED = 50 * 1024 * 1024
"""Most bytes of all parts together."""
ENTRIES = 200
RATIO = 100
"""Most bytes out of one byte in; parts below `SMALL` bytes are free."""
SMALL = 1024 * 1024
ROWS = 20_000
COLUMNS = 100
MEMORY = 1024 * 1024 * 1024
"""Address space of the child in bytes; a table at the limits above needs about a third."""
SECONDS = 60
"""CPU time of the child."""
_CHUNK = 65536
_ROW_BEYOND = re.compile(rb"<(?:\w+:)?row\s[^>]{0,40}?\br=[\"'](?:\d{8,}|[2-9]\d{6})")
"""Row numbers over two million; a reader that believed them would count for hours."""
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]{0,20}?ref="([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"')
CENTS = '#,##0.00 "€"'
"""The format of amounts with cents in our own exports."""
_ZEROS = re.compile(r"0{2,}")
_PADDED = re.compile(rb'formatCode="(?:0{2,}|#,##0\.00 &quot;(?:\xe2\x82\xac|&#8364;)&quot;)"')
_START = "import sys; sys.modules.update(numpy=None, PIL=None); from scanners.lists import workbook; workbook.child()"
"""The child does without what openpyxl loads for pictures and arrays: half of the time it takes to start."""
_NESTED = re.compile(r"\.(?:zip|xlsx|xlsm|gz|7z|rar)$", re.IGNORECASE)


def admit(data: bytes) -> bool:
    """Refuse what is no XLSX or unfolds too far; says whether any sheet holds formulas.

    Counts the bytes that really come out: the sizes in the zip's own directory may lie. Raises `ValueError` with a
    German sentence.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _other_format(archive)
            _table_of_contents(archive.infolist())
            return _inflate(archive)
    # All that zipfile and zlib raise on damage; NotImplementedError and RuntimeError: unknown compression, encryption.
    except (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise ValueError("Die Datei ist beschädigt oder keine Excel-Datei (XLSX).") from error


def _other_format(archive: zipfile.ZipFile) -> None:
    """Refuse by name what is a spreadsheet of another program."""
    if "mimetype" in archive.namelist():
        with archive.open("mimetype") as part:
            if part.read(200).startswith(b"application/vnd.oasis.opendocument"):
                raise ValueError(
                    "Das ist eine OpenDocument-Tabelle (ODS). Bitte in LibreOffice als XLSX speichern und noch einmal hochladen."
                )


def _table_of_contents(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > ENTRIES:
        raise ValueError(f"Die Datei enthält mehr als {ENTRIES} Teile und wird nicht gelesen.")
    names = {entry.filename for entry in entries}
    if any(_NESTED.search(name) for name in names):
        raise ValueError("Die Datei enthält ein weiteres Archiv und wird nicht gelesen.")
    if "xl/workbook.bin" in names:
        raise ValueError("Das ist eine binäre Excel-Datei (XLSB). Bitte in Excel als XLSX speichern und noch einmal hochladen.")
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise ValueError("Das ist keine Excel-Datei (XLSX).")
    if any(entry.flag_bits & 1 for entry in entries):
        raise ValueError("Die Datei ist mit einem Kennwort geschützt. Bitte ohne Kennwort speichern.")


def _inflate(archive: zipfile.ZipFile) -> bool:
    total, formulas = 0, False
    for entry in archive.infolist():
        size, last = 0, b""
        with archive.open(entry) as part:
            while chunk := part.read(_CHUNK):
                size += len(chunk)
                total += len(chunk)
                if total > INFLATED or (size > SMALL and size > RATIO * max(entry.compress_size, 1)):
                    limit = f"mehr als {INFLATED // 2**20} MiB oder das {RATIO}-Fache"
                    raise ValueError(f"Die Datei entpackt sich auf {limit} ihrer Größe und wird nicht gelesen.")
                if entry.filename.startswith("xl/worksheets/"):
                    seen = last + chunk
                    formulas = formulas or any(mark in seen for mark in (b"<f>", b"<f ", b"<f/"))
                    if _ROW_BEYOND.search(seen):
                        raise ValueError("Die Excel-Datei ist beschädigt: sie nennt Zeilen, die es in Excel nicht gibt.")
                    last = chunk[-64:]
    return formulas


def read(data: bytes) -> Sheet:
    """The sheet with the list and its `others`, in this process. Raises `ValueError` with a German sentence."""
    return _parse(data, formulas=admit(data))


def read_apart(data: bytes) -> Sheet:
    """Like `read`, in a child process whose memory and CPU time are limited."""
    formulas = admit(data)
    command = [sys.executable, "-c", _START, "formulas" if formulas else "values"]
    try:
        child = subprocess.run(command, input=data, capture_output=True, timeout=SECONDS * 2, check=False)
    except subprocess.TimeoutExpired as error:
        raise ValueError("Die Datei ist zu aufwendig zu lesen. Bitte als CSV speichern.") from error
    if child.returncode != 0:
        said = child.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        kind, _, sentence = said.partition(": ")
        known = sentence if kind.endswith(("ValueError", "_TooLarge")) else ""
        raise ValueError(known or "Die Datei ist zu aufwendig zu lesen oder beschädigt. Bitte als CSV speichern.")
    return msgspec.msgpack.decode(child.stdout, type=Sheet)


def _parse(data: bytes, *, formulas: bool) -> Sheet:
    sheets = _sheets(data, values=True)
    if not sheets:
        raise ValueError("Die Datei enthält keine ausgefüllte Tabelle.")
    if sum(map(len, sheets.values())) > ROWS + HEADER_ROWS:
        raise ValueError(f"Die Tabellenblätter haben zusammen mehr als {ROWS} Zeilen. Bitte in mehrere Dateien teilen.")
    table = together(sheets)
    problems = [*table.problems]
    if formulas:
        for title, written in _sheets(data, values=False).items():
            if title in sheets:
                blatt = f"Blatt {title}, " if len(sheets) > 1 else ""
                problems += _unsolved(sheets[title], written, blatt)
    return dataclasses.replace(table, problems=tuple(problems))


def _unsolved(values: list[list[str]], written: list[list[str]], sheet: str) -> Iterator[Problem]:
    """Formulas whose result the file does not hold."""
    for number, row in enumerate(written):
        known = values[number] if number < len(values) else []
        for column, formula in enumerate(row):
            if formula.startswith("=") and not (column < len(known) and known[column]):
                where = f"{sheet}Zeile {number + 1}, Spalte {get_column_letter(column + 1)}"
                yield Problem(where, "Die Zelle enthält eine Formel ohne gespeichertes Ergebnis; der Wert fehlt.")


def _sheets(data: bytes, *, values: bool) -> dict[str, list[list[str]]]:
    """Title → rows of every sheet that has any."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of styles and extensions that it leaves out
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=values)
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                padded = "xl/styles.xml" in archive.namelist() and bool(_PADDED.search(archive.read("xl/styles.xml")))
                found = {}
                sheet: Any
                for sheet in book.worksheets:
                    if rows := list(_sheet(sheet, padded=padded)):
                        # where the part of a sheet lies in the archive, openpyxl knows and tells nobody else
                        _spread(rows, archive.read(sheet._worksheet_path))  # noqa: SLF001
                        found[str(sheet.title)] = rows
            return found
    except _TooLarge:
        raise
    except Exception as error:
        # openpyxl raises whatever its parts stumble over: KeyError, TypeError, ParseError, BadZipFile
        raise ValueError("Die Excel-Datei ist beschädigt und lässt sich nicht lesen.") from error


class _TooLarge(ValueError):
    pass


def _spread(rows: list[list[str]], part: bytes) -> None:
    """The value of cells that are merged downwards holds for all their rows that say anything."""
    for said in _MERGED.findall(part):
        left, top, right, bottom = (bound or 0 for bound in range_boundaries(said.decode()))
        if left == right and top < bottom and top <= len(rows) and left <= len(rows[top - 1]):
            value = rows[top - 1][left - 1]
            for row in rows[top : min(bottom, len(rows))]:
                if row and value:
                    row.extend([""] * (left - len(row)))
                    row[left - 1] = row[left - 1] or value


def _sheet(sheet: Any, *, padded: bool = False) -> Iterator[list[str]]:
    """Rows without the empty ones behind the last; the size that the sheet declares is not believed.

    With `padded` the format of each number is looked at: one like `00000` shows zeros that the number does not have.
    """
    sheet.reset_dimensions()
    told = 0
    for number, cells_or_values in enumerate(sheet.iter_rows(max_col=COLUMNS + 1, values_only=not padded), start=1):
        row = [_filled(cell) for cell in cells_or_values] if padded else cells_or_values
        if row.count(None) == len(row):  # formatted down to the last row of the sheet: a million of these is common
            continue
        cells = [_text(value) for value in row]
        if not any(cells):
            continue
        if number > ROWS + 1:
            raise _TooLarge(f"Die Tabelle hat mehr als {ROWS} Zeilen. Bitte in mehrere Dateien teilen.")
        while cells and not cells[-1]:
            cells.pop()
        if len(cells) > COLUMNS:
            raise _TooLarge(f"Die Tabelle hat mehr als {COLUMNS} Spalten.")
        yield from [[] for _ in range(number - told - 1)]
        told = number
        yield cells


def _filled(cell: Any) -> object:
    """The value of a cell, with the zeros in front, or of its cents, that its format shows."""
    if cell.number_format == CENTS and isinstance(cell.value, int | float) and not isinstance(cell.value, bool):
        return f"{cell.value:.2f}"
    if isinstance(cell.value, int) and not isinstance(cell.value, bool) and _ZEROS.fullmatch(cell.number_format):
        return str(cell.value).zfill(len(cell.number_format))
    return cell.value


def _text(value: object) -> str:
    """A cell as a person reads it: dates ISO 8601, whole numbers without point."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "ja" if value else "nein"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return str(value)


def child() -> None:
    """What `read_apart` starts: file on stdin, rows on stdout, a sentence on stderr."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    sheet = _parse(sys.stdin.buffer.read(), formulas=sys.argv[1] == "formulas")
    sys.stdout.buffer.write(msgspec.msgpack.encode(sheet))
