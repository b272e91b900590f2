"""The file of errors of a list: its rows as they were, with the problems in front, to be mended and handed in again. Pure.

Each table of the file becomes a sheet of its own. The two columns in front are known when the file comes back
(`columns.mended`) and are no content.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from scanners.lists import listing

FRONT = ("Zeile", "Problem")
OF_THE_FILE = "Hinweise"

Page = tuple[str, tuple[str, ...], list[dict[str, str]]]
"""Title, head and rows of a sheet."""


def pages(tables: Sequence[listing.Table], problems: Iterable[Mapping[str, str]]) -> list[Page]:
    """The rows with problems (`where`, `text`), one line a row; what concerns no row comes last on a sheet of its own."""
    said: dict[str, list[str]] = {}
    known = {one.sheet.place(at) for one in tables for at in range(len(one.sheet.rows))}
    for item in problems:
        several = _places(item["where"])
        if len(several) > 1 and known.issuperset(several):
            for place in several:
                said.setdefault(place, []).append(f"{item['where']}: {item['text']}")
            continue
        place, column, rest = item["where"].partition(", Spalte ")
        said.setdefault(place, []).append(f"{rest}: {item['text']}" if column else item["text"])
    out: list[Page] = []
    titles = {one.sheet.title for one in tables}
    for number, one in enumerate(tables, start=1):
        header = one.plan.header_row if one.plan else 0
        headers = one.plan.headers if one.plan else ()
        kept = [column for column in range(len(headers)) if not one.plan or column not in one.plan.aside]
        lines = []
        for at, row in enumerate(one.sheet.rows):
            place = one.sheet.place(at)
            if at > header and headers and place in said:
                cells = {headers[column]: row[column] for column in kept if column < len(row)}
                lines.append({FRONT[0]: place, FRONT[1]: " ".join(said.pop(place)), **cells})
        if lines:
            title = one.sheet.title or ("Liste" if len(titles) == 1 else f"Liste {number}")
            out.append((title, (*FRONT, *(headers[column] for column in kept)), lines))
    left = [{"Stelle": where, FRONT[1]: " ".join(texts)} for where, texts in said.items()]
    return [*out, (OF_THE_FILE, ("Stelle", FRONT[1]), left)] if left else out or [(OF_THE_FILE, ("Stelle", FRONT[1]), [])]


def _places(where: str) -> list[str]:
    """The rows that a problem of several is about."""
    if found := re.fullmatch(r"Zeilen (\d+(?:, \d+)+)", where):
        return [f"Zeile {number}" for number in found[1].split(", ")]
    return where.split(" und ")
