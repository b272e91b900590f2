"""Texts of requirements: placeholders (OSCAL `{{ insert: param, id }}`), folding, and differences word by word. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

PLACEHOLDER = re.compile(r"\{\{\s*insert:\s*param,\s*([^}\s]+)\s*\}\}")


def folded(text: str) -> str:
    """The text without what is no change of meaning: ids in placeholders, and spacing."""
    return " ".join(PLACEHOLDER.sub("{}", text).split())


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its placeholders filled by parameter id; one without a value stays visible as `[id]`."""
    return PLACEHOLDER.sub(lambda found: values.get(found.group(1)) or f"[{found.group(1)}]", text)


@dataclass(frozen=True, slots=True)
class Piece:
    """Words that both texts have, or only the old or the new one."""

    kind: Literal["same", "old", "new"]
    text: str


def pieces(old: str, new: str) -> tuple[Piece, ...]:
    """The way from the old text to the new one, word by word; spacing does not count, nor do the ids of placeholders."""
    before, after = PLACEHOLDER.sub("[…]", old).split(), PLACEHOLDER.sub("[…]", new).split()
    found: list[Piece] = []
    for name, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if name == "equal":
            found.append(Piece("same", " ".join(before[a:b])))
            continue
        if b > a:
            found.append(Piece("old", " ".join(before[a:b])))
        if d > c:
            found.append(Piece("new", " ".join(after[c:d])))
    return tuple(found)


def alike(old: str, new: str) -> float:
    """How much two texts have in common, word by word: 0 nothing, 1 all."""
    before, after = folded(old).casefold().split(), folded(new).casefold().split()
    return SequenceMatcher(None, before, after, autojunk=False).ratio() if before and after else 0.0


def marked(found: Sequence[Piece]) -> str:
    """As plain text: what fell away in [- -], what came in {+ +}."""
    marks = {"same": "{}", "old": "[-{}-]", "new": "{{+{}+}}"}
    return " ".join(marks[x.kind].format(x.text) for x in found)
