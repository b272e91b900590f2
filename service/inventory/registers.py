"""Lists of other things than devices (Fachverfahren, certificates): columns, cells, and what a list would change. Pure.

A list brings what a person may type into the form of that thing, under the same checks. An empty cell says nothing and
takes nothing away; a cell that cannot be is named and left out, the rest of its row holds.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final, Literal, Protocol
from uuid import UUID

import msgspec

from scanners import text
from scanners.lists import cells, noise
from scanners.lists.columns import fold, mended
from scanners.lists.rows import HEADER_ROWS, Layout, Sheet
from service import i18n
from service.errors import Wrong
from service.i18n import Lazy, format_date, format_number, lazy
from service.i18n import gettext as _
from service.web.forms import Form, beyond

MOST: Final = 2000
"""Rows of one list."""
SEVERAL: Final = "; "
"""Between the words of a cell that holds several."""
_YES: Final = frozenset({"ja", "j", "x", "yes", "y", "true", "wahr", "1"})
_NO: Final = frozenset({"nein", "n", "no", "false", "falsch", "0"})
_NOISE: Final = {
    noise.HEADER: lazy("die wiederholte Kopfzeile"),
    noise.SUM: lazy("eine Summe"),
    noise.FOOTER: lazy("eine Fußzeile oder ein Vermerk"),
}
"""What rows are that are no entries."""
_PERSON: Final = re.compile(r"\b(?:Frau|Herrn?|Fr\.|Hr\.|Hrn\.)\s*[A-ZÄÖÜ]")
_BEFORE: Final = re.compile(r"(?:bei(?:m| der)?|im|in(?: der)?|über(?: die)?|durch(?: die)?|auf(?: dem)?)\s+", re.IGNORECASE)
"""Words before a word of a choice that do not change it: „bei der …“."""
Kind = Literal["text", "lines", "day", "money", "whole", "choice", "several", "yes"]


@dataclass(frozen=True, slots=True)
class Field:
    """What a column may be: its heading in our export, further headings by `|`, and how its cells are read."""

    label: Lazy
    headers: str = ""
    kind: Kind = "text"
    words: Mapping[str, Lazy] = field(default_factory=dict)
    """Key → word, of `choice` and `several`; the words of both languages are read."""
    others: Mapping[str, str] = field(default_factory=dict)
    """Further words, folded → key."""
    office: bool = False
    """An office or a role belongs there: the name of a person is pointed out."""


@dataclass(frozen=True, slots=True)
class Register:
    """A list of the town. `form` is what a person fills; `check` raises `Wrong` for what cannot be meant."""

    key: str
    """Of its files and remembered columns; ten characters at most."""
    form: type[Form]
    fields: Mapping[str, Field]
    """Those that the form does not have only help to find the entry."""
    needed: str
    """The field without which a row names nothing."""
    check: Callable[[Any], None]


@dataclass(slots=True)
class Row:
    """A row as it was read: values as the form takes them, and what is wrong with single cells."""

    place: str
    values: dict[str, Any] = field(default_factory=dict)
    hints: list[str] = field(default_factory=list)
    cents: bool = False
    """An amount had cents, which forms do not keep."""
    unread: set[str] = field(default_factory=set)
    """Fields whose cells cannot be."""
    aside: str = ""
    """What the row is, if it is no entry at all."""


@dataclass(frozen=True, slots=True)
class Match:
    """The entry a row is about: its id (None: a new one), the form as it stands, and how it was recognised.

    `refused` says why the row is not taken at all; `aside` that this is no mistake.
    """

    key: UUID | None
    form: Form
    why: str = ""
    refused: str = ""
    aside: bool = False
    hint: str = ""


class Book(Protocol):
    """The town's entries as they stand; asked row by row, so that no entry is given twice."""

    def match(self, row: Row) -> Match:
        """The entry of a row that names something."""


@dataclass(frozen=True, slots=True)
class Line:
    """What becomes of a row. `outcome`: new changed unchanged aside wrong; `form` is what is to be saved."""

    place: str
    outcome: str
    name: str
    why: str = ""
    changes: tuple[tuple[str, str, str], ...] = ()
    """Label, before, after."""
    hints: tuple[str, ...] = ()
    form: Form | None = None
    key: UUID | None = None


@lru_cache(maxsize=256)
def spoken(word: Lazy) -> tuple[str, ...]:
    """A word folded, in every language of the service."""
    found = []
    for language in i18n.LOCALES:
        with i18n.use(language):
            found.append(fold(str(word)))
    return tuple(found)


def known(register: Register, headers: Iterable[str]) -> dict[int, str]:
    """Column → field as recognised; where two columns could be one field, the better known heading gets it."""
    ranks: dict[str, list[tuple[int, str]]] = {}
    for name, one in register.fields.items():
        for word in spoken(one.label):
            ranks.setdefault(word, []).append((0, name))
        for rank, word in enumerate(filter(None, one.headers.split("|")), start=1):
            ranks.setdefault(fold(word), []).append((rank, name))
    offers = sorted((rank, column, name) for column, said in enumerate(headers) for rank, name in ranks.get(fold(said), ()))
    chosen: dict[int, str] = {}
    for _rank, column, name in offers:
        if column not in chosen and name not in chosen.values():
            chosen[column] = name
    return chosen


