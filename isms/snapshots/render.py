"""A frozen document as paper, page and CSV. Pure: what comes out follows from the frozen bytes and nothing else."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import datetime

from isms.snapshots.parts import Part, Section, rows
from scanners.lists.formulas import guard
from service.blocks import Block, Column, Document, Heading, Note, Table, Text

_DAYS = 3
"""A day in a file is 2026-11-16; paper shows 16.11.2026."""


def document(part: Part, *, number: str, town: str, at: datetime, seal: str, digest: str, most: int | None = None) -> Document:
    """The document as blocks, in German; number, digest and seal stand on it. `most`: rows of a table a page shows."""
    blocks: list[Block] = [
        Heading(f"{part.key} {part.title}"),
        Text(f"Prüfstand {number}. SHA-256 dieses Dokuments: {digest}"),
        Note(f"Siegel des Prüfstands: {seal}. Das Siegel ersetzt keine qualifizierte elektronische Signatur.", title="Siegel"),
    ]
    for section in part.sections:
        cut = section if most is None else replace(section, rows=section.rows[:most])
        blocks += [Heading(f"{section.title} ({len(section.rows)})", 2), table(cut)]
        if len(cut.rows) < len(section.rows):
            left = len(section.rows) - len(cut.rows)
            blocks.append(Text(f"{left} weitere Zeilen stehen in PDF, CSV und JSON.", "small"))
    return Document(
        f"{part.key} {part.title}", town, at, at, tuple(blocks), subtitle=f"Prüfstand {number}", version=number,
        state=digest[:12], language="de",
    )  # fmt: skip


def table(section: Section) -> Table:
    """A table with the columns that have room on a page; the others stand in the files."""
    shown = [x for x in section.columns if x.width]
    return Table(
        section.title,
        tuple(Column(x.title, x.width) for x in shown),
        tuple(tuple(_cell(row.get(x.key, "")) for x in shown) for row in section.rows),
        section.empty,
    )


def csv_file(part: Part) -> bytes:
    """All tables below each other with every column, as spreadsheets in Germany read it (semicolon, UTF-8 with mark)."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    for section in part.sections:
        writer.writerow([f"{part.key} {section.title}"])
        writer.writerow([x.title for x in section.columns])
        for row in rows(section):
            writer.writerow([guard(x) for x in row.values()])
        writer.writerow([])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _cell(value: object) -> str:
    text = str(value)
    day = text.split("-")
    if len(day) == _DAYS and [len(x) for x in day] == [4, 2, 2] and "".join(day).isdigit():
        return f"{day[2]}.{day[1]}.{day[0]}"
    return text
