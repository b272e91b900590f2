"""The file around the story: page size, head and foot, metadata, packing."""

from functools import partial
from io import BytesIO
from typing import Any, Final

import pikepdf
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.units import mm
from reportlab.lib.utils import TimeStamp
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate

from service import i18n
from service.blocks import Document
from service.i18n import format_datetime
from service.i18n import gettext as _
from service.pdf import fonts
from service.pdf.flowables import INK, RULE
from service.pdf.story import story
from service.pdf.tags import Node, TaggedCanvas

SIDE: Final = 20 * mm
TOP: Final = 24 * mm
BOTTOM: Final = 22 * mm
PRODUCER: Final = "Odenwacht"
LANGUAGES: Final = {"de": "de-DE", "en": "en-GB"}


def render(document: Document, *, tagged: bool = True) -> bytes:
    """The document as a PDF.

    `tagged=False` leaves the structure tree out; only measurements want that. Takes CPU time: more than a few pages
    belong to the worker.
    """
    fonts.ready()
    with i18n.use(document.language):
        root = Node("Document")
        out = BytesIO()
        width, height = _size(document)
        language = LANGUAGES[document.language]
        metadata = {
            "title": fonts.printable(document.title),
            "author": fonts.printable(document.town),
            "subject": fonts.printable(document.subtitle or document.title),
            "creator": PRODUCER,
            "producer": PRODUCER,
            "language": language,
            "date": document.made_at.strftime("%Y-%m-%dT%H:%M:%S+00:00"),
        }
        template = BaseDocTemplate(
            out,
            pagesize=(width, height),
            title=metadata["title"],
            author=metadata["author"],
            subject=metadata["subject"],
            creator=PRODUCER,
            producer=PRODUCER,
            lang=language,
            invariant=1,
            pageCompression=1,
            initialFontName=fonts.REGULAR,
        )
        frame = Frame(SIDE, BOTTOM, width - 2 * SIDE, height - TOP - BOTTOM, 0, 0, 0, 0)
        template.addPageTemplates(PageTemplate("page", [frame]))
        maker = partial(_canvas, document=document, tagged=tagged, metadata=metadata, root=root)
        template.build(story(document, root, width - 2 * SIDE), canvasmaker=maker)
    return packed(out)


def _size(document: Document) -> tuple[float, float]:
    """Width and height of the pages in points."""
    width, height = landscape(A4) if document.landscape else A4
    return float(width), float(height)


def _canvas(*args: Any, document: Document, tagged: bool, metadata: dict[str, str], root: Node, **kw: Any) -> TaggedCanvas:
    canvas = TaggedCanvas(
        *args, tagged=tagged, decorate=partial(_frame, document), metadata=metadata, root=root, pdfVersion=(1, 7), **kw
    )
    stamp = TimeStamp(invariant=1)  # a fixed moment in the file's dates: that of the document, not of the machine
    stamp.YMDhms = tuple(document.made_at.utctimetuple())[:6]
    canvas._doc._timeStamp = stamp  # noqa: SLF001  # reportlab offers no other way to give a date
    canvas.showOutline()
    return canvas


def _frame(document: Document, canvas: Any, page: int, pages: int) -> None:
    """Head and foot of a page: whose, what, how secret; state of the data, version, page x of y."""
    width, height = _size(document)
    right = width - SIDE
    canvas.setFillColor(INK)
    canvas.setStrokeColor(RULE)
    canvas.setLineWidth(0.5)
    canvas.line(SIDE, height - 17 * mm, right, height - 17 * mm)
    canvas.line(SIDE, 17 * mm, right, 17 * mm)
    canvas.setFont(fonts.BOLD, 8.5)
    marking = fonts.printable(document.marking.upper())
    canvas.drawRightString(right, height - 14.5 * mm, marking)
    canvas.setFont(fonts.REGULAR, 8.5)
    room = right - SIDE - fonts.width(marking, fonts.BOLD, 8.5) - 12
    canvas.drawString(SIDE, height - 14.5 * mm, _fitted(fonts.printable(f"{document.town} · {document.title}"), room))
    state = [_("Stand %(date)s", date=format_datetime(document.as_of)), _("Fassung %(version)s", version=document.version)]
    state += [_("Datenstand %(state)s", state=document.state)] if document.state else []
    number = _("Seite %(page)s von %(pages)s", page=page, pages=pages)
    canvas.drawRightString(right, 12.5 * mm, number)
    room = right - SIDE - fonts.width(number, fonts.REGULAR, 8.5) - 12
    canvas.drawString(SIDE, 12.5 * mm, _fitted(fonts.printable(" · ".join(state)), room))


def _fitted(text: str, room: float) -> str:
    if fonts.width(text, fonts.REGULAR, 8.5) <= room:
        return text
    while text and fonts.width(text + "…", fonts.REGULAR, 8.5) > room:
        text = text[:-1]
    return text + "…"


def packed(out: BytesIO) -> bytes:
    """Objects into compressed streams: thousands of structure elements shrink to a quarter, bytes stay reproducible."""
    packed = BytesIO()
    with pikepdf.open(out) as file:
        file.save(packed, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
    return packed.getvalue()
