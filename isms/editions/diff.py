"""What a new edition changes against the old one. Pure.

A control is the same one if its key is the same: for official catalogues the `alt-identifier`, never the id, which
editions give to other controls. Controls without an identity of their own get their key from `settle`.
"""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from isms.catalogue import Catalogue, Control
from isms.editions.text import Piece, folded, marked, pieces


class Change(enum.StrEnum):
    """The most important thing that happened to a control."""

    SAME = "same"
    MOVED = "moved"
    TEXT = "text"
    NEW = "new"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Line:
    """One control in both editions, or in one of them."""

    old: Control | None
    new: Control | None
    id_means: Control | None = None
    """For a control of the old edition: the other control that its id names in the new one."""

    @property
    def control(self) -> Control:
        found = self.new or self.old
        assert found is not None
        return found

    @property
    def moved(self) -> bool:
        return self.old is not None and self.new is not None and self.old.id != self.new.id

    @property
    def text(self) -> bool:
        """Does the sentence say something else, placeholders aside?"""
        return self.old is not None and self.new is not None and texts_differ(self.old.statement, self.new.statement)

    @property
    def letters(self) -> bool:
        """Does the sentence differ in any letter?"""
        return self.old is not None and self.new is not None and self.old.statement != self.new.statement

    @property
    def guidance(self) -> bool:
        return self.old is not None and self.new is not None and folded(self.old.guidance) != folded(self.new.guidance)

    @property
    def change(self) -> Change:
        if self.old is None:
            return Change.NEW
        if self.new is None:
            return Change.GONE
        if self.text:
            return Change.TEXT
        return Change.MOVED if self.moved else Change.SAME

    def words(self) -> tuple[Piece, ...]:
        """The difference of the two sentences, word by word."""
        return pieces(self.old.statement if self.old else "", self.new.statement if self.new else "")


@dataclass(frozen=True)
class Diff:
    """All controls of both editions, in the order of the new one; what is gone stands at the end."""

    lines: tuple[Line, ...]

    @cached_property
    def survivors(self) -> tuple[Line, ...]:
        return tuple(x for x in self.lines if x.old is not None and x.new is not None)

    @cached_property
    def reused(self) -> tuple[Line, ...]:
        """Lines whose old id now means something else."""
        return tuple(x for x in self.lines if x.id_means is not None)

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """Figures for the page: by `Change`, and `reused`, `moved_all`, `letters`."""
        found = Counter(str(x.change) for x in self.lines)
        found["reused"] = len(self.reused)
        found["moved_all"] = sum(x.moved for x in self.lines)
        found["letters"] = sum(x.letters for x in self.lines)
        return found

    def told(self) -> str:
        """The whole update as German text: figures, an empty line, then every line that is not the same."""
        counts = self.counts
        figures = (
            f"{len(self.survivors)} bleiben, {counts['gone']} entfallen, {counts['new']} neu; {counts['moved_all']} mit anderer"
        )
        figures += f" Kennung, {counts['reused']} Kennungen bedeuten anderes, {counts['text']} Texte geändert."
        return "\n".join([figures, "", *(_told(x) for x in self.of(""))]) + "\n"

    def of(self, change: str) -> tuple[Line, ...]:
        """Lines of one kind: a `Change`, or `reused`; empty = all that is not the same."""
        if change == "reused":
            return self.reused
        if change:
            return tuple(x for x in self.lines if x.change == change)
        return tuple(x for x in self.lines if x.change is not Change.SAME)


_WORDS: Mapping[Change, str] = {
    Change.TEXT: "Text geändert",
    Change.MOVED: "verschoben",
    Change.NEW: "neu",
    Change.GONE: "entfallen",
}


def _told(line: Line) -> str:
    name = f"{_WORDS[line.change]}: {line.control.id} {line.control.title}"
    if line.moved and line.old is not None:
        name += f" (bisher {line.old.id})"
    if line.id_means is not None and line.old is not None:
        name += f"; {line.old.id} ist jetzt: {line.id_means.title}"
    return f"{name}\n  {marked(line.words())}" if line.text else name


def texts_differ(old: str, new: str) -> bool:
    """Must an answer given to the old sentence be looked at again?

    Not where only placeholders or spacing changed, and not where the old edition had no sentence at all: an answer
    to a bare title gets its text by the update.
    """
    return bool(old) and folded(old) != folded(new)


def diff(old: Catalogue, new: Catalogue) -> Diff:
    """The differences of two editions whose keys are settled."""
    before = {x.key: x for x in old.controls}
    after = {x.key for x in new.controls}
    labels = {x.id: x for x in new.controls}

    def means(control: Control) -> Control | None:
        other = labels.get(control.id)
        return other if other is not None and other.key != control.key else None

    lines = [Line(before.get(x.key), x, means(before[x.key]) if x.key in before else None) for x in new.controls]
    lines += [Line(x, None, means(x)) for x in old.controls if x.key not in after]
    return Diff(tuple(lines))
