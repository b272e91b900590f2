"""The whole check of one town as one value: every requirement at every object with claim, evidence and state.

Pure. `store.sheets.load` fills it; pages, the mayor's report and lamps read it, nobody computes a quota elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from isms.assess import ControlState, Lamp, Quota, quota
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
class Sheet:
    """The check of one town today."""

    entries: tuple[Entry, ...]
    objects: tuple[tuple[UUID, str, str, int], ...] = ()
    """id, name, kind, number of devices; in their order."""
    checked_at: datetime | None = None
    """Last run of the automatic checks."""
    removed: tuple[Entry, ...] = field(default=())

    @property
    def quota(self) -> Quota:
        return quota(x.state for x in self.entries)

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

    def lines(self) -> tuple[ObjectLine, ...]:
        by_target: dict[UUID, list[Entry]] = {ident: [] for ident, *_ in self.objects}
        for entry in self.entries:
            by_target.setdefault(entry.target, []).append(entry)
        return tuple(
            ObjectLine(
                ident,
                name,
                kind,
                members,
                quota(x.state for x in by_target[ident]),
                _count(x.state.lamp for x in by_target[ident]),
                sum(1 for x in by_target[ident] if x.state.refuted),
            )
            for ident, name, kind, members in self.objects
        )

    def areas(self) -> tuple[tuple[str, str, Quota], ...]:
        """Quota by area of the catalogue: id, title, figures."""
        grouped: dict[tuple[str, str], list[ControlState]] = {}
        for entry in sorted(self.entries, key=lambda x: x.requirement.position):
            grouped.setdefault((entry.requirement.area, entry.requirement.area_title), []).append(entry.state)
        return tuple((area, title, quota(states)) for (area, title), states in grouped.items())

    def overdue(self, today: date) -> tuple[Entry, ...]:
        found = [x for x in self.entries if x.overdue_on is not None and x.overdue_on < today]
        return tuple(sorted(found, key=lambda x: x.overdue_on or today))

    @property
    def refuted(self) -> tuple[Entry, ...]:
        return tuple(x for x in self.entries if x.state.refuted)


def _count(lamps: Iterable[Lamp]) -> dict[Lamp, int]:
    found: dict[Lamp, int] = {}
    for lamp in lamps:
        found[lamp] = found.get(lamp, 0) + 1
    return found


def matching(entries: Sequence[Entry], *, state: str = "", area: str = "", text: str = "") -> tuple[Entry, ...]:
    """Entries of a filter: claim or `widerspruch`, area, and words in id, official id, title or sentence."""
    needle = text.strip().casefold()
    return tuple(
        x
        for x in entries
        if (not state or state == x.state.claim or (state == "widerspruch" and x.state.refuted))
        and (not area or area == x.requirement.area)
        and (not needle or needle in x.requirement.words)
    )
