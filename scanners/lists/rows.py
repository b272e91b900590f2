"""From rows of a list to observations: every row becomes a record or a named error row, and no cell is lost.

Knows fields and cells, not where the rows came from (CSV, XLSX). What a clerk left broken stays as it was written
(`fields["col:<header>"]`) with a problem beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from scanners import makers, text
from scanners.lists import cells, columns, kinds
from scanners.observation import Collection, Name, Observation, Origin, Problem, Source

HEADER_ROWS = 15
"""In so many first rows the header is looked for: lists often begin with a title."""

CELL = 32_767
"""Longest cell in characters, the limit of spreadsheets; a longer one is cut with a problem."""

_TEXT_FIELDS = frozenset({"site", "room", "user", "unit", "cost_center", "supplier", "order_no", "phone_no", "imei", "town"})
_DATES = frozenset({"purchase_date", "warranty_until"})
_IDENTIFYING = frozenset(
    {"serial", "mac", "ip", "hostname", "uuid", "inventory_no", "vendor", "model", "vendor_model", "kind", "imei"}
)


_NO_DEVICE = "Die Zeile nennt kein Gerät: keine Inventar- oder Seriennummer, kein Name, kein Modell, keine Art."


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table as its file had it: all rows as text, how it was read, what was wrong with the file as a whole."""

    rows: Sequence[Sequence[str]]
    format: str = ""
    """For people: encoding and separator, or the sheet's name."""
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the header stands and which column is which field; shown to people before they take a list over."""

    header_row: int
    headers: tuple[str, ...]
    fields: Mapping[int, str]

    def mapping(self) -> dict[str, str]:
        """Header → field ('' where none), the shape that a corrected mapping comes back in."""
        return {header: self.fields.get(column, "") for column, header in enumerate(self.headers)}


def layout(sheet: Sheet, mapping: Mapping[str, str] | None = None) -> Layout:
    """Find the header and assign its columns. Raises `ValueError` with a German sentence when there is none."""
    given = {columns.fold(header) for header in mapping or {}}
    best, score = -1, 0
    for number, row in enumerate(sheet.rows[:HEADER_ROWS]):
        hits = columns.known(row) + sum(1 for cell in row if columns.fold(cell) in given and cell)
        if hits > score and len({cell for cell in row if cell}) >= min(2, len(row)):
            best, score = number, hits
    if best < 0 or score < 2:
        raise ValueError(
            "In den ersten Zeilen wurden keine Spaltenüberschriften erkannt. Die Liste braucht eine Kopfzeile mit mindestens zwei"
            " bekannten Überschriften wie „Inventarnummer“, „Hersteller“, „Seriennummer“ oder eine Spaltenzuordnung."
        )
    width = max(len(row) for row in sheet.rows)
    said = [text.line(cell, 200) for cell in sheet.rows[best]]
    said += [""] * (width - len(said))
    headers: list[str] = []
    for number, header in enumerate(said, start=1):
        name = header or f"Spalte {number}"
        headers.append(name if name not in headers else f"{name} ({number})")
    assigned = columns.assign(said, mapping)
    if not set(assigned.values()) & _IDENTIFYING:
        raise ValueError(
            "Keine Spalte sagt, um welches Gerät es geht. Nötig ist mindestens eine Spalte wie „Inventarnummer“, „Seriennummer“,"
            " „Gerät“, „Modell“, „Hostname“ oder „MAC-Adresse“."
        )
    return Layout(best, tuple(headers), assigned)


def collection(sheet: Sheet, file: str, observed_at: datetime | None, mapping: Mapping[str, str] | None = None) -> Collection:
    """All rows below the header."""
    plan = layout(sheet, mapping)
    seen: list[Observation] = []
    wrong: list[Problem] = list(sheet.problems)
    for number, row in enumerate(sheet.rows[plan.header_row + 1 :], start=1):
        if not any(map(str.strip, row)):
            continue
        where = f"Zeile {number + plan.header_row + 1}"
        found = _Row(plan, where, row)
        if found.usable:
            seen.append(found.observation(f"row:{number}", file, observed_at))
        else:
            wrong += found.problems
            said = text.line(" · ".join(cell.strip() for cell in row if cell.strip()), 200)
            wrong.append(Problem(where, f"{_NO_DEVICE} Darin steht: „{said}“."))
    return Collection(Source.LIST, tuple(seen), tuple(wrong), scope=file)


@dataclass(slots=True)
class _Draft:
    """Values of a row while its cells are read."""

    lists: dict[str, list[str]] = field(default_factory=dict)
    single: dict[str, str] = field(default_factory=dict)
    fields: dict[str, str] = field(default_factory=dict)


class _Row:
    """One row while it is read."""

    def __init__(self, plan: Layout, where: str, row: Sequence[str]) -> None:
        self.problems: list[Problem] = []
        self._draft = _Draft()
        for column, cell in enumerate(row):
            said = cell.strip()
            if not said:
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
    def usable(self) -> bool:
        draft = self._draft
        return bool(draft.lists) or bool(draft.single) or bool({"label", "imei"} & draft.fields.keys())

    def _take(self, name: str, said: str, header: str) -> None:
        draft = self._draft
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
            if (state := kinds.state(said)) and state in ("retired", "disposed"):
                draft.fields.setdefault("status", state)
        elif name in _DATES:
            draft.fields[name] = cells.day(said)
        elif name == "price":
            draft.fields[name] = cells.price(said)
        elif name == "asset_id":
            (draft.fields[name],) = cells.uuids(said)
        elif name in _TEXT_FIELDS:
            draft.fields[name] = said
        else:
            draft.single[name] = text.line(said)

    def observation(self, key: str, file: str, observed_at: datetime | None) -> Observation:
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
