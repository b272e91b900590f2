"""The typeface of documents, embedded in each of them, and which characters it can show.

DejaVu Sans Condensed (`templates/fonts`, licence beside it): Latin, Greek and
Cyrillic letters and the shapes ● ▲ ■ ◌ ☐ that lamps and check lists need.
"""

from functools import cache
from pathlib import Path
from typing import Any, Final

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

FOLDER: Final = Path(__file__).resolve().parents[2] / "templates" / "fonts"
REGULAR: Final = "Odenwacht"
BOLD: Final = "Odenwacht-Bold"
FILES: Final = {REGULAR: "DejaVuSansCondensed.ttf", BOLD: "DejaVuSansCondensed-Bold.ttf"}
REPLACEMENT: Final = "\ufffd"
INVISIBLE: Final = frozenset({0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF})


class _Printable(dict[int, str]):
    """Translation table that asks the font about each character once."""

    def __init__(self, known: dict[int, Any]) -> None:
        self.known = known

    def __missing__(self, code: int) -> str:
        if code in {9, 10, 13}:
            shown = " "
        elif code < 32 or 0x7F <= code < 0xA0 or code in INVISIBLE:
            shown = ""
        else:
            shown = chr(code) if code in self.known else REPLACEMENT
        self[code] = shown
        return shown


@cache
def _register() -> _Printable:
    for name, file in FILES.items():
        pdfmetrics.registerFont(TTFont(name, str(FOLDER / file)))
    both = [pdfmetrics.getFont(name).face.charToGlyph for name in FILES]
    return _Printable({code: True for code in both[0] if code in both[1]})


def ready() -> None:
    """Register the fonts once in this process."""
    _register()


def printable(text: str) -> str:
    """The text as this font can show it: control and direction characters go, unknown letters become �.

    This is where every text of a document passes; nothing in it is ever read as markup.
    """
    return text if text.isascii() and text.isprintable() else text.translate(_register())


def width(text: str, font: str, size: float) -> float:
    """Width in points."""
    return float(pdfmetrics.stringWidth(text, font, size))
