"""Makers of devices in the spellings that lists, banners and address registers use.

The data stand in `makers.yaml`; `canonical` writes a maker as we write it, `split` takes the maker off the front of
„Hersteller / Modell“. Makers of parts and platforms say nothing about the device around them: `COMPONENTS`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from scanners import datafile

_DATA: dict[str, Any] = datafile.load("scanners", "makers.yaml")

SPELLINGS: dict[str, list[str]] = _DATA["spellings"]
"""Our spelling → spellings in lower case, without legal forms."""

COMPONENTS = re.compile("|".join(_DATA["components"]), re.IGNORECASE)
"""Makers of network cards, boards and virtual machines: the register of MACs names them, the device is another's."""

_LINES = frozenset(_DATA["lines"])

_LEGAL = re.compile(
    r"[\s,.]*\b(?:gmbh|ag|inc|incorporated|ltd|limited|co|corp|corporation|kg|llc|s\.?a\.?r?\.?l?|b\.?v|a/?s|ab|oy|se|sa|company)\b"
    r"[\s,.&]*$",
    re.IGNORECASE,
)
_BY_SPELLING = {spelling: ours for ours, spellings in SPELLINGS.items() for spelling in spellings}
_LONGEST_FIRST = sorted(_BY_SPELLING, key=len, reverse=True)


@lru_cache(maxsize=4096)
def canonical(text: str | None) -> str | None:
    """The maker as we write it: „Lancom Systems GmbH“ → LANCOM; an unknown one keeps its spelling. None when empty."""
    said = " ".join((text or "").split())
    plain = said
    while (shorter := _LEGAL.sub("", plain)) != plain and shorter:
        plain = shorter
    plain = " ".join(plain.replace(",", " ").strip(" .").lower().split())
    return _BY_SPELLING.get(plain, said) or None


def known(text: str) -> bool:
    """Whether `text` is a maker of the table."""
    return canonical(text) in SPELLINGS


def of_card(registrant: str | None) -> str | None:
    """The maker of a device by the holder of its MAC's block; None for makers of parts and platforms."""
    if not registrant or COMPONENTS.match(registrant):
        return None
    return split(registrant)[0] or canonical(registrant)


def bare(model: str, vendor: str | None) -> str:
    """The model without its maker's name in front, in any spelling, where enough is left of it."""
    if vendor and model.lower().startswith(f"{vendor.lower()} "):
        maker, rest = vendor, model[len(vendor) + 1 :].strip()
    else:
        maker, rest = split(model)[0] or "", split(model)[1] or ""
    return rest if vendor and maker == vendor and len(rest) > 2 else model


@lru_cache(maxsize=4096)
def split(text: str) -> tuple[str | None, str | None]:
    """„Cisco Systems WS-C2960X“ → (Cisco, WS-C2960X); without a known maker in front all of it is the model."""
    said = " ".join(text.split())
    lower = said.lower()
    for spelling in _LONGEST_FIRST:
        if lower.startswith(spelling) and not lower[len(spelling) : len(spelling) + 1].isalnum():
            rest = said[len(spelling) :].lstrip(" ,./:-")
            while found := re.match(r"(?:inc|gmbh|ag|ltd|co|corp|corporation)\b[.,\s]*", rest, re.IGNORECASE):
                rest = rest[found.end() :]
            return _BY_SPELLING[spelling], (said if spelling in _LINES else rest) or None
    return None, said or None
