"""Canonical JSON and the seal chain of frozen states (`domain.md` 3.10). Pure.

The same content always has the same bytes: UTF-8, Unicode NFC, keys sorted by code point, no spaces, only integers and
strings; times in UTC with `Z`, days as ISO 8601, decimals as strings. What is unknown is left out, not written as null.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

START = "0" * 64
"""Seal 0: what the first seal of a town is chained to."""


def plain(value: Any) -> Any:
    """A value as canonical JSON can hold it: keys without a value are left out, yes and no are 1 and 0.

    Raises:
        TypeError: a float, or anything else that has no exact text.
        ValueError: two keys that are the same in NFC, a time without zone, or text that is no Unicode.
    """
    match value:
        case bool():
            return int(value)
        case int():
            return int(value)
        case str():
            return _text(value)
        case datetime():
            if value.tzinfo is None:
                raise ValueError(f"time without zone: {value.isoformat()}")
            return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z").replace(".000000Z", "Z")
        case date():
            return value.isoformat()
        case Decimal():
            return format(value, "f")
        case UUID():
            return str(value)
        case Mapping():
            found: dict[str, Any] = {}
            for key, one in value.items():
                if one is None:
                    continue
                name = _text(str(key))
                if name in found:
                    raise ValueError(f"key occurs twice: {name}")
                found[name] = plain(one)
            return found
        case Sequence() if not isinstance(value, bytes | bytearray):
            return [plain(one) for one in value]
        case set() | frozenset():
            return sorted(plain(one) for one in value)
    raise TypeError(f"no canonical form: {type(value).__name__}")


def canonical(value: Any) -> bytes:
    """The canonical bytes of a value; raises what `plain` raises."""
    return json.dumps(plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def digest(data: bytes) -> str:
    """SHA-256 of a document as 64 lower-case hex digits."""
    return hashlib.sha256(data).hexdigest()


def seal(previous: str, manifest: bytes) -> str:
    """The next seal of a chain, 64 lower-case hex digits: SHA-256 of the former seal as hex, LF, canonical manifest."""
    return digest(previous.encode("ascii") + b"\n" + manifest)


def _text(value: str) -> str:
    text = unicodedata.normalize("NFC", value)
    text.encode()  # a lone surrogate is no text: UnicodeEncodeError is a ValueError
    return text
