"""Measures of the group and the towns, and who has accepted which one until when.

Days count from the demonstration's day, money in Euro, `controls` are labels of the starter catalogue.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

import msgspec
import yaml


@dataclass(frozen=True, slots=True)
class Takeover:
    """Übernahmeerklärung of a town: days from today of acceptance and end, and the town's part of a shared measure."""

    on_days: int
    until_days: int
    town_claim: str = "unbearbeitet"
    remark: str = ""


@dataclass(frozen=True, slots=True)
class StoryMeasure:
    """`town` '' is the group; `mode` zentral, geteilt or lokal."""

    town: str
    title: str
    text: str
    kind: str
    mode: str
    state: str
    owner: str
    controls: tuple[str, ...]
    deputy: str = ""
    cost_once: int | None = None
    cost_yearly: int | None = None
    person_days: int | None = None
    budget_year_offset: int | None = None
    secured: bool | None = None
    funding: str = ""
    priority: int = 2
    due_days: int | None = None
    taken: Mapping[str, Takeover] = field(default_factory=dict)


@cache
def measures() -> tuple[StoryMeasure, ...]:
    """All measures of the story, those of the group first."""
    raw = resources.files("service.demo.story").joinpath("measures.yaml").read_text(encoding="utf-8")
    return msgspec.convert(yaml.safe_load(raw), tuple[StoryMeasure, ...])