def layout(sheet: Sheet, register: Register, mapping: Mapping[str, str] | None = None) -> Layout:
    """Where the header stands and which column is which field; `mapping` (header → field, '' for none) is what a person said.

    The row with the most known headings is the header; where none is known, the first with two filled cells.
    """
    given = {fold(header) for header in mapping or {}} - {""}
    best, score = -1, (0, 0)
    for number, row in enumerate(sheet.rows[:HEADER_ROWS]):
        hits = (sum(fold(cell) in given for cell in row), len(known(register, row)))
        if hits > score:
            best, score = number, hits
    if best < 0:
        best = next((n for n, row in enumerate(sheet.rows[:HEADER_ROWS]) if sum(bool(cell.strip()) for cell in row) > 1), 0)
    width = max((len(row) for row in sheet.rows), default=0)
    said = [text.line(cell, 200) for cell in sheet.rows[best]] + [""] * (width - len(sheet.rows[best]))
    headers: list[str] = []
    for number, header in enumerate(said, start=1):
        name = header or _("Spalte %(number)s", number=number)
        headers.append(name if name not in headers else f"{name} ({number})")
    aside = frozenset((0, 1)) if mended(said) else frozenset[int]()
    fields = {column: name for column, name in known(register, said).items() if column not in aside}
    if mapping:
        told = {fold(header): name for header, name in mapping.items()}
        said_fields: dict[int, str] = {}
        for column, header in enumerate(headers):
            name = told.get(fold(header), fields.get(column, ""))
            if column not in aside and name in register.fields and name not in said_fields.values():
                said_fields[column] = name
        fields = said_fields
    return Layout(best, tuple(headers), fields, (), aside)


def best_sheet(sheet: Sheet, register: Register) -> tuple[Sheet, tuple[str, ...]]:
    """The sheet of a workbook that knows the most columns, and the titles of the others."""
    sheets = (sheet, *sheet.others)
    chosen = max(sheets, key=lambda one: max((len(known(register, row)) for row in one.rows[:HEADER_ROWS]), default=0))
    return chosen, tuple(one.title for one in sheets if one is not chosen)


def rows(sheet: Sheet, plan: Layout, register: Register) -> list[Row]:
    """The filled rows below the header. Raises `Wrong` for a list that is too long."""
    found = []
    telling = {name for name, one in register.fields.items() if one.kind not in ("money", "whole")} - {register.needed, "town"}
    for number, line in enumerate(sheet.rows[plan.header_row + 1 :], start=plan.header_row + 1):
        said = [cell.strip() for column, cell in enumerate(line) if column not in plan.aside and cell.strip()]
        if said and (what := noise.beside(plan, line, telling)):
            words = {register.needed: text.line(said[0], 60)}
            found.append(Row(sheet.place(number), words, aside=str(_NOISE[what])))
        elif said:
            found.append(_row(sheet.place(number), line, plan, register))
    if len(found) > MOST:
        raise Wrong(
            _("Die Liste hat %(n)s Zeilen.", n=format_number(len(found))), "file",
            _("Höchstens %(most)s auf einmal sind möglich. Teilen Sie sie.", most=format_number(MOST)),
        )  # fmt: skip
    return found


def _row(place: str, line: Sequence[str], plan: Layout, register: Register) -> Row:
    row = Row(place)
    for column, name in plan.fields.items():
        said = line[column].strip() if column < len(line) else ""
        if not said or (said.lower() in cells.EMPTY and name != register.needed):
            continue
        one = register.fields[name]
        try:
            row.values[name] = _value(one, said)
        except (Wrong, ValueError) as wrong:
            why = wrong.sentence if isinstance(wrong, Wrong) else f"„{text.line(said, 60)}“ {wrong}."
            row.hints.append(f"{one.label}: {why}")
            row.unread.add(name)
            continue
        if one.office and _PERSON.search(said):
            why = _("„%(text)s“ sieht nach einer Person aus. Hierher gehört ein Amt oder eine Rolle.", text=text.line(said, 60))
            row.hints.append(f"{one.label}: {why}")
        row.cents = row.cents or (one.kind == "money" and Decimal(cells.price(said)) != row.values[name])
    return row


def _value(one: Field, said: str) -> Any:
    match one.kind:
        case "text":
            return " ".join(said.split())
        case "lines":
            return said.replace("\r\n", "\n").strip()
        case "day":
            return date.fromisoformat(cells.day(said))
        case "money":
            return int(Decimal(cells.price(said)))
        case "whole":
            return _whole(said)
        case "yes":
            return _yes(said)
        case "choice":
            return _word(one, said)
        case "several":
            return tuple(dict.fromkeys(_word(one, part) for part in said.replace("\n", ";").split(";") if part.strip()))


def _whole(said: str) -> int:
    number = Decimal(cells.price(said))
    if number != int(number) or number > 2**31 - 1:
        raise Wrong(_("„%(text)s“ ist keine ganze Zahl.", text=said[:40]))
    return int(number)


