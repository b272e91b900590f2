"""What the name of a device tells about its kind: the abbreviations that administrations use for their names. Pure.

The weakest of all ways to know a kind; it fills a gap, and it tells a notebook from a workstation, which look alike
from the network.
"""

from __future__ import annotations

import re
from functools import lru_cache

_WORDS = {
    "notebook": "nb note notebook laptop lap lt",
    "workstation": "pc apc ws wks client desktop dt",
    "thin_client": "tc thin thinclient",
    "server": "sv srv server",
    "storage": "nas san storage",
    "printer": "dr druck drucker prn prt printer mfp kopierer",
    "switch": "sw switch",
    "router": "rt router",
    "firewall": "fw firewall utm",
    "access_point": "ap wap wlan",
    "phone": "tel telefon phone",
    "camera": "cam kam kamera ipcam",
    "ups": "usv ups",
    "tablet": "tab tablet ipad",
}
_KIND = {word: kind for kind, words in _WORDS.items() for word in words.split()}
_PART = re.compile(r"[a-zäöüß]+|[0-9]+")
SHORT = 3
"""Words shorter than this are also parts of places and names; they count right before a number, or first in a numbered name."""

FINER = frozenset({("workstation", "notebook"), ("workstation", "thin_client")})
"""(guessed from outside, said by the name): the name knows better."""


@lru_cache(maxsize=16384)
def kind_of(name: str) -> str | None:
    """`'erb-nb017.erbach.example'` → `'notebook'`; None where the name says nothing, or two things."""
    parts = _PART.findall(name.lower().partition(".")[0])
    found = set()
    numbered = any(map(str.isdecimal, parts))
    for place, part in enumerate(parts):
        kind = _KIND.get(part)
        before_number = parts[place + 1 : place + 2] and parts[place + 1].isdecimal()
        if kind and (len(part) >= SHORT or before_number or (numbered and place == 0)):
            found.add(kind)
    return found.pop() if len(found) == 1 else None


def better(known: str | None, sure: bool, name: str) -> str | None:
    """The kind that the name adds to what is known, or None: nothing where a source is sure, or already says as much."""
    kind = kind_of(name)
    return kind if kind and not sure and (known is None or (known, kind) in FINER) else None
