"""Diagrams as values: rectangles, polygons, lines, texts, links, a caption with the message, and the figures as a table.

Pages write a drawing as SVG (`svg`), `service.pdf` draws the same shapes on
paper. Nothing is shown by colour alone: every filled shape has its word or its
number. Lengths are in units of 1/72 inch; y grows downwards.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import cos, pi, sin
from typing import Final, Literal

Tone = Literal["good", "medium", "high", "bad", "grey", "plain"]

# Fills so light that black text on them keeps 10 : 1, strokes so dark that they keep 4.5 : 1 against the fill.
FILLS: Final[Mapping[str, str]] = {
    "good": "#d3ecd6",
    "medium": "#fff0b8",
    "high": "#ffd5ae",
    "bad": "#f9c6c6",
    "grey": "#e4e6ea",
    "plain": "#cfe0f5",
}
INK: Final = "#1c2430"


@dataclass(frozen=True, slots=True)
class Rect:
    """A filled rectangle with an outline."""

    x: float
    y: float
    width: float
    height: float
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class Polygon:
    """A filled shape; sectors of a donut are polygons with many corners."""

    points: tuple[tuple[float, float], ...]
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class Line:
    """A polyline."""

    points: tuple[tuple[float, float], ...]
    width: float = 1.0


@dataclass(frozen=True, slots=True)
class Label:
    """A text; `x`, `y` is its base line at the anchor. `inside`: it stands on a fill and is always dark."""

    x: float
    y: float
    text: str
    anchor: Literal["start", "middle", "end"] = "start"
    size: float = 10.0
    bold: bool = False
    inside: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """Shapes that lead somewhere; `name` is what a screen reader says."""

    href: str
    name: str
    shapes: tuple["Rect | Polygon | Line | Label", ...]


Shape = Rect | Polygon | Line | Label | Link


@dataclass(frozen=True, slots=True)
class Drawing:
    """A diagram with its message (`caption`) and its figures (`data`, the first row is the head)."""

    title: str
    caption: str
    width: float
    height: float
    shapes: tuple[Shape, ...]
    data: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """One field of a matrix: how many, which category in words, and where a click leads."""

    count: int
    category: str
    tone: Tone
    href: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar; `text` is its value as people read it."""

    label: str
    value: float
    text: str
    tone: Tone = "plain"
    href: str = ""


def matrix(
    title: str,
    caption: str,
    axes: tuple[str, str],
    columns: Sequence[str],
    rows: Sequence[str],
    cells: Mapping[tuple[str, str], MatrixCell],
    *,
    about: str = "",
) -> Drawing:
    """A field for each row and column, such as the risk matrix of BSI-Standard 200-3.

    `about` goes before the names of the fields' links, where a page shows two matrices with the same axes.
    `axes` says what rows and columns are; rows come from top to bottom, so usually the most frequent first;
    `cells` has every pair of row and column.
    """
    left, top, wide, high = 112.0, 22.0, 88.0, 38.0
    width, height = left + wide * len(columns), top + high * len(rows) + 36
    shapes: list[Shape] = [Label(0, 14, f"{axes[0]} ↑", bold=True)]
    for y, row in enumerate(rows):
        shapes.append(Label(left - 8, top + high * (y + 0.5) + 4, row, "end"))
        for x, column in enumerate(columns):
            cell = cells[row, column]
            box = Rect(left + wide * x, top + high * y, wide, high, cell.tone)
            middle = left + wide * (x + 0.5)
            number = Label(
                middle, top + high * y + 17, str(cell.count) if cell.count else "–", "middle", 14, bold=True, inside=True
            )
            word = Label(middle, top + high * y + 31, cell.category, "middle", 9, inside=True)
            name = f"{about}{row}, {column}: {cell.count or '–'} {cell.category}"
            shapes += [Link(cell.href, name, (box, number, word))] if cell.href else [box, number, word]
    base = top + high * len(rows)
    shapes += [Label(left + wide * (x + 0.5), base + 14, column, "middle") for x, column in enumerate(columns)]
    shapes.append(Label(width, base + 31, f"{axes[1]} →", "end", bold=True))
    head = (f"{axes[0]} / {axes[1]}", *columns)
    data = tuple((row, *(f"{cells[row, c].count} ({cells[row, c].category})" for c in columns)) for row in rows)
    return Drawing(title, caption, width, height, tuple(shapes), (head, *data))


def bars(title: str, caption: str, heads: tuple[str, str], values: Sequence[Bar]) -> Drawing:
    """Horizontal bars from zero, the value written at each one's end; `heads` name label and value."""
    left, step, room = 150.0, 24.0, 230.0
    most = max((bar.value for bar in values), default=0) or 1
    shapes: list[Shape] = [Line(((left, 4), (left, 4 + step * max(len(values), 1))))]
    for i, bar in enumerate(values):
        y = 7 + step * i
        length = max(0.0, bar.value) / most * room
        parts = (
            Label(left - 8, y + 13, _short(bar.label, 26), "end"),
            *((Rect(left, y, length, step - 7, bar.tone),) if length else ()),
            Label(left + length + 6, y + 13, bar.text, bold=True),
        )
        shapes += [Link(bar.href, f"{bar.label}: {bar.text}", parts)] if bar.href else parts
    data = tuple((bar.label, bar.text) for bar in values)
    return Drawing(title, caption, left + room + 70, 12 + step * max(len(values), 1), tuple(shapes), (heads, *data))


