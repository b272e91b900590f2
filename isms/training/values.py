"""What the store of training answers. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from isms.training.quota import Count


@dataclass(frozen=True, slots=True)
class Course:
    """A course."""

    id: UUID
    title: str
    target: str
    validity_months: int
    form: str
    test: bool
    link: str
    note: str
    version: int


@dataclass(frozen=True, slots=True)
class Held:
    """A day on which a course is held."""

    id: UUID
    course: UUID
    title: str
    held_on: date
    place: str


@dataclass(frozen=True, slots=True)
class Entered:
    """A number of completions as it was entered."""

    id: UUID
    unit: str
    count: Count


@dataclass(frozen=True, slots=True)
class Phishing:
    """A phishing exercise in totals."""

    id: UUID
    title: str
    held_on: date
    sent: int
    clicked: int
    reported: int
