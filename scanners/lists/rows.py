"""From a row of a list to an observation, and no cell is lost; where the header stands and what the columns mean.

Knows fields and cells, not where the rows came from (CSV, XLSX). What a clerk left broken stays as it was written
(`fields["col:<header>"]`) with a problem beside it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from scanners import makers, text
from scanners.lists import cells, columns, kinds
from scanners.lists.noise import IDENTIFYING
from scanners.observation import Name, Observation, Origin, Problem, Source

HEADER_ROWS = 15
"""In so many first rows the header is looked for: lists often begin with a title."""

CELL = 32_767
"""Longest cell in characters, the limit of spreadsheets; a longer one is cut with a problem."""

_TEXT_FIELDS = frozenset({"site", "room", "user", "unit", "cost_center", "supplier", "order_no", "phone_no", "imei", "town"})
_DATES = frozenset({"purchase_date", "warranty_until"})
_NUMBERED = frozenset({"serial", "mac", "inventory_no", "imei", "asset_id", "order_no", "phone_no"})
_SHORTENED = re.compile(r"\d[.,]\d+E\+\d+", re.IGNORECASE)
"""`1,23457E+14`: the digits that tell devices apart are gone."""
_FORMULA = re.compile(r"[=＝]|[-+@＋－＠][\w.]*\(")
"""How a formula begins that stands in a list as text."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table as its file had it: all rows as text, how it was read, what was wrong with the file as a whole."""

    rows: Sequence[Sequence[str]]
    format: str = ""
    """For people: encoding and separator, or the sheet's name."""
    problems: tuple[Problem, ...] = ()
    places: tuple[str, ...] = ()
    """Where each row stands in the file, where that is not simply its number."""
    title: str = ""
    """Name of the workbook's sheet, of several with the same columns the first."""
    others: tuple[Sheet, ...] = ()
    """Sheets of the same workbook with other columns."""

    def place(self, number: int) -> str:
        """Where the row stands, for people; `number` counts from 0."""
        return self.places[number] if self.places else f"Zeile {number + 1}"


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the header stands and which column is which field; shown to people before they take a list over."""

    header_row: int
    headers: tuple[str, ...]
    fields: Mapping[int, str]
    problems: tuple[Problem, ...] = ()
    """What is odd about the header itself."""
    aside: frozenset[int] = frozenset()
    """Columns that our own file of errors put in front: they are no content."""

    @property
    def identifies(self) -> bool:
        """Whether a column says which device a row is about."""
        return bool(set(self.fields.values()) & IDENTIFYING)

    @property
    def own_headers(self) -> tuple[str, ...]:
        """The headers of the list itself."""
        return tuple(header for column, header in enumerate(self.headers) if column not in self.aside)

    def mapping(self) -> dict[str, str]:
        """Header → field ('' where none), the shape that a corrected mapping comes back in."""
        return {header: self.fields.get(column, "") for column, header in enumerate(self.headers) if column not in self.aside}


def layout(sheet: Sheet, mapping: Mapping[str, str] | None = None) -> Layout:
    """Find the header and assign its columns. Raises `ValueError` with a German sentence when there is none.

    Where nobody says what the columns mean, two headers must be known; with a `mapping` its own headers are enough.
    """
    given = {columns.fold(header) for header in mapping or {}} - {""}
    best, score = -1, (0, 0)
    for number, row in enumerate(sheet.rows[:HEADER_ROWS]):
        hits = (sum(1 for cell in row if columns.fold(cell) in given), columns.known(row))
        if hits > score and len({cell for cell in row if cell}) >= min(2, len(row)):
            best, score = number, hits
    if best < 0 or score < (0, 2):
        raise ValueError(
            "In den ersten Zeilen wurden keine Spaltenüberschriften erkannt. Die Liste braucht eine Kopfzeile mit mindestens zwei"
            " bekannten Überschriften wie „Inventarnummer“, „Hersteller“, „Seriennummer“ oder eine Spaltenzuordnung."
        )
    found = chosen(sheet, best, mapping)
    if not found.identifies:
        raise ValueError(
            "Keine Spalte sagt, um welches Gerät es geht. Nötig ist mindestens eine Spalte wie „Inventarnummer“, „Seriennummer“,"
            " „Gerät“, „Modell“, „Hostname“ oder „MAC-Adresse“."
        )
    return found


def header_rows(sheet: Sheet) -> list[int]:
    """Rows that may be the header of a list whose headers nobody knows: at least two filled cells; the first is the guess."""
    rows = enumerate(sheet.rows[:HEADER_ROWS])
    return [number for number, row in rows if sum(1 for cell in row if cell.strip()) > 1]


def chosen(sheet: Sheet, header_row: int, mapping: Mapping[str, str] | None = None) -> Layout:
    """The columns under a header row that is given, whether they are known or not."""
    width = max(len(row) for row in sheet.rows)
    said = [text.line(cell, 200) for cell in sheet.rows[header_row]]
    said += [""] * (width - len(said))
    headers: list[str] = []
    for number, header in enumerate(said, start=1):
        name = header or f"Spalte {number}"
        headers.append(name if name not in headers else f"{name} ({number})")
    aside = frozenset((0, 1)) if columns.mended(said) else frozenset[int]()
    fields = {column: name for column, name in columns.assign(said, mapping, headers).items() if column not in aside}
    return Layout(header_row, tuple(headers), fields, tuple(_twice(header_row, said, headers, fields)), aside)


def _twice(header_row: int, said: Sequence[str], headers: Sequence[str], fields: Mapping[int, str]) -> Iterator[Problem]:
    """Headers that stand above several columns, of which only one is read."""
    for header in dict.fromkeys(filter(None, said)):
        same = [column for column, other in enumerate(said) if other == header]
        kept = [headers[column] for column in same if column not in fields]
        if len(same) > 1 and kept:
            also = ", ".join(f"„{name}“" for name in kept)
            yield Problem(
                f"Zeile {header_row + 1}",
                f"Die Überschrift „{header}“ steht über {len(same)} Spalten. Nicht übernommen, nur aufbewahrt: {also}.",
            )


@dataclass(slots=True)
class _Draft:
    """Values of a row while its cells are read."""

    lists: dict[str, list[str]] = field(default_factory=dict)
    single: dict[str, str] = field(default_factory=dict)
    fields: dict[str, str] = field(default_factory=dict)
    quantity: int | None = None


class Row:
    """One row as it is read; `problems` are what is wrong with its cells."""

    def __init__(self, plan: Layout, where: str, row: Sequence[str]) -> None:
        self.problems: list[Problem] = []
        self._draft = _Draft()
        for column, cell in enumerate(row):
            said = cell.strip()
            if not said or column in plan.aside:
                continue
            header = plan.headers[column]
            if len(said) > CELL:
                said = said[:CELL]
                self.problems.append(Problem(f"{where}, Spalte {header}", f"Zelle nach {CELL} Zeichen abgeschnitten."))
            said = text.clean(said, CELL * 4)
            name = plan.fields.get(column)
            if name is None or said.lower() in cells.EMPTY:
                self._draft.fields[f"col:{header}"] = said
                continue
            try:
                self._take(name, said, header)
            except ValueError as reason:
                self._draft.fields[f"col:{header}"] = said
                self.problems.append(Problem(f"{where}, Spalte {header}", f"„{text.line(said, 60)}“ {reason}."))

    @property
    def quantity(self) -> int | None:
        """How many pieces the row says it stands for."""
        return self._draft.quantity

    @property
    def usable(self) -> bool:
        """Whether the row says anything by which a device can be told."""
        draft = self._draft
        return bool(draft.lists) or bool(draft.single) or bool({"label", "imei"} & draft.fields.keys())

    def _take(self, name: str, said: str, header: str) -> None:
        draft = self._draft
        if name in _NUMBERED and _SHORTENED.fullmatch(said):
            raise ValueError("ist eine gekürzte Zahl: bitte die Spalte als Text formatieren und den Wert neu eintragen")
        if several := _SEVERAL.get(name):
            draft.lists[name] = list(dict.fromkeys([*draft.lists.get(name, ()), *several(said)]))
        elif name == "vendor_model":
            vendor, model = makers.split(said)
            draft.single |= {key: value for key, value in (("vendor", vendor), ("model", model)) if value}
            draft.fields[f"col:{header}"] = said
        elif name == "vendor":
            draft.single["vendor"] = makers.canonical(said) or said
            if draft.single["vendor"] != said:
                draft.fields[f"col:{header}"] = said
        elif name == "kind":
            draft.fields["label"] = said
            if kind := kinds.kind(said):
                draft.single["kind"] = kind
        elif name == "status":
            draft.fields["status"] = kinds.state(said) or said
            if draft.fields["status"] != said:
                draft.fields[f"col:{header}"] = said
        elif name == "note":
            draft.fields["note"] = f"{draft.fields['note']}\n{said}" if "note" in draft.fields else said
            if (state := kinds.state_noted(said)) and state in ("retired", "disposed"):
                draft.fields.setdefault("status", state)
        elif name in _DATES:
            draft.fields[name] = cells.day(said)
        elif name == "quantity":
            draft.quantity = cells.quantity(said)
        elif name == "price":
            draft.fields[name] = cells.price(said)
        elif name == "asset_id":
            (draft.fields[name],) = cells.uuids(said)
        elif name in _TEXT_FIELDS:
            draft.fields[name] = said
        else:
            draft.single[name] = text.line(said)

    def observation(self, key: str, file: str, observed_at: datetime | None) -> Observation:
        """The record of the row."""
        draft = self._draft
        one, many = draft.single, draft.lists
        origins: dict[str, Origin] = {
            name: Origin.LIST for name in ("kind", "vendor", "model", "os", "os_version", "firmware") if name in one
        }
        origins |= {plural: Origin.LIST for name, plural in (("serial", "serials"), ("mac", "macs")) if name in many}
        return Observation(
            source=Source.LIST,
            key=key,
            file=file,
            observed_at=observed_at,
            kind=one.get("kind"),
            vendor=one.get("vendor"),
            model=one.get("model"),
            os=one.get("os"),
            os_version=one.get("os_version"),
            firmware=one.get("firmware"),
            names=tuple(Name(name, Origin.LIST) for name in many.get("hostname", ())),
            ips=tuple(many.get("ip", ())),
            macs=tuple(many.get("mac", ())),
            serials=tuple(many.get("serial", ())),
            uuids=tuple(many.get("uuid", ())),
            inventory_no=one.get("inventory_no"),
            problems=tuple(self.problems),
            origins=origins,
            fields=draft.fields,
        )


def _words(said: str) -> Iterable[str]:
    if _FORMULA.match(said):
        raise ValueError("ist eine Formel und kein Name")
    return [part for part in (text.line(part, 253) for part in said.replace(";", ",").split(",")) if part]


def _serials(said: str) -> Iterable[str]:
    return [found for found in (text.serial(part) for part in said.split(";")) if found]


_SEVERAL: dict[str, Callable[[str], Iterable[str]]] = {
    "mac": cells.macs,
    "ip": cells.ips,
    "uuid": cells.uuids,
    "hostname": _words,
    "serial": _serials,
}
