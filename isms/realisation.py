"""The plan of measures (Realisierungsplan, A.6): lines, filter, board by state, money by year, and the plan over months.

Pure: lines in, values and drawings out; pages, exports and the frozen snapshot read the same lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from isms.measures import MEASURE_STATES
from service.charts import Drawing, Label, Line, Link, Rect, Shape, Tone
from service.i18n import gettext as _
from service.i18n import ngettext
from service.priority import Level

OPEN = MEASURE_STATES[:3]
DONE = MEASURE_STATES[3:5]
MONTHS_SHOWN = 24
_TONES: Mapping[str, Tone] = {"vorgeschlagen": "grey", "beschlossen": "plain", "in Umsetzung": "medium"}


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A measure in the plan: requirements and risks by their names, money in cents, days without time."""

    id: UUID
    town_id: int
    name: str
    title: str
    kind: str
    mode: str
    state: str
    state_reason: str
    priority: int
    owner: str
    deputy: str
    cost_once: int | None
    cost_yearly: int | None
    person_days: int | None
    budget_year: int | None
    budget_secured: bool | None
    funding: str
    start_on: date | None
    due: date | None
    controls: tuple[str, ...]
    risks: tuple[str, ...]
    after: tuple[UUID, ...]
    version: int
    acceptance: str = ""
    """What the town said to a measure of the group; empty for an own one."""

    @property
    def level(self) -> Level:
        return Level(self.priority)

    @property
    def open(self) -> bool:
        return self.state in OPEN

    def late(self, today: date) -> bool:
        return self.open and self.due is not None and self.due < today


@dataclass(frozen=True, slots=True)
class PlanFilter:
    """What of the plan is wanted; empty = everything. `state` may be `open` or `late` as well."""

    state: str = ""
    owner: str = ""
    year: str = ""
    priority: str = ""
    mode: str = ""
    q: str = ""

    def fits(self, line: PlanLine, today: date) -> bool:
        state = {"open": line.open, "late": line.late(today)}.get(self.state, line.state == self.state)
        needle = self.q.strip().casefold()
        return (
            (not self.state or state)
            and (not self.owner or line.owner == self.owner)
            and (not self.year or str(line.budget_year or "") == self.year)
            and (not self.priority or str(line.priority) == self.priority)
            and (not self.mode or line.mode == self.mode)
            and (not needle or needle in f"{line.name} {line.title} {' '.join(line.controls)}".casefold())
        )


def board(lines: Iterable[PlanLine]) -> tuple[tuple[str, tuple[PlanLine, ...]], ...]:
    """Every state with its measures, most urgent first, in the order of the states."""
    whole = sorted(lines, key=lambda x: (-x.priority, x.due or date.max, x.name))
    return tuple((state, tuple(x for x in whole if x.state == state)) for state in MEASURE_STATES)


@dataclass(frozen=True, slots=True)
class Money:
    """What the measures of one budget year cost: cents and person days; `unknown` measures whose cost nobody has said."""

    year: int | None
    measures: int
    once: int
    yearly: int
    person_days: int
    unsecured: int
    """Cents, once and in the year, that are not secured."""
    unknown: int


def money(lines: Iterable[PlanLine]) -> tuple[Money, ...]:
    """Sums by budget year, the year nobody has named last; dropped measures cost nothing."""
    by_year: dict[int | None, list[PlanLine]] = {}
    for line in lines:
        if line.state != "verworfen":
            by_year.setdefault(line.budget_year, []).append(line)
    return tuple(
        Money(
            year,
            len(found),
            sum(x.cost_once or 0 for x in found),
            sum(x.cost_yearly or 0 for x in found),
            sum(x.person_days or 0 for x in found),
            sum((x.cost_once or 0) + (x.cost_yearly or 0) for x in found if not x.budget_secured),
            sum(1 for x in found if x.cost_once is None and x.cost_yearly is None),
        )
        for year, found in sorted(by_year.items(), key=lambda x: (x[0] is None, x[0] or 0))
    )


