"""What an undescribed device says below its maker's own number, found by shape: version, then model and serial beside it.

The last resort of the general layer: makers put the identity of a box into one group of single values, so what stands
beside a text that can only be a version is the rest of it. Pure; says nothing where the shapes are not clear.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

MOST = 400
"""Values of the tree that are looked at."""

_VERSION = re.compile(
    r"(?:(?:[Vv](?:er(?:sion)?)?\.? ?|[A-Z]{2}\.)\d+(?:\.\w+)+|\d+(?:\.\d+){2,}[A-Za-z0-9]*)(?:[ (/,-].{0,60})?"
)
_ADDRESS = re.compile(r"(?:\d|[1-9]\d|1\d\d|2[0-4]\d|25[0-5])(?:\.(?:\d|[1-9]\d|1\d\d|2[0-4]\d|25[0-5])){3}(?:[ (/,-].*)?")
_NO_VERSION = re.compile(r"\d{1,2}\.\d{1,2}\.(?:19|20)?\d\d\b.*|(?:19|20)\d\d\.\d\d\.\d\d.*|\d+(?:\.\d+){5,}.*")
_MODEL = re.compile(
    r"(?=.*[A-Z])(?=.*\d)(?!.*\d\.\d+\.\d)(?!(?:[0-9A-Fa-f]{2}[:-]){5})(?!.*\b(?:19|20)\d\d\b)"
    r"(?!(?i:compiled|built|build|copyright|version|release|up|uptime)\b)"
    r"(?!.*-(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)-)[A-Za-z][\w+./() -]{2,38}"
)
_SERIAL = re.compile(r"(?=(?:.*\d){4})(?=.*[A-Z])(?![0-9A-F]{12}$)[A-Z0-9-]{8,20}")


def _is_version(text: str) -> bool:
    return bool(_VERSION.fullmatch(text)) and not _ADDRESS.fullmatch(text) and not _NO_VERSION.fullmatch(text)


def identity(rows: Sequence[tuple[str, str]], descr: str = "") -> dict[str, str]:
    """`os_version`, `model` and `serial` out of the texts of a maker's tree, as far as they show themselves.

    `rows` are OIDs and texts in the device's order. A word of `descr` is no serial number: many boxes carry the same.
    """
    at = next((oid for oid, text in rows if _is_version(text)), None)
    if at is None:
        return {}
    group, _, last = at.rpartition(".")
    group = group.rpartition(".")[0]
    beside = [text for oid, text in rows if oid != at and oid.rpartition(".")[2] == last and oid.rsplit(".", 2)[0] == group]
    serial = next((text for text in beside if _SERIAL.fullmatch(text) and text not in descr), None)
    model = next((text for text in beside if text != serial and _MODEL.fullmatch(text) and not _is_version(text)), None)
    found = {"os_version": dict(rows)[at], "model": model, "serial": serial}
    return {name: text for name, text in found.items() if text}
