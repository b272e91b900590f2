"""The whole check of one town as one value: every requirement at every object with claim, evidence and state.

Pure. `store.sheets.load` fills it; pages, the mayor's report and lamps read it, nobody computes a quota elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID

from isms.assess import ControlState, Lamp, Quota, quota, tally
from isms.measures import Claim


@dataclass(frozen=True, slots=True)
class Requirement:
    """A control as pages show it; `citations` = official ids by kind (`wiba`, `kompendium`, `grundschutzpp`)."""

    key: str
    label: str
    title: str
    area: str
    area_title: str
    position: int
    modal_verb: str | None
    effort: int | None
    statement: str
    guidance: str
    categories: tuple[str, ...]
    citations: Mapping[str, tuple[str, ...]]
    edition: str
    scale: str = "check"
    """Answer scale of its catalogue (`isms.scales`)."""
    required: tuple[str, ...] = ()
    """Keys of the controls that must be fulfilled first."""
    catalogue: str = ""
    """Key of its catalogue."""
    counted: bool = True
    """Does its catalogue count in the town's one Umsetzungsgrad?"""

    @property
    def words(self) -> str:
        """What a search looks at, folded."""
        cited = " ".join(one for ids in self.citations.values() for one in ids)
        return f"{self.label} {cited} {self.title} {self.statement}".casefold()


@dataclass(frozen=True, slots=True)
class Given:
    """An answer as it was given; `origin` own, copied, confirmed, or prepared (counts only once confirmed)."""

    claim: Claim
    reason: str
    responsible: str
    due: date | None
    document: str
    origin: str
    version: int
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """One requirement at one object."""

    target: UUID
    target_name: str
    requirement: Requirement
    state: ControlState
    category: str
    answer: Given | None = None
    prepared: Given | None = None
    removed_reason: str | None = None
    recheck: bool = False
    """The answer was given to a sentence that says something else since (Neu prüfen)."""

    @property
    def overdue_on(self) -> date | None:
        """The due day of an answer that is not done; None where nothing is due."""
        if self.answer is None or self.state.claim in (Claim.JA, Claim.ENTBEHRLICH):
            return None
        return self.answer.due


@dataclass(frozen=True, slots=True)
class ObjectLine:
    """One object of the overview: progress and lamps."""

    id: UUID
    name: str
    kind: str
    members: int
    quota: Quota
    lamps: Mapping[Lamp, int]
    refuted: int

    @property
    def lamp(self) -> Lamp:
        """Worst first: red, then yellow; grey as long as anything is unanswered; green only if all is done."""
        for lamp in (Lamp.RED, Lamp.YELLOW, Lamp.GREY):
            if self.lamps.get(lamp):
                return lamp
        return Lamp.GREEN if self.lamps.get(Lamp.GREEN) else Lamp.GREY


@dataclass(frozen=True, slots=True)
class Count:
    """How many requirements of an area stand in the same state at one object."""

    target: UUID
    area: str
    area_title: str
    state: ControlState
    number: int
    catalogue: str = ""
    counted: bool = True


@dataclass(frozen=True, slots=True)
class Summary:
    """The check of one town in figures: progress of the town, its objects and areas."""

    objects: tuple[tuple[UUID, str, str], ...]
    """id, name, kind; in their order."""
    counts: tuple[Count, ...]
    """In the order of the areas."""
    checked_at: datetime | None = None

    def of(self, catalogue: str = "") -> Summary:
        """The figures of one catalogue; without one, of those that count in the town's one Umsetzungsgrad."""
        return replace(self, counts=tuple(x for x in self.counts if (x.catalogue == catalogue if catalogue else x.counted)))

    @property
    def quota(self) -> Quota:
        return tally((x.state, x.number) for x in self.counts)

    def lines(self, members: Mapping[UUID, int]) -> tuple[ObjectLine, ...]:
        """Progress and lamps of every object; `members` = number of its devices."""
        by_target: dict[UUID, list[Count]] = {ident: [] for ident, *_ in self.objects}
        for one in self.counts:
            by_target.setdefault(one.target, []).append(one)
        return tuple(
            ObjectLine(
                ident,
                name,
                kind,
                members.get(ident, 0),
                tally((x.state, x.number) for x in by_target[ident]),
                _lamps(by_target[ident]),
                sum(x.number for x in by_target[ident] if x.state.refuted),
            )
            for ident, name, kind in self.objects
        )

    def areas(self) -> tuple[tuple[str, str, Quota], ...]:
        """Quota by area of the catalogue: id, title, figures."""
        grouped: dict[tuple[str, str, str], list[tuple[ControlState, int]]] = {}
        for one in self.counts:
            grouped.setdefault((one.catalogue, one.area, one.area_title), []).append((one.state, one.number))
        return tuple((area, title, tally(states)) for (_catalogue, area, title), states in grouped.items())


@dataclass(frozen=True, slots=True)
class Sheet:
    """The check of one town today."""

    entries: tuple[Entry, ...]
    objects: tuple[tuple[UUID, str, str], ...] = ()
    """id, name, kind; in their order."""
    checked_at: datetime | None = None
    """Last run of the automatic checks."""
    removed: tuple[Entry, ...] = field(default=())

    @property
    def quota(self) -> Quota:
        """Over the catalogues that count."""
        return quota(x.state for x in self.entries if x.requirement.counted)

    def at(self, target: UUID) -> tuple[Entry, ...]:
        return tuple(x for x in self.entries if x.target == target)

    def entry(self, target: UUID, control: str) -> Entry | None:
        whole = (*self.entries, *self.removed)
        return next((x for x in whole if x.target == target and x.requirement.key == control), None)

    def neighbours(self, target: UUID, control: str) -> tuple[Entry | None, Entry | None]:
        """The requirement before and after this one at the same object."""
        here = self.at(target)
        index = next((i for i, x in enumerate(here) if x.requirement.key == control), None)
        if index is None:
            return None, None
        return (here[index - 1] if index else None), (here[index + 1] if index + 1 < len(here) else None)

    @property
    def summary(self) -> Summary:
        """The same check as figures, of all catalogues."""
        counts = tuple(
            Count(x.target, asked.area, asked.area_title, x.state, 1, asked.catalogue, asked.counted)
            for x in self.entries
            for asked in (x.requirement,)
        )
        return Summary(self.objects, counts, self.checked_at)

    def overdue(self, today: date) -> tuple[Entry, ...]:
        found = [x for x in self.entries if x.overdue_on is not None and x.overdue_on < today]
        return tuple(sorted(found, key=lambda x: x.overdue_on or today))

    @property
    def refuted(self) -> tuple[Entry, ...]:
        return tuple(x for x in self.entries if x.state.refuted)


def _lamps(counts: Iterable[Count]) -> dict[Lamp, int]:
    found: dict[Lamp, int] = {}
    for one in counts:
        found[one.state.lamp] = found.get(one.state.lamp, 0) + one.number
    return found


def matching(entries: Sequence[Entry], *, state: str = "", area: str = "", text: str = "") -> tuple[Entry, ...]:
    """Entries of a filter: claim, `widerspruch` or `neu` (look again); area; words in id, official id, title or sentence."""
    needle = text.strip().casefold()
    return tuple(
        x
        for x in entries
        if (not state or state == x.state.claim or (state == "widerspruch" and x.state.refuted) or (state == "neu" and x.recheck))
        and (not area or area == x.requirement.area)
        and (not needle or needle in x.requirement.words)
    )
