"""Source of GLPI inventories: JSON that an agent wrote about its own computer, or about a device it asked.

Everything about persons is dropped before a single field is read; `redact` gives the bytes that may be kept.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from scanners.glpi.privacy import without_people
from scanners.glpi.read import observation
from scanners.observation import Collection, Scanner, Source


def sniff(data: bytes, name: str) -> bool:
    """Whether the bytes are a JSON object with the marks of an inventory."""
    head = data[:65536].lstrip(b"\xef\xbb\xbf \t\r\n")
    return head.startswith(b"{") and (b'"content"' in head or b'"deviceid"' in head or b'"content"' in data)


def _document(data: bytes) -> dict[str, Any]:
    try:
        document = msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError("Die Datei ist kein vollständiges JSON.") from error
    if isinstance(document, dict) and isinstance(document.get("content"), dict):
        return without_people(document)
    raise ValueError("Das ist kein GLPI-Inventar: der Teil „content“ fehlt.")


def redact(data: bytes) -> bytes:
    """The same file without its personal parts: only this may be stored. Raises `ValueError` like `parse`."""
    return msgspec.json.encode(_document(data))


def parse(data: bytes, file: str = "", observed_at: datetime | None = None) -> Collection:
    """One inventory, one observation. Raises `ValueError` with a German sentence when the bytes are none."""
    seen = observation(_document(data), file, observed_at)
    return Collection(Source.AGENT, (seen,), seen.problems, scope=file)


SCANNER = Scanner(name="glpi", title="GLPI-Inventar (JSON)", parse=parse, sniff=sniff)
