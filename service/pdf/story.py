"""Blocks → flowables with their logical tree, in the order of reading."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import CondPageBreak, Spacer
from reportlab.platypus import PageBreak as NewPage

from service import blocks as b
from service.blocks import Block, Cell, Document
from service.charts import Drawing, labels
from service.i18n import gettext as _
from service.lamps import Lamp
from service.pdf import flowables as f
from service.pdf.flowables import Head, Para, Picture, Rule, grid
from service.pdf.fonts import BOLD, REGULAR, printable, width
from service.pdf.tags import Node

COLUMN: Final = "<</O /Table /Scope /Column>>"
ROW: Final = "<</O /Table /Scope /Row>>"
WIDEST_WORD: Final = 110  # points; a longer word (a path) may always break
LONGEST_FIGURE: Final = 14  # letters of a date, amount or number that is never broken
SMALL_TABLE: Final = 14  # rows; a table up to this size is not broken over two pages if that can be helped
ROOM_AFTER_HEADING: Final = 90.0  # points: a heading with less below it moves to the next page


def _style(name: str, size: float, leading: float, **more: Any) -> ParagraphStyle:
    more = {"fontName": REGULAR, "bulletFontName": REGULAR, "textColor": f.INK} | more
    return ParagraphStyle(name, fontSize=size, leading=leading, **more)


TITLE: Final = _style("title", 20, 25, fontName=BOLD, spaceAfter=4)
HEADINGS: Final = {
    1: _style("h1", 15, 19, fontName=BOLD, spaceBefore=12, spaceAfter=5),
    2: _style("h2", 12.5, 16, fontName=BOLD, spaceBefore=10, spaceAfter=4),
    3: _style("h3", 11, 14.5, fontName=BOLD, spaceBefore=8, spaceAfter=3),
    4: _style("h4", 10, 13.5, fontName=BOLD, spaceBefore=6, spaceAfter=2),
}
TEXTS: Final = {
    "normal": _style("normal", 10, 13.5, spaceAfter=4),
    "lead": _style("lead", 11.5, 16, spaceAfter=6),
    "small": _style("small", 8.5, 11.5, spaceAfter=3),
}
LINK: Final = _style("link", 10, 14, spaceAfter=5, textColor=HexColor("#1a4f9c"))
CAPTION: Final = _style("caption", 9.5, 13, fontName=BOLD, spaceBefore=5, spaceAfter=1)
CELL: Final = _style("cell", 9, 11.5)
CELL_DETAIL: Final = _style("cell detail", 8, 10.5)
CELL_RIGHT: Final = _style("cell right", 9, 11.5, alignment=TA_RIGHT)
CELL_HEAD: Final = _style("cell head", 9, 11.5, fontName=BOLD)
CELL_HEAD_RIGHT: Final = _style("cell head right", 9, 11.5, fontName=BOLD, alignment=TA_RIGHT)
VALUE: Final = _style("value", 17, 21, fontName=BOLD)
BOX: Final = _style("box", 12, 14)
# Dark enough for 4.5 : 1 on white; shape and word say the same without colour.
LAMPS: Final = {
    lamp: _style(f"lamp {lamp}", 9.5, 12, fontName=BOLD, textColor=HexColor(colour))
    for lamp, colour in {Lamp.GREEN: "#1b6b34", Lamp.YELLOW: "#7a5a00", Lamp.RED: "#b01c1c", Lamp.GREY: "#4d5663"}.items()
}


def story(document: Document, root: Node, room: float) -> list[Any]:
    """The flowables of a document; `room` is the width between the margins in points. A tree serves one build only."""
    head = Para.of(document.title, TITLE, root.add("Title"))
    lines = [Para.of(line, TEXTS["normal"], root.add("P")) for line in b.opening(document)]
    twin = _("Dieses Dokument gibt es auch als Webseite für Vorleseprogramme: im Dienst unter „Berichte“.")
    lines.append(Para.of(twin, TEXTS["small"], root.add("P")))
    blocks = document.blocks
    return [head, *lines, *(part for i in range(len(blocks)) for part in _drawn(blocks[i], root, room, i, blocks[i + 1 : i + 5]))]


def _need(following: Sequence[Block], room: float) -> float:
    """How much room must be left below a heading, or it would stand alone at the foot of a page."""
    match following:
        case [b.Heading(), *more]:
            return 30 + _need(more, room)
        case [b.Matrix(drawing) | b.Chart(drawing), *_]:
            return drawing.height * min(f.LARGEST, room / drawing.width) + 90
        case [b.Table() as table, *_]:
            return 30 + _table_need(table)
        case [b.Decision(), *_]:
            return 200
        case _:
            return ROOM_AFTER_HEADING


def _table_need(table: b.Table) -> float:
    rows = len(table.rows)
    return 40.0 + 18 * rows if rows <= SMALL_TABLE else ROOM_AFTER_HEADING


def _drawn(block: Block, root: Node, room: float, number: int, following: Sequence[Block]) -> Iterator[Any]:
    match block:
        case b.Heading(text, level):
            heading = Head.of(text, HEADINGS[level], root.add(f"H{level}"))
            heading.level, heading.title, heading.key = level - 1, printable(text), f"h{number}"
            yield CondPageBreak(_need(following, room))
            yield heading
        case b.Text(text, style, href):
            for line in _lines(text):
                paragraph = root.add("P")
                made = Para.of(line, LINK if href else TEXTS[style], paragraph.add("Link") if href else paragraph)
                made.href = href
                yield made
        case b.Figures(figures):
            yield from _figures(figures, root, room)
        case b.Table():
            yield from _table(block, root, room)
        case b.Lamps():
            table, notes = b.lamps_table(block)
            yield from _table(table, root, room)
            yield from (Para.of(note, TEXTS["small"], root.add("P")) for note in notes)
        case b.Matrix(drawing) | b.Chart(drawing):
            yield from _picture(drawing, root, room)
        case b.Checklist(caption, items):
            yield CondPageBreak(60)
            yield Para.of(caption, CAPTION, root.add("P"))
            yield from _ticks(items, root, room)
        case b.Decision():
            yield from _decision(block, root, room)
        case b.Signature(role, name):
            yield CondPageBreak(80)
            yield Rule(room * 0.6, 44)
            yield Para.of(b.signature_label(role, name), TEXTS["small"], root.add("P"))
        case b.Note():
            inside = root.add("Div")
            lines = [Para.of(b.note_title(block), CELL_HEAD, inside.add("P"))]
            lines += [Para.of(line, TEXTS["normal"], inside.add("P")) for line in _lines(block.text)]
            yield grid([[lines]], [room], f.FRAMED)
        case b.PageBreak():
            yield NewPage()


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _table(table: b.Table, root: Node, room: float) -> Iterator[Any]:
    yield CondPageBreak(_table_need(table))
    if not table.rows and table.empty:
        yield Para.of(table.caption, CAPTION, root.add("P"))
        yield Para.of(table.empty, TEXTS["normal"], root.add("P"))
        return
    node = root.add("Table")
    yield Para.of(table.caption, CAPTION, node.add("Caption"))
    right = [column.align == "right" for column in table.columns]
    head = node.add("THead").add("TR")
    rows: list[list[Para | list[Para]]] = [
        [
            Para.of(column.title, CELL_HEAD_RIGHT if at_right else CELL_HEAD, head.add("TH", COLUMN))
            for column, at_right in zip(table.columns, right, strict=True)
        ]
    ]
    many = len(table.columns)
    # Heads must not outnumber data cells, or a small table is all heads.
    row_headed = many >= 3 and len(table.rows) * (many - 1) >= len(table.rows) + many
    body = node.add("TBody") if table.rows else node
    for row in table.rows:
        line = body.add("TR")
        rows.append(
            [
                _cell(cell, line.add("TH", ROW) if row_headed and i == 0 else line.add("TD"), right[i])
                for i, cell in enumerate(row)
            ]
        )
    yield grid(rows, _widths(table, room), f.RULED, head=1)


def _cell(cell: Cell, node: Node, at_right: bool) -> Para | list[Para]:
    if isinstance(cell, Lamp):
        return Para.of(b.cell_text(cell), LAMPS[cell], node)
    style = CELL_RIGHT if at_right else CELL
    if "\n" in cell:
        first, *more = _lines(cell) or [""]
        return [Para.of(first, style, node.add("P")), *(Para.of(x, CELL_DETAIL, node.add("P")) for x in more)]
    return Para.of(cell, style, node)


def _widths(table: b.Table, room: float) -> list[float]:
    """Shares of the page, but where there is room no column so narrow that its longest word breaks."""
    total = sum(column.width for column in table.columns)
    wanted = [room * column.width / total for column in table.columns]
    heads = [max((width(word, BOLD, 9) for word in column.title.split()), default=0.0) + 9 for column in table.columns]
    words = [_longest(table, i) + 9 for i in range(len(table.columns))]
    whole = [_longest(table, i, _is_figure) + 9 for i in range(len(table.columns))]
    # Where not all fit, the longest words break first, then heads; dates, amounts and numbers stay whole, long names do not.
    caps = [(head, cap) for head in (True, False) for cap in range(WIDEST_WORD, 0, -4)]
    for with_heads, cap in caps:
        parts = zip(heads if with_heads else whole, words, whole, strict=True)
        least = [max(head, figure, min(word, cap)) for head, word, figure in parts]
        if sum(least) <= room:
            break
    else:
        return wanted
    short = [max(0.0, low - want) for low, want in zip(least, wanted, strict=True)]
    spare = [max(0.0, want - low) for low, want in zip(least, wanted, strict=True)]
    give = sum(short) / (sum(spare) or 1.0)
    return [want + lack - free * give for want, lack, free in zip(wanted, short, spare, strict=True)]


def _is_figure(word: str) -> bool:
    """A date, an amount, a number of a thing or a short address: broken over two lines it could not be read."""
    return len(word) <= LONGEST_FIGURE and any(sign.isdigit() for sign in word)


def _longest(table: b.Table, column: int, counts: Callable[[str], bool] | None = None) -> float:
    """Width of a column's longest word of its cells that counts; compared by letters, which is near enough and quick."""
    words = {word for row in table.rows for word in b.cell_text(row[column]).split()}
    if counts is not None:
        words = {word for word in words if counts(word)}
    return width(printable(max(words, key=len, default="")), REGULAR, 9) * 1.05


