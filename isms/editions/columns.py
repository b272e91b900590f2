"""Lists of requirements and of references: which columns tell which list, and its rows with their places. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from isms.catalogue import Control, Group, Part, Prop
from scanners.lists.rows import HEADER_ROWS, Sheet

NS = "urn:odenwacht:ns"
WIBA = "wiba"
KOMPENDIUM = "kompendium"
KOMPENDIUM_TEXT = "kompendium-text"
MODULES = "kompendium-modules"
REFERENCES = "wiba-references"
OWN = "own"

_NEEDED: Mapping[str, tuple[str, ...]] = {
    WIBA: ("checkliste wiba", "nr. in wiba", "prüffrage wiba"),
    REFERENCES: ("checkliste_nr", "nr", "anforderungen"),
    OWN: ("kennung", "titel", "anforderung"),
    KOMPENDIUM: ("baustein", "anforderung", "titel"),
    MODULES: ("baustein", "titel"),
    KOMPENDIUM_TEXT: ("anforderung", "text"),
}
"""Kind of list → the columns it is known by; the first kind whose columns are all there counts."""

_OTHER_NAMES: Mapping[str, str] = {
    "nr in wiba": "nr. in wiba",
    "checklisten wiba": "checkliste wiba",
    "stufe_b_s_e": "stufe",
    "typ": "stufe",
    "anforderungstext": "text",
    "id": "kennung",
    "erklärung": "erläuterung",
    "umsetzungshinweise": "erläuterung",
    "zielobjekte": "zielobjekt",
    "zielobjektkategorie": "zielobjekt",
    "modalverb": "verbindlichkeit",
}
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")
_RANGE = re.compile(r"(\d)\s*(?:-|–|bis)\s*(\d)|(\d)")


@dataclass(frozen=True, slots=True)
class Table:
    """A list whose kind is known: rows as column → cell, each with its place in the file."""

    kind: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, Mapping[str, str]], ...]


def table(sheet: Sheet) -> Table | None:
    """The list in this sheet; None where no row has the columns of a list we know."""
    for at, row in enumerate(sheet.rows[:HEADER_ROWS]):
        names = [column(x) for x in row]
        kind = next((kind for kind, needed in _NEEDED.items() if all(x in names for x in needed)), None)
        if kind is not None:
            places = range(at + 1, len(sheet.rows))
            rows = tuple((sheet.place(i), _cells(names, sheet.rows[i])) for i in places if any(x.strip() for x in sheet.rows[i]))
            return Table(kind, tuple(names), rows)
    return None


def column(text: str) -> str:
    """A header folded: spacing, case and other usual names do not count."""
    folded = " ".join(text.split()).casefold().strip(" :*")
    return _OTHER_NAMES.get(folded, folded)


def _cells(names: Sequence[str], row: Sequence[str]) -> dict[str, str]:
    return {name: cell.strip() for name, cell in zip(names, row, strict=False) if name and cell.strip()}


def missing(place: str, name: str) -> str:
    """The German sentence for a cell that is needed and empty."""
    return f"{place}: Die Spalte „{name}“ ist leer. Bitte ergänzen Sie sie."


def bad_id(place: str, name: str, text: str) -> str | None:
    """The German sentence for an id that cannot be one; None if it can."""
    if _ID.fullmatch(text):
        return None
    return f"{place}, Spalte „{name}“: „{text[:40]}“ ist keine Kennung. Erlaubt sind Buchstaben, Ziffern, Punkt und Bindestrich."


def effort(text: str) -> tuple[int, int] | None:
    """Effort (Aufwand) as lowest and highest value: "2", "1 - 2", "2 -3"; None for anything else."""
    found = _RANGE.fullmatch(" ".join(text.split()))
    if found is None:
        return None
    low, high = (found[1], found[2]) if found[1] else (found[3], found[3])
    return (int(low), int(high)) if low <= high else None


def control(
    key: str,
    label: str,
    title: str,
    path: Sequence[str],
    *,
    statement: str = "",
    guidance: str = "",
    props: Sequence[tuple[str, str]] = (),
    kept: Mapping[str, str] | None = None,
) -> Control:
    """A control of a list; `kept` are cells that no field of ours takes: nothing of a file is lost."""
    parts = [Part(f"{label}_{mark}", name, text) for mark, name, text in
             (("stm", "statement", statement), ("gdn", "guidance", guidance)) if text]  # fmt: skip
    return Control(
        key=key,
        id=label,
        title=title,
        path=tuple(path),
        props=tuple(Prop(name, value, NS, name if name in _MEANT else None) for name, value in props if value),
        parts=tuple(parts),
        rest={"cells": dict(kept)} if kept else {},
    )


_MEANT = frozenset({"modal_verb", "effort_level", "sec_level", "target_object_categories"})


def group(label: str, title: str, depth: int = 0) -> Group:
    """A heading of a list."""
    return Group(key=label, id=label, title=title, depth=depth)


def repeated(rows: Iterator[tuple[str, str]]) -> list[str]:
    """German sentences for ids that stand in the list twice; rows are (place, id)."""
    first: dict[str, str] = {}
    found = []
    for place, label in rows:
        if label in first:
            found.append(f"{place}: Die Kennung {label} steht schon in {first[label]}. Jede Kennung darf nur einmal vorkommen.")
        first.setdefault(label, place)
    return found
