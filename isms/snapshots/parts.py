"""What a frozen document is made of: tables with named columns, whose rows keep their identity from state to state. Pure.

Texts are German and final, whatever language the reader's pages have: the file is the record.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from isms.snapshots.canonical import canonical

FORMAT: Final = 1
TITLES: Final[Mapping[str, str]] = {
    "A.0": "Leit- und Richtlinien",
    "A.1": "Strukturanalyse",
    "A.2": "Schutzbedarfsfeststellung",
    "A.3": "Modellierung",
    "A.4": "Grundschutz-Check",
    "A.5": "Risikoanalyse",
    "A.6": "Realisierungsplan",
}
"""The reference documents (Referenzdokumente) and their order."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column by its key in the file, its German head, and its share of the page; width 0 = in files only."""

    key: str
    title: str
    width: float = 1.0


@dataclass(frozen=True, slots=True)
class Section:
    """A table. Each row has an `id` that stays the same as long as the thing does; values are texts and integers."""

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Mapping[str, Any], ...]
    empty: str = "Keine Einträge."


@dataclass(frozen=True, slots=True)
class Part:
    """One reference document."""

    key: str
    sections: tuple[Section, ...]

    @property
    def title(self) -> str:
        return TITLES[self.key]

    def data(self) -> bytes:
        """The document's canonical bytes. Raises `ValueError` where two rows of a table have one id."""
        for section in self.sections:
            ids = [row["id"] for row in section.rows]
            if len(ids) != len(set(ids)):
                raise ValueError(f"{self.key} {section.key}: an id stands twice")
        return canonical(
            {
                "document": self.key,
                "title": self.title,
                "format": FORMAT,
                "sections": [
                    {
                        "key": x.key,
                        "title": x.title,
                        "empty": x.empty,
                        "columns": [{"key": c.key, "title": c.title, "width": round(c.width * 10)} for c in x.columns],
                        "rows": x.rows,
                    }
                    for x in self.sections
                ],
            }
        )


def read(data: bytes) -> Part:
    """A document from its bytes; `read(part.data()).data()` are the same bytes."""
    told = json.loads(data)
    return Part(
        told["document"],
        tuple(
            Section(
                x["key"],
                x["title"],
                tuple(Column(c["key"], c["title"], c["width"] / 10) for c in x["columns"]),
                tuple(x["rows"]),
                x["empty"],
            )
            for x in told["sections"]
        ),
    )


def rows(section: Section) -> Sequence[Mapping[str, str]]:
    """The rows of a table as texts under their heads, as files and pages show them."""
    return [{column.title: str(row.get(column.key, "")) for column in section.columns} for row in section.rows]