def _figures(figures: tuple[b.Figure, ...], root: Node, room: float) -> Iterator[Any]:
    many = min(4, len(figures)) or 1
    group = root.add("L")
    cells = []
    for figure in figures:
        body = group.add("LI").add("LBody")
        parts = [Para.of(figure.value, VALUE, body.add("P")), Para.of(figure.label, CELL, body.add("P"))]
        cells.append([*parts, Para.of(figure.note, TEXTS["small"], body.add("P"))] if figure.note else parts)
    rows = [cells[i : i + many] for i in range(0, len(cells), many)]
    if rows:
        rows[-1] += [[] for _ in range(many - len(rows[-1]))]
        yield CondPageBreak(70)
        yield grid(rows, [room / many] * many, f.CARDS)


def _ticks(items: tuple[str, ...], root: Node, room: float) -> Iterator[Any]:
    group = root.add("L")
    rows = []
    for item in items:
        entry = group.add("LI")
        rows.append([Para.of(b.TICK_BOX, BOX, entry.add("Lbl")), Para.of(item, TEXTS["normal"], entry.add("LBody"))])
    if rows:
        yield grid(rows, [22, room - 22], f.BARE)


def _picture(drawing: Drawing, root: Node, room: float) -> Iterator[Any]:
    title = Para.of(drawing.title, CAPTION, root.add("P"))
    picture = Picture(drawing, root.add("Figure", alt=f"{drawing.title}. {drawing.caption} {', '.join(labels(drawing))}"), room)
    yield CondPageBreak(picture.height + 50)
    yield title
    yield Spacer(1, 3)
    yield picture
    yield Para.of(drawing.caption, TEXTS["normal"], root.add("P"))
    yield from _table(b.data_table(drawing), root, room)


def _decision(decision: b.Decision, root: Node, room: float) -> Iterator[Any]:
    yield CondPageBreak(160)
    yield Para.of(decision.title, HEADINGS[4], root.add("P"))
    yield from (Para.of(line, TEXTS["normal"], root.add("P")) for line in _lines(decision.facts))
    yield from _table(b.decision_table(decision), root, room)
    yield from (Para.of(sentence, TEXTS["normal"], root.add("P")) for sentence in b.advice(decision))
    yield from _ticks(b.answers(decision), root, room)
