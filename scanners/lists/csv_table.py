"""From the bytes of a CSV or TSV file to rows of text: encoding, separator, quotes as real files have them.

Knows no columns but to judge which separator makes the header readable.
"""

from __future__ import annotations

import codecs
import contextlib
import csv
import re
from collections.abc import Iterator

from scanners.lists import columns, encodings
from scanners.lists.formulas import unguard
from scanners.lists.rows import HEADER_ROWS, Sheet
from scanners.lists.turned import upright
from scanners.observation import Problem

SEPARATORS = {";": "Semikolon", ",": "Komma", "\t": "Tabulator", "|": "senkrechter Strich"}
WIDTH = 1000
"""Most columns of a table."""
SPAN = 40
"""A cell over more lines than this is a quotation mark that somebody forgot to close."""

_OLE = bytes.fromhex("d0cf11e0")
"""How files of Excel before 2007 begin, and workbooks with a password."""
_UTF8_PAIR = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}")
_SEP_LINE = re.compile(r"sep=(.)\s*", re.IGNORECASE)
csv.field_size_limit(4 * 1024 * 1024)


def decode(data: bytes) -> tuple[str, str, tuple[Problem, ...]]:
    """Text, the name of its encoding, problems. Raises `ValueError` with a German sentence for what is no text."""
    for mark, encoding in ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if data.startswith(mark):
            return _lenient(data, encoding)
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise ValueError("Die Datei ist mit einem Kennwort geschützt. Bitte ohne Kennwort speichern.")
        raise ValueError("Das ist eine alte Excel-Datei (XLS). Bitte in Excel als XLSX speichern und noch einmal hochladen.")
    head = data[:4096]
    if b"\0" in head:
        if len(head) > 3 and head[1::2].count(0) > len(head) // 4:
            return _lenient(data, "utf-16-le")
        if len(head) > 3 and head[::2].count(0) > len(head) // 4:
            return _lenient(data, "utf-16-be")
    if b"\0" in data:
        raise ValueError("Das ist keine Textdatei: sie enthält Nullbytes.")
    try:
        return data.decode(), "utf-8", ()
    except UnicodeDecodeError:
        pass
    if _UTF8_PAIR.search(data):
        return _line_by_line(data)
    found = encodings.guess(data)
    text, encoding, problems = _lenient(data, found.encoding)
    if found.sure:
        return text, encoding, problems
    doubt = Problem(
        "Datei",
        f"Der Zeichensatz ist nicht sicher zu erkennen; gelesen ist die Datei als {encodings.WAYS[encoding]}. Prüfen Sie Umlaute"
        " und Sonderzeichen, und wählen Sie sonst den Zeichensatz.",
    )
    return text, encoding, (*problems, doubt)


def _lenient(data: bytes, encoding: str) -> tuple[str, str, tuple[Problem, ...]]:
    """Decode with U+FFFD for broken characters, and say so."""
    text = data.decode(encoding, errors="replace")
    broken = text.count("\N{REPLACEMENT CHARACTER}")
    if not broken:
        return text, encoding, ()
    return (
        text,
        encoding,
        (Problem("Datei", f"{broken} Zeichen sind in {encoding} nicht lesbar und durch „\N{REPLACEMENT CHARACTER}“ ersetzt."),),
    )


def _line_by_line(data: bytes) -> tuple[str, str, tuple[Problem, ...]]:
    """Files that two programs wrote into: each line in the encoding that fits it."""
    lines, others = [], 0
    for line in data.split(b"\n"):
        try:
            lines.append(line.decode())
        except UnicodeDecodeError:
            lines.append(line.decode("cp1252", errors="replace"))
            others += 1
    if others == 1 + data.count(b"\n") - sum(1 for line in data.split(b"\n") if line.isascii()):
        return "\n".join(lines), "cp1252", ()  # no line is really UTF-8
    problem = Problem(
        "Datei",
        f"Die Datei mischt Zeichensätze: {others} {'Zeile ist' if others == 1 else 'Zeilen sind'} als Windows-1252 gelesen,"
        " die übrigen als UTF-8.",
    )
    return "\n".join(lines), "utf-8/cp1252", (problem,)


def read(data: bytes, encoding: str = "") -> Sheet:
    """The table in the bytes, in the `encoding` that a person chose. Raises `ValueError` with a sentence when there is none."""
    text, encoding, problems = _lenient(data, encoding) if encoding in encodings.WAYS else decode(data)
    if not text.strip():
        raise ValueError("Die Datei ist leer.")
    found = _SEP_LINE.match(text)
    if found:  # a first line that Excel understands
        separator, text = found[1], text[found.end() :]
    else:
        separator = _separator(text)
    rows, broken = _rows(text, separator)
    if max(map(len, rows), default=0) > WIDTH:
        raise ValueError(f"Die Tabelle hat mehr als {WIDTH} Spalten.")
    return upright(Sheet(rows, f"{encoding}, {SEPARATORS.get(separator, separator)}", (*problems, *broken)))


def _separator(text: str) -> str:
    """The separator under which the most headers are recognised, then the one with the most columns."""
    head = text[:65536].splitlines()[: HEADER_ROWS + 5]

    def score(separator: str) -> tuple[int, int]:
        rows = [row for line in head for row in _parse([line], separator)]
        return max((columns.known(row) for row in rows), default=0), max(map(len, rows), default=0)

    return max(SEPARATORS, key=score)


def _parse(lines: list[str], separator: str) -> Iterator[list[str]]:
    return csv.reader(lines, delimiter=separator)


def _rows(text: str, separator: str) -> tuple[list[list[str]], tuple[Problem, ...]]:
    """All rows; where a quotation mark was left open, every line for itself instead of swallowing the rest."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    while lines and not lines[-1].strip():
        lines.pop()
    kept = [f"{line}\n" for line in lines]
    reader = csv.reader(kept, delimiter=separator)
    rows: list[list[str]] = []
    before = 0
    with contextlib.suppress(csv.Error):
        for row in reader:
            if reader.line_num - before > SPAN or (reader.line_num == len(kept) and _open(kept[before:])):
                break
            before = reader.line_num
            rows.append([unguard(cell) for cell in row])
    if before < len(kept):
        rest = [_single(line, separator) for line in kept[before:]]
        problem = Problem(
            f"Zeile {before + 1}", "Ein Anführungszeichen ist nicht geschlossen; ab hier wurde jede Zeile für sich gelesen."
        )
        return [*rows, *rest], (problem,)
    return rows, ()


def _open(lines: list[str]) -> bool:
    return len(lines) > 1 and sum(line.count('"') for line in lines) % 2 == 1


def _single(line: str, separator: str) -> list[str]:
    """One line that must be a row, with its quotation marks taken literally where they do not pair."""
    line = line.rstrip("\n")
    row = line.split(separator)
    if line.count('"') % 2 == 0:
        with contextlib.suppress(csv.Error):
            row = next(csv.reader([line], delimiter=separator), [])
    return [unguard(cell) for cell in row]
