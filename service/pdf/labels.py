"""Sheets of labels with a QR code: each label a tagged paragraph and a figure, nothing outside its place on the sheet."""

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import Any, Final

from reportlab.graphics.barcode import qr
from reportlab.lib.units import mm
from reportlab.lib.utils import TimeStamp

from service import i18n
from service.label_sheets import Label, Sheet
from service.pdf import fonts
from service.pdf.document import LANGUAGES, PRODUCER, packed
from service.pdf.flowables import INK
from service.pdf.tags import Node, TaggedCanvas

PADDING: Final = 2 * mm
SMALLEST: Final = 5.5
"""Points; a longer line of words is cut."""
LONGEST_NUMBER: Final = 40
"""Signs; what is longer without a blank is no number that anybody types."""
QUIET: Final = 4
"""Modules of white around a QR code (ISO/IEC 18004)."""


def render_labels(
    sheet: Sheet, labels: Sequence[Label], *, title: str, town: str, first: int, made_at: datetime, language: str
) -> bytes:
    """The labels from place `first` (1: top left, counted by row) of the first sheet on."""
    fonts.ready()
    root = Node("Document")
    out = BytesIO()
    metadata = {
        "title": fonts.printable(title),
        "author": fonts.printable(town),
        "subject": fonts.printable(title),
        "creator": PRODUCER,
        "producer": PRODUCER,
        "language": LANGUAGES[language],
        "date": made_at.strftime("%Y-%m-%dT%H:%M:%S+00:00"),
    }
    size = (sheet.page[0] * mm, sheet.page[1] * mm)
    with i18n.use(language):
        canvas = TaggedCanvas(
            out, pagesize=size, tagged=True, decorate=lambda _canvas, _page, _pages: None, metadata=metadata, root=root,
            pdfVersion=(1, 7), lang=LANGUAGES[language], invariant=1, pageCompression=1, initialFontName=fonts.REGULAR,
        )  # fmt: skip
        stamp = TimeStamp(invariant=1)
        stamp.YMDhms = tuple(made_at.utctimetuple())[:6]
        canvas._doc._timeStamp = stamp  # noqa: SLF001  # reportlab offers no other way to give a date
        for name, setter in (("title", canvas.setTitle), ("author", canvas.setAuthor), ("subject", canvas.setSubject)):
            setter(metadata[name])
        canvas.setCreator(PRODUCER)
        canvas.setProducer(PRODUCER)
        for n, label in enumerate(labels, first - 1):
            place = n % sheet.places
            if place == 0 and n > first - 1:
                canvas.showPage()
            _draw(canvas, sheet, label, place, root.add("Sect"))
        canvas.save()
    return packed(out)


def _draw(canvas: Any, sheet: Sheet, label: Label, place: int, home: Node) -> None:
    """One label: the code at the left, what people read beside it."""
    row, column = divmod(place, sheet.columns)
    x = (sheet.left + column * (sheet.width + sheet.gap_x)) * mm
    y = (sheet.page[1] - sheet.top - (row + 1) * sheet.height - row * sheet.gap_y) * mm
    side = min(sheet.height * mm - 2 * PADDING, sheet.width * mm * 0.45)
    widget = qr.QrCodeWidget(label.address, barLevel="M", barBorder=QUIET)
    widget.qr.make()
    count = widget.qr.getModuleCount()
    unit = side / (count + 2 * QUIET)
    left, bottom = x + PADDING, y + (sheet.height * mm - side) / 2
    canvas.setFillColor(INK)
    with canvas.marked(home.add("Figure", alt=label.spoken)):
        path = canvas.beginPath()
        for line in range(count):
            for start, length in _runs([widget.qr.isDark(line, n) for n in range(count)]):
                path.rect(left + (QUIET + start) * unit, bottom + side - (QUIET + line + 1) * unit, length * unit, unit)
        canvas.drawPath(path, stroke=0, fill=1)
    _words(canvas, label, left + side + PADDING / 2, y, x + sheet.width * mm - PADDING, sheet.height * mm, home)


def _runs(dark: Sequence[bool]) -> list[tuple[int, int]]:
    """(start, length) of the dark stretches of a line: one rectangle each, so that no hair line shows between modules."""
    found: list[tuple[int, int]] = []
    for n, one in enumerate(dark):
        if one and found and sum(found[-1]) == n:
            found[-1] = (found[-1][0], found[-1][1] + 1)
        elif one:
            found.append((n, 1))
    return found


def _words(canvas: Any, label: Label, left: float, bottom: float, right: float, height: float, home: Node) -> None:
    """The lines, as large as they fit, the first in bold; a long number goes on in the next line, other words end with …."""
    styled = [(fonts.printable(text), fonts.REGULAR if n else fonts.BOLD) for n, text in enumerate(label.lines)]
    lines = [(part, font) for text, font in styled for part in _parts(text, font, right - left)]
    size = min(9.0, (height - 2 * PADDING) / (len(lines) * 1.25))
    at = bottom + height / 2 + len(lines) * size * 1.25 / 2 - size
    for text, font in lines:
        own = max(SMALLEST, min(size, size * (right - left) / max(1.0, fonts.width(text, font, size))))
        with canvas.marked(home.add("P")):
            canvas.setFont(font, own)
            canvas.drawString(left, at, _fitted(text, font, own, right - left))
        at -= size * 1.25


def _parts(text: str, font: str, room: float) -> list[str]:
    """A number is typed where its code cannot be read: nothing of it may be missing."""
    if " " in text or len(text) > LONGEST_NUMBER or fonts.width(text, font, SMALLEST) <= room:
        return [text]
    most = max(n for n in range(1, len(text)) if n == 1 or fonts.width(text[:n], font, SMALLEST) <= room)
    return [text[:most], *_parts(text[most:], font, room)]


def _fitted(text: str, font: str, size: float, room: float) -> str:
    if fonts.width(text, font, size) <= room:
        return text
    while text and fonts.width(text + "…", font, size) > room:
        text = text[:-1]
    return text + "…"
