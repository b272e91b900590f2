"""A frozen document as paper, page and CSV. Pure: what comes out follows from the frozen bytes and nothing else."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from isms.snapshots.parts import Part, Section, rows
from scanners.lists.formulas import guard
from service.blocks import Block, Column, Document, Heading, Note, Table, Text

ACROSS: Final = frozenset({"A.4", "A.5", "A.6"})
"""Documents whose tables need the long side of the page."""
BELOW: Final[Mapping[tuple[str, str], Mapping[str, tuple[str, ...]]]] = {
    ("A.4", "answers"): {
        "title": ("reason", "document", "edition"),
        "state": ("contradictions", "evidence", "files"),
        "responsible": ("due", "answered"),
    },
    ("A.5", "risks"): {
        "title": ("threats", "cause", "scenario", "affects", "closed", "closed_reason"),
        "gross": ("net", "priority"),
        "treatment": ("measures", "owner", "due", "review"),
    },
    ("A.5", "acceptances"): {"reason": ("said",)},
    ("A.6", "measures"): {
        "title": ("controls",),
        "state": ("priority",),
        "budget": ("days",),
        "acceptance": ("scope", "until", "withdrawn"),
    },
}
"""(document, table) → column → columns that stand below it in the same cell."""
WIDTHS: Final[Mapping[tuple[str, str], Mapping[str, float]]] = {
    ("A.4", "answers"): {"object": 1.6, "title": 4.0, "state": 1.6, "origin": 1.2, "responsible": 1.5},
    ("A.5", "risks"): {"title": 3.6, "objects": 1.4, "gross": 1.8, "treatment": 1.8, "acceptance": 1.2},
    ("A.6", "measures"): {"title": 3.6, "state": 1.2, "acceptance": 1.8},
}
"""Shares of the page where other columns stand below; the frozen ones are for a column each."""
_NOTHING: Final = (None, "", 0, "–")
FIGURES: Final = frozenset({"once", "yearly"})
"""Amounts, which stand on the right."""
_DAY: Final = re.compile(r"\b(\d{4})-(\d\d)-(\d\d)\b")
_AMOUNT: Final = re.compile(r"(\d+),(\d\d)")


def document(part: Part, *, number: str, town: str, at: datetime, seal: str, digest: str, most: int | None = None) -> Document:
    """The document as blocks, in German; number, digest and seal stand on it. `most`: rows of a table a page shows."""
    blocks: list[Block] = [
        Heading(f"{part.key} {part.title}"),
        Text(f"Prüfstand {number}. SHA-256 dieses Dokuments: {digest}"),
        Note(f"Siegel des Prüfstands: {seal}. Das Siegel ersetzt keine qualifizierte elektronische Signatur.", title="Siegel"),
    ]
    for section in part.sections:
        cut = section if most is None else replace(section, rows=section.rows[:most])
        blocks += [Heading(f"{section.title} ({len(section.rows)})", 2), table(cut, part.key)]
        if len(cut.rows) < len(section.rows):
            left = len(section.rows) - len(cut.rows)
            blocks.append(Text(f"{left} weitere Zeilen stehen in PDF, CSV und JSON.", "small"))
    return Document(
        f"{part.key} {part.title}", town, at, at, tuple(blocks), subtitle=f"Prüfstand {number}", version=number,
        state=digest[:12], language="de", landscape=part.key in ACROSS,
    )  # fmt: skip


def table(section: Section, document: str = "") -> Table:
    """A table with the columns that have room on a page; others stand as lines of their own below a cell, or in the files."""
    below = BELOW.get((document, section.key), {})
    folded = {key for keys in below.values() for key in keys}
    shown = [x for x in section.columns if x.width and x.key not in folded]
    widths = WIDTHS.get((document, section.key), {})
    titles = {x.key: x.title for x in section.columns}

    def cell(row: Mapping[str, object], key: str) -> str:
        more = [f"{titles[x]}: {_cell(row.get(x, ''))}" for x in below.get(key, ()) if x in titles and row.get(x) not in _NOTHING]
        return "\n".join((_cell(row.get(key, "")), *more))

    return Table(
        section.title,
        tuple(Column(x.title, widths.get(x.key, x.width), "right" if x.key in FIGURES else "left") for x in shown),
        tuple(tuple(cell(row, x.key) for x in shown) for row in section.rows),
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
    """A value as people read it: days as 16.11.2026, amounts in groups of three."""
    text = _DAY.sub(r"\3.\2.\1", str(value))
    if amount := _AMOUNT.fullmatch(text):
        return f"{int(amount[1]):,}".replace(",", ".") + f",{amount[2]}"
    return text
