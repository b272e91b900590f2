"""Which elementary threats are proposed for a target object, by its kind and categories (BSI-Standard 200-3, step 1). Pure.

The assignment is our own and data; a person decides each.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from isms.modelling import tree


@dataclass(frozen=True, slots=True)
class Assignment:
    """Threats by kind of object and by target category, and those that need no computer to happen."""

    kinds: Mapping[str, tuple[str, ...]]
    categories: Mapping[str, tuple[str, ...]]
    analog: frozenset[str]


@cache
def assignment() -> Assignment:
    """The shipped assignment."""
    raw = json.loads(resources.files("isms.data").joinpath("threat_proposals.json").read_bytes())
    kinds, categories = ({key: tuple(ids) for key, ids in raw[name].items()} for name in ("kinds", "categories"))
    return Assignment(kinds, categories, frozenset(raw["analog"]))


def proposed(kind: str, categories: Sequence[str]) -> Mapping[str, str]:
    """Threat id → the category that brings it, "" where the kind of object does.

    A category brings what the categories above it bring.
    """
    known = assignment()
    found = dict.fromkeys(known.kinds.get(kind, ()), "")
    for category in categories:
        for name in tree().upwards(category):
            for threat in known.categories.get(name, ()):
                found.setdefault(threat, name)
    return found


def kind_of(threat: str) -> str:
    """How a risk from this threat is kept: digital or analog."""
    return "analog" if threat in assignment().analog else "digital"
