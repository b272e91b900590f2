"""Profiles (Profile): which requirements of a catalogue a town works with, as lists of ids. Pure.

The path of a small town: starter → WiBA → Basis-Absicherung Kommunalverwaltung → Standard. What is shipped is data
(`isms/data/profiles.json`, `steps.json`); the security officer corrects it, and the correction goes first.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Selection:
    """`ids` are labels of controls or of groups (a module stands for all in it), none = all; `levels` none = every level."""

    key: str
    title: str
    catalogue: str
    step: int = 0
    """Place on the path; 0 = not on it."""
    ids: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    note: str = ""
    version: int = 0
    """0 = as shipped."""
    changed_by: str = ""

    def takes(self, label: str, path: Collection[str], level: str) -> bool:
        """Does the profile take this control?"""
        if self.levels and level not in self.levels:
            return False
        return not self.ids or label in self._set() or any(x in self._set() for x in path)

    def _set(self) -> frozenset[str]:
        return _frozen(self.ids)


@cache
def _frozen(ids: tuple[str, ...]) -> frozenset[str]:
    return frozenset(ids)


@cache
def shipped() -> tuple[Selection, ...]:
    """The profiles that come with the product."""
    found = []
    for name in ("profiles.json", "steps.json"):
        file = resources.files("isms.data").joinpath(name)
        if file.is_file():
            for number, one in enumerate(json.loads(file.read_bytes())["profiles"], start=1):
                found.append(
                    Selection(
                        one["key"],
                        one["title"],
                        one["catalogue"],
                        one.get("step", number),
                        tuple(one["controls"]),
                        tuple(one.get("levels", ())),
                        one.get("source", ""),
                    )
                )
    return tuple(found)


def missing(selection: Selection, labels: Collection[str]) -> tuple[str, ...]:
    """Ids of the profile that name nothing in the catalogue; `labels` are those of its controls and groups."""
    known = set(labels)
    return tuple(x for x in selection.ids if x not in known)
