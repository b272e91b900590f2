"""Names of programs as agents report them, folded so that versions, languages and architectures make no difference. Pure.

„Mozilla Firefox 140.4 (x64 de)“ and „Mozilla Firefox ESR 128.1 (x86 en-US)“ are told apart by „ESR“ only. A year or a
single number is part of a product's name („SQL Server 2019“) and stays.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

MOST = 200
"""Characters of a folded name."""

_MARKS = re.compile(r"\((?:r|tm|c)\)|[®™©]", re.IGNORECASE)
_ARCHITECTURE = re.compile(r"\b(?:x64|x86|x86[-_]64|amd64|arm64|win32|win64|(?:32|64)[- ]?bit)\b")
_LANGUAGE = re.compile(
    r"\b[a-z]{2}-(?:de|at|ch|us|gb)\b|(?<=[(\s,])(?:de|en|deutsch|german|english|englisch|multilingual|mui)(?=[),]|$)"
)
_VERSION = re.compile(r"(?:\b(?:version|ver\.?|build|release)\s*)?\bv?\d+(?:\.\d+)+[a-z]?(?:[-+_][0-9a-z]+)*\b")
_NAMED_VERSION = re.compile(r"\b(?:version|ver\.?|build)\s*\d+\b|\bv\d+\b|\bupdate \d+\b|\br\d+\b$")
_EMPTY = re.compile(r"\(\W*\)|\[\W*\]")
_EDGES = re.compile(r"^[\W_]+|[^\w+#)]+$")
_SPACES = re.compile(r"\s+")
_COMPANY = re.compile(
    r"\b(?:gmbh|mbh|ag|se|kg|co|inc|incorporated|corp|corporation|ltd|limited|llc|plc|eg|ev|e\.v|s\.a|foundation|project"
    r"|technologies|systems incorporated|software foundation)\b\.?"
)


def _plain(text: str) -> str:
    return _MARKS.sub("", unicodedata.normalize("NFKC", text)).casefold()


@lru_cache(maxsize=65_536)
def fold(name: str) -> str:
    """The name without version, architecture and language; what is nothing but these keeps its own text."""
    plain = _SPACES.sub(" ", _plain(name)).strip()
    text = plain
    for pattern in (_ARCHITECTURE, _LANGUAGE, _VERSION, _NAMED_VERSION):
        text = pattern.sub(" ", text)
    text = _SPACES.sub(" ", text)
    while (shorter := _EMPTY.sub(" ", text)) != text:
        text = shorter
    text = _EDGES.sub("", _SPACES.sub(" ", text).strip())
    return (text or plain)[:MOST].strip()


@lru_cache(maxsize=16_384)
def fold_maker(maker: str | None) -> str:
    """The maker without the form of the company: „Microsoft Corporation“ and „Microsoft“ are one."""
    if not maker:
        return ""
    text = _COMPANY.sub(" ", _plain(maker).replace(",", " ").replace("&", " "))
    return _SPACES.sub(" ", re.sub(r"[^\w+#. -]", " ", text)).strip(" .-")[:MOST]


_NOISE = re.compile(
    r"\bkb\d{6,}\b|\b(?:security |sicherheits)?updates?\b|\bhotfix\b|\bservice pack\b|\bdrivers?\b|treiber\b"
    r"|\bfirmware\b|\bchipset\b|\bredistributable\b|\bruntime\b|\blanguage pack\b|\bsprachpaket\b|\bmaintenance service\b"
    r"|\bupdate helper\b|\bproof(?:ing)?\b|\bredist\b|\bsdk\b|\btargeting pack\b|\bshared framework\b|\bupdater\b",
)


@lru_cache(maxsize=65_536)
def is_noise(name: str) -> bool:
    """Whether a name reads like a driver, an update or a part of another program: worth ignoring, if a person agrees."""
    return _NOISE.search(_plain(name)) is not None
