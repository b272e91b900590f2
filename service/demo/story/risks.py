"""The 46 risks of the story: ten a town, at least three of them analog, and six that all towns share.

Days count from the demonstration's day; money in Euro; owners are keys of `people`. Frequencies, damages and
threats are those of `domain.md` 3.7.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources

import msgspec
import yaml


@dataclass(frozen=True, slots=True)
class Accepted:
    """Somebody takes the rest over: reason, last day, and whether the mayor has already signed."""

    reason: str
    until_days: int
    signed: bool = True


@dataclass(frozen=True, slots=True)
class StoryRisk:
    """A risk as people enter it; `town` '' means that all towns carry it."""

    town: str
    title: str
    kind: str
    threats: tuple[str, ...]
    frequency: str
    damage: str
    cause: str
    scenario: str
    affects: str
    objects: tuple[str, ...]
    treatment: str
    measures: str
    owner: str
    net: tuple[str, str] | None = None
    cost: int | None = None
    due_days: int | None = None
    act_by_days: int | None = None
    review_days: int = 180
    accepted: Accepted | None = None
    hazard: str = ""
    """Key of the starter register."""
    site: str = ""
    """Name of the site; with a hazard and no site the whole town."""


@cache
def risks() -> tuple[StoryRisk, ...]:
    """All risks of the story, the shared ones first."""
    raw = resources.files("service.demo.story").joinpath("risks.yaml").read_text(encoding="utf-8")
    return msgspec.convert(yaml.safe_load(raw), tuple[StoryRisk, ...])
