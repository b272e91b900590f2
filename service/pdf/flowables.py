"""What stands on the page: paragraphs, tables and drawings that know their node of the logical tree."""

from collections.abc import Sequence
from typing import Any, Final

from reportlab.lib.colors import HexColor
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Flowable, LongTable, TableStyle
from reportlab.platypus.paragraph import Paragraph, _SplitWord, _SplitWordEnd
from reportlab.platypus.paraparser import ParaFrag

from service import charts
from service.charts import Drawing, Label, Line, Link, Polygon, Rect
from service.pdf.fonts import BOLD, REGULAR, printable
from service.pdf.tags import Node, SpacedText

INK: Final = HexColor(charts.INK)
RULE: Final = HexColor("#8a93a0")
SHADE: Final = HexColor("#eceff3")
ALMOST_A_PAGE: Final = 600.0  # points of height
LARGEST: Final = 0.88  # of a drawing's own size, so that two matrices with their tables fit on a page


class Para(Paragraph):
    """A paragraph of plain text in one style: its words are never parsed as markup."""

    node: Node | None = None
    shown = False
    href = ""

    @classmethod
    def of(cls, text: str, style: ParagraphStyle, node: Node | None) -> "Para":
        """A paragraph that belongs to the node; None makes it an artifact."""
        fragment = ParaFrag(
            text=printable(text),
            fontName=style.fontName,
            fontSize=style.fontSize,
            textColor=style.textColor,
            rise=0,
            us_lines=(),
            link=(),
        )
        made = cls(None, style, None, [fragment])
        made.node = node
        return made

    def beginText(self, x: float, y: float) -> SpacedText:  # noqa: N802  # reportlab's name
        text = SpacedText(self.canv, x, y)
        text.joined = [_goes_on(line) for line in self.blPara.lines] if self._splitLongWordCount else []
        return text

    def split(self, *room: float) -> list[Any]:
        parts: list[Any] = super().split(*room)
        for part in parts:
            part.node, part.href = self.node, self.href
        return parts

    def draw(self) -> None:
        """Paint once for the reader; a table head repeated on the next page is decoration."""
        node = None if self.shown else self.node
        self.shown = True
        canvas = self.canv
        with canvas.marked(node):
            super().draw()
        if self.href and node:
            canvas.link(node, self.href, (0, 0, self.width, self.height), self.href)


def _goes_on(line: Any) -> bool:
    last = line[1][-1] if isinstance(line, (tuple, list)) and line[1] else ""
    return isinstance(last, _SplitWord) and not isinstance(last, _SplitWordEnd)


class Head(Para):
    """A heading: a bookmark and an entry of the outline."""

    level = 0
    key = ""
    title = ""

    def draw(self) -> None:
        self.canv.bookmarkHorizontal(self.key, 0, self.height)
        self.canv.addOutlineEntry(self.title, self.key, self.level)
        super().draw()


class Grid(LongTable):
    """A table whose lines and fills are decoration. Its cells are paragraphs; they carry the nodes.

    A row stays whole unless it is taller than (almost) a page.
    """

    def split(self, availWidth: float, availHeight: float) -> list[Any]:  # noqa: N803  # reportlab's names
        self.splitInRow = 0
        parts: list[Any] = super().split(availWidth, availHeight)
        if not parts and availHeight > ALMOST_A_PAGE:
            self.splitInRow = 1
            parts = super().split(availWidth, availHeight)
        return parts

    def _drawBkgrnd(self) -> None:  # noqa: N802  # reportlab's name
        with self.canv.marked(None):
            super()._drawBkgrnd()

    def _drawLines(self) -> None:  # noqa: N802  # reportlab's name
        with self.canv.marked(None):
            super()._drawLines()