def donut(title: str, caption: str, heads: tuple[str, str], values: Sequence[Bar]) -> Drawing:
    """Shares of a whole as a ring with a legend; nothing at all gives an empty grey ring."""
    total = sum(max(0.0, bar.value) for bar in values)
    shapes: list[Shape] = []
    start = 0.0
    for bar in (bar for bar in values if bar.value > 0):
        end = start + bar.value / total
        shapes.append(Polygon(_sector(70, 70, 62, 36, start, end), bar.tone))
        start = end
    if not total:
        shapes.append(Polygon(_sector(70, 70, 62, 36, 0, 1), "grey"))
    for i, bar in enumerate(values):
        y = 20 + 22 * i
        parts = (Rect(160, y - 10, 12, 12, bar.tone), Label(180, y, f"{bar.label}: {bar.text}"))
        shapes += [Link(bar.href, f"{bar.label}: {bar.text}", parts)] if bar.href else parts
    data = tuple((bar.label, bar.text) for bar in values)
    return Drawing(title, caption, 420, max(142.0, 20 + 22 * len(values)), tuple(shapes), (heads, *data))


def sparkline(title: str, caption: str, heads: tuple[str, str], points: Sequence[tuple[str, float | None, str]]) -> Drawing:
    """A small line over time: (when, value, value as people read it). None is a gap, never a zero."""
    known = [value for _, value, _ in points if value is not None]
    low, high = min(known, default=0.0), max(known, default=1.0)
    span = (high - low) or 1.0
    step = 240 / max(len(points) - 1, 1)
    shapes: list[Shape] = []
    run: list[tuple[float, float]] = []
    for i, (_, value, _) in enumerate(points):
        if value is not None:
            run.append((4 + i * step, 38 - (value - low) / span * 30))
        if run and (value is None or i == len(points) - 1):
            shapes.append(Line(tuple(run) if len(run) > 1 else (run[0], (run[0][0] + 2, run[0][1])), 1.6))
            run = []
    last = next((text for _, value, text in reversed(points) if value is not None), "–")
    shapes.append(Label(254, 24, last, bold=True))
    data = tuple((when, text) for when, _, text in points)
    return Drawing(title, caption, 330, 44, tuple(shapes), (heads, *data))


def labels(drawing: Drawing) -> tuple[str, ...]:
    """Every text in the drawing in the order of drawing: what SVG and PDF must both show."""
    flat = [part for shape in drawing.shapes for part in (shape.shapes if isinstance(shape, Link) else (shape,))]
    return tuple(part.text for part in flat if isinstance(part, Label))


def svg(drawing: Drawing) -> str:
    """The drawing as inline SVG: no style attribute, no script, every text escaped, readable on light and dark pages."""
    role = "group" if any(isinstance(shape, Link) for shape in drawing.shapes) else "img"
    size = f'viewBox="0 0 {_n(drawing.width)} {_n(drawing.height)}" width="{_n(drawing.width)}"'
    body = "".join(_svg(shape) for shape in drawing.shapes)
    return f'<svg class="chart" role="{role}" aria-label="{escape(drawing.title)}" {size}>{body}</svg>'


def _svg(shape: Shape) -> str:
    match shape:
        case Rect(x, y, width, height, tone):
            return (
                f'<rect class="fill" x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}" '
                f'fill="{FILLS[tone]}" stroke="{INK}" stroke-width="0.75"/>'
            )
        case Polygon(points, tone):
            return f'<polygon class="fill" points="{_points(points)}" fill="{FILLS[tone]}" stroke="{INK}" stroke-width="0.75"/>'
        case Line(points, width):
            stroke = f'fill="none" stroke="currentColor" stroke-width="{_n(width)}"'
            return f'<polyline class="line" points="{_points(points)}" {stroke}/>'
        case Label(x, y, text, anchor, size, bold, inside):
            weight = ' font-weight="bold"' if bold else ""
            colour = INK if inside else "currentColor"
            place = f'x="{_n(x)}" y="{_n(y)}" text-anchor="{anchor}" font-size="{_n(size)}"'
            return f'<text {place}{weight} fill="{colour}">{escape(text)}</text>'
        case Link(href, name, shapes):
            # A space between the texts: what is seen must be a part of what is said (WCAG 2.5.3).
            parts = " ".join(_svg(part) for part in shapes)
            return f'<a href="{escape(href)}" aria-label="{escape(name)}">{parts}</a>'


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _points(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{_n(x)},{_n(y)}" for x, y in points)


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _sector(x: float, y: float, outer: float, inner: float, start: float, end: float) -> tuple[tuple[float, float], ...]:
    """A ring's part between two shares of the turn, clockwise from the top."""
    steps = max(2, round((end - start) * 72))
    turns = [2 * pi * (start + (end - start) * i / steps) for i in range(steps + 1)]
    out = [(x + outer * sin(t), y - outer * cos(t)) for t in turns]
    back = [(x + inner * sin(t), y - inner * cos(t)) for t in reversed(turns)]
    return tuple(out + back)
