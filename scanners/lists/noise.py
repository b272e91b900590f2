"""Rows of a list that are no devices: sums, headings between the rows, the header once more, footers. Pure.

A row that tells a serial number, a MAC or an inventory number beside such words is a device and never one of these.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING

from scanners.lists import cells, columns

if TYPE_CHECKING:
    from scanners.lists.rows import Layout

IDENTIFYING = frozenset(
    {"serial", "mac", "ip", "hostname", "uuid", "inventory_no", "vendor", "model", "vendor_model", "kind", "imei"}
)
"""Fields of which one at least says which device a row is about."""

_SUM = re.compile(
    r"(?:(?:zwischen|gesamt|end)?summe|gesamt(?:wert|betrag|preis|kosten|zahl|anzahl)?|insgesamt|(?:grand |sub)?total|[Σ∑]"
    r"|übertrag)"
    r"(?:\s*[:=(].*|\s.*)?",
    re.IGNORECASE | re.DOTALL,
)
"""First cells of rows that add up the rows above."""
_PLAIN_SUM = re.compile(
    r"(?:(?:zwischen|gesamt|end)?summe|gesamt(?:wert|betrag|preis|kosten|zahl|anzahl)?|insgesamt|(?:grand |sub)?total|[Σ∑]"
    r"|übertrag)(?:\s*[:=(].*|\s+(?:[\d€]|eur|netto\b|brutto\b|im jahr\b|pro jahr\b|jährlich\b|kosten\b).*)?",
    re.IGNORECASE | re.DOTALL,
)
"""The same in lists whose first cells are names: „Total Commander“ is a product."""
_FOOTER = re.compile(
    r"stand\s*:.*|stand\s+(?:(?:vom|am)\b|\d).*|gez\.\s.*|gezeichnet\b.*|unterschrift\b.*|seite\s+\d+(?:\s*(?:von|/)\s*\d+)?"
    r"|(?:aus)?gedruckt\b.*|druckdatum\b.*|(?:erstellt|geprüft|aufgestellt|bearbeitet|aktualisiert|geändert)\s*(?::|am\b|von\b|durch\b).*"
    r"|(?:datum|bearbeiter(?:in)?|hinweise?|anmerkung(?:en)?|legende|quelle|ansprechpartner(?:in)?|verantwortlich)\s*:.*"
    r"|anzahl\s*(?:der\s+)?(?:geräte|zeilen|einträge|datensätze|positionen|(?:fach)?verfahren|zertifikate)?\s*[:=].*"
    r"|\d+\s+(?:geräte|zeilen|einträge|datensätze|positionen|(?:fach)?verfahren|zertifikate)(?:\s+(?:gesamt|insgesamt))?"
    r"|(?:ende|fortsetzung)\s+(?:der\s+|des\s+)?(?:liste|tabelle|auf\b|nächste|exports?).*|ende|[*#=_~.\-–—]{3,}.*[*#=_~.\-–—]{3,}|[*#=_~.\-–—\s]{3,}"
    r"|©.*|page\s+\d+(?:\s*(?:of|/)\s*\d+)?",
    re.IGNORECASE | re.DOTALL,
)
"""First cells of rows that programs and people write below a list or at the turn of its pages."""


HEADER, SUM, FOOTER = "die wiederholte Kopfzeile", "eine Summe", "eine Fußzeile oder ein Vermerk"


def noise(plan: Layout, row: Sequence[str]) -> str:
    """What a row is that is no device, for a sentence that begins „Die Zeile ist …“; '' for a device."""
    if found := beside(plan, row, {*IDENTIFYING, "asset_id"}, _SUM):
        return found
    return "eine Zwischenüberschrift" if _heads_a_section(plan, row) else ""


def beside(plan: Layout, row: Sequence[str], telling: AbstractSet[str], sums: re.Pattern[str] = _PLAIN_SUM) -> str:
    """`HEADER`, `SUM` or `FOOTER` for a row that is no entry; a row that fills a field of `telling` beside such words is one."""
    if _header_again(plan, row):
        return HEADER
    if _closes(plan, row, sums, telling):
        return SUM
    return FOOTER if _closes(plan, row, _FOOTER, telling) else ""


def _header_again(plan: Layout, row: Sequence[str]) -> bool:
    """The header once more: nearly every filled cell says what stands above its column."""
    filled = [(columns.fold(cell), columns.fold(plan.headers[at])) for at, cell in enumerate(row) if cell.strip()]
    same = sum(1 for cell, header in filled if cell and cell == header)
    return same >= 2 and 4 * same >= 3 * len(filled)


def _closes(plan: Layout, row: Sequence[str], words: re.Pattern[str], telling: AbstractSet[str]) -> bool:
    """Whether the first filled cell says that the row stands below the list, and nothing else in it tells of an entry."""
    filled = [column for column, cell in enumerate(row) if cell.strip().lower() not in cells.EMPTY]
    if not filled or not words.fullmatch(row[filled[0]].strip()):
        return False
    told = {plan.fields.get(column) for column in filled[1:]} & telling
    # A number of its own is what a device has; beside a sum in its place, kind and maker only say what was added up.
    summed = words is _SUM and plan.fields.get(filled[0]) == "inventory_no"
    return not (told - {"kind", "vendor", "model", "vendor_model"} if summed else told)


def _heads_a_section(plan: Layout, row: Sequence[str]) -> bool:
    """Where numbers stand, a single word without any: „Erdgeschoss“ above its devices, a signature below them."""
    filled = [column for column, cell in enumerate(row) if cell.strip()]
    return filled == [0] and plan.fields.get(0) in ("inventory_no", "serial") and not any(map(str.isdigit, row[0]))
