"""What came, went and changed between two frozen states. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from isms.snapshots.canonical import digest
from isms.snapshots.parts import TITLES, Section, read


@dataclass(frozen=True, slots=True)
class Change:
    """One row that differs: `kind` came, went or changed; `fields` are (head, before, after)."""

    kind: str
    name: str
    fields: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs in one table of one document."""

    document: str
    section: str
    title: str
    changes: tuple[Change, ...]

    def count(self, kind: str) -> int:
        return sum(x.kind == kind for x in self.changes)


def compare(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> tuple[Difference, ...]:
    """Tables with differences in their order; documents with equal digests are not even read."""
    found: list[Difference] = []
    for key in TITLES:
        old, new = before.get(key), after.get(key)
        if old is not None and new is not None and digest(old) == digest(new):
            continue
        olds = {x.key: x for x in read(old).sections} if old is not None else {}
        news = {x.key: x for x in read(new).sections} if new is not None else {}
        for name in [*news, *(x for x in olds if x not in news)]:
            section = news.get(name) or olds[name]
            changes = _changes(olds.get(name), news.get(name))
            if changes:
                found.append(Difference(key, name, section.title, changes))
    return tuple(found)


def _changes(old: Section | None, new: Section | None) -> tuple[Change, ...]:
    was = {row["id"]: row for row in old.rows} if old else {}
    now = {row["id"]: row for row in new.rows} if new else {}
    shown = new or old
    assert shown is not None
    found = [Change("came", _name(shown, now[x])) for x in now if x not in was]
    found += [Change("went", _name(shown, was[x])) for x in was if x not in now]
    for ident, row in now.items():
        if ident in was and row != was[ident]:
            fields = tuple(
                (column.title, str(was[ident].get(column.key, "")), str(row.get(column.key, "")))
                for column in shown.columns
                if was[ident].get(column.key) != row.get(column.key)
            )
            found.append(Change("changed", _name(shown, row), fields))
    return tuple(found)


def _name(section: Section, row: Mapping[str, Any]) -> str:
    """What a row is called: its first two columns."""
    return " · ".join(str(row[x.key]) for x in section.columns[:2] if row.get(x.key) not in (None, ""))