def _month(day: date, more: int = 0) -> date:
    months = day.year * 12 + day.month - 1 + more
    return date(months // 12, months % 12 + 1, 1)


def plan(lines: Sequence[PlanLine], today: date, base: str = "") -> Drawing | None:
    """Open measures with a due day as bars over months, what must come first as lines; None where none has a day.

    A bar begins at the measure's start, or today where nobody has said one; what lies outside the drawing is cut at its edge.
    """
    shown = sorted((x for x in lines if x.open and x.due), key=lambda x: (x.start_on or today, x.due or today, x.name))
    if not shown:
        return None
    starts = {x.id: min(x.start_on or min(today, x.due or today), x.due or today) for x in shown}
    first = _month(max(min(starts.values()), today - timedelta(days=180)))
    wanted = max(x.due or today for x in shown)
    months = max(3, min(MONTHS_SHOWN, (wanted.year - first.year) * 12 + wanted.month - first.month + 1))
    left, top, step = 210.0, 30.0, 24.0
    width = min(56.0, 640.0 / months)
    end = _month(first, months)

    def x(day: date) -> float:
        whole = max(0, min((day - first).days, (end - first).days))
        return left + whole / (end - first).days * width * months

    height = top + step * len(shown) + 10
    shapes: list[Shape] = []
    every = 1 if width >= 40 else 3
    for i in range(months + 1):
        at, month = x(_month(first, i)), _month(first, i)
        shapes.append(Line(((at, top - 6), (at, height - 6)), 0.3))
        if i < months and i % every == 0:
            shapes.append(Label(at + 2, top - 10, f"{month:%m.%y}", size=9))
    places: dict[UUID, tuple[float, float, float]] = {}
    for i, line in enumerate(shown):
        y, due = top + step * i, line.due or today
        begin, stop = x(starts[line.id]), max(x(due), x(starts[line.id]) + 5)
        places[line.id] = (begin, stop, y + 9)
        tone: Tone = "bad" if line.late(today) else _TONES[line.state]
        word = _("überfällig") if line.late(today) else line.state
        parts: tuple[Rect | Label, ...] = (
            Label(0, y + 12, _cut(f"{line.name} {line.title}")),
            Rect(begin, y, stop - begin, step - 7, tone),
            Label(stop + 4, y + 12, f"{word}, {due:%d.%m.%Y}", size=9),
        )
        name = f"{line.name} {line.title}: {word}, {due:%d.%m.%Y}"
        shapes += [Link(f"{base}/{line.id}", name, parts)] if base else list(parts)
    for line in shown:
        for other in line.after:
            if other in places:
                (_from, ends, high), (begins, _to, low) = places[other], places[line.id]
                shapes.append(Line(((ends, high), (ends + 2, (high + low) / 2), (begins, low)), 1.2))
    now_at = x(today)
    shapes += [Line(((now_at, top - 6), (now_at, height - 6)), 1.6), Label(now_at + 3, 9, _("heute"), size=9, bold=True)]
    late = sum(1 for line in shown if line.late(today))
    caption = ngettext(
        "%(num)s offene Maßnahme hat einen Termin, davon überfällig: %(late)s.",
        "%(num)s offene Maßnahmen haben einen Termin, davon überfällig: %(late)s.",
        len(shown),
        late=late,
    )
    names = {line.id: line.name for line in lines}
    head = (_("Maßnahme"), _("Stand"), _("Beginn"), _("Fällig"), _("Zuständig"), _("Erst nach"))
    rows = tuple(
        (
            f"{line.name} {line.title}",
            _("überfällig") if line.late(today) else line.state,
            f"{line.start_on:%d.%m.%Y}" if line.start_on else "–",
            f"{line.due:%d.%m.%Y}" if line.due else "–",
            line.owner or "–",
            ", ".join(names[key] for key in line.after if key in names) or "–",
        )
        for line in shown
    )
    return Drawing(_("Plan der Maßnahmen"), caption, left + width * months + 170, height, tuple(shapes), (head, *rows))


def _cut(text: str, most: int = 36) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def cycle(after: Mapping[UUID, Iterable[UUID]], start: UUID) -> bool:
    """Whether a measure would wait for itself."""
    seen: set[UUID] = set()
    waiting = list(after.get(start, ()))
    while waiting:
        one = waiting.pop()
        if one == start:
            return True
        if one not in seen:
            seen.add(one)
            waiting += after.get(one, ())
    return False
