"""Which of the old one-byte character sets German text was written in, told by how its letters stand beside each other.

Every byte means something in each of these sets, so none is ever refused; what tells them apart is that `Gerät` is a word
and `Ger„t` is none. Pure. Code pages: Unicode Consortium, mappings of CP437, CP850, CP1252 and ROMAN.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

WAYS = {
    "cp1252": "Windows-1252",
    "cp850": "DOS (CP850)",
    "cp437": "DOS (CP437)",
    "mac_roman": "Macintosh (Mac Roman)",
    "utf-8": "UTF-8",
}
"""Encodings that a person may choose, with what people call them."""

_SETS = ("cp1252", "cp850", "cp437", "mac_roman")
"""In the order of preference between equals: what Windows writes goes first."""
_EXTRACT = re.compile(rb"[\x00-\x7f]{0,2}[\x80-\xff]+[\x00-\x7f]{0,2}")
_MOST = 20_000
"""So many places with letters beyond ASCII decide; more say nothing new."""

_GERMAN = frozenset("äöüÄÖÜß")
_FOREIGN = frozenset("éèêëáàâãåçíìîïñóòôõøúùûýÿšžæœğışłńśźżčćěřůÉÈÀÁÅÇÑÓØŠŽÆŒ")
_MARKS = frozenset("§°€²³µ½¼¾®©™·•–—…„“”‚‘’«»´×±\N{NO-BREAK SPACE}£")
"""Signs that stand in lists."""
_INSIDE = frozenset("’´·")
"""Signs that may stand within a word."""
_OPENING = frozenset("„‚«")
"""Signs that stand behind no letter."""


@dataclass(frozen=True, slots=True)
class Guess:
    """The set that fits best; not `sure` where another fits nearly as well and reads otherwise."""

    encoding: str
    sure: bool = True


def guess(data: bytes) -> Guess:
    """The set that makes German of the bytes beyond ASCII."""
    places = _EXTRACT.findall(data)[:_MOST]
    if not places:
        return Guess("cp1252")
    sample = b" ".join(dict.fromkeys(places))
    scores: dict[str, float] = {}
    texts: dict[str, str] = {}
    for name in _SETS:
        texts[name] = sample.decode(name, errors="replace")
        scores[name] = _score(texts[name])
    best = max(_SETS, key=lambda name: scores[name])
    rivals = [scores[name] for name in _SETS if texts[name] != texts[best]]
    margin = scores[best] - max(rivals, default=float("-inf"))
    return Guess(best, sure=margin >= 1.5 and scores[best] > 0)


def _score(text: str) -> float:
    """How much the text looks like German, place by place."""
    framed = f" {text} "
    return sum(_place(framed[at - 1], char, framed[at + 1]) for at, char in enumerate(framed) if not char.isascii())


def _place(before: str, char: str, after: str) -> float:
    """One character between its neighbours: 3 for an umlaut where one may stand, below 0 for what stands in no list."""
    if char in _GERMAN:
        if char == "ß":
            return 3 if before.isalpha() and before.islower() and not after.isupper() else -2
        if char.isupper():
            return -2 if before.islower() else 3 if after.isalpha() else 1
        return 3 if not before.isupper() or not after.isupper() else -1
    if char in _FOREIGN:
        return -1 if char.isupper() and before.islower() else 0.5 if before.isalpha() or after.isalpha() else -1
    if char in _MARKS:
        within = before.isalpha() and (after.isalpha() or char in _OPENING)
        return -3 if within and char not in _INSIDE else 1
    return -4 if unicodedata.category(char)[0] in "CS" or char == "\N{REPLACEMENT CHARACTER}" else -2
