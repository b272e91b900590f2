"""How long a long document takes, against bare reportlab of the same rows: what `run.py bench` prints.

Both draw the same texts as `Paragraph` cells in the same widths and sizes; bare reportlab parses its markup and tags
nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from statistics import median
from time import process_time
from typing import Final

import pikepdf
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import LongTable, Paragraph, SimpleDocTemplate

from service.blocks import Column, Document, Table
from service.pdf import fonts, render

ROWS: Final = 2100  # about a hundred pages
WIDTHS: Final = (1.2, 1.6, 1.6, 3.2, 1.0)


@dataclass(frozen=True, slots=True)
class Bench:
    """CPU seconds (median) and pages; the ratios are what the budgets of 1.5 and 2 speak of."""

    pages: int
    bare: float
    untagged: float
    tagged: float

    @property
    def untagged_ratio(self) -> float:
        return self.untagged / self.bare

    @property
    def tagged_ratio(self) -> float:
        return self.tagged / self.bare


def rows(many: int = ROWS) -> tuple[tuple[str, ...], ...]:
    """Rows such as a device list has."""
    return tuple(
        (
            f"10.61.{i // 250}.{i % 250}",
            f"srv-{i:04d}.erbach.example",
            "Server, Rathaus",
            f"Windows Server 2019, Serverraum {i % 9}, zuletzt gesehen am 16.11.2026 durch Scan und Liste des Bauhofs",
            str(i),
        )
        for i in range(many)
    )


def bare(data: tuple[tuple[str, ...], ...]) -> bytes:
    """The reference: stock reportlab, paragraphs in cells, one long table with a repeated head."""
    fonts.ready()
    style = ParagraphStyle("cell", fontName=fonts.REGULAR, fontSize=9, leading=11.5)
    out = BytesIO()
    room = A4[0] - 40 * mm
    widths = [room * width / sum(WIDTHS) for width in WIDTHS]
    document = SimpleDocTemplate(
        out, pagesize=A4, leftMargin=20 * mm, rightMargin=20 * mm, topMargin=24 * mm, bottomMargin=22 * mm, invariant=1
    )
    cells = [[Paragraph(text, style) for text in row] for row in (("Adresse", "Name", "Art", "Angaben", "Nr."), *data)]
    document.build([LongTable(cells, colWidths=widths, repeatRows=1)])
    return out.getvalue()


def document(data: tuple[tuple[str, ...], ...]) -> Document:
    """The same rows as blocks."""
    titles = ("Adresse", "Name", "Art", "Angaben", "Nr.")
    columns = tuple(Column(title, width) for title, width in zip(titles, WIDTHS, strict=True))
    moment = datetime(2026, 11, 16, 9, tzinfo=UTC)
    return Document("Bestand", "Erbach", moment, moment, (Table("Geräte", columns, data),))


def measure(many: int = ROWS, times: int = 3) -> Bench:
    """Draw each kind some times in turn and take the median."""
    data = rows(many)
    made = document(data)
    kinds: tuple[Callable[[], bytes], ...] = (lambda: bare(data), lambda: render(made, tagged=False), lambda: render(made))
    taken: list[list[float]] = [[], [], []]
    last = b""
    for _ in range(times):
        for kind, seconds in zip(kinds, taken, strict=True):
            begun = process_time()
            last = kind()
            seconds.append(process_time() - begun)
    with pikepdf.open(BytesIO(last)) as file:
        return Bench(len(file.pages), *(median(seconds) for seconds in taken))
