"""The guard against formulas in CSV cells: one apostrophe, put on by the export and taken off by the import (S20).

A bijection: `unguard(guard(text)) == text` for every text, also for text that begins with apostrophes.
"""

from __future__ import annotations

import re

_DANGEROUS = re.compile("'*[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
"""Characters that make a spreadsheet calculate, with their full-width forms; leading apostrophes are our own guard."""


def guard(text: str) -> str:
    """`text` as a CSV cell that no spreadsheet takes for a formula."""
    return f"'{text}" if _DANGEROUS.match(text) else text


def unguard(text: str) -> str:
    """The text behind our own guard; any other leading apostrophe stays."""
    return text[1:] if text.startswith("'") and _DANGEROUS.match(text) else text
