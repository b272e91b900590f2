"""Which answers may be copied to another town, and where they would stand there. Pure.

Never copied: nein, what is unanswered, evidence, due days, contradictions and findings. Whether evidence speaks against an answer
has no say here, so that what is offered tells nothing of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from isms.measures import Claim

ORIGINS = ("own", "confirmed", "renewed")
"""Whose texts are a town's own to pass on; what it copied itself is not."""
COPIED = "copied"
"""Origin of an answer that was confirmed from a copied text."""


@dataclass(frozen=True, slots=True)
class Release:
    """A town lets the texts of its answers be copied; `partial`: also of those that say teilweise."""

    id: UUID
    of_town: int
    partial: bool
    released_at: datetime

    @property
    def claims(self) -> tuple[Claim, ...]:
        """Answers whose texts may be copied."""
        return (Claim.JA, Claim.ENTBEHRLICH, *((Claim.TEILWEISE,) if self.partial else ()))


@dataclass(frozen=True, slots=True)
class Place:
    """A target object: what it is and how it is called."""

    id: UUID
    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Passed:
    """A text at the object and requirement where it would stand, or stands, in the taking town."""

    target: UUID
    target_name: str
    control: str
    label: str
    title: str
    claim: Claim
    reason: str
    responsible: str

    @property
    def id(self) -> str:
        """What a tick box says."""
        return f"{self.target}|{self.control}"

    @property
    def name(self) -> str:
        """What is read out with a tick box."""
        return f"{self.title}, {self.target_name}"


def matched(givers: Iterable[Place], takers: Iterable[Place]) -> Mapping[UUID, UUID]:
    """Object of the giving town → object of the taking town: the same type and name, or the only one of its type in both."""
    here, there = tuple(givers), tuple(takers)
    by_name = {(x.kind, x.name.strip().casefold()): x.id for x in there}
    number_here, number_there = Counter(x.kind for x in here), Counter(x.kind for x in there)
    alone = {x.kind: x.id for x in there if number_there[x.kind] == 1}
    found: dict[UUID, UUID] = {}
    for one in here:
        goal = by_name.get((one.kind, one.name.strip().casefold()))
        if goal is None and number_here[one.kind] == 1:
            goal = alone.get(one.kind)
        if goal is not None:
            found[one.id] = goal
    return found
