"""All tables of a list as one collection: which sheets are taken, which rows are devices, and where each row stands.

A workbook may hold sheets with columns of their own; each has its own mapping or is left out by choice. Every row is taken
or named.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from scanners import text
from scanners.lists import columns
from scanners.lists.noise import noise
from scanners.lists.rows import Layout, Row, Sheet, chosen, header_rows, layout
from scanners.lists.sheets import TITLE
from scanners.observation import Collection, Observation, Problem, Source

_SURE = frozenset({"inventory_no", "serial", "mac", "uuid", "imei", "asset_id"})
"""A further sheet is taken unasked only with a column of these: telephone lists have names and rooms, too."""
_NO_DEVICE = "Die Zeile nennt kein Gerät: keine Inventar- oder Seriennummer, kein Name, kein Modell, keine Art."
MOST = 500
"""Most devices out of one row; a larger number is rather a slip of the pen."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How a person wants a list to be read, where that is not what is recognised."""

    encoding: str = ""
    """Character set of a text file (`encodings.WAYS`)."""
    sheets: Mapping[str, Mapping[str, str] | None] = field(default_factory=dict)
    """Title of a sheet → header → field ('' for none); None for a sheet that is left out."""


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the file with its columns; `plan` None where it is left out, and `why` says so."""

    sheet: Sheet
    plan: Layout | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One filled row below a header: its key, where it stands, its cells."""

    key: str
    where: str
    plan: Layout
    row: Sequence[str]


def tables(sheet: Sheet, mapping: Mapping[str, str] | None = None, reading: Reading | None = None) -> tuple[Table, ...]:
    """The tables of a file and what becomes of each, the leading one first. Raises `ValueError` where none is to be read."""
    told = reading.sheets if reading else {}
    found: list[Table] = []
    for number, one in enumerate((sheet, *sheet.others)):
        choice = told.get(one.title, {})
        if choice is None:
            found.append(Table(one, None, f"Das Blatt ist auf Ihren Wunsch ausgelassen ({_rows(one)})."))
        elif number == 0:
            found.append(Table(one, layout(one, choice or mapping)))
        else:
            found.append(_further(one, choice or mapping, by_choice=bool(choice)))
    if all(table.plan is None for table in found):
        raise ValueError("Alle Blätter sind ausgelassen. Wählen Sie mindestens eines aus.")
    return tuple(found)


def _further(sheet: Sheet, mapping: Mapping[str, str] | None, *, by_choice: bool) -> Table:
    try:
        plan = layout(sheet, mapping)
    except ValueError as wrong:
        if by_choice:
            return Table(sheet, None, f"Das Blatt wurde nicht gelesen ({_rows(sheet)}): {wrong}")
        plan = None
    if plan and (by_choice or sure(plan)):
        return Table(sheet, plan)
    return Table(
        sheet,
        None,
        f"Das Blatt wurde nicht gelesen ({_rows(sheet)}): Es hat andere Spalten als das Blatt mit der Liste. Ordnen Sie seine"
        " Spalten zu, oder lassen Sie es aus.",
    )


def sure(plan: Layout) -> bool:
    """Whether the columns are plainly those of a list of devices."""
    return bool(_SURE & set(plan.fields.values()))


def _rows(sheet: Sheet) -> str:
    number = sum(1 for row in sheet.rows if any(map(str.strip, row)))
    return "1 Zeile" if number == 1 else f"{number} Zeilen"


def lines(found: Sequence[Table]) -> Iterator[Line]:
    """The filled rows of all tables that are taken; the keys of a further table count on behind those before it."""
    before = 0
    for table in found:
        if table.plan is None:
            before += len(table.sheet.rows)
            continue
        header = table.plan.header_row
        for number, row in enumerate(table.sheet.rows[header + 1 :], start=1):
            if any(map(str.strip, row)):
                yield Line(f"row:{before + number}", table.sheet.place(number + header), table.plan, row)
        before += len(table.sheet.rows) - header - 1


def headers(sheet: Sheet) -> tuple[str, ...]:
    """The headers by which a sheet is known again that is left out: of its best row, with its title."""
    rows = header_rows(sheet) or [0]
    best = max(rows, key=lambda number: (columns.known(sheet.rows[number]), -number))
    return (sheet.title, *chosen(sheet, best).headers)


