"""Which control of a new edition is which of the old one, where the file gives no identity (`alt-identifier`). Pure.

The same id with the same content is the same control. Everything else is only proposed and gets a key of its own until
a person confirms the match: an answer never moves to another requirement by itself.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from isms.catalogue import Catalogue, Control
from isms.editions.text import alike, folded

ALIKE = 0.6
"""From here on a changed text under the same id is proposed as the same requirement."""


@dataclass(frozen=True, slots=True)
class Match:
    """A proposal: the new control could be the old one. `why` is `id` (same id, similar text) or `content`."""

    new: str
    old: str
    why: str
    share: float
    """How much of the words both have in common, 0 to 1."""


def has_identity(control: Control) -> bool:
    """Does the file itself say which control this is, whatever its id?"""
    return any(x.name == "alt-identifier" for x in control.props)


def prefixed(catalogue: Catalogue, prefix: str) -> Catalogue:
    """Keys that the file gives no identity for, made unique over all catalogues: `prefix:id`."""
    names = {x.key: f"{prefix}:{x.key}" for x in catalogue.controls if not has_identity(x)}
    return renamed(catalogue, names)


def renamed(catalogue: Catalogue, names: Mapping[str, str]) -> Catalogue:
    """The same catalogue with other keys; links, parents and parameters follow."""
    if not names:
        return catalogue

    def new(key: str | None) -> str | None:
        return names.get(key, key) if key is not None else None

    def one(control: Control) -> Control:
        key = names.get(control.key, control.key)
        return dataclasses.replace(
            control,
            key=key,
            parent=new(control.parent),
            links=tuple(dataclasses.replace(x, target=new(x.target)) for x in control.links),
            params=tuple(dataclasses.replace(x, key=key + x.key[len(control.key) :]) for x in control.params),
        )

    return dataclasses.replace(catalogue, controls=tuple(one(x) for x in catalogue.controls))


def settled(new: Catalogue, old: Catalogue | None, used: Collection[str]) -> Catalogue:
    """The new edition with keys that mean the same as in the old one; `used` are all keys ever given in this catalogue."""
    if old is None:
        return new
    labels = {x.id: x for x in old.controls}
    taken = set(used) | {x.key for x in old.controls}
    names: dict[str, str] = {}
    for control in new.controls:
        if has_identity(control):
            continue
        former = labels.get(control.id)
        if former is not None and not has_identity(former) and _same(former, control):
            names[control.key] = former.key
        elif control.key in taken:
            names[control.key] = fresh(control.key, taken)
            taken.add(names[control.key])
    return renamed(new, names)


def fresh(key: str, taken: Collection[str]) -> str:
    """A key nobody ever had: `key~2`, `key~3` …"""
    base = key.partition("~")[0]
    number = 2
    while f"{base}~{number}" in taken:
        number += 1
    return f"{base}~{number}"


def matches(new: Catalogue, old: Catalogue) -> tuple[Match, ...]:
    """Proposals for controls without identity that are in one edition only: same id and similar text, or same content."""
    before, after = {x.key for x in old.controls}, {x.key for x in new.controls}
    gone = [x for x in old.controls if x.key not in after and not has_identity(x)]
    come = [x for x in new.controls if x.key not in before and not has_identity(x)]
    by_label = {x.id: x for x in gone}
    by_content: dict[str, list[Control]] = {}
    for control in gone:
        by_content.setdefault(_content(control), []).append(control)
    found: list[Match] = []
    matched: set[str] = set()
    for control in come:
        equal = by_content.get(_content(control), ())
        if len(equal) == 1:
            found.append(Match(control.key, equal[0].key, "content", 1.0))
            matched.add(equal[0].key)
    done = {x.new for x in found}
    for control in come:
        former = by_label.get(control.id)
        if control.key in done or former is None or former.key in matched:
            continue
        share = alike(_whole(former), _whole(control))
        if share >= ALIKE:
            found.append(Match(control.key, former.key, "id", share))
    return tuple(found)


def confirmed(new: Catalogue, old: Catalogue, pairs: Sequence[tuple[str, str]]) -> Catalogue:
    """The new edition after a person said which new control is which old one. ValueError where that cannot be."""
    before, after = {x.key: x for x in old.controls}, {x.key: x for x in new.controls}
    names: dict[str, str] = {}
    for mine, former in pairs:
        if mine not in after or former not in before or former in after or former in names.values():
            raise ValueError("Diese Zuordnung geht nicht mehr: Die Anforderung ist schon zugeordnet.")
        if has_identity(after[mine]) or has_identity(before[former]):
            raise ValueError("Diese Anforderung hat eine eigene Kennung und wird nicht von Hand zugeordnet.")
        names[mine] = former
    return renamed(new, names)


def _same(old: Control, new: Control) -> bool:
    """Same content; a sentence that one edition does not have at all is no difference (an index got its texts)."""
    if folded(old.title) != folded(new.title):
        return False
    return not old.statement or not new.statement or folded(old.statement) == folded(new.statement)


def _content(control: Control) -> str:
    return folded(control.statement or control.title).casefold()


def _whole(control: Control) -> str:
    return f"{control.title} {control.statement}"
