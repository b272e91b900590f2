"""What a document is made of: frozen blocks that know neither paper nor browser.

`service.pdf` draws them, `templates/reports/report.html` shows them, `service.plain`
writes them for reading in a diff; all three in the same order with the same
words. Texts are final: `compose` has already chosen the reader's language.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal

from service.charts import Drawing
from service.i18n import Lazy, format_datetime, format_number
from service.i18n import gettext as _
from service.lamps import Lamp, Trend

MAX_LEVEL: Final = 4
TICK_BOX: Final = "☐"

Cell = str | Lamp


@dataclass(frozen=True, slots=True)
class Heading:
    """Überschrift; level 1 to 4, never skipping one downwards."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Text:
    """One or more paragraphs of plain text; a line break starts a new one. `href`: the whole text is a link (https only)."""

    text: str
    style: Literal["normal", "lead", "small"] = "normal"
    href: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """Kennzahl: the value, what it counts, and how old it is."""

    value: str
    label: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Figures:
    """A row of key figures."""

    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column's head; `width` is a share of the page, relative to the other columns."""

    title: str
    width: float = 1.0
    align: Literal["left", "right"] = "left"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a caption. The first column heads its row where there are three columns or more.

    `empty` is the sentence shown instead of no rows: it says why there are none.
    """

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    empty: str = ""


@dataclass(frozen=True, slots=True)
class LampRow:
    """A topic with its lamps, the change since the last sealed report, and why each lamp shows what it shows."""

    topic: str
    lamps: tuple[Lamp, ...]
    trend: Trend
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lamps:
    """Ampeln: one row a topic; `heads` name the lamps (Inhalt, Mittel). Reasons become numbered footnotes."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[LampRow, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """A risk matrix: its drawing, and below it the same figures as a table."""

    drawing: Drawing


@dataclass(frozen=True, slots=True)
class Chart:
    """A diagram: its drawing, and below it the same figures as a table."""

    drawing: Drawing


@dataclass(frozen=True, slots=True)
class Checklist:
    """Lines to tick on paper."""

    caption: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Option:
    """One way to decide; costs in whole euros, None where nobody has said."""

    title: str
    text: str = ""
    cost_once: int | None = None
    cost_yearly: int | None = None
    person_days: float | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """Entscheidungsvorlage: facts, options, recommendation, deadline, boxes to tick."""

    title: str
    facts: str
    options: tuple[Option, ...] = ()
    recommendation: str = ""
    deadline: str = ""
    answers: tuple[str, ...] = ()  # empty: zugestimmt, abgelehnt, vertagt


@dataclass(frozen=True, slots=True)
class Signature:
    """Place, date, name, and a line to sign on."""

    role: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """A framed remark; `kind` decides its first word: Hinweis, Achtung, or the given title."""

    text: str
    kind: Literal["note", "warning"] = "note"
    title: str = ""


@dataclass(frozen=True, slots=True)
class PageBreak:
    """What follows starts a new page on paper; nothing on the screen."""


Block = (
    Heading | Text | Figures | Table | Lamps | Matrix | Chart | Checklist | Decision | Signature | Note | PageBreak
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Document:
    """Blocks with all that stands around them.

    `as_of` is the state of the data (Stand), `made_at` the moment of making: the same document gives the same bytes.
    `state` is a short hash or number of the data state where there is one.

    Raises:
        ValueError: heading levels skip, or a table's row does not fit its columns.
    """

    title: str
    town: str
    as_of: datetime
    made_at: datetime
    blocks: tuple[Block, ...]
    marking: str = "intern"
    subtitle: str = ""
    version: str = "1"
    state: str = ""
    language: Literal["de", "en"] = "de"
    landscape: bool = False
    """Pages lie across (Querformat), for tables of many columns."""

    def __post_init__(self) -> None:
        check(self.blocks)


@dataclass(frozen=True, slots=True)
class Asked:
    """For whom and when a report is made. `town` is the row's id; `options` are a report's own words (part, site, id)."""

    town: int
    slug: str
    name: str
    inhabitants: int | None
    now: datetime
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Report:
    """A document that can be asked for by name: `gather` loads, `compose` is pure.

    `access` are the roles that may read it. `marking` is its protection mark (Schutzkennzeichnung).
    """

    name: str
    title: str | Lazy
    gather: Callable[[Asked], Awaitable[Any]]
    compose: Callable[[Any], list[Block]]
    access: frozenset[str]
    marking: str = "intern"
    about: str | Lazy = ""  # one sentence for the list of reports


def opening(document: Document) -> tuple[str, ...]:
    """What stands below the title on the first page and at the top of the page on the screen."""
    state = _("Datenstand %(state)s", state=document.state) if document.state else ""
    line = (
        document.town,
        _("Stand %(date)s", date=format_datetime(document.as_of)),
        _("Fassung %(version)s", version=document.version),
        state,
        document.marking,
    )
    facts = " · ".join(part for part in line if part)
    return (document.subtitle, facts) if document.subtitle else (facts,)


def check(blocks: Sequence[Block]) -> None:
    """Raise ValueError where the blocks would make a broken document."""
    level = 0
    for block in blocks:
        match block:
            case Heading(text, here):
                if not 1 <= here <= MAX_LEVEL or here > level + 1:
                    raise ValueError(f"heading “{text}” has level {here} after level {level}")
                level = here
            case Table(caption, columns, rows):
                if not columns or any(len(row) != len(columns) for row in rows):
                    raise ValueError(f"a row of table “{caption}” does not fit its {len(columns)} columns")
            case Text(text, _style, href):
                if href and not href.startswith("https://"):
                    raise ValueError(f"the link of “{text}” is not https")
            case Lamps(caption, heads, rows):
                if any(len(row.lamps) != len(heads) for row in rows):
                    raise ValueError(f"a row of the lamps “{caption}” does not fit its heads")


def note_title(note: Note) -> str:
    """The word a framed remark begins with."""
    return note.title or (_("Achtung") if note.kind == "warning" else _("Hinweis"))


def answers(decision: Decision) -> tuple[str, ...]:
    """The boxes of a decision."""
    return decision.answers or (_("zugestimmt"), _("abgelehnt"), _("vertagt"))


def advice(decision: Decision) -> tuple[str, ...]:
    """Recommendation and deadline as sentences, where they are known."""
    recommendation = _("Empfehlung: %(text)s", text=decision.recommendation) if decision.recommendation else ""
    deadline = _("Zu entscheiden bis: %(date)s", date=decision.deadline) if decision.deadline else ""
    return tuple(sentence for sentence in (recommendation, deadline) if sentence)


def footnotes(lamps: Lamps) -> tuple[tuple[tuple[int, ...], ...], tuple[str, ...]]:
    """Footnote numbers of each row, and the texts they stand for; equal reasons share a number."""
    texts: dict[str, int] = {}
    numbers = tuple(
        tuple(dict.fromkeys(texts.setdefault(reason, len(texts) + 1) for reason in row.reasons)) for row in lamps.rows
    )
    return numbers, tuple(texts)


def lamps_table(lamps: Lamps) -> tuple[Table, tuple[str, ...]]:
    """Lamps as a plain table and its numbered footnotes; what both renderers show."""
    numbers, notes = footnotes(lamps)
    columns = (
        Column(_("Thema"), 2.2),
        *(Column(head, 1.5) for head in lamps.heads),
        Column(_("Trend"), 1.7),
        Column(_("Fußnote"), 0.8),
    )
    rows = tuple(
        (row.topic, *row.lamps, row.trend.text, ", ".join(str(n) for n in marks))
        for row, marks in zip(lamps.rows, numbers, strict=True)
    )
    return Table(lamps.caption, columns, rows), tuple(f"{n} {text}" for n, text in enumerate(notes, 1))


def decision_table(decision: Decision) -> Table:
    """A decision's options with their costs; unknown is said, not left blank."""
    columns = (
        Column(_("Möglichkeit"), 3.0),
        Column(_("einmalig, €"), 1.0, "right"),
        Column(_("jährlich, €"), 1.0, "right"),
        Column(_("Personentage"), 1.0, "right"),
    )
    rows = tuple(
        (
            f"{option.title}: {option.text}" if option.text else option.title,
            *(_number(value) for value in (option.cost_once, option.cost_yearly, option.person_days)),
        )
        for option in decision.options
    )
    return Table(_("Möglichkeiten und ihre Kosten"), columns, rows, _("Noch keine Möglichkeiten beschrieben."))


def _number(value: float | None) -> str:
    return _("unbekannt") if value is None else format_number(value)


def data_table(drawing: Drawing) -> Table:
    """A drawing's figures as a table: what those who cannot see it read."""
    head, *rows = drawing.data
    columns = (Column(head[0], 1.6), *(Column(title, 1.0, "right") for title in head[1:]))
    return Table(_("%(what)s – als Tabelle", what=drawing.title), columns, tuple(tuple(row) for row in rows))


def cell_text(cell: Cell) -> str:
    """A cell as words: a lamp is shape and word."""
    return f"{cell.shape} {cell.word}" if isinstance(cell, Lamp) else cell


def signature_label(role: str, name: str) -> str:
    """What stands below the line to sign on."""
    who = f"{name}, {role}" if name else role
    return _("Ort, Datum, Unterschrift: %(who)s", who=who)
