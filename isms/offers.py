"""What a town has to do about the group's measures: decide, renew, look again. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from isms.measures import ENDS_SOON, Acceptance, AcceptanceState


@dataclass(frozen=True, slots=True)
class Todo:
    """A task of the town about a measure of the group.

    `kind`: `offered` (nobody decided yet), `ending` (within 60 days), `ended`, `withdrawn` or `lowered` (review item `item`).
    """

    kind: str
    measure: UUID
    name: str
    title: str
    day: date | None = None
    reason: str = ""
    item: UUID | None = None


def about(acceptance: Acceptance | None, today: date) -> tuple[str, date | None]:
    """The kind of task that follows from an acceptance, and its day; ("", None) where nothing is to do."""
    if acceptance is None or acceptance.state is AcceptanceState.ANGEBOTEN:
        return "offered", None
    state = acceptance.on(today)
    if state is AcceptanceState.ABGELAUFEN:
        return "ended", acceptance.until
    if state is AcceptanceState.ANGENOMMEN and acceptance.until is not None and acceptance.until - today <= ENDS_SOON:
        return "ending", acceptance.until
    return "", None
