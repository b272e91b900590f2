"""How an edition of a document becomes valid: draft, review, release, replaced; one released edition at a time. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final, TypeVar
from uuid import UUID

from service.errors import Missing, Wrong
from service.i18n import gettext as _


class State(StrEnum):
    """Where an edition stands."""

    DRAFT = "draft"
    REVIEW = "review"
    RELEASED = "released"
    REPLACED = "replaced"


class Act(StrEnum):
    """What people do with an edition."""

    SUBMIT = "submit"
    RETURN = "return"
    RELEASE = "release"
    WITHDRAW = "withdraw"


_STEPS: Final[Mapping[Act, tuple[State, State]]] = {
    Act.SUBMIT: (State.DRAFT, State.REVIEW),
    Act.RETURN: (State.REVIEW, State.DRAFT),
    Act.RELEASE: (State.REVIEW, State.RELEASED),
    Act.WITHDRAW: (State.RELEASED, State.REPLACED),
}
OPEN: Final = frozenset({State.DRAFT, State.REVIEW})
"""Somebody works on it; a document has at most one such edition."""
RECORDS: Final = frozenset({"minutes", "evidence"})
"""Kinds that report what was: the security officer may release them, all others bind people and need the mayor."""
CLOSED: Final = frozenset({"confidential", "strict"})
"""Confidentiality whose files only a few roles open."""
TRUSTED: Final = frozenset({"isb", "mayor", "dpo", "auditor"})
"""Roles that open files of closed documents."""

Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Document:
    """A document of the register. `version` 0: not yet stored."""

    id: UUID
    number: str
    title: str
    kind: str
    owner: str = ""
    confidentiality: str = "internal"
    planned_by: date | None = None
    note: str = ""
    version: int = 0


@dataclass(frozen=True, slots=True)
class Edition:
    """An edition without the bytes of its file. `version` 0: not yet stored."""

    id: UUID
    document: UUID
    label: str
    state: State = State.DRAFT
    changes: str = ""
    valid_from: date | None = None
    review_due: date | None = None
    place: str = ""
    file_name: str = ""
    size: int | None = None
    sha256: str = ""
    submitted_by: str = ""
    submitted_at: datetime | None = None
    released_by: str = ""
    released_at: datetime | None = None
    replaced_at: datetime | None = None
    version: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """A document with its editions, the newest first."""

    document: Document
    editions: tuple[Edition, ...] = ()

    @property
    def released(self) -> Edition | None:
        """The edition that holds."""
        return next((x for x in self.editions if x.state is State.RELEASED), None)

    @property
    def open(self) -> Edition | None:
        """The edition that somebody works on."""
        return next((x for x in self.editions if x.state in OPEN), None)

    @property
    def state(self) -> str:
        """State of the edition that holds, else of the one in work; `planned` without any."""
        shown = self.released or self.open or (self.editions[0] if self.editions else None)
        return str(shown.state) if shown else "planned"

    @property
    def due(self) -> date | None:
        """Day of the next review, or of the first release; None where nothing is to be done by a day."""
        if self.released:
            return self.released.review_due
        return None if self.state == State.REPLACED else self.document.planned_by

    @property
    def asked(self) -> Edition | None:
        """The edition that waits for the mayor's release; records, which the security officer releases, wait for nobody."""
        return self.open if self.open and self.open.state is State.REVIEW and self.document.kind not in RECORDS else None

    def overdue(self, today: date) -> bool:
        """Whether that day has passed."""
        return self.due is not None and self.due < today


def moved(states: Mapping[Key, State], key: Key, act: Act) -> dict[Key, State]:
    """The states of all editions of a document after an act on one of them: a release replaces what was released.

    Raises:
        Missing: there is no such edition.
        Wrong: the act does not fit its state.
    """
    if key not in states:
        raise Missing
    before, after = _STEPS[act]
    if states[key] is not before:
        raise Wrong(_("Dieser Schritt passt nicht zum Stand der Fassung."), "", _("Laden Sie die Seite neu."))
    made = {one: State.REPLACED if after is state is State.RELEASED else state for one, state in states.items()}
    return made | {key: after}


def check_new(states: Collection[State]) -> None:
    """Raises `Wrong` where somebody works on an edition already."""
    if OPEN & set(states):
        raise Wrong(
            _("An diesem Dokument wird schon gearbeitet."),
            "label",
            _("Geben Sie die offene Fassung erst frei oder ändern Sie sie."),
        )


def check_ready(edition: Edition) -> None:
    """Raises `Wrong` for an edition that says too little to be released."""
    if not (edition.place or edition.file_name):
        raise Wrong(
            _("Zur Fassung gehört noch kein Text."),
            "place",
            _("Laden Sie eine Datei hoch oder nennen Sie, wo das Dokument liegt."),
        )
    if edition.valid_from and edition.review_due and edition.review_due <= edition.valid_from:
        raise Wrong(_("Die nächste Prüfung liegt nicht nach dem Beginn."), "review_due")


def may_release(kind: str, roles: Collection[str]) -> bool:
    """Whether somebody with these roles releases documents of this kind."""
    return "mayor" in roles or (kind in RECORDS and "isb" in roles)


def may_open(confidentiality: str, roles: Collection[str]) -> bool:
    """Whether somebody with these roles opens the files."""
    return confidentiality not in CLOSED or bool(TRUSTED & set(roles))
