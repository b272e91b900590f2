"""Lists that lie on their side: the headers stand below each other in the first column, every device is a column. Pure."""

from __future__ import annotations

import dataclasses
from itertools import zip_longest

from scanners.lists import columns
from scanners.lists.rows import HEADER_ROWS, Sheet
from scanners.observation import Problem

_TALL = 60
"""A list on its side has no more fields than this."""


def upright(sheet: Sheet) -> Sheet:
    """The list with its headers in a row; one that stands upright, or is no list at all, comes back as it is."""
    if not _turned(sheet):
        return sheet
    rows = [list(row) for row in zip_longest(*sheet.rows, fillvalue="")]
    before = sheet.place(0).rpartition("Zeile ")[0]
    places = tuple(f"{before}Gerät in Spalte {_letters(number)}" for number in range(len(rows)))
    problem = Problem(
        f"{before.rstrip(', ') or 'Datei'}",
        "Die Liste liegt quer: Die Überschriften stehen in der ersten Spalte untereinander. Gelesen ist jede weitere Spalte als"
        " ein Gerät.",
    )
    return dataclasses.replace(sheet, rows=rows, problems=(*sheet.problems, problem), places=places)


def _turned(sheet: Sheet) -> bool:
    """Whether the first column holds the headers and no row does."""
    first = [row[0].strip() if row else "" for row in sheet.rows]
    if len(first) > _TALL or max(map(len, sheet.rows), default=0) < 2:
        return False
    down = columns.known(list(dict.fromkeys(first)))
    across = max((columns.known(row) for row in sheet.rows[:HEADER_ROWS]), default=0)
    return down >= 2 and across < 2 and 2 * down > sum(map(bool, first))


def _letters(number: int) -> str:
    """A column as spreadsheets call it; `number` counts from 0."""
    out, number = "", number + 1
    while number:
        number, digit = divmod(number - 1, 26)
        out = chr(ord("A") + digit) + out
    return out
