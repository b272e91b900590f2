"""Several sheets of one workbook as one table: towns keep a sheet for every building, with the same columns. Pure.

The first sheet with the columns of the best known header leads. Sheets whose header names mostly the same follow, each
cell under its own header whatever the order there; all others are tables of their own, put together in the same way.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

from scanners.lists import columns
from scanners.lists.rows import HEADER_ROWS, Sheet
from scanners.lists.turned import upright

TITLE = "Tabellenblatt"
"""Header of the column that says from which sheet a row comes; a person may map it, for it often is the site."""

ALIKE = 0.6
"""So much of the leading header another sheet must have."""

Rows = Sequence[Sequence[str]]


def together(tables: Mapping[str, Rows]) -> Sheet:
    """Title → rows, in the order of the workbook, as one table and those `others` that have columns of their own."""
    groups: list[Sheet] = []
    left = dict(tables)
    while left:
        group, titles = _group(left, several=len(tables) > 1, further=bool(groups))
        groups.append(upright(group))
        left = {title: table for title, table in left.items() if title not in titles}
    return dataclasses.replace(groups[0], others=tuple(groups[1:]))


def _group(tables: Mapping[str, Rows], *, several: bool, further: bool) -> tuple[Sheet, set[str]]:
    """The best known sheet and those with the same columns, and their titles."""
    best = max(tables, key=lambda title: max(map(columns.known, tables[title][:HEADER_ROWS])))
    fullest = tables[best][_header(tables[best])]
    leading = next(title for title, rows in tables.items() if title == best or _same(rows, fullest) is not None)
    at = _header(tables[leading])
    alike = {title: _same(rows, tables[leading][at]) for title, rows in tables.items() if title != leading}
    followers = {title: below for title, below in alike.items() if below is not None}
    titled = {leading, *followers}
    if not followers and not further:
        alone = tuple(f"Blatt {leading}, Zeile {number + 1}" for number in range(len(tables[leading]))) if several else ()
        return Sheet(tables[leading], f"{TITLE} {leading}", (), alone, leading), titled
    heads = [*tables[leading][at]]
    rows = [[*row] for row in tables[leading]]
    places = [f"Blatt {leading}, Zeile {number}" for number in range(1, len(rows) + 1)]
    titles = [leading] * len(rows)
    for title, below in followers.items():
        moves = _moves(heads, tables[title][below])
        for number, row in enumerate(tables[title][below + 1 :], start=below + 2):
            moved = [""] * len(heads)
            for column, cell in enumerate(row):
                if column in moves:
                    moved[moves[column]] = cell
                elif cell:
                    moved.append(cell)  # beyond the header, as it was
            rows.append(moved)
            places.append(f"Blatt {title}, Zeile {number}")
            titles.append(title)
    rows[at] = heads
    for number, row in enumerate(rows):
        if number > at and any(row):
            row[:] = [*row, *[""] * (len(heads) - len(row))]
            row.insert(len(heads), titles[number])
    rows[at] = [*heads, TITLE]
    named = f"Tabellenblätter {', '.join([leading, *followers])}" if followers else f"{TITLE} {leading}"
    return Sheet(rows, named, (), tuple(places), leading), titled


def _header(rows: Rows) -> int:
    """The row with most known headers; where none is known, the first with two filled cells."""
    head = rows[:HEADER_ROWS]
    best = max(range(len(head)), key=lambda number: (columns.known(head[number]), -number))
    if columns.known(head[best]):
        return best
    return next((number for number, row in enumerate(head) if sum(map(bool, row)) > 1), 0)


def _same(rows: Rows, leading: Sequence[str]) -> int | None:
    """Where a sheet has the leading header, or most of it."""
    wanted = {columns.fold(cell) for cell in leading} - {""}
    for number, row in enumerate(rows[:HEADER_ROWS]):
        common = wanted & {columns.fold(cell) for cell in row}
        if len(common) >= max(2, ALIKE * len(wanted)):
            return number
    return None


def _moves(heads: list[str], own: Sequence[str]) -> dict[int, int]:
    """Own column → column of the whole table; headers that the whole table lacks are added to `heads`."""
    free: dict[str, list[int]] = {}
    for column, head in enumerate(heads):
        free.setdefault(columns.fold(head), []).append(column)
    moves: dict[int, int] = {}
    for column, head in enumerate(own):
        folded = columns.fold(head)
        if not folded:
            continue
        if not free.get(folded):
            heads.append(head)
            free[folded] = [len(heads) - 1]
        moves[column] = free[folded].pop(0)
    return moves