def row_of(key: str) -> str:
    """The key of the row that a device comes from: of several out of one row, all have the same."""
    return key.partition(".")[0]


def collection(
    sheet: Sheet,
    file: str,
    observed_at: datetime | None,
    mapping: Mapping[str, str] | None = None,
    reading: Reading | None = None,
) -> Collection:
    """All rows below the headers."""
    found = tables(sheet, mapping, reading)
    seen: list[Observation] = []
    wrong: list[Problem] = []
    out = {place for table in found if table.plan is None for place in table.sheet.places}
    for table in found:
        wrong += [one for one in table.sheet.problems if one.where.partition(", Spalte ")[0] not in out]
        if table.plan is None:
            wrong.append(Problem(f"{TITLE} {table.sheet.title}", table.why))
        else:
            wrong += [*table.plan.problems, *_surplus(table.sheet, table.plan)]
    for line in lines(found):
        if what := noise(line.plan, line.row):
            wrong.append(Problem(line.where, f"Die Zeile ist {what} und kein Gerät. {_quoted(line.row)}"))
            continue
        row = Row(line.plan, line.where, line.row)
        if not row.usable:
            wrong += row.problems
            wrong.append(Problem(line.where, f"{_NO_DEVICE} {_quoted(line.row)}"))
            continue
        made, said = _pieces(row, row.observation(line.key, file, observed_at))
        seen += made
        if said:
            wrong.append(Problem(line.where, said))
    return Collection(Source.LIST, tuple(seen), tuple(wrong), scope=file)


def _pieces(row: Row, one: Observation) -> tuple[list[Observation], str]:
    """The devices that a row with a number of pieces stands for, and a sentence where that is not plainly one."""
    pieces = row.quantity
    if pieces in (None, 1):
        return [one], ""
    marks = [*one.macs, *one.hostnames, *one.uuids, *one.ips, *filter(None, (one.inventory_no, one.fields.get("asset_id")))]
    marks += filter(None, (one.fields.get("imei"),))
    if pieces == 0 and not marks and not one.serials:
        return [], "Die Anzahl ist 0: Aus der Zeile wurde kein Gerät."
    if pieces and len(one.serials) == pieces and not marks:
        each = [dataclasses.replace(one, key=_key(one.key, n), serials=(serial,)) for n, serial in enumerate(one.serials)]
        return each, f"Die Zeile zählt {pieces} Geräte mit je einer Seriennummer; aufgenommen sind {pieces} Geräte."
    if pieces == 0 or marks or one.serials or pieces > MOST:
        why = f"mehr als {MOST} auf einmal sind nicht möglich" if pieces > MOST else "die Merkmale in der Zeile gehören zu einem"
        return [one], (
            f"Die Anzahl ist {pieces}, aufgenommen ist 1 Gerät: {why}. Schreiben Sie für jedes weitere Gerät eine eigene Zeile."
        )
    each = [dataclasses.replace(one, key=_key(one.key, n)) for n in range(pieces)]
    return each, f"Die Zeile zählt {pieces} Geräte ohne Inventar- und Seriennummer; aufgenommen sind {pieces} gleiche Geräte."


def _key(key: str, number: int) -> str:
    return f"{key}.{number + 1}" if number else key


def _quoted(row: Sequence[str]) -> str:
    said = text.line(" · ".join(cell.strip() for cell in row if cell.strip()), 200)
    return f"Darin steht: „{said}“."


def _surplus(sheet: Sheet, plan: Layout) -> Iterator[Problem]:
    """One word about cells to the right of the header: often a separator within a text moved the whole row."""
    width = len(sheet.rows[plan.header_row])
    wide = [number for number, row in enumerate(sheet.rows) if any(map(str.strip, row[width:]))]
    if wide:
        which = "Eine Zeile hat" if len(wide) == 1 else f"{len(wide)} Zeilen haben"
        yield Problem(
            sheet.place(wide[0]),
            f"{which} mehr Zellen, als die Kopfzeile Überschriften hat ({width}). Die überzähligen sind aufbewahrt. Prüfen Sie,"
            " ob ein Trennzeichen im Text die Spalten verschoben hat.",
        )