PADDING: Final[tuple[tuple[Any, ...], ...]] = (
    ("FONT", (0, 0), (-1, -1), REGULAR),
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("LEFTPADDING", (0, 0), (-1, -1), 4),
    ("RIGHTPADDING", (0, 0), (-1, -1), 4),
    ("TOPPADDING", (0, 0), (-1, -1), 2.5),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 3.5),
)
RULED: Final = TableStyle(
    [
        *PADDING,
        ("BACKGROUND", (0, 0), (-1, 0), SHADE),
        ("LINEABOVE", (0, 0), (-1, 0), 0.75, INK),
        ("LINEBELOW", (0, 0), (-1, 0), 0.75, INK),
        ("LINEBELOW", (0, 1), (-1, -1), 0.25, RULE),
    ]
)
BARE: Final = TableStyle(list(PADDING))
FRAMED: Final = TableStyle(
    [*PADDING, ("BOX", (0, 0), (-1, -1), 0.75, INK), ("LEFTPADDING", (0, 0), (-1, -1), 8), ("BOTTOMPADDING", (0, 0), (-1, -1), 7)]
)
CARDS: Final = TableStyle([*PADDING, ("BOX", (0, 0), (-1, -1), 0.5, RULE), ("INNERGRID", (0, 0), (-1, -1), 0.5, RULE)])


def grid(rows: Sequence[Sequence[Any]], widths: Sequence[float], style: TableStyle, head: int = 0) -> Grid:
    """A table of fixed widths; `head` rows are repeated on each page; a row taller than a page goes on."""
    return Grid(rows, colWidths=list(widths), style=style, repeatRows=head, hAlign="LEFT", spaceBefore=3, spaceAfter=9)


class Rule(Flowable):
    """A line to sign on."""

    def __init__(self, length: float, before: float) -> None:
        super().__init__()
        self.width, self.height = length, before

    def draw(self) -> None:
        with self.canv.marked(None):
            self.canv.setStrokeColor(INK)
            self.canv.setLineWidth(0.75)
            self.canv.line(0, 2, self.width, 2)


class Picture(Flowable):
    """A drawing as vectors and real text: one figure with an alternative text."""

    def __init__(self, drawing: Drawing, node: Node, room: float) -> None:
        super().__init__()
        self.drawing, self.node = drawing, node
        self.factor = min(LARGEST, room / drawing.width)
        self.width, self.height = drawing.width * self.factor, drawing.height * self.factor

    def draw(self) -> None:
        canvas = self.canv
        x, y = canvas.absolutePosition(0, 0)
        box = f"{x:.1f} {y:.1f} {x + self.width:.1f} {y + self.height:.1f}"
        self.node.attributes = f"<</O /Layout /Placement /Block /BBox [{box}]>>"
        with canvas.marked(self.node):
            canvas.saveState()
            canvas.scale(self.factor, self.factor)
            for shape in self.drawing.shapes:
                for part in shape.shapes if isinstance(shape, Link) else (shape,):
                    self._paint(part)
            canvas.restoreState()

    def _paint(self, shape: Rect | Polygon | Line | Label) -> None:
        canvas, top = self.canv, self.drawing.height
        canvas.setStrokeColor(INK)
        match shape:
            case Rect(x, y, width, height, tone):
                canvas.setLineWidth(0.75)
                canvas.setFillColor(HexColor(charts.FILLS[tone]))
                canvas.rect(x, top - y - height, width, height, fill=1)
            case Polygon(points, tone):
                canvas.setLineWidth(0.75)
                canvas.setFillColor(HexColor(charts.FILLS[tone]))
                canvas.drawPath(self._path(points, close=True), fill=1)
            case Line(points, width):
                canvas.setLineWidth(width)
                canvas.drawPath(self._path(points, close=False))
            case Label(x, y, text, anchor, size, bold):
                canvas.setFillColor(INK)
                canvas.setFont(BOLD if bold else REGULAR, size)
                write = {"start": canvas.drawString, "middle": canvas.drawCentredString, "end": canvas.drawRightString}[anchor]
                write(x, top - y, printable(text))

    def _path(self, points: Sequence[tuple[float, float]], *, close: bool) -> Any:
        path = self.canv.beginPath()
        (x, y), *rest = points
        path.moveTo(x, self.drawing.height - y)
        for x, y in rest:
            path.lineTo(x, self.drawing.height - y)
        if close:
            path.close()
        return path
