"""Documents on paper: `render(document)` turns blocks into a tagged PDF with embedded fonts.

The only place that speaks reportlab. Reads its font files once and otherwise
no file, no network, no clock: the same document gives the same bytes.
"""

from service.pdf.document import render

__all__ = ["render"]
