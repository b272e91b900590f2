"""What is proposed, decided and covered at a place: threats at target objects, hazards at sites. Pure.

A proposal is never a decision: what nobody decided is open, and open is never shown as harmless.
"""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from isms.register import RiskView


@dataclass(frozen=True, slots=True)
class Verdict:
    """What people said: relevant or not, and why."""

    id: UUID
    relevant: bool
    reason: str
    by: str
    at: datetime
    version: int = 1


class State(enum.StrEnum):
    """Where a threat or hazard stands at a place."""

    OPEN = "open"
    """Proposed and nobody decided."""
    UNCOVERED = "uncovered"
    """Relevant, and no open risk speaks of it."""
    COVERED = "covered"
    """An open risk speaks of it."""
    IRRELEVANT = "irrelevant"
    """Not relevant, with a reason."""
    CLASHING = "clashing"
    """Not relevant, and an open risk speaks of it all the same."""
    UNASKED = "unasked"
    """Neither proposed nor decided."""


@dataclass(frozen=True, slots=True)
class Line:
    """One threat at one object, or one hazard at one site. `because` says why it is proposed; empty: it is not."""

    place: UUID
    place_name: str
    key: str
    title: str
    because: str
    verdict: Verdict | None = None
    risks: tuple[RiskView, ...] = ()
    """Open risks that speak of it."""
    kind: str = ""
    """Of a hazard: digital or analog."""

    @property
    def state(self) -> State:
        if self.verdict is not None and not self.verdict.relevant:
            return State.CLASHING if self.risks else State.IRRELEVANT
        if self.risks:
            return State.COVERED
        if self.verdict is not None:
            return State.UNCOVERED
        return State.OPEN if self.because else State.UNASKED

    @property
    def label(self) -> str:
        """Place and title, for a reader who sees one line alone."""
        return f"{self.place_name}: {self.title}"

    @property
    def pick(self) -> str:
        """How a form names this line together with the word it showed."""
        return f"{self.place}|{self.key}|{self.verdict.id if self.verdict else ''}"


@dataclass(frozen=True, slots=True)
class Pick:
    """A ticked line: what it is about, and the word that was shown with it; None where nobody had spoken."""

    place: UUID
    key: str
    shown: UUID | None = None


def picked(text: str) -> Pick:
    """A pick as `Line.pick` wrote it; raises `ValueError`."""
    place, key, shown = text.split("|")
    return Pick(UUID(place), key, UUID(shown) if shown else None)


@dataclass(frozen=True, slots=True)
class Count:
    """How far one place is: asked for (proposed, decided or with a risk), and of these by state."""

    asked: int
    open: int
    uncovered: int
    covered: int
    irrelevant: int
    clashing: int


def count(lines: Iterable[Line]) -> Count:
    """The figures of some lines."""
    found = Counter(x.state for x in lines)
    asked = sum(number for state, number in found.items() if state is not State.UNASKED)
    names = (State.OPEN, State.UNCOVERED, State.COVERED, State.IRRELEVANT, State.CLASHING)
    return Count(asked, *(found[x] for x in names))
