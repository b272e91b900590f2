"""Values that the pages about catalogues show."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from isms.editions.once import Proposal
from isms.editions.text import Piece, pieces
from isms.measures import Claim
from service.i18n import format_date
from service.i18n import gettext as _
from service.settings import local_day

_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})(?:T[\d:.]+(?:Z|[+-]\d{2}:\d{2})?)?$")


def in_words(edition: str) -> str:
    """The name of an edition for readers: a day or moment at its end is told as a day, „Stand 24.06.2026“."""
    return _MOMENT.sub(lambda found: _("Stand %(day)s", day=format_date(date.fromisoformat(found[1]))), edition)


@dataclass(frozen=True, slots=True)
class EditionView:
    """An edition (Fassung) of a catalogue; `taken_at` None = waits beside the one that holds."""

    id: UUID
    catalogue: str
    title: str
    scale: str
    version: str
    sha256: str
    counts: Mapping[str, int]
    notices: tuple[str, ...]
    imported_by: str
    imported_at: datetime
    current: bool
    taken_at: datetime | None

    @property
    def name(self) -> str:
        """Title and edition, as readers know it."""
        return f"{self.title} {self.shown}"

    @property
    def shown(self) -> str:
        """The edition alone. A list that told none bears the day on which it was taken in."""
        if self.version == local_day(self.imported_at).isoformat():
            return _("aufgenommen am %(day)s", day=format_date(local_day(self.imported_at)))
        return in_words(self.version)

    @property
    def waits(self) -> bool:
        """May it still be taken over?"""
        return not self.current and self.taken_at is None


@dataclass(frozen=True, slots=True)
class ReferenceView:
    """A table of references that was taken in."""

    id: UUID
    kind: str
    title: str
    entries: int
    sha256: str
    imported_by: str
    imported_at: datetime
    current: bool


@dataclass(frozen=True, slots=True)
class Recheck:
    """An answer (Neu prüfen) given to a text that has changed since, or to a control that is gone (`new_text` None)."""

    target: UUID
    target_name: str
    control: str
    label: str
    title: str
    claim: Claim
    reason: str
    responsible: str
    due: date | None
    document: str
    version: int
    by: str
    at: datetime
    old_edition: str
    old_text: str
    new_edition: str = ""
    new_text: str | None = None

    @property
    def id(self) -> str:
        """How the page names this very answer."""
        return f"{self.target}|{self.control}|{self.version}"

    @property
    def old_shown(self) -> str:
        """The edition that was answered, as readers know it."""
        return in_words(self.old_edition)

    @property
    def new_shown(self) -> str:
        """The edition that holds, as readers know it."""
        return in_words(self.new_edition)

    @property
    def words(self) -> tuple[Piece, ...]:
        return pieces(self.old_text, self.new_text or "")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A placeholder of a control: what the group set, what the town set; `shown` is what counts."""

    key: str
    id: str
    label: str
    control: str
    control_label: str
    control_title: str
    given: str
    """The value that the catalogue itself brings, usually none."""
    central: str = ""
    central_version: int = 0
    own: str = ""
    own_version: int = 0

    @property
    def shown(self) -> str:
        return self.own or self.central or self.given


@dataclass(frozen=True, slots=True)
class Proposed:
    """A proposal at one object, as the page shows it."""

    target: UUID
    target_name: str
    control: str
    label: str
    title: str
    edition: str
    proposal: Proposal
    words: str
    """Where it comes from, in German; becomes the reason of the answer."""
    kind: str
    unreasoned: bool = False
    """It says entbehrlich and the file says no why: a person has to."""

    @property
    def id(self) -> str:
        return f"{self.target}|{self.control}|{self.proposal.print}"
