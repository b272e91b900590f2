"""The checklist of an audit: what the Grundschutz-Check says in its scope, and what was seen of it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from isms.audits.plan import Audit
from isms.measures import Claim
from isms.sheet import Entry, Sheet
from service.names import shown_name

Key = tuple[UUID, str]
"""Object and key of the requirement."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What an auditor saw of one requirement at one object."""

    result: str
    note: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Line:
    """A requirement at an object with claim, reason, documents and result."""

    entry: Entry
    seen: Seen | None = None
    documents: tuple[str, ...] = ()
    removed_by: str = ""
    removed_at: datetime | None = None

    @property
    def id(self) -> str:
        """As forms name it."""
        return f"{self.entry.target}:{self.entry.requirement.key}"

    @property
    def name(self) -> str:
        """As people name it."""
        return f"{self.entry.requirement.label} {self.entry.target_name}"

    @property
    def result(self) -> str:
        """What was seen, empty before."""
        return self.seen.result if self.seen else ""

    @property
    def removed(self) -> bool:
        """Whether somebody took the requirement away from the object."""
        return self.entry.removed_reason is not None

    @property
    def reason(self) -> str:
        """Why it was taken away, else what the answer says."""
        if self.entry.removed_reason is not None:
            return self.entry.removed_reason
        return self.entry.answer.reason if self.entry.answer else ""

    @property
    def list(self) -> frozenset[str]:
        """The lists it stands in."""
        state = self.entry.state
        found = {
            "": not self.removed,
            "removed": self.removed,
            "waived": not self.removed and state.claim is Claim.ENTBEHRLICH,
            "refuted": not self.removed and state.refuted,
            "unseen": not self.removed and not self.result,
            "differs": self.result == "differs",
        }
        return frozenset(name for name, there in found.items() if there)


def lines(
    sheet: Sheet,
    audit: Audit,
    seen: Mapping[Key, Seen],
    documents: Mapping[Key, Sequence[tuple[UUID, str]]],
    removals: Mapping[Key, tuple[str, datetime | None]],
) -> tuple[Line, ...]:
    """Every requirement in the scope of an audit, those that were taken away last."""
    found = []
    for entry in (*sheet.entries, *sheet.removed):
        if audit.scope_objects and entry.target not in audit.scope_objects:
            continue
        if audit.scope_areas and entry.requirement.area not in audit.scope_areas:
            continue
        key = (entry.target, entry.requirement.key)
        who, when = removals.get(key, ("", None))
        names = tuple(name for _id, name in documents.get(key, ()))
        found.append(Line(entry, seen.get(key), names, shown_name(who), when))
    return tuple(found)


def chosen(found: Sequence[Line], which: str, text: str) -> tuple[Line, ...]:
    """Those of one list in which the words occur: in id, title, sentence, object or reason."""
    needle = text.strip().casefold()
    return tuple(
        x
        for x in found
        if which in x.list and needle in f"{x.entry.requirement.words} {x.entry.target_name} {x.reason}".casefold()
    )


def parse(said: str) -> Key:
    """A line as forms name it; raises `ValueError`."""
    target, sign, control = said.partition(":")
    if not sign or not control:
        raise ValueError(said)
    return UUID(target), control