def _yes(said: str) -> bool:
    if said.casefold() not in _YES | _NO:
        raise Wrong(_("„%(text)s“ ist weder „ja“ noch „nein“.", text=said[:40]))
    return said.casefold() in _YES


def _word(one: Field, said: str) -> str:
    for folded in dict.fromkeys((fold(said), fold(_BEFORE.sub("", said.strip(), count=1)))):
        for key, word in one.words.items():
            if folded in spoken(word):
                return key
        if folded in one.others:
            return one.others[folded]
    words = ", ".join(f"„{word}“" for word in one.words.values())
    raise Wrong(_("„%(text)s“ steht nicht zur Wahl.", text=said[:40]), "", _("Möglich sind: %(words)s.", words=words))


def plan(register: Register, found: Iterable[Row], book: Book, today: date) -> tuple[Line, ...]:
    """What becomes of each row."""
    return tuple(_line(register, row, book, today) for row in found)


def asides(lines: Iterable[Line]) -> list[tuple[str, tuple[Line, ...]]]:
    """The rows that are left out, by the reason why, the most frequent first."""
    found: dict[str, list[Line]] = {}
    for line in lines:
        if line.outcome == "aside":
            found.setdefault(" ".join(line.hints[:1]), []).append(line)
    return sorted(((why, tuple(same)) for why, same in found.items()), key=lambda pair: -len(pair[1]))


def _line(register: Register, row: Row, book: Book, today: date) -> Line:
    if row.aside:
        return Line(row.place, "aside", str(row.values[register.needed]), hints=(row.aside,))
    if register.needed not in row.values:
        label = register.fields[register.needed].label
        return Line(row.place, "wrong", "", hints=(_("In der Zeile fehlt „%(name)s“.", name=label), *row.hints))
    name = str(row.values[register.needed])
    found = book.match(row)
    if found.refused:
        return Line(row.place, "aside" if found.aside else "wrong", name, hints=(found.refused, *row.hints))
    try:
        form = _filled(register, found.form, row, today)
    except Wrong as wrong:
        return Line(row.place, "wrong", name, found.why, hints=(wrong.sentence, *row.hints))
    changes = tuple(_changes(register, found.form, form))
    if found.key is None:  # what a new entry starts with is nobody's former value
        changes = tuple((label, "", after) for label, _before, after in changes)
    if row.cents and any(register.fields[x].kind == "money" for x in _differ(register, found.form, form)):
        row.hints.append(_("Beträge stehen in ganzen Euro; die Cent sind weggelassen."))
    hints = (*row.hints, *filter(None, (found.hint,)))
    outcome = "new" if found.key is None else "changed" if changes else "unchanged"
    return Line(row.place, outcome, name, found.why, changes, hints, form, found.key)


def _filled(register: Register, before: Form, row: Row, today: date) -> Form:
    """The form with what the row says; what cannot be goes back to how it stands. Raises `Wrong` where that does not help."""
    told = {
        name: value
        for name, value in row.values.items()
        if name in before.__struct_fields__ and not _same(register.fields[name], getattr(before, name), value)
    }
    while True:
        form = msgspec.structs.replace(before, **told)
        try:
            for wrong in beyond(form, today):
                raise wrong
            register.check(form)
        except Wrong as wrong:
            if wrong.where not in told or wrong.where == register.needed:
                raise
            row.hints.append(f"{register.fields[wrong.where].label}: {wrong.sentence}")
            del told[wrong.where]
            continue
        return form


def _same(one: Field, before: Any, after: Any) -> bool:
    """Whether a cell says what stands: files do not keep white space at the ends, nor the order of several words."""
    if one.kind == "text":
        return bool(" ".join(str(before).split()) == after)
    if one.kind == "lines":
        return bool(str(before).replace("\r\n", "\n").strip() == after)
    return bool(set(before) == set(after) if one.kind == "several" else before == after)


def _differ(register: Register, before: Form, after: Form) -> Iterator[str]:
    for name in register.fields:
        if name in before.__struct_fields__ and getattr(before, name) != getattr(after, name):
            yield name


def _changes(register: Register, before: Form, after: Form) -> Iterator[tuple[str, str, str]]:
    for name in _differ(register, before, after):
        one = register.fields[name]
        yield str(one.label), shown(one, getattr(before, name)), shown(one, getattr(after, name))


def shown(one: Field, value: Any) -> str:
    """A value in words; empty for none."""
    if value in (None, "", ()):
        return ""
    if isinstance(value, bool):
        return _("ja") if value else _("nein")
    if isinstance(value, date):
        return format_date(value)
    if isinstance(value, tuple):
        return SEVERAL.join(str(one.words[key]) for key in value)
    return str(one.words.get(value, value)) if one.words else str(value)


def digest(lines: Iterable[Line]) -> str:
    """Stands for a dry run: whoever agrees to it agrees to exactly these changes."""
    told = "\n".join(repr((x.place, x.outcome, x.name, x.key, x.changes)) for x in lines)
    return hashlib.sha256(told.encode()).hexdigest()[:32]
